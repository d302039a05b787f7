"""The people who code in a file."""

from __future__ import annotations

import sqlite3

import pandas as pd

from lcresearch.errors import InterviewError
from lcresearch.interviews.coding_agreement.agreed_coder import AGREED, agreed_names
from lcresearch.interviews.coding_file.changing import Change, rows_of
from lcresearch.interviews.guids import guid_of
from lcresearch.interviews.suggestion_coder import NOT_A_PERSON, is_suggestion_coder


def add_coder(change: Change, name: str) -> str:
    """Id of the coder of a name, added when there is none.

    Raises
    ------
    InterviewError
        V179: no name, or that of the machine or of what was agreed.
    """
    plain = " ".join(name.split())
    if not plain or plain in agreed_names() or is_suggestion_coder(plain):
        raise InterviewError("V179", found=plain)
    taken = {row["id"] for row in change.where("coders")} | {AGREED, *NOT_A_PERSON.values()}
    for row in change.where("coders"):
        if row["name"] == plain and row["id"] not in (AGREED, *NOT_A_PERSON.values()):
            return str(row["id"])
    id = guid_of("coder", plain)
    id = id if id not in taken else guid_of("coder", plain, len(taken))
    change.put("coders", {"id": id, "name": plain})
    return id


def coder_table(connection: sqlite3.Connection) -> pd.DataFrame:
    """One row a coder: ``coder, name, n_codings, n_documents``."""
    counts = {
        coder: (n, texts)
        for coder, n, texts in connection.execute(
            "SELECT coder, count(*), count(DISTINCT document) FROM codings GROUP BY coder"
        )
    }
    rows = [(row["id"], row["name"], *counts.get(row["id"], (0, 0))) for row in rows_of(connection, "coders")]
    columns = ["coder", "name", "n_codings", "n_documents"]
    return pd.DataFrame(rows, columns=columns).astype(
        {"coder": "str", "name": "str", "n_codings": "int64", "n_documents": "int64"}
    )
