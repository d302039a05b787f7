"""Isomorphism: the steps are the models of lavaan, verdicts follow what the data were made with."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from lcresearch.errors import MeasurementError
from lcresearch.measurement import Isomorphism, isomorphism

REFERENCE = Path(__file__).parents[2] / "reference"
EXPECTED = json.loads((REFERENCE / "cfa" / "two_level.json").read_text(encoding="utf-8"))["values"]
FRAME = pd.read_csv(REFERENCE / "data" / "two_level_invented.csv")
SIX = "f =~ a1 + a2 + a3 + a4 + a5 + a6"
FOUR = "f =~ a1 + a2 + a3 + a4"
close = np.testing.assert_allclose


def invented(seed, loadings=(1.0, 0.9, 0.8, 0.7), above=(1.0, 0.9, 0.8, 0.7), own=(0.0, 0.0, 0.0, 0.0)):
    """Invented answers in 150 communities of 12 persons."""
    rng = np.random.default_rng(seed)
    code = np.repeat(np.arange(150), 12)
    factor, between = rng.normal(0, 0.8, len(code)), rng.normal(0, 0.6, 150)
    answers = {
        f"a{k + 1}": 3
        + loadings[k] * factor
        + rng.normal(0, 0.6, len(code))
        + (above[k] * between + own[k] * rng.normal(size=150))[code]
        for k in range(4)
    }
    return pd.DataFrame(answers).assign(community=code)


@pytest.mark.parametrize("estimator", ["ML", "MLR"])
def test_steps_are_the_models_of_lavaan(estimator):
    found = isomorphism(SIX, FRAME, "community", estimator=estimator)
    steps = found.tidy().set_index("step")
    key = "chisq" if estimator == "ML" else "chisq.scaled"
    for step, name in (("configural", "one"), ("metric", "metric"), ("strong", "strong")):
        fit = EXPECTED[estimator][name]["fit"]
        assert steps.loc[step, "df"] == fit["df"]
        if fit.get(key) is not None:
            close(steps.loc[step, "chi_square"], fit[key], rtol=1e-3)
        # lavaan's free moments between are those at which its EM stopped, 1e-3 beside the maximum
        close(steps.loc[step, "srmr_between"], fit["srmr_between"], atol=5e-4)
    test = EXPECTED[estimator]["lrt"]
    close(steps.loc["metric", "chi_square_difference"], np.atleast_1d(test["chisq"])[0], rtol=1e-3)
    assert steps.loc["metric", "df_difference"] == 5
    if estimator == "ML":
        icc = next(each for each in EXPECTED["ML"]["metric"]["parameters"] if each["lhs"] == "icc")
        close(found.factors.loc[0, "icc"], icc["est"], atol=1e-4)
        close(found.factors.loc[0, "std_error"], icc["se"], rtol=1e-3)


def test_fit_of_a_level_is_that_of_lavaan_with_the_other_level_free():
    table = isomorphism(FOUR, FRAME, "community").level_fit.set_index("level")
    expected = EXPECTED["ML"]["free"]["fit"]
    close(table.loc["within", "chi_square"], expected["chisq"], atol=1e-3)
    assert table.loc["within", "df"] == expected["df"]
    assert table["converged"].all()


def test_verdicts():
    everything = isomorphism(FOUR, invented(1), "community")
    assert everything.same == "everything"
    assert everything.tidy()["verdict"].tolist()[0] == "holds"
    meaning = isomorphism(FOUR, invented(2, own=(0, 0, 0, 0.7)), "community")
    assert meaning.same == "meaning"
    assert meaning.verdict.values["items"][0].startswith("a4")
    assert meaning.items.set_index("item")["share"].idxmax() == "a4"
    factors = isomorphism(FOUR, invented(3, above=(0.3, 0.3, 1.2, 1.2), own=(0.2,) * 4), "community")
    assert factors.same == "factors"
    none = isomorphism("f =~ a1 + a2 + a3 + a4 + a5 + a6", FRAME, "community")
    assert none.same == "none"
    assert none.verdict.values["levels"] == ["within"]


def test_labels_of_the_model_hold_within_each_level():
    labelled = isomorphism("f =~ a1 + u*a2 + u*a3 + a4", FRAME, "community")
    table = labelled.models["configural"].tidy().set_index(["term", "level"])["estimate"]
    assert table["f=~a2", "within"] == table["f=~a3", "within"]
    assert table["f=~a2", "between"] == table["f=~a3", "between"] != table["f=~a2", "within"]


def test_ways_into_the_result():
    found = isomorphism(FOUR, FRAME, "community")
    again = Isomorphism.from_dict(json.loads(json.dumps(found.to_dict())))
    pd.testing.assert_frame_equal(again.steps, found.steps)
    assert again.verdict.message("nl") == found.verdict.message("nl")
    assert found.glance().loc[0, "n_clusters"] == 40
    assert "configural" in found.summary()
    for language in ("nl", "en"):
        assert found.verdict.message(language)
        assert found.verdict.remedy(language)


@pytest.mark.parametrize("language", ["nl", "en"])
def test_figures(monkeypatch, language):
    monkeypatch.setenv("LCRESEARCH_LANGUAGE", language)
    found = isomorphism(FOUR, FRAME, "community")
    for result in (found, found.models["metric"]):
        axes = result.plot().axes[0]
        assert [text.get_text() for text in axes.get_yticklabels()] == ["a1", "a2", "a3", "a4"]
        labels = axes.get_legend_handles_labels()[1]
        assert len(labels) == 2
        assert any("communities" in label if language == "en" else "gemeenschappen" in label for label in labels)


def test_refusals():
    with pytest.raises(MeasurementError, match="M374"):
        isomorphism("level: 1\n f =~ a1 + a2 + a3\n level: 2\n g =~ a1 + a2 + a3", FRAME, "community")
    with pytest.raises(MeasurementError, match="M361"):
        isomorphism(FOUR, FRAME, "community", estimator="WLSMV")
