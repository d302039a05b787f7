"""Names of cases: which stand in every source, which in one only, and which are nearly the same."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any

import pandas as pd

from lcresearch.errors import Problem
from lcresearch.integration.cases.matrix import UNMATCHED

_NUMBERS = re.compile(r"\d+")
_ALIKE = 0.85
_SHOWN = 8


def written(values: pd.Series[Any], same_as: Mapping[str, str] | None = None) -> pd.Series[str]:
    """Names of cases as text without blanks around them, missing ones left missing; a number 3.0 is ``3``.

    Examples
    --------
    >>> written(pd.Series([3.0, None])).tolist(), written(pd.Series([" A "]), {"A": "B"}).tolist()
    (['3', nan], ['B'])
    """
    if pd.api.types.is_float_dtype(values) and (values.dropna() % 1 == 0).all():
        values = values.astype("Int64")
    return values.astype("str").str.strip().replace(dict(same_as or {})).where(values.notna())


def labels(values: pd.Series[str], waves: pd.Series[str] | None = None) -> pd.Series[str]:
    """Names of cases, with the wave behind them where a case is a case at one wave."""
    return values if waves is None else values + ", " + waves.astype("str")


def in_order(names: Iterable[str]) -> list[str]:
    """Each name once, in the order that people use: case 2 before case 10.

    Examples
    --------
    >>> in_order(["case 10", "case 2", "Amsterdam"])
    ['Amsterdam', 'case 2', 'case 10']
    """
    return sorted(set(names), key=_place)


def _place(name: str) -> tuple[list[tuple[int, int, str]], str]:
    parts = re.split(r"(\d+)", name.casefold())
    return [(1, int(part), "") if part.isdecimal() else (0, 0, part) for part in parts if part], name


def unmatched(sources: Mapping[str, Iterable[str]]) -> tuple[pd.DataFrame, list[Problem]]:
    """Cases that are not in every source, with the name of another source that comes nearest.

    Parameters
    ----------
    sources : mapping of str to iterable of str
        Source -> the cases in it.

    Returns
    -------
    tuple of DataFrame and list of Problem
        ``name, found_in, missing_in, nearest``, and Q067 and Q068.

    Examples
    --------
    >>> unmatched({"scores": ["team 3", "team 4"], "project": ["Team 03", "team 4"]})[0].iloc[0].to_dict()
    {'name': 'Team 03', 'found_in': 'project', 'missing_in': 'scores', 'nearest': 'team 3'}
    """
    known = {source: set(names) for source, names in sources.items()}
    everywhere = set.intersection(*known.values()) if known else set()
    rows = []
    for name in in_order(set().union(*known.values()) - everywhere):
        found = [source for source, names in known.items() if name in names]
        missing = [source for source in known if source not in found]
        others = set().union(*(known[source] for source in missing)) - set().union(*(known[one] for one in found))
        rows.append((name, ", ".join(found), ", ".join(missing), _nearest(name, others)))
    table = pd.DataFrame(rows, columns=list(UNMATCHED))
    return table, _problems(table)


def _problems(table: pd.DataFrame) -> list[Problem]:
    problems = []
    for (found, missing), rows in table.groupby(["found_in", "missing_in"], sort=False):
        names = rows["name"].tolist()
        values = {"n": len(names), "names": names[:_SHOWN], "found": found, "missing": missing}
        problems.append(Problem("Q067", values=values))
    near = table[table["nearest"] != ""]
    pairs = list(dict.fromkeys(" = ".join(sorted(pair)) for pair in zip(near["name"], near["nearest"], strict=True)))
    if pairs:
        problems.append(Problem("Q068", values={"n": len(pairs), "pairs": pairs[:_SHOWN]}))
    return problems


def _nearest(name: str, others: set[str]) -> str:
    """A name that is written otherwise, or that differs in a letter; never one with another number."""
    same = [other for other in sorted(others) if _bare(other) == _bare(name)]
    if same:
        return same[0]
    numbered = {_bare(other): other for other in sorted(others) if _numbers(other) == _numbers(name)}
    found = get_close_matches(_bare(name), list(numbered), n=1, cutoff=_ALIKE)
    return numbered[found[0]] if found else ""


def _bare(name: str) -> str:
    """A name without capitals, blanks, marks and zeros in front of numbers."""
    letters = "".join(character for character in name.casefold() if character.isalnum())
    return _NUMBERS.sub(lambda found: str(int(found[0])), letters)


def _numbers(name: str) -> list[int]:
    return [int(number) for number in _NUMBERS.findall(name)]
