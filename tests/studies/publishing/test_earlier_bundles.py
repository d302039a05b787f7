"""Two bundles of one study, side by side: a repository keeps every version."""

import dataclasses

import pandas as pd
import pytest

from lcresearch import studies
from lcresearch.disclosure import Ledger
from lcresearch.disclosure.policy import PACKAGE
from lcresearch.interviews.code_tables.counts_of_persons import count_shown
from lcresearch.reporting.interview_content import InterviewContent
from lcresearch.studies.publishing.codes_file import CODES_FILE, known_codes, write_codes
from lcresearch.studies.publishing.group_codes import group_codes
from lcresearch.studies.publishing.masked_interviews import masked_interviews

LEVEL = ["organisation"]
LATE = 6
"""More than the five of a report, fewer than the ten that anyone may read of."""


def firms(*names):
    return pd.DataFrame({"organisation": names})


def shown(made):
    """How many persons stand behind each score of the first scale: of all together, and of firms."""
    scale = made.published.content.scales[0]
    return [int(n) for n in [*scale.overall["n"].dropna(), *scale.scores["n"].dropna()]]


def test_late_answers_of_a_few_cannot_be_computed_from_two_bundles(study):
    """Six colleagues answer after the first bundle: the second must not give their mean away."""
    first = studies.publish(study)
    answers = study / "answers.csv"
    late = "".join(
        f"late{n:03d},Kraanvogel Metaal,,{1 + n % 5},{5 - n % 4},{1 + n % 3},2,{1 + n % 4},3\n" for n in range(LATE)
    )
    answers.write_text(answers.read_text(encoding="utf-8") + late, encoding="utf-8")
    studies.load(study).run(force=True)
    second = studies.publish(study, force=True)
    assert {43, 12, 14} <= set(shown(first))
    assert not {43 + LATE, 12 + LATE} & set(shown(second))
    assert second.published.disclosure["waves_hidden_beside_an_earlier_bundle"] == ["t0"]
    assert first.published.disclosure["waves_hidden_beside_an_earlier_bundle"] == []
    assert "Since an earlier bundle fewer than 10 people were added" in second.text("en")
    assert "Haal ze uit het bestand" in second.text("nl")
    assert "Since an earlier bundle" not in first.text("en")


def test_the_same_bundle_twice_shows_the_same(study):
    first = studies.publish(study)
    assert studies.publish(study, force=True).files == first.files


def test_a_preview_is_no_bundle(study):
    (study / "private/publications.json").unlink(missing_ok=True)
    studies.publish(study, preview=True)
    assert not (study / "private/publications.json").exists()


def test_a_group_keeps_its_code_and_no_other_gets_it(tmp_path):
    """Else a reader of two versions takes two firms for one: with one more firm all codes would move."""
    before = group_codes(firms("Bakker", "Smid", "Mulder"), LEVEL, [], b"key")
    write_codes(tmp_path, before)
    after = group_codes(firms("Bakker", "Aak", "Smid"), LEVEL, [], b"key", known_codes(tmp_path))
    assert {name: after.shown[name,] for name in ("Bakker", "Smid")} == {
        name: before.shown[name,] for name in ("Bakker", "Smid")
    }
    assert after.shown["Aak",] == "O-4"
    write_codes(tmp_path, after)
    back = group_codes(firms("Mulder", "Nieuw"), LEVEL, [], b"key", known_codes(tmp_path))
    assert back.shown == {("Mulder",): before.shown["Mulder",], ("Nieuw",): "O-5"}


@pytest.mark.parametrize(
    "text", ["", "level;parent;name;code\n", "level,parent,name,code\norganisation,,Bakker,=1+1\n"]
)
def test_a_file_of_codes_that_is_none_gives_no_codes(tmp_path, text):
    write_codes(tmp_path, group_codes(firms("Bakker"), LEVEL, [], b"key"))
    (tmp_path / CODES_FILE).write_text(text, encoding="utf-8")
    assert known_codes(tmp_path) == {}


TALKS = pd.DataFrame(
    {"respondent": [f"p{n:02d}" for n in range(30)], "group": ["a", "b"] * 15, "trust": [True, False, True] * 10}
)


@pytest.mark.parametrize(("n_before", "reason"), [(30, ""), (25, "earlier"), (20, "")])
def test_interviews_since_an_earlier_bundle_are_of_nobody_or_ten(tmp_path, n_before, reason):
    earlier = Ledger(tmp_path)
    count_shown(TALKS.head(n_before), "", PACKAGE, earlier)
    earlier.commit("bundle")
    assert count_shown(TALKS, "", PACKAGE, Ledger(tmp_path)).reason == reason


def content(n_persons):
    """What a report shows of this many interviews."""
    none = pd.DataFrame({"group": [], "n_persons": []})
    totals = pd.DataFrame({"code": ["trust"], "n_with": [20], "n_persons": [n_persons], "share": [2 / 3]})
    return InterviewContent(
        n_persons, n_persons, 2, 90, "", {}, none, totals, none, none, none, none, agreement=none, coverage=none
    )


def test_codes_of_interviews_stay_behind_when_few_were_added():
    nobody = count_shown(TALKS, "", PACKAGE, None)
    assert len(masked_interviews(content(30), group_codes(firms("A"), LEVEL, [], b""), 10, nobody).totals) == 1
    few = dataclasses.replace(nobody, reason="earlier")
    found = masked_interviews(content(30), group_codes(firms("A"), LEVEL, [], b""), 10, few)
    assert (len(found.totals), found.reason) == (0, "earlier")
