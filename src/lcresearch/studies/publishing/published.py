"""What a bundle is made of: the study, who made it, what may be shown, and how it came about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lcresearch.errors import StudyError
from lcresearch.instruments import Instrument
from lcresearch.interviews.codebook.model import Codebook
from lcresearch.reporting.content import ReportContent
from lcresearch.studies.model import StudyFile
from lcresearch.studies.publishing.decisions import Decisions
from lcresearch.studies.publishing.settings import PublicationUse

Text = Mapping[str, str]


@dataclass(frozen=True, eq=False)
class Published:
    """A study as anyone may know it.

    Attributes
    ----------
    file : StudyFile
        As it was run. It names groups and files, so that documents take single keys of it and never the whole.
    content : ReportContent
        What may be shown, groups by a code.
    instruments : tuple of Instrument
    codebook : Codebook or None
        By which interviews were coded.
    record : mapping
        ``run.json`` of the results.
    decisions : Decisions
        What was fixed beforehand, and what was done.
    disclosure : mapping
        What was withheld, by which rule, and what went out earlier.
    """

    file: StudyFile
    content: ReportContent
    instruments: tuple[Instrument, ...]
    codebook: Codebook | None
    record: Mapping[str, Any]
    decisions: Decisions
    disclosure: Mapping[str, Any]

    @property
    def use(self) -> PublicationUse:
        """The part ``publication:`` of study.yaml."""
        if self.file.publication is None:
            raise StudyError("S211", missing=["publication"])
        return self.file.publication

    @property
    def title(self) -> Text:
        """By language."""
        return self.use.title or self.file.title

    @property
    def description(self) -> Text:
        """Abstract by language."""
        return self.use.description or self.file.description

    @property
    def date(self) -> str:
        """Day of the run, which is that of the bundle."""
        return str(self.record["date"])

    @property
    def available(self) -> str:
        """First day on which it may be open."""
        return max(self.use.embargo or self.date, self.date)

    @property
    def languages(self) -> tuple[str, ...]:
        """Of the report; the first is that of the study."""
        return tuple(self.file.languages)

    def main(self, text: Text) -> str:
        """A text in the first language of the study."""
        return text.get(self.languages[0]) or next(iter(text.values()))

    @property
    def citation(self) -> str:
        """How to cite it, without the identifier that the repository will give."""
        authors = "; ".join(f"{one.family_name}, {one.given_name}" for one in self.use.creators)
        year, version = self.available[:4], self.use.version
        return f"{authors} ({year}). {self.main(self.title)} (version {version}) [data set]. {self.use.publisher}."
