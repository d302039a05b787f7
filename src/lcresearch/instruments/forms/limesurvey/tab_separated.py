"""The structure of a survey as tab-separated text, which LimeSurvey imports too and a spreadsheet can show."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping

from lcresearch.instruments.forms.limesurvey.questions import Entry
from lcresearch.instruments.forms.limesurvey.settings import language_settings, survey_settings
from lcresearch.instruments.forms.limesurvey.survey import Survey

_COLUMNS = (
    "class",
    "type/scale",
    "name",
    "relevance",
    "text",
    "help",
    "language",
    "validation",
    "mandatory",
    "other",
    "default",
    "same_default",
    "random_group",
)
_OF_THE_PROGRAM = ("sid", "gsid")
_KEYS = ("surveyls_survey_id", "surveyls_language")


def tab_separated(survey: Survey) -> bytes:
    """The survey as the content of a file ``.txt``: settings, then all of one language before the next."""
    rows = [*_settings(survey), *(row for language in survey.languages for row in _in_language(survey, language))]
    attributes = dict.fromkeys(name for row in rows for name in row if name not in _COLUMNS)
    text = io.StringIO()
    writer = csv.DictWriter(text, [*_COLUMNS, *attributes], restval="", delimiter="\t", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode("utf-8-sig")


def _settings(survey: Survey) -> Iterator[dict[str, str]]:
    for name, value in survey_settings(survey).items():
        if value and name not in _OF_THE_PROGRAM:
            yield {"class": "S", "name": name, "text": value}
    for row in language_settings(survey):
        for name, value in row.items():
            if value and name not in _KEYS:
                yield {"class": "SL", "name": name, "text": value, "language": row["surveyls_language"]}


def _in_language(survey: Survey, language: str) -> Iterator[Mapping[str, str]]:
    for number, group in enumerate(survey.groups, start=1):
        yield {
            "class": "G",
            "type/scale": str(number),
            "name": group.name[language],
            "relevance": group.relevance,
            "text": group.description[language],
            "language": language,
            "random_group": group.randomization,
        }
        for entry in group.entries:
            yield from _question(entry, language, base=language == survey.languages[0])


def _question(entry: Entry, language: str, *, base: bool) -> Iterator[dict[str, str]]:
    """A question with its rows and answers; attributes that are no texts stand in the first language only."""
    attributes = dict(entry.attributes) if base else {}
    worded = {name: texts.get(language, "") for name, texts in entry.worded.items()}
    yield {
        "class": "Q",
        "type/scale": entry.type,
        "name": entry.code,
        "relevance": entry.relevance,
        "text": entry.text[language],
        "help": entry.help.get(language, ""),
        "language": language,
        "validation": entry.pattern,
        "mandatory": "Y" if entry.mandatory else "N",
        "other": "Y" if entry.other else "N",
        "same_default": "0",
        **attributes,
        **worded,
    }
    for row in entry.rows:
        yield {"class": "SQ", "type/scale": "0", "name": row.code, "relevance": row.relevance,
               "text": row.text[language], "language": language}  # fmt: skip
    for code, label in entry.answers:
        yield {"class": "A", "type/scale": "0", "name": code, "text": label[language], "language": language}
