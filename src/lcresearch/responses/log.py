"""The log of a reader: what was done to which column, row and cell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from lcresearch.errors import Place, Problem
from lcresearch.messages import Messages
from lcresearch.responses.tables import shown

COLUMNS = ("code", "level", "status", "column", "item", "row", "value", "n", "text", "file")
MAXIMUM_LINES = 1_000
_KINDS: dict[str, Any] = {name: "Int64" if name in ("row", "n") else "str" for name in COLUMNS}
_ROWS_NAMED = 10


class Log:
    """Collects lines for ``Responses.log`` and the warnings for ``Responses.problems``.

    Parameters
    ----------
    file : str
        Name of the file, without its folder.
    """

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []
        self._parts: list[pd.DataFrame] = []
        self._lines: list[dict[str, Any]] = []

    def add(
        self,
        code: str,
        status: str,
        *,
        column: str | None = None,
        item: str | None = None,
        row: int | None = None,
        value: str | None = None,
        **values: Any,
    ) -> None:
        """Add one line; a warning becomes a problem as well. ``n`` among the values counts rows or cells."""
        problem = Problem(code, Place(file=self.file, row=row, column=column, item=item), values)
        if problem.level != "note":
            self.problems.append(problem)
        self._lines.append(self._line(problem, status, value, values.get("n", 1)))

    def _line(self, problem: Problem, status: str, value: str | None, n: int) -> dict[str, Any]:
        where = problem.where
        line: dict[str, Any] = {"code": problem.code, "level": problem.level, "status": status, "column": where.column}
        line |= {"item": where.item, "row": where.row, "value": value, "n": n, "text": problem.message()}
        return line | {"file": self.file}

    def cells(
        self,
        code: str,
        status: str,
        *,
        rows: npt.NDArray[np.int64],
        texts: list[str] | None = None,
        column: str | None = None,
        item: str | None = None,
        n: int | None = None,
        **values: Any,
    ) -> None:
        """Add a line for each cell or row, up to 1,000 of them, then one that counts the rest.

        Parameters
        ----------
        rows : array of int
            Rows of the file; of a longer list the first 1,000 will do if ``n`` gives the count.
        texts : list of str, optional
            What stood in these cells.
        """
        total = len(rows) if n is None else n
        if not total:
            return
        first = [int(row) for row in rows[:_ROWS_NAMED]]
        named = ", ".join(map(str, first)) + (" …" if total > len(first) else "")
        where = Place(file=self.file, row=first[0], column=column, item=item)
        problem = Problem(code, where, {"n": total, "rows": named, **values})
        if problem.level != "note":
            self.problems.append(problem)
        listed = rows[:MAXIMUM_LINES]
        lines = {name: [value] * len(listed) for name, value in self._line(problem, status, None, 1).items()}
        lines["row"] = listed.tolist()
        lines["text"] = [Messages()(f"responses.cell.{code}", **values)] * len(listed)
        if texts is not None:
            lines["value"] = [shown(text, 60) for text in texts[:MAXIMUM_LINES]]
        self._flush()
        self._parts.append(pd.DataFrame(lines))
        if total > len(listed):
            rest = total - len(listed)
            where = Place(column=column, item=item)
            self._lines.append(self._line(Problem("R070", where, {"n": rest, "about": code}), status, None, rest))

    def frame(self) -> pd.DataFrame:
        """All lines, in the order in which they were added."""
        self._flush()
        parts = self._parts or [pd.DataFrame(columns=list(COLUMNS))]
        return as_log(pd.concat([part.astype(object) for part in parts], ignore_index=True))

    def _flush(self) -> None:
        if self._lines:
            self._parts.append(pd.DataFrame(self._lines, columns=list(COLUMNS)))
            self._lines = []


def as_log(frame: pd.DataFrame) -> pd.DataFrame:
    """A frame with the columns and types of a log: text, and nullable whole numbers for ``row`` and ``n``."""
    typed = {name: frame[name].astype(kind) for name, kind in _KINDS.items()}
    return pd.DataFrame(typed, index=frame.index)


def logs_together(logs: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Logs under each other, with the columns and types of one."""
    kinds = logs[0].dtypes
    is_log = [(name, str(kind)) for name, kind in kinds.items()] == list(_KINDS.items())
    if is_log and all(one.dtypes.equals(kinds) for one in logs[1:]):
        return pd.concat(logs, ignore_index=True)
    return as_log(pd.concat([one.astype(object) for one in logs], ignore_index=True))
