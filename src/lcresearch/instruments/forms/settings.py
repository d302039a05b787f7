"""What may be said about a form beside its instruments: the part ``form:`` of study.yaml."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field, model_validator

from lcresearch.file_parts import Part, Text, lists_as_tuples

PlatformName = Literal["limesurvey", "qualtrics", "xlsform", "surveyjs", "redcap", "word", "print", "codebook"]
LinkingPart = Literal[
    "mother_first_letters", "birth_day", "own_first_letters", "birthplace_first_letters", "house_number", "free_code"
]
"""Parts of a code that people make up themselves: nobody else knows all of them, and they stay the same."""


class ConsentQuestion(Part):
    """The page on which people say whether their answers may be used."""

    text: Text | None = Field(default=None, description="What people agree to; a plain text by default.")


class ContextQuestions(Part):
    """Some questions of an instrument on context, such as background; all by default."""

    instrument: str = Field(min_length=1, description="Id in the library, or a file that ends in .yaml.")
    items: tuple[str, ...] = Field(default=(), description="Ids of the questions; all of them by default.")

    @model_validator(mode="before")
    @classmethod
    def _list_as_tuple(cls, values: Any) -> Any:
        """YAML has lists only."""
        return lists_as_tuples(values, ("items",))


class FormSettings(Part):
    """How the questions of a study are put to people."""

    platforms: tuple[PlatformName, ...] = Field(default=("print",), description="Programs to make forms for.")
    introduction: Text | None = Field(default=None, description="What people read first.")
    closing: Text | None = Field(default=None, description="What people read last.")
    consent: ConsentQuestion | None = Field(
        default=None, description="Asks for consent; goes with consent: {column: ...} of the study."
    )
    groups: dict[str, tuple[str, ...]] = Field(
        default_factory=dict, description="Level: names to choose from, such as organisation: [Bakker bv, De Vries]."
    )
    linking_code: tuple[LinkingPart, ...] = Field(
        default=(), description="Parts of a self-made code; goes with linking: {code: ...} of the study."
    )
    context: tuple[ContextQuestions, ...] = Field(default=(), description="Questions on context, at the end.")
    order: tuple[str, ...] = Field(
        default=(), description="Ids of instruments in the order asked; as named by default."
    )
    randomise: bool = Field(default=True, description="False puts all questions in the order of the file.")
    planned_missing: tuple[str, ...] = Field(
        default=(), description="Instruments of which each respondent gets one version of its planned_missing."
    )
    keep_unfinished: bool = Field(
        default=False,
        description="True keeps answers that were not sent in, of who agreed to take part, when a form on the local "
        "network closes; people are told so beforehand.",
    )

    @model_validator(mode="before")
    @classmethod
    def _lists_as_tuples(cls, values: Any) -> Any:
        """YAML has lists only."""
        values = lists_as_tuples(values, ("platforms", "linking_code", "context", "order", "planned_missing"))
        if isinstance(values, dict) and isinstance(values.get("groups"), dict):
            values = {**values, "groups": lists_as_tuples(values["groups"], tuple(values["groups"]))}
        return values
