"""What ``claims.yaml`` may say: which number or quote of a paper stands where in the results of a study."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, Strict

from lcresearch.file_parts import Language, Part
from lcresearch.validation import HASH, IDENTIFIER

FILE_NAME = "claims.yaml"
MOST_DIGITS = 10
Value = bool | int | Annotated[float, Field(allow_inf_nan=False)] | str | None
"""What stands in a cell: a number, a text, true or false, or nothing."""
POINTER = r"^[^#\x00-\x1f]{1,200}#\d{1,12}-\d{1,12}:[0-9a-f]{12}$"
_Path = Annotated[str, Field(min_length=1, max_length=500)]
_Name = Annotated[str, Field(min_length=1, max_length=200)]
_Words = Annotated[str, Field(min_length=1, max_length=20_000)]


class NumberPointer(Part):
    """One cell of one table of results."""

    file: _Path = Field(description="File of the table (CSV, or JSON with tables), from the study folder.")
    table: _Name | None = Field(default=None, description="Which table, in a JSON file that holds several.")
    row: dict[_Name, Value] = Field(min_length=1, description="Column -> value: which row. Exactly one must fit.")
    column: _Name
    value: Value = Field(description="What stood there when the text was written, not rounded.")
    digits: Annotated[int, Field(ge=0, le=MOST_DIGITS)] = Field(
        default=2, description="Decimals in the text: a change that does not show in them is no error."
    )
    sha256: Annotated[str, Field(pattern=HASH)] | None = Field(
        default=None, description="Of the whole file, to tell results that were made anew."
    )


class QuotePointer(Part):
    """One passage of one interview, with the release that lets it out."""

    pointer: Annotated[str, Field(pattern=POINTER)] = Field(description="document#start-end:hash")
    words_sha256: Annotated[str, Field(pattern=HASH)] = Field(description="Of the words that were released.")
    words: _Words | None = Field(default=None, description="As printed; [...] where words are left out.")


class ClaimEntry(Part):
    """One thing that a text says."""

    id: Annotated[str, Field(pattern=IDENTIFIER, max_length=100)]
    text: _Words | None = Field(default=None, description="As it stands in the document; {value} is the number.")
    number: NumberPointer | None = None
    quote: QuotePointer | None = None


class ClaimsFile(Part):
    """The content of claims.yaml."""

    schema_version: Literal[1] = Field(default=1, alias="schema", description="Version of this file format.")
    document: _Path | None = Field(
        default=None, description="The paper (md, txt, tex, html or docx), from the folder of this file."
    )
    language: Language = Field(default="en", description="In which numbers are written in it.")
    claims: Annotated[tuple[ClaimEntry, ...], Strict(False)] = ()
