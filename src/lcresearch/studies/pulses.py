"""Series of a study that asks the same again and again: run and control charts, and phases before and after a start.

Everything is computed from the means that the release let through (:class:`lcresearch.reporting.content.ReportContent`)
and from nothing else: a mean that is not shown is a gap here too, and has no part in a median, a limit or a test.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from lcresearch.change import (
    ControlChart,
    RandomisationTest,
    RunChart,
    control_chart,
    randomisation_test,
    run_chart,
    single_case,
)
from lcresearch.change import SingleCase as Case
from lcresearch.errors import ChangeError, LcresearchWarning, nearest
from lcresearch.reporting.pulse_content import CaseSeries, NoTest, PulseContent, PulseSeries
from lcresearch.studies.change_settings import ChangeUse
from lcresearch.yaml_lines import YamlPath

if TYPE_CHECKING:
    from lcresearch.reporting.content import Participation, ReportContent, ScaleContent

FEWEST_SHOWN = 3
"""Points that make a line; with fewer the tables of scores say it all."""
SHORTEST_PHASE = 3
"""Measurements before and after a start that was drawn from all waves."""
_SAME = 0.5
"""Share of those who answered that answered the time before too, from which on mostly the same persons answer."""
_COLUMNS = ["wave", "n", "mean", "sd"]

Key = tuple[str, str]
EVERYBODY: Key = ("", "")


def pulses_shown(content: ReportContent, use: ChangeUse) -> PulseContent | None:
    """The series of a pulse, a single case or a staggered start; None for other designs and where no line is shown.

    Parameters
    ----------
    content : ReportContent
        What the release of the study let through.
    use : ChangeUse
        The part ``change:`` of study.yaml.
    """
    scale = next((one for one in content.scales if one.name == use.primary), None)
    if scale is None or use.design not in ("pulse", "single_case", "staggered_start"):
        return None
    waves = list(content.head.waves)
    lines = {key: points for key, points in _lines(scale, use.group, waves) if _many(points)}
    same = mostly_same_persons(content.participation)
    head: dict[str, Any] = {
        "design": use.design,
        "scale": scale.name,
        "title": scale.title,
        "minimum": scale.minimum,
        "maximum": scale.maximum,
        "improvement": use.improvement,
        "level": use.group,
        "same_persons": same,
    }
    cases = tuple(_cases(lines, use, waves)) if use.starts else ()
    if use.design == "pulse" or (use.design == "single_case" and not cases):
        series = tuple(pulse_series(key, points, same_persons=same) for key, points in lines.items())
        return PulseContent(**head, series=series) if series else None
    if not cases:
        return None
    test, why = _together(cases, use, waves) if len(cases) > 1 else (None, None)
    return PulseContent(**head, cases=cases, together=test, together_no_test=why)


def lot_findings(use: ChangeUse, waves: Sequence[str]) -> Iterator[tuple[str, YamlPath, Mapping[str, Any]]]:
    """What is wrong with starts that were drawn by lot, each with its place: S200, S201, S202."""
    if not use.starts_drawn:
        return
    if not use.starts:
        yield "S201", ("change", "starts_drawn"), {}
    named = use.starts_drawn if isinstance(use.starts_drawn, tuple) else ()
    unknown = [wave for wave in named if wave not in waves]
    for wave in unknown:
        values = {"wave": wave, "known": list(waves), "nearest": nearest(wave, list(waves)) or "–"}
        yield "S200", ("change", "starts_drawn"), values
    if unknown or (use.starts_drawn is True and use.design != "single_case"):
        return
    drawn = possible_starts(use, waves)
    for group, wave in use.starts.items():
        if wave in waves and wave not in drawn:
            yield "S202", ("change", "starts", group), {"group": group, "wave": wave, "known": drawn or ["–"]}


def line_of_everybody(
    scale: ScaleContent, waves: Sequence[str], level: str, participation: Participation | None
) -> PulseContent | None:
    """The line of all together on one scale, as the page on monitoring shows it; None where no line is shown."""
    points = _points(scale.overall, waves)
    if not scale.bounded or not _many(points):
        return None
    same = mostly_same_persons(participation)
    series = (pulse_series(EVERYBODY, points, same_persons=same),)
    ends = (scale.minimum, scale.maximum)
    return PulseContent("monitoring", scale.name, scale.title, *ends, "higher", level, same, series)


def mostly_same_persons(participation: Participation | None) -> bool:
    """Whether half or more of those who answered did so the time before too; True where that is not known."""
    if participation is None or participation.turnover.empty:
        return True
    share = participation.turnover["n_stayed"] / participation.turnover["n_2"]
    return bool(share.mean() >= _SAME) if share.notna().any() else True


def pulse_series(key: Key, points: pd.DataFrame, *, same_persons: bool = True) -> PulseSeries:
    """A line with its charts.

    Parameters
    ----------
    key : tuple of str
        Parent and name of the group; both empty for all together.
    points : DataFrame
        ``wave, n, mean, sd``, missing where not shown.
    same_persons : bool
        Limits of a control chart are then from the distance of neighbouring points, else from the spread within points.
    """
    run: RunChart = run_chart(points["mean"], times=points["wave"].tolist())
    return PulseSeries(*key, points, run, _control(points, same_persons))


def _control(points: pd.DataFrame, same_persons: bool) -> ControlChart | None:
    """Three standard errors; None where fewer points than needed set them, or where all are equal."""
    times, shown = points["wave"].tolist(), points["mean"].notna()
    if points.loc[shown, "mean"].nunique() < 2:
        return None
    known = points.loc[shown, ["n", "sd"]].notna().all(axis=None) and (points.loc[shown, "sd"] > 0).any()
    if same_persons or not known:
        found = control_chart(points["mean"], times=times, rules="limits")
    else:
        size, spread = points["n"].fillna(1), points["sd"]
        found = control_chart(points["mean"], kind="xbar", size=size, std_dev=spread, times=times, rules="limits")
    return found if found.changed is not None else None


def _lines(scale: ScaleContent, level: str, waves: Sequence[str]) -> Iterator[tuple[Key, pd.DataFrame]]:
    """All together, then each group, by name."""
    yield EVERYBODY, _points(scale.overall, waves)
    rows = scale.scores[scale.scores["level"] == level]
    if rows.empty:
        return
    parents = rows["parent"].fillna("").astype(str) if "parent" in rows else pd.Series("", index=rows.index)
    named = rows.assign(parent=parents, group=rows["group"].astype(str))
    for (parent, group), own in named.groupby(["parent", "group"], sort=True):
        yield (str(parent), str(group)), _points(own, waves)


def _points(rows: pd.DataFrame, waves: Sequence[str]) -> pd.DataFrame:
    """A row a wave, from the first to the last that is shown."""
    own = rows.assign(wave=rows["wave"].astype(str)).drop_duplicates("wave").set_index("wave")
    table = own.reindex(list(waves))[["n", "mean", "sd"]].astype(float)
    table[["n", "sd"]] = table[["n", "sd"]].where(table["mean"].notna())
    shown = table.index[table["mean"].notna()]
    if len(shown):
        table = table.loc[shown[0] : shown[-1]]
    return table.rename_axis("wave").reset_index()[_COLUMNS]


def _many(points: pd.DataFrame) -> bool:
    return int(points["mean"].notna().sum()) >= FEWEST_SHOWN


def _cases(lines: Mapping[Key, pd.DataFrame], use: ChangeUse, waves: Sequence[str]) -> Iterator[CaseSeries]:
    """Groups that have a start, with measurements before and after it."""
    groups = {key: points for key, points in lines.items() if key != EVERYBODY}
    for name, start in use.starts.items():
        own = [(key, points) for key, points in groups.items() if key[1] == name]
        if not own and len(use.starts) == 1 and len(groups) <= 1 and EVERYBODY in lines:
            own = [(EVERYBODY, lines[EVERYBODY])]  # the study is of this one firm
        for key, points in own:
            frame = _phases(points, start, waves)
            if frame["phase"].nunique() < 2:
                continue
            case = _quiet(frame, use)
            test, why = (None, None) if use.design == "staggered_start" else _own_test(points, frame, start, use, waves)
            yield CaseSeries(*key, start, points, case, test, why)


def _phases(points: pd.DataFrame, start: str, waves: Sequence[str]) -> pd.DataFrame:
    """``wave, place, score, phase`` of points that are shown."""
    shown = points[points["mean"].notna()]
    place = shown["wave"].map({wave: n for n, wave in enumerate(waves)})
    phase = ["B" if at >= waves.index(start) else "A" for at in place]
    return pd.DataFrame({"place": place, "score": shown["mean"], "phase": phase}).reset_index(drop=True)


def _quiet(frame: pd.DataFrame, use: ChangeUse) -> Case:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", LcresearchWarning)
        return single_case(frame, "score", time="place", improvement=use.improvement)


def possible_starts(use: ChangeUse, waves: Sequence[str]) -> list[str]:
    """Waves from which the start of a single case could be drawn; empty when it was not drawn by lot."""
    if use.starts_drawn is True:
        return list(waves[SHORTEST_PHASE : len(waves) - SHORTEST_PHASE + 1])
    return [wave for wave in waves if wave in use.starts_drawn] if use.starts_drawn else []


def _own_test(
    points: pd.DataFrame, frame: pd.DataFrame, start: str, use: ChangeUse, waves: Sequence[str]
) -> tuple[RandomisationTest | None, NoTest | None]:
    """Whether the lot alone could have given the difference of phases."""
    drawn = possible_starts(use, waves)
    if not drawn:
        return None, "not_drawn"
    shown = set(points.loc[points["mean"].notna(), "wave"])
    over = frame["place"].max() < waves.index(drawn[-1]) if len(frame) else True
    if over or len(drawn) < 2:
        return None, "too_few"
    if not set(drawn) <= shown or start not in drawn:
        return None, "gap"
    places = [waves.index(wave) for wave in drawn]
    return _tested(frame, use, starts=places, shortest_phase=1), None


def _together(
    cases: Sequence[CaseSeries], use: ChangeUse, waves: Sequence[str]
) -> tuple[RandomisationTest | None, NoTest | None]:
    """Whether the lot alone could have given the mean difference of phases of groups that started in turn."""
    if not use.starts_drawn:
        return None, "not_drawn"
    parts = [_phases(one.points, one.start, waves).assign(case=f"{one.parent}\x1f{one.group}") for one in cases]
    drawn = sorted({waves.index(wave) for wave in possible_starts(use, waves)}) if use.starts_drawn is not True else []
    moments = set(drawn) | {waves.index(one.start) for one in cases}
    if any(not moments <= set(part["place"]) for part in parts):
        return None, "gap"
    frame = pd.concat(parts, ignore_index=True)
    options: dict[str, Any] = {"scheme": "independent", "starts": drawn} if drawn else {"scheme": "permuted"}
    found = _tested(frame, use, design="multiple_baseline", case="case", shortest_phase=1, **options)
    return found, None if found is not None else "too_few"


def _tested(frame: pd.DataFrame, use: ChangeUse, **options: Any) -> RandomisationTest | None:
    """The randomisation test; None when what was done is not among what could have been drawn."""
    try:
        return randomisation_test(frame, "score", time="place", improvement=use.improvement, seed=1, **options)
    except ChangeError:
        return None
