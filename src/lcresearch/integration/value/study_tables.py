"""Numbers of value.yaml that stand in a table of the study: one cell, a sum or a mean."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from lcresearch.errors import nearest
from lcresearch.integration.value.amounts import Quantity
from lcresearch.integration.value.distributions import Distribution, fixed, from_shape, normal
from lcresearch.messages import LANGUAGES, Messages

MOST_BYTES = 50 * 1024 * 1024
_PERSONS = ("respondent", "respondent_id", "person", "person_id", "participant_id")


class UnusableError(Exception):
    """A table cannot give the number that is asked for: the code of the message, and its values."""

    def __init__(self, code: str, **values: object) -> None:
        self.code, self.values = code, values
        super().__init__(code)


class GapError(Exception):
    """A number is not there, for a reason that is shown: by language."""

    def __init__(self, reason: Mapping[str, str]) -> None:
        self.reason = reason
        super().__init__(reason)


class Tables:
    """Tables by name: those that are passed in, and CSV files in the folder of value.yaml, each read once."""

    def __init__(self, given: Mapping[str, pd.DataFrame] | None = None, folder: Path | None = None) -> None:
        self._known = dict(given or {})
        self._folder = folder

    def __getitem__(self, name: str) -> pd.DataFrame:
        """A table; raises UnusableError when it is not there or holds a row a person."""
        if name not in self._known:
            self._known[name] = self._read(name)
        table = self._known[name]
        persons = [str(column) for column in table if str(column).lower() in _PERSONS]
        if persons:
            raise UnusableError("Q204", table=name, column=persons[0])
        return table

    def _read(self, name: str) -> pd.DataFrame:
        if self._folder is None:
            raise UnusableError("Q200", table=name, known=list(self._known) or "–")
        try:
            folder, path = self._folder.resolve(), (self._folder / name).resolve()
            inside, there = path.is_relative_to(folder), path.is_file()
        except (OSError, ValueError, RuntimeError):
            inside, there = True, False
        if not inside or Path(name).is_absolute():
            reason = {language: Messages(language)("value.outside_folder") for language in LANGUAGES}
            raise UnusableError("Q206", table=name, reason=reason)
        if not there:
            raise UnusableError("Q200", table=name, known=list(self._known) or "–")
        try:
            if path.stat().st_size > MOST_BYTES:
                raise UnusableError("Q206", table=name, reason=f"> {MOST_BYTES // 1024**2} MB")
            return pd.read_csv(path)
        except (OSError, ValueError, pd.errors.ParserError) as error:
            raise UnusableError("Q206", table=name, reason=str(error).splitlines()[0][:120]) from error


def distribution_of(amount: Quantity, tables: Tables) -> Distribution:
    """The distribution of a checked number.

    Of one row with a ``std_error`` and of a mean over rows (standard error sd / sqrt(n)) it is normal; a sum counts
    what was registered and does not vary.

    Raises
    ------
    GapError
        It is not known, with the reason.
    UnusableError
        Q200 to Q206: the table does not give it.
    """
    if amount.gap is not None:
        raise GapError(dict.fromkeys(LANGUAGES, amount.gap))
    if amount.value is not None:
        return fixed(amount.value)
    if amount.table is not None:
        return _from_table(amount, tables)
    kind = amount.kind
    if kind is None:
        raise ValueError("the amount was not checked")
    return from_shape(kind, amount.shape)


def _from_table(amount: Quantity, tables: Tables) -> Distribution:
    name, column = str(amount.table), str(amount.column)
    rows = _rows(tables[name], amount, name)
    numbers = _numbers(rows, column, name)
    if amount.take == "only":
        if len(numbers) != 1:
            raise UnusableError("Q202", table=name, n=len(numbers))
        spread = 0.0 if amount.std_error is None else float(_numbers(rows, amount.std_error, name).iloc[0])
        return normal(float(numbers.iloc[0]) * amount.times, abs(spread * amount.times))
    if numbers.empty or (amount.take == "mean" and len(numbers) < 2):
        raise UnusableError("Q202", table=name, n=len(numbers))
    if amount.take == "sum":
        return fixed(float(numbers.sum()) * amount.times)
    spread = float(numbers.std(ddof=1)) / math.sqrt(len(numbers))
    return normal(float(numbers.mean()) * amount.times, abs(spread * amount.times))


def _rows(table: pd.DataFrame, amount: Quantity, name: str) -> pd.DataFrame:
    for column, value in amount.where.items():
        values = _column(table, column, name)
        same = values == value if not isinstance(value, str) else values.astype(str) == value
        table = table[same.fillna(False).astype(bool)]
    return table


def _column(table: pd.DataFrame, column: str, name: str) -> pd.Series:
    known = [str(one) for one in table]
    if column not in known:
        values = {"table": name, "column": column, "known": known, "nearest": nearest(column, known) or "–"}
        raise UnusableError("Q201", **values)
    return table.iloc[:, known.index(column)]


def _numbers(rows: pd.DataFrame, column: str, name: str) -> pd.Series:
    """The cells as numbers; an empty one is a gap, never left out in silence."""
    cells = _column(rows, column, name)
    numbers = pd.to_numeric(cells, errors="coerce").astype("float64")
    empty = cells.isna() | (cells.astype(str).str.strip() == "")
    wrong = cells[(numbers.isna() & ~empty) | numbers.abs().eq(math.inf)]
    if len(wrong):
        raise UnusableError("Q203", table=name, column=column, found=str(wrong.iloc[0])[:40])
    if empty.any():
        values = {"column": column, "table": name, "empty": int(empty.sum()), "n": len(cells)}
        raise GapError({language: Messages(language)("value.empty_cells", **values) for language in LANGUAGES})
    return numbers
