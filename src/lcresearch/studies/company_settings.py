"""The part ``company_reports:`` of study.yaml: a report of two pages for each company."""

from __future__ import annotations

from typing import Any

from pydantic import BeforeValidator, Field

from lcresearch.file_parts import Part, Text
from lcresearch.studies.change_settings import GroupName


class CompanyReportsUse(Part):
    """What the reports to companies say beside the results; ``company_reports: true`` takes all as it is."""

    write: bool = Field(default=True, description="False writes no such reports, also where a change is looked at.")
    group: GroupName | None = Field(
        default=None, description="Level whose groups get a report; that of the change, or organisation, by default."
    )
    contact: Text | None = Field(default=None, description="Who to ask: a name and how to reach this person.")
    next_steps: str | None = Field(
        default=None, min_length=1, description="File with questions and steps of your own, beside study.yaml."
    )
    evidence: str | None = Field(
        default=None, min_length=1, description="Folder with evidence packages of other consortia, beside study.yaml."
    )

    @property
    def files(self) -> list[str]:
        """What it names beside study.yaml."""
        return [name for name in (self.next_steps, self.evidence) if name is not None]


def as_company_reports() -> Any:
    """``company_reports: true`` and ``false`` stand for a block of keys."""
    return BeforeValidator(lambda value: {"write": value} if isinstance(value, bool) else value)
