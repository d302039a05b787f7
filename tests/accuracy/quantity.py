"""Which quantity a number of a reference file is, by the names of ``quantities.yaml``."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from tests.accuracy.provenance import leaves

HERE = Path(__file__).parent
REFERENCE = HERE.parent / "reference"
OTHERWISE = (
    "a test holds it in another form, such as a ratio, a bound or one figure for many, or takes some of its rows only: "
    "no deviation of its own is noted"
)
OTHER = ("forms", "deidentification", "publication")
"""Folders without values of another program: names of columns, marks in invented interviews, a schema of metadata."""


@dataclass(frozen=True)
class Value:
    """A number of a reference file: where it stands and what it is; ``quantity`` is empty for what names a row."""

    file: str
    path: tuple[str | int, ...]
    quantity: str
    number: float

    @property
    def key(self) -> str:
        """File and names of the keys, without places in lists."""
        keys = [each for each in self.path[1:] if isinstance(each, str)]
        return f"{self.file.removesuffix('.json')}:{'.'.join(keys)}"


def _turned(words: dict[str, list[str]]) -> dict[str, str]:
    return {str(key): name for name, keys in words.items() for key in keys}


@cache
def _names() -> dict[str, Any]:
    content = yaml.safe_load((HERE / "quantities.yaml").read_text(encoding="utf-8"))
    return {
        "inputs": set(content["inputs"]),
        "within": {folder: _turned(words) for folder, words in content["within"].items()},
        "before": _turned(content["before"]),
        "words": _turned(content["words"]),
    }


def quantity(folder: str, path: tuple[str | int, ...]) -> str:
    """The name of the quantity at a path below ``values``; empty for what names a row; KeyError for an unknown one."""
    names = _names()
    in_matrix = [key == "values" and list(map(type, path[k + 1 : k + 3])) == [int, int] for k, key in enumerate(path)]
    keys = [key for key, skipped in zip(path, in_matrix, strict=True) if isinstance(key, str) and not skipped]
    for table in ("parameters", "fit"):  # what stands before names the model
        if table in keys[:-1]:
            keys = keys[keys.index(table) :]
    if names["inputs"] & set(keys):
        return ""
    for words, among in (
        (names["within"].get(folder, {}), keys),
        (names["before"], keys[1:] if len(keys) > 2 else keys),
        (names["words"], keys),
    ):
        found = [words[key] for key in reversed(among) if key in words]
        if found:
            return found[0]
    raise KeyError(".".join(keys))


def values_of(path: Path) -> Iterator[Value]:
    """Every number of a reference file that another program found."""
    file, content = path.relative_to(REFERENCE).as_posix(), json.loads(path.read_text(encoding="utf-8"))
    top = "values" if "values" in content else "cases"
    for below, number in leaves(content[top]):
        yield Value(file, (top, *below), quantity(path.parent.name, below), number)


def files() -> list[Path]:
    """The reference files with values of other programs or of published tables."""
    return [path for path in sorted(REFERENCE.rglob("*.json")) if path.parent.name not in OTHER]


@dataclass(frozen=True)
class Reason:
    """Why some values are not compared: where they are, and which values alone if not all."""

    why: str
    where: tuple[str, ...]
    values: tuple[float, ...] | None = None
    never: bool = False
    """True where a comparison with such a number says nothing, as it was not found by the other program."""

    def holds_for(self, value: Value) -> bool:
        """Whether this is the reason for a value."""
        named = any(fnmatchcase(value.key, pattern) for pattern in self.where)
        return named and (self.values is None or value.number in self.values)


@cache
def reasons() -> tuple[Reason, ...]:
    """The reasons of ``not_compared.yaml``, in their order, and what is held in another form."""
    content = yaml.safe_load((HERE / "not_compared.yaml").read_text(encoding="utf-8")) or []
    found = [
        Reason(
            each["why"],
            tuple(each["where"]),
            tuple(each["values"]) if "values" in each else None,
            bool(each.get("never")),
        )
        for each in content
    ]
    lines = (HERE / "held_otherwise.txt").read_text(encoding="utf-8").splitlines()
    return (*found, Reason(OTHERWISE, tuple(line for line in lines if not line.startswith("#"))))


def why_not(value: Value) -> Reason | None:
    """The reason why a value is not compared, if one is given."""
    return next((reason for reason in reasons() if reason.holds_for(value)), None)
