"""A text that a coder finished stays as it was, so that what coders gave before they talked is not changed after."""

from __future__ import annotations

from lcresearch.errors import InterviewError
from lcresearch.interviews.coding_file.changing import Change
from lcresearch.interviews.guids import guid_of


def assignment_id(document: str, coder: str) -> str:
    """Id of the row that says that a coder codes a document."""
    return guid_of("assignment", document, coder)


def refuse_finished(change: Change, coder: str) -> None:
    """Refuse changes of codings of this coder in a text that the coder said to have finished.

    Raises
    ------
    InterviewError
        V290.
    """
    touched = {
        row["document"]
        for (table, _), pair in change.rows.items()
        for row in pair
        if table == "codings" and row is not None and row["coder"] == coder
    }
    for document in touched:
        row = change.get("assignments", assignment_id(document, coder))
        if row is not None and row["finished"]:
            name = change.get("documents", document)
            raise InterviewError("V290", document=name["name"] if name is not None else document)
