"""The answers of two waves, a person a place: who answered before, after, or at both, and in which group."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from lcresearch.change.labels import in_order, label, texts
from lcresearch.errors import ChangeError, Place, Problem, nearest

Array = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Booleans = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class TwoWaves:
    """Answers before and after of n persons in k groups.

    Attributes
    ----------
    before, after : array, shape (n,)
        NaN where there is no answer; nobody lacks both.
    group : array of int, shape (n,)
        Place of the group that a person was in before, or after if not there before.
    names : tuple of str
        Of the k groups; one without a name where there are none.
    takes_part : array of bool, shape (k,)
        Whether a group takes part, or is there to compare with.
    n_moved, n_without_group : int
        Persons in another group after than before; rows without a group, which do not count.
    persons : array of object, shape (n,)
        Codes as they stand in the data, in the order of their first row; None of who has none.
    """

    before: Array
    after: Array
    group: Integers
    names: tuple[str, ...]
    takes_part: Booleans
    n_moved: int = 0
    n_without_group: int = 0
    persons: npt.NDArray[Any] = field(default_factory=lambda: np.empty(0, dtype=object))

    @property
    def linked(self) -> Booleans:
        """Who answered at both waves, shape (n,)."""
        return np.asarray(~np.isnan(self.before) & ~np.isnan(self.after), dtype=np.bool_)

    @property
    def of_part(self) -> Booleans:
        """Who is in a group that takes part, shape (n,)."""
        return np.asarray(self.takes_part[self.group], dtype=np.bool_)

    @property
    def compared(self) -> bool:
        """Whether there are groups to compare with."""
        return not bool(self.takes_part.all())

    def counts(self) -> pd.DataFrame:
        """A row a group: who answered when, and the means of all answers at each wave."""
        k, here, there = len(self.names), ~np.isnan(self.before), ~np.isnan(self.after)

        def count(who: Booleans) -> Integers:
            return np.bincount(self.group[who], minlength=k)

        n_before, n_after, n_linked = count(here), count(there), count(here & there)
        with np.errstate(invalid="ignore"):
            means = [
                np.bincount(self.group[who], weights=values[who], minlength=k) / n
                for who, values, n in ((here, self.before, n_before), (there, self.after, n_after))
            ]
        numbers = {"n_linked": n_linked, "n_before": n_before, "n_after": n_after}
        numbers |= {"n_only_before": n_before - n_linked, "n_only_after": n_after - n_linked}
        table = {"group": self.names, "takes_part": self.takes_part} | numbers
        return pd.DataFrame(table | {"mean_before": means[0], "mean_after": means[1]})


def two_waves(
    frame: pd.DataFrame,
    outcome: str,
    *,
    before: object,
    after: object,
    wave: str,
    person: str | None,
    group: str | None = None,
    comparison: Sequence[object] = (),
) -> TwoWaves:
    """The answers of two waves; without ``person`` nobody is linked and each answer is that of somebody else.

    Raises
    ------
    ChangeError
        C001 to C004, C006: see :func:`lcresearch.change.before_after`.
    """
    rows, n_without = known_rows(frame, outcome, wave=wave, person=person, group=group)
    asked = [label(before), label(after)]
    check_waves(rows, outcome, asked)
    rows = rows[rows["wave"].isin(asked)]
    check_once(rows)
    names = tuple(sorted(set(rows["group"])))
    takes_part = check_comparison(names, comparison)
    wide = rows.pivot(index="person", columns="wave", values="score").reindex(pd.unique(rows["person"]), columns=asked)
    places = rows.assign(order=rows["wave"] == asked[1]).sort_values("order", kind="stable").groupby("person")["group"]
    chosen, n_moved = places.first().reindex(wide.index), int((places.nunique() > 1).sum())
    codes = np.searchsorted(np.array(names), chosen.to_numpy(dtype=np.str_)).astype(np.int64)
    values = wide.to_numpy(dtype=np.float64)
    codes_given = rows.drop_duplicates("person").set_index("person")["code"].reindex(wide.index)
    persons = codes_given.to_numpy(dtype=object)
    return TwoWaves(values[:, 0], values[:, 1], codes, names, takes_part, n_moved, n_without, persons)


def scores_at(frame: pd.DataFrame, column: str, *, at: object, wave: str, person: str) -> pd.Series[float]:
    """Numbers of one column at one wave, by code of the person; persons without a code are left out.

    Raises
    ------
    ChangeError
        C001 to C004.
    """
    rows, _ = known_rows(frame, column, wave=wave, person=person, group=None)
    check_waves(rows, column, [label(at)])
    rows = rows[(rows["wave"] == label(at)) & rows["code"].notna()]
    check_once(rows)
    return pd.Series(rows["score"].to_numpy(dtype=np.float64), index=rows["code"].to_numpy(dtype=object))


def known_rows(
    frame: pd.DataFrame, outcome: str, *, wave: str, person: str | None, group: str | None
) -> tuple[pd.DataFrame, int]:
    """Rows with an answer, as ``score, wave, person, group`` (the last three text) and ``code`` (of the person, as it
    stands in the data), and how many had no group.

    Who has no code is somebody else in each row.
    """
    check_columns(frame, [name for name in (outcome, wave, person, group) if name is not None])
    score = numeric_outcome(frame, outcome)
    own = pd.Series([f"\0{place}" for place in range(len(frame))], index=frame.index)
    code = pd.Series(None, index=frame.index, dtype=object) if person is None else frame[person].astype(object)
    code = code.where(code.notna(), None)
    persons = own if person is None else texts(frame[person]).where(frame[person].notna(), own)
    groups = pd.Series("", index=frame.index) if group is None else texts(frame[group])
    columns = {"score": score, "wave": texts(frame[wave]), "person": persons, "group": groups, "code": code}
    table = pd.DataFrame({name: column.to_numpy() for name, column in columns.items()})
    answered = ~np.isnan(score.to_numpy(dtype=np.float64)) & frame[wave].notna().to_numpy()
    without = np.zeros(len(frame), dtype=bool) if group is None else frame[group].isna().to_numpy()
    return table[answered & ~without].reset_index(drop=True), int((answered & without).sum())


def check_columns(frame: pd.DataFrame, columns: Sequence[str]) -> None:
    """Refuse columns that are not there (C001) or there twice (M421), all together."""
    known = [str(name) for name in frame.columns]
    problems = [
        Problem("C001", values={"column": name, "nearest": nearest(name, known) or "–", "known": known})
        for name in columns
        if name not in known
    ]
    problems += [
        Problem("M421", Place(column=name), {"n": known.count(name)}) for name in set(columns) if known.count(name) > 1
    ]
    if problems:
        raise ChangeError(problems)


def numeric_outcome(frame: pd.DataFrame, outcome: str) -> pd.Series[float]:
    """The outcome as numbers, NaN where there is no answer; refuses text, and what has no end (C002)."""
    score = pd.to_numeric(frame[outcome], errors="coerce").astype("float64")
    wrong = frame[outcome].notna() & ~np.isfinite(score)
    if wrong.any():
        raise ChangeError("C002", column=outcome, found=str(frame.loc[wrong, outcome].iloc[0]))
    return score


def check_waves(rows: pd.DataFrame, outcome: str, waves: Sequence[str]) -> None:
    """Refuse waves without answers, or the same wave twice (C003)."""
    known = sorted(set(rows["wave"]))
    lacking = [name for name in dict.fromkeys(waves) if name not in known]
    lacking = lacking or [name for name in dict.fromkeys(waves) if list(waves).count(name) > 1]
    if lacking:
        raise ChangeError(Problem("C003", values={"outcome": outcome, "wave": n, "known": known}) for n in lacking)


def check_once(rows: pd.DataFrame) -> None:
    """Refuse persons with two answers at one wave (C004)."""
    twice = rows[rows.duplicated(["person", "wave"])]
    if len(twice):
        raise ChangeError("C004", n=int(twice["person"].nunique()))


def wave_order(frame: pd.DataFrame, wave: str, rows: pd.DataFrame) -> list[str]:
    """The waves with answers, as text, in order of time: week 10 after week 9."""
    answered = set(rows["wave"])
    order = dict.fromkeys(label(value) for value in in_order(frame[wave]))
    return [name for name in order if name in answered]


def check_comparison(names: Sequence[str], comparison: Sequence[object]) -> Booleans:
    """Which groups take part, shape (k,); refuses comparison groups that are not there, or all groups (C006)."""
    asked = [label(name) for name in comparison]
    unknown = [name for name in asked if name not in names]
    takes_part = np.array([name not in asked for name in names], dtype=np.bool_)
    if unknown or not takes_part.any():
        raise ChangeError("C006", found=unknown or asked, known=list(names))
    return takes_part
