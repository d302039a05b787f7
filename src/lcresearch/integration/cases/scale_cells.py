"""Cells of scales: means over the persons of a case, at one wave or of what changed between two."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import pandas as pd

from lcresearch.errors import IntegrationError
from lcresearch.integration.cases.columns import check_columns, fingerprint, numbers
from lcresearch.integration.cases.names import labels, written
from lcresearch.measurement.group_means import group_means

WAVE = "wave"
CHANGE = "_change"
"""Behind the name of a scale: the mean of what changed."""


@dataclass(frozen=True)
class ScaleSettings:
    """What is asked of the scores.

    Attributes
    ----------
    scales : tuple of str
        Columns with scores.
    case, person : str
        Columns; an empty ``person`` makes each row a person, as is one without a respondent.
    wave : str
        Wave of the means; empty where there is one wave only, or a row a case and wave.
    change : tuple of str
        Two waves, or nothing.
    by_wave : bool
        Whether a case is a case at one wave.
    within : str
        Column with the group that a case is part of, or empty.
    fewest : int
        Persons that a mean needs.
    """

    scales: tuple[str, ...]
    case: str
    person: str
    wave: str = ""
    change: tuple[str, ...] = ()
    by_wave: bool = False
    within: str = ""
    fewest: int = 1

    @property
    def columns(self) -> dict[str, tuple[str, str]]:
        """Column of the matrix -> scale and measure."""
        means = {name: (name, "mean") for name in self.scales} if self.wave or not self.change else {}
        return means | {name + CHANGE: (name, "change") for name in self.scales if self.change}


@dataclass(frozen=True)
class ScaleCells:
    """Means with what they rest on.

    Attributes
    ----------
    estimates : DataFrame
        ``case, column, n, mean, sd, conf_low, conf_high, wave, fingerprint``.
    persons : DataFrame
        ``respondent, case, place, wave, within, column, value``: what :func:`protect` counts. Of a change also who
        answered at one of its waves only, with that wave and no value.
    cases : set of str
        Cases in the scores, also those where nobody answered these scales.
    gaps : DataFrame
        ``case, column, reason`` of cases that are in the scores.
    """

    estimates: pd.DataFrame
    persons: pd.DataFrame
    cases: set[str]
    gaps: pd.DataFrame


def settled_waves(scores: pd.DataFrame, settings: ScaleSettings) -> ScaleSettings:
    """The settings, of which it is certain that they say which wave is meant.

    Raises
    ------
    IntegrationError
        Q062: several waves, and none is named; Q063: a wave that nobody answered at.
    """
    if WAVE not in scores.columns:
        if settings.wave or settings.change or settings.by_wave:
            check_columns(scores, [WAVE], "scores")
        return settings
    known = [str(one) for one in scores[WAVE].dropna().unique()]
    unknown = [one for one in (settings.wave, *settings.change) if one and one not in known]
    if unknown:
        raise IntegrationError("Q063", found=unknown, known=sorted(known))
    if settings.scales and len(known) > 1 and not (settings.wave or settings.change or settings.by_wave):
        raise IntegrationError("Q062", known=sorted(known))
    return settings


def scale_cells(
    scores: pd.DataFrame,
    settings: ScaleSettings,
    *,
    same_as: Mapping[str, str] | None = None,
    not_comparable: Mapping[str, Collection[str]] | None = None,
) -> ScaleCells:
    """Mean, size, standard deviation and interval of each scale in each case.

    Parameters
    ----------
    scores : DataFrame
        A row a person (and wave).
    settings : ScaleSettings
    same_as : mapping of str to str, optional
        Name of a case as it is written here -> the name that it has in the matrix.
    not_comparable : mapping of str to collection of str, optional
        Scale -> cases whose scores cannot be compared with those of others.
    """
    rows = _rows(scores, settings, same_as or {})
    parts = [_column(rows, column, scale, measure, settings) for column, (scale, measure) in settings.columns.items()]
    names = set(rows["case"].dropna())
    estimates, gaps = [], []
    for (column, (scale, _)), (_, table) in zip(settings.columns.items(), parts, strict=True):
        barred = {str(one) for one in (not_comparable or {}).get(scale, ())}
        few = table["n"] < settings.fewest
        apart = table["case"].isin(barred)
        gaps += [(case, column, "not_comparable") for case in table.loc[apart, "case"]]
        gaps += [(case, column, "few") for case in table.loc[few & ~apart, "case"]]
        why = "no_answers" if column == scale else "nobody_twice"
        gaps += [(case, column, why) for case in sorted(names - set(table["case"]))]
        estimates.append(table[~few & ~apart])
    return ScaleCells(
        pd.concat(estimates, ignore_index=True) if estimates else pd.DataFrame(),
        pd.concat([persons for persons, _ in parts], ignore_index=True) if parts else pd.DataFrame(),
        names,
        pd.DataFrame(gaps, columns=["case", "column", "reason"]),
    )


def _rows(scores: pd.DataFrame, settings: ScaleSettings, same_as: Mapping[str, str]) -> pd.DataFrame:
    """One row a person and wave: a person who stands in it twice counts with the mean of both rows."""
    needed = [settings.case, *settings.scales, *([settings.person] if settings.person else [])]
    check_columns(scores, [*needed, *([settings.within] if settings.within else [])], "scores")
    has_waves = WAVE in scores.columns
    known = scores[scores[settings.case].notna()]
    case = written(known[settings.case], same_as)
    wave = known[WAVE].astype("str") if has_waves else pd.Series("", index=known.index, dtype="str")
    row = pd.Series([f"row {number}" for number in range(len(known))], index=known.index, dtype="str")
    person = written(known[settings.person]).fillna(row) if settings.person else row
    within = known[settings.within] if settings.within else pd.Series("", index=known.index, dtype="str")
    head = {"respondent": person, "place": case, "wave": wave, "within": within.astype("str")}
    values = {name: numbers(known[name], name, "scores") for name in settings.scales}
    table = pd.DataFrame(head | values)
    once = table.groupby(["respondent", "place", "wave", "within"], sort=False, dropna=False).mean().reset_index()
    once["case"] = labels(once["place"], once["wave"]) if settings.by_wave else once["place"]
    return once


def _column(
    rows: pd.DataFrame, column: str, scale: str, measure: str, settings: ScaleSettings
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Persons with their value, and the means of cases."""
    if measure == "change":
        before, after = (rows.loc[rows["wave"] == one].dropna(subset=scale) for one in settings.change)
        both = after.merge(before[["respondent", "place", scale]], on=["respondent", "place"], suffixes=("", "_before"))
        values = both.assign(value=both[scale] - both[f"{scale}_before"], wave=" - ".join(reversed(settings.change)))
        key = both["respondent"] + "\0" + both["place"]
        once = pd.concat([before, after], ignore_index=True)
        once = once[~(once["respondent"] + "\0" + once["place"]).isin(key)].assign(value=float("nan"))
    else:
        here = rows[rows["wave"] == settings.wave] if settings.wave else rows
        values = here.dropna(subset=scale).assign(value=lambda table: table[scale])
        once = values.iloc[:0]
    names = ["respondent", "case", "place", "wave", "within", "value"]
    persons = values[names].assign(column=column)
    table = group_means(persons, "value", ["case"])[["case", "n", "mean", "sd", "conf_low", "conf_high"]]
    answers = list(zip(*(persons[name].tolist() for name in ("respondent", "wave", "value")), strict=True))
    prints = {
        str(case): fingerprint(scale, sorted(answers[place] for place in places))
        for case, places in persons.groupby("case").indices.items()
    }
    wave = persons["wave"].iloc[0] if len(persons) and not settings.by_wave else ""
    of_case = persons.drop_duplicates("case").set_index("case")["wave"] if settings.by_wave else None
    table = table.assign(column=column, fingerprint=table["case"].map(prints))
    table["wave"] = table["case"].map(of_case) if of_case is not None else wave
    return pd.concat([persons, once[names].assign(column=column)], ignore_index=True), table
