"""Response by wave and group: invited, started, answered, complete, and who came back at the next wave."""

from __future__ import annotations

import dataclasses
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from lcresearch.errors import Problem, ResponsesError, warning
from lcresearch.responses.result import Responses
from lcresearch.responses.tables import shown
from lcresearch.responses.waves.columns import as_text, missing_columns
from lcresearch.responses.waves.order import wave_order
from lcresearch.results import Result

Array = npt.NDArray[np.float64]

TOTAL = "wave"
_TEXT = ("variable", "group", "wave", "previous_wave")
_NAMED = 10


@dataclass(frozen=True, repr=False, eq=False)
class ResponseRates(Result):
    """How many were invited, started, answered and came back.

    Numbers of small groups can give persons away; the rules of ``disclosure`` decide what a report shows.

    Attributes
    ----------
    counts : DataFrame
        A row a variable, group and wave: ``variable, group, wave, n_invited, n_started, n_answered, n_complete``. The
        variable ``wave`` holds all persons. ``group`` is missing for persons of whom the group is not known;
        ``n_invited`` is missing where the list of who was invited does not tell.
    retention : DataFrame
        A row a variable, group and later wave: ``variable, group, wave, n_first, n_retained``, persons who answered in
        the first wave and those of them who answered in this one, by their group in the first wave; ``previous_wave,
        n_previous, n_kept``, the same from the wave before, by their group in that one.
    answered, complete : float
        From what number of items, or share of them, a person counts.
    waves : tuple of str
    problems : tuple of Problem
    """

    title: ClassVar[str] = "Response"

    counts: pd.DataFrame
    retention: pd.DataFrame
    answered: float
    complete: float
    waves: tuple[str, ...]
    problems: tuple[Problem, ...]

    def tidy(self, conf_level: float = 0.95) -> pd.DataFrame:
        """One row a rate: ``term, variable, group, wave, n, count, estimate, conf_low, conf_high``.

        ``answered`` and ``complete`` are shares of the ``n`` invited, or missing where that is not known; ``started``
        is not a rate of its own. ``finished`` is the share of those who started that completed. ``retained`` is the
        share of those of the first wave, ``kept`` of those of the wave before, who answered in this wave. The intervals
        are those of Wilson (:func:`wilson`).
        """
        parts = [
            ("answered", self.counts, "n_invited", "n_answered"),
            ("complete", self.counts, "n_invited", "n_complete"),
            ("finished", self.counts, "n_started", "n_complete"),
            ("retained", self.retention, "n_first", "n_retained"),
            ("kept", self.retention, "n_previous", "n_kept"),
        ]
        rows = [_rates(*part, conf_level) for part in parts]
        return pd.concat(rows, ignore_index=True)

    def shown(self) -> pd.DataFrame:
        """The counts, a row a group and wave."""
        return self.counts

    def glance(self) -> pd.DataFrame:
        """One row: waves; persons invited, who started, answered and completed, over all waves."""
        total = self.counts[self.counts["variable"] == TOTAL]
        row: dict[str, float] = {"n_waves": len(self.waves)}
        row["n_invited"] = float(total["n_invited"].sum(skipna=False))
        row |= {name: int(total[name].sum()) for name in ("n_started", "n_answered", "n_complete")}
        return pd.DataFrame([row])

    def cautions(self) -> list[str]:
        """The warnings, a line each."""
        return [f"[{problem.code}] {problem.message()}" for problem in self.problems]

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Self:
        """The result that :meth:`to_dict` wrote."""
        bare = super().from_dict(values)
        return dataclasses.replace(
            bare,
            counts=_typed(bare.counts),
            retention=_typed(bare.retention),
            waves=tuple(bare.waves),
            problems=tuple(bare.problems),
        )


def response_rates(
    data: Responses | pd.DataFrame,
    by: Sequence[str] = (TOTAL,),
    *,
    invited: pd.DataFrame | None = None,
    answered: float = 1,
    complete: float = 0.8,
    items: Sequence[str] | None = None,
    waves: Sequence[str] | None = None,
) -> ResponseRates:
    """Count response by wave, and within each wave by the groups of every variable in ``by``.

    A person starts with a row in a wave, answers with at least ``answered`` items, and completes with the share
    ``complete`` of the items that anybody answered in that wave, so that items of other waves do not count against it.
    All invited persons count as able to answer: ``answered`` of the invited is the response rate RR2 of AAPOR (2023,
    Standard Definitions, 10th edition), ``complete`` of the invited is RR1.

    Parameters
    ----------
    data : Responses or DataFrame
        A row a respondent x wave.
    by : list of str
        Columns such as ``organisation``, ``community``, ``size_band`` or ``sector``. ``wave`` stands for all persons
        of a wave, which are always there.
    invited : DataFrame, optional
        Who was invited: a column ``invited`` with numbers, and columns that say of which group and wave; or, without
        that column, a row a person (a list of tokens). Without a column ``wave`` it holds for every wave. A variable
        that it lacks is looked up in the answers if every group named in it has one value there (the sector of an
        organisation).
    answered : int or float
        A whole number of items from 1, or a share between 0 and 1.
    complete : float
        Share of the items, above 0 and at most 1.
    items : list of str, optional
        Columns with answers. By default the items of Responses, or all columns of numbers in a DataFrame that are not
        in ``by``.
    waves : list of str, optional
        The order of the waves; see :func:`lcresearch.responses.waves.order.wave_order`.

    Returns
    -------
    ResponseRates
        ``counts``, and rates with intervals in ``tidy()``.

    Raises
    ------
    ResponsesError
        R140 a column that does not exist, R144 a wave that is not among ``waves``, R168 numbers of invited persons that
        are no whole numbers, R169 a wrong value of ``answered`` or ``complete``.

    Warns
    -----
    LcresearchWarning
        R166 where more persons answered than were invited, R167 where a group answered that was not invited; the rate
        of these groups is missing.

    Examples
    --------
    >>> frame = pd.DataFrame({
    ...     "respondent": ["an", "bo", "cas", "an", "bo"],
    ...     "wave": ["t0", "t0", "t0", "t1", "t1"],
    ...     "organisation": ["A", "A", "B", "A", "A"],
    ...     "li_01": [4.0, 2.0, 5.0, 3.0, None],
    ... })
    >>> invited = pd.DataFrame({"organisation": ["A", "B"], "invited": [4, 2]})
    >>> rates = response_rates(frame, ["organisation"], invited=invited)
    >>> rates.counts.query("group == 'A'")[["wave", "n_invited", "n_started", "n_answered"]].to_numpy().tolist()
    [['t0', 4.0, 2.0, 2.0], ['t1', 4.0, 2.0, 1.0]]
    >>> tidy = rates.tidy()
    >>> tidy.query("term == 'retained' and variable == 'wave'")[["n", "count", "estimate"]].round(2).to_numpy().tolist()
    [[3.0, 1.0, 0.33]]
    """
    frame = data.frame if isinstance(data, Responses) else data
    variables = [name for name in dict.fromkeys(by) if name != TOTAL]
    _check(frame, variables, items, answered, complete)
    used = _items(data, variables, items)
    given = _invited(invited) if invited is not None else None
    labels = as_text(frame["wave"])
    if given is not None and "wave" in given.columns:
        labels = pd.concat([labels, given["wave"]], ignore_index=True)
    order = wave_order(labels, waves)
    people = _people(frame, variables, used, answered, complete)
    counts = [_counts(people, name, given, order) for name in (TOTAL, *variables)]
    retention = [_retention(people, name, order) for name in (TOTAL, *variables)]
    table = _typed(pd.concat(counts, ignore_index=True))
    problems = _problems(table)
    for problem in problems:
        warnings.warn(warning(problem.code, **problem.values), stacklevel=2)
    back = _typed(pd.concat(retention, ignore_index=True))
    return ResponseRates(table, back, float(answered), float(complete), order, problems)


def wilson(count: npt.ArrayLike, n: npt.ArrayLike, conf_level: float = 0.95) -> tuple[Array, Array]:
    """The score interval of a share (Wilson 1927; Newcombe 1998, method 3), which also holds for small n.

    Parameters
    ----------
    count, n : array of float, shape (k,)
        ``count`` of ``n``; NaN where one is missing or ``n`` is 0.
    conf_level : float

    Returns
    -------
    low, high : array of float, shape (k,)

    References
    ----------
    Wilson (1927), Journal of the American Statistical Association 22, 209-212; Newcombe (1998), Statistics in Medicine
    17, 857-872. The invited are taken as a sample from all who might have been; of a whole population the interval is
    wider than needed.

    Examples
    --------
    >>> low, high = wilson([81], [263])
    >>> round(float(low[0]), 4), round(float(high[0]), 4)
    (0.2553, 0.3662)
    """
    x, size = np.asarray(count, dtype=float), np.asarray(n, dtype=float)
    z = float(stats.norm.ppf(0.5 + conf_level / 2))
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(size > 0, x / size, np.nan)
        middle = (share + z**2 / (2 * size)) / (1 + z**2 / size)
        reach = z / (1 + z**2 / size) * np.sqrt(share * (1 - share) / size + z**2 / (4 * size**2))
    low: Array = np.where(x == 0, 0.0 * middle, middle - reach)
    high: Array = np.where(x == size, 0.0 * middle + 1.0, middle + reach)
    return low, high


def _check(
    frame: pd.DataFrame, variables: list[str], items: Sequence[str] | None, answered: float, complete: float
) -> None:
    problems = missing_columns(frame, ["respondent", "wave", *variables, *(items or ())])
    if not (0 < answered < 1 or (answered >= 1 and float(answered).is_integer())):
        problems.append(Problem("R169", values={"name": "answered", "value": str(answered)}))
    if not 0 < complete <= 1:
        problems.append(Problem("R169", values={"name": "complete", "value": str(complete)}))
    if problems:
        raise ResponsesError(problems)


def _items(data: Responses | pd.DataFrame, variables: list[str], items: Sequence[str] | None) -> list[str]:
    if items is not None:
        return list(items)
    if isinstance(data, Responses):
        return list(data.items)
    numbers = data.select_dtypes("number").columns
    return [str(name) for name in numbers if name not in (*variables, "respondent", "wave")]


def _invited(invited: pd.DataFrame) -> pd.DataFrame:
    """The list of who was invited, with a number in each row."""
    table = invited.reset_index(drop=True)
    if "invited" not in table.columns:
        texts = table.apply(as_text)
        keys = [name for name in ("respondent", "wave") if name in texts.columns]
        texts = texts.drop_duplicates(keys) if "respondent" in keys else texts
        return texts.assign(invited=1.0)
    numbers = pd.to_numeric(table["invited"], errors="coerce").to_numpy(dtype=float)
    wrong = ~(numbers >= 0) | (numbers % 1 != 0)
    if wrong.any():
        rows = ", ".join(str(row + 1) for row in np.flatnonzero(wrong)[:_NAMED].tolist())
        raise ResponsesError("R168", n=int(wrong.sum()), rows=rows + (" …" if wrong.sum() > _NAMED else ""))
    return table.drop(columns="invited").apply(as_text).assign(invited=numbers)


def _people(
    frame: pd.DataFrame, variables: list[str], items: list[str], answered: float, complete: float
) -> pd.DataFrame:
    """A row a row of the frame: ``person`` (a number), ``wave``, groups, and whether it is answered and complete."""
    table = frame[["respondent", "wave", *variables]].reset_index(drop=True).apply(as_text)
    filled = frame[items].notna().reset_index(drop=True)
    n_filled = filled.sum(axis=1).to_numpy()
    asked = filled.groupby(table["wave"]).any().sum(axis=1)
    n_asked = table["wave"].map(asked).to_numpy(dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(n_asked > 0, n_filled / n_asked, 0.0)
    table["answered"] = (share >= answered) & (n_filled > 0) if answered < 1 else n_filled >= answered
    table["complete"] = table["answered"] & (share >= complete - 1e-9)
    table = table.dropna(subset=["respondent", "wave"])
    return table.assign(person=pd.factorize(table["respondent"])[0]).drop(columns="respondent")


def _grouped(people: pd.DataFrame, variable: str) -> pd.DataFrame:
    """A row a person, wave and group of the variable; all persons are in one group for ``wave``."""
    named = people.assign(group=people[variable] if variable != TOTAL else "")
    once = named.groupby(["person", "wave", "group"], dropna=False, sort=False)[["answered", "complete"]]
    return once.any().reset_index()


def _counts(people: pd.DataFrame, variable: str, invited: pd.DataFrame | None, order: tuple[str, ...]) -> pd.DataFrame:
    rows = _grouped(people, variable).assign(started=True)
    keys = ["group", "wave"]
    counts = rows.groupby(keys, dropna=False, sort=True)[["started", "answered", "complete"]].sum()
    counts.columns = pd.Index(["n_started", "n_answered", "n_complete"])
    table = counts.reset_index()
    numbers = _numbers_invited(invited, variable, people, order) if invited is not None else None
    if numbers is None:
        table["n_invited"] = np.nan
    else:
        table = table.merge(numbers, on=keys, how="outer")
        whole = ["n_started", "n_answered", "n_complete"]
        table[whole] = table[whole].fillna(0)
    table["place"] = table["wave"].map({wave: place for place, wave in enumerate(order)})
    table = table.sort_values(["group", "place"], kind="stable").assign(variable=variable)
    return table[["variable", "group", "wave", "n_invited", "n_started", "n_answered", "n_complete"]]


def _numbers_invited(
    invited: pd.DataFrame, variable: str, people: pd.DataFrame, order: tuple[str, ...]
) -> pd.DataFrame | None:
    """``group, wave, n_invited``; None if the groups of this variable are not known for everyone invited."""
    if variable == TOTAL:
        table = invited.assign(group="")
    elif variable in invited.columns:
        table = invited.assign(group=invited[variable])
    else:
        group = _looked_up(invited, variable, people)
        if group is None:
            return None
        table = invited.assign(group=group)
    if "wave" not in table.columns:
        table = table.merge(pd.DataFrame({"wave": pd.Series(order, dtype="str")}), how="cross")
    numbers = table.groupby(["group", "wave"], dropna=False)["invited"].sum().rename("n_invited")
    return numbers.reset_index().astype({"group": "str", "wave": "str"})


def _looked_up(invited: pd.DataFrame, variable: str, people: pd.DataFrame) -> pd.Series[str] | None:
    """The variable for each row of the list, by a group that has one value of it among the answers."""
    for key in (name for name in people.columns if name in invited.columns and name != "wave"):
        pairs = people[[key, variable]].dropna().drop_duplicates()
        if not pairs[key].duplicated().any() and invited[key].isin(pairs[key]).all():
            return invited[key].map(pairs.set_index(key)[variable])
    return None


def _retention(people: pd.DataFrame, variable: str, order: tuple[str, ...]) -> pd.DataFrame:
    rows = _grouped(people, variable)
    rows = rows[rows["answered"]]
    found = []
    for place in range(1, len(order)):
        now = rows.loc[rows["wave"] == order[place], "person"].to_numpy()
        first = _still_there(rows, order[0], now, "n_first", "n_retained")
        before = _still_there(rows, order[place - 1], now, "n_previous", "n_kept")
        both = first.join(before, how="outer").reset_index()
        found.append(both.assign(variable=variable, wave=order[place], previous_wave=order[place - 1]))
    names = ["variable", "group", "wave", "n_first", "n_retained", "previous_wave", "n_previous", "n_kept"]
    table = pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=names)
    table[["n_first", "n_retained", "n_previous", "n_kept"]] = (
        table[["n_first", "n_retained", "n_previous", "n_kept"]].astype(float).fillna(0.0)
    )
    return table.sort_values("group", kind="stable")[names]


def _still_there(rows: pd.DataFrame, wave: str, now: npt.NDArray[np.int64], n: str, still: str) -> pd.DataFrame:
    """By group, the persons who answered in a wave, and those of them who are among ``now``."""
    base = rows[rows["wave"] == wave]
    counts = (
        base.assign(still=np.isin(base["person"], now)).groupby("group", dropna=False)["still"].agg(["size", "sum"])
    )
    return counts.set_axis([n, still], axis=1)


def _rates(term: str, table: pd.DataFrame, n: str, count: str, conf_level: float) -> pd.DataFrame:
    size, number = table[n].to_numpy(dtype=float), table[count].to_numpy(dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        estimate = np.where((size > 0) & (number <= size), number / size, np.nan)
    low, high = wilson(np.where(np.isnan(estimate), np.nan, number), size, conf_level)
    rates = table[["variable", "group", "wave"]].assign(n=size, count=number, estimate=estimate)
    rates = rates.assign(conf_low=low, conf_high=high, term=term)
    return rates[["term", "variable", "group", "wave", "n", "count", "estimate", "conf_low", "conf_high"]]


def _problems(counts: pd.DataFrame) -> tuple[Problem, ...]:
    known = counts.groupby("variable")["n_invited"].transform("count") > 0
    more = counts[counts["n_answered"] > counts["n_invited"]]
    strangers = counts[known & counts["n_invited"].isna() & counts["group"].notna()]
    found = []
    for code, rows in (("R166", more), ("R167", strangers)):
        if len(rows):
            some = rows.head(_NAMED)
            pairs = zip(some["group"].tolist(), some["wave"].tolist(), strict=True)
            names = [f"{shown(str(group), 40)} ({wave})" if group else str(wave) for group, wave in pairs]
            listed = ", ".join(names) + (" …" if len(rows) > _NAMED else "")
            found.append(Problem(code, values={"n": len(rows), "groups": listed}))
    return tuple(found)


def _typed(table: pd.DataFrame) -> pd.DataFrame:
    kinds = {name: "str" if name in _TEXT else "float64" for name in table.columns}
    return table.astype(kinds).reset_index(drop=True)
