"""Numbers of reference files that remember from which file, and from which place in it, they come.

A number carries its place with it (``ReferenceNumber``) until it is put into an array or a frame. From there on it is
found again by its value, among the numbers of those files and tables that the running test has looked into: values of
R have fifteen digits, so that two of them are seldom equal. Where several are, all count that lie in what the test
looked into last.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Place = tuple[str, tuple[str | int, ...]]
"""A file below ``tests/reference`` and the keys that lead to a number in it."""


def leaves(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], float]]:
    """Every number in a tree of tables and lists, with its path; what is true or false is no number."""
    if isinstance(value, dict):
        for key, each in value.items():
            yield from leaves(each, (*path, key))
    elif isinstance(value, list):
        for k, each in enumerate(value):
            yield from leaves(each, (*path, k))
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield path, value


@dataclass
class Looked:
    """What tests looked into: each place with the moment, newest last."""

    known: dict[str, dict[float, list[tuple[str | int, ...]]]] = field(default_factory=dict)
    moments: dict[Place, int] = field(default_factory=dict)
    now: int = 0
    begun: int = 0

    def learn(self, file: str, content: Any) -> None:
        """Remember the numbers of a file, by value."""
        if file not in self.known:
            by_value: dict[float, list[tuple[str | int, ...]]] = defaultdict(list)
            for path, value in leaves(content):
                by_value[float(value)].append(path)
            self.known[file] = by_value

    def look(self, place: Place) -> None:
        """A test takes what lies at this place."""
        self.now += 1
        self.moments[place] = self.now

    def begin(self) -> None:
        """Another test begins; what it looks into goes before what others did."""
        self.begun = self.now

    def places(self, value: float) -> list[Place]:
        """Where a number with this value lies, in what this test, or else an earlier one, looked into."""
        found: dict[Place, int] = {}
        for file, by_value in self.known.items():
            for path in by_value.get(value, ()):
                looked = [self.moments.get((file, path[:n]), 0) for n in range(len(path) + 1)]
                if max(looked):
                    found[file, path] = max(looked)
        if not found:
            return []
        last = max(found.values())
        # 0, 12, 0.05: equal by chance, so only what this test looked into last counts
        short = float(f"{value:.6g}") == value
        if short and last <= self.begun:
            return []
        since = last if short or last <= self.begun else self.begun + 1
        return [place for place, moment in found.items() if moment >= since]


LOOKED = Looked()
on_equal: list[Callable[[Any, ReferenceNumber], None]] = []
"""Called with (other, number) where a test compares with ``==``."""


class ReferenceNumber(float):
    """A number that knows its place; sums and products with it do too, but say that they are derived."""

    place: Place
    derived: bool

    def __new__(cls, value: float, place: Place, derived: bool = False) -> ReferenceNumber:
        """A float with its place."""
        number = super().__new__(cls, value)
        number.place, number.derived = place, derived
        return number

    def __eq__(self, other: object) -> bool:
        for listener in on_equal:
            listener(other, self)
        return float.__eq__(self, other)  # type: ignore[arg-type]

    __hash__ = float.__hash__

    def __reduce__(self) -> tuple[Any, ...]:
        return (float, (float(self),))

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **more: Any) -> Any:
        plain = [float(each) if isinstance(each, ReferenceNumber) else each for each in inputs]
        if ufunc.__name__ == "equal":
            for listener in on_equal:
                listener(next((each for each in inputs if each is not self), None), self)
        return getattr(ufunc, method)(*plain, **more)


def _derived(name: str) -> Callable[..., Any]:
    plain = getattr(float, name)

    def operate(self: ReferenceNumber, *others: Any) -> Any:
        found = plain(self, *others)
        return ReferenceNumber(found, self.place, True) if type(found) is float else found

    return operate


for _name in ("add", "radd", "sub", "rsub", "mul", "rmul", "truediv", "rtruediv", "pow", "neg", "abs"):
    setattr(ReferenceNumber, f"__{_name}__", _derived(f"__{_name}__"))


class ReferenceInteger(int):
    """An integer that knows its place."""

    place: Place
    derived = False

    def __eq__(self, other: object) -> bool:
        for listener in on_equal:
            listener(other, self)  # type: ignore[arg-type]
        return int.__eq__(self, other)  # type: ignore[arg-type]

    __hash__ = int.__hash__

    def __reduce__(self) -> tuple[Any, ...]:
        return (int, (int(self),))

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **more: Any) -> Any:
        plain = [int(each) if isinstance(each, ReferenceInteger) else each for each in inputs]
        if ufunc.__name__ == "equal":
            for listener in on_equal:
                listener(next((each for each in inputs if each is not self), None), self)  # type: ignore[arg-type]
        return getattr(ufunc, method)(*plain, **more)


class ReferenceTable(dict[str, Any]):
    """A table of a file; what is taken out of it counts as looked into."""

    place: Place

    def _look(self, key: Any) -> None:
        LOOKED.look((self.place[0], (*self.place[1], key)))

    def __getitem__(self, key: Any) -> Any:
        self._look(key)
        return dict.__getitem__(self, key)

    def get(self, key: Any, default: Any = None) -> Any:
        """As of any dictionary."""
        self._look(key)
        return dict.get(self, key, default)

    def pop(self, key: Any, *default: Any) -> Any:
        """As of any dictionary."""
        self._look(key)
        return dict.pop(self, key, *default)

    def items(self) -> Any:
        """As of any dictionary."""
        LOOKED.look(self.place)
        return dict.items(self)

    def values(self) -> Any:
        """As of any dictionary."""
        LOOKED.look(self.place)
        return dict.values(self)


class ReferenceList(list[Any]):
    """A list of a file; what is taken out of it counts as looked into."""

    place: Place

    def __getitem__(self, key: Any) -> Any:
        LOOKED.look((self.place[0], (*self.place[1], key)) if isinstance(key, int) else self.place)
        return list.__getitem__(self, key)

    def __iter__(self) -> Iterator[Any]:
        LOOKED.look(self.place)
        return list.__iter__(self)


def with_places(value: Any, file: str, path: tuple[str | int, ...] = ()) -> Any:
    """The same tree, of which every table, list and number knows its place."""
    place = (file, path)
    if isinstance(value, dict):
        table = ReferenceTable({key: with_places(each, file, (*path, key)) for key, each in value.items()})
        table.place = place
        return table
    if isinstance(value, list):
        whole = ReferenceList(with_places(each, file, (*path, k)) for k, each in enumerate(value))
        whole.place = place
        return whole
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return value
    if isinstance(value, int):
        integer = ReferenceInteger(value)
        integer.place = place
        return integer
    return ReferenceNumber(value, place)


class ReferenceText(str):
    """The text of a reference file, which remembers its name."""

    file: str


def reading_with_places(folder: Path) -> tuple[Callable[..., str], Callable[..., Any]]:
    """``Path.read_text`` and ``json.loads`` for tests: numbers of JSON files below ``folder`` know their place."""
    plain_read, plain_loads = Path.read_text, json.loads

    def read_text(self: Path, *given: Any, **more: Any) -> str:
        text = plain_read(self, *given, **more)
        if self.suffix == ".json" and self.resolve().is_relative_to(folder):
            marked = ReferenceText(text)
            marked.file = self.resolve().relative_to(folder).as_posix()
            return marked
        return text

    def loads(text: Any, *given: Any, **more: Any) -> Any:
        content = plain_loads(text, *given, **more)
        if isinstance(text, ReferenceText):
            LOOKED.learn(text.file, content)
            return with_places(content, text.file)
        return content

    return read_text, loads
