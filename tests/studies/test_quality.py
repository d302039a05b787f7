"""From file to report: every row is accounted for, and careless answers are counted without pointing at anyone."""

import datetime
import json

import pandas as pd
import pytest

from lcresearch import studies
from lcresearch.disclosure import Ledger, Policy
from lcresearch.responses.screening.result import Screening
from lcresearch.responses.screening.rules import RULES
from lcresearch.studies.quality import flagged_by_rule, may_be_shown, rows_account

DATE = datetime.date(2026, 3, 9)


def log(*lines):
    return pd.DataFrame(lines, columns=["code", "status", "n"])


def account(table):
    numbers = (None if pd.isna(n) else int(n) for n in table["n"])
    return dict(zip(table["reason"], numbers, strict=True))


@pytest.mark.parametrize("careless", [0, 1, 4])
@pytest.mark.parametrize("consent", [0, 1, 5])
def test_the_account_adds_up(careless, consent):
    lines = log(("R127", "dropped", consent), ("R193", "dropped", 1), ("R062", "dropped", 9), ("R064", "noted", 7))
    table = rows_account(lines, 30 - careless, 28 - careless, careless)
    found = account(table)
    assert table["reason"].iloc[[0, -1]].tolist() == ["read", "used"]
    few = 0 < consent + careless < 3
    assert found["read"] == 31 + consent - (consent + careless if few else 0)
    assert found["read"] == table["n"].iloc[1:].sum()
    assert (found.get("persons", 0) is None) == few
    assert found["header"] == 1
    assert found["no_wave"] == 2
    assert (table["n"].iloc[1:-1].dropna() > 0).all()


def test_reasons_that_tell_of_one_person_are_counted_together():
    few = account(rows_account(log(("R127", "dropped", 1), ("R128", "dropped", 6)), 40, 40, 3))
    assert few == {"read": 50, "persons": 10, "used": 40}
    enough = account(rows_account(log(("R127", "dropped", 3), ("R128", "dropped", 6)), 40, 40, 0))
    assert enough == {"read": 49, "no_consent": 3, "withdrew": 6, "used": 40}


def test_a_line_that_counts_the_rest_belongs_to_the_lines_before():
    lines = log(("R127", "dropped", 1000), ("R070", "dropped", 200), ("R192", "dropped", 5), ("R070", "set_missing", 3))
    assert account(rows_account(lines, 10, 10, 0)) == {"read": 1215, "test": 5, "no_consent": 1200, "used": 10}


def screening(n, **flagged):
    rows = pd.DataFrame({"respondent": [f"p{row}" for row in range(n)], "wave": "t0"})
    for rule in RULES:
        flags = [row < flagged.get(rule.name, 0) for row in range(n)]
        rows[rule.name] = pd.array(flags, dtype="boolean")
    limits = {rule.limit: 1.0 for rule in RULES}
    return Screening(rows, limits, {}, 1, ())


@pytest.mark.parametrize(
    ("n_flagged", "shown", "reason"),
    [(0, 0, None), (1, None, "few"), (2, None, "few"), (3, 3, None), (9, 9, None), (10, None, "protected")],
)
def test_few_that_stand_out_and_few_that_do_not_stay_unnamed(n_flagged, shown, reason):
    table = flagged_by_rule(screening(12, too_fast=n_flagged), Policy()).set_index("rule")
    row = table.loc["too_fast"]
    assert (row["n_flagged"] == shown) if shown is not None else pd.isna(row["n_flagged"])
    assert row["reason"] == reason if reason else pd.isna(row["reason"])
    assert "very_slow" not in table.index


def test_few_forms_show_nothing_on_care(tmp_path):
    few, enough = screening(4), screening(5)
    assert not may_be_shown(few, few.rows["respondent"].tolist(), Policy(), Ledger(tmp_path))
    assert may_be_shown(enough, enough.rows["respondent"].tolist(), Policy(), Ledger(tmp_path))


def test_one_late_careless_answer_is_not_given_away(tmp_path):
    before = screening(12, too_fast=3)
    ledger = Ledger(tmp_path)
    assert may_be_shown(before, before.rows["respondent"].tolist(), Policy(), ledger)
    ledger.commit("first", date="2026-03-09")
    assert may_be_shown(before, before.rows["respondent"].tolist(), Policy(), Ledger(tmp_path))
    after = screening(13, too_fast=4)
    assert not may_be_shown(after, after.rows["respondent"].tolist(), Policy(), Ledger(tmp_path))


def test_a_study_counts_every_row_of_its_file(study_texts, small_study, tmp_path):
    extra = "p17,Aa,4,,\np18,Bb,,4,\np19,Bb,4,,\n" + study_texts.answers.splitlines()[0] + "\n"
    text = study_texts.study + "screening: {exclude: [few_answers]}\n"
    answers = study_texts.answers + extra
    results = studies.load(small_study(study=text, answers=answers)).run(tmp_path / "out", date=DATE)
    table = results.content.quality.rows
    assert account(table) == {"read": 20, "header": 1, "careless": 3, "used": 16}
    assert results.content.response.n_rows_read == 19
    on_disk = pd.read_csv(tmp_path / "out" / "tables" / "rows.csv")
    assert account(on_disk) == account(table)


def test_a_single_row_left_out_does_not_say_why(study_texts, small_study, tmp_path):
    text = study_texts.study + "screening: {exclude: [few_answers]}\n"
    answers = study_texts.answers + "p17,Aa,4,,\n"
    results = studies.load(small_study(study=text, answers=answers)).run(tmp_path / "out", date=DATE)
    assert account(results.content.quality.rows) == {"read": 16, "persons": None, "used": 16}
    assert results.content.quality.n_screened == 0
    assert results.content.response.n_rows_read == 16
    assert "minder dan 3" in results.reports["nl"].read_text(encoding="utf-8")
    record = json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8"))
    assert record["left_out"]["rows_without_consent_withdrawn_or_careless"] == "1-2"
    assert "S050" not in [problem.code for problem in results.content.response.problems]
