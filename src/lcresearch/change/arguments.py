"""What a public function takes: each argument is of a kind, and what is of another kind is refused by its name."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from numbers import Integral, Real
from typing import Any, ParamSpec, TypeVar

import numpy as np
import pandas as pd

from lcresearch.errors import ChangeError, Problem
from lcresearch.messages import LANGUAGES, Messages

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True)
class Kind:
    """A kind of argument.

    Attributes
    ----------
    name : str
        Its words stand under ``argument`` in the catalogue.
    fits : callable
        Whether a value is of the kind.
    optional : bool
        Whether None will do too.
    """

    name: str
    fits: Callable[[Any], bool]
    optional: bool = False

    @property
    def or_none(self) -> Kind:
        """The same, or None."""
        return replace(self, optional=True)

    def takes(self, value: object) -> bool:
        """Whether a value may be given."""
        return (self.optional and value is None) or bool(self.fits(value))


def _is_number(value: object) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool)


def _is_whole(value: object) -> bool:
    return isinstance(value, Integral) and not isinstance(value, bool)


def _is_label(value: object) -> bool:
    return isinstance(value, str) or not isinstance(value, Collection)


def _is_list(value: object) -> bool:
    return isinstance(value, Collection) and not isinstance(value, str | bytes | Mapping)


def _is_pair(value: Any) -> bool:
    if not _is_list(value) or len(value) != 2 or not all(map(_is_number, value)):
        return False
    low, high = value
    return bool(low < high)


FRAME = Kind("frame", lambda value: isinstance(value, pd.DataFrame))
COLUMN = Kind("column", lambda value: isinstance(value, str))
COLUMNS = Kind("columns", lambda value: _is_list(value) and all(isinstance(one, str) for one in value))
COLUMN_OR_COLUMNS = Kind("columns", lambda value: isinstance(value, str) or COLUMNS.takes(value))
LABEL = Kind("label", _is_label)
LABELS = Kind("labels", lambda value: _is_list(value) and all(map(_is_label, value)))
LABELS_OR_BY_CASE = Kind("labels", lambda value: isinstance(value, Mapping) or LABELS.takes(value))
MAPPING = Kind("mapping", lambda value: isinstance(value, Mapping))
NUMBER = Kind("number", _is_number)
WHOLE = Kind("whole", _is_whole)
WHOLES = Kind("wholes", lambda value: _is_whole(value) or (_is_list(value) and all(map(_is_whole, value))))
PAIR = Kind("pair", _is_pair)
WORD = Kind("word", lambda value: isinstance(value, str))
FLAG = Kind("flag", lambda value: isinstance(value, bool | np.bool_))


def takes(**kinds: Kind) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Refuse (C096) arguments of another kind, all together, before the function looks at them.

    Examples
    --------
    >>> @takes(share=NUMBER)
    ... def half(share):
    ...     return share / 2
    >>> half(3)
    1.5
    >>> half("3")
    Traceback (most recent call last):
    lcresearch.errors.ChangeError: ChangeError [C096]
      share is '3', but must be a number.
      Give share in that form.
    """

    def of(function: Callable[P, R]) -> Callable[P, R]:
        signature = inspect.signature(function)

        @functools.wraps(function)
        def checked(*args: P.args, **kwargs: P.kwargs) -> R:
            given = signature.bind(*args, **kwargs).arguments
            wrong = [name for name, kind in kinds.items() if name in given and not kind.takes(given[name])]
            if wrong:
                raise ChangeError(_problem(name, given[name], kinds[name]) for name in wrong)
            return function(*args, **kwargs)

        return checked

    return of


def _problem(name: str, value: object, kind: Kind) -> Problem:
    words = {language: Messages(language)(f"argument.{kind.name}") for language in LANGUAGES}
    plain = value is None or isinstance(value, str | bool | Real)
    found = repr(value) if plain else type(value).__name__  # no rows of persons in a message
    return Problem("C096", values={"option": name, "found": found, "kind": words})
