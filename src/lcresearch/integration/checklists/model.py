"""What the files of reporting checklists say: their items, and what authors wrote."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Annotated, Any, Literal

import yaml
from pydantic import BeforeValidator, Field, model_validator

from lcresearch.file_parts import Part, Text, lists_as_tuples
from lcresearch.messages import LANGUAGES
from lcresearch.validation import IDENTIFIER

Status = Literal["filled", "partly", "needs author", "not applicable"]
STATUSES: tuple[Status, ...] = ("filled", "partly", "needs author", "not applicable")
Kind = Literal["survey", "interviews"]
MOST_ANSWERS = 200
_Name = Annotated[str, Field(pattern=IDENTIFIER, max_length=60)]


class Item(Part):
    """One item of a checklist.

    Attributes
    ----------
    number : str
        That of the source, or ours where it has none.
    section : str
        Part of the list; empty when it has none.
    topic : Text
        What it is about, in our own words.
    filled_by : tuple of str
        Facts of the study that say something on it.
    complete : tuple of str
        Facts that together answer it; with none of these it is never more than partly answered.
    add : Text or None
        What is left for the author.
    """

    number: Annotated[str, Field(min_length=1, max_length=10)]
    section: str = ""
    topic: Text
    filled_by: tuple[_Name, ...] = ()
    complete: tuple[_Name, ...] = ()
    add: Text | None = None

    @model_validator(mode="before")
    @classmethod
    def _lists(cls, values: Any) -> Any:
        return lists_as_tuples(values, ("filled_by", "complete"))


class Definition(Part):
    """A checklist as its source has it."""

    id: _Name
    title: Text
    source: str
    numbered_by: Literal["source", "us"]
    needs: tuple[Kind, ...]
    items: Annotated[tuple[Item, ...], Field(min_length=1)]

    @model_validator(mode="before")
    @classmethod
    def _lists(cls, values: Any) -> Any:
        return lists_as_tuples(values, ("needs", "items"))


def _one_text(value: Any) -> Any:
    """A text without languages counts for all of them; what was left empty in a form is not there."""
    if isinstance(value, str):
        value = dict.fromkeys(LANGUAGES, value)
    if isinstance(value, Mapping):
        blank = [name for name, text in value.items() if text is None or (isinstance(text, str) and not text.strip())]
        value = {name: text for name, text in value.items() if name not in blank} or None
    return value


def _numbers_as_texts(value: Any) -> Any:
    return {str(key): part for key, part in value.items()} if isinstance(value, Mapping) else value


AuthorsText = Annotated[Text | None, BeforeValidator(_one_text)]


class AuthorsAnswer(Part):
    """What an author wrote on one item."""

    text: AuthorsText = Field(default=None, description="What the paper says on it; by language, or one text.")
    not_applicable: AuthorsText = Field(default=None, description="Why the item does not apply.")
    place: Annotated[str, Field(max_length=300)] | None = Field(
        default=None, description="Where in the paper it stands, such as 'section 2.1'."
    )
    by: Annotated[str, Field(max_length=200)] | None = Field(default=None, description="Who wrote this.")
    date: Annotated[str, Field(max_length=40)] | None = Field(default=None, description="Day, as 2026-11-26.")

    @property
    def blank(self) -> bool:
        """Whether nothing was filled in."""
        return self.text is None and self.not_applicable is None


class AuthorsFile(Part):
    """The content of checklists.yaml: list -> number of the item -> what the author wrote."""

    schema_version: Literal[1] = Field(default=1, alias="schema", description="Version of this file format.")
    answers: dict[
        _Name, Annotated[dict[str, AuthorsAnswer], BeforeValidator(_numbers_as_texts), Field(max_length=MOST_ANSWERS)]
    ] = Field(default_factory=dict)


@cache
def definitions() -> Mapping[str, Definition]:
    """The checklists that come along, by name.

    Examples
    --------
    >>> {name: len(one.items) for name, one in definitions().items()}
    {'gramms': 6, 'coreq': 32, 'jars_quant': 22, 'jars_mixed': 17}
    """
    folder = resources.files(__package__) / "definitions"
    names = ("gramms", "coreq", "jars_quant", "jars_mixed")
    texts = {name: (folder / f"{name}.yaml").read_text(encoding="utf-8") for name in names}
    return {name: Definition.model_validate(yaml.safe_load(text)) for name, text in texts.items()}
