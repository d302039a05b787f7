"""Somebody packs with the rules switched off: the receiver refuses what sums can show, and names it."""

from dataclasses import replace

import numpy as np
import pytest

from lcresearch.errors import SynthesisError
from lcresearch.synthesis import open_package, pack
from lcresearch.synthesis.packages import letting_through
from lcresearch.synthesis.packages.invented import invented_evidence
from lcresearch.synthesis.programme import example_programme


@pytest.fixture
def without_rules(monkeypatch):
    monkeypatch.setattr(letting_through, "unfit_cells", lambda rows, *_: np.full(rows.n_cells, None, dtype=object))
    monkeypatch.setattr(letting_through, "unfit_moments", lambda *_: None)


def refusal(tmp_path, evidence, programme):
    packed = pack(evidence, tmp_path / "sent.zip", programme)
    with pytest.raises(SynthesisError) as error:
        open_package(packed.path)
    assert {problem.code for problem in error.value.problems} == {"Y170"}
    return error.value.text("en")


def changed(evidence, **columns):
    return replace(evidence, frame=evidence.frame.assign(**columns))


def test_a_group_that_is_too_small(tmp_path, without_rules):
    evidence = invented_evidence()
    few = evidence.frame.loc[evidence.frame["community"] == "Invented community 2", "respondent"].unique()[6:]
    evidence = replace(evidence, frame=evidence.frame[~evidence.frame["respondent"].isin(few)].reset_index(drop=True))
    text = refusal(tmp_path, evidence, example_programme())
    assert "models/growth.parquet" in text
    assert "at least 10 persons in a group" in text


def test_everybody_answered_alike(tmp_path, without_rules):
    evidence = invented_evidence()
    here = evidence.frame["community"] == "Invented community 3"
    text = refusal(tmp_path, changed(evidence, learning_culture=evidence.frame["learning_culture"].mask(here, 4.0)),
                   example_programme())  # fmt: skip
    assert "not the same answer by everybody" in text


def test_an_item_with_one_yes(tmp_path, without_rules):
    evidence = invented_evidence()
    one = (evidence.frame["respondent"] == evidence.frame["respondent"].iloc[0]).astype(float)
    text = refusal(tmp_path, changed(evidence, lc_4=one), example_programme())
    assert "moments/learning_culture.json" in text


@pytest.mark.parametrize(("manager", "office"), [(1, 8), (8, 7), (8, 2)])
def test_few_persons_by_their_characteristics(tmp_path, without_rules, make_plan, make_evidence, manager, office):
    evidence = make_evidence(n_communities=6, n_respondents=60, seed=3, missing=0.0, dropout=0.0, newcomers=0.0)[1]
    rank = evidence.frame.groupby("community")["respondent"].transform(lambda names: names.rank(method="dense"))
    own = {"manager": (rank <= manager).astype(float), "office": (rank <= office).astype(float)}
    evidence, plan = changed(evidence, **own), make_plan()
    one = plan.covariates["role"]
    covariates = {name: one.model_copy(update={"column": name, "levels": {}}) for name in own}
    models = {"growth": plan.models["growth"].model_copy(update={"covariates": tuple(own)})}
    text = refusal(tmp_path, evidence, plan.model_copy(update={"models": models, "covariates": covariates}))
    assert "models/growth.parquet" in text
    assert "on either side" in text
