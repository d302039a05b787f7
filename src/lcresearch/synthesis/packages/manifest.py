"""``manifest.json`` of an evidence package: what is in it, who made it with what, and what was held back."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from lcresearch.validation import FILE_ID, HASH, VERSION

SCHEMA_VERSION = 1
FORMAT: Literal["lcresearch evidence package"] = "lcresearch evidence package"

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
    "by_lot",
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
"""Disclosure rules that every package keeps to; docs/synthesis-packages.md says what each asks."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class InstrumentVersion(_Part):
    """An instrument as it was used."""

    id: Annotated[str, Field(pattern=FILE_ID)] = Field(description="Id of the instrument.")
    version: Annotated[str, Field(pattern=VERSION)] = Field(description="Version, as 1.0.0.")
    hash: Annotated[str, Field(pattern=HASH)] = Field(description="SHA-256 of its content.")


class HeldBack(_Part):
    """What the disclosure rules kept in the house, in numbers."""

    member: Label = Field(description="Model (models/growth), scale (moments/voice) or table (codes).")
    reason: Reason = Field(description="The rule that it did not meet.")
    n_groups: Count = Field(description="Groups that were held back; 0 where persons left one member only.")
    persons: Label = Field(description="How many persons, in words that give no small number away: '0', '<10', '24'.")


class Member(_Part):
    """A file in the package."""

    kind: Kind = Field(description="What it holds.")
    about: Label = Field(description="The model or scale that it is about; its kind for the others.")
    sha256: Annotated[str, Field(pattern=HASH)] = Field(description="SHA-256 of its bytes.")
    size: Count = Field(description="Bytes.")


class Sizes(_Part):
    """How many, at each level, stand behind the figures in the package."""

    respondents: Count = Field(description="Persons behind the sums of any model.")
    communities: Count = Field(description="Communities with persons behind the sums.")
    stopped_communities: Count = Field(default=0, description="Communities that stopped.")
    organisations: Count | None = Field(default=None, description="Organisations of the persons, where known.")


class Manifest(_Part):
    """The content of manifest.json."""

    format: Literal["lcresearch evidence package"] = Field(default=FORMAT, description="What this file is.")
    schema_version: Literal[1] = Field(default=1, description="Version of this format.")
    study: Label = Field(description="Study that the evidence is from.")
    programme: Annotated[str, Field(pattern=FILE_ID)] = Field(description="Id of the programme.")
    programme_digest: Annotated[str, Field(pattern=HASH)] = Field(description="SHA-256 of what the programme declares.")
    consortium: Label = Field(description="Name of the consortium.")
    sector: Label = Field(description="Its sector, as the programme calls it.")
    release: Annotated[int, Field(ge=1)] = Field(default=1, description="1, 2, ...: a later one replaces the earlier.")
    created: Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")] = Field(description="Day, as 2026-03-01.")
    simulated: bool = Field(default=False, description="Whether the data were made by a computer.")
    waves: tuple[Label, ...] = Field(description="Waves of the models.")
    n: Sizes = Field(description="Numbers at each level.")
    n_by_wave: dict[str, Count] = Field(
        default_factory=dict,
        description="Persons with a row at each wave; a wave is left out where its number would tell of a few persons.",
    )
    instruments: tuple[InstrumentVersion, ...] = Field(default=(), description="Instruments of the programme.")
    software: dict[str, str] = Field(description="lcresearch and the packages that computed, with versions.")
    minimum_cell: Annotated[int, Field(ge=10)] = Field(description="Fewest persons in a group with sums.")
    minimum_category: Annotated[int, Field(ge=3)] = Field(description="Fewest persons on a side of a 0/1 column.")
    rules: tuple[Label, ...] = Field(default=(), description="Names of the disclosure rules that were applied.")
    held_back: tuple[HeldBack, ...] = Field(default=(), description="What they kept in the house.")
    not_estimable: tuple[Label, ...] = Field(
        default=(), description="Models without effects of this consortium alone: it has too few communities."
    )
    members: dict[Label, Member] = Field(description="Name in the zip -> file.")
