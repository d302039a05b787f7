"""A reporting checklist that was filled in: what can be asked of it."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import pandas as pd

from lcresearch.errors import IntegrationError, Problem
from lcresearch.files import write_whole
from lcresearch.integration.checklists.model import STATUSES
from lcresearch.messages import LANGUAGES, Messages
from lcresearch.results import Result

_FOLDER = "integration.checklists"
COLUMNS = ("number", "topic", "status", "text", "place", "add")
"""Columns of the list as people read it."""


@dataclass(frozen=True, repr=False, eq=False)
class Checklist(Result):
    """A reporting checklist (:func:`lcresearch.integration.reporting_checklist`).

    Attributes
    ----------
    name : str
    titles : dict
        By language.
    source : str
        Where the list comes from; its topics stand here in our own words.
    numbered_by : {"source", "us"}
    study : str
    simulated : bool
    table : DataFrame
        An item a row: ``number, section, status`` (``filled, partly, needs author, not applicable``)``, facts`` (names
        of the facts that were used); by language ``topic_``, ``text_`` (what the study knows), ``place_`` (where in the
        output), ``add_`` (what is left for the author), ``author_`` (what an author wrote), ``reason_`` (why it does
        not apply); ``by, date, author_place`` of the author.
    problems : tuple of Problem
    """

    title: ClassVar[str] = "Reporting checklist"

    name: str
    titles: dict[str, str]
    source: str
    numbered_by: str
    study: str
    simulated: bool
    table: pd.DataFrame
    problems: tuple[Problem, ...] = ()

    def tidy(self, conf_level: float = 0.95) -> pd.DataFrame:
        """An item a row: ``term`` (its number), ``section, status, facts``, and the texts in each language."""
        return self.table.rename(columns={"number": "term"})

    def glance(self) -> pd.DataFrame:
        """One row: the list, the study, and how many items have each status."""
        counts = self.table["status"].value_counts()
        row: dict[str, Any] = {"checklist": self.name, "study": self.study, "n_items": len(self.table)}
        row |= {f"n_{name.replace(' ', '_')}": int(counts.get(name, 0)) for name in STATUSES}
        return pd.DataFrame([row])

    def frame(self, language: str | None = None) -> pd.DataFrame:
        """The list as people read it: ``number, section, topic, status, text, place, add``, in one language.

        ``text`` holds what the study knows, then what the author wrote with name and day, or why it does not apply.
        """
        say = Messages(language)
        rows = [self._in_words(row, say) for row in self.table.to_dict("records")]
        return pd.DataFrame(rows, columns=["number", "section", *COLUMNS[1:]])

    def open_items(self, language: str | None = None) -> pd.DataFrame:
        """What is left for the author: items that are partly answered or not at all."""
        left = self.table["status"].isin(("partly", "needs author")).to_numpy()
        return self.frame(language)[left]

    def shown(self) -> pd.DataFrame:
        """Number, topic and status."""
        return self.frame()[["number", "topic", "status"]]

    def counts(self, language: str | None = None) -> str:
        """How many items have each status, in a sentence; no percentage."""
        glance = self.glance().iloc[0]
        values = {name.replace(" ", "_"): int(glance[f"n_{name.replace(' ', '_')}"]) for name in STATUSES}
        return Messages(language)(f"{_FOLDER}.counts", **values)

    def notes(self, language: str | None = None) -> list[str]:
        """What a list does not say, where it comes from, and what stands out in it."""
        say = Messages(language)
        found = [say(f"{_FOLDER}.caution")]
        found += [say(f"{_FOLDER}.simulated")] if self.simulated else []
        found += [problem.message(say.language) for problem in self.problems]
        found += [say(f"{_FOLDER}.own_words")]
        found += [say(f"{_FOLDER}.own_numbers")] if self.numbered_by == "us" else []
        return [*found, say(f"{_FOLDER}.source", source=self.source)]

    def cautions(self) -> list[str]:
        """As :meth:`notes`, in the language of the terminal."""
        return self.notes()

    def write(
        self,
        folder: str | Path,
        languages: Sequence[str] = LANGUAGES,
        *,
        date: datetime.date | None = None,
        force: bool = False,
    ) -> list[Path]:
        """Write a page and a Word file in each language, and the list as XLSX; the pages come first.

        Raises
        ------
        ReportingError
            G002: a file exists; P002: a language without texts. Nothing was written.
        """
        from lcresearch.reporting.checklist_files import write_checklists

        return write_checklists([self], folder, languages, date=date, force=force)

    def to_docx(self, path: str | Path, language: str | None = None) -> Path:
        """Write the list to a Word file and return its path; raises if the file exists (G002)."""
        from lcresearch.reporting.checklist_files import checklist_docx

        path = Path(path)
        if path.exists():
            raise IntegrationError("G002", path=str(path))
        return write_whole(path, checklist_docx(self, Messages(language).language))

    def _in_words(self, row: dict[Any, Any], say: Messages) -> dict[str, str]:
        language = say.language
        known = {name: str(row[f"{name}_{language}"]) for name in ("topic", "text", "place", "add")}
        own = str(row[f"author_{language}"] or row[f"reason_{language}"])
        if own and row["by"]:
            own = f"{own} ({say(f'{_FOLDER}.by', by=row['by'], date=say.date(row['date']))})"
        known["text"] = " ".join(part for part in (known["text"], own) if part)
        known["place"] = "; ".join(part for part in (known["place"], row["author_place"]) if part)
        section = say(f"{_FOLDER}.section.{row['section']}") if row["section"] else ""
        status = say(f"{_FOLDER}.status.{row['status'].replace(' ', '_')}")
        return {"number": row["number"], "section": section, **known, "status": status}
