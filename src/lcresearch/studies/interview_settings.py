"""The part ``interviews:`` of study.yaml."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field, model_validator

from lcresearch.file_parts import Part, lists_as_tuples

_LISTS = ("transcripts", "codings", "coders", "without_roles", "confidential")


class DeidentificationUse(Part):
    """How names and firms are taken out of transcripts by ``lcresearch interviews deidentify``."""

    names: str | None = Field(
        default=None, min_length=1, description="File with the names of people, firms and places of this study."
    )
    language: Literal["nl", "en"] = Field(default="nl", description="Language of the transcripts.")
    dates: Literal["month", "year", "replace", "keep"] = Field(default="month", description="What is left of dates.")


class InterviewsUse(Part):
    """The interviews of a study: texts, who speaks in them, codes and codings, and what the report shows of them."""

    transcripts: tuple[str, ...] = Field(
        default=(), description="Folder with transcripts, or files: docx, txt, vtt, srt or csv."
    )
    project: str | None = Field(
        default=None,
        min_length=1,
        description="A coded project (lccoding, qdpx, qde, qda, sqlite3) in the place of transcripts.",
    )
    attributes: str | None = Field(
        default=None,
        min_length=1,
        description="Table of interviews: a row a file, with respondent, community, sector and the like.",
    )
    codings: tuple[str, ...] = Field(default=(), description="Tables of codings: document, coder, quote and code.")
    codebook: str | None = Field(
        default=None, min_length=1, description="File of the codebook (yaml, qdc), or the id of a shipped one."
    )
    coders: tuple[str, ...] = Field(default=(), description="Coders whose codings count; all of them by default.")
    unit: Literal["turn", "paragraph", "sentence"] = Field(
        default="turn", description="Part of a text in which codes go together, and by which coders are compared."
    )
    roles: dict[str, str] = Field(
        default_factory=dict, description="Speaker: role, when it is not clear from the name of the speaker."
    )
    without_roles: tuple[str, ...] = Field(
        default=("interviewer",), description="Roles of which coded words do not count."
    )
    compare: str | None = Field(
        default=None, min_length=1, description="Attribute by which the report compares interviews, such as sector."
    )
    confidential: tuple[str, ...] = Field(
        default=(), description="Attributes by which findings are for the researcher only, such as community."
    )
    releases: str | None = Field(
        default=None,
        min_length=1,
        description="Record of released quotes; quote-releases.yaml unless given.",
    )
    agreement: bool = Field(default=True, description="Whether coders are compared, when there are two or more.")
    topics: bool = Field(default=False, description="Whether topics are sought in the texts, which takes long.")
    deidentify: DeidentificationUse | None = Field(
        default=None, description="How names and firms are taken out of the transcripts."
    )

    @model_validator(mode="before")
    @classmethod
    def _texts_as_lists(cls, values: Any) -> Any:
        """One file may stand for a list of one."""
        return lists_as_tuples(values, _LISTS, single=True)

    @property
    def files(self) -> list[str]:
        """Files and folders that it names, but for the codebook."""
        names = [*self.transcripts, self.project, self.attributes, *self.codings, self.releases]
        return [name for name in names if name is not None]
