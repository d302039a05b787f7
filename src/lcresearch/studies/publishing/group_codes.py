"""Codes in the place of names of groups: the same code over waves, tables and pages, and no order that tells a name."""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from lcresearch.studies.model import LevelName

Path = tuple[str, ...]
LETTERS: Mapping[str, str] = {
    "sector": "S", "consortium": "C", "community": "G", "organisation": "O", "team": "T",
}  # fmt: skip
"""First letter of a code, by level."""
_BETWEEN = " / "


@dataclass(frozen=True)
class GroupCodes:
    """What each group is called in an open bundle.

    Attributes
    ----------
    levels : tuple of str
        Outermost first.
    shown : mapping of path to str
        The path of names of a group -> what it is called: a code, or its own name at levels that may be named.
    """

    levels: tuple[LevelName, ...]
    shown: Mapping[Path, str]

    @cached_property
    def _by_name(self) -> dict[tuple[str, str], list[Path]]:
        found: dict[tuple[str, str], list[Path]] = {}
        for path in self.shown:
            found.setdefault((self.levels[len(path) - 1], path[-1]), []).append(path)
        return found

    @property
    def names(self) -> set[str]:
        """Names that no page may hold: of all groups that go by a code."""
        return {path[-1] for path, code in self.shown.items() if code != path[-1]}

    def find(self, level: str, parent: str, group: str) -> Path | None:
        """The group that a table means; None when it is none of these.

        Tables name the groups around it all together (``consortium / community``), or the nearest one alone.
        """
        paths = self._by_name.get((level, group), [])
        exact = [path for path in paths if _BETWEEN.join(path[:-1]) == parent]
        near = [path for path in paths if not parent or (len(path) > 1 and path[-2] == parent)]
        return next(iter(exact or near), None)

    def parent(self, path: Path, like: str) -> str:
        """What stands around a group, written as ``like`` is."""
        around = [self.shown[path[:depth]] for depth in range(1, len(path))]
        if not like:
            return ""
        return _BETWEEN.join(around) if _BETWEEN.join(path[:-1]) == like else around[-1]

    def joined(self, level: str, name: str) -> str | None:
        """What a group is called whose name stands alone, or with those of all groups around it."""
        path = self.find(level, "", name)
        if path is not None:
            return self.shown[path]
        depth = self.levels.index(level) + 1 if level in self.levels else 0
        whole = next((one for one in self.shown if len(one) == depth and _BETWEEN.join(one) == name), None)
        return None if whole is None else _BETWEEN.join(self.shown[whole[:n]] for n in range(1, depth + 1))


def group_codes(
    frame: pd.DataFrame,
    levels: Sequence[LevelName],
    named: Iterable[str],
    key: bytes,
    known: Mapping[tuple[str, str, str], str] | None = None,
) -> GroupCodes:
    """Give each group a code, such as ``O-03``; the order follows from a key that stays in the house.

    A group keeps the code of earlier bundles, and no other group gets that of one that left: else a reader of two
    versions would take two firms for one.

    Parameters
    ----------
    frame : DataFrame
        Answers or scores with a column a level.
    levels : sequence of str
        Outermost first.
    named : iterable of str
        Levels whose groups keep their name.
    key : bytes
        Secret of the study.
    known : mapping, optional
        Codes of earlier bundles, by level, names of the groups around it, and name.

    Examples
    --------
    >>> frame = pd.DataFrame({"organisation": ["Bakker", "Smid", "Bakker"]})
    >>> sorted(group_codes(frame, ["organisation"], [], b"secret").shown.values())
    ['O-1', 'O-2']
    """
    shown: dict[Path, str] = {}
    known = dict(known or {})
    for depth, level in enumerate(levels, start=1):
        rows = frame[list(levels[:depth])].dropna().drop_duplicates()
        paths = [tuple(map(str, row)) for row in rows.itertuples(index=False, name=None)]
        if level in set(named):
            shown |= {path: path[-1] for path in sorted(paths)}
            continue
        kept = {path: known[place] for path in paths if (place := (level, _BETWEEN.join(path[:-1]), path[-1])) in known}
        last = max((int(code.rpartition("-")[2]) for (at, *_), code in known.items() if at == level), default=0)
        fresh = [path for path in paths if path not in kept]
        width = len(str(last + len(fresh)))
        ordered = sorted(fresh, key=lambda path: (hmac.digest(key, "\x1f".join(path).encode(), "sha256"), path))
        shown |= kept | {path: f"{LETTERS[level]}-{n:0{width}}" for n, path in enumerate(ordered, start=last + 1)}
    return GroupCodes(tuple(levels), shown)
