"""An invented study with a form, and what LimeSurvey writes of answers to it."""

from __future__ import annotations

import csv
import html
import re
import zipfile
from pathlib import Path

from lxml import etree

from lcresearch import studies

FIRMS = ("Bakker bv", "De Vries & zn", "Smit")
STUDY = """\
schema: 1
id: leren-in-bedrijven
title: {nl: Leren in drie bedrijven, en: Learning in three firms}
description: {nl: Verzonnen onderzoek., en: Invented study.}
languages: [nl, en]
simulated: true
levels: {organisation: het_bedrijf}
waves:
  labels: {t0: {nl: voor, en: before}, t1: {nl: na, en: after}}
linking: {code: [code_moeder, code_dag, code_plaats], within: organisation}
consent: {column: toestemming}
instruments: [psychological-safety, working-elements, technology-use]
responses:
  - {file: FILE0, wave: t0}
  - {file: FILE1, wave: t1}
form:
  platforms: [limesurvey]
  consent: {}
  groups: {organisation: [Bakker bv, De Vries & zn, Smit]}
  linking_code: [mother_first_letters, birth_day, birthplace_first_letters]
  context: [{instrument: background, items: [bg01, bg02, bg06, bg10]}]
  planned_missing: [working-elements]
"""
WAVES = ("t0", "t1")


def made_study(folder: Path, ending: str):
    folder.mkdir(parents=True, exist_ok=True)
    text = STUDY.replace("FILE0", f"t0{ending}").replace("FILE1", f"t1{ending}")
    (folder / "study.yaml").write_text(text, encoding="utf-8")
    return studies.load(folder)


def write_table(file: Path, header: list[str], rows: list[list[object]], delimiter=",") -> None:
    with file.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream, delimiter=delimiter, quoting=csv.QUOTE_ALL)
        writer.writerow(header)
        writer.writerows(["" if cell is None else cell for cell in row] for row in rows)


# LimeSurvey


def exported_structure(form_file: Path, language: str):
    """Columns of an export: code, text, field of the archive, question, row; from the .lss alone."""
    survey = etree.parse(form_file).getroot()

    def rows(table):
        return [{cell.tag: cell.text or "" for cell in row} for row in survey.findall(f"{table}/rows/row")]

    def words(table, key, field):
        return {row[key]: stripped(row[field]) for row in rows(table) if row["language"] == language}

    asked, labels = words("question_l10ns", "qid", "question"), words("answer_l10ns", "aid", "answer")
    attributes = {
        (r["qid"], r["attribute"]): r["value"] for r in rows("question_attributes") if r["language"] in ("", language)
    }
    for question in rows("questions"):
        qid, code, text = question["qid"], question["title"], asked[question["qid"]]
        sgqa = f"{question['sid']}X{question['gid']}X{qid}"
        below = [row for row in rows("subquestions") if row["parent_qid"] == qid]
        choices = {row["code"]: labels[row["aid"]] for row in rows("answers") if row["qid"] == qid}
        for row in below:
            yield (
                f"{code}[{row['title']}]",
                f"{text} [{asked[row['qid']]}]",
                sgqa + row["title"],
                question,
                row["title"],
                choices,
            )
        if not below:
            yield code, text, sgqa, question, None, choices
        if question["other"] == "Y":
            named = attributes[qid, "other_replace_text"]
            yield f"{code}[other]", f"{text} [{named}]", f"{sgqa}other", question, "other", choices


def stripped(text: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split())


def lime_cell(given, names, column, *, full, language="nl"):
    """What LimeSurvey writes for an answer."""
    _, _, _, question, row, choices = column
    if question["type"] == "*":
        return "1"
    name = row if question["type"] == "F" else question["title"]
    asked = names.get(name)
    value = given.get(asked.name) if asked is not None else None
    if value is None:
        return ""
    other = asked.other
    if question["type"] == "M":
        if row == "other":
            return "iets, anders" if other in value else ""
        return ({"nl": "Ja", "en": "Yes"}[language] if full else "Y") if int(row) in value else ""
    if row == "other":
        return "iets anders" if value == other else ""
    if other is not None and value == other:
        return {"nl": "Overige", "en": "Other"}[language] if full else "-oth-"
    if question["type"] in "L!F":
        number = str(value if isinstance(value, int) else FIRMS.index(value) + 1)
        return choices[number] if full else number
    return str(value)


OWN = {
    "code": ["id", "submitdate", "lastpage", "startlanguage", "seed", "interviewtime"],
    "nl": ["Respons ID", "Datum verstuurd", "Laatste pagina", "Begin taal", "Seed", "Totale tijd"],
    "en": ["Response ID", "Date submitted", "Last page", "Start language", "Seed", "Total time"],
}


def lime_export(folder, form, answers, *, full=None, ending=".csv"):
    study = made_study(folder, ending)
    file = study.export_forms().files[0]
    columns = list(exported_structure(file, full or "nl"))
    names = {re.sub("_", "", question.name): question for question in form.questions}
    own = OWN[full or "code"]
    for wave in WAVES:
        rows = [
            [str(n), "1980-01-01 00:00:00", "9", full or "nl", "123"]
            + [lime_cell(given, names, column, full=full is not None, language=full or "nl") for column in columns]
            + ["61.5"]
            for n, given in enumerate(answers[wave], start=1)
        ]
        head = [*own[:5], *(column[0 if full is None else 1] for column in columns), own[5]]
        if ending == ".lsa":
            archive(folder / f"{wave}.lsa", file, [*own[:5], *(column[2] for column in columns)], rows)
        else:
            write_table(folder / f"{wave}.csv", head, rows, delimiter=";" if full else ",")
    return study


def archive(file: Path, structure: Path, fields, rows) -> None:
    root = etree.Element("document")
    etree.SubElement(root, "LimeSurveyDocType").text = "Responses"
    table = etree.SubElement(root, "responses")
    names = etree.SubElement(table, "fields")
    for field in fields:
        etree.SubElement(names, "fieldname").text = field
    body = etree.SubElement(table, "rows")
    for row in rows:
        one = etree.SubElement(body, "row")
        for field, value in zip(fields, row, strict=False):
            etree.SubElement(one, f"_{field}" if field[0].isdigit() else field).text = etree.CDATA(str(value))
    with zipfile.ZipFile(file, "w") as zipped:
        zipped.write(structure, "survey_1.lss")
        zipped.writestr("survey_1_responses.lsr", etree.tostring(root))
