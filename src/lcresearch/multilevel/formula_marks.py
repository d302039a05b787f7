"""Errors that mark the spot of a formula at which they arose."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from lcresearch.errors import MultilevelError, Place
from lcresearch.validation import did_you_mean

_WORD = re.compile(r"\w")


def marked(text: str, place: int, reason: str) -> MultilevelError:
    """L001 with a mark below a place of a formula, and a reason of ``multilevel.formula`` in the catalogue of texts."""
    flat = re.sub(r"\s", " ", text)
    return MultilevelError("L001", formula=flat, mark=" " * place + "^", why=in_words(f"formula.{reason}"))


def place_of(text: str, part: str) -> int | None:
    """Where a part begins in a formula, blanks and backticks aside; None where it is not found.

    Examples
    --------
    >>> place_of("y ~ xx + log( x+1 )", "log(x + 1)"), place_of("y ~ xx + x", "x")
    (9, 9)
    """
    signs = [re.escape(sign) for sign in part if not sign.isspace() and sign != "`"]
    if not signs:
        return None
    before = r"(?<![\w.])" if _WORD.match(signs[0]) else ""
    after = r"(?![\w.])" if _WORD.match(signs[-1]) else ""
    found = re.search(before + r"[\s`]*".join(signs) + after, text)
    return found.start() if found else None


def spot(text: str, part: str) -> str:
    """The formula with a mark below a part, as lines that end a message; nothing where the part is not found."""
    place = place_of(text, part)
    return "" if place is None else "\n    " + re.sub(r"\s", " ", text) + "\n    " + " " * place + "^"


def unknown_column(name: str, columns: Iterable[Any], text: str = "") -> MultilevelError:
    """L005 for a column that the data do not have: the nearest name, the columns, and its place in a formula."""
    known = [str(column) for column in columns]
    hint = did_you_mean(name, known)
    return MultilevelError("L005", where=Place(column=name), known=known[:30], hint=hint, spot=spot(text, name))


def in_words(key: str, **values: object) -> dict[str, str]:
    """A text of the catalogue ``multilevel`` in each language."""
    from lcresearch.messages import LANGUAGES, Messages

    return {language: Messages(language)(f"multilevel.{key}", **values) for language in LANGUAGES}
