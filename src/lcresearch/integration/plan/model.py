"""What ``integration.yaml`` may say: which codes speak of which element, and how combinations are compared."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from lcresearch.file_parts import Part, Text, lists_as_tuples, shorthand
from lcresearch.validation import IDENTIFIER

Name = Annotated[str, Field(pattern=IDENTIFIER, max_length=60)]
CodeName = Annotated[str, Field(min_length=1, max_length=300)]
FileName = Annotated[str, Field(min_length=1, max_length=300)]
Number = Annotated[float, Field(strict=False, allow_inf_nan=False)]
Share = Annotated[float, Field(strict=False, ge=0, le=1)]
CaseLevel = Literal["community", "consortium", "organisation"]
Method = Literal["as_is", "crisp", "direct", "indirect", "qualitative"]
Expectation = Literal["present", "absent", "either"]


class ElementCodes(Part):
    """Codes that speak of an element; a code is named by its short name, path or id."""

    helps: tuple[CodeName, ...] = Field(default=(), description="Codes that tell that it is there, or that it helps.")
    lacks: tuple[CodeName, ...] = Field(
        default=(), description="Codes that tell that it is not there and is missed: who misses it speaks for it."
    )
    hinders: tuple[CodeName, ...] = Field(
        default=(), description="Codes that tell that it is in the way where it is there; no obstacles to the element."
    )
    mentions: tuple[CodeName, ...] = Field(default=(), description="Codes that speak of it in either direction.")
    mechanisms: tuple[CodeName, ...] = Field(
        default=(), description="Codes that, in the same passage, tell how it works; those of all elements if absent."
    )
    column: Name | None = Field(
        default=None,
        description="Column of cases with the degree to which it is there; that of the programme if absent.",
    )
    advice: Text | None = Field(default=None, description="Advice in one sentence; by the rules of the page if absent.")

    @model_validator(mode="before")
    @classmethod
    def _lists(cls, values: Any) -> Any:
        return lists_as_tuples(values, ("helps", "lacks", "hinders", "mentions", "mechanisms"), single=True)

    @property
    def all(self) -> tuple[str, ...]:
        """Every code that speaks of it."""
        return tuple(dict.fromkeys((*self.helps, *self.lacks, *self.hinders, *self.mentions)))


class Calibration(Part):
    """How degrees become membership of a set; with anchors from theory, and the reason why."""

    method: Method = Field(default="as_is", description="as_is: the column is membership already, from 0 to 1.")
    exclusion: Number | None = Field(default=None, description="direct: fully out of the set at this value.")
    crossover: Number | None = Field(default=None, description="direct: neither in nor out.")
    inclusion: Number | None = Field(default=None, description="direct: fully in the set.")
    thresholds: tuple[Number, ...] = Field(
        default=(), description="crisp: from which value on in the set; several give several values. indirect: where "
        "the groups begin."
    )  # fmt: skip
    values: dict[str, Share] = Field(default_factory=dict, description="qualitative: what is found -> membership.")
    why: Annotated[str, Field(min_length=10)] | Text | None = Field(
        default=None, description="Why these anchors: theory, norms, knowledge of cases; one text, or one a language."
    )

    @model_validator(mode="before")
    @classmethod
    def _lists(cls, values: Any) -> Any:
        return lists_as_tuples(values, ("thresholds",))


class Condition(Part):
    """A set that cases belong to: an element, a barrier, a code, or the outcome."""

    title: Text | None = None
    column: Name = Field(description="Column of the case matrix.")
    calibration: Calibration = Field(default_factory=Calibration)
    expect: Expectation = Field(
        default="either", description="Whether its presence or absence should help, by theory; for counterfactuals."
    )


class QcaPlan(Part):
    """Which combinations go with an outcome: one comparative analysis of cases."""

    title: Text
    outcome: Condition
    conditions: dict[Name, Condition] = Field(min_length=2)
    frequency: int = Field(default=1, ge=1, description="Fewest cases in a row of the truth table.")
    consistency: Share = Field(default=0.8, description="Lowest consistency of a row that counts as sufficient.")
    pri: Share = Field(default=0.5, description="Lowest proportional reduction in inconsistency of such a row.")
    necessity: Share = Field(default=0.9, description="Lowest consistency of a necessary condition.")
    conjunctural: tuple[str, ...] = Field(
        default=(), description="Expectations about combinations, such as a*~b, beside those of single conditions."
    )

    @model_validator(mode="before")
    @classmethod
    def _lists(cls, values: Any) -> Any:
        return lists_as_tuples(values, ("conjunctural",))


class IntegrationFile(Part):
    """The content of integration.yaml."""

    schema_version: Literal[1] = Field(default=1, alias="schema", description="Version of this file format.")
    case: CaseLevel = Field(default="community", description="What a case is.")
    elements: dict[Name, Annotated[ElementCodes, shorthand("helps")]] = Field(
        default_factory=dict, description="Elements of the programme -> codes that speak of them."
    )
    mechanisms: tuple[CodeName, ...] = Field(
        default=(), description="Codes that tell how elements work; a code stands for those below it too."
    )
    qca: dict[Name, QcaPlan] = Field(default_factory=dict)
    convergence: FileName | None = Field(
        default=None, description="Rules for convergence; those of the package if absent."
    )
    advice_rules: FileName | None = Field(
        default=None, description="Rules for advice in one sentence; those of the package if absent."
    )
    judgements: FileName | None = Field(default=None, description="Judgements of researchers, with name and date.")
    value: FileName | None = Field(default=None, description="Costs and benefits of communities (value.yaml).")
    logic_model: FileName | None = Field(
        default=None, description="The thinking model of the programme (logic_model.yaml)."
    )
    principles: FileName | None = Field(default=None, description="Design principles (design_principles.yaml).")
    cards: FileName | None = Field(
        default=None, description="What people wrote on practice and transfer cards (cards.yaml)."
    )
    checklists: FileName | None = Field(default=None, description="What authors wrote for reporting checklists.")

    @model_validator(mode="before")
    @classmethod
    def _lists(cls, values: Any) -> Any:
        return lists_as_tuples(values, ("mechanisms",))
