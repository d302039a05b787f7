"""``manifest.json`` of an evidence package: what is in it, who made it with what, and what was held back."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from lcresearch.validation import FILE_ID, HASH, VERSION

SCHEMA_VERSION = 1
FORMAT = "lcresearch evidence package"

Label = Annotated[str, Field(min_length=1, max_length=200)]
Count = Annotated[int, Field(ge=0)]
Reason = Literal[
    "few",
    "alike",
    "few_persons_for_columns",
    "rare_category",
    "constant_column",
    "earlier",
    "overlap",
    "incomplete",
    "moved",
]
Kind = Literal[
    "crossproducts", "scores", "moments", "effects", "communities", "agreement", "codes", "presence", "quotes"
]

RULES = (
    "minimum_cell",
    "more_persons_than_columns",
    "minimum_category",
    "no_constant_column",
    "leave_every_member",
    "overlap_of_members",
    "earlier_releases",
    "opaque_communities",
)
"""Disclosure rules that every package keeps to; docs/evidence-packages.md says what each asks."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class InstrumentVersion(_Part):
    """An instrument as it was used."""

    id: Annotated[str, Field(pattern=FILE_ID)]
    version: Annotated[str, Field(pattern=VERSION)]
    hash: Annotated[str, Field(pattern=HASH)] = Field(description="SHA-256 of its content.")


class HeldBack(_Part):
    """What the disclosure rules kept in the house, in numbers."""

    member: Label = Field(description="Model or scale, or 'all' for groups that left every member.")
    reason: Reason
    n_groups: Count
    persons: Label = Field(description="How many persons, in words that give no small number away: '0', '<10', '24'.")


class Member(_Part):
    """A file in the package."""

    kind: Kind
    about: Label = Field(description="The model or scale that it is about; its kind for the others.")
    sha256: Annotated[str, Field(pattern=HASH)]
    size: Count = Field(description="Bytes.")


class Sizes(_Part):
    """How many, at each level, stand behind the figures in the package."""

    respondents: Count
    communities: Count
    stopped_communities: Count = 0
    organisations: Count | None = None


class Manifest(_Part):
    """The content of manifest.json."""

    format: Literal["lcresearch evidence package"] = "lcresearch evidence package"
    schema_version: Literal[1] = 1
    study: Label
    programme: Annotated[str, Field(pattern=FILE_ID)]
    programme_digest: Annotated[str, Field(pattern=HASH)] = Field(description="SHA-256 of what the programme declares.")
    consortium: Label
    sector: Label
    release: Annotated[int, Field(ge=1)] = Field(default=1, description="1, 2, ...: a later one replaces the earlier.")
    created: Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")]
    simulated: bool = False
    waves: tuple[Label, ...]
    n: Sizes
    n_by_wave: dict[str, Count] = Field(default_factory=dict)
    instruments: tuple[InstrumentVersion, ...] = ()
    software: dict[str, str] = Field(description="lcresearch and the packages that computed.")
    minimum_cell: Annotated[int, Field(ge=10)]
    minimum_category: Annotated[int, Field(ge=3)]
    rules: tuple[Label, ...] = Field(default=(), description="Names of the disclosure rules that were applied.")
    held_back: tuple[HeldBack, ...] = ()
    not_estimable: tuple[Label, ...] = Field(
        default=(), description="Models without effects of this consortium alone: it has too few communities."
    )
    members: dict[Label, Member]
