"""The part ``publication:`` of study.yaml: who made the study, what it is, and how it may be used.

Nothing of it is required to run a study. :func:`missing` says what a data repository cannot do without.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from lcresearch.file_parts import Part, Text, lists_as_tuples, shorthand

Line = Annotated[str, Field(min_length=1, max_length=300)]
Purpose = Literal["practice_oriented", "fundamental"]
EvidenceKind = Literal["confirmatory", "exploratory"]
Licence = Literal["CC-BY-4.0", "CC-BY-SA-4.0", "CC-BY-NC-4.0", "CC0-1.0"]
NamedLevel = Literal["sector", "consortium", "community"]
IdentifierKind = Literal["DOI", "URL", "Handle", "URN", "ISBN", "arXiv"]
Relation = Literal[
    "IsSupplementTo", "IsSupplementedBy", "Cites", "IsCitedBy", "References", "IsReferencedBy", "IsPartOf", "HasPart",
    "IsDocumentedBy", "IsDerivedFrom", "IsNewVersionOf", "IsDescribedBy",
]  # fmt: skip

LICENCES: dict[str, tuple[str, str]] = {
    "CC-BY-4.0": ("Creative Commons Attribution 4.0 International", "https://creativecommons.org/licenses/by/4.0/"),
    "CC-BY-SA-4.0": (
        "Creative Commons Attribution Share Alike 4.0 International",
        "https://creativecommons.org/licenses/by-sa/4.0/",
    ),
    "CC-BY-NC-4.0": (
        "Creative Commons Attribution Non Commercial 4.0 International",
        "https://creativecommons.org/licenses/by-nc/4.0/",
    ),
    "CC0-1.0": ("Creative Commons Zero v1.0 Universal", "https://creativecommons.org/publicdomain/zero/1.0/"),
}
"""Name and address of each licence, by its SPDX identifier."""


class Affiliation(Part):
    """An organisation that somebody works for."""

    name: Line = Field(description="Name of the organisation.")
    ror: str | None = Field(default=None, description="Its id in the Research Organization Registry: https://ror.org/…")


class Creator(Part):
    """Somebody who made the study."""

    given_name: Line = Field(description="First name.")
    family_name: Line = Field(description="Family name.")
    orcid: str | None = Field(default=None, description="0000-0000-0000-0000, with or without https://orcid.org/.")
    affiliation: Annotated[Affiliation, shorthand("name")] | None = Field(
        default=None, description="Where this person works: a name, or name and ror."
    )

    @property
    def name(self) -> str:
        """As catalogues write it: family name first."""
        return f"{self.family_name}, {self.given_name}"


class Contact(Part):
    """Who answers questions about the study."""

    name: Line = Field(description="Who answers questions.")
    email: str = Field(pattern=r"^[^@\s<>\"]+@[^@\s<>\"]+\.[^@\s<>\"]+$", description="Address that stays in use.")
    affiliation: Line | None = Field(default=None, description="Where this person works.")


class Funder(Part):
    """Who paid for the study."""

    name: Line = Field(description="Who paid.")
    ror: str | None = Field(default=None, description="Its id in the Research Organization Registry.")
    grant: Line | None = Field(default=None, description="Number of the grant.")
    title: Line | None = Field(default=None, description="Title of the grant.")


class Related(Part):
    """Something else that belongs to the study: an article, a registration, an earlier version."""

    identifier: Line = Field(description="The DOI or address.")
    kind: IdentifierKind = Field(default="DOI", description="What kind of identifier it is.")
    relation: Relation = Field(default="IsSupplementTo", description="This bundle … the other, as DataCite calls it.")


class Plan(Part):
    """What was fixed before there were answers."""

    file: str | None = Field(
        default=None, min_length=1, description="study.yaml as it stood then, kept beside it under another name."
    )
    date: str | None = Field(default=None, description="Day on which it was fixed, as 2026-01-31.")
    registered: Line | None = Field(default=None, description="Address where it was registered, such as a DOI of OSF.")


class PublicationUse(Part):
    """What the world is told of a study when its results are published."""

    title: Text | None = Field(default=None, description="Title of the bundle; that of the study by default.")
    description: Text | None = Field(default=None, description="Abstract; the description of the study by default.")
    creators: tuple[Creator, ...] = Field(default=(), description="Who made the study, in the order of the citation.")
    contact: Contact | None = Field(default=None, description="Who answers questions about the study.")
    publisher: Line | None = Field(default=None, description="The repository that keeps it: DANS, Zenodo, OSF, …")
    keywords: tuple[Line, ...] = Field(default=(), description="Words by which others find it.")
    funders: tuple[Annotated[Funder, shorthand("name")], ...] = Field(default=(), description="Who paid for it.")
    licence: Licence | None = Field(default=None, description="Under which the bundle may be used.")
    related: tuple[Annotated[Related, shorthand("identifier")], ...] = Field(
        default=(), description="Other works that belong to it, such as an article."
    )
    purpose: Purpose | None = Field(default=None, description="Practice-oriented or fundamental research.")
    evidence: EvidenceKind | None = Field(
        default=None, description="Confirmatory: it tests what was fixed beforehand. Exploratory: it looks for ideas."
    )
    planned: tuple[Line, ...] = Field(
        default=(), description="Scales that conclusions were to be about; the primary one of the change by default."
    )
    plan: Annotated[Plan, shorthand("file")] | None = Field(
        default=None, description="What was fixed before there were answers."
    )
    embargo: str | None = Field(default=None, description="First day on which it may be open, as 2027-01-01.")
    version: str = Field(default="1.0", min_length=1, max_length=20, description="Version of the bundle.")
    countries: tuple[Line, ...] = Field(default=(), description="Where the study took place.")
    named: tuple[NamedLevel, ...] = Field(
        default=(), description="Levels whose groups go by their own name; all others get a code. Never organisations."
    )

    @model_validator(mode="before")
    @classmethod
    def _lists_as_tuples(cls, values: Any) -> Any:
        """YAML has lists only."""
        names = ("creators", "keywords", "funders", "related", "planned", "countries", "named")
        return lists_as_tuples(values, names)


REQUIRED = ("creators", "contact", "publisher", "keywords", "licence", "purpose", "evidence")
"""What a repository, or the record of the programme, cannot do without."""


def missing(use: PublicationUse) -> list[str]:
    """The keys that must be filled in before a bundle can be made.

    Examples
    --------
    >>> missing(PublicationUse(publisher="Zenodo", licence="CC0-1.0"))
    ['creators', 'contact', 'keywords', 'purpose', 'evidence']
    """
    return [name for name in REQUIRED if not getattr(use, name)]
