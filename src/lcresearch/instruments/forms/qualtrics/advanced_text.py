"""The advanced text format of Qualtrics: questions, answers and codes in one language, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from lcresearch.instruments.forms.model import Page, Question, Questionnaire
from lcresearch.instruments.forms.qualtrics.texts import in_html, page_html, question_html
from lcresearch.instruments.forms.tables import in_tables
from lcresearch.instruments.forms.wording import label_of, lines_under, words

_KINDS = {"multiple": "MC:MultipleAnswer:Vertical", "text": "TE:Essay", "number": "TE:SingleLine"}


def advanced_text(form: Questionnaire, language: str) -> str:
    """The form as a text file for Qualtrics.

    Parameters
    ----------
    form : Questionnaire
    language : str
    """
    parts = ["[[AdvancedFormat]]"]
    parts += _text_page("introduction", form.introduction.get(language, ""))
    for page in form.pages:
        parts += _page(page, language)
    parts += _text_page("closing", form.closing.get(language, ""))
    return "\n\n".join(parts) + "\n"


def _text_page(name: str, text: str) -> list[str]:
    return [f"[[Block:{name}]]", _text(name, in_html(text))] if text else []


def _text(tag: str, text: str) -> str:
    return f"[[Question:DB]]\n[[ID:{tag}]]\n{text}"


def _page(page: Page, language: str) -> Iterable[str]:
    title = page.title.get(language, "") or page.name
    yield f"[[Block:{in_html(title).replace(']', ')')}]]"
    over = page_html(page.title.get(language, ""), page.text.get(language, ""))
    if over:
        yield _text(f"{page.name}_text", over)
    for n, group in enumerate(in_tables(page.questions), start=1):
        if len(group) > 1:
            yield _table(page.name if n == 1 else f"{page.name}_{n}", group, language)
        else:
            yield _question(group[0], language)


def _question(question: Question, language: str) -> str:
    choices = question.answers if question.kind != "number" else ()
    kind = "MC:SingleAnswer:Vertical" if choices and question.kind != "multiple" else _KINDS.get(question.kind)
    lines = [f"[[Question:{kind or 'TE:SingleLine'}]]", f"[[ID:{question.name}]]"]
    lines.append(question_html(question.text.get(language, ""), lines_under(question, language)))
    if choices:
        lines += ["[[AdvancedChoices]]", *_answers(question, "Choice", language)]
    return "\n".join(lines)


def _table(tag: str, rows: Sequence[Question], language: str) -> str:
    return "\n".join(
        [
            "[[Question:Matrix:SingleAnswer]]",
            f"[[ID:{tag}]]",
            words(language)("form_export.table"),
            "[[Choices]]",
            *(in_html(row.text.get(language, "")) for row in rows),
            "[[AdvancedAnswers]]",
            *_answers(rows[0], "Answer", language),
        ]
    )


def _answers(question: Question, mark: str, language: str) -> Iterable[str]:
    """Each answer with its code."""
    for answer in question.answers:
        yield f"[[{mark}:{question.number_of(answer)}]]"
        yield in_html(label_of(question, answer, language))
