"""Answers as survey platforms export them: the same answers, each in the manner of one platform."""

from __future__ import annotations

import csv
import datetime
import io
import json
from collections.abc import Iterator, Mapping, Sequence

import pandas as pd
from openpyxl import Workbook

from lcresearch.instruments import Instrument
from lcresearch.instruments.forms import Question, Questionnaire
from lcresearch.instruments.forms.limesurvey.survey import survey_of
from lcresearch.office_files import office_bytes

Row = Mapping[str, object]
"""Answers of one person by the name of the question: a code, or a text."""
_MINUTES = datetime.timedelta(minutes=4)


def limesurvey_csv(form: Questionnaire, rows: Sequence[Row], opened: datetime.datetime) -> bytes:
    """LimeSurvey, answers as CSV with question codes and answer codes.

    Parameters
    ----------
    form : Questionnaire
        The form that was imported; notes and equations in it have no column here.
    rows : sequence of mapping
    opened : datetime
        When the first person began.
    """
    survey, _ = survey_of(form, form.languages)
    asked = {question.name.replace("_", "").casefold(): question for question in form.questions}
    columns: list[tuple[str, Question]] = []
    for group in survey.groups:
        for entry in group.entries:
            named = [(f"{entry.code}[{row.code}]", row.code) for row in entry.rows] or [(entry.code, entry.code)]
            columns += [(header, asked[name.casefold()]) for header, name in named if name.casefold() in asked]
    head = ["id", "submitdate", "lastpage", "startlanguage", "seed", "startdate", "datestamp"]
    table = [[*head, *(header for header, _ in columns)]]
    for n, row in enumerate(rows, start=1):
        began, ended = _times(opened, n)
        own = [str(n), _stamp(ended), str(len(form.pages)), form.languages[0], str(100000 + 7919 * n)]
        cells = [_number(row, question) for _, question in columns]
        table.append([*own, _stamp(began), _stamp(ended), *cells])
    return _csv(table, quoted=True)


def qualtrics_csv(form: Questionnaire, rows: Sequence[Row], opened: datetime.datetime) -> bytes:
    """Qualtrics, CSV with numeric values and three header rows."""
    language = form.languages[0]
    own = {
        "StartDate": "Start Date", "EndDate": "End Date", "Status": "Response Type", "Progress": "Progress",
        "Duration (in seconds)": "Duration (in seconds)", "Finished": "Finished", "RecordedDate": "Recorded Date",
        "ResponseId": "Response ID", "DistributionChannel": "Distribution Channel", "UserLanguage": "User Language",
    }  # fmt: skip
    ids = ["startDate", "endDate", "status", "progress", "duration", "finished", "recordedDate", "_recordId",
           "distributionChannel", "userLanguage"]  # fmt: skip
    questions = form.questions
    table = [
        [*own, *(question.name for question in questions)],
        [*own.values(), *(question.text[language] for question in questions)],
        [json.dumps({"ImportId": one}) for one in (*ids, *(f"QID{n}" for n in range(1, len(questions) + 1)))],
    ]
    for n, row in enumerate(rows, start=1):
        began, ended = _times(opened, n)
        seconds = str(int((ended - began).total_seconds()))
        system = [_stamp(began), _stamp(ended), "0", "100", seconds, "1", _stamp(ended), f"R_{n:015d}", "anonymous",
                  language.upper()]  # fmt: skip
        table.append([*system, *(_number(row, question) for question in questions)])
    return _csv(table)


def kobo_xlsx(form: Questionnaire, rows: Sequence[Row], opened: datetime.datetime) -> bytes:
    """KoboToolbox, XLSX with XML values and headers, and group names before the questions."""
    named = [(f"{page.name}/{question.name}", question) for page in form.pages for question in page.questions]
    tail = ["_id", "_uuid", "_submission_time", "_validation_status", "_status", "_submitted_by", "__version__",
            "_index"]  # fmt: skip
    table: list[list[object]] = [["start", "end", *(header for header, _ in named), *tail]]
    for n, row in enumerate(rows, start=1):
        began, ended = _times(opened, n)
        system = [410000 + n, f"3f1c{n:04d}-0000-4000-8000-{n:012d}", f"{ended:%Y-%m-%dT%H:%M:%S}", "",
                  "submitted_via_web", "", "vReady1", n]  # fmt: skip
        stamps = [f"{moment:%Y-%m-%dT%H:%M:%S.000+01:00}" for moment in (began, ended)]
        table.append([*stamps, *(_number(row, question) for _, question in named), *system])
    return _xlsx("answers", table)


def microsoft_forms_xlsx(
    instrument: Instrument, items: Sequence[str], rows: Sequence[Row], opened: datetime.datetime, language: str
) -> bytes:
    """Microsoft Forms, XLSX with texts of questions above texts of answers; other names in a row are questions too."""
    others = [name for name in rows[0] if name not in items]
    texts = [instrument.item(item).text[language] for item in items]
    own = ["ID", "Begintijd", "Tijd van voltooien", "E-mail", "Naam"]
    table: list[list[object]] = [[*own, *others, *texts]]
    for n, row in enumerate(rows, start=1):
        began, ended = _times(opened, n)
        cells = [_label(row.get(item), instrument, item, language) for item in items]
        table.append([n, began, ended, "anonymous", "", *(row[name] for name in others), *cells])
    return _xlsx("Sheet1", table)


def redcap_csv(name: str, frame: pd.DataFrame) -> bytes:
    """REDCap, CSV with raw values: a record a row, and whether the form was completed."""
    table = [["record_id", *map(str, frame.columns), f"{name}_complete"]]
    for n, row in enumerate(frame.itertuples(index=False), start=1):
        table.append([str(n), *("" if pd.isna(cell) else str(cell) for cell in row), "2"])
    return _csv(table)


def _label(value: object, instrument: Instrument, item: str, language: str) -> str:
    scale = instrument.response_scale_of(item)
    if value is None or value is pd.NA or scale is None:
        return ""
    return str(scale.labels_in(language)[int(str(value))])


def _number(row: Row, question: Question) -> str:
    """What stands in a cell: the number of an answer, or a text."""
    value = row.get(question.name)
    if value is None or value is pd.NA:
        return ""
    for answer in question.answers:
        if answer.code == value:
            return str(question.number_of(answer))
    return str(value)


def _times(opened: datetime.datetime, n: int) -> tuple[datetime.datetime, datetime.datetime]:
    """When a person began and ended: some minutes apart, over the days that the form was open."""
    began = opened + datetime.timedelta(minutes=37 * n)
    return began, began + _MINUTES + datetime.timedelta(seconds=(53 * n) % 240)


def _stamp(moment: datetime.datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S}"


def _csv(table: Sequence[Sequence[str]], *, quoted: bool = False) -> bytes:
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n", quoting=csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL)
    writer.writerows(table)
    return stream.getvalue().encode("utf-8")


def _xlsx(sheet: str, table: Sequence[Sequence[object]]) -> bytes:
    book = Workbook()
    page = book.active
    page.title = sheet
    for row in table:
        page.append(list(row))
    return office_bytes(book)


def rows_of(frame: pd.DataFrame, names: Mapping[str, str], fixed: Row) -> Iterator[Row]:
    """Rows of a frame as mappings, with columns under other names and answers that everybody gave."""
    for values in frame.rename(columns=dict(names)).to_dict("records"):
        yield {**fixed, **{str(name): value for name, value in values.items()}}
