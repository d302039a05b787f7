"""The rows of the three sheets of an XLSForm."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence

from babel import Locale

from lcresearch.instruments.forms.model import Answer, Page, Question, Questionnaire, Texts
from lcresearch.instruments.forms.planned_missing import shown_in, version_field
from lcresearch.instruments.forms.tables import in_tables
from lcresearch.instruments.forms.wording import label_of, lines_under, words
from lcresearch.instruments.forms.xlsform.conditions import (
    all_of,
    chose_other,
    got_version,
    message_of,
    reference,
    right_answers,
    version_drawn,
)

Row = dict[str, str]
Sheets = Mapping[str, Sequence[Row]]
"""Name of a sheet -> its rows, each a cell by name of a column."""
CHOICE_NAME = "{}_choice"
"""The question on a group; the name of the group itself is worked out from the answer."""
_SHORTEST_SCALE, _LONGEST_LABEL, _WIDTH = 4, 12, 48
"""A scale stands on a line when its labels fit there on a phone, in signs; others stand below each other."""


def sheets(form: Questionnaire, languages: Sequence[str]) -> Sheets:
    """The form as an XLSForm.

    Parameters
    ----------
    form : Questionnaire
    languages : sequence of str
        The first is the default.
    """
    written = _Form(form, languages)
    survey = list(written.survey())
    settings: Row = {
        "form_title": _plain(_titles(form, languages)),
        "form_id": form.id,
        "version": _version(form),
        "default_language": language_name(languages[0]),
        "style": "pages",
    }
    return {"survey": survey, "choices": list(written.choices()), "settings": [settings]}


def language_name(language: str) -> str:
    """A language as XLSForms name it.

    Examples
    --------
    >>> language_name("nl"), language_name("en")
    ('Nederlands (nl)', 'English (en)')
    """
    name = Locale.parse(language, sep="-").get_display_name(language) or language
    return f"{name[:1].upper()}{name[1:]} ({language})"


def _titles(form: Questionnaire, languages: Sequence[str]) -> str:
    """The title in all languages in one, as an XLSForm has no translations of it."""
    titles = dict.fromkeys(form.title.get(language, "") for language in languages)
    return " / ".join(title for title in titles if title) or form.id


def _plain(text: str) -> str:
    """A text with nothing in it that is taken for a reference."""
    return text.strip().replace("${", "$ {")


def _version(form: Questionnaire) -> str:
    """Another one for any other form."""
    return hashlib.sha256(repr(form).encode("utf-8")).hexdigest()[:10]


class _Form:
    def __init__(self, form: Questionnaire, languages: Sequence[str]) -> None:
        self.form, self.languages = form, languages
        self.shown = shown_in(form)
        self.taken = {question.name for question in form.questions} | {"start", "end"}
        self.lists: dict[str, Question] = {}

    def survey(self) -> Iterator[Row]:
        """All rows: what the program notes itself, then page by page."""
        yield from ({"type": name, "name": name} for name in ("start", "end"))
        for design in self.form.versions:
            drawn = version_drawn(len(design.versions))
            name = self.free(version_field(design.instrument))
            yield {"type": "calculate", "name": name, "calculation": drawn}
        yield from self.text_page("introduction", self.form.introduction)
        taking_part = ""
        for page in self.form.pages:
            yield from self.page(page, taking_part)
            consent = next((question for question in page.questions if question.kind == "consent"), None)
            if consent is not None:
                taking_part = f"{reference(consent.name)} = '1'"
                thanks = self.said("form.consent.thanks")
                yield from self.text_page("no_consent", thanks, f"{reference(consent.name)} = '0'")
        yield from self.text_page("closing", self.form.closing, taking_part)

    def page(self, page: Page, taking_part: str) -> Iterator[Row]:
        """A page as a group; the names of groups of respondents are worked out behind it."""
        shown = [self.shown.get(question.name) for question in page.questions]
        some = got_version(each for each in shown if each) if shown and all(shown) else ""
        inner: list[Row] = []
        if any(page.text.values()):
            inner.append({"type": "note", "name": self.free(f"{page.name}_text")} | self.labels(page.text))
        for group in in_tables(page.questions):
            inner += [row for question in group for row in self.question(question, in_table=len(group) > 1)]
        title = page.title if any(page.title.values()) else dict.fromkeys(self.languages, page.name)
        yield from self.group(page.name, title, all_of([taking_part, some]), inner)
        for question in page.questions:
            if question.kind == "group":
                yield {"type": "calculate", "name": question.name, "calculation": _label_chosen(question.name)}

    def text_page(self, name: str, texts: Texts, relevant: str = "") -> Iterator[Row]:
        """A page with nothing but a text; nothing without a text."""
        if any(texts.values()):
            note = {"type": "note", "name": self.free(f"{name}_text")} | self.labels(texts)
            yield from self.group(name, {}, relevant, [note])

    def group(self, name: str, title: Texts, relevant: str, rows: Sequence[Row]) -> Iterator[Row]:
        """Rows that stand on one page."""
        name = self.free(name)
        labels = self.labels(title) if title else {}
        begin = {"type": "begin_group", "name": name} | labels | {"relevant": relevant, "appearance": "field-list"}
        yield from ({column: cell for column, cell in begin.items() if cell}, *rows, {"type": "end_group"})

    def question(self, question: Question, *, in_table: bool) -> Iterator[Row]:
        """A question, and the line to fill in that goes with one of its answers."""
        name = self.free(CHOICE_NAME.format(question.name)) if question.kind == "group" else question.name
        shown = self.shown.get(question.name)
        row: Row = {"type": self.type_of(question), "name": name} | self.labels(question.text)
        hints = {language: "\n".join(lines_under(question, language)) for language in self.languages}
        constraint = right_answers(question)
        row |= self.texts("hint", hints)
        row |= {
            "required": "yes" if question.required else "",
            "relevant": got_version([shown]) if shown else "",
            "constraint": constraint,
            "appearance": self.appearance(question, in_table=in_table),
        }
        if constraint:
            told = {language: message_of(question, language) for language in self.languages}
            row |= self.texts("constraint_message", told)
        yield {column: cell for column, cell in row.items() if cell}
        if question.other is not None:
            namely = {"type": "text", "name": self.free(f"{question.name}_other"), "relevant": chose_other(question)}
            yield namely | self.labels(self.said("form_export.namely"))

    def type_of(self, question: Question) -> str:
        """The type of a question, with the list that it takes its answers from."""
        if question.kind == "number":
            return "decimal" if question.decimals else "integer"
        if not question.answers:
            return "text"
        kind = "select_multiple" if question.kind == "multiple" else "select_one"
        return f"{kind} {self.list_of(question)}"

    def list_of(self, question: Question) -> str:
        """The list with its answers, shared by all questions that have the same."""
        name = question.response_scale or question.name
        while name in self.lists and self.lists[name].answers != question.answers:
            name += "_"
        self.lists.setdefault(name, question)
        return name

    def appearance(self, question: Question, *, in_table: bool) -> str:
        """A scale on a line, where it fits; more lines for a longer text.

        An answer that counts as none, such as "I don't know", is no point on a line, so such a scale is never on one.
        """
        if question.kind == "text":
            return "multiline"
        if not in_table or len(question.answers) < _SHORTEST_SCALE or any(each.missing for each in question.answers):
            return ""
        by_language = [[len(label_of(question, each, one)) for each in question.answers] for one in self.languages]
        return "likert" if all(max(one) <= _LONGEST_LABEL and sum(one) <= _WIDTH for one in by_language) else ""

    def choices(self) -> Iterator[Row]:
        """All lists of answers; a group by its number, anything else by its code."""
        for name, question in self.lists.items():
            for answer in question.answers:
                yield {"list_name": name, "name": str(question.number_of(answer))} | self.choice_labels(
                    question, answer
                )

    def choice_labels(self, question: Question, answer: Answer) -> Row:
        """The label of an answer in each language."""
        return self.labels({language: label_of(question, answer, language) for language in self.languages})

    def labels(self, texts: Texts) -> Row:
        """A text in all languages, as the label of a row."""
        return self.texts("label", texts)

    def texts(self, column: str, texts: Texts) -> Row:
        """A text in all languages, a column each."""
        return {f"{column}::{language_name(language)}": _plain(texts.get(language, "")) for language in self.languages}

    def said(self, key: str) -> dict[str, str]:
        """A text of the catalogue in all languages."""
        return {language: words(language)(key) for language in self.languages}

    def free(self, name: str) -> str:
        """A name that nothing else has."""
        while name in self.taken:
            name += "_"
        self.taken.add(name)
        return name


def _label_chosen(name: str) -> str:
    """The label of what was chosen: names of groups are the same in all languages."""
    chosen = reference(CHOICE_NAME.format(name))
    return f"jr:choice-name({chosen}, '{chosen}')"
