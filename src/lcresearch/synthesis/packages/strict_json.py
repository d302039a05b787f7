"""JSON that can be read in one way only: what one reader checks is what any other reader sees."""

from __future__ import annotations

import json
import math
import re
from typing import Any

_MOST_DIGITS = 18
_STEERING = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


class LooseJsonError(ValueError):
    """JSON that can be read in several ways; the argument is a key of the catalogue of texts."""


def strict_json(content: bytes) -> Any:
    """The values of a JSON text of somebody else.

    Raises
    ------
    LooseJsonError
        A key that occurs twice (readers differ in which one they take), a number too large to be one, NaN, or signs
        that are not shown, which steer a terminal or turn the order of letters around.
    ValueError, RecursionError
        No JSON.

    Examples
    --------
    >>> strict_json(b'{"n": [12, 0.5]}')
    {'n': [12, 0.5]}
    >>> try:
    ...     strict_json(b'{"n": 12, "n": 99}')
    ... except LooseJsonError as error:
    ...     str(error)
    'key_twice'
    """
    values = json.loads(
        content.decode("utf-8"),
        object_pairs_hook=_unique,
        parse_int=_whole,
        parse_float=_finite,
        parse_constant=_no_constant,
    )
    _check_texts(values)
    return values


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise LooseJsonError("key_twice")
    return found


def _whole(text: str) -> int:
    if len(text) > _MOST_DIGITS:
        raise LooseJsonError("number_too_large")
    return int(text)


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise LooseJsonError("number_too_large")
    return value


def _no_constant(text: str) -> float:
    raise LooseJsonError("number_too_large")


def _check_texts(values: Any) -> None:
    left = [values]
    while left:
        one = left.pop()
        if isinstance(one, dict):
            left += [*one, *one.values()]
        elif isinstance(one, list):
            left += one
        elif isinstance(one, str) and without_steering(one) != one:
            raise LooseJsonError("hidden_signs")


def without_steering(text: str) -> str:
    """A text with a space for each sign that steers a terminal, or turns the order of letters around.

    Examples
    --------
    >>> without_steering("a line\x0bthat was broken")
    'a line that was broken'
    """
    return text if text.isprintable() else _STEERING.sub(" ", text)
