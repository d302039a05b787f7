"""A form as the JSON that SurveyJS shows."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from lcresearch.instruments.forms.form_mark import form_mark
from lcresearch.instruments.forms.model import FormFiles, Page, Questionnaire
from lcresearch.instruments.forms.planned_missing import ShownIn, shown_in, version_field
from lcresearch.instruments.forms.surveyjs.questions import Element, elements_of
from lcresearch.instruments.forms.surveyjs.texts import as_html, by_language, localised
from lcresearch.instruments.forms.surveyjs.theme import THEME

MARK, LANGUAGE, SECONDS = "form_mark", "form_language", "form_seconds"
"""Fields beside the questions: which form it was, in which language, and how long it took."""
START, OPENED = "form_start", "form_opened"
"""Fields that set the others at the start: an expression for a default is worked out again and again."""
_HIDDEN: Element = {"type": "text", "visible": False, "clearIfInvisible": "none"}
_CLOCK = "dateDiff('2020-01-01', currentDate(), 'seconds')"


def write(form: Questionnaire, languages: Sequence[str]) -> FormFiles:
    """One file with all languages, which carries all that a form can have.

    Examples
    --------
    >>> from lcresearch import instruments
    >>> from lcresearch.instruments.forms import questionnaire
    >>> made = write(questionnaire([instruments.load("psychological-safety")]), ["nl", "en"])
    >>> survey = json.loads(made.files[".surveyjs.json"])
    >>> survey["locale"], survey["pages"][0]["elements"][0]["rows"][0]["value"]
    ('nl', 'ps01')
    """
    survey = _survey(form, languages)
    return FormFiles({".surveyjs.json": _bytes(survey), ".surveyjs.theme.json": _bytes(THEME)})


def _bytes(content: Mapping[str, Any]) -> bytes:
    return (json.dumps(content, ensure_ascii=False, indent=2) + "\n").encode("utf-8")


def _survey(form: Questionnaire, languages: Sequence[str]) -> dict[str, Any]:
    pages = list(_pages(form, languages))
    survey = {
        "title": localised(form.title, languages),
        "locale": languages[0],
        "pages": [*_first_page(form, languages), *_pages(form, languages), ],
        "completedHtml": localised(as_html(form.closing), languages),
        "calculatedValues": [
            {"name": MARK, "expression": f"'{form_mark(form)}'", "includeIntoResult": True},
            {"name": LANGUAGE, "expression": "{locale}", "includeIntoResult": True},
            {"name": SECONDS, "expression": _seconds(pages), "includeIntoResult": True},
        ],
        "triggers": _triggers(form),
        "completedHtmlOnCondition": _thanks(form, languages),
        "showProgressBar": True,
        "progressBarLocation": "top",
        "showQuestionNumbers": "off",
        "questionErrorLocation": "bottom",
        "widthMode": "static",
        "width": "1040px",
    }  # fmt: skip
    return {name: value for name, value in survey.items() if value not in ("", [], None)}


def _seconds(pages: Sequence[Element]) -> str:
    """The time between opening the form and the last answer: worked out again at each answer that it names."""
    answered = " or ".join(f"{{{name}}} notempty" for page in pages for name in _names(page))
    return f"iif({answered}, {_CLOCK} - {{{OPENED}}}, 0)"


def _names(page: Element) -> Iterator[str]:
    for element in page["elements"]:
        if element["type"] == "panel":
            yield from _names(element)
        elif element.get("visible", True):
            yield element["name"]


def _first_page(form: Questionnaire, languages: Sequence[str]) -> Iterator[Element]:
    """What people read first, with the fields that nobody sees."""
    html = localised(as_html(form.introduction), languages)
    if html:
        yield {
            "name": "introduction",
            "elements": [{"type": "html", "name": "introduction_text", "html": html}, *_beside(form)],
        }


def _beside(form: Questionnaire) -> list[Element]:
    """Fields that nobody sees: what starts the others, the moment of opening, and the versions."""
    start = {**_HIDDEN, "name": START, "defaultValueExpression": "1"}
    return [start, _set_once(OPENED, _CLOCK), *_versions(form)]


def _set_once(name: str, expression: str) -> Element:
    """A field that is filled in when the form is opened, and then kept."""
    return {
        **_HIDDEN,
        "name": name,
        "setValueIf": f"{{{START}}} = 1 and {{{name}}} empty",
        "setValueExpression": expression,
    }


def _versions(form: Questionnaire) -> list[Element]:
    """The number of the version that somebody gets: the seconds of the clock draw the lot.

    SurveyJS has no function for chance. Each next design takes the seconds divided by the number of versions of those
    before it, so that all combinations come.
    """
    made: list[Element] = []
    divided = 1
    for design in form.versions:
        n = len(design.versions)
        if n > 1:
            made.append(_set_once(version_field(design.instrument), f"1 + trunc({_CLOCK} / {divided}) % {n}"))
            divided *= n
    return made


def _pages(form: Questionnaire, languages: Sequence[str]) -> Iterator[Element]:
    shown = shown_in(form)
    first = not form.introduction
    for instrument, group in groupby(form.pages, key=lambda page: page.instrument):
        members = list(group)
        if instrument in form.randomised_instruments and len(members) > 1:
            panels = [_page(page, languages, shown) | {"type": "panel"} for page in members]
            made = [{"name": f"{members[0].name}_all", "elements": panels, "questionOrder": "random"}]
        else:
            made = [_page(page, languages, shown) for page in members]
        if first and made:
            made[0]["elements"] = [*made[0]["elements"], *_beside(form)]
            first = False
        yield from made


def _page(page: Page, languages: Sequence[str], shown: Mapping[str, ShownIn]) -> Element:
    made: Element = {
        "name": page.name,
        "title": localised(page.title, languages),
        "description": localised(page.text, languages),
        "elements": elements_of(page, languages, shown),
    }
    if page.randomise and len(made["elements"]) > 1:
        made["questionOrder"] = "random"
    return {name: value for name, value in made.items() if value != ""}


def _triggers(form: Questionnaire) -> list[Element]:
    """Whoever does not agree is done, and is asked nothing more."""
    if form.consent is None:
        return []
    return [{"type": "complete", "expression": f"{{{form.consent.name}}} = 0"}]


def _thanks(form: Questionnaire, languages: Sequence[str]) -> list[Element]:
    if form.consent is None:
        return []
    html = localised(as_html(by_language(lambda say: say("form.consent.thanks"), languages)), languages)
    return [{"expression": f"{{{form.consent.name}}} = 0", "html": html}]
