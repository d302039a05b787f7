"""The parts of a formula as formulaic reads them, the columns that they use, and what is wrong with them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from lcresearch.errors import MultilevelError, Place
from lcresearch.multilevel import allowed
from lcresearch.multilevel.formula import Formula
from lcresearch.multilevel.formula_marks import in_words, marked, place_of, spot, unknown_column

_FACTOR = re.compile(r"factor `(.+?)`\. \[")
_READING = {"Numeric literal": "number", "String literal": "text", "Unknown operator": "sign", "operator": "sign"}


def read_parts(formula: Formula, columns: Iterable[Any] = ()) -> dict[str, Any]:
    """Name of each part -> what formulaic read.

    Parameters
    ----------
    formula : Formula
    columns : iterable of str
        Those of the data, to name them where the formula cannot be read.

    Raises
    ------
    MultilevelError
        L001, L003 or L004 with a mark below the part.
    """
    import formulaic

    texts = part_texts(formula)
    parts = {}
    for name, text in texts.items():
        own = text.removeprefix("0 + ") if name.startswith(("response", "offset:")) else text
        try:
            parts[name] = formulaic.Formula(text)
        except Exception as error:
            reason = next((key for sign, key in _READING.items() if sign in str(error)), "reading")
            raise _unreadable(formula, own, in_words(f"formula_part.{reason}"), columns) from error
        factors = [factor for term in parts[name] for factor in term.factors]
        for expression in (allowed.expression_of(factor) for factor in factors if factor.expr not in ("1", "0")):
            _check(formula, expression, columns)
    return parts


def part_texts(formula: Formula) -> dict[str, str]:
    """Name of each part -> its text for formulaic."""
    texts = {"response": f"0 + {formula.response}", "fixed": formula.fixed}
    texts |= {f"offset:{offset}": f"0 + I({offset})" for offset in formula.offsets}
    return texts | {term.left: term.left for term in formula.random}


def not_computed(formula: Formula, name: str, error: Exception, frame: pd.DataFrame) -> MultilevelError:
    """L004 for a part that formulaic could read but not compute, with the factor at fault where that is known."""
    found = _FACTOR.search(str(error))
    part = found[1] if found else part_texts(formula)[name].removeprefix("0 + ")
    texts = [str(column) for column in frame if not pd.api.types.is_numeric_dtype(frame[column].dtype)]
    reason = in_words("formula_part.no_numbers", columns=", ".join(texts)) if texts else in_words("formula_part.values")
    return _unreadable(formula, part, reason, ())


def _check(formula: Formula, expression: str, columns: Iterable[Any]) -> None:
    try:
        allowed.check([expression])
    except MultilevelError as error:
        place = place_of(formula.text, expression)
        if "^" in expression and place is not None:
            raise marked(formula.text, formula.text.index("^", place), "caret") from error
        known = sorted(allowed.FUNCTIONS)
        where = spot(formula.text, expression)
        raise MultilevelError("L003", part=expression, known=known, spot=where, columns=_named(columns)) from error


def _unreadable(formula: Formula, part: str, reason: Mapping[str, str], columns: Iterable[Any]) -> MultilevelError:
    return MultilevelError("L004", part=part, reason=reason, spot=spot(formula.text, part), columns=_named(columns))


def _named(columns: Iterable[Any]) -> Any:
    """That these columns exist, in words; nothing where the data are not known."""
    known = [str(column) for column in columns]
    return in_words("formula_part.columns", known=", ".join(known[:30])) if known else ""


def columns_of(part: Any) -> set[str]:
    """Columns that a part of a formula uses, those inside functions as well."""
    factors = [factor for term in part for factor in term.factors]
    return {name for factor in factors for name in allowed.columns_in(allowed.expression_of(factor))}


def coded_columns(part: Any) -> set[str]:
    """Columns that stand inside ``C()``."""
    factors = [str(factor.expr) for term in part for factor in term.factors]
    return {name for text in factors if text.startswith("C(") for name in allowed.columns_in(text)[:1]}


def used_columns(formula: Formula, parts: Mapping[str, Any], columns: Iterable[Any], weights: str | None) -> list[str]:
    """Columns that a model needs, each once.

    Raises
    ------
    MultilevelError
        L005 for a column that is not there, L128 for one that is there twice, L129 for a name that is no text, L130 for
        weights that are no name.
    """
    check_weights_name(weights)
    columns = list(columns)
    used = needed_columns(formula, parts, weights)
    used += [name for term in formula.random if term.membership for name in term.group_columns]
    known = [str(name) for name in columns]
    for name in used:
        if name not in known:
            raise unknown_column(name, known, formula.text)
        if known.count(name) > 1 or name not in columns:
            raise MultilevelError("L128" if known.count(name) > 1 else "L129", where=Place(column=name))
    return list(dict.fromkeys(name for name in used if name in known))


def needed_columns(formula: Formula, parts: Mapping[str, Any], weights: str | None) -> list[str]:
    """Columns of which no value may be missing: all but those of multiple membership."""
    needed = [name for part in parts.values() for name in sorted(columns_of(part))]
    needed += [name for term in formula.random if term.membership is None for name in term.group]
    return [*needed, weights] if weights is not None else needed


def check_weights_name(weights: object) -> None:
    """Refuse weights that are not the name of a column.

    Raises
    ------
    MultilevelError
        L130.
    """
    if weights is not None and not isinstance(weights, str):
        raise MultilevelError("L130", found=type(weights).__name__)
