"""How a value is written in YAML that people read: small things on one line, larger ones below each other."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from lcresearch.yaml_lines import plain_value

WIDTH = 110
"""Longest line of a list or mapping that stands on one line."""
_PLAIN = re.compile(r"[^\W\d_](?:[\w./()’;!?+-]|[ ](?=[\w(]))*")
_OTHER_READERS = frozenset({"yes", "no", "on", "off", "y", "n", "null", "true", "false"})
"""Words that other readers of YAML take for something else than text."""
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_FOLD = 100


def scalar(value: Any, style: str = "") -> str:
    """One value on one line.

    Parameters
    ----------
    value : str, int, float, bool or None
    style : str
        Quotation marks that are wanted for a text: ``"'"`` or ``'"'``.

    Raises
    ------
    ValueError
        A value that YAML of ours cannot hold, such as infinity or half a sign.

    Examples
    --------
    >>> print(scalar("Smit"), scalar("12"), scalar("no"), scalar(True), scalar(1e-7), scalar("a: b", "'"))
    Smit "12" "no" true 1.0e-07 'a: b'
    """
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return _decimal(value)
    text = str(value)
    plain = not style and plain_value(text) == text and _PLAIN.fullmatch(text) and text.casefold() not in _OTHER_READERS
    if plain:
        return text
    if style == "'" and not any(unicodedata.category(sign) in _HIDDEN for sign in text):
        return "'" + text.replace("'", "''") + "'"
    return '"' + "".join(map(_escaped, text)) + '"'


def _decimal(value: float) -> str:
    if not math.isfinite(value):
        raise ValueError(value)
    text = repr(value)
    return text if "." in text or "e" not in text else text.replace("e", ".0e")


def _escaped(sign: str) -> str:
    if sign in '"\\':
        return f"\\{sign}"
    if sign == "\n":
        return "\\n"
    kind = unicodedata.category(sign)
    if kind == "Cs":
        raise ValueError(sign)
    if kind not in _HIDDEN:
        return sign
    return f"\\u{ord(sign):04x}" if ord(sign) < 2**16 else f"\\U{ord(sign):08x}"


def on_one_line(value: Any) -> str:
    """Any value on one line.

    Examples
    --------
    >>> on_one_line({"file": "week 1.csv", "mapping": {"Q1": "li01", "naam": None}})
    '{file: week 1.csv, mapping: {Q1: li01, naam: null}}'
    """
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{scalar(key)}: {on_one_line(one)}" for key, one in value.items()) + "}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "[" + ", ".join(map(on_one_line, value)) + "]"
    return scalar(value)


def lines_below(value: Mapping[str, Any] | Sequence[Any], indent: int) -> list[str]:
    """A list or mapping as lines below each other, from this column on.

    Examples
    --------
    >>> print("\\n".join(lines_below({"waves": ["t0", "t1"], "responses": [{"file": "a.csv"}]}, 2)))
      waves: [t0, t1]
      responses:
        - {file: a.csv}
    """
    space, lines = " " * indent, []
    if isinstance(value, Mapping):
        for key, one in value.items():
            lines += after_start(f"{space}{scalar(key)}:", one, indent + 2)
        return lines
    for one in value:
        lines += after_start(f"{space}-", one, indent + 2)
    return lines


def after_start(start: str, value: Any, indent: int) -> list[str]:
    """What follows ``key:`` or a hyphen: on its line, or on lines below it from column ``indent`` on."""
    one_line = on_one_line(value)
    if stands_on_one_line(value, len(start) + 1 + len(one_line)):
        return [f"{start} {one_line}"]
    below = lines_below(value, indent)
    return [f"{start} {below[0].lstrip()}", *below[1:]] if start.endswith("-") else [start, *below]


def stands_on_one_line(value: Any, length: int) -> bool:
    """Whether a value is written on one line of this length: what is single or empty always, a list of parts never."""
    if isinstance(value, str) or not isinstance(value, Mapping | Sequence) or not value:
        return True
    of_parts = not isinstance(value, Mapping) and any(isinstance(one, Mapping) for one in value)
    return length <= WIDTH and not of_parts


def folded(text: str, indent: int) -> list[str] | None:
    """A long text as lines behind ``>-``, or None when folding would change it."""
    words = text.split(" ")
    if "\n" in text or "" in words or any(unicodedata.category(sign) in _HIDDEN for sign in text):
        return None
    lines, width = [words[0]], _FOLD - indent
    for word in words[1:]:
        if len(lines[-1]) + len(word) < width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return [" " * indent + line for line in lines]
