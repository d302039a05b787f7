"""The rows of a mediation analysis: who has all that is needed, at which level each variable lies, and its two parts.

With waves, rows are chains: the cause of a person at one wave, the mediator and the outcome one or more waves on, and
the earlier values of both. All links of a chain are looked up at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from lcresearch.errors import MultilevelError, Place
from lcresearch.multilevel.centring import center
from lcresearch.multilevel.formula_marks import unknown_column

_SAME = 1e-10


@dataclass(frozen=True)
class Roles:
    """Which column is what.

    Attributes
    ----------
    outcome, mediator, cause : str
    group : tuple of str
        Nested columns, outermost first; the last is the group of which means are taken.
    covariates : tuple of str
    wave, person : str or None
    lag : tuple of int
        Waves from cause to mediator, and from mediator to outcome.
    """

    outcome: str
    mediator: str
    cause: str
    group: tuple[str, ...]
    covariates: tuple[str, ...] = ()
    wave: str | None = None
    person: str | None = None
    lag: tuple[int, int] = (1, 1)

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns that are used."""
        over_time = tuple(name for name in (self.wave, self.person) if name is not None)
        return (self.outcome, self.mediator, self.cause, *self.group, *self.covariates, *over_time)


@dataclass(frozen=True)
class MediationRows:
    """Complete rows, with the parts of each variable within and between groups beside it.

    Attributes
    ----------
    frame : DataFrame
    roles : Roles
    design : str
        Levels of cause, mediator and outcome: ``1-1-1``, ``2-1-1`` or ``2-2-1``.
    mediator_covariates, outcome_covariates : tuple of str
        Columns of the frame: those that vary within groups and are numbers stand in it in two parts.
    persons : bool
        Whether persons have several rows, so that they are a level of their own.
    counts : mapping of str to int
        ``rows``, those lost for each reason, and ``used``.
    n_dropped : mapping of str to int
        Rows with a missing value by column; ``any`` counts each row once.
    """

    frame: pd.DataFrame
    roles: Roles
    design: str
    mediator_covariates: tuple[str, ...]
    outcome_covariates: tuple[str, ...]
    persons: bool
    counts: Mapping[str, int]
    n_dropped: Mapping[str, int] = field(default_factory=dict)

    @property
    def nesting(self) -> tuple[str, ...]:
        """Nested grouping columns of the random part, outermost first."""
        person = self.roles.person
        return (*self.roles.group, person) if self.persons and person is not None else self.roles.group


def mediation_rows(frame: pd.DataFrame, roles: Roles) -> MediationRows:
    """Complete rows of a frame, or complete chains of its waves.

    Raises
    ------
    MultilevelError
        L005 and L080 to L088; see :func:`~lcresearch.multilevel.mediation`.
    """
    _check_columns(frame, roles)
    numbers = {name: _numbers(frame, name) for name in (roles.outcome, roles.mediator, roles.cause)}
    given = frame[list(roles.columns)].assign(**numbers)
    counts = {"rows": len(given)}
    earlier: tuple[str, ...] = ()
    if roles.wave is not None:
        given, earlier, lost = _chains(given, roles)
        counts |= lost
    missing = given.isna()
    incomplete = missing.any(axis=1)
    complete = given[~incomplete]
    by_column = {str(name): int(n) for name, n in missing.sum().items() if n}
    n_dropped = by_column | {"any": int(incomplete.sum())}
    counts |= {"value_missing": int(incomplete.sum()), "used": len(complete)}
    if not len(complete):
        raise MultilevelError("L086", counts=", ".join(f"{name} {n}" for name, n in counts.items()))
    design = _design(complete, roles)
    persons = roles.person is not None and bool(complete.duplicated([*roles.group, roles.person]).any())
    return _in_two_parts(complete, roles, design, earlier, persons, counts, n_dropped)


def varies_within(frame: pd.DataFrame, column: str, group: Sequence[str]) -> bool:
    """Whether any group has more than one value of a column."""
    values = frame[column]
    if not pd.api.types.is_numeric_dtype(values.dtype):
        return bool((frame.groupby(list(group), observed=True)[column].nunique() > 1).any())
    by_group = values.astype(float).groupby([frame[name] for name in group], observed=True)
    return bool((by_group.max() - by_group.min()).max() > _SAME * max(float(values.astype(float).abs().max()), 1e-300))


def _check_columns(frame: pd.DataFrame, roles: Roles) -> None:
    known = [str(column) for column in frame.columns]
    for name in roles.columns:
        if name not in known:
            raise unknown_column(name, known)
    twice = [name for name in dict.fromkeys(roles.columns) if roles.columns.count(name) > 1]
    if twice:
        raise MultilevelError("L081", where=Place(column=twice[0]))
    if (roles.wave is None) != (roles.person is None):
        raise MultilevelError("L084", given="person" if roles.wave is None else "wave")


def _numbers(frame: pd.DataFrame, name: str) -> pd.Series[float]:
    values = frame[name]
    if not (pd.api.types.is_numeric_dtype(values.dtype) or pd.api.types.is_bool_dtype(values.dtype)):
        shown = values.dropna()
        raise MultilevelError("L082", where=Place(column=name), found=str(shown.iloc[0]) if len(shown) else "")
    return values.astype(float)


def _chains(frame: pd.DataFrame, roles: Roles) -> tuple[pd.DataFrame, tuple[str, ...], dict[str, int]]:
    """Rows of the cause with what came later beside them; names of the earlier values; and what was lost on the way.

    Group and covariates are those at the wave of the cause.
    """
    wave, person = str(roles.wave), str(roles.person)
    known = frame[[wave, person]].notna().all(axis=1)
    rows = frame[known]
    twice = rows.duplicated([person, wave])
    if twice.any():
        one = rows[twice].iloc[0]
        raise MultilevelError("L085", n=int(twice.sum()), person=str(one[person]), wave=str(one[wave]))
    codes, waves = pd.factorize(rows[wave], sort=True)
    first, second = roles.lag
    shifts = {"mediator": first, "outcome": first + second}
    shifts |= {"mediator_earlier": first - max(first, 1), "outcome_earlier": first + second - max(second, 1)}
    columns = {"mediator": roles.mediator, "outcome": roles.outcome}
    at = pd.MultiIndex.from_arrays([rows[person], codes])
    reached = np.stack([codes + shift for shift in shifts.values()])
    inside = ((reached >= 0) & (reached < len(waves))).all(axis=0)
    there = np.ones(len(rows), dtype=bool)
    found: dict[str, Any] = {}
    for part, shift in shifts.items():
        column = columns[part.removesuffix("_earlier")]
        places = at.get_indexer(pd.MultiIndex.from_arrays([rows[person], codes + shift]))
        there &= places >= 0
        values = np.where(places >= 0, rows[column].to_numpy()[places], np.nan)
        found[column if part in columns else f"{column}_earlier"] = values
    earlier = (f"{roles.mediator}_earlier", f"{roles.outcome}_earlier")
    chains = rows.assign(**found)[inside & there]
    lost = {
        "wave_or_person_unknown": int((~known).sum()),
        "no_such_wave": int((~inside).sum()),
        "wave_missed": int((inside & ~there).sum()),
    }
    return chains, earlier, lost


def _design(frame: pd.DataFrame, roles: Roles) -> str:
    """Levels of cause, mediator and outcome; other designs than three are refused."""
    group = roles.group
    varying = [varies_within(frame, name, group) for name in (roles.cause, roles.mediator, roles.outcome)]
    design = "-".join("1" if each else "2" for each in varying)
    if design not in ("1-1-1", "2-1-1", "2-2-1"):
        raise MultilevelError("L080", design=design, group=":".join(group))
    over_waves = varying[0] and roles.wave is not None and frame[roles.wave].nunique() > 1
    if over_waves and not varies_within(frame, roles.cause, (*group, str(roles.wave))):
        raise MultilevelError("L087", where=Place(column=roles.cause), group=":".join(group))
    return design


def _in_two_parts(
    frame: pd.DataFrame,
    roles: Roles,
    design: str,
    earlier: tuple[str, ...],
    persons: bool,
    counts: dict[str, int],
    n_dropped: dict[str, int],
) -> MediationRows:
    """What varies within groups as its part within and its part between them."""
    group = list(roles.group)
    levels = dict(zip((roles.cause, roles.mediator), design.split("-"), strict=False))
    split = [name for name, level in levels.items() if level == "1"]
    kept: dict[str, tuple[str, ...]] = {}
    for name in (*roles.covariates, *earlier):
        number = pd.api.types.is_numeric_dtype(frame[name].dtype)
        varying = varies_within(frame, name, group)
        if varying and not number and design == "2-2-1":
            raise MultilevelError("L088", where=Place(column=name), group=":".join(group))
        if varying and number:
            split.append(name)
        kept[name] = (f"{name}_within", f"{name}_between") if varying and number else (name,)
    if roles.wave is not None and frame[roles.wave].nunique() > 1:
        frame = frame.assign(**{roles.wave: frame[roles.wave].astype(str).astype("category")})
        kept[roles.wave] = (roles.wave,)
    clash = [f"{name}_{part}" for name in split for part in ("within", "between") if f"{name}_{part}" in frame]
    if clash:
        raise MultilevelError("L081", where=Place(column=clash[0]))
    every = [columns for name, columns in kept.items() if name not in earlier]
    common = tuple(column for columns in every for column in columns)
    before = [kept[name] for name in earlier] if earlier else [(), ()]
    return MediationRows(
        center(frame, split, by=group), roles, design, (*common, *before[0]), (*common, *before[1]), persons, counts,
        n_dropped,
    )  # fmt: skip
