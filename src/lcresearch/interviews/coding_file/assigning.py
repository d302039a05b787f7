"""Who codes which text, and who has finished."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

import pandas as pd

from lcresearch.errors import InterviewError
from lcresearch.interviews.coding_file.changing import Change, moment, rows_of
from lcresearch.interviews.coding_file.finished import assignment_id
from lcresearch.interviews.coding_file.known import known

ASSIGNED, STARTED, FINISHED = "assigned", "started", "finished"
COLUMNS = ("document", "coder", "state", "finished")


def assign(change: Change, documents: Iterable[str], coders: Iterable[str]) -> None:
    """Let these coders code these texts; what was assigned stays as it is."""
    who = list(coders)
    for document in documents:
        known(change, "documents", document)
        for coder in who:
            known(change, "coders", coder)
            id = assignment_id(document, coder)
            if change.get("assignments", id) is None:
                change.put("assignments", {"id": id, "document": document, "coder": coder, "finished": ""})


def unassign(change: Change, documents: Iterable[str], coders: Iterable[str]) -> None:
    """Take these texts from these coders; codings stay."""
    who = list(coders)
    for document in documents:
        for coder in who:
            change.drop("assignments", assignment_id(document, coder))


def set_finished(change: Change, document: str, coder: str, *, finished: bool) -> None:
    """A coder has coded a text to its end, or goes on with it.

    Raises
    ------
    InterviewError
        V320: to go on, where something was decided on the text already.
    """
    name = known(change, "documents", document)["name"]
    known(change, "coders", coder)
    if not finished and next(change.where("decisions", "document = ?", (document,)), None) is not None:
        raise InterviewError("V320", document=name)
    id = assignment_id(document, coder)
    row = change.get("assignments", id)
    if bool(row is not None and row["finished"]) != finished:
        new = {"id": id, "document": document, "coder": coder, "finished": moment() if finished else ""}
        change.put("assignments", new)


def assignments_of(connection: sqlite3.Connection) -> pd.DataFrame:
    """One row a text and coder: ``document, coder, state, finished``."""
    coded = set(connection.execute("SELECT DISTINCT document, coder FROM codings WHERE coder IS NOT NULL"))
    found = []
    for row in rows_of(connection, "assignments"):
        started = (row["document"], row["coder"]) in coded
        state = FINISHED if row["finished"] else STARTED if started else ASSIGNED
        found.append((row["document"], row["coder"], state, row["finished"]))
    return pd.DataFrame(found, columns=list(COLUMNS)).astype("str")
