"""What was decided where coders differed: who, when and why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pandas as pd

from lcresearch.errors import InterviewError
from lcresearch.interviews.coding_agreement.agreed_coder import AGREED
from lcresearch.interviews.coding_agreement.discussion_list import OPEN, OUTCOMES, REPLACED, overlaps
from lcresearch.interviews.coding_agreement.settling import Settlement
from lcresearch.interviews.coding_file.bringing_in import put_difference
from lcresearch.interviews.coding_file.changing import Change, Row, check_version, moment
from lcresearch.interviews.coding_file.known import known
from lcresearch.interviews.coding_file.rows import project_of
from lcresearch.interviews.coding_file.schema import COLUMNS


def settle(
    change: Change,
    id: str,
    outcome: str,
    *,
    document: str,
    start: int,
    end: int,
    code: str,
    coder: str,
    who: str = "",
    agreed_code: str,
    agreed_boundaries: str,
    remark: str,
    version: int | None,
) -> None:
    """Keep a decision, of a coder or of whom ``who`` names; an open one is taken away."""
    if outcome not in OUTCOMES:
        raise InterviewError("V141", name="outcome", found=str(outcome), known=list(OUTCOMES))
    known(change, "documents", document)
    known(change, "codes", code)
    if coder or not (who or outcome == OPEN):
        known(change, "coders", coder)
    if outcome == REPLACED:
        known(change, "codes", agreed_code)
    if agreed_boundaries and not overlaps(agreed_boundaries, (start, end)):
        known(change, "coders", agreed_boundaries)
    row = change.get("decisions", id)
    check_version(row, version)
    if outcome == OPEN:
        change.drop("decisions", id)
        return
    new = {
        "id": id,
        "document": document,
        "start": int(start),
        "end": int(end),
        "code": code,
        "outcome": outcome,
        "agreed_code": agreed_code if outcome == REPLACED else "",
        "agreed_boundaries": agreed_boundaries,
        "remark": remark,
        "who": who or coder,
    }
    if row is None or any(row[name] != value for name, value in new.items()):
        change.put("decisions", new | {"when": moment(), "version": 1 if row is None else row["version"] + 1})


def decision_frame(rows: Iterable[Row]) -> pd.DataFrame:
    """One row a decision, indexed by its id."""
    columns = [name for name in COLUMNS["decisions"] if name != "n"]
    kinds = dict.fromkeys(columns, "str") | dict.fromkeys(["start", "end", "version"], "int64")
    found = [[row[name] for name in columns] for row in rows]
    return pd.DataFrame(found, columns=columns).astype(kinds).set_index("id")


def keep_agreed(change: Change, settlement: Settlement, path: Path) -> None:
    """The agreed codings of a settlement, beside those of the coders as they are now."""
    mine = project_of(change.connection, with_files=False)
    kept = mine.codings["coder"] != AGREED
    codings = pd.concat([mine.codings[kept], settlement.agreed.codings], ignore_index=True)
    coders = pd.concat([mine.coders.drop(index=AGREED, errors="ignore"), settlement.agreed.coders])
    put_difference(change, mine, replace(mine, codings=codings, coders=coders), path, tables=("coders", "codings"))
