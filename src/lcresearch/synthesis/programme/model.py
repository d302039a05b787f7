"""What ``programme.yaml`` may say: the plan that all consortia of a programme receive before there are data.

What is declared here counts as planned. Everything else that a synthesis shows is exploratory, and marked so.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from lcresearch.file_parts import Language, Part, Text, lists_as_tuples, shorthand
from lcresearch.validation import FILE_ID, IDENTIFIER, VERSION

Name = Annotated[str, Field(pattern=IDENTIFIER, max_length=60)]
Number = Annotated[float, Field(strict=False, allow_inf_nan=False)]
Measured = Literal["observation", "document", "self-report"]
Rows = Literal["change", "last_wave", "waves"]
Adjustment = Literal["all_elements", "declared_confounders"]


class InstrumentUse(Part):
    """An instrument that all consortia use, and the versions whose scores count as the same measure."""

    id: str = Field(pattern=FILE_ID, description="Id of the instrument.")
    versions: tuple[Annotated[str, Field(pattern=VERSION)], ...] = Field(
        min_length=1, description="Versions that may be put together. More than one needs a bridge."
    )
    bridge: str | None = Field(
        default=None, min_length=10, description="Why scores of these versions are comparable, and who found that."
    )
    hashes: tuple[Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")], ...] = Field(
        default=(), description="Content hashes that are accepted; by default any, as long as all packages agree."
    )

    @model_validator(mode="before")
    @classmethod
    def _lists(cls, values: Any) -> Any:
        return lists_as_tuples(values, ("versions", "hashes"), single=True)


class Outcome(Part):
    """What an element should change: a score, a column of the scores of persons."""

    title: Text
    score: Name = Field(description="Column of scores: the name of a scale.")
    instrument: str | None = Field(default=None, description="Id of the instrument that the scale belongs to.")


class Element(Part):
    """A working element: a feature of a community, the same for all persons in it."""

    title: Text
    description: Text | None = None
    column: Name = Field(description="Column with the degree to which a community has it.")
    minimum: Number = Field(default=0.0, description="Lowest value that it can have.")
    maximum: Number = Field(default=1.0, description="Highest value that it can have.")
    unit: Annotated[Number, Field(gt=0)] = Field(
        default=1.0, description="Effects are given for so many points of the column: 1 from absent to present."
    )
    measured: Measured = Field(default="self-report", description="How it is known that a community has it.")
    confounders: tuple[Name, ...] = Field(
        default=(), description="Covariates and other elements that may cause both it and the outcome."
    )
    moderators: tuple[Name, ...] = Field(
        default=(), description="Covariates of communities, or other elements, on which its effect may depend."
    )
    barrier: bool = Field(default=False, description="True when it is thought to hinder rather than to help.")

    @model_validator(mode="before")
    @classmethod
    def _lists(cls, values: Any) -> Any:
        return lists_as_tuples(values, ("confounders", "moderators"), single=True)


class Covariate(Part):
    """A characteristic of persons, communities or consortia: a number, or one of declared categories."""

    title: Text
    column: Name = Field(description="Column with its values.")
    level: Literal["respondent", "community", "consortium"] = Field(description="What it is a characteristic of.")
    levels: dict[str, Text] = Field(
        default_factory=dict, description="Categories with their titles, the reference first; none for a number."
    )
    centre: Number = Field(default=0.0, description="Of a number: the value about which interactions are taken.")


class Model(Part):
    """A linear mixed model of persons in communities in consortia, whose sums of products go into the packages."""

    outcome: Name
    rows: Rows = Field(
        default="change",
        description="change: last minus first wave, a row a person; last_wave: the last wave alone; "
        "waves: a row a person and wave, persons measured once stay in.",
    )
    waves: tuple[str, ...] = Field(default=("t0", "t1"), min_length=1, max_length=2, description="First and last wave.")
    first_wave: bool = Field(default=False, description="True: the score at the first wave is a covariate as well.")
    elements: tuple[Name, ...] = Field(default=(), description="Elements in the model; all if absent.")
    covariates: tuple[Name, ...] = Field(default=(), description="Covariates in the model.")
    shift: dict[Name, Number] = Field(
        default_factory=dict,
        description="Column: what is taken off before products are summed, the same for everyone: near its mean.",
    )
    community: str = Field(
        default="community",
        description="Column of the groups inside a consortium. A coarser one than the community, for everybody, when "
        "communities have fewer persons than the disclosure rules ask.",
    )

    @model_validator(mode="before")
    @classmethod
    def _lists(cls, values: Any) -> Any:
        return lists_as_tuples(values, ("waves", "elements", "covariates"), single=True)


class Estimand(Part):
    """What is to be known: the effect of elements in a model, adjusted as said, and how large is worthwhile."""

    model: Name
    elements: tuple[Name, ...] = Field(default=(), description="Elements; all of the model if absent.")
    adjustment: Adjustment = Field(
        default="all_elements",
        description="all_elements: for all elements and covariates of the model at once; declared_confounders: one "
        "element at a time with its own confounders.",
    )
    smallest_worthwhile: Annotated[Number, Field(gt=0)] = Field(
        description="Smallest effect that is worth the trouble, in standard deviations of the score at the first wave."
    )

    @model_validator(mode="before")
    @classmethod
    def _lists(cls, values: Any) -> Any:
        return lists_as_tuples(values, ("elements",), single=True)


class Interaction(Part):
    """A cross-level interaction: whether an element works differently for some persons."""

    model: Name
    element: Name
    covariate: Name = Field(description="A covariate of respondents in the model.")


class Comparability(Part):
    """Whether a scale measures the same in groups, from its moments: invariance, and alignment of many groups."""

    scale: Name
    instrument: str = Field(description="Id of the instrument that the scale belongs to.")
    wave: str = Field(default="t0")
    by: Literal["sector", "consortium"] = "sector"
    items: tuple[Name, ...] = Field(default=(), description="Items; those of the scale if absent.")

    @model_validator(mode="before")
    @classmethod
    def _lists(cls, values: Any) -> Any:
        return lists_as_tuples(values, ("items",))


class Disclosure(Part):
    """Limits of what may leave a consortium; a consortium may be stricter, never looser."""

    minimum_cell: int = Field(default=10, ge=10, description="Fewest persons in a group of which sums are shared.")
    minimum_category: int = Field(default=3, ge=3, description="Fewest persons on either side of a 0/1 column.")


Measure = Literal[
    "consortia",
    "communities",
    "communities_running",
    "communities_stopped",
    "participants",
    "response",
    "organisations",
    "elements",
    "verdicts",
    "instruments",
    "recorded",
]


class Division(Part):
    """A way in which participants are divided for the steering group, such as party or size of the firm."""

    title: Text
    column: Name = Field(
        description="Name in `response_by:` of a study, or of a covariate of communities in this programme."
    )
    groups: dict[Annotated[str, Field(min_length=1, max_length=60)], Text] = Field(
        min_length=1, description="Values with their titles, in the order in which they are shown."
    )


class Criterion(Part):
    """Something that a funder or a steering group asked for: what is counted, how much there should be, and when."""

    id: Name
    title: Text
    measure: Measure = Field(
        description="What is counted: consortia, communities (also running or stopped), participants, response (a "
        "share from 0 to 1), organisations, elements that were studied, verdicts that were reached, instruments used, "
        "or recorded: numbers in progress-records.csv."
    )
    of: dict[Name, str] = Field(
        default_factory=dict, max_length=1, description="Only of one group: {sector: energy} or {party: school}."
    )
    source: str | None = Field(default=None, max_length=200, description="Who asked for it, as: SPRONG, criterion 2.")
    target: Annotated[Number, Field(ge=0)] | None = Field(default=None, description="How much there should be.")
    at_most: bool = Field(default=False, description="True when the target is a number to stay below.")
    by: str | None = Field(default=None, pattern=r"^\d{4}-\d{2}-\d{2}$", description="Day by which, as 2028-12-31.")


class Rules(Part):
    """Files with rules of one's own, beside programme.yaml; the rules of the package if absent."""

    verdicts: str | None = Field(default=None, description="File with rules for verdicts.")
    certainty: str | None = Field(default=None, description="File with rules for certainty.")


class ProgrammeFile(Part):
    """The content of programme.yaml."""

    schema_version: Literal[1] = Field(default=1, alias="schema", description="Version of this file format.")
    id: str = Field(pattern=FILE_ID, description="Short name: small letters, digits and hyphens.")
    title: Text
    description: Text
    languages: tuple[Language, ...] = Field(default=("nl", "en"), min_length=1, description="Languages of the report.")
    declared: str = Field(
        pattern=r"^\d{4}-\d{2}-\d{2}$", description="Day on which this plan was fixed, as 2026-03-01."
    )
    simulated: bool = Field(default=False, description="True marks every page as simulated data.")
    sectors: dict[Annotated[str, Field(min_length=1, max_length=60)], Text] = Field(
        min_length=1, description="Sectors with their titles; each consortium is in one."
    )
    instruments: tuple[Annotated[InstrumentUse, shorthand("id")], ...] = Field(default=())
    outcomes: dict[Name, Outcome] = Field(min_length=1)
    elements: dict[Name, Element] = Field(min_length=1)
    covariates: dict[Name, Covariate] = Field(default_factory=dict)
    moderators: tuple[Name, ...] = Field(
        default=(), description="Covariates on which the effect of every element may depend, beside the sector."
    )
    models: dict[Name, Model] = Field(min_length=1)
    estimands: tuple[Estimand, ...] = Field(min_length=1)
    interactions: tuple[Interaction, ...] = Field(default=())
    comparability: tuple[Comparability, ...] = Field(default=())
    disclosure: Disclosure = Field(default_factory=Disclosure)
    rules: Rules = Field(default_factory=Rules)
    participants: dict[Name, Division] = Field(
        default_factory=dict, description="How participants are divided in a progress table: party, firm_size."
    )
    criteria: tuple[Criterion, ...] = Field(
        default=(), description="What a progress table counts for the steering group. No part of the plan of analysis."
    )

    @model_validator(mode="before")
    @classmethod
    def _lists(cls, values: Any) -> Any:
        names = ("languages", "instruments", "moderators", "estimands", "interactions", "comparability", "criteria")
        return lists_as_tuples(values, names)

    def elements_of(self, model: str) -> tuple[str, ...]:
        """Elements of a model: those it names, or all."""
        return self.models[model].elements or tuple(self.elements)

    def moderators_of(self, element: str) -> tuple[str, ...]:
        """Moderators that were declared for an element, its own and those of all."""
        return tuple(dict.fromkeys((*self.elements[element].moderators, *self.moderators)))
