"""What ``design_principles.yaml`` may say: in which context to do what, by which mechanism, to which outcome."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from lcresearch.file_parts import Language, Part, Text, lists_as_tuples
from lcresearch.integration.plan.model import CodeName, Name
from lcresearch.validation import VERSION

Says = Literal["for", "against", "open"]
Status = Literal["proposed", "supported", "contested"]
STATUSES: tuple[Status, ...] = ("supported", "contested", "proposed")
POINTERS = ("arrow", "element", "quote", "term", "study")
"""Kinds of evidence that a principle can point at."""
MOST_PRINCIPLES = 200
_ShortText = Annotated[str, Field(min_length=1, max_length=300)]


class Evidence(Part):
    """One piece of evidence: where it is to be found, and what it says."""

    arrow: _ShortText | None = Field(default=None, description="Arrow of the logic model: its id, or 'a -> b'.")
    element: Name | None = Field(default=None, description="Verdict on an element.")
    outcome: Name | None = Field(default=None, description="For which outcome; the first if absent.")
    quote: _ShortText | None = Field(default=None, description="Released quote, by its pointer.")
    term: _ShortText | None = Field(default=None, description="Term of a comparison of cases, such as a*~b.")
    analysis: _ShortText | None = Field(default=None, description="Of which comparison; any if absent.")
    study: _ShortText | None = Field(default=None, description="Study that was read elsewhere.")
    says: Says | None = Field(
        default=None, description="What it says, where that is not looked up: of quotes, terms and studies."
    )
    certainty: Literal["high", "moderate", "low", "very low"] | None = Field(default=None, description="Of a study.")
    note: Text | None = None

    @property
    def pointers(self) -> dict[str, str]:
        """What it points at, by kind."""
        found = {kind: getattr(self, kind) for kind in POINTERS}
        return {kind: value for kind, value in found.items() if value is not None}


class Against(Part):
    """What speaks against a principle, or where was looked for that."""

    found: tuple[Evidence, ...] = ()
    none_found: Text | None = Field(default=None, description="Where was looked, when nothing was found.")

    @model_validator(mode="before")
    @classmethod
    def _lists(cls, values: Any) -> Any:
        return lists_as_tuples(values, ("found",))


class Judgement(Part):
    """What its author makes of a principle."""

    status: Status
    by: _ShortText
    date: _ShortText
    sentence: Text


class Principle(Part):
    """Context, intervention, mechanism and outcome (Denyer, Tranfield & Van Aken, 2008), with its evidence."""

    title: Text
    occasions: Annotated[tuple[Name, ...], Field(min_length=1)]
    goals: Annotated[tuple[Name, ...], Field(min_length=1)]
    context: Text
    intervention: Text
    mechanism: Text
    outcome: Text
    elements: tuple[Name, ...] = Field(default=(), description="Elements that the intervention puts to work.")
    codes: tuple[CodeName, ...] = Field(default=(), description="Codes that speak of the mechanism.")
    outcome_construct: Name | None = Field(
        default=None, alias="construct", description="Construct of the logic model that is the outcome."
    )
    scales: tuple[Name, ...] = Field(default=(), description="Scales that measure the outcome.")
    evidence: tuple[Evidence, ...] = ()
    against: Against = Field(description="What speaks against it; 'none_found' says where was looked.")
    judgement: Judgement | None = None

    @model_validator(mode="before")
    @classmethod
    def _lists(cls, values: Any) -> Any:
        values = lists_as_tuples(values, ("occasions", "goals", "elements", "codes", "scales"), single=True)
        return lists_as_tuples(values, ("evidence",))


class PrinciplesFile(Part):
    """The content of design_principles.yaml."""

    schema_version: Literal[1] = Field(default=1, alias="schema", description="Version of this file format.")
    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$", max_length=60)]
    version: Annotated[str, Field(pattern=VERSION)] = "0.1.0"
    title: Text
    description: Text | None = None
    languages: Annotated[tuple[Language, ...], Field(min_length=1)] = ("nl", "en")
    simulated: bool = Field(default=False, description="Principles and evidence are invented.")
    occasions: dict[Name, Text] = Field(default_factory=dict, description="Occasions beside those that come along.")
    goals: dict[Name, Text] = Field(default_factory=dict, description="Goals beside those that come along.")
    principles: Annotated[dict[Name, Principle], Field(min_length=1, max_length=MOST_PRINCIPLES)]

    @model_validator(mode="before")
    @classmethod
    def _lists(cls, values: Any) -> Any:
        return lists_as_tuples(values, ("languages",), single=True)
