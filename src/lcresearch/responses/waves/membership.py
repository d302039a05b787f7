"""Who is in which wave and in which group: joiners, leavers, returners, changes, and belonging to several groups."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import numpy as np
import pandas as pd

from lcresearch.errors import ResponsesError
from lcresearch.responses.log import Log, as_log
from lcresearch.responses.result import Responses
from lcresearch.responses.tables import shown
from lcresearch.responses.waves.columns import as_text, missing_columns, refuse_twice
from lcresearch.responses.waves.order import wave_order
from lcresearch.responses.waves.shares import KEYS, main_groups, shares_of_cells, shares_of_table
from lcresearch.results import Result

_TEXT = {"respondent", "wave", "group", "pattern", "wave_1", "wave_2", "from_group", "to_group", "term"}


@dataclass(frozen=True, repr=False, eq=False)
class Membership(Result):
    """Persons, the waves in which they are, and the groups of one level to which they belong.

    ``persons``, ``weights`` and ``frame`` are rows of persons: keep them where the answers are kept.

    Attributes
    ----------
    level : str
    waves : tuple of str
        In order of time.
    persons : DataFrame
        A row a person: ``respondent``; ``pattern``, a 1 for each wave with a row of the person and a 0 for the others;
        ``n_waves``; ``n_groups``, of all waves together; ``n_changes``, how often the group was another one than the
        time before; ``moved``, the largest share of the person that changed groups at one time, from 0 to 1.
    weights : DataFrame
        ``respondent, wave, group, weight``; weights of a person in a wave sum to 1.
    patterns : DataFrame
        ``pattern, n, share``: numbers of persons.
    turnover : DataFrame
        A row a pair of consecutive waves: ``wave_1, wave_2, n_1, n_2``; ``n_stayed`` are in both, of whom ``n_changed``
        are in another group; ``n_joined`` appear for the first time, ``n_returned`` were away; ``n_left`` do not come
        back, ``n_away`` do.
    changes : DataFrame
        ``wave_1, wave_2, from_group, to_group, n``: persons between the waves in which they were seen one after the
        other; those who stayed in their group are in it too.
    frame : DataFrame
        The rows as they were, with one group a person and wave in the column of the level: the one with the largest
        weight.
    log : DataFrame
        The columns are those of ``Responses.log``.
    """

    title: ClassVar[str] = "Membership"

    level: str
    waves: tuple[str, ...]
    persons: pd.DataFrame
    weights: pd.DataFrame
    patterns: pd.DataFrame
    turnover: pd.DataFrame
    changes: pd.DataFrame
    frame: pd.DataFrame
    log: pd.DataFrame

    def tidy(self, conf_level: float = 0.95) -> pd.DataFrame:
        """One row a number of persons: ``term, wave_1, wave_2, pattern, n, share`` (``conf_level`` plays no part).

        ``share`` is of all persons for a pattern; of those in the earlier wave for stayed, changed, left and away; of
        those in the later wave for joined and returned.
        """
        patterns = self.patterns.assign(term="pattern")
        long = self.turnover.melt(["wave_1", "wave_2", "n_1", "n_2"], var_name="term", value_name="n")
        base = long["n_2"].where(long["term"].isin(["n_joined", "n_returned"]), long["n_1"])
        long["share"] = long["n"] / base.where(base > 0)
        long["term"] = long["term"].str.removeprefix("n_")
        table = pd.concat([patterns, long], ignore_index=True)
        table = table[["term", "wave_1", "wave_2", "pattern", "n", "share"]]
        return table.astype(dict.fromkeys(("term", "wave_1", "wave_2", "pattern"), "str"))

    def glance(self) -> pd.DataFrame:
        """One row: persons, waves, groups, who is in all waves, who changed group, who belongs to several at once."""
        several = self.weights[self.weights.duplicated(KEYS)]
        row = {
            "n_persons": len(self.persons),
            "n_waves": len(self.waves),
            "n_groups": self.weights["group"].nunique(),
            "n_in_all_waves": int((self.persons["n_waves"] == len(self.waves)).sum()),
            "n_changed": int((self.persons["n_changes"] > 0).sum()),
            "n_in_several_groups": several["respondent"].nunique(),
        }
        return pd.DataFrame([row])

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Self:
        """The result that :meth:`to_dict` wrote."""
        bare = super().from_dict(values)
        names = ("persons", "weights", "patterns", "turnover", "changes", "frame")
        tables = {
            name: (table := getattr(bare, name)).astype(
                {column: "str" for column in table.columns if column in _TEXT or column == bare.level}
            )
            for name in names
        }
        return dataclasses.replace(bare, **tables, waves=tuple(bare.waves), log=as_log(bare.log))


def membership(
    data: Responses | pd.DataFrame,
    level: str,
    *,
    columns: Sequence[str] | None = None,
    separator: str | None = ";",
    shares: pd.DataFrame | None = None,
    waves: Sequence[str] | None = None,
) -> Membership:
    """Who is in which wave, who changed group, and who belongs to several groups at once.

    A person counts as present in a wave with a row in it. Somebody who works for two organisations has two groups in
    one wave, each with a weight; the weights of a person sum to 1. They come from a cell that names several groups,
    from several columns, or from a separate table. For analyses that take one group a person, ``.frame`` keeps the one
    with the largest weight (the first of those that weigh the same, which the log counts).

    Parameters
    ----------
    data : Responses or DataFrame
        A row a respondent x wave, with columns ``respondent`` and ``wave``.
    level : str
        The level, such as ``organisation``: a column of the frame, or the name for what ``columns`` hold.
    columns : list of str, optional
        Columns that name a group each, instead of the column ``level``.
    separator : str or None
        What stands between groups in one cell: ``"A; B"``, or with shares ``"A 70%; B 30%"``. None: a cell is one
        group.
    shares : DataFrame, optional
        ``respondent, group``, and optionally ``share`` and ``wave``. Persons who are not in it keep what the frame
        says.
    waves : list of str, optional
        The order of the waves; see :func:`lcresearch.responses.waves.order.wave_order`.

    Returns
    -------
    Membership
        ``patterns``, ``turnover``, ``changes`` and ``weights``.

    Raises
    ------
    ResponsesError
        R140 a column that does not exist, R144 a wave that is not among ``waves``, R145 a person twice in a wave, R162
        shares that do not make a whole, R163 persons in ``shares`` who are not in the frame, R164 a group twice.

    References
    ----------
    Multiple membership: Browne, Goldstein & Rasbash (2001), Statistical Modelling 1, 103-124.

    Examples
    --------
    >>> frame = pd.DataFrame({
    ...     "respondent": ["an", "bo", "an", "bo", "cas"],
    ...     "wave": ["t0", "t0", "t1", "t1", "t1"],
    ...     "organisation": ["A", "A; B", "A", "B", "A"],
    ... })
    >>> found = membership(frame, "organisation")
    >>> found.patterns[["pattern", "n"]].to_numpy().tolist()
    [['11', 2], ['01', 1]]
    >>> found.weights["weight"].tolist()
    [1.0, 0.5, 0.5, 1.0, 1.0, 1.0]
    >>> found.persons[["n_changes", "moved"]].to_numpy().tolist()
    [[0.0, 0.0], [1.0, 0.5], [0.0, 0.0]]
    """
    frame = data.frame if isinstance(data, Responses) else data
    used = [level] if columns is None else list(columns)
    problems = missing_columns(frame, [*KEYS, *(used if shares is None else ())])
    if problems:
        raise ResponsesError(problems)
    order = wave_order(as_text(frame["wave"]), waves)
    keys = frame[KEYS].reset_index(drop=True).apply(as_text)
    refuse_twice(keys)
    weights = _weights(frame, keys, used, separator, shares)
    log = Log(", ".join(source.file for source in data.sources) if isinstance(data, Responses) else "–")
    main, tied = main_groups(weights)
    if tied.any():
        log.add("R165", "noted", column=shown(level), n=int(tied.sum()))
    group = keys.merge(main, on=KEYS, how="left")["group"].astype("str")
    at = keys.assign(group=group, place=keys["wave"].map({wave: n for n, wave in enumerate(order)}))
    at = at.dropna(subset=["respondent", "place"]).astype({"place": "int64"})
    presence = _presence(at, len(order))
    steps = _steps(at, weights)
    return Membership(
        level=level,
        waves=order,
        persons=_persons(presence, steps, weights),
        weights=weights,
        patterns=_patterns(presence),
        turnover=_turnover(presence, steps, order),
        changes=_changes(steps, order),
        frame=frame.assign(**{level: group.set_axis(frame.index)}),
        log=log.frame(),
    )


def _weights(
    frame: pd.DataFrame, keys: pd.DataFrame, used: list[str], separator: str | None, shares: pd.DataFrame | None
) -> pd.DataFrame:
    """Weights of all persons, in the order of the rows."""
    there = [column for column in used if column in frame.columns]
    cells = frame.assign(respondent=keys["respondent"].to_numpy(), wave=keys["wave"].to_numpy())
    parts = [shares_of_cells(cells, there, separator)] if there else []
    if shares is not None:
        given = shares_of_table(shares, keys)
        covered = pd.MultiIndex.from_frame(given[KEYS])
        parts = [given, *(part[~pd.MultiIndex.from_frame(part[KEYS]).isin(covered)] for part in parts)]
    weights = pd.concat([part for part in parts if len(part)] or parts, ignore_index=True)
    order = keys.reset_index(names="order").merge(weights, on=KEYS)
    return order.sort_values("order", kind="stable")[[*KEYS, "group", "weight"]].reset_index(drop=True)


def _presence(at: pd.DataFrame, n_waves: int) -> pd.DataFrame:
    """A row a person, a column a wave: whether the person is in it."""
    codes, persons = pd.factorize(at["respondent"])
    there = np.zeros((len(persons), n_waves), dtype=bool)
    there[codes, at["place"].to_numpy()] = True
    return pd.DataFrame(there, index=persons)


def _steps(at: pd.DataFrame, weights: pd.DataFrame) -> pd.DataFrame:
    """A row a person and pair of waves in which the person was seen one after the other, with the group in both.

    ``moved`` is half the sum of the absolute differences of the weights; NaN where a group is not known.
    """
    at = at.sort_values(["respondent", "place"], kind="stable")
    before = at.groupby("respondent", sort=False)[["place", "wave", "group"]].shift()
    steps = at.assign(place_1=before["place"], wave_1=before["wave"], from_group=before["group"])
    steps = steps.dropna(subset="place_1").rename(columns={"wave": "wave_2", "place": "place_2", "group": "to_group"})
    steps = steps.astype({"place_1": "int64"}).reset_index(names="step")
    steps["known"] = steps["from_group"].notna() & steps["to_group"].notna()
    steps["changed"] = steps["known"] & (steps["from_group"] != steps["to_group"])
    signs = []
    for wave, sign in (("wave_1", -1.0), ("wave_2", 1.0)):
        part = steps[["step", "respondent", wave]].rename(columns={wave: "wave"}).merge(weights, on=KEYS)
        signs.append(part.assign(weight=sign * part["weight"]))
    difference = pd.concat(signs).groupby(["step", "group"])["weight"].sum().abs().groupby("step").sum() / 2
    steps["moved"] = steps["step"].map(difference).where(steps["known"])
    return steps


def _persons(presence: pd.DataFrame, steps: pd.DataFrame, weights: pd.DataFrame) -> pd.DataFrame:
    groups = weights.groupby("respondent")["group"].nunique()
    who = presence.index.to_series()
    table = {
        "respondent": who.to_numpy(),
        "pattern": _pattern(presence),
        "n_waves": presence.sum(axis=1).to_numpy(dtype=np.int64),
        "n_groups": who.map(groups).fillna(0).to_numpy(dtype=np.int64),
        "n_changes": who.map(steps.groupby("respondent")["changed"].sum()).fillna(0).to_numpy(dtype=np.int64),
        "moved": who.map(steps.groupby("respondent")["moved"].max()).fillna(0.0).to_numpy(dtype=float),
    }
    return pd.DataFrame(table).astype({"respondent": "str", "pattern": "str"})


def _pattern(presence: pd.DataFrame) -> Any:
    digits = np.where(presence.to_numpy(), "1", "0").astype(object)
    return digits.sum(axis=1) if digits.size else np.zeros(0, dtype=object)


def _patterns(presence: pd.DataFrame) -> pd.DataFrame:
    counts = pd.Series(_pattern(presence), dtype="str").value_counts().sort_index(ascending=False)
    n = counts.to_numpy(dtype=np.int64)
    return pd.DataFrame({"pattern": counts.index.astype("str"), "n": n, "share": n / max(n.sum(), 1)})


def _turnover(presence: pd.DataFrame, steps: pd.DataFrame, order: tuple[str, ...]) -> pd.DataFrame:
    there = presence.to_numpy(dtype=bool)
    rows = []
    for place in range(1, len(order)):
        before, now = there[:, place - 1], there[:, place]
        earlier, later = there[:, :place].any(axis=1), there[:, place:].any(axis=1)
        changed = (steps["place_1"] == place - 1) & (steps["place_2"] == place) & steps["changed"]
        counts = {
            "n_1": before,
            "n_2": now,
            "n_stayed": before & now,
            "n_changed": changed,
            "n_joined": now & ~earlier,
            "n_returned": now & earlier & ~before,
            "n_left": before & ~later,
            "n_away": before & ~now & later,
        }
        numbers = {name: int(found.sum()) for name, found in counts.items()}
        rows.append({"wave_1": order[place - 1], "wave_2": order[place]} | numbers)
    columns = ["wave_1", "wave_2", "n_1", "n_2", "n_stayed", "n_changed", "n_joined", "n_returned", "n_left", "n_away"]
    whole = dict.fromkeys(columns[2:], "int64")
    return pd.DataFrame(rows, columns=columns).astype({"wave_1": "str", "wave_2": "str"} | whole)


def _changes(steps: pd.DataFrame, order: tuple[str, ...]) -> pd.DataFrame:
    by = ["place_1", "place_2", "from_group", "to_group"]
    counts = steps[steps["known"]].groupby(by).size().rename("n").reset_index()
    names = np.array([*order, ""], dtype=object)
    table = {
        "wave_1": names[counts["place_1"].to_numpy(dtype=np.int64)],
        "wave_2": names[counts["place_2"].to_numpy(dtype=np.int64)],
        "from_group": counts["from_group"],
        "to_group": counts["to_group"],
        "n": counts["n"].astype("int64"),
    }
    return pd.DataFrame(table).astype(dict.fromkeys(("wave_1", "wave_2", "from_group", "to_group"), "str"))
