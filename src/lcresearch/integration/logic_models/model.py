"""What ``logic_model.yaml`` may say: constructs, arrows between them, and which results tested each arrow."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from lcresearch.file_parts import Language, Part, Text, lists_as_tuples
from lcresearch.integration.plan.model import CodeName, Name, Number
from lcresearch.validation import VERSION

Kind = Literal["condition", "element", "process", "individual_capacity", "collective_capacity", "innovation", "outcome"]
KINDS: tuple[Kind, ...] = (
    "condition", "element", "process", "individual_capacity", "collective_capacity", "innovation", "outcome",
)  # fmt: skip
"""Kinds of constructs, from what comes first to what comes last."""
Sign = Literal["positive", "negative", "either"]
Direction = Literal["positive", "negative", "null", "mixed", "unclear"]
Certainty = Literal["high", "moderate", "low", "very low"]
LEVELS: tuple[Certainty, ...] = ("high", "moderate", "low", "very low")
MOST_CONSTRUCTS, MOST_ARROWS = 60, 200
_Names = tuple[Annotated[str, Field(min_length=1, max_length=200)], ...]
_ShortText = Annotated[str, Field(min_length=1, max_length=300)]


class Construct(Part):
    """Something of which the model says what it leads to, and by which names results speak of it."""

    title: Text
    kind: Kind
    description: Text | None = None
    element: Name | None = Field(default=None, description="Element of the programme.")
    outcomes: tuple[Name, ...] = Field(default=(), description="Outcomes of the programme that measure it.")
    scales: tuple[Name, ...] = Field(default=(), description="Score columns of instruments that measure it.")
    instrument: _ShortText | None = Field(default=None, description="Instrument that measures it.")
    codes: tuple[CodeName, ...] = Field(default=(), description="Codes of interviews that speak of it.")
    themes: _Names = Field(default=(), description="Themes of the literature that are about it.")

    @model_validator(mode="before")
    @classmethod
    def _lists(cls, values: Any) -> Any:
        return lists_as_tuples(values, ("outcomes", "scales", "codes", "themes"), single=True)


class TestedBy(Part):
    """One thing that tested an arrow: a term of a result, or a study that was read elsewhere."""

    __test__ = False

    result: Name | None = Field(default=None, description="Name under which a result is handed over.")
    term: _ShortText | None = Field(default=None, description="Term of that result; its only one if absent.")
    study: _ShortText | None = Field(
        default=None, description="Study of the literature by its name in the extraction form, or, with a direction, "
        "one that was read elsewhere."
    )  # fmt: skip
    direction: Direction | None = Field(default=None, description="What a study found.")
    estimate: Number | None = None
    std_error: Annotated[float, Field(strict=False, gt=0, allow_inf_nan=False)] | None = None
    measure: Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9]{1,9}$")] | None = Field(
        default=None, description="SMD, ZCOR ...; SD for standard deviations of the outcome. Raw units if absent."
    )
    reverse: bool = Field(default=False, description="The result speaks of the opposite of the construct.")
    certainty: Certainty | None = None
    note: Text | None = None


class Arrow(Part):
    """One construct leads to another: what is expected, why, and what tested it."""

    source: Name = Field(alias="from")
    target: Name = Field(alias="to")
    id: Name | None = Field(default=None, description="Short name, for design principles to point at.")
    expect: Sign = Field(default="positive", description="Sign that theory expects.")
    title: Text | None = None
    why: Text | None = Field(default=None, description="Why the one should lead to the other.")
    feedback: bool = Field(default=False, description="It closes a circle, and is meant to.")
    tested_by: tuple[TestedBy, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _lists(cls, values: Any) -> Any:
        return lists_as_tuples(values, ("tested_by",))

    @property
    def pair(self) -> str:
        """``source -> target``, by which an arrow may always be named."""
        return f"{self.source} -> {self.target}"

    @property
    def name(self) -> str:
        """Its short name, or else its pair."""
        return self.id or self.pair


class LogicModelFile(Part):
    """The content of logic_model.yaml."""

    schema_version: Literal[1] = Field(default=1, alias="schema", description="Version of this file format.")
    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$", max_length=60)]
    version: Annotated[str, Field(pattern=VERSION)] = "0.1.0"
    title: Text
    description: Text | None = None
    languages: Annotated[tuple[Language, ...], Field(min_length=1)] = ("nl", "en")
    sources: tuple[Annotated[str, Field(min_length=1, max_length=1000)], ...] = Field(
        default=(), description="Where the model comes from."
    )
    simulated: bool = Field(default=False, description="Constructs and results are invented.")
    constructs: Annotated[dict[Name, Construct], Field(min_length=2, max_length=MOST_CONSTRUCTS)]
    arrows: Annotated[tuple[Arrow, ...], Field(min_length=1, max_length=MOST_ARROWS)]

    @model_validator(mode="before")
    @classmethod
    def _lists(cls, values: Any) -> Any:
        return lists_as_tuples(values, ("languages", "sources", "arrows"), single=True)

    def arrow(self, name: str) -> Arrow | None:
        """The arrow of this short name or pair, or None."""
        return next((arrow for arrow in self.arrows if name in (arrow.id, arrow.pair)), None)
