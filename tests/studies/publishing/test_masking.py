"""Codes of groups, and change between waves as anyone may read it."""

import dataclasses
import json

import pandas as pd
import pytest

from lcresearch.errors import StudyError
from lcresearch.instruments import load
from lcresearch.reporting.change_content import ChangeNumbers
from lcresearch.studies.model import StudyFile
from lcresearch.studies.planned import decided, fingerprint
from lcresearch.studies.publishing.decisions import decisions
from lcresearch.studies.publishing.group_codes import group_codes
from lcresearch.studies.publishing.masked_change import enough

NESTED = pd.DataFrame({"consortium": ["Noord", "Noord", "Zuid"], "community": ["Bouw", "Zorg", "Bouw"]})
LEVELS = ["consortium", "community"]


def test_groups_of_one_name_in_two_consortia_have_two_codes():
    codes = group_codes(NESTED, LEVELS, [], b"key")
    assert len(set(codes.shown.values())) == 5
    first, second = codes.find("community", "Noord", "Bouw"), codes.find("community", "Zuid", "Bouw")
    assert (first, second) == (("Noord", "Bouw"), ("Zuid", "Bouw"))
    assert codes.shown[first] != codes.shown[second]
    assert codes.joined("community", "Zuid / Bouw") == f"{codes.shown['Zuid',]} / {codes.shown[second]}"
    assert codes.names == {"Noord", "Zuid", "Bouw", "Zorg"}


def test_a_level_that_may_be_named_keeps_its_names():
    codes = group_codes(NESTED, LEVELS, ["consortium"], b"key")
    assert codes.shown["Noord",] == "Noord"
    assert codes.names == {"Bouw", "Zorg"}


def test_a_name_that_is_unknown_has_no_code():
    assert group_codes(NESTED, LEVELS, [], b"key").find("community", "", "Elders") is None


def test_the_order_of_codes_follows_the_key_and_not_the_names():
    frame = pd.DataFrame({"organisation": [f"firm {n:02d}" for n in range(30)]})
    by_name = [list(group_codes(frame, ["organisation"], [], key).shown.items()) for key in (b"one", b"two", b"one")]
    in_order = [[path for path, _ in sorted(pairs, key=lambda pair: pair[1])] for pairs in by_name]
    assert in_order[0] == in_order[2]
    assert in_order[0] != in_order[1]
    assert in_order[0] != sorted(in_order[0])


LINKED = ChangeNumbers(
    "all", "", "", n_before=40, n_after=35, mean_before=3.0, mean_after=3.4, n_linked=30, n_only_before=10,
    n_only_after=5, basis="linked", estimate=0.5, conf_low=0.2, conf_high=0.8, sureness="clear_gain",
)  # fmt: skip


def test_few_who_answered_once_take_the_change_of_the_others_along():
    """Five answered after only: their mean would follow from the change of the thirty who answered twice."""
    found = enough(LINKED, 10)
    assert (found.basis, found.estimate, found.reason) == ("all_answers", pytest.approx(0.4), "once")
    assert (found.conf_low, found.n_linked, found.n_only_after) == (None, None, None)


def test_change_of_enough_persons_stays_as_it_is():
    one = dataclasses.replace(LINKED, n_after=40, n_only_after=10)
    assert enough(one, 10) is one
    nobody_once = dataclasses.replace(LINKED, n_before=30, n_after=30)
    assert enough(nobody_once, 10) is nobody_once


@pytest.mark.parametrize("few", [{"n_before": 9}, {"n_linked": 9}])
def test_change_of_few_is_not_shown(few):
    found = enough(dataclasses.replace(LINKED, **few), 10)
    assert (found.shown, found.n_before, found.reason) == (False, None, "few")


STUDY = {
    "id": "plan", "title": {"nl": "P", "en": "P"}, "description": {"nl": "P", "en": "P"}, "languages": ("nl", "en"),
    "instruments": ("psychological-safety",), "responses": ("a.csv", "b.csv"),
    "waves": {"labels": {"t0": {"nl": "a"}, "t1": {"nl": "b"}}}, "levels": {"organisation": "bedrijf"},
    "change": {"primary": "psychological_safety", "worthwhile": 0.5, "comparison": ["Waterlelie"]},
    "publication": {"evidence": "confirmatory", "plan": {"file": "plan.yaml", "date": "2026-01-05"}},
}  # fmt: skip


def written(folder, **values):
    """A plan as YAML, which JSON is too."""
    (folder / "plan.yaml").write_text(json.dumps(STUDY | values), encoding="utf-8")
    return StudyFile.model_validate(STUDY)


def compared(file, folder):
    return decisions(file, [load("psychological-safety")], folder)


def test_decisions_are_compared_with_the_plan(tmp_path):
    change = STUDY["change"] | {"worthwhile": 0.3}
    found = compared(written(tmp_path, change=change, analyses=["scores"]), tmp_path)
    states = {one.name: one.state for one in found.made}
    assert {name for name, state in states.items() if state == "changed"} == {"worthwhile", "analyses"}
    assert states["design"] == "as_planned"
    assert found.beforehand.plan_fingerprint != found.fingerprint
    assert found.beforehand.facts.kind("psychological_safety") == "planned"
    assert found.beforehand.facts.kind("another") == "exploratory"


def test_the_same_plan_has_the_same_fingerprint(tmp_path):
    found = compared(written(tmp_path), tmp_path)
    assert (
        found.beforehand.plan_fingerprint == found.fingerprint == fingerprint(decided(StudyFile.model_validate(STUDY)))
    )


def test_decisions_name_no_group_file_or_column():
    text = json.dumps(decided(StudyFile.model_validate(STUDY)))
    assert not any(word in text for word in ("Waterlelie", "a.csv", "bedrijf"))


@pytest.mark.parametrize("change", [{"id": "another"}, {"instruments": 3}])
def test_a_plan_that_is_none(tmp_path, change):
    file = written(tmp_path, **change)
    with pytest.raises(StudyError) as caught:
        compared(file, tmp_path)
    assert caught.value.problems[0].code == "S223"
