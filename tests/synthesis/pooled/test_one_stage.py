"""The model of all consortia from sums of each is the model of all rows."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from lcresearch.multilevel import LinearMixedModel, fit_lmm
from lcresearch.multilevel.group_effects import group_effects
from lcresearch.synthesis import synthesize
from lcresearch.synthesis.packages.contents import EvidencePackage
from lcresearch.synthesis.pooled.result import Synthesis
from lcresearch.synthesis.programme import ProgrammeFile, plan_of, rows_of

ELEMENTS = ("shared_purpose", "time_to_learn", "virtual_meeting_place", "facilitation", "leadership")
Programmes = Callable[..., ProgrammeFile]
Makes = Callable[..., list[EvidencePackage]]


@pytest.fixture(scope="module")
def rows(frame: pd.DataFrame, programme: ProgrammeFile) -> pd.DataFrame:
    """All rows together, with sectors as dummies and elements about their means over communities."""
    made = rows_of(plan_of(programme, "growth"), programme, frame)
    sector = frame.drop_duplicates("consortium").set_index("consortium")["sector"]
    made = made.assign(sector=made["consortium"].map(sector)).dropna()
    communities = made.drop_duplicates(["consortium", "community"])
    return made.assign(**{f"{name}_c": made[name] - communities[name].mean() for name in ELEMENTS})


def first_wave_sd(frame: pd.DataFrame, rows: pd.DataFrame) -> float:
    at_first = frame[frame["wave"] == "t0"].set_index("respondent")["culture"]
    return float(at_first[rows["respondent"]].std(ddof=1))


RANDOM = "(1 | consortium) + (1 | consortium:community) + " + " + ".join(
    f"(0 + {name}_c | consortium)" for name in ELEMENTS
)


def same_fit(of_sums: LinearMixedModel, of_rows: LinearMixedModel, names: dict[str, str]) -> None:
    """Effects to 1e-8 of a standard error, variances and criterion to 1e-6 (near zero 1e-8 of the residual one)."""
    left, right = of_sums.tidy().set_index("term"), of_rows.tidy().set_index("term").rename(index=names)
    right = right.loc[left.index]
    assert (abs(left["estimate"] - right["estimate"]) < 1e-8 * right["std_error"]).all()
    assert (abs(left["std_error"] - right["std_error"]) < 1e-8 * right["std_error"]).all()
    variances, others = (
        fit.variance_components.assign(
            term=lambda table: table["term_1"].str.replace("_c", "", regex=False).str.replace(" (slope)", "")
        ).set_index(["group", "term"])["covariance"]
        for fit in (of_sums, of_rows)
    )
    difference = abs(variances - others.loc[variances.index])
    assert (difference < np.maximum(1e-6 * others, 1e-8 * of_rows.sigma**2)).all()
    assert abs(of_sums.deviance - of_rows.deviance) < 1e-6


def test_one_stage_is_the_fit_of_all_rows(found: Synthesis, rows: pd.DataFrame, frame: pd.DataFrame) -> None:
    fit = fit_lmm("change ~ sector + " + " + ".join([*ELEMENTS, "size", "age", RANDOM]), rows)
    names = {"sector[T.sector 2]": "sector[sector_2]", "sector[T.sector 3]": "sector[sector_3]"}
    own = found.evidence[0].fit
    assert own is not None
    same_fit(own.fit, fit, names)
    sd = first_wave_sd(frame, rows)
    assert own.pooled.unit == pytest.approx(sd, rel=1e-12)
    table = fit.tidy().set_index("term").loc[list(ELEMENTS)]
    estimates = found.estimates.set_index("element")
    np.testing.assert_allclose(estimates["estimate"], table["estimate"] / sd, rtol=1e-7)
    np.testing.assert_allclose(estimates["conf_high"], table["conf_high"] / sd, rtol=1e-5)
    np.testing.assert_allclose(estimates["p_value"], table["p_value"], rtol=1e-4)


def test_effects_by_sector_are_those_of_all_rows(found: Synthesis, rows: pd.DataFrame) -> None:
    fixed = " + ".join(f"sector:{name}" for name in ELEMENTS)
    fit = fit_lmm(f"change ~ sector + size + age + {fixed} + {RANDOM}", rows)
    table = fit.tidy().set_index("term")
    unit = found.pooled["growth"].unit
    sectors = found.sectors.set_index(["element", "sector"])
    for name in ELEMENTS:
        for k in (1, 2, 3):
            row = table.loc[f"sector[sector {k}]:{name}"]
            assert sectors.loc[(name, f"sector {k}"), "estimate"] == pytest.approx(row["estimate"] / unit, rel=1e-6)
            assert sectors.loc[(name, f"sector {k}"), "std_error"] == pytest.approx(row["std_error"] / unit, rel=1e-6)
        test = fit.contrasts(
            {
                "a": {f"sector[sector 1]:{name}": -1, f"sector[sector 2]:{name}": 1},
                "b": {f"sector[sector 1]:{name}": -1, f"sector[sector 3]:{name}": 1},
            }
        )
        assert len(test) == 2
        places = [list(table.index).index(f"sector[sector {k}]:{name}") for k in (1, 2, 3)]
        weights = np.zeros((2, len(table)))
        weights[:, places[0]], weights[0, places[1]], weights[1, places[2]] = -1, 1, 1
        joint = fit.joint_test(weights)
        assert sectors.loc[(name, "sector 1"), "f_statistic"] == pytest.approx(joint["statistic"], rel=1e-6)
        assert sectors.loc[(name, "sector 1"), "df_den"] == pytest.approx(joint["den_df"], rel=1e-4)
        assert sectors.loc[(name, "sector 1"), "p_value"] == pytest.approx(joint["p_value"], rel=1e-4)


def test_effects_of_consortia_are_predictions(found: Synthesis, rows: pd.DataFrame) -> None:
    fit = fit_lmm("change ~ sector + " + " + ".join([*ELEMENTS, "size", "age", RANDOM]), rows)
    by_hand = group_effects(fit, "consortium", "shared_purpose_c", {"shared_purpose": 1.0})
    own = found.consortia[found.consortia["element"] == "shared_purpose"].set_index("consortium")
    unit = found.pooled["growth"].unit
    np.testing.assert_allclose(own["estimate"], by_hand["estimate"] / unit, rtol=1e-5)
    np.testing.assert_allclose(own["std_error"], by_hand["std_error"] / unit, rtol=1e-5)


def test_what_went_in_comes_out(found: Synthesis) -> None:
    """One point of an element of 1 to 5 is 1 sd of it: effects of 0.3 everywhere, 0.4 in one sector, and none."""
    estimates = found.estimates.set_index("element")
    assert abs(estimates.loc["shared_purpose", "estimate"] - 0.3) < 2.5 * estimates.loc["shared_purpose", "std_error"]
    sectors = found.sectors.set_index(["element", "sector"])
    specific = sectors.loc["time_to_learn"]
    assert (abs(specific["estimate"] - [0.4, 0.0, 0.0]) < 2.5 * specific["std_error"]).all()
    verdicts = found.elements.set_index("element")["verdict"]
    assert verdicts["shared_purpose"] == "generic"
    assert verdicts["time_to_learn"] == "sector-specific"
    assert estimates["planned"].all()


def test_one_element_at_a_time_with_its_confounders(
    make_programme: Programmes, make_packages: Makes, frame: pd.DataFrame, rows: pd.DataFrame
) -> None:
    estimand = {"model": "growth", "adjustment": "declared_confounders", "smallest_worthwhile": 0.08}
    programme = make_programme(estimands=[estimand | {"elements": ["facilitation"]}], moderators=[], interactions=[])
    found = synthesize(make_packages(programme, frame), programme)
    fit = fit_lmm(
        "change ~ sector + size + facilitation"
        " + (1 | consortium) + (1 | consortium:community) + (0 + facilitation_c | consortium)",
        rows,
    )
    row, own = fit.tidy().set_index("term").loc["facilitation"], found.estimates.iloc[0]
    assert own["estimate"] == pytest.approx(row["estimate"] / found.pooled["growth"].unit, rel=1e-7)
    assert own["std_error"] == pytest.approx(row["std_error"] / found.pooled["growth"].unit, rel=1e-6)
    assert (own["adjusted_for"], own["adjustment"]) == ("size", "declared confounders")


def test_two_waves_a_person(make_programme: Programmes, make_packages: Makes, frame: pd.DataFrame) -> None:
    """Persons who answered once stay in; the effect is that of the element on the change."""
    model = {"outcome": "culture", "rows": "waves", "covariates": ["size", "age"], "elements": list(ELEMENTS[:2])}
    programme = make_programme(models={"growth": model}, moderators=[], interactions=[])
    found = synthesize(make_packages(programme, frame), programme)
    plan = plan_of(programme, "growth")
    made = rows_of(plan, programme, frame)
    sector = frame.drop_duplicates("consortium").set_index("consortium")["sector"]
    made = made.assign(sector=made["consortium"].map(sector)).dropna()
    means = made.drop_duplicates("community")[list(ELEMENTS[:2])].mean()
    made = made.assign(**{f"{name}_c": made["time"] * (made[name] - means[name]) for name in ELEMENTS[:2]})
    fit = fit_lmm(
        "score ~ time * sector + time * size + age + time * shared_purpose + time * time_to_learn"
        " + (1 + time | consortium) + (1 + time | consortium:community) + (1 | consortium:community:respondent)"
        " + (0 + shared_purpose_c | consortium) + (0 + time_to_learn_c | consortium)",
        made,
    )
    table = fit.tidy().set_index("term").loc[["time:shared_purpose", "time:time_to_learn"]]
    unit = found.pooled["growth"].unit
    np.testing.assert_allclose(found.estimates["estimate"], table["estimate"] / unit, rtol=1e-5)
    np.testing.assert_allclose(found.estimates["std_error"], table["std_error"] / unit, rtol=1e-5)
    assert len(found.consortia) == 24
    without = found.leave_one_out(["consortium 03"], verdicts=False)
    assert without["estimate"].notna().all()
    assert found.sectors["estimable"].all()


def test_an_element_that_is_absent_from_a_sector(
    make_programme: Programmes, make_packages: Makes, frame: pd.DataFrame
) -> None:
    """Also where rounding makes the means of its communities differ in the last digit."""
    frame = frame.astype({"element_leadership": float})
    frame.loc[frame["sector"] == "sector 2", "element_leadership"] = 1.1
    programme = make_programme(moderators=[], interactions=[])
    found = synthesize(make_packages(programme, frame), programme)
    row = found.sectors.set_index(["element", "sector"]).loc[("leadership", "sector 2")]
    assert not row["estimable"]
    assert np.isnan(row["estimate"])
    assert row["n_consortia"] == 0
    assert row["df_num"] == 1
    assert found.estimates.set_index("element").loc["leadership", "n_consortia"] == 8
    assert any("leadership" in text and "sector 2" in text for text in found.cautions())


def test_elements_that_always_go_together_have_no_effect_of_their_own(
    make_programme: Programmes, make_packages: Makes, frame: pd.DataFrame
) -> None:
    frame = frame.assign(element_leadership=6 - frame["element_facilitation"])
    programme = make_programme(moderators=[], interactions=[])
    found = synthesize(make_packages(programme, frame), programme)
    estimates = found.estimates.set_index("element")["estimate"]
    assert estimates[["facilitation", "leadership"]].isna().all()
    assert estimates[list(ELEMENTS[:3])].notna().all()
    verdicts = found.elements.set_index("element")["verdict"]
    assert (verdicts[["facilitation", "leadership"]] == "not enough evidence").all()


def test_few_communities_have_one_element_by_sector_at_a_time(
    make_programme: Programmes, make_packages: Makes, make_frame: Callable[..., pd.DataFrame]
) -> None:
    programme = make_programme(moderators=[], interactions=[])
    found = synthesize(make_packages(programme, make_frame(6, 4)), programme)
    assert not found.sectors["jointly"].any()
    assert any("too few communities" in text or "te weinig communities" in text for text in found.cautions())


def test_two_consortia_with_an_element_leave_tau_unknown(
    make_programme: Programmes, make_packages: Makes, frame: pd.DataFrame
) -> None:
    frame = frame.copy()
    few = ["consortium 01", "consortium 06"]
    frame.loc[~frame["consortium"].isin(few), "element_leadership"] = 1
    programme = make_programme(moderators=[], interactions=[])
    row = synthesize(make_packages(programme, frame), programme).estimates.set_index("element").loc["leadership"]
    assert row["n_consortia"] == 2
    assert np.isnan(row["tau"])
    assert np.isfinite(row["estimate"])


def test_effects_are_those_of_the_unit_that_is_declared(
    make_programme: Programmes, make_packages: Makes, frame: pd.DataFrame, found: Synthesis
) -> None:
    base = make_programme().model_dump(by_alias=True)["elements"]
    wide = {name: one | {"unit": 4.0} for name, one in base.items()}
    programme = make_programme(elements=wide, moderators=[], interactions=[])
    four = synthesize(make_packages(programme, frame), programme)
    np.testing.assert_allclose(four.estimates["estimate"], 4 * found.estimates["estimate"], rtol=1e-5)
    np.testing.assert_allclose(four.estimates["tau"], 4 * found.estimates["tau"], rtol=1e-3, atol=1e-5)
    own, other = (one.moderators[one.moderators["moderator"] == "leadership"] for one in (four, found))
    assert own["level"].tolist() == other["level"].tolist() == ["1", "5"]
    np.testing.assert_allclose(own["estimate"], 4 * other["estimate"], rtol=1e-4)


def test_groups_coarser_than_communities(make_programme: Programmes, make_packages: Makes, frame: pd.DataFrame) -> None:
    """Elements differ within these groups: the slope is then one of the element as it is."""
    number = frame["community"].str[-3:].astype(int)
    frame = frame.assign(cluster="cluster " + ((number - 1) // 2).astype(str))
    model = {"outcome": "culture", "covariates": ["size"], "community": "cluster"}
    programme = make_programme(models={"growth": model}, interactions=[])
    found = synthesize(make_packages(programme, frame), programme)
    assert found.pooled["growth"].n_communities == 48
    made = rows_of(plan_of(programme, "growth"), programme, frame).dropna()
    sector = frame.drop_duplicates("consortium").set_index("consortium")["sector"]
    fit = fit_lmm(
        "change ~ sector + size + "
        + " + ".join(ELEMENTS)
        + " + (1 | consortium) + (1 | consortium:community) + "
        + " + ".join(f"(0 + {name} | consortium)" for name in ELEMENTS),
        made.assign(sector=made["consortium"].map(sector)),
    )
    table = fit.tidy().set_index("term").loc[list(ELEMENTS)]
    np.testing.assert_allclose(found.estimates["estimate"], table["estimate"] / found.pooled["growth"].unit, rtol=1e-6)


def test_one_sector_has_no_test_between_sectors(
    make_programme: Programmes, make_packages: Makes, frame: pd.DataFrame
) -> None:
    frame = frame.assign(sector="sector 1")
    programme = make_programme(moderators=[], interactions=[])
    found = synthesize(make_packages(programme, frame), programme)
    assert found.elements["sector_p"].isna().all()
    assert found.elements.set_index("element").loc["shared_purpose", "verdict"] == "generic"
