"""What was done to a codebook, by whom and when, in the words that were there before and after."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from typing import Any

import pandas as pd

from lcresearch.errors import InterviewError
from lcresearch.interviews.codebook.model import Code
from lcresearch.interviews.coding_file.changing import Row, changes_in
from lcresearch.interviews.coding_file.rows import code_of

COLUMNS = ("step", "when", "who", "what", "code", "part", "before", "after")
_PARTS = ("name", "parent", "definition", "use_when", "not_when", "example", "color", "codable", "maps_to", "links",
          "patterns", "translations")  # fmt: skip


def history_of(connection: sqlite3.Connection, code: str | None = None) -> pd.DataFrame:
    """One row a part of a code that changed, the first change first.

    Returns
    -------
    DataFrame
        ``step`` (number of the step; rows of one step belong together), ``when`` (UTC), ``who`` (id of a coder),
        ``what`` (``add_code, change_code, move_code, merge_codes, remove_code, bring_in, undo, redo``), ``code`` (id),
        ``part`` (``name, parent, definition, ...``, or ``added`` and ``removed`` for the code as a whole),
        ``before``, ``after``.
    """
    steps = connection.execute(
        'SELECT n, "when", coder, what, changes FROM journal WHERE instr(changes, \'["codes",\') > 0 ORDER BY n'
    )
    try:
        found = [
            (n, when, who, what, id, part, before, after)
            for n, when, who, what, changes in steps
            for table, id, old, new in changes_in(changes)
            if table == "codes" and code in (None, id)
            for part, before, after in _differences(old, new)
        ]
    except (ValueError, TypeError, RecursionError):
        raise InterviewError("V283") from None
    return pd.DataFrame(found, columns=list(COLUMNS)).astype(dict.fromkeys(COLUMNS, "str") | {"step": "int64"})


def _differences(old: Row | None, new: Row | None) -> Iterator[tuple[str, str, str]]:
    before, after = (None if row is None else code_of(row) for row in (old, new))
    if before is None or after is None:
        yield "removed" if after is None else "added", _name(before), _name(after)
        return
    for part in _PARTS:
        one, other = getattr(before, part), getattr(after, part)
        if one != other:
            yield part, _said(one), _said(other)


def _name(code: Code | None) -> str:
    return "" if code is None else code.name


def _said(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=list)
