"""A whole survey file: what Qualtrics exports under "Export survey" and takes back under "Import survey"."""

from __future__ import annotations

import hashlib
import string
from collections.abc import Iterable, Sequence
from typing import Any

from lcresearch.instruments.forms.model import Page, Question, Questionnaire, Texts
from lcresearch.instruments.forms.planned_missing import shown_in
from lcresearch.instruments.forms.qualtrics.flow import Placed, survey_flow
from lcresearch.instruments.forms.qualtrics.logic import got_version
from lcresearch.instruments.forms.qualtrics.questions import (
    Payload,
    Setting,
    language_code,
    question_payload,
    table_payload,
    text_block,
)
from lcresearch.instruments.forms.qualtrics.texts import Said, page_html
from lcresearch.instruments.forms.tables import in_tables
from lcresearch.instruments.forms.wording import words

Element = dict[str, Any]
_LETTERS = string.ascii_letters + string.digits
_ID_LENGTH = 15
_NEVER, _MADE = "0000-00-00 00:00:00", "2025-01-01 00:00:00"
CHOICE_TAG = "{}_choice"
"""Column of the answer to the question on a group; the name of the group itself is a field."""


def survey_file(form: Questionnaire, languages: Sequence[str]) -> dict[str, Any]:
    """The form as a survey file, ready for JSON; the same form gives the same file.

    Parameters
    ----------
    form : Questionnaire
    languages : sequence of str
        The first is the language of the survey.
    """
    survey = _Survey(form, languages)
    base = languages[0]
    number, responses = _id("SV", form.id), _id("RS", form.id)
    about = ", ".join(f"{name} {version}" for name, version, _ in form.instruments)
    placed = survey.place()
    elements = [
        _element("BL", "Survey Blocks", survey.blocks),
        _element("FL", "Survey Flow", survey_flow(form, placed, base)),
        _element("SO", "Survey Options", _options(form, languages)),
        _element("SCO", "Scoring", dict(_NO_SCORING)),
        _element("PROJ", "CORE", {"ProjectCategory": "CORE", "SchemaVersion": "1.1.0"}, third="1.1.0"),
        _element("STAT", "Survey Statistics", {"MobileCompatible": True, "ID": "Survey Statistics"}),
        _element("QC", "Survey Question Count", None, second=str(len(survey.payloads))),
        _element("RS", responses, None, second="Default Response Set"),
        *(
            _element("SQ", payload["QuestionID"], payload, second=payload["QuestionDescription"])
            for payload in survey.payloads
        ),
    ]
    entry = {
        "SurveyID": number,
        "SurveyName": form.title.get(base, form.id),
        "SurveyDescription": about or None,
        "SurveyOwnerID": _id("UR", form.id),
        "SurveyBrandID": "",
        "DivisionID": None,
        "SurveyLanguage": language_code(base),
        "SurveyActiveResponseSet": responses,
        "SurveyStatus": "Inactive",
        "SurveyStartDate": _NEVER,
        "SurveyExpirationDate": _NEVER,
        "SurveyCreationDate": _MADE,
        "CreatorID": _id("UR", form.id),
        "LastModified": _MADE,
        "LastAccessed": _NEVER,
        "LastActivated": _NEVER,
        "Deleted": None,
    }
    return {"SurveyEntry": entry, "SurveyElements": [{"SurveyID": number} | element for element in elements]}


class _Survey:
    """Blocks and questions, numbered as they come."""

    def __init__(self, form: Questionnaire, languages: Sequence[str]) -> None:
        self.form, self.base = form, languages[0]
        self.setting = Setting(tuple(languages), shown_in(form))
        self.blocks: list[Element] = []
        self.payloads: list[Payload] = []
        self.placed: dict[str, str] = {}
        self.taken = {question.name for question in form.questions}

    def place(self) -> Placed:
        """Make all blocks, in order."""
        form = self.form
        first = self.text_page("introduction", form.introduction)
        pages = {page.name: self.page(page) for page in form.pages}
        asks_consent = any(question.kind == "consent" for question in form.questions)
        thanks = {language: words(language)("form.consent.thanks") for language in self.setting.languages}
        refused = self.text_page("no_consent", thanks) if asks_consent else None
        last = self.text_page("closing", form.closing)
        self.blocks[0]["Type"] = "Default"
        trash = {"Type": "Trash", "Description": "Trash / Unused Questions", "ID": _id("BL", form.id, "trash")}
        self.blocks.append(trash | {"BlockElements": []})
        return Placed(first, refused, last, pages, self.placed)

    def text_page(self, name: str, texts: Texts) -> str | None:
        """A page with nothing but a text; None without a text."""
        if not any(texts.values()):
            return None
        said: Said = lambda language: page_html("", texts.get(language, ""))  # noqa: E731
        return self.block(name, name, [self.add(text_block(self.next_id(), self.tag(name), said, self.setting))])

    def page(self, page: Page) -> str:
        """A page as a block: its text, then its questions."""
        groups = in_tables(page.questions)
        said: Said = lambda language: page_html(page.title.get(language, ""), page.text.get(language, ""))  # noqa: E731
        only_a_table = len(groups) == 1 and len(groups[0]) > 1
        qids: list[str] = []
        loose: list[str] = []
        if said(self.base) and not only_a_table:
            block = text_block(self.next_id(), self.tag(f"{page.name}_text"), said, self.setting)
            qids.append(self.add(block | self.logic_of(page.questions)))
        for n, group in enumerate(groups, start=1):
            over: Said = said if only_a_table else lambda language: ""
            loose.append(self.table(page, n, group, over) if len(group) > 1 else self.question(group[0]))
        title = page.title.get(self.base, "") or page.name
        order = _random_order(qids, loose) if page.randomise and len(loose) > 1 else dict(_FIXED_ORDER)
        return self.block(page.name, title, [*qids, *loose], order)

    def question(self, question: Question) -> str:
        """A question by itself; the column of a group is its name, which is a field, so the answer has another."""
        tag = self.tag(CHOICE_TAG.format(question.name)) if question.kind == "group" else question.name
        qid = self.add(question_payload(self.next_id(), tag, question, self.setting))
        self.placed[question.name] = qid
        return qid

    def table(self, page: Page, n: int, rows: Sequence[Question], over: Said) -> str:
        """Questions as the rows of a table."""
        tag = self.tag(page.name if n == 1 else f"{page.name}_{n}")
        said: Said = lambda language: "<br><br>".join(  # noqa: E731
            part for part in (over(language), words(language)("form_export.table")) if part
        )
        return self.add(table_payload(self.next_id(), tag, rows, said, self.setting, mixed=page.randomise))

    def logic_of(self, questions: Iterable[Question]) -> Payload:
        """A text above questions that not everybody is asked is shown to those who are."""
        shown = [self.setting.shown.get(question.name) for question in questions]
        return {"DisplayLogic": got_version(each for each in shown if each)} if shown and all(shown) else {}

    def tag(self, name: str) -> str:
        """A name of a column that no question and no other part has."""
        while name in self.taken:
            name += "_"
        self.taken.add(name)
        return name

    def next_id(self) -> str:
        """The id of the next question."""
        return f"QID{len(self.payloads) + 1}"

    def add(self, payload: Payload) -> str:
        """Keep a question; its id."""
        self.payloads.append(payload)
        return str(payload["QuestionID"])

    def block(self, name: str, title: str, qids: Sequence[str], options: Element | None = None) -> str:
        """Keep a block; its id."""
        number = _id("BL", self.form.id, name)
        self.blocks.append(
            {
                "Type": "Standard",
                "SubType": "",
                "Description": title,
                "ID": number,
                "BlockElements": [{"Type": "Question", "QuestionID": qid} for qid in qids],
                "Options": options or dict(_FIXED_ORDER),
            }
        )
        return number


_FIXED_ORDER: Element = {"BlockLocking": "false", "RandomizeQuestions": "false", "BlockVisibility": "Expanded"}


def _random_order(fixed: Sequence[str], loose: Sequence[str]) -> Element:
    """Options of a block: its text stays on top, its questions come in another order for each respondent."""
    advanced = {
        "FixedOrder": [*fixed, *("{~Randomized~}" for _ in loose)],
        "RandomizeAll": list(loose),
        "RandomSubSet": [],
        "Undisplayed": [],
        "TotalRandSubset": 0,
        "QuestionsPerPage": 0,
    }
    mixed = {"Advanced": advanced, "EvenPresentation": False}
    return dict(_FIXED_ORDER) | {"RandomizeQuestions": "Advanced", "Randomization": mixed}


def _options(form: Questionnaire, languages: Sequence[str]) -> Element:
    """Options of the survey: no addresses and no places of respondents are kept."""
    return {
        "BackButton": "true",
        "SaveAndContinue": "true",
        "SurveyProtection": "PublicSurvey",
        "BallotBoxStuffingPrevention": "false",
        "NoIndex": "Yes",
        "SecureResponseFiles": "true",
        "SurveyExpiration": "None",
        "SurveyTermination": "DefaultMessage",
        "Header": "",
        "Footer": "",
        "ProgressBarDisplay": "None",
        "PartialData": "+1 week",
        "ValidationMessage": "",
        "PreviousButton": "",
        "NextButton": "",
        "SurveyTitle": form.title.get(languages[0], form.id),
        "SkinLibrary": "Qualtrics",
        "SkinType": "templated",
        "Skin": {"brandingId": None, "templateId": "*base", "overrides": None},
        "NewScoring": 1,
        "CollectGeoLocation": "false",
        "AnonymizeResponse": "Yes",
        "AvailableLanguages": {language_code(language): [] for language in languages},
        "SurveyMetaDescription": form.title.get(languages[0], form.id),
    }


_NO_SCORING: Element = {
    "ScoringCategories": [],
    "ScoringCategoryGroups": [],
    "ScoringSummaryCategory": None,
    "ScoringSummaryAfterQuestions": 0,
    "ScoringSummaryAfterSurvey": 0,
    "DefaultScoringCategory": None,
    "AutoScoringCategory": None,
}


def _element(kind: str, first: str, payload: Any, *, second: str | None = None, third: str | None = None) -> Element:
    return {
        "Element": kind,
        "PrimaryAttribute": first,
        "SecondaryAttribute": second,
        "TertiaryAttribute": third,
        "Payload": payload,
    }


def _id(kind: str, *names: str) -> str:
    """An id as Qualtrics makes them; Qualtrics gives a survey ids of its own when it is imported."""
    number = int.from_bytes(hashlib.sha256("\n".join(names).encode("utf-8")).digest())
    signs = []
    for _ in range(_ID_LENGTH):
        number, place = divmod(number, len(_LETTERS))
        signs.append(_LETTERS[place])
    return f"{kind}_{''.join(signs)}"
