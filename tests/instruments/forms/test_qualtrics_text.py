"""The text file for Qualtrics: documented tags only, and reading what is exported from a survey made of it."""

from __future__ import annotations

import csv
import html
import json
import re

import pandas as pd
import pytest

from lcresearch import instruments, responses
from lcresearch.instruments.forms import export_form, questionnaire

OWN = {"StartDate": "startDate", "EndDate": "endDate", "Finished": "finished", "ResponseId": "_recordId"}
NAMES, OWN_IDS = tuple(OWN), tuple(OWN.values())


def plain(text):
    return " ".join(html.unescape(re.sub(r"<[^>]+>", "", text.replace("<br>", " "))).split())


def place(question, answer):
    """The number that Qualtrics keeps for a group, or any other answer as it is."""
    codes = [each.code for each in question.answers]
    return codes.index(answer) + 1 if question.kind == "group" else answer


TAG = re.compile(r"\[\[([A-Za-z]+)((?::[^\]]*)?)\]\]")
DOCUMENTED = {
    "AdvancedFormat", "Block:", "ID:", "Choices", "AdvancedChoices", "Choice:", "AdvancedAnswers", "Answer:",
    "Question:DB", "Question:MC:SingleAnswer:Vertical", "Question:MC:MultipleAnswer:Vertical",
    "Question:Matrix:SingleAnswer", "Question:TE:SingleLine", "Question:TE:Essay",
}  # fmt: skip


def parsed(text):
    """Questions of a text file: kind, tag, text, rows, and label by code."""
    for part in re.split(r"\n(?=\[\[Question:)", text)[1:]:
        lines = [line for line in part.splitlines() if line and not line.startswith("[[Block:")]
        kind, tag, body = lines[0][2:-2].split(":", 1)[1], TAG.fullmatch(lines[1])[2][1:], lines[2:]
        marks = [place for place, line in enumerate(body) if TAG.fullmatch(line)]
        rows = body[marks[0] + 1 : marks[1]] if marks and body[marks[0]] == "[[Choices]]" else []
        codes = [place for place in marks if re.match(r"\[\[(Choice|Answer):", body[place])]
        labels = {TAG.fullmatch(body[place])[2][1:]: plain(body[place + 1]) for place in codes}
        yield kind, tag, plain(body[0]), [plain(row) for row in rows], labels


def exported_from_text(text, form, answers, path):
    """The CSV file of choice texts that Qualtrics exports; rows of tables have no ids of items."""
    by_text = {q.text["nl"]: q for q in form.questions}
    by_name = {q.name: q for q in form.questions}
    columns = []
    for n, (kind, tag, asked, rows, labels) in enumerate(parsed(text), start=1):
        if kind.startswith("Matrix"):
            items = [
                (f"{tag}_{i}", f"{asked} - {row}", f"QID{n}_{i}", by_text[row]) for i, row in enumerate(rows, start=1)
            ]
            columns += [(*item, labels) for item in items]
        elif kind != "DB":
            columns.append((tag, asked, f"QID{n}_TEXT" if kind.startswith("TE") else f"QID{n}", by_name[tag], labels))
    rows = [
        [*NAMES, *(c[0] for c in columns)],
        [*NAMES, *(c[1] for c in columns)],
        [json.dumps({"ImportId": each}) for each in (*OWN_IDS, *(c[2] for c in columns))],
    ]
    for n, answer in enumerate(answers):
        cells = []
        for *_, question, labels in columns:
            given = answer.get(question.name)
            codes = [] if given is None else given if isinstance(given, list) else [given]
            codes = [place(question, code) for code in codes]
            cells.append(",".join(labels.get(str(code), str(code)) for code in codes))
        rows.append(["2026-03-01 10:00:00", "2026-03-01 10:04:10", "1", f"R_{n}", *cells])
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        csv.writer(stream).writerows(rows)
    return path


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_text_file_has_documented_tags_only_and_one_line_a_text(study_form, tmp_path, language):
    made = export_form(study_form, tmp_path, "qualtrics")
    text = next(file for file in made.files if file.name.endswith(f".{language}.txt")).read_text(encoding="utf-8")
    assert text.startswith("[[AdvancedFormat]]\n")
    tags = {f"{name}{rest if name == 'Question' else rest[:1]}" for name, rest in TAG.findall(text)}
    assert DOCUMENTED - {"Question:TE:Essay"} <= tags <= DOCUMENTED
    assert {tag for _, tag, *_ in parsed(text)} >= {q.name for q in study_form.questions if q.kind != "choice"}


def test_answers_to_a_survey_from_the_text_file_are_read(study_form, asked, answered, expected, tmp_path):
    made = export_form(study_form, tmp_path, "qualtrics", ["nl"])
    text = next(file for file in made.files if file.name.endswith(".nl.txt")).read_text(encoding="utf-8")
    answers, levels = answered(study_form, 40), {"organisation": "bedrijf"}
    file = exported_from_text(text, study_form, answers, tmp_path / "export.csv")
    frame = responses.read(file, asked, levels=levels, consent="toestemming").frame.drop(columns="respondent")
    pd.testing.assert_frame_equal(frame, expected(study_form, answers, asked, levels))


def test_what_is_not_carried_is_said_once_for_each_file(study_form, tmp_path):
    problems = export_form(study_form, tmp_path, "qualtrics").problems
    assert [(problem.code, problem.where.file) for problem in problems] == [
        ("F040", "leren.qsf"), ("F042", "leren.qsf"), ("F043", "leren.nl.txt"),
    ]  # fmt: skip
    said = problems[2].message("nl")
    assert all(
        part in said
        for part in ("volgorde", "versies (working-elements)", "niet meedoet", "namen van groepen (bedrijf)")
    )


def test_a_plain_form_is_carried_whole_but_for_rows_of_tables_in_the_text_file(tmp_path):
    form = questionnaire([instruments.load("psychological-safety")], languages=["nl"])
    (problem,) = export_form(form, tmp_path, "qualtrics").problems
    assert problem.code == "F043"
    assert problem.message("en").endswith("It does not have: ids of the rows of tables.")
