"""Which groups a statistic over groups (an intraclass correlation, a mean of agreement) may use."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from lcresearch.errors import Problem


@dataclass(frozen=True)
class GroupChoice:
    """The groups to use, by path, and what to say about it.

    Attributes
    ----------
    level : str
    keys : frozenset of tuple
        Paths of the groups to use.
    columns : tuple of str
        Columns that make up the path.
    n_groups, n_hidden : int
        Groups with persons in them, and how many of those are not shown.
    uses_all : bool
        Whether hidden groups take part as well.
    problem : Problem or None
        A note when groups were left out.
    """

    level: str
    columns: tuple[str, ...]
    keys: frozenset[tuple[Any, ...]]
    n_groups: int
    n_hidden: int
    uses_all: bool
    problem: Problem | None

    def rows(self, frame: pd.DataFrame) -> pd.Series[bool]:
        """Which rows of ``frame`` belong to a group that is used, index as given."""
        if not self.keys:
            return pd.Series(False, index=frame.index, dtype=bool)
        known = pd.DataFrame(sorted(self.keys, key=str), columns=list(self.columns)).assign(known=True)
        found = frame[list(self.columns)].merge(known, on=list(self.columns), how="left")["known"]
        return pd.Series(found.notna().to_numpy(), index=frame.index, dtype=bool)


def groups_for_statistics(
    cells: pd.DataFrame, columns: list[str] | tuple[str, ...], *, wave: object = None
) -> GroupChoice:
    """Choose the groups for a statistic over all groups, so that it does not give hidden ones away.

    From the mean squares, the components of variance and the means of the shown groups the means of hidden groups can
    be solved. So only groups that are shown themselves take part.

    Parameters
    ----------
    cells : DataFrame
        What :func:`lcresearch.disclosure.protect` returned for one statistic.
    columns : sequence of str
        Level columns down to the level of the groups, outermost first, as given to ``protect``.
    wave : object, optional
        The wave to look at; None when the cells have none.

    Returns
    -------
    GroupChoice

    Examples
    --------
    >>> people = pd.DataFrame({"respondent": range(16), "team": ["a"] * 6 + ["b"] * 7 + ["c"] * 3, "voice": [1, 2] * 8})
    >>> from lcresearch.disclosure import protect
    >>> choice = groups_for_statistics(protect(people, "voice", ["team"], wave=None), ["team"])
    >>> sorted(choice.keys), choice.n_hidden, choice.problem.code
    ([('b',)], 2, 'D008')
    """
    level = columns[-1]
    here = cells[(cells["level"] == level) & (cells["n_persons"] > 0)]
    here = here[here["wave"].isna()] if wave is None else here[here["wave"] == wave]
    n_hidden = int((~here["released"]).sum())
    uses_all = n_hidden == 0
    keys = frozenset(here.loc[here["released"], "key"])
    problem = None
    if not uses_all:
        problem = Problem("D008", values={"level": level, "n": n_hidden, "used": len(keys)})
    return GroupChoice(level, tuple(columns), keys, len(here), n_hidden, uses_all, problem)
