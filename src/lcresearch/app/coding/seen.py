"""What a coder may see of a text: the own codings, and those of others once all who code it have finished."""

from __future__ import annotations

from typing import Any

import pandas as pd

from lcresearch.app.coding.blind import has_finished, sees_others
from lcresearch.app.coding.positions import TextPositions
from lcresearch.interviews.codebook.model import Code, Codebook
from lcresearch.interviews.coding_file import CodingFile
from lcresearch.interviews.document import Document


def state_of(file: CodingFile, document: Document, me: str) -> dict[str, Any]:
    """Codings, memos and codes for the page of one text; places in UTF-16 units.

    The number of the revision is read first: what changes while the rest is read is then seen at the next look.
    """
    revision = file.revision
    assignments = file.assignments()
    others = sees_others(assignments, document.id, me)
    codings = file.codings(document.id, coders=None if others else [me])
    whole = codings[(codings["start"] < 0) & (codings["coder"] == me)]
    codings = codings[codings["start"] >= 0]
    both = TextPositions(document.text)
    people = file.coders()
    names = dict(zip(people["coder"].tolist(), people["name"].tolist(), strict=True))
    memos = file.memos()
    return {
        "revision": revision,
        "closed": has_finished(assignments, document.id, me),
        "codings": [
            [one, start, end, code, *(("", "") if coder == me else (str(names.get(coder, coder)), str(memo)))]
            for one, start, end, code, coder, memo in zip(
                codings["coding"].tolist(),
                both.units(codings["start"].to_numpy()).tolist(),
                both.units(codings["end"].to_numpy()).tolist(),
                codings["code"].tolist(),
                codings["coder"].tolist(),
                codings["memo"].tolist(),
                strict=True,
            )
        ],
        "whole": whole["code"].tolist(),
        "memos": _memos(memos[memos["author"] == me]),
        "codes": [code_row(code, book) for book in [file.codebook()] for code in book],
    }


def _memos(memos: pd.DataFrame) -> list[dict[str, Any]]:
    columns = (memos[name].tolist() for name in ("on_kind", "on_id", "text", "version"))
    return [dict(zip(("kind", "on", "text", "version"), row, strict=True)) for row in zip(*columns, strict=True)]


def code_row(code: Code, book: Codebook) -> dict[str, Any]:
    """A code for a page."""
    return {
        "id": code.id,
        "name": code.name,
        "parent": code.parent,
        "path": book.path(code.id),
        "color": code.color,
        "codable": code.codable,
        "definition": code.definition,
        "use_when": code.use_when,
        "not_when": code.not_when,
        "example": code.example,
    }
