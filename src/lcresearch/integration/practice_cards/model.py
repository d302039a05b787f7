"""What ``cards.yaml`` may say: what people wrote on practice and transfer cards."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from lcresearch.file_parts import Language, Part, Text, lists_as_tuples
from lcresearch.integration.plan.model import Name
from lcresearch.validation import FILE_ID

MOST_CARDS = 200
Certainty = Literal["high", "moderate", "low", "very low"]
_ShortText = Annotated[str, Field(min_length=1, max_length=300)]
PARTS = ("context", "done", "evidence", "failed", "conditions")
"""Parts without which a card is not made."""


class WrittenEvidence(Part):
    """What is known of the effect, in words, and how sure its author is."""

    text: Text
    certainty: Certainty = Field(description="A judgement of the author: high, moderate, low or very low.")
    source: Text | None = Field(default=None, description="Where it comes from: which measurement, which interviews.")


class WrittenCard(Part):
    """What people wrote on one card: of an element of the programme, or of a community."""

    element: Name | None = Field(default=None, description="Element of the programme that the card is about.")
    outcome: Name | None = Field(default=None, description="For which outcome; the first if absent.")
    community: _ShortText | None = Field(default=None, description="Community that the card is about.")
    elements: tuple[Name, ...] = Field(default=(), description="Elements that the community put to work.")
    title: Text | None = None
    stopped: bool = Field(default=False, description="The community stopped before its end.")
    context: Text | None = Field(default=None, description="Where and for whom: firms, occasion, goal.")
    done: Text | None = Field(default=None, description="What was done.")
    evidence: WrittenEvidence | None = Field(
        default=None, description="What is known of the effect; of an element the numbers stand beside it."
    )
    cost: Text | None = Field(
        default=None, description="What it took, in hours and money, where no value.yaml says so."
    )
    value: _ShortText | None = Field(
        default=None,
        description="Costs and benefits of the community: a value.yaml, named from the folder of this file.",
    )
    failed: Text | None = Field(default=None, description="What failed or disappointed.")
    nothing_failed: Text | None = Field(
        default=None, description="Where was looked for what failed, when nothing was found."
    )
    conditions: tuple[Text, ...] = Field(default=(), description="What must be there for it to work elsewhere.")
    by: _ShortText | None = Field(default=None, description="Who wrote this.")
    date: _ShortText | None = Field(default=None, description="Day, as 2026-11-26.")
    released_by: _ShortText | None = Field(
        default=None, description="Who of the community agreed that the card may be shared: a function."
    )
    released_on: _ShortText | None = Field(default=None, description="Day on which they agreed, as 2026-11-26.")

    @model_validator(mode="before")
    @classmethod
    def _lists(cls, values: Any) -> Any:
        return lists_as_tuples(lists_as_tuples(values, ("elements",), single=True), ("conditions",))

    @property
    def released(self) -> bool:
        """Whether the community agreed that its card may be shared."""
        return self.released_by is not None and self.released_on is not None

    @property
    def texts(self) -> dict[str, Text]:
        """Every text that was written, by the key that it stands under."""
        single = {
            name: getattr(self, name) for name in ("title", "context", "done", "cost", "failed", "nothing_failed")
        }
        if self.evidence is not None:
            single |= {"evidence.text": self.evidence.text, "evidence.source": self.evidence.source}
        single |= {f"conditions.{n}": text for n, text in enumerate(self.conditions)}
        return {name: text for name, text in single.items() if text is not None}


class CardsFile(Part):
    """The content of cards.yaml."""

    schema_version: Literal[1] = Field(default=1, alias="schema", description="Version of this file format.")
    id: Annotated[str, Field(pattern=FILE_ID, max_length=60)]
    languages: Annotated[tuple[Language, ...], Field(min_length=1)] = ("nl", "en")
    simulated: bool = Field(default=False, description="What stands on the cards is invented.")
    cards: Annotated[dict[Name, WrittenCard], Field(min_length=1, max_length=MOST_CARDS)]

    @model_validator(mode="before")
    @classmethod
    def _lists(cls, values: Any) -> Any:
        return lists_as_tuples(values, ("languages",), single=True)
