"""What an attacker would try. Each attack is carried out on sums that nobody protected, and then on packages."""

import io
import zipfile
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from tests.synthesis.packages.attacks import (
    change_of,
    communities,
    of_answers,
    packed,
    persons_of,
    total,
    unprotected,
    with_frame,
    without,
)

from lcresearch.errors import SynthesisError
from lcresearch.measurement import moments
from lcresearch.multilevel import crossproducts
from lcresearch.synthesis.packages.invented import invented_evidence
from lcresearch.synthesis.programme import plan_of, rows_of

# a single community ----------------------------------------------------------------------------------------------


def programme_with(n_covariates, make_plan):
    """A programme whose model has numeric characteristics of persons."""
    plan = make_plan()
    one = next(iter(plan.covariates.values()))
    numbers = {
        f"x{place}": one.model_copy(update={"column": f"x{place}", "levels": {}}) for place in range(n_covariates)
    }
    model = plan.models["growth"].model_copy(update={"covariates": tuple(numbers)})
    return plan.model_copy(update={"covariates": numbers, "models": {"growth": model}})


def test_sums_of_n_persons_and_n_less_one_columns_are_solved_for_a_person(make_plan, make_evidence):
    n = 12
    evidence = make_evidence(n_communities=6, n_respondents=60, seed=3, missing=0.0, dropout=0.0, newcomers=0.0)[1]
    first = evidence.frame["community"].unique()[0]
    keep = evidence.frame.loc[evidence.frame["community"] == first, "respondent"].unique()[:n]
    frame = evidence.frame[(evidence.frame["community"] != first) | evidence.frame["respondent"].isin(keep)]
    rng = np.random.default_rng(1)
    numbers = pd.DataFrame(rng.integers(20, 60, (frame["respondent"].nunique(), n - 2)).astype(float))
    numbers.columns, numbers.index = [f"x{k}" for k in numbers], frame["respondent"].unique()
    evidence = replace(evidence, frame=frame.join(numbers, on="respondent").reset_index(drop=True))
    programme = programme_with(n - 2, make_plan)
    plan = plan_of(programme, "growth")
    rows = rows_of(plan, programme, evidence.frame).dropna()
    rows = rows[rows["community"] == first]
    assert len(rows) == n
    sums = crossproducts(plan.formula, rows, shift={}).sums[:, :, 0]

    # who knows the characteristics of all n persons, from a staff list, solves for the change of each of them
    names = list(crossproducts(plan.formula, rows, shift={}).columns.names)
    known = np.column_stack([np.ones(n), rows[list(numbers)].to_numpy()])
    places = [0, *(names.index(name) for name in numbers)]
    start = np.linalg.lstsq(known.T, sums[places, -1], rcond=None)[0]
    free = np.linalg.svd(known.T)[2][-1]
    a, b, c = 1.0, 2 * start @ free, start @ start - sums[-1, -1]
    guesses = [start + t * free for t in np.roots([a, b, c]).real]
    truth = rows["change"].to_numpy()
    assert min(np.abs(guess - truth).max() for guess in guesses) < 1e-6

    package = packed(evidence, programme)
    assert first not in set(package.let_through["growth"]["community"])
    assert "few_persons_for_columns" in set(package.held_back["reason"])


def test_a_community_of_three():
    evidence = without(invented_evidence(), persons_of(invented_evidence(), 2)[3:])
    assert total(unprotected(evidence), 2)[0] == 3
    package = packed(evidence)
    assert "2" not in communities(package)
    assert len(package.communities) == 7
    gone = set(persons_of(evidence, 2))
    assert not gone & set(package.answers["learning_culture"]["respondent"])
    held = package.held_back.set_index(["member", "reason"])
    assert held.loc[("models/growth", "few"), "persons"] == "<10"


def test_all_persons_of_a_community_changed_alike():
    evidence = invented_evidence()

    def change(frame):
        here = frame["community"].str.endswith(" 3") & (frame["wave"] == "t1")
        before = frame[frame["wave"] == "t0"].set_index("respondent")["learning_culture"]
        frame.loc[here, "learning_culture"] = frame.loc[here, "respondent"].map(before)
        return frame

    package = packed(with_frame(evidence, change))
    assert "3" not in communities(package)
    assert "alike" in set(package.held_back["reason"])


def test_an_item_with_one_yes():
    evidence = invented_evidence()

    def change(frame):
        return frame.assign(lc_4=(frame["respondent"] == frame["respondent"].iloc[0]).astype(float))

    evidence = with_frame(evidence, change)
    first = evidence.frame[evidence.frame["wave"] == "t0"]
    one = moments(first, list(evidence.items["learning_culture"]))
    # the covariance with the one 'yes' is the answer of that person, less the mean
    n, answer = one.n[0], first["lc_1"].iloc[0]
    assert one.covariance[0, 0, 3] * n + one.mean[0, 0] * one.mean[0, 3] * n == pytest.approx(answer)

    package = packed(evidence)
    assert "moments/learning_culture.json" not in package.manifest.members
    assert ("moments/learning_culture", "rare_category") in set(
        package.held_back[["member", "reason"]].itertuples(index=False, name=None)
    )


def test_a_role_that_one_person_has(make_plan, make_evidence):
    evidence = make_evidence(n_communities=6, n_respondents=60, seed=3, missing=0.0, dropout=0.0, newcomers=0.0)[2]
    first = evidence.frame["community"].unique()[0]
    lonely = evidence.frame.loc[evidence.frame["community"] == first, "respondent"].iloc[0]
    part = np.where(evidence.frame["respondent"] == lonely, "other", evidence.frame["part"])
    part = np.where((evidence.frame["community"] == first) & (evidence.frame["respondent"] != lonely), "employee", part)
    evidence = replace(evidence, frame=evidence.frame.assign(part=part))
    model = {"outcome": "culture", "rows": "change", "covariates": ["role"]}
    programme = make_plan(growth=model)
    plan = plan_of(programme, "growth")
    rows = rows_of(plan, programme, evidence.frame).dropna()
    cross = crossproducts(plan.formula, rows[rows["community"] == first], shift={})
    place = cross.columns.names.index("role_other")
    # the product of the 0/1 column with the outcome is the outcome of the one person
    assert cross.sums[place, -1, 0] == pytest.approx(change_of(evidence, lonely))
    package = packed(evidence, programme)
    assert first not in set(package.let_through["growth"]["community"])
    assert "rare_category" in set(package.held_back["reason"])


# members of one package ------------------------------------------------------------------------------------------


def two_models(make_plan):
    growth = {"outcome": "culture", "rows": "change", "covariates": ["role"]}
    return make_plan(growth=growth, plain={"outcome": "culture", "rows": "change"})


def test_a_person_who_is_in_one_model_and_not_in_another(make_plan, make_evidence):
    evidence = make_evidence(n_communities=6, n_respondents=60, seed=3, missing=0.0, dropout=0.0, newcomers=0.0)[1]
    person = evidence.frame["respondent"].iloc[0]
    part = evidence.frame["part"].mask(evidence.frame["respondent"] == person)
    evidence = replace(evidence, frame=evidence.frame.assign(part=part))
    programme = two_models(make_plan)
    sums = {}
    for name in programme.models:
        plan = plan_of(programme, name)
        rows = rows_of(plan, programme, evidence.frame).dropna()
        sums[name] = crossproducts(plan.formula, rows, shift={}).sums[0, -1].sum()
    assert sums["plain"] - sums["growth"] == pytest.approx(change_of(evidence, person))

    package = packed(evidence, programme)
    growth, plain = (set(package.let_through[name]["respondent"]) for name in ("growth", "plain"))
    assert growth == plain
    assert person not in growth | set(package.answers["learning_culture"]["respondent"])
    assert "overlap" in set(package.held_back["reason"])


def test_a_category_of_one_model_less_one_of_another(make_plan, make_evidence):
    """All managers but one work in the office; no model has both, so only the two together tell."""
    evidence = make_evidence(n_communities=6, n_respondents=60, seed=3, missing=0.0, dropout=0.0, newcomers=0.0)[1]
    frame = evidence.frame
    rank = frame.groupby("community")["respondent"].transform(lambda names: pd.factorize(names)[0])
    first = frame["community"].unique()[0]
    n_office = np.where(frame["community"] == first, 7, 3)
    frame = frame.assign(manager=(rank < 8).astype(float), office=(rank < n_office).astype(float))
    evidence, plan = replace(evidence, frame=frame), make_plan()
    one = plan.covariates["role"]
    covariates = {name: one.model_copy(update={"column": name, "levels": {}}) for name in ("manager", "office")}
    model = plan.models["growth"]
    models = {name: model.model_copy(update={"covariates": (name,)}) for name in covariates}
    programme = plan.model_copy(update={"models": models, "covariates": covariates})
    package = packed(evidence, programme)
    shown = set(package.let_through["manager"]["community"]) | set(package.let_through["office"]["community"])
    assert first not in shown
    assert len(shown) >= 4
    assert "rare_category" in set(package.held_back["reason"])


def test_a_person_who_answered_a_scale_and_is_not_in_the_model():
    evidence = invented_evidence()
    person = persons_of(evidence, 4)[0]
    evidence = without(evidence, [person], "t1")
    package = packed(evidence)
    answers = set(package.answers["learning_culture"]["respondent"])
    assert answers == set(package.let_through["growth"]["respondent"])
    assert person not in answers


def test_ten_persons_may_be_in_one_member_only():
    evidence = invented_evidence()
    gone = [person for community in range(1, 8) for person in persons_of(evidence, community)[:2]]
    package = packed(without(evidence, gone, "t1"))
    assert len(package.answers["learning_culture"]) == 160
    assert len(package.let_through["growth"]) == 160 - len(gone)


def test_the_total_less_the_groups_that_are_shown():
    evidence = without(invented_evidence(), persons_of(invented_evidence(), 5)[6:])
    package = packed(evidence)
    shown = package.let_through["growth"]
    assert set(shown["respondent"]) == set(package.answers["learning_culture"]["respondent"])
    assert package.manifest.n.respondents == len(shown) == package.communities["n_persons"].sum()
    assert not set(persons_of(evidence, 5)) & set(shown["respondent"])


def test_a_class_of_one_among_summed_persons(make_plan, make_evidence):
    evidence = make_evidence(n_communities=6, n_respondents=60, seed=3, missing=0.0, dropout=0.0, newcomers=0.0)[1]
    person = evidence.frame["respondent"].iloc[0]
    frame = evidence.frame[(evidence.frame["respondent"] != person) | (evidence.frame["wave"] == "t0")]
    evidence = replace(evidence, frame=frame.reset_index(drop=True))
    programme = make_plan()
    plan = plan_of(programme, "answers")
    rows = rows_of(plan, programme, evidence.frame).dropna()
    cross = crossproducts(plan.formula, rows, shift={}, persons="respondent")
    alone = cross.persons.counts == 1
    score = frame.loc[frame["respondent"] == person, "learning_culture"].iloc[0]
    assert cross.sums[0, -1, alone] == pytest.approx(score)

    package = packed(evidence, programme)
    assert all(person not in set(rows["respondent"]) for rows in package.let_through.values())
    assert person not in set(package.answers["learning_culture"]["respondent"])
    held = package.held_back
    assert held.loc[(held["member"] == "models/answers") & (held["reason"] == "few"), "persons"].tolist() == ["<10"]


def test_first_answers_of_a_model_less_those_of_a_scale():
    """Who answered at the last wave only hides in numbers those who left a question open at the first."""
    evidence = invented_evidence(n_persons=40)
    first, second = persons_of(evidence, 1)[:6], persons_of(evidence, 1)[6:16]
    evidence = without(without(evidence, first, "t1"), second, "t0")
    secret = persons_of(evidence, 2)[:2]
    open_question = evidence.frame["respondent"].isin(secret) & (evidence.frame["wave"] == "t0")
    evidence = replace(evidence, frame=evidence.frame.assign(lc_4=evidence.frame["lc_4"].mask(open_question)))
    programme = of_answers()
    plan = plan_of(programme, "growth")
    rows = rows_of(plan, programme, evidence.frame).dropna()
    cross = crossproducts(plan.formula, rows, shift={}, persons="respondent")
    time = cross.columns.names.index("time")
    items = evidence.items["learning_culture"]
    complete = moments(evidence.frame[evidence.frame["wave"] == "t0"], list(items))
    stolen = (cross.sums[0, -1] - cross.sums[time, -1]).sum() - complete.n[0] * complete.mean[0].mean()
    own = evidence.frame[open_question]
    assert stolen == pytest.approx(own["learning_culture"].sum())

    package = packed(evidence, programme)
    shown = package.let_through["growth"]
    at_first = set(shown.loc[shown["time"] == 0, "respondent"])
    apart = at_first - set(package.answers["learning_culture"]["respondent"])
    assert apart in (set(), set(first))  # a class of summed persons by itself is nothing new
    assert "1" in communities(package)


# names and free text ---------------------------------------------------------------------------------------------


def test_no_names_addresses_or_free_text_in_any_member():
    evidence = invented_evidence()
    rng = np.random.default_rng(1)
    frame = evidence.frame.assign(
        name="Femke de Wit", email="femke@firm.example", remark="My manager does not listen", phone="06-12345678",
        organisation=[f"Firm {place} BV" for place in rng.integers(0, 9, len(evidence.frame))],
    )  # fmt: skip
    stopped = pd.DataFrame({"community": ["Harbour Noord"], "reason": ["Femke left"], "element_time_to_learn": [2]})
    presence = pd.DataFrame({"code": ["trust"], "community": ["Invented community 1"], "present": [True]})
    codes = pd.DataFrame({"code": ["trust", "secret"], "name": ["Trust", "A few"], "n_informants": [14, 2]})
    package = packed(replace(evidence, frame=frame, stopped=stopped, presence=presence, codes=codes))
    with zipfile.ZipFile(io.BytesIO(package.content)) as archive:
        content = b"".join(archive.read(name) for name in archive.namelist())
    for secret in ("Femke", "firm.example", "listen", "06-1234", "Firm ", "Harbour", "Invented community", "secret"):
        assert secret.encode() not in content
        assert secret.encode("utf-16-le") not in content
    for person in frame["respondent"].unique():
        assert person.encode() not in content
    assert package.manifest.n.stopped_communities == 1


def test_a_stopped_community_with_answers_counts_among_the_communities_behind_the_sums():
    evidence = invented_evidence()
    names = sorted(evidence.frame["community"].unique())
    stopped = pd.DataFrame({"community": [names[0], "Left before the first wave"]})
    size = packed(replace(evidence, stopped=stopped)).manifest.n
    assert (size.communities, size.stopped_communities) == (len(names), 2)


@pytest.mark.parametrize("kind", ["agreement", "codes", "presence"])
def test_a_table_with_free_text_is_refused(kind):
    table = pd.DataFrame({"code": ["a"], "community": ["Invented community 1"], "remark": ["she said so"]})
    with pytest.raises(SynthesisError) as error:
        packed(replace(invented_evidence(), **{kind: table}))
    assert {problem.code for problem in error.value.problems} == {"Y157"}
