"""A study reads what comes of its own form, from programs and paper, without a mapping: the same as a plain table."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest
from tests.studies.invented_form_exports import (
    FIRMS,
    OWN,
    STUDY,
    WAVES,
    exported_structure,
    lime_export,
    made_study,
    stripped,
    write_table,
)

from lcresearch import instruments, responses, studies
from lcresearch.instruments.forms.limesurvey.codes import question_codes

N = 12


@pytest.fixture(scope="module")
def form(tmp_path_factory):
    return studies.form_of_study(made_study(tmp_path_factory.mktemp("plain"), ".csv"))


@pytest.fixture(scope="module")
def answers(form):
    """Invented answers by wave: a row a person; the last person refuses at the second wave."""
    return {wave: [person(form, who, n) for who in range(N)] for n, wave in enumerate(WAVES)}


def person(form, who: int, wave: int) -> dict[str, object]:
    rng = np.random.default_rng([who, wave])
    fixed = {
        "toestemming": 0 if (who, wave) == (N - 1, 1) else 1,
        "het_bedrijf": FIRMS[who % 3],
        "code_moeder": ("An", "jo", "MA", "el")[who % 4],
        "code_dag": f"{who + 1:02d}",
        "code_plaats": ("UT", "Zw")[who % 2],
    }
    given = {q.name: fixed[q.name] if q.name in fixed else drawn(q, rng) for q in form.questions}
    return given if fixed["toestemming"] else {"toestemming": 0}


def drawn(question, rng: np.random.Generator) -> object:
    codes = [answer.code for answer in question.answers]
    if rng.random() < 0.1:
        return None
    if question.kind == "multiple":
        return [code for code in codes[:-1] if rng.random() < 0.4] or codes[:1]
    if question.kind == "number":
        return int(rng.integers(question.minimum or 0, min(question.maximum or 20, 20), endpoint=True))
    return codes[rng.integers(len(codes))] if codes else "een tekst, met komma\nen regel"


@pytest.fixture(scope="module")
def plain(form, answers, tmp_path_factory):
    """The answers as a plain table of codes gives them."""
    folder = tmp_path_factory.mktemp("plain-answers")
    for wave in WAVES:
        names = [
            (q, None) if q.kind != "multiple" else (q, answer.code)
            for q in form.questions
            for answer in (q.answers if q.kind == "multiple" else [None])
        ]
        header = [q.name if code is None else f"{q.name}_{code}" for q, code in names]
        write_table(
            folder / f"{wave}.csv", header, [[plain_cell(each, q, code) for q, code in names] for each in answers[wave]]
        )
    return readable(made_study(folder, ".csv"))


def plain_cell(given, question, code):
    value = given.get(question.name)
    return value if code is None or value is None else int(code in value)


def readable(study) -> pd.DataFrame:
    """What a study reads, with persons numbered in the order in which they come."""
    data = study.read()
    frame = data.frame.reset_index(drop=True)
    return frame.assign(respondent=pd.factorize(frame["respondent"])[0])


def test_the_plain_table_holds_what_was_drawn(plain, answers):
    consenting = [each for wave in WAVES for each in answers[wave] if each["toestemming"]]
    assert len(plain) == len(consenting) == 2 * N - 1
    assert plain["respondent"].nunique() == N
    assert plain["organisation"].tolist() == [each["het_bedrijf"] for each in consenting]
    for item in ("ps01", "bg02"):
        drawn_codes = [each[item] for each in consenting]
        missing = {9, 8, 98, None}
        assert plain[item].fillna(-1).tolist() == [-1 if code in missing else code for code in drawn_codes]


@pytest.mark.parametrize(("full", "ending"), [(None, ".csv"), ("nl", ".csv"), ("en", ".csv"), (None, ".lsa")])
def test_limesurvey(full, ending, form, answers, plain, tmp_path):
    study = lime_export(tmp_path, form, answers, full=full, ending=ending)
    pd.testing.assert_frame_equal(readable(study), plain)
    errors = [problem for problem in study.check() if problem.level == "error"]
    assert errors == []


LONG = "a_very_long_name_of_a_question_that_is_longer_than_twenty_signs"
INSTRUMENT = f"""\
id: names
version: 1.0.0
languages: [nl]
title: {{nl: Namen}}
text: {{nl: Verzonnen.}}
construct: {{nl: Verzonnen.}}
level: individual
composition: individual
source: {{items: new, literature: [Invented for tests.], relation: {{nl: Verzonnen.}}}}
licence: CC-BY-4.0
response_scales:
  agree: {{labels: {{1: {{nl: oneens}}, 2: {{nl: eens}}}}}}
  work: {{ordered: false, other: 97, labels: {{1: {{nl: bouw}}, 2: {{nl: zorg}}, 97: {{nl: 'anders, namelijk'}}}}}}
items:
  - {{id: my_item_1, response_scale: agree, text: {{nl: Wij leren.}}}}
  - {{id: {LONG}, response_scale: agree, text: {{nl: Wij vragen.}}}}
  - {{id: a_comment, response_scale: agree, text: {{nl: Wij zeggen iets.}}}}
  - {{id: my_work, type: multiple, response_scale: work, text: {{nl: Wat doet u?}}}}
  - {{id: my_other_work, response_scale: work, text: {{nl: Wat nog?}}}}
  - {{id: how_many, type: number, text: {{nl: Hoeveel?}}}}
"""


def test_names_that_limesurvey_does_not_take_come_back(tmp_path):
    (tmp_path / "names.yaml").write_text(INSTRUMENT, encoding="utf-8")
    used = instruments.load(tmp_path / "names.yaml")
    columns = list(exported_structure(used.export(tmp_path / "names.lss").files[0], "nl"))
    cells = {"my_item_1": "2", LONG: "1", "a_comment": "2", "how_many": "5"}
    names = question_codes([item.id for item in used.items])
    by_code = {names[name]: cell for name, cell in cells.items()} | {names["my_other_work"]: "-oth-"}
    row = []
    for header, _, _, question, part, _ in columns:
        ticked = question["type"] == "M" and part in ("2", "other")
        code = part if question["type"] == "F" else header
        row.append(by_code.get(code, ("iets" if part == "other" else "Y") if ticked else ""))
    write_table(
        tmp_path / "a.csv", [*OWN["code"], *(column[0] for column in columns)], [["7", "", "1", "nl", "1", "3", *row]]
    )
    read = responses.read(tmp_path / "a.csv", used).frame.iloc[0]
    assert {name: read[name] for name in cells} == {"my_item_1": 2, LONG: 1, "a_comment": 2, "how_many": 5}
    assert [read[f"my_work_{code}"] for code in (1, 2, 97)] == [0, 1, 1]
    assert read["my_other_work"] == 97


# REDCap


def redcap_rows(file: Path):
    with file.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def redcap_columns(dictionary, *, labels):
    """Header, field, option and choices of each column that REDCap exports for a dictionary."""
    for row in dictionary:
        name, label = row["Variable / Field Name"], stripped(row["Field Label"])
        listed = row["Choices, Calculations, OR Slider Labels"]
        choices = dict(stripped(one).split(", ", 1) for one in listed.split(" | ")) if listed else {}
        if row["Field Type"] == "checkbox":
            for code, choice in choices.items():
                header = f"{label} (choice={choice})" if labels else f"{name}___{code}"
                yield header, name, code, choices
        else:
            yield (label if labels else name), name, None, choices


def redcap_cell(given, column, n, *, labels):
    _, name, code, choices = column
    if name == "record_id":
        return str(n)
    value = given.get(name)
    if name.endswith("_other"):
        return "iets anders" if given.get(name[: -len("_other")]) in (97, [97]) else ""
    if code is not None:
        ticked = value is not None and int(code) in value
        return ("Checked" if ticked else "Unchecked") if labels else str(int(ticked))
    if value is None:
        return ""
    if choices:
        number = str(value if isinstance(value, int) else FIRMS.index(value) + 1)
        return choices[number] if labels else number
    return str(value)


@pytest.mark.parametrize(("labels", "language"), [(False, "nl"), (True, "nl"), (True, "en")])
def test_redcap(labels, language, form, answers, plain, tmp_path):
    study = made_study(tmp_path, ".csv")
    made = study.export_forms(platforms=["redcap"], languages=[language])
    columns = list(redcap_columns(redcap_rows(made.files[0]), labels=labels))
    own = (
        ["Survey Identifier", "Survey Timestamp"]
        if labels
        else ["redcap_survey_identifier", "leren_in_bedrijven_timestamp"]
    )
    state = "Complete?" if labels else "leren_in_bedrijven_complete"
    for wave in WAVES:
        header = [columns[0][0], *own, *(column[0] for column in columns[1:]), state]
        rows = []
        for n, given in enumerate(answers[wave], start=1):
            cells = [redcap_cell(given, column, n, labels=labels) for column in columns]
            rows.append([cells[0], "", "2026-11-02 10:00:00", *cells[1:], "Complete" if labels else "2"])
        write_table(tmp_path / f"{wave}.csv", header, rows)
    data = study.read()
    assert data.log.loc[data.log["code"] == "R190", "text"].str.contains("redcap").all()
    assert data.paradata["completed"].all()
    pd.testing.assert_frame_equal(readable(study), plain)
    assert [problem for problem in study.check() if problem.level == "error"] == []


def test_projects_of_two_languages_are_files_of_one_wave(form, answers, tmp_path):
    text = STUDY.replace("  - {file: FILE0, wave: t0}\n", "").replace(
        "  - {file: FILE1, wave: t1}\n", "  - {file: nl.csv, wave: t1}\n  - {file: en.csv, wave: t1}\n"
    )
    (tmp_path / "study.yaml").write_text(text, encoding="utf-8")
    study = studies.load(tmp_path)
    halves = {"nl": answers["t1"][:6], "en": answers["t1"][6:]}
    for file, (language, people) in zip(study.export_forms(platforms=["redcap"]).files, halves.items(), strict=True):
        columns = list(redcap_columns(redcap_rows(file), labels=True))
        rows = [[redcap_cell(given, column, n, labels=True) for column in columns] for n, given in enumerate(people, 1)]
        write_table(
            tmp_path / f"{language}.csv",
            [*(column[0] for column in columns), "Complete?"],
            [[*row, "Complete"] for row in rows],
        )
    assert len(study.read().frame) == N - 1


# SurveyJS


def survey_data(form_file: Path, given) -> dict[str, object]:
    """What survey.data holds of these answers: rows of a matrix under its name, own words beside their answer."""
    kept: dict[str, object] = {"form_start": 1, "form_opened": 5, "form_mark": "abcdef12", "form_language": "nl"}
    pages = json.loads(form_file.read_text(encoding="utf-8"))["pages"]
    for element in (element for page in pages for element in page["elements"]):
        if element["type"] == "matrix":
            rows = {row["value"]: given.get(row["value"]) for row in element["rows"]}
            kept[element["name"]] = {row: value for row, value in rows.items() if value is not None}
        elif given.get(element["name"]) is not None:
            value, writes = (
                given[element["name"]],
                [one for one in element.get("choices", []) if "showCommentArea" in one],
            )
            commented = {"value": 97, "comment": "iets, anders; en meer"}
            if isinstance(value, list):
                kept[element["name"]] = [commented if one == 97 else {"value": one} for one in value]
            else:
                kept[element["name"]] = commented if writes and value == 97 else value
    return {name: value for name, value in kept.items() if value != {}}


@pytest.mark.parametrize("ending", [".json", ".jsonl"])
def test_surveyjs(ending, form, answers, plain, tmp_path):
    study = made_study(tmp_path, ending)
    file = study.export_forms(platforms=["surveyjs"]).files[0]
    for wave in WAVES:
        people = [survey_data(file, given) for given in answers[wave]]
        text = json.dumps(people) if ending == ".json" else "".join(json.dumps(one) + "\n" for one in people)
        (tmp_path / f"{wave}{ending}").write_text(text, encoding="utf-8")
    pd.testing.assert_frame_equal(readable(study), plain)
    assert [problem for problem in study.check() if problem.level == "error"] == []


# paper


def test_answers_on_paper_that_were_typed_in(form, answers, plain, tmp_path, monkeypatch):
    monkeypatch.setenv("LCRESEARCH_BROWSER", "no-such-browser")
    study = made_study(tmp_path, ".xlsx")
    file = next(file for file in study.export_forms(platforms=["print"]).files if file.suffix == ".xlsx")
    questions = {question.name: question for question in form.questions}
    for wave in WAVES:
        book = openpyxl.load_workbook(file)
        sheet = book.worksheets[0]
        heads = [cell.value for cell in sheet[1]]
        for n, given in enumerate(answers[wave], start=1):
            sheet.append([n if head == "form_number" else typed(head, given, questions) for head in heads])
        book.save(tmp_path / f"{wave}.xlsx")
    pd.testing.assert_frame_equal(readable(study), plain)
    assert [problem for problem in study.check() if problem.level == "error"] == []


def typed(head: str, given, questions) -> object:
    """What somebody types: a code, or 1 at what was ticked and nothing at the rest."""
    if head in questions:
        return given.get(head)
    name, _, code = head.rpartition("_")
    return 1 if name in questions and code.isdigit() and int(code) in (given.get(name) or []) else None
