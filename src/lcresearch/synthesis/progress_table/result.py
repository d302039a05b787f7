"""The result: a table by criterion, and one by party, sector and size of firm."""

from __future__ import annotations

import datetime
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

import pandas as pd

from lcresearch.results import Result
from lcresearch.synthesis.programme.model import ProgrammeFile
from lcresearch.synthesis.progress_table.counting import UNKNOWN

CRITERIA = (
    "criterion", "source", "measure", "division", "group", "target", "at_most", "by", "expected", "reached", "before",
    "change", "state",
)  # fmt: skip
PARTICIPATION = (
    "division", "group", "participants", "participants_before", "change", "reason", "response", "response_before",
    "communities", "communities_stopped", "communities_untold", "consortia", "target", "by",
)  # fmt: skip


@dataclass(frozen=True, repr=False, eq=False)
class ProgressTable(Result):
    """How far a programme is, at a day (:func:`lcresearch.synthesis.progress`).

    Attributes
    ----------
    programme : ProgrammeFile
    date : date
    before : date or None
        Of the earlier table that it is compared with.
    criteria : DataFrame
        A row a criterion: ``criterion, source, measure, division, group, target, at_most, by, expected, reached,
        before, change, state``. ``expected`` is what the time that passed asks for; ``state`` is reached, on_course,
        behind, late, no_target or unknown.
    participation : DataFrame
        A row a group of a division: ``division, group, participants, participants_before, change, reason, response,
        response_before, communities, communities_stopped, communities_untold, consortia, target, by``. A number that
        may not be shown is missing, with ``reason`` few or complement, or not_known where no source divides persons so;
        kept: it stays as it was, as few persons moved. ``communities_untold`` are those of which no source says whether
        they stopped; where that is all of them, ``communities_stopped`` is missing.
    everybody : DataFrame
        The same as one row for the whole programme.
    n_packages, n_results : int
        Evidence packages and results of studies behind it.
    minimum_cell : int
    simulated : bool
    """

    title: ClassVar[str] = "Progress of a programme"

    programme: ProgrammeFile
    date: datetime.date
    before: datetime.date | None
    criteria: pd.DataFrame
    participation: pd.DataFrame
    everybody: pd.DataFrame
    n_packages: int
    n_results: int
    minimum_cell: int
    simulated: bool = False
    notes: tuple[str, ...] = field(default=())

    def tidy(self, conf_level: float = 0.95) -> pd.DataFrame:
        """The table by criterion; it holds counts, so there are no intervals."""
        return self.criteria.copy()

    def glance(self) -> pd.DataFrame:
        """One row: how many criteria are in each state, and who took part."""
        states = self.criteria["state"].value_counts()
        names = ("reached", "on_course", "behind", "late", "no_target", "unknown")
        row = {f"n_{name}": int(states.get(name, 0)) for name in names}
        columns = ["participants", "response", "communities", "communities_stopped", "communities_untold", "consortia"]
        return pd.DataFrame([row]).join(self.everybody[columns].reset_index(drop=True))

    def behind(self) -> pd.DataFrame:
        """Criteria that are behind, or whose day has passed, the latter first."""
        found = self.criteria[self.criteria["state"].isin(["late", "behind"])]
        return found.sort_values("state", ascending=False, kind="stable").reset_index(drop=True)

    def tables(self) -> dict[str, pd.DataFrame]:
        """All tables by name, for CSV and XLSX; simulated data carry a last column that says so."""
        known = self.participation[self.participation["group"] != UNKNOWN]
        both = pd.concat([self.everybody, self.participation[self.participation["group"] == UNKNOWN]])
        tables = {"criteria": self.criteria, "participation": pd.concat([known, both], ignore_index=True)}
        return {name: one.assign(simulated=True) for name, one in tables.items()} if self.simulated else tables

    def to_dict(self) -> dict[str, Any]:
        """What :func:`read_progress` reads: plain values, missing ones as None."""
        return {
            "programme": self.programme.id,
            "date": self.date.isoformat(),
            "before": None if self.before is None else self.before.isoformat(),
            "simulated": self.simulated,
            "minimum_cell": self.minimum_cell,
            "n_packages": self.n_packages,
            "n_results": self.n_results,
            "everybody": _rows(self.everybody)[0],
            "participation": _rows(self.participation),
            "criteria": _rows(self.criteria),
        }

    def report(
        self,
        folder: str | Path,
        *,
        languages: Sequence[str] | None = None,
        force: bool = False,
        keep: Sequence[Path] = (),
    ) -> Path:
        """Write pages, tables and figure in a folder that appears whole, and say where the first page is.

        Raises
        ------
        StudyError
            G002, S010, S014: the folder cannot take it.
        """
        from lcresearch.reporting.progress_files import save_progress_table

        return save_progress_table(self, folder, languages=languages, force=force, keep=keep)


def _rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [
        {str(name): None if _missing(value) else value for name, value in row.items()}
        for row in frame.astype(object).to_dict("records")
    ]


def _missing(value: object) -> bool:
    return value is None or value is pd.NA or (isinstance(value, float) and math.isnan(value))
