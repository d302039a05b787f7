"""Scores of small firms, drawn to those of their peers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from lcresearch.change.arguments import COLUMN, COLUMN_OR_COLUMNS, FRAME, NUMBER, takes
from lcresearch.change.firms_fixed import Array, firm_sums
from lcresearch.change.labels import texts
from lcresearch.change.pooled_groups import pooled_means
from lcresearch.change.sureness import check_level, half_width
from lcresearch.change.two_waves import check_columns, numeric_outcome
from lcresearch.errors import ChangeError, Problem
from lcresearch.results import Result

FEWEST_GROUPS = 3
_SPARE = 2


@dataclass(frozen=True, repr=False, eq=False)
class PartialPooling(Result):
    """A score a group, drawn to its peers (:func:`lcresearch.change.partial_pooling`).

    Attributes
    ----------
    table : DataFrame
        A row a group: ``group, peers`` (who they are, in words of the data), ``n, mean, std_error, own_low, own_high``
        (own answers alone, with the spread within groups taken as alike), ``peer_mean`` (that to which it is drawn),
        ``estimate, pooled_std_error, conf_low, conf_high`` (drawn to its peers), ``weight`` (of its own mean).
    outcome, group : str
    peers : tuple of str
        Columns that tell peers apart, that were used.
    between, within : float
        Standard deviations between groups (posterior mean) and within.
    df : float
        Degrees of freedom of the interval of a mean of its own.
    conf_level : float
    problems : tuple of Problem
    """

    title: ClassVar[str] = "Scores of groups, drawn to their peers"

    table: pd.DataFrame
    outcome: str
    group: str
    peers: tuple[str, ...]
    between: float
    within: float
    conf_level: float = 0.95
    problems: tuple[Problem, ...] = field(default=())

    def __post_init__(self) -> None:
        object.__setattr__(self, "peers", tuple(self.peers))
        object.__setattr__(self, "problems", tuple(self.problems))

    def tidy(self, conf_level: float | None = None) -> pd.DataFrame:
        """A row a group, at the level with which it was made."""
        table = self.table.rename(columns={"std_error": "own_std_error", "pooled_std_error": "std_error"})
        names = ["group", "n", "mean", "peer_mean", "weight", "estimate", "std_error", "conf_low", "conf_high"]
        return table[names].rename(columns={"group": "term"})

    def glance(self) -> pd.DataFrame:
        """One row: groups, answers, spread between and within."""
        row: dict[str, Any] = {"outcome": self.outcome, "n_groups": len(self.table), "n": int(self.table["n"].sum())}
        return pd.DataFrame([row | {"between": self.between, "within": self.within, "peers": ", ".join(self.peers)}])

    def cautions(self) -> list[str]:
        """What the reader must know before using the scores."""
        return [problem.message() for problem in self.problems]


@takes(frame=FRAME, outcome=COLUMN, group=COLUMN, peers=COLUMN_OR_COLUMNS.or_none, conf_level=NUMBER)
def partial_pooling(
    frame: pd.DataFrame,
    outcome: str,
    group: str,
    *,
    peers: str | Sequence[str] | None = None,
    conf_level: float = 0.95,
) -> PartialPooling:
    """A score a group that leans on its peers as far as its own answers are few.

    Each group has its own mean, normal about that of its peers: the constant, and what ``peers`` adds. The spread
    between groups is not estimated and then taken as known, which is too sure with few groups: every value of it counts
    by how likely it is (see :mod:`lcresearch.change.pooled_groups`). So six people in a firm give a usable score, and
    its interval holds the true mean of the firm about as often as it says, with three firms as with thirty
    (``docs/change.md`` has the figures). With many groups it is the best linear unbiased prediction of a mixed model.

    Scores that are drawn together can be solved back: who knows the weights and the mean of peers knows the mean of the
    firm. The same rules of disclosure hold for them as for means.

    Parameters
    ----------
    frame : DataFrame
        A row a person: answers of one wave.
    outcome, group : str
        Columns; rows without either do not count.
    peers : str or sequence of str, optional
        Columns that are the same for all people of a group, such as its sector and size: text as categories, numbers as
        numbers. They are left out, with a caution, when there are too few groups for them.
    conf_level : float

    Returns
    -------
    PartialPooling

    Raises
    ------
    ChangeError
        C001, C002: columns; C007: a level that cannot be; C009: peers that differ within a group; C025: fewer than two
        groups, or nothing that tells how much people differ.

    Examples
    --------
    Invented: three firms of six, five and four people.

    >>> rows = pd.DataFrame({"firm": list("AAAAAABBBBBCCCC"),
    ...                      "score": [3, 3.5, 4, 3.5, 3, 4, 4, 4.5, 4, 5, 4.5, 2.5, 3, 3.5, 3]})
    >>> partial_pooling(rows, "score", "firm").table[["group", "n", "mean", "estimate"]].round(2)
      group  n  mean  estimate
    0     A  6   3.5      3.53
    1     B  5   4.4      4.22
    2     C  4   3.0      3.18
    """
    check_level(conf_level)
    asked = [] if peers is None else [peers] if isinstance(peers, str) else list(peers)
    check_columns(frame, [outcome, group, *asked])
    score = numeric_outcome(frame, outcome)
    kept = frame.assign(**{"\0score": score})[score.notna() & frame[group].notna()]
    labels = texts(kept[group])
    names = sorted(set(labels))
    codes = np.searchsorted(np.array(names), labels.to_numpy(dtype=np.str_)).astype(np.int64)
    sums = firm_sums(kept["\0score"].to_numpy(dtype=np.float64)[None, :], codes, len(names))
    within, df = float(sums.within[0]), float(sums.df[0])
    if len(names) < 2 or not (df > 0 and within > 0):
        raise ChangeError("C025", n=len(names))
    of_group = (
        kept.assign(**{group: labels}).groupby(group, sort=True)[asked].agg(["first", "nunique"]) if asked else None
    )
    design, used, words = _peers(names, of_group, asked, group)
    n, mean = sums.n[0], sums.mean[0]
    found = pooled_means(mean, n, within, df, design)
    error = np.sqrt(within / df / n)
    half = half_width(error, np.full(len(n), df), conf_level)
    low, high = found.quantiles((1 - conf_level) / 2), found.quantiles((1 + conf_level) / 2)
    table = pd.DataFrame(
        {"group": names, "peers": words, "n": n.astype(np.int64), "mean": mean, "std_error": error}
        | {"own_low": mean - half, "own_high": mean + half, "peer_mean": found.peer_mean, "estimate": found.mean}
        | {"pooled_std_error": found.std_dev, "conf_low": low, "conf_high": high, "weight": found.weight}
    )
    problems = [Problem("C026", values={"n": len(names)})] if len(names) < FEWEST_GROUPS + 2 else []
    problems += [Problem("C027", values={"peers": ", ".join(asked), "n": len(names)})] if asked and not used else []
    between = found.rho * found.sigma
    return PartialPooling(table, outcome, group, used, between, found.sigma, conf_level, tuple(problems))


def _peers(
    names: Sequence[str], of_group: pd.DataFrame | None, asked: Sequence[str], group: str
) -> tuple[Array, tuple[str, ...], list[str]]:
    """The columns x_i, which peers they stand for, and each group's peers in words."""
    ones = np.ones((len(names), 1))
    if of_group is None:
        return ones, (), [""] * len(names)
    for name in asked:
        several = of_group[(name, "nunique")] > 1
        if several.any():
            raise ChangeError("C009", column=name, group=str(several.index[several][0]))
    own = of_group.xs("first", axis=1, level=1)
    parts = [_columns(own[name]) for name in asked]
    design = np.column_stack([ones, *parts])
    words = [", ".join(str(value) for value in row) for row in own.astype(object).itertuples(index=False)]
    if len(names) - design.shape[1] < _SPARE or np.linalg.matrix_rank(design) < design.shape[1]:
        return ones, (), [""] * len(names)
    return design, tuple(asked), words


def _columns(values: pd.Series) -> Array:
    """A number less its mean, or a column a category but the first; what is missing is a category of its own."""
    if pd.api.types.is_numeric_dtype(values) and values.notna().all():
        numbers = values.to_numpy(dtype=np.float64)
        return np.asarray((numbers - numbers.mean())[:, None])
    texts = values.astype("string").fillna("–")
    return pd.get_dummies(texts).to_numpy(dtype=np.float64)[:, 1:]
