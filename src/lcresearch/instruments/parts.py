"""What all parts of an instrument file are made of: a strict base, texts by language, and ids."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, Strict

from lcresearch.validation import IDENTIFIER, LANGUAGE

Level = Literal["individual", "team", "organisation", "community"]
Composition = Literal["individual", "direct_consensus", "referent_shift", "additive", "formative_index", "process"]
Method = Literal["mean", "sum", "weighted", "index"]
ItemType = Literal["choice", "multiple", "number", "text"]
Status = Literal["provisional", "piloted", "validated"]
Averaging = Literal["yes", "mixed", "no", "not_applicable", "unknown"]
Comparable = Literal["none", "relations", "means"]
LearningFunction = Literal["conditional", "reactive", "proactive"]

Language = Annotated[str, Field(pattern=LANGUAGE)]
Text = Annotated[str, Field(min_length=1)]
Texts = Annotated[dict[Language, Text], Field(min_length=1)]
"""One text in each language of the instrument: ``{nl: ..., en: ...}``."""
Identifier = Annotated[str, Field(pattern=IDENTIFIER, max_length=64)]
Identifiers = Annotated[tuple[Identifier, ...], Strict(False), Field(min_length=1)]
Number = Annotated[float, Field(allow_inf_nan=False)]


def text_in(texts: Mapping[str, str], language: str | None = None) -> str:
    """The text in a language, or in the first language of the instrument when that one is not there.

    Parameters
    ----------
    texts : mapping
        The text by language.
    language : str, optional
        Without it the first language.

    Returns
    -------
    str

    Examples
    --------
    >>> text_in({"nl": "vraag", "en": "question"}, "en")
    'question'
    """
    return texts.get(language or "", "") or next(iter(texts.values()), "")


class Part(BaseModel):
    """A part of the file: no keys but its own, nothing converted, nothing changed."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, use_attribute_docstrings=True)


def plain(part: Part, **which: set[str]) -> dict[str, Any]:
    """What a part says, without defaults: so a key that the format gets later leaves older hashes as they are."""
    return part.model_dump(
        mode="json", exclude_defaults=True, include=which.get("include"), exclude=which.get("exclude")
    )
