"""Text files with delimiters: CSV and TSV of any platform, read block by block so that size does not matter."""

from __future__ import annotations

import csv
import dataclasses
import io
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv

from lcresearch.errors import Place, ResponsesError
from lcresearch.responses.formats.dialect import Dialect, sniff
from lcresearch.responses.tables import Coded, Coding, Column, Mask, OpenFile, RawTable
from lcresearch.text_encoding import Scan, UnreadableTextError, scan

_BLOCK = 8 * 2**20
_MAXIMUM_ODD_ROWS = 100_000
_LISTED = 1_000
_TAIL = 2**16
_UNREADABLE = {"empty": "R001", "not_text": "R002", "damaged": "R013"}


def open_delimited(path: Path, header_rows: int = 1) -> OpenFile:
    """Describe a CSV or TSV file whose header has one or more rows.

    Raises
    ------
    ResponsesError
        R001 empty, R002 not text, R005 a header without rows, R006 too many columns, R007 rows that do not fit the
        header, R013 damaged text.
    """
    scanned = _scanned(path)
    dialect = sniff(path, scanned.encoding, header_rows)
    if not dialect.has_data:
        raise ResponsesError("R005", where=Place(file=path.name))
    columns = tuple(Column(number, header) for number, header in enumerate(dialect.headers, start=1))
    facts = {"encoding": scanned.encoding, "delimiter": dialect.delimiter}

    def load(wanted: frozenset[int]) -> RawTable:
        return _Load(path, scanned, dialect, wanted).run()

    return OpenFile(
        path.name,
        "csv",
        columns,
        load,
        scanned.sha256,
        facts,
        head=dialect.head,
        header_rows=header_rows,
        above=dialect.above,
    )


def _scanned(path: Path) -> Scan:
    try:
        return scan(path)
    except UnreadableTextError as error:
        code, where = _UNREADABLE[error.reason], Place(file=path.name)
        raise ResponsesError(code, where=where, encodings=error.tried) from error


@dataclass
class _Load:
    """One pass over the file: distinct values of the wanted columns, block after block.

    Rows whose number of cells is not that of the header are set apart: ``odd`` holds their cells, filled up or cut;
    ``short`` and ``long`` say which had too few or too many, ``broken`` which have a line end inside a cell, and
    ``cells`` how many cells those with too few had.
    """

    path: Path
    scanned: Scan
    dialect: Dialect
    wanted: frozenset[int]
    odd: dict[int, list[str]] = field(default_factory=dict)
    short: list[int] = field(default_factory=list)
    long: list[int] = field(default_factory=list)
    broken: set[int] = field(default_factory=set)
    cells: dict[int, int] = field(default_factory=dict)

    def run(self) -> RawTable:
        codings = {number: Coding() for number in sorted(self.wanted)}
        filled: list[Mask] = []
        last: pa.RecordBatch | None = None
        for batch in self._batches():
            kept = _filled_rows(batch)
            filled.append(kept)
            for number, coding in codings.items():
                column = batch.column(number - 1)
                coding.add(column.dictionary.to_pylist(), column.indices.to_numpy()[kept])
            last = batch if len(batch) else last
        self._check_last(last, sum(map(len, filled)))
        table = self._assembled(codings, np.concatenate(filled) if filled else np.zeros(0, dtype=bool))
        return self._without_cut_cell(table) if len(table.row_numbers) else table

    def _without_cut_cell(self, table: RawTable) -> RawTable:
        """Name the last row, if it alone has too few cells or if the file ends inside quotation marks.

        The cell in which the file breaks off holds part of an answer: 4 of 40. It is emptied, unless the line is whole.
        """
        last, tail = int(table.row_numbers[-1]), self._tail()
        in_quotes = not self.scanned.quotes_balanced and tail.rstrip().rsplit("\n", 1)[-1].count('"') % 2 == 1
        if not in_quotes and (table.short_rows.tolist() != [last] or len(table.long_rows)):
            return table
        cell = self.cells.get(last + self.dialect.hidden, len(self.dialect.headers))
        if not in_quotes and tail.endswith(("\n", "\r")):
            return dataclasses.replace(table, cut_row=last)
        if cell == 1:
            return dataclasses.replace(table.only(table.row_numbers != last), cut_row=last)
        columns = dict(table.columns)
        text = ""
        if cell in columns and columns[cell].codes[-1] >= 0:
            codes, values = columns[cell].codes.copy(), columns[cell].values
            text, codes[-1] = str(values[codes[-1]]), -1
            columns[cell] = Coded(codes, values)
        return dataclasses.replace(table, columns=columns, cut_row=last, cut_cell=(cell, text) if text else None)

    def _tail(self) -> str:
        with self.path.open("rb") as stream:
            stream.seek(max(0, self.path.stat().st_size - _TAIL) // 4 * 4)
            return stream.read().decode(self.scanned.encoding, errors="ignore")

    def _batches(self) -> Any:
        width = len(self.dialect.headers)
        names = [str(number) for number in range(1, width + 1)]
        coded = pa.dictionary(pa.int32(), pa.string())
        kinds = {name: coded if int(name) in self.wanted else pa.string() for name in names}
        encoding = "utf8" if self.scanned.encoding == "utf-8" else self.scanned.encoding
        try:
            yield from pa_csv.open_csv(
                str(self.path),
                read_options=pa_csv.ReadOptions(
                    use_threads=False,
                    block_size=_BLOCK,
                    column_names=names,
                    skip_rows_after_names=self.dialect.skip,
                    encoding=encoding,
                ),
                parse_options=pa_csv.ParseOptions(
                    delimiter=self.dialect.delimiter,
                    newlines_in_values=True,
                    ignore_empty_lines=False,
                    invalid_row_handler=self._odd_row,
                ),
                convert_options=pa_csv.ConvertOptions(column_types=kinds, strings_can_be_null=False),
            )
        except (pa.ArrowInvalid, UnicodeDecodeError) as error:
            raise ResponsesError("R004", where=Place(file=self.path.name), format="CSV", reason=str(error)) from error

    def _odd_row(self, row: pa_csv.InvalidRow) -> str:
        """Keep a row whose number of cells is not that of the header: short ones are filled up, long ones left out."""
        cells = next(csv.reader(io.StringIO(row.text, newline=""), delimiter=self.dialect.delimiter), [])
        width = len(self.dialect.headers)
        if any("\n" in cell or "\r" in cell for cell in cells):
            self.broken.add(row.number)
        if any(cell.strip() for cell in cells[width:]):
            self.long.append(row.number)
        else:
            self.odd[row.number] = (cells + [""] * width)[:width]
            if len(cells) < width and any(map(str.strip, cells)):
                self.short.append(row.number)
                self.cells[row.number] = len(cells)
        if len(self.odd) + len(self.long) > _MAXIMUM_ODD_ROWS:
            where = Place(file=self.path.name, row=row.number)
            raise ResponsesError("R007", where=where, header=width, cells=len(cells))
        return "skip"

    def _check_last(self, last: pa.RecordBatch | None, n_rows: int) -> None:
        """A quotation mark that is never closed swallows the rest of the file into one cell."""
        if self.scanned.quotes_balanced:
            return
        row = n_rows + len(self.odd) + len(self.long) + self.dialect.skip
        cells = [str(column[len(last) - 1].as_py()) for column in last.columns] if last is not None else []
        set_apart = row in self.odd or row in self.long
        if row in self.broken or (not set_apart and any("\n" in cell or "\r" in cell for cell in cells)):
            raise ResponsesError("R008", where=Place(file=self.path.name, row=row - self.dialect.hidden))

    def _assembled(self, codings: dict[int, Coding], filled: Mask) -> RawTable:
        """Put the rows that were set apart back in their places."""
        set_apart = np.array(sorted([*self.odd, *self.long]), dtype=np.int64)
        first = self.dialect.skip + 1
        every = np.arange(first, first + len(filled) + len(set_apart), dtype=np.int64)
        regular = np.ones(len(every), dtype=bool)
        regular[set_apart - first] = False
        padded = np.array([n for n in sorted(self.odd) if any(map(str.strip, self.odd[n]))], dtype=np.int64)
        rows = np.concatenate([every[regular][filled], padded])
        order = np.argsort(rows, kind="stable") if len(padded) else None
        columns = {}
        for number, coding in codings.items():
            if len(padded):
                coding.add_cells([self.odd[n][number - 1] for n in padded.tolist()])
            columns[number] = coding.finish(order)
        blank = np.setdiff1d(np.concatenate([every[regular][~filled], np.array(list(self.odd), np.int64)]), padded)
        shift = self.dialect.hidden
        rows = (rows if order is None else rows[order]) - shift
        short, long = (np.array(numbers, dtype=np.int64) - shift for numbers in (self.short, self.long))
        return RawTable(columns, rows, blank[:_LISTED] - shift, len(blank), short, long)


def _filled_rows(batch: pa.RecordBatch) -> Mask:
    """Rows of a block in which at least one cell holds more than blanks."""
    filled = np.zeros(len(batch), dtype=bool)
    for column in batch.columns:
        if filled.all():
            break
        if pa.types.is_dictionary(column.type):
            texts = pc.utf8_trim_whitespace(column.dictionary).to_numpy(zero_copy_only=False)
            filled |= np.array([bool(text) for text in texts], dtype=bool)[column.indices.to_numpy()]
        else:
            filled |= pc.not_equal(pc.utf8_trim_whitespace(column), "").to_numpy(zero_copy_only=False)
    return filled
