"""The structure of a survey as LimeSurvey exports it: XML with a table for each kind of thing, texts by language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import count

from lxml import etree

from lcresearch.instruments.forms.limesurvey.questions import THEMES, Entry
from lcresearch.instruments.forms.limesurvey.settings import language_settings, survey_settings
from lcresearch.instruments.forms.limesurvey.survey import Survey

DB_VERSION = 606
"""Version of the database that these tables are of: that of LimeSurvey 6.2; later versions take it as well."""
_ROW = Mapping[str, str]
_ORDER = (
    "answers",
    "answer_l10ns",
    "groups",
    "group_l10ns",
    "questions",
    "subquestions",
    "question_l10ns",
    "question_attributes",
    "surveys",
    "surveys_languagesettings",
)


def structure_file(survey: Survey) -> bytes:
    """The survey as the content of a file ``.lss``."""
    tables = _Tables(survey).filled()
    root = etree.Element("document")
    etree.SubElement(root, "LimeSurveyDocType").text = "Survey"
    etree.SubElement(root, "DBVersion").text = str(DB_VERSION)
    languages = etree.SubElement(root, "languages")
    for language in survey.languages:
        etree.SubElement(languages, "language").text = language
    for name in _ORDER:
        if tables[name]:
            _add_table(root, name, tables[name])
    text: bytes = etree.tostring(root, encoding="UTF-8", xml_declaration=False, pretty_print=True)
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + text


def _add_table(root: etree._Element, name: str, rows: Sequence[_ROW]) -> None:
    table = etree.SubElement(root, name)
    fields = etree.SubElement(table, "fields")
    for field in dict.fromkeys(field for row in rows for field in row):
        etree.SubElement(fields, "fieldname").text = field
    body = etree.SubElement(table, "rows")
    for row in rows:
        element = etree.SubElement(body, "row")
        for field, value in row.items():
            cell = etree.SubElement(element, field)
            if value:
                cell.text = etree.CDATA(value)


class _Tables:
    """Rows of all tables, filled group by group."""

    def __init__(self, survey: Survey) -> None:
        self.survey, self.sid = survey, str(survey.number)
        self.rows: dict[str, list[_ROW]] = {name: [] for name in _ORDER}
        self.question_numbers, self.answer_numbers = count(1), count(1)

    def filled(self) -> dict[str, list[_ROW]]:
        self.rows["surveys"].append(survey_settings(self.survey))
        self.rows["surveys_languagesettings"] += language_settings(self.survey)
        for number, group in enumerate(self.survey.groups, start=1):
            gid = str(number)
            order = {"group_order": gid, "randomization_group": group.randomization, "grelevance": group.relevance}
            self.rows["groups"].append({"gid": gid, "sid": self.sid, **order})
            self.add_texts("group_l10ns", {"gid": gid}, {"group_name": group.name, "description": group.description})
            for place, entry in enumerate(group.entries, start=1):
                self.add_question(entry, gid, place)
        return self.rows

    def add_texts(self, table: str, key: _ROW, texts: Mapping[str, Mapping[str, str]]) -> None:
        """A row a language."""
        for language in self.survey.languages:
            number = str(len(self.rows[table]) + 1)
            worded = {name: by_language.get(language, "") for name, by_language in texts.items()}
            self.rows[table].append({"id": number, **key, **worded, "language": language})

    def add_question(self, entry: Entry, gid: str, place: int) -> None:
        qid = str(next(self.question_numbers))
        own = {
            "type": entry.type,
            "title": entry.code,
            "preg": entry.pattern,
            "other": "Y" if entry.other else "N",
            "mandatory": "Y" if entry.mandatory else "N",
            "encrypted": "N",
            "question_order": str(place),
            "scale_id": "0",
            "same_default": "0",
            "relevance": entry.relevance,
            "question_theme_name": THEMES[entry.type],
            "modulename": "",
            "same_script": "0",
        }
        self.rows["questions"].append({"qid": qid, "parent_qid": "0", "sid": self.sid, "gid": gid, **own})
        self.add_texts("question_l10ns", {"qid": qid}, {"question": entry.text, "help": entry.help, "script": {}})
        for n, row in enumerate(entry.rows):
            part = str(next(self.question_numbers))
            below = own | {"type": "T", "title": row.code, "preg": "", "other": "N", "mandatory": "N"}
            below |= {"question_order": str(n), "relevance": row.relevance, "question_theme_name": THEMES["T"]}
            self.rows["subquestions"].append({"qid": part, "parent_qid": qid, "sid": self.sid, "gid": gid, **below})
            self.add_texts("question_l10ns", {"qid": part}, {"question": row.text, "help": {}, "script": {}})
        self.add_answers(entry, qid)
        self.add_attributes(entry, qid)

    def add_answers(self, entry: Entry, qid: str) -> None:
        for n, (code, label) in enumerate(entry.answers):
            aid = str(next(self.answer_numbers))
            place = {"sortorder": str(n), "assessment_value": "0", "scale_id": "0"}
            self.rows["answers"].append({"aid": aid, "qid": qid, "code": code, **place})
            self.add_texts("answer_l10ns", {"aid": aid}, {"answer": label})

    def add_attributes(self, entry: Entry, qid: str) -> None:
        rows = self.rows["question_attributes"]
        rows += [
            {"qid": qid, "attribute": name, "value": value, "language": ""} for name, value in entry.attributes.items()
        ]
        rows += [
            {"qid": qid, "attribute": name, "value": texts.get(language, ""), "language": language}
            for name, texts in entry.worded.items()
            for language in self.survey.languages
        ]
