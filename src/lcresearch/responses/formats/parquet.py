"""Parquet files, read a group of rows at a time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pa_parquet

from lcresearch.errors import Place, ResponsesError
from lcresearch.files import file_hash
from lcresearch.responses.formats.blocks import BlockTable
from lcresearch.responses.tables import MAXIMUM_COLUMNS, Column, OpenFile, RawTable
from lcresearch.table_layout import HEAD_ROWS
from lcresearch.workbooks import cell_text

_BLOCK_ROWS = 65_536
_FIRST_ROW = 2


def open_parquet(path: Path) -> OpenFile:
    """Describe a Parquet file. Its rows are numbered as if a header stood above them."""
    where = Place(file=path.name)
    if path.stat().st_size == 0:
        raise ResponsesError("R001", where=where)
    try:
        with pa_parquet.ParquetFile(path) as stored:
            names, n_rows = list(stored.schema_arrow.names), stored.metadata.num_rows
            first = next(stored.iter_batches(batch_size=HEAD_ROWS), None)
    except (pa.ArrowException, OSError) as error:
        raise ResponsesError("R004", where=where, format="Parquet", reason=str(error)[:200]) from error
    if len(names) > MAXIMUM_COLUMNS:
        raise ResponsesError("R006", where=where, n=len(names), limit=MAXIMUM_COLUMNS)
    if not n_rows:
        raise ResponsesError("R005", where=where)
    columns = tuple(Column(number, name.strip()) for number, name in enumerate(names, start=1))

    def load(wanted: frozenset[int]) -> RawTable:
        return _load(path, wanted)

    cells = [[cell_text(cell) or "" for cell in column.to_pylist()] for column in first.columns] if first else []
    return OpenFile(path.name, "parquet", columns, load, file_hash(path), head=tuple(zip(*cells, strict=True)))


def _load(path: Path, wanted: frozenset[int]) -> RawTable:
    table, start = BlockTable(wanted), _FIRST_ROW
    try:
        with pa_parquet.ParquetFile(path) as stored:
            for batch in stored.iter_batches(batch_size=_BLOCK_ROWS):
                rows = np.arange(start, start + len(batch), dtype=np.int64)
                table.add([_cells(column) for column in batch.columns], rows)
                start += len(batch)
    except (pa.ArrowException, OSError) as error:
        raise ResponsesError("R004", where=Place(file=path.name), format="Parquet", reason=str(error)[:200]) from error
    return table.finish()


def _cells(column: Any) -> Any:
    """Numbers as an array, everything else as objects; lists and structures as their text."""
    if pa.types.is_nested(column.type):
        return [None if cell is None else str(cell) for cell in column.to_pylist()]
    if pa.types.is_floating(column.type) and not column.null_count:
        return column.to_numpy(zero_copy_only=False)
    return column.to_pylist()
