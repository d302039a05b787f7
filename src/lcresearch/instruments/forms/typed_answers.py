"""Whether somebody typed answers in the workbook that goes with a form on paper."""

from __future__ import annotations

import warnings
from pathlib import Path

ENTRY_ENDING = ".entry.xlsx"
"""What the name of such a workbook ends in."""


def may_hold_answers(file: Path) -> bool:
    """Whether there is anything below the names of the columns; also when the workbook cannot be opened to see that.

    Examples
    --------
    >>> may_hold_answers(Path("no-such-file.entry.xlsx"))
    False
    """
    from openpyxl import load_workbook

    if not file.exists():
        return False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of parts that openpyxl does not keep; nothing is kept here
            book = load_workbook(file, read_only=True, data_only=True)
        try:
            rows = book.worksheets[0].iter_rows(min_row=2, values_only=True)
            return any(cell is not None and str(cell).strip() for row in rows for cell in row)
        finally:
            book.close()
    except Exception:  # openpyxl raises as many kinds as there are ways in which a file can be broken
        return True
