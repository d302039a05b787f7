"""The review table on disk: decisions one by one, and names that no program found."""

from __future__ import annotations

import pytest

from lcresearch.errors import InterviewError
from lcresearch.interviews import Corpus, Document, Key, deidentify
from lcresearch.interviews.deidentification.review_file import decide, mark, read_review, settled, write_review

LAYERS = ["pattern", "corpus", "speech"]
TEXT = (
    "I: Hoe gaat het?\nR: Mijn baas, Marleen de Wit, lachte. Marleen de Wit belde zwaluw. Zwaluw en zwaluwen 🐦 =1+1."
)
TALK = Document("d1", "talk", TEXT)


def found(**options):
    return deidentify(Corpus((TALK,)), layers=LAYERS, **options)


def rows(log, words):
    return log.loc[log["found"].eq(words), "hit"].tolist()


def test_what_is_decided_holds_in_the_next_run_and_survives_the_file(tmp_path):
    first = found()
    first.save(tmp_path)
    log = read_review(tmp_path)
    assert settled(log)["choice"].eq("").all()
    hit = rows(log, "Marleen de Wit")[0]
    log = decide(log, [hit], "keep", everywhere=True)
    assert settled(log).loc[log["found"].eq("Marleen de Wit"), "choice"].tolist() == ["keep", "keep"]
    write_review(log, tmp_path)
    again = found(decisions=tmp_path / "private" / "interview-review.csv", key=tmp_path)
    assert again.corpus["talk"].text.count("Marleen de Wit") == 2
    back = decide(read_review(tmp_path), rows(log, "Marleen de Wit")[1:], "")
    assert settled(back)["choice"].eq("").all()


def test_another_replacement_holds_for_one_place_or_for_all(tmp_path):
    first = found()
    log = first.log
    one, other = rows(log, "Marleen de Wit")
    new = decide(log, [one], "replace", replacement="  de   leider ")
    assert settled(new).set_index(new["hit"]).loc[[one, other], "shown"].tolist() == ["de leider", "Persoon 1"]
    assert found(decisions=new, key=first.key).corpus["talk"].text.count("de leider") == 1
    new = decide(log, [one], "replace", replacement="de leider", everywhere=True)
    assert settled(new).set_index(new["hit"]).loc[[one, other], "shown"].tolist() == ["de leider", "de leider"]
    assert found(decisions=new, key=first.key).corpus["talk"].text.count("de leider") == 2
    new = decide(new, [one], "replace", replacement="")
    assert settled(new)["shown"].tolist() == settled(log)["shown"].tolist()


def test_a_name_that_was_missed_is_replaced_wherever_it_stands_as_a_word(tmp_path):
    start = TEXT.index("zwaluw")
    first = found()
    log = mark(first.log, TALK, start - 1, start + 6, "organisation")
    again = found(decisions=log, key=first.key)
    assert "belde Bedrijf A. Bedrijf A en zwaluwen" in again.corpus["talk"].text
    assert settled(again.log)["choice"].tolist() == [
        "replace" if "waluw" in each else "" for each in again.log["found"]
    ]
    third = found(decisions=again.log, key=again.key)
    assert third.corpus["talk"].text == again.corpus["talk"].text
    assert third.problems == first.problems


def test_a_missed_name_can_be_of_one_place_and_taken_back():
    start = TEXT.index("zwaluw")
    first = found()
    log = mark(first.log, TALK, start, start + 6, "person", replacement="Persoon 7", everywhere=False)
    assert "belde Persoon 7. Zwaluw" in found(decisions=log, key=first.key).corpus["talk"].text
    marked = log.loc[log["found"].eq("zwaluw"), "hit"]
    assert len(decide(log, marked, "")) == len(first.log)


def test_cells_that_a_spreadsheet_would_run_come_back_as_they_were(tmp_path):
    start = TEXT.index("=1+1")
    log = mark(found().log, TALK, start, start + 4, "name")
    write_review(log, tmp_path)
    assert read_review(tmp_path)["found"].tolist() == log["found"].tolist()


@pytest.mark.parametrize(("start", "end"), [(5, 5), (3, 30), (0, 400), (-5, -1)])
def test_what_cannot_be_a_name_is_refused(start, end):
    with pytest.raises(InterviewError) as error:
        mark(found().log, TALK, start, end, "person")
    assert error.value.problems[0].code == "V131"


def test_rows_and_kinds_that_do_not_exist_are_refused(tmp_path):
    log = found().log
    for code, call in {
        "V130": lambda: decide(log, ["nowhere"], "keep"),
        "V123": lambda: decide(log, rows(log, "Marleen de Wit"), "keep", kind="planet"),
        "G001": lambda: read_review(tmp_path),
    }.items():
        with pytest.raises(InterviewError) as error:
            call()
        assert error.value.problems[0].code == code
    assert len(Key()) == 0
