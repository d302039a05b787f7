"""Numbers, shares, p values and dates as a Dutch or an English reader writes them (Babel's locale data)."""

from __future__ import annotations

import datetime
import math
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from typing import Any

from babel import Locale
from babel.dates import format_date
from babel.numbers import NumberPattern, format_decimal, format_percent, parse_pattern

MISSING = "–"


@cache
def _locale(language: str) -> Locale:
    return Locale.parse({"nl": "nl_NL", "en": "en_GB"}[language])


@cache
def _pattern(digits: int, ending: str = "") -> NumberPattern:
    """How a number with these decimals is written; read once, as a report has thousands of numbers."""
    return parse_pattern("#,##0" + ("." + "0" * digits if digits else "") + ending)


def _is_missing(value: Any) -> bool:
    if type(value) is float:
        return math.isnan(value)
    return value is None or (isinstance(value, float) and math.isnan(value)) or str(value) in ("nan", "<NA>", "NaT")


def _rounded(value: float, digits: int) -> Decimal | float:
    """Halves away from zero, as people round: of the number as it is written, not of the nearest binary one."""
    if not math.isfinite(value):
        return value
    step = Decimal(1).scaleb(-digits)
    return Decimal(repr(value)).quantize(step, rounding=ROUND_HALF_UP) + 0


def number(value: float | None, language: str, *, digits: int = 2) -> str:
    """``1234.5`` with one digit is ``1.234,5`` in Dutch and ``1,234.5`` in English."""
    if _is_missing(value):
        return MISSING
    rounded = _rounded(float(value), digits)  # type: ignore[arg-type]
    return str(format_decimal(rounded, format=_pattern(digits), locale=_locale(language)))


def percent(share: float | None, language: str, *, digits: int = 0) -> str:
    """``0.256`` is ``26%``; never 0% or 100% unless it is exactly that."""
    if _is_missing(share):
        return MISSING
    value = float(share)  # type: ignore[arg-type]
    step = 10.0 ** -(digits + 2)
    if 0 < value < step / 2:
        value, sign = step, "<"
    elif 1 - step / 2 <= value < 1:
        value, sign = 1 - step, ">"
    else:
        sign = ""
    rounded = _rounded(value, digits + 2)
    return sign + str(format_percent(rounded, format=_pattern(digits, "%"), locale=_locale(language)))


def p_value(value: float | None, language: str) -> str:
    """``.0004`` is ``<.001``; the zero before the decimal mark is left out, as a p value cannot pass 1."""
    if _is_missing(value):
        return MISSING
    smallest = float(value) < 0.001  # type: ignore[arg-type]
    text = number(0.001 if smallest else round(float(value), 3), language, digits=3)  # type: ignore[arg-type]
    text = text[1:] if text.startswith("0") else text
    return "<" + text if smallest else text


def date(value: datetime.date | str, language: str) -> str:
    """``2026-03-09`` is ``9 maart 2026`` in Dutch and ``9 March 2026`` in English."""
    if isinstance(value, str):
        value = datetime.date.fromisoformat(value[:10])
    return str(format_date(value, format="long", locale=_locale(language)))


def plural_form(n: Any, language: str) -> str:
    """``one`` or ``other``."""
    return str(_locale(language).plural_form(n))


class InSentence:
    """A number inside a text of the catalogue: ``{value:.2f}``, ``{share:.0%}`` and ``p {p:p}`` follow the locale."""

    def __init__(self, value: float, language: str) -> None:
        self.value, self.language = value, language

    def __format__(self, spec: str) -> str:
        if spec == "p":
            text = p_value(self.value, self.language)
            return f"< {text[1:]}" if text.startswith("<") else f"= {text}"
        digits = int(spec[1:-1]) if spec[:1] == "." else 2
        write = percent if spec.endswith("%") else number
        return write(self.value, self.language, digits=digits)

    def __str__(self) -> str:
        return str(self.value)
