"""A codebook as a workbook: a sheet for variables, their answers, scales, and the instruments they come from."""

from __future__ import annotations

import math
from collections.abc import Sequence

from openpyxl import Workbook

from lcresearch.instruments.forms.codebook.variables import Variable, said, variables_of
from lcresearch.instruments.forms.form_mark import form_mark
from lcresearch.instruments.forms.model import Questionnaire, ScoredScale, Texts
from lcresearch.instruments.forms.sheets import add_sheet
from lcresearch.office_files import office_bytes

_TEXT, _NAME, _NUMBER = 52.0, 22.0, 11.0


def codebook_workbook(form: Questionnaire, languages: Sequence[str]) -> bytes:
    """The workbook; texts have a column a language."""
    book = Workbook()
    book.remove(book.active)
    variables = variables_of(form, languages)
    named = {name: said(f"codebook.sheets.{name}", languages)[languages[0]] for name in _SHEETS}

    def head(*names: str) -> list[str]:
        return [f"{name}_{language}" for name in names for language in languages]

    several = len(languages)
    add_sheet(
        book,
        named["variables"],
        [
            "variable",
            *head("label"),
            "kind",
            "required",
            "minimum",
            "maximum",
            "decimals",
            *head("unit", "universe"),
            "instrument",
        ],
        [_variable(variable, languages) for variable in variables],
        [_NAME, *[_TEXT] * several, *[_NUMBER] * 5, *[_NAME] * 2 * several, _NAME],
    )
    add_sheet(
        book,
        named["answers"],
        ["variable", "code", *head("label"), "missing"],
        [
            [variable.name, one.code, *_in(one.label, languages), int(one.missing)]
            for variable in variables
            for one in variable.categories
        ],
        [_NAME, _NUMBER, *[_TEXT] * several, _NUMBER],
    )
    add_sheet(
        book,
        named["scales"],
        [
            "scale",
            *head("title"),
            "method",
            *head("how"),
            "items",
            "reversed",
            "weights",
            "minimum_answered",
            "minimum",
            "maximum",
            "instrument",
        ],
        [_scale(scale, languages) for scale in form.scales],
        [
            _NAME,
            *[_NAME * 1.5] * several,
            _NUMBER,
            *[_TEXT] * several,
            _TEXT,
            _NAME,
            _NAME,
            _NAME,
            _NUMBER,
            _NUMBER,
            _NAME,
        ],
    )
    add_sheet(
        book,
        named["sources"],
        ["instrument", "version", "sha256"],
        [*form.instruments, (form.id, "", form_mark(form))],
        [_NAME * 1.5, _NUMBER, _TEXT * 1.4],
    )
    return office_bytes(book)


_SHEETS = ("variables", "answers", "scales", "sources")


def _variable(variable: Variable, languages: Sequence[str]) -> list[object]:
    asked = variable.question
    return [
        variable.name,
        *_in(variable.label, languages),
        asked.kind,
        int(asked.required),
        asked.minimum,
        asked.maximum,
        asked.decimals if asked.kind == "number" else None,
        *_in(asked.unit, languages),
        *_in(variable.universe, languages),
        asked.instrument,
    ]


def _scale(scale: ScoredScale, languages: Sequence[str]) -> list[object]:
    how = said(f"instrument.method.{scale.method}", languages, least=scale.minimum_answered, n=len(scale.items))
    return [
        scale.name,
        *_in(scale.title, languages),
        scale.method,
        *_in(how, languages),
        ", ".join(scale.items),
        ", ".join(scale.reversed_items),
        ", ".join(f"{name}: {weight:g}" for name, weight in scale.weights.items()),
        scale.minimum_answered,
        *(value if math.isfinite(value) else None for value in (scale.minimum, scale.maximum)),
        scale.instrument,
    ]


def _in(texts: Texts, languages: Sequence[str]) -> list[str]:
    return [texts.get(language, "") for language in languages]
