"""Attacks that combine what a package holds: columns that follow from others, names that are guessed, other columns."""

import datetime
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from lcresearch.disclosure import Ledger
from lcresearch.errors import SynthesisError
from lcresearch.multilevel import crossproducts
from lcresearch.synthesis import pack, prepare_packages
from lcresearch.synthesis.packages.invented import invented_evidence
from lcresearch.synthesis.packages.opaque_names import opaque_codes
from lcresearch.synthesis.programme import example_programme, plan_of, rows_of

PROGRAMME = example_programme()
DAY = datetime.date(2026, 4, 1)
WAVES = {"outcome": "culture", "rows": "waves", "covariates": ["role"], "shift": {"score": 3}}


def packed(evidence, programme=PROGRAMME):
    return prepare_packages(evidence, programme)[0]


def whole(make_evidence):
    settings = {"missing": 0.0, "dropout": 0.0, "newcomers": 0.0}
    return make_evidence(n_communities=6, n_respondents=60, seed=3, **settings)[1]


def sums_of(evidence, programme, model, community):
    plan = plan_of(programme, model)
    rows = rows_of(plan, programme, evidence.frame).dropna()
    return crossproducts(plan.formula, rows[rows["community"] == community], shift={}, persons=plan.persons)


def place(cross, name):
    return cross.columns.names.index(name) if name in cross.columns.names else -1


def test_the_second_score_of_all_but_one_follows_from_the_first_and_the_change():
    evidence = invented_evidence()
    growth = PROGRAMME.models["growth"].model_copy(update={"first_wave": True})
    programme = PROGRAMME.model_copy(update={"models": {"growth": growth}})
    community = evidence.frame["community"].unique()[2]
    frame = evidence.frame.copy()
    here = frame.index[(frame["community"] == community) & (frame["wave"] == "t1")]
    frame.loc[here, "learning_culture"] = 5.0
    frame.loc[here[0], "learning_culture"] = 2.25
    evidence = replace(evidence, frame=frame)

    cross = sums_of(evidence, programme, "growth", community)
    first, n = place(cross, "first_score"), len(here)
    total = (cross.sums[0, first] + cross.sums[0, -1]).sum()
    squares = (cross.sums[first, first] + 2 * cross.sums[first, -1] + cross.sums[-1, -1]).sum()
    below, below_squared = 5 * n - total, squares - 10 * total + 25 * n
    assert below_squared == pytest.approx(below**2)  # so one person is below the top of the scale, by this much
    assert 5 - below == pytest.approx(2.25)

    package = packed(evidence, programme)
    assert community not in set(package.let_through["growth"]["community"])
    assert len(set(package.let_through["growth"]["community"])) == 7
    assert "alike" in set(package.held_back["reason"])


@pytest.mark.parametrize(
    ("wave", "other"),
    [
        ("t0", {"rows": "last_wave", "shift": {"score": 3}}),
        ("t1", {"rows": "last_wave", "waves": ("t0",), "shift": {"score": 3}}),
        ("t1", {"rows": "change", "first_wave": True}),
        ("t0", {"rows": "waves", "shift": {"score": 3}}),
    ],
    ids=["change and last wave", "change and first wave", "another change with first wave", "change and all waves"],
)
def test_the_score_of_all_but_one_follows_from_two_models(wave, other):
    """Changes in one model and scores at one wave in another: the sums of scores at the other wave follow."""
    evidence, growth = invented_evidence(), PROGRAMME.models["growth"].model_copy(update={"covariates": ()})
    programme = PROGRAMME.model_copy(update={"models": {"growth": growth, "scores": growth.model_copy(update=other)}})
    community = evidence.frame["community"].unique()[2]
    frame = evidence.frame.copy()
    here = frame.index[(frame["community"] == community) & (frame["wave"] == wave)]
    frame.loc[here, "learning_culture"] = 5.0
    frame.loc[here[0], "learning_culture"] = 2.25
    evidence = replace(evidence, frame=frame)

    package = packed(evidence, programme)
    for model in ("growth", "scores"):
        assert community not in set(package.let_through[model]["community"])
        assert len(set(package.let_through[model]["community"])) == 7
    held = package.held_back
    assert "alike" in set(held.loc[held["member"] == "models/growth", "reason"])
    alone = packed(evidence, PROGRAMME.model_copy(update={"models": {"growth": growth}, "comparability": ()}))
    assert community in set(alone.let_through["growth"]["community"])  # changes alone do not tell the scores


@pytest.mark.parametrize("first_wave", [True, False])
@pytest.mark.parametrize(("n_others", "in_the_sums"), [(1, False), (2, False), (6, True)])
def test_scores_of_newcomers_follow_from_the_last_score_of_all_and_of_who_stayed(first_wave, n_others, in_the_sums):
    """Sums of the last score over a community, less those over who has both scores, are of twelve newcomers."""
    evidence, growth = invented_evidence(n_persons=40), PROGRAMME.models["growth"].model_copy(update={"covariates": ()})
    models = {
        "growth": growth.model_copy(update={"first_wave": first_wave}),
        "last": growth.model_copy(update={"rows": "last_wave", "shift": {"score": 3}}),
    }
    programme = PROGRAMME.model_copy(update={"models": models, "comparability": ()})
    frame = evidence.frame.copy()
    community = frame["community"].unique()[2]
    persons = frame.loc[frame["community"] == community, "respondent"].unique()[:12]
    new = frame["respondent"].isin(persons)
    frame.loc[new & (frame["wave"] == "t1"), "learning_culture"] = 5.0
    frame.loc[frame.index[new & (frame["wave"] == "t1")][:n_others], "learning_culture"] = 2.25
    package = packed(replace(evidence, frame=frame[~new | (frame["wave"] == "t1")]), programme)

    assert len(package.let_through["growth"]) == 308
    assert len(package.let_through["last"]) == (320 if in_the_sums else 308)
    assert ("overlap" in set(package.held_back["reason"])) != in_the_sums


def test_the_change_of_the_only_one_who_changed_follows_from_sums_over_two_waves(make_plan, make_evidence):
    evidence, programme = whole(make_evidence), make_plan(answers=WAVES | {"covariates": []})
    frame = evidence.frame.copy()
    community = frame["community"].unique()[1]
    before = frame[frame["wave"] == "t0"].set_index("respondent")["learning_culture"]
    here = frame.index[(frame["community"] == community) & (frame["wave"] == "t1")]
    frame.loc[here, "learning_culture"] = frame.loc[here, "respondent"].map(before)
    frame.loc[here[0], "learning_culture"] += 0.5
    evidence = replace(evidence, frame=frame)

    cross = sums_of(evidence, programme, "answers", community)
    two_waves = int(np.argmax(cross.persons.counts))
    sums, outcome = cross.sums[:, :, two_waves], place(cross, "score")
    of_persons = cross.persons.products[outcome, 0, outcome, 0, two_waves]
    assert 2 * sums[outcome, outcome] - of_persons == pytest.approx(0.5**2)  # squares of all changes together

    package = packed(evidence, programme)
    assert community not in set(package.let_through["answers"]["community"])
    assert len(set(package.let_through["answers"]["community"])) == 5


def test_two_questions_that_all_but_one_answered_alike():
    evidence = invented_evidence()
    frame = evidence.frame.copy()
    frame["lc_3"] = np.random.default_rng(1).integers(0, 2, len(frame)).astype(float)
    frame["lc_4"] = frame["lc_3"]
    one = frame.index[frame["wave"] == "t0"][5]
    frame.loc[one, "lc_4"] = 1 - frame.loc[one, "lc_4"]
    first = frame.loc[frame["wave"] == "t0", ["lc_1", "lc_3", "lc_4"]].to_numpy()
    products = first.T @ first
    stolen = (products[0, 2] - products[0, 1]) / (frame.loc[one, "lc_4"] - frame.loc[one, "lc_3"])
    assert stolen == pytest.approx(frame.loc[one, "lc_1"])

    package = packed(replace(evidence, frame=frame))
    assert "moments/learning_culture.json" not in package.manifest.members
    assert "rare_category" in set(package.held_back["reason"])


def test_scores_of_a_person_whose_second_row_is_not_in_the_sums(make_plan, make_evidence):
    """Her role is not known at the second wave: she is among those with one row, and her second score is not told."""
    evidence, programme = whole(make_evidence), make_plan(answers=WAVES)
    frame = evidence.frame.copy()
    community = frame["community"].unique()[0]
    people = frame.loc[frame["community"] == community, "respondent"].unique()
    person, once = people[0], people[1:25]
    last = frame["wave"] == "t1"
    frame = frame[~(last & frame["respondent"].isin(once[:12])) & ~(~last & frame["respondent"].isin(once[12:]))]
    frame.loc[(frame["wave"] == "t1") & (frame["respondent"] == person), "part"] = None
    package = packed(replace(evidence, frame=frame.reset_index(drop=True)), programme)

    rows = package.let_through["answers"]
    assert person in set(rows["respondent"])
    assert package.n_persons["scores/answers"] == (rows["respondent"].value_counts() == 2).sum()


def test_codes_of_communities_cannot_be_guessed_from_their_names():
    evidence = invented_evidence()
    package = packed(evidence)
    own = dict(zip(package.key["name"], package.key["code"], strict=True))
    for known in (package.manifest.study, package.manifest.consortium, package.manifest.programme, ""):
        assert opaque_codes({"community": list(own)}, known)["community"] != own
    mixed = evidence.frame.sample(frac=1, random_state=1).reset_index(drop=True)
    assert packed(replace(evidence, frame=mixed)).key.equals(package.key)


@pytest.mark.parametrize("where", ["a characteristic that no model uses", "a community that stopped"])
def test_free_text_in_a_characteristic_does_not_leave(where):
    evidence, programme, text = invented_evidence(), PROGRAMME, "The firm of Femke de Wit"
    if where == "a community that stopped":
        stopped = pd.DataFrame({"community": ["Harbour"], "reason": ["unknown"], "firm_size": [text]})
        evidence = replace(evidence, stopped=stopped)
    else:
        growth = PROGRAMME.models["growth"].model_copy(update={"covariates": ()})
        programme = PROGRAMME.model_copy(update={"models": {"growth": growth}})
        evidence = replace(evidence, frame=evidence.frame.assign(firm_size=text))
    with pytest.raises(SynthesisError) as error:
        packed(evidence, programme)
    assert [problem.code for problem in error.value.problems] == ["Y131"]


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"name": "other"},
        {"first_wave": True},
        {"covariates": ()},
        {"rows": "waves"},
    ],
    ids=["the same", "another name", "the first score too", "a characteristic less", "a row a wave"],
)
@pytest.mark.parametrize(("n", "goes_out"), [(0, True), (1, False), (12, True)])
def test_an_answer_that_was_corrected_under_another_model(tmp_path, change, n, goes_out):
    """The sum of all changes before and after the correction, of models that differ, is the correction."""
    evidence, growth = invented_evidence(n_persons=40), PROGRAMME.models["growth"]
    (tmp_path / "study").mkdir()
    pack(replace(evidence, ledger=Ledger(tmp_path / "study")), tmp_path / "first.zip", PROGRAMME, date=DAY)
    frame = evidence.frame.copy()
    here = frame.index[(frame["wave"] == "t1") & frame["community"].str.endswith(" 6")][:n]
    frame.loc[here, "learning_culture"] = 6 - frame.loc[here, "learning_culture"] + 0.1
    name = change.get("name", "growth")
    model = growth.model_copy(update={key: value for key, value in change.items() if key != "name"})
    programme = PROGRAMME.model_copy(update={"models": {name: model}, "comparability": ()})
    later = replace(evidence, frame=frame, ledger=Ledger(tmp_path / "study"))
    package = pack(later, tmp_path / "second.zip", programme, date=DAY)
    shown = {community[-1] for community in package.let_through[name]["community"]}
    assert ("6" in shown) == goes_out
    assert set("1234578") <= shown
