"""Cells of a joint display: what stands in them and where it comes from."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from lcresearch.messages import LANGUAGES, Messages

STATISTIC, PERSONS, CASES, CODE, QUOTE, WORDS, GAP = "statistic", "persons", "cases", "code", "quote", "words", "gap"
ROW_COLUMNS = ["row", "block", *LANGUAGES, *(f"block_{each}" for each in LANGUAGES)]
COLUMN_COLUMNS = ["column", "side", *LANGUAGES]
CELL_COLUMNS = [
    "row", "column", "place", "kind", *LANGUAGES, "value", "conf_low", "conf_high", "n", "of", "n_cases", "direction",
    *(f"described_{each}" for each in LANGUAGES), "source", "pointer", "fingerprint", "reason",
]  # fmt: skip
NUMBERS = ["value", "conf_low", "conf_high", "n", "of", "n_cases"]
_SHOWN = 12

Texts = Mapping[str, str]


@dataclass
class Sheet:
    """A display while it is made.

    Attributes
    ----------
    rows, columns, cells : list of dict
    """

    rows: list[dict[str, Any]] = field(default_factory=list)
    columns: list[dict[str, Any]] = field(default_factory=list)
    cells: list[dict[str, Any]] = field(default_factory=list)

    def row(self, name: str, title: Texts, block: str = "", block_title: Texts | None = None) -> None:
        """Add a row."""
        texts = {each: title.get(each) or next(iter(title.values()), name) for each in LANGUAGES}
        blocks = {f"block_{each}": (block_title or {}).get(each, block) for each in LANGUAGES}
        self.rows.append({"row": name, "block": block} | texts | blocks)

    def column(self, name: str, side: str, title: Texts | None = None) -> None:
        """Add a column; one without a title is named by the message catalogue."""
        texts = title or words(f"column.{name}")
        self.columns.append({"column": name, "side": side} | {each: texts.get(each, name) for each in LANGUAGES})

    def cell(self, row: str, column: str, kind: str, texts: Texts | None = None, **values: Any) -> None:
        """Add what stands in a cell; a cell can hold several."""
        text = {each: (texts or {}).get(each, "") for each in LANGUAGES}
        self.cells.append({"row": row, "column": column, "kind": kind} | text | values)

    def gap(self, row: str, column: str, reason: str, **values: Any) -> None:
        """Say why a cell is empty, by the reason ``integration.display.gap.<reason>``."""
        self.cell(row, column, GAP, words(f"gap.{reason}", **values), reason=reason)

    def frames(self) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
        """Rows, columns and cells; a cell that nothing was said of is a gap too, never blank."""
        held = {(cell["row"], cell["column"]) for cell in self.cells}
        for row in self.rows:
            for column in self.columns:
                if (row["row"], column["column"]) not in held:
                    self.gap(row["row"], column["column"], "nothing")
        order = {(r["row"], c["column"]): k for k, (r, c) in enumerate((r, c) for r in self.rows for c in self.columns)}
        cells = pd.DataFrame(self.cells, columns=CELL_COLUMNS)
        cells["place"] = cells.groupby(["row", "column"]).cumcount()
        cells[NUMBERS] = cells[NUMBERS].astype(float)
        texts = [name for name in CELL_COLUMNS if name not in (*NUMBERS, "place")]
        cells[texts] = cells[texts].astype(object).where(cells[texts].notna(), "")
        at = [order[pair] for pair in zip(cells["row"], cells["column"], strict=True)]
        cells = cells.assign(at=at).sort_values(["at", "place"], kind="stable", ignore_index=True).drop(columns="at")
        return pd.DataFrame(self.rows, columns=ROW_COLUMNS), pd.DataFrame(self.columns, columns=COLUMN_COLUMNS), cells


def words(key: str, **values: Any) -> dict[str, str]:
    """A text of the catalogue in each language."""
    return {
        each: Messages(each)(
            f"integration.display.{key}",
            **{name: value[each] if isinstance(value, dict) else value for name, value in values.items()},
        )
        for each in LANGUAGES
    }


def fingerprint(numbers: Sequence[float]) -> str:
    """A short hash of numbers: other numbers have another.

    Examples
    --------
    >>> fingerprint([0.25, 0.1, float("nan")]) == fingerprint([0.25, 0.1, float("nan")])
    True
    >>> fingerprint([0.25, 0.1]) == fingerprint([0.25, 0.11])
    False
    """
    written = "|".join("" if math.isnan(one) else repr(float(one)) for one in map(float, numbers))
    return hashlib.sha256(written.encode()).hexdigest()[:_SHOWN]
