"""Profile intervals of a fit whose correlation lies at its limit."""

import pytest

from lcresearch import instruments, multilevel, responses, shipped


@pytest.mark.filterwarnings("ignore::lcresearch.LcresearchWarning")
def test_correlation_of_minus_one_has_a_profile_interval():
    study = shipped.folder("analyses") / "unit-climate"
    scales = instruments.load(study / "unit-climate.yaml")
    data = responses.read(study / "data" / "lq2002_items.csv", scales, levels={"company": "COMPID"}, respondent="SUB")
    people = scales.score(data.frame).assign(company=data.frame["company"])
    people = multilevel.center(people, ["task_significance", "leadership_climate"], by="company")
    fit = multilevel.fit_lmm(
        "hostility ~ task_significance_within * leadership_climate_between + task_significance_between"
        " + (1 + task_significance_within | company)",
        people,
    )
    assert fit.singular
    limits = fit.confint("profile").set_index(["group", "term"])
    correlation = limits.loc["company", "Intercept, task_significance_within"]
    assert (correlation["estimate"], correlation["conf_low"]) == (-1, -1)
    assert -1 < correlation["conf_high"] < 1
    assert (limits["conf_low"] <= limits["estimate"]).all()
    assert (limits["estimate"] <= limits["conf_high"]).all()
