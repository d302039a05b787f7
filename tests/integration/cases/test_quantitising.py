"""Codes as numbers of cases, and how reliable they are at that unit."""

import json

import numpy as np
import pandas as pd
import pytest

from lcresearch import integration
from lcresearch.errors import IntegrationError
from lcresearch.integration.cases.code_reliability import reliability_table

ANSWERS = {"without_roles": ["interviewer"]}


@pytest.fixture
def double(make_project, make_document):
    """Twelve communities of two interviews, all read by An and Bo, who misses some passages."""
    rng = np.random.default_rng(2)
    texts, missed = [], {}
    for place in range(12):
        for number in range(2):
            name = f"{place}-{number}"
            marks = list(rng.choice(["f", "n", ""], 6, p=[0.5, 0.1, 0.4] if place % 2 else [0.05, 0.2, 0.75]))
            texts.append(make_document(name, marks, f"community {place}"))
            missed["Bo", name] = set(np.flatnonzero(rng.random(6) < 0.2).tolist())
    return make_project(texts, ("An", "Bo"), missed, second=[text.name for text, _ in texts])


def shrout_fleiss_one_way(wide):
    """ICC(1,1) by the sums of squares of Shrout and Fleiss (1979)."""
    n, k = wide.shape
    between = k * ((wide.mean(axis=1) - wide.mean()) ** 2).sum() / (n - 1)
    within = ((wide - wide.mean(axis=1)[:, None]) ** 2).sum() / (n * (k - 1))
    return (between - within) / (between + (k - 1) * within), within


def test_the_reliability_of_a_degree_is_the_icc_of_coders_over_cases(double):
    found = integration.quantitise(double, measure="share", **ANSWERS, read="all")
    mine = found.by_coder[found.by_coder["code"] == "code_facilitator"]
    wide = mine.pivot(index="case", columns="coder", values="value").to_numpy()
    row = found.reliability.set_index("code").loc["code_facilitator"]
    assert (row["n_double"], row["n_coders"]) == (12, 2)
    assert (row["icc"], row["error_variance"]) == pytest.approx(shrout_fleiss_one_way(wide))
    assert row["icc_low"] < row["icc"] < row["icc_high"]
    assert row["error_df"] == 12
    assert 0 < row["segments_alpha"] < 1
    # the value of a case is the mean over its coders
    means = mine.groupby("case")["value"].mean()
    assert found.values["code_facilitator"].to_dict() == pytest.approx(means.to_dict())


def test_values_are_those_of_the_case_matrix(double):
    for measure in ("presence", "respondents", "share", "intensity", "weighted"):
        found = integration.quantitise(double, measure=measure, **ANSWERS)
        matrix = integration.case_matrix(project=double, measures=measure, **ANSWERS)
        pd.testing.assert_frame_equal(found.values, matrix.frame.loc[found.values.index], check_like=True)


def test_with_one_coder_reliability_is_not_known_and_not_perfect(make_project, make_document):
    talks = make_project([make_document("A1", ["f"], "A"), make_document("B1", ["n"], "B")])
    found = integration.quantitise(talks)
    assert not found.reliability["known"].any()
    assert found.reliability[["alpha", "sensitivity", "segments_alpha"]].isna().all(axis=None)
    assert [problem.code for problem in found.problems] == ["Q080"]
    assert "not known" in found.summary()


def test_coders_are_compared_on_what_both_read(talks):
    found = integration.quantitise(talks, measure="share", **ANSWERS)
    assert set(found.by_coder["case"]) == {"A"}
    values = found.by_coder.set_index(["code", "coder"])["value"]
    assert values["code_facilitator", "An"] == 0.5  # of the four answers in A1, not of A2
    assert values["code_facilitator", "Bo"] == 0.25
    assert not found.reliability["known"].any()  # one case is no estimate
    assert found.readers.loc["A", "n_readers"] == pytest.approx(34 / (23 / 2 + 11))


def counts(*rows):
    """Presence by case: pairs of two coders, and what was agreed."""
    told = [
        (f"case {place}", "code_x", coder, float(value))
        for place, row in enumerate(rows)
        for coder, value in zip(["An", "Bo", "agreed"], row, strict=False)
    ]
    return pd.DataFrame(told, columns=["case", "code", "coder", "value"])


def test_errors_follow_from_how_often_two_coders_differ():
    table = reliability_table(counts(*[(1, 1)] * 41, *[(0, 0)] * 41, *[(1, 0)] * 18), "presence", ["code_x"], 0.95)
    row = table.iloc[0]
    assert row["basis"] == "coders"
    assert row["sensitivity"] == row["specificity"] == pytest.approx(0.9)  # 2 e (1 - e) = .18
    assert row["sensitivity_low"] < 0.9 < row["sensitivity_high"]
    assert (row["n_alike"], row["n_differ"]) == (82, 18)


def test_what_was_agreed_gives_sensitivity_and_specificity():
    table = reliability_table(
        counts((1, 1, 1), (1, 0, 1), (0, 1, 1), (0, 0, 0), (1, 0, 0)), "presence", ["code_x"], 0.95
    )
    row = table.iloc[0]
    assert row["basis"] == "agreed"
    assert (row["sensitivity"], row["specificity"]) == (4 / 6, 3 / 4)
    assert row[["n_hit", "n_missed", "n_silent", "n_false"]].tolist() == [4, 2, 3, 1]


def test_agreed_codings_are_the_standard_and_no_coder(double):
    from lcresearch.interviews.coding_agreement.agreed_coder import AGREED

    settled = double.codings[double.codings["coder"] == "An"].assign(coder=AGREED)
    settled["coding"] = "agreed-" + settled["coding"]
    names = pd.concat([double.coders, pd.DataFrame({"name": ["agreed after discussion"]}, index=[AGREED])])
    whole = double.__class__(
        "invented", double.corpus, double.codebook, pd.concat([double.codings, settled], ignore_index=True), names
    )
    found = integration.quantitise(whole, measure="presence", **ANSWERS, read="coded")
    row = found.reliability.set_index("code").loc["code_facilitator"]
    assert row["n_coders"] == 2
    assert row["basis"] == "agreed"
    assert row["n_false"] == 0  # neither gives what An, who is always right here, does not
    assert found.readers["n_readers"].max() == 2


def test_it_travels_and_refuses_another_measure(double):
    found = integration.quantitise(double, measure="share", **ANSWERS)
    again = integration.Quantitised.from_dict(json.loads(json.dumps(found.to_dict())))
    pd.testing.assert_frame_equal(again.tidy(), found.tidy(), check_dtype=False)
    with pytest.raises(IntegrationError, match="Q073"):
        integration.quantitise(double, measure="count")
