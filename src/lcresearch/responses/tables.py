"""What every reader hands over: a raw table of text, with what the file says about its columns.

A reader only knows its format. It opens a file (:class:`OpenFile`: the columns, nothing loaded yet) and loads the
columns that were asked for (:class:`RawTable`). Which column belongs to which item, and what an answer means, is
decided in one place for all formats: ``matching.py`` and ``answers.py``.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

Mask = npt.NDArray[np.bool_]
Integers = npt.NDArray[np.signedinteger[Any]]

MAXIMUM_COLUMNS = 20_000
ROLES = ("started", "finished", "seconds", "completed", "progress", "language", "test", "system")
"""What platforms use columns of their own for; ``test`` marks rows that are no answers, ``system`` is the rest."""
_BLANK = " \t\r\n\f\v\u00a0\u200b\ufeff"


@dataclass(frozen=True)
class Column:
    """A column as the file describes it.

    Attributes
    ----------
    number : int
        Place in the file; the first column is 1.
    header : str
        Name as it stands in the file, without blanks around it.
    question : str or None
        Text of the question where the format keeps it apart from the name (SPSS, Stata).
    labels : mapping of str to str
        Value as text -> its label, where the format keeps them.
    missing : tuple of (float, float)
        Ranges of values that the file declares missing, both ends included.
    missing_texts : frozenset of str
        Texts that the file declares missing, such as Stata's ``a`` for ``.a``.
    names : tuple of str
        Further names that may be the id of an item: ``li01`` of ``group/li01``, or of ``LI[li01]``.
    questions : tuple of str
        Further texts that may be the question: the row of a table without the question above it.
    option_of, option : tuple of str, str or None
        Of a column that may be one answer of a question with several: names and texts of that question, and the
        answer, as its code or its label.
    more_labels : tuple of mapping
        ``labels`` in further languages.
    role : str or None
        What the platform uses the column for, one of :data:`ROLES`; None for a question.
    personal : str or None
        What a platform's own column says about a person (``email``, ``ip_address`` ...), when that is certain.
    own_words : bool
        Whether the platform always writes the words of an answer, and what somebody wrote at "other, namely" without
        a mark, so that a text that is no label is such an answer.
    blanks_between : bool
        Whether the platform puts blanks between the answers in a cell, and nobody's own words.
    response_id : bool
        Whether the platform numbers its responses in this column.
    joins : tuple of int
        Of a column that the file does not have, but that puts others together: the numbers of these.
    """

    number: int
    header: str
    question: str | None = None
    labels: Mapping[str, str] = field(default_factory=dict)
    missing: tuple[tuple[float, float], ...] = ()
    missing_texts: frozenset[str] = frozenset()
    names: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    option_of: tuple[str, ...] = ()
    option: str | None = None
    role: str | None = None
    personal: str | None = None
    joins: tuple[int, ...] = ()
    more_labels: tuple[Mapping[str, str], ...] = ()
    own_words: bool = False
    blanks_between: bool = False
    response_id: bool = False

    @property
    def name(self) -> str:
        """The header for use in messages: one line, no control characters, at most 80 characters."""
        text = shown(self.header)
        return text or f"#{self.number}"


@dataclass(frozen=True)
class Coded:
    """A column of text: its distinct values, and for each row which of them (-1: empty).

    Attributes
    ----------
    codes : array of int, shape (n_rows,)
    values : array of str, shape (n_values,)
        Never empty texts; blanks around a text are gone.
    """

    codes: Integers
    values: npt.NDArray[np.object_]

    def counts(self) -> npt.NDArray[np.int64]:
        """How often each value occurs, shape (n_values,)."""
        filled = self.codes[self.codes >= 0]
        return np.bincount(filled, minlength=len(self.values)).astype(np.int64)

    def numbers(self) -> npt.NDArray[np.float64]:
        """The values as numbers, with a decimal point or comma, shape (n_rows,); NaN where there is none."""
        texts = pd.Series(self.values, dtype="str").str.replace(",", ".", regex=False)
        numbers = pd.to_numeric(texts, errors="coerce").to_numpy(dtype="float64")
        return np.append(numbers, np.nan)[self.codes]


class Coding:
    """Codes a column block by block, in one numbering of its distinct texts."""

    def __init__(self) -> None:
        self._known: dict[str, int] = {}
        self._blocks: list[Integers] = []

    def add(self, values: Sequence[str | None], codes: npt.NDArray[Any]) -> None:
        """Add a block: its own distinct values, and for each row which of them (-1: empty)."""
        numbering = np.full(len(values) + 1, -1, dtype=np.int32)
        for own, value in enumerate(values):
            text = value.strip(_BLANK) if value is not None else ""
            if text:
                numbering[own] = self._known.setdefault(text, len(self._known))
        kind = np.int8 if len(self._known) <= 127 else np.int16 if len(self._known) <= 32_767 else np.int32
        self._blocks.append(numbering.astype(kind)[codes])

    def add_cells(self, cells: Sequence[str | None]) -> None:
        """Add a block cell by cell."""
        codes, values = pd.factorize(np.array([*cells, None], dtype=object)[:-1])
        self.add(values.tolist(), codes)

    def keep_of_last(self, rows: Mask) -> None:
        """Keep only these rows of the block that was added last."""
        self._blocks[-1] = self._blocks[-1][rows]

    def finish(self, order: npt.NDArray[np.int64] | None = None) -> Coded:
        """The whole column, its rows in another order if one is given."""
        codes: Integers = np.concatenate(self._blocks) if self._blocks else np.zeros(0, dtype=np.int8)
        values = np.array(list(self._known), dtype=object)
        self._blocks, self._known = [], {}
        return Coded(codes if order is None else codes[order], values)


@dataclass(frozen=True)
class RawTable:
    """The loaded columns of a file, without its blank rows.

    Attributes
    ----------
    columns : dict of int to Coded
        By column number; only what was asked for.
    row_numbers : array of int, shape (n_rows,)
        Row of the file for each row of the columns, counted as a spreadsheet does.
    blank_rows : array of int
        Rows without any content that were left out (the first ones; ``n_blank`` counts them all).
    n_blank : int
    short_rows, long_rows : array of int
        Rows with fewer cells than the header, filled up, and with more, left out.
    formulas : dict of int to array of int
        By column number, the rows whose cell is empty because a formula was saved without its outcome.
    cut_row : int or None
        The last row, when it breaks off as if the file had been cut there; it is left out when it holds one cell only.
    cut_cell : (int, str) or None
        Of that row, the column in which it breaks off and what stands there; the cell is empty in ``columns``.
    """

    columns: dict[int, Coded]
    row_numbers: npt.NDArray[np.int64]
    blank_rows: npt.NDArray[np.int64]
    n_blank: int
    short_rows: npt.NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    long_rows: npt.NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    formulas: Mapping[int, npt.NDArray[np.int64]] = field(default_factory=dict)
    cut_row: int | None = None
    cut_cell: tuple[int, str] | None = None

    def only(self, rows: Mask) -> RawTable:
        """The table with only these rows; the columns of this one must not be used any more."""
        columns = {number: Coded(coded.codes[rows], coded.values) for number, coded in self.columns.items()}
        kept = self.row_numbers[rows]
        formulas = {number: found[np.isin(found, kept)] for number, found in self.formulas.items()}
        return dataclasses.replace(self, columns=columns, row_numbers=kept, formulas=formulas)


Loader = Callable[[frozenset[int]], RawTable]


@dataclass(frozen=True)
class OpenFile:
    """A file of which only the description was read.

    Attributes
    ----------
    file : str
        Name for messages: no folder.
    format : str
        ``csv``, ``excel``, ``spss``, ``stata``, ``parquet`` or ``json``.
    columns : tuple of Column
    load : callable
        ``load(numbers)`` reads these columns.
    facts : mapping
        What was found out about the file: encoding, delimiter, sheet.
    sha256 : str
        Digest of the file's bytes.
    head : tuple of tuple of str
        The first rows as text, the header rows of text files and workbooks included: at most 200.
    header_rows : int
        How many of these are header; 0 for formats that keep names apart.
    above : int
        Rows above the header that were passed over, such as a title.
    sheets : tuple of str
        Names of the sheets of a workbook.
    platform : str or None
        Survey platform that made the file, when it is known.
    tests : mapping of int to frozenset of str
        Column number -> values, without regard to case, that mark a row as a test of the form.
    marks : mapping of int to mapping of str to frozenset of str
        Column number -> kind of doubt that the platform has about a row (a text ``responses.mark.KIND``) -> values
        that say so.
    other_sheets : mapping of str to tuple of str
        Sheets of the workbook that are not read -> their header.
    """

    file: str
    format: str
    columns: tuple[Column, ...]
    load: Loader
    sha256: str
    facts: Mapping[str, str] = field(default_factory=dict)
    head: tuple[tuple[str, ...], ...] = ()
    header_rows: int = 0
    above: int = 0
    sheets: tuple[str, ...] = ()
    platform: str | None = None
    tests: Mapping[int, frozenset[str]] = field(default_factory=dict)
    marks: Mapping[int, Mapping[str, frozenset[str]]] = field(default_factory=dict)
    other_sheets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def sample(self, number: int) -> tuple[str, ...]:
        """Filled cells of a column in the first rows below the header; the first column is 1."""
        rows = self.head[self.header_rows :]
        return tuple(row[number - 1].strip() for row in rows if number <= len(row) and row[number - 1].strip())


def shown(text: str, width: int = 80) -> str:
    """Text of a file made fit for a message: control characters out, one line, not too long."""
    clean = re.sub(r"[\s\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]+", " ", text).strip()
    return clean if len(clean) <= width else clean[: width - 1] + "…"
