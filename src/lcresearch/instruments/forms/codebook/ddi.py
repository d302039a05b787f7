"""A codebook as JSON, with the names of elements of DDI-Codebook 2.5 and texts by language.

DDI is XML; there is no JSON of it that all agree on. Elements are called as in DDI-Codebook (DDI Alliance), so that the
file can be turned into XML one by one. What DDI has no element for, such as reversed questions, stands under ``notes``.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from lcresearch.instruments.forms.codebook.variables import Variable, said, variables_of
from lcresearch.instruments.forms.form_mark import form_mark
from lcresearch.instruments.forms.model import Page, Questionnaire, ScoredScale, Texts

Element = dict[str, Any]
_NATURE = {"number": "ratio", "choice": None}
"""Of an answer that counts in no scale, nobody says whether its answers have an order."""


def ddi_codebook(form: Questionnaire, languages: Sequence[str]) -> Element:
    """The whole codebook."""
    variables = variables_of(form, languages)
    scored = {name for scale in form.scales for name in scale.items}
    pages = {question.name: page for page in form.pages for question in page.questions}
    return {
        "codeBook": {
            "version": "2.5",
            "stdyDscr": {
                "citation": {"titlStmt": {"titl": _texts(form.title, languages), "IDNo": form.id}},
                "notes": {
                    "form_mark": form_mark(form),
                    "languages": list(languages),
                    "instruments": [
                        {"id": id, "version": version, "hash": {"sha256": hash}}
                        for id, version, hash in form.instruments
                    ],
                },
            },
            "dataDscr": {
                "varGrp": [_group(page, variables, languages) for page in form.pages],
                "var": [
                    *[_variable(one, pages[one.question.name], languages, one.name in scored) for one in variables],
                    *[_score(scale, languages) for scale in form.scales],
                ],
            },
        }
    }


def _group(page: Page, variables: Sequence[Variable], languages: Sequence[str]) -> Element:
    names = {question.name for question in page.questions}
    group = {
        "ID": page.name,
        "labl": _texts(page.title, languages),
        "txt": _texts(page.text, languages),
        "var": [variable.name for variable in variables if variable.question.name in names],
        "notes": {"order": "random"} if page.randomise else {},
    }
    return _without_empty(group)


def _variable(variable: Variable, page: Page, languages: Sequence[str], scored: bool) -> Element:
    question = variable.question
    limits = {"min": question.minimum, "max": question.maximum}
    element = {
        "ID": variable.name,
        "name": variable.name,
        "intrvl": "contin" if question.kind == "number" else "discrete",
        "nature": "ordinal" if scored and question.kind == "choice" else _NATURE.get(question.kind, "nominal"),
        "dcml": question.decimals if question.kind == "number" else None,
        "labl": dict(variable.label),
        "qstn": _without_empty(
            {
                "preQTxt": _texts(page.text, languages),
                "qstnLit": _texts(question.text, languages),
                "postQTxt": _texts(question.help, languages),
                "responseDomainType": "multiple" if question.kind == "multiple" else _domain(question.kind),
            }
        ),
        "valrng": {"range": _without_empty(limits)} if question.kind == "number" else None,
        "invalrng": {"item": [{"VALUE": one.code} for one in variable.categories if one.missing]}
        if any(one.missing for one in variable.categories)
        else None,
        "universe": dict(variable.universe),
        "catgry": [
            {"catValu": one.code, "labl": dict(one.label), **({"missing": "Y"} if one.missing else {})}
            for one in variable.categories
        ],
        "varFormat": {"type": "numeric" if variable.numeric else "character"},
        "notes": _without_empty(
            {
                "instrument": question.instrument,
                "kind": question.kind,
                "required": question.required or None,
                "own_words_at": question.other,
                "unit": _texts(question.unit, languages),
            }
        ),
    }
    return _without_empty(element)


def _domain(kind: str) -> str:
    return {"number": "numeric", "text": "text", "linking_code": "text"}.get(kind, "category")


def _score(scale: ScoredScale, languages: Sequence[str]) -> Element:
    """A score as a derived variable."""
    limits = {"min": scale.minimum, "max": scale.maximum}
    finite = {name: value for name, value in limits.items() if math.isfinite(value)}
    how = said(f"instrument.method.{scale.method}", languages, least=scale.minimum_answered, n=len(scale.items))
    element = {
        "ID": scale.name,
        "name": scale.name,
        "intrvl": "contin",
        "labl": _texts(scale.title, languages),
        "valrng": {"range": finite} if finite else None,
        "derivation": {"var": list(scale.items), "drvdesc": how},
        "varFormat": {"type": "numeric"},
        "notes": _without_empty(
            {
                "instrument": scale.instrument,
                "method": scale.method,
                "reversed": list(scale.reversed_items),
                "weights": dict(scale.weights),
                "minimum_answered": scale.minimum_answered,
            }
        ),
    }
    return _without_empty(element)


def _texts(texts: Texts, languages: Sequence[str]) -> dict[str, str]:
    return {language: texts[language] for language in languages if texts.get(language)}


def _without_empty(element: Mapping[str, Any]) -> Element:
    return {name: value for name, value in element.items() if value is not None and value not in ("", [], {})}
