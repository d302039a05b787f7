"""What ``value.yaml`` may say: who puts in what, what comes out of it, and how sure each number is."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from lcresearch.file_parts import Part, Text, lists_as_tuples
from lcresearch.integration.value.amounts import Amount, Evidence, Number, ShortText
from lcresearch.validation import IDENTIFIER

Name = Annotated[str, Field(pattern=IDENTIFIER, max_length=60)]
CostKind = Literal["hours", "cash", "in_kind"]
PriceBasis = Literal["own_wages", "standard_rate"]
Cycle = Literal["immediate", "potential", "applied", "realised", "reframing"]
CYCLES: tuple[Cycle, ...] = ("immediate", "potential", "applied", "realised", "reframing")
MOST_YEARS = 50

_Year = Annotated[int, Field(ge=0, le=MOST_YEARS)]
Years = Annotated[
    tuple[_Year, _Year],
    BeforeValidator(lambda years: (years, years) if isinstance(years, int) else tuple(years) if isinstance(years, list)
                    else years),
]  # fmt: skip


class Party(Part):
    """Who puts something in or gets something out."""

    title: Text


class Line(Part):
    """What costs and benefits have in common."""

    title: Text
    party: Name = Field(description="Whose cost or benefit it is: one of the parties.")
    quantity: Amount = Field(description="How much a year: hours, units of an outcome, or an amount of money.")
    price: Amount | None = Field(default=None, description="Money for one unit; none when quantity is money already.")
    years: Years | None = Field(
        default=None, description="First and last year, or one year; year 0 is now. By default 1 to the horizon."
    )
    evidence: Evidence | None = Field(default=None, description="measured, reported by those concerned, or assumed.")
    source: ShortText | None = Field(default=None, description="Where the numbers come from.")


class Cost(Line):
    """Something that is put in."""

    kind: CostKind
    persons: Annotated[int, Field(ge=1, le=1_000_000)] | None = Field(
        default=None, description="hours: of how many persons together; at least 3, unless the price is standard."
    )
    price_basis: PriceBasis = Field(
        default="own_wages", description="standard_rate: a rate that the organisation uses for everybody in a function."
    )
    valued_by: ShortText | None = Field(default=None, description="in_kind: how its value in money came about.")


class Benefit(Line):
    """Something that comes out, or money that another party pays (``transfer_from``)."""

    outcome: Name | None = Field(
        default=None, description="The outcome it comes from; two parties cannot both count the same one."
    )
    unit: Text | None = Field(default=None, description="What one unit is, such as an hour of rework.")
    attribution: Amount | None = Field(default=None, description="Which share of it is due to the community, 0 to 1.")
    deadweight: Amount | None = Field(default=None, description="Which share would have come anyway, 0 to 1.")
    drop_off: Amount | None = Field(default=None, description="Which share of it is lost each next year, 0 to 1.")
    transfer_from: Name | None = Field(
        default=None, description="The party that pays it: then it is a cost there, and nothing in total."
    )
    counter_evidence: Text | None = Field(default=None, description="What speaks against it.")


class CycleItem(Part):
    """Value that is not money: an indicator or a story in one of the cycles of Wenger, Trayner and De Laat (2011)."""

    cycle: Cycle
    kind: Literal["indicator", "story"] = "indicator"
    title: Text
    number: Amount | None = Field(default=None, description="indicator: its value.")
    unit: Text | None = None
    code: ShortText | None = Field(default=None, description="story: the code of the interviews that tells of it.")
    pointer: ShortText | None = Field(default=None, description="Where it stands: a table, a passage, a quote.")
    persons: Annotated[int, Field(ge=0)] | None = Field(
        default=None, description="story: how many persons told it; below the minimum it stays with the researcher."
    )
    released: bool = Field(default=False, description="story: those who told it agreed, on record, that it is shown.")
    leads_to: tuple[Name, ...] = Field(default=(), description="Next steps of the chain: names of other items.")

    @model_validator(mode="before")
    @classmethod
    def _lists(cls, values: Any) -> Any:
        return lists_as_tuples(values, ("leads_to",), single=True)


class Correlation(Part):
    """Two inputs that go together."""

    inputs: tuple[ShortText, ShortText] = Field(description="Names such as fewer_errors.quantity.")
    rank: Annotated[float, Field(strict=False, gt=-1, lt=1)] = Field(description="Spearman's rank correlation.")

    @model_validator(mode="before")
    @classmethod
    def _lists(cls, values: Any) -> Any:
        return lists_as_tuples(values, ("inputs",))


class ValueFile(Part):
    """The content of value.yaml."""

    schema_version: Literal[1] = Field(default=1, alias="schema", description="Version of this file format.")
    title: Text = Field(description="Which community.")
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] = Field(default="EUR", description="As in ISO 4217.")
    base_year: Annotated[int, Field(ge=1990, le=2100)] = Field(description="All money is in prices of this year.")
    horizon: Annotated[int, Field(ge=1, le=MOST_YEARS)] = Field(description="How many years are counted.")
    discount_rate: Amount = Field(description="Real rate a year (without inflation), such as 0.0225.")
    participants: Amount | None = Field(default=None, description="Persons who took part, for the cost for each.")
    simulated: bool = Field(default=False, description="The community is invented; every page then says so.")
    minimum_cell: Annotated[int, Field(ge=3)] = Field(
        default=5, description="A story is shown from this many persons on."
    )
    parties: dict[Name, Party] = Field(min_length=1, max_length=20)
    costs: dict[Name, Cost] = Field(min_length=1, max_length=200)
    benefits: dict[Name, Benefit] = Field(default_factory=dict, max_length=200)
    correlations: tuple[Correlation, ...] = Field(default=(), max_length=200)
    value_cycles: dict[Name, CycleItem] = Field(
        default_factory=dict, max_length=200, description="Value that is not money."
    )

    @model_validator(mode="before")
    @classmethod
    def _lists(cls, values: Any) -> Any:
        return lists_as_tuples(values, ("correlations",))


__all__ = [
    "CYCLES", "Benefit", "Correlation", "Cost", "CostKind", "Cycle", "CycleItem", "Line", "Name", "Number", "Party",
    "ValueFile",
]  # fmt: skip
