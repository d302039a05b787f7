"""What a codebook file looks like."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictStr

from lcresearch.interviews.codebook.phrases import MAX_LETTERS, MAX_PHRASES
from lcresearch.validation import FILE_ID, IDENTIFIER, LANGUAGE, VERSION

Words = Annotated[StrictStr, Field(min_length=1, max_length=20_000)]
Language = Annotated[StrictStr, Field(pattern=LANGUAGE)]
Texts = dict[Language, Words]
Phrase = Annotated[StrictStr, Field(min_length=1, max_length=MAX_LETTERS)]
Phrases = Annotated[tuple[Phrase, ...], Field(max_length=MAX_PHRASES)]
LINKS = ("element", "barrier", "value_cycle", "learning_function")


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class CodeEntry(_Part):
    """One code of the file, with those below it.

    Attributes
    ----------
    id : str
        Stays the same when the name changes.
    name, definition, use_when, not_when, example : dict of str to str
        Language -> text.
    codable : bool
        False for a heading.
    color : str
        ``#RRGGBB``.
    element, barrier, value_cycle, learning_function : str
        Id of what it stands for in the programme.
    parent : str
        Id of a code of the codebook that this one extends; only at the top of a local codebook.
    maps_to : str
        Id of a shared code that this one counts for too.
    patterns : dict of str to list of str
        Language of the interviews -> search phrases (see :mod:`~lcresearch.interviews.codebook.phrases`).
    guid : str
        Given when another program has made the code; else it follows from the ids.
    codes : list
        Codes below it.
    """

    id: Annotated[StrictStr, Field(pattern=IDENTIFIER)]
    name: Texts
    definition: Texts = {}
    use_when: Texts = {}
    not_when: Texts = {}
    example: Texts = {}
    codable: StrictBool = True
    color: Annotated[StrictStr, Field(pattern=r"^#[0-9A-Fa-f]{6}$")] = "#000000"
    element: Annotated[StrictStr, Field(pattern=IDENTIFIER)] | None = None
    barrier: Annotated[StrictStr, Field(pattern=IDENTIFIER)] | None = None
    value_cycle: Annotated[StrictStr, Field(pattern=IDENTIFIER)] | None = None
    learning_function: Annotated[StrictStr, Field(pattern=IDENTIFIER)] | None = None
    parent: Annotated[StrictStr, Field(pattern=IDENTIFIER)] | None = None
    maps_to: Annotated[StrictStr, Field(pattern=IDENTIFIER)] | None = None
    patterns: dict[Language, Phrases] = {}
    guid: Annotated[StrictStr, Field(pattern=r"^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$")] | None = None
    codes: tuple[CodeEntry, ...] = ()


class Change(_Part):
    """What changed in a version."""

    version: Annotated[StrictStr, Field(pattern=VERSION)]
    date: StrictStr
    change: Texts


class CodebookFile(_Part):
    """The whole file.

    Attributes
    ----------
    id : str
    version : str
    title : dict of str to str
    languages : list of str
        Every code has a name in each; the first is that of the codebook.
    extends : str
        Id of a shipped codebook, or a file beside this one, whose codes come first.
    licence : str
    sources : list of str
    codes : list
    history : list
        The newest first.
    """

    id: Annotated[StrictStr, Field(pattern=FILE_ID)]
    version: Annotated[StrictStr, Field(pattern=VERSION)]
    title: Texts
    languages: Annotated[tuple[Literal["nl", "en", "de", "fr"], ...], Field(min_length=1)] = ("nl",)
    extends: StrictStr | None = None
    licence: StrictStr = ""
    text: Texts = {}
    sources: tuple[Words, ...] = ()
    codes: Annotated[tuple[CodeEntry, ...], Field(min_length=1)]
    history: tuple[Change, ...] = ()
