"""Rows that must be there."""

from __future__ import annotations

from lcresearch.errors import InterviewError
from lcresearch.interviews.coding_file import values
from lcresearch.interviews.coding_file.changing import Change, Row
from lcresearch.messages import LANGUAGES, Messages


def known(change: Change, table: str, id: object) -> Row:
    """A row by its id; of a code also ``codable``.

    Raises
    ------
    InterviewError
        V289: it is not there, or no longer.
    """
    row = change.get(table, id) if isinstance(id, str) else None
    if row is None:
        kind = {language: Messages(language)(f"coding_file.kind.{table}") for language in LANGUAGES}
        raise InterviewError("V289", kind=kind, id=str(id)[:80])
    return row | {"codable": bool(values.read(row["content"]).get("codable", True))} if table == "codes" else row
