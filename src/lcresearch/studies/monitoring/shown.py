"""From what the researcher sees to what the page on monitoring shows."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from lcresearch.change.charts.run import ENOUGH
from lcresearch.files import private_folder, write_whole
from lcresearch.reporting.content import ReportContent, ScaleContent, Text
from lcresearch.reporting.monitoring_content import ImplementationContent, MonitoringContent
from lcresearch.reporting.monitoring_page import save_monitoring
from lcresearch.reporting.pulse_content import PulseContent
from lcresearch.reporting.spreadsheets import csv_bytes
from lcresearch.studies.implementation import Implementation
from lcresearch.studies.monitoring.monitored import Monitored
from lcresearch.studies.monitoring_settings import MonitoringUse
from lcresearch.studies.pulses import line_of_everybody

FEWEST_GROUPS = 3
"""Of fewer groups numbers of groups would tell one what the other did."""


def monitoring_content(
    found: Monitored, content: ReportContent, use: MonitoringUse, implementation: Implementation | None
) -> MonitoringContent:
    """What the page shows: numbers of groups, and of persons only what the report of the same run shows.

    Parameters
    ----------
    found : Monitored
    content : ReportContent
        Of the same run.
    use : MonitoringUse
    implementation : Implementation or None
    """
    named = {*use.scales, *use.predictors}
    scales = tuple(one for one in content.scales if one.name in named) if named else content.scales[:1]
    persons = content.response.by_wave[["wave", "n_persons"]]
    few = persons["n_persons"].between(1, content.head.minimum_cell - 1)
    return MonitoringContent(
        head=content.head,
        level=found.level,
        by_wave=found.by_wave,
        persons=persons.assign(n_persons=persons["n_persons"].astype(float).where(~few)),
        participation=content.participation,
        scales=scales,
        continuation=found.continuation,
        implementation=_implementation(implementation),
        n_warned=int(found.warnings["group"].nunique()),
        lines=_lines(found, content, scales),
    )


def _lines(found: Monitored, content: ReportContent, scales: Sequence[ScaleContent]) -> tuple[PulseContent, ...]:
    """The line of everybody on each scale, where there are waves enough for rules."""
    if len(found.waves) < ENOUGH:
        return ()
    lines = (line_of_everybody(one, found.waves, found.level, content.participation) for one in scales)
    return tuple(one for one in lines if one is not None)


def _implementation(found: Implementation | None) -> ImplementationContent | None:
    n = 0 if found is None else int(found.groups["group"].nunique())
    if found is None or n < FEWEST_GROUPS:
        return None
    titles: dict[str, Text] = {name: dict(part.title) for name, part in found.content.parts.items()}
    return ImplementationContent(dict(found.content.title), n, found.parts, titles, found.kinds())


def private_tables(found: Monitored, implementation: Implementation | None) -> dict[str, pd.DataFrame]:
    """Tables for the researcher, which name groups of any size."""
    tables = {"monitoring_groups": found.groups, "monitoring_answers": found.counts, "early_warnings": found.warnings}
    if implementation is not None:
        tables |= {"implementation_groups": implementation.groups, "implementation_changes": implementation.adaptations}
    return tables


def save_monitored(
    found: Monitored, content: ReportContent, use: MonitoringUse, implementation: Implementation | None, folder: Path
) -> None:
    """Write the page that may be shared, and under ``private/`` the tables for the researcher."""
    save_monitoring(monitoring_content(found, content, use, implementation), folder)
    private = private_folder(folder / "private")
    for name, frame in private_tables(found, implementation).items():
        write_whole(private / f"{name}.csv", csv_bytes(frame))
