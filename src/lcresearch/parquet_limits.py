"""Reading a Parquet file that somebody sent, without unpacking more than a limit.

A text that comes back is written once, so that a file of a few hundred bytes can hold gigabytes. Texts are read as the
list of different ones, and their size counted, before they are written out.
"""

from __future__ import annotations

from typing import Any

MOST_TEXT = 100_000_000
"""Bytes of all texts of a table."""


def read_within_limits(file: Any, source: Any, *, use_threads: bool = False) -> Any:
    """The table of a file of numbers, dates, truth values and texts.

    Parameters
    ----------
    file : pyarrow.parquet.ParquetFile
        Its numbers of rows and columns were looked at.
    source : path or pyarrow.BufferReader
        What it was opened from.
    use_threads : bool

    Returns
    -------
    pyarrow.Table

    Raises
    ------
    ValueError
        A column that holds something else, such as lists or bytes, or more text than :data:`MOST_TEXT`.

    Examples
    --------
    >>> import io, pyarrow as pa, pyarrow.parquet as pq
    >>> stream = io.BytesIO()
    >>> pq.write_table(pa.table({"community": ["C01", "C01"], "n": [12, 14]}), stream)
    >>> source = pa.BufferReader(stream.getvalue())
    >>> with pq.ParquetFile(source) as file:
    ...     read_within_limits(file, source).to_pydict()
    {'community': ['C01', 'C01'], 'n': [12, 14]}
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema, texts = file.schema_arrow, []
    for one in schema:
        kind = one.type.value_type if pa.types.is_dictionary(one.type) else one.type
        if pa.types.is_string(kind) or pa.types.is_large_string(kind):
            texts.append(one.name)
        elif not (pa.types.is_primitive(kind) or pa.types.is_null(kind)):
            raise ValueError(f"{one.name[:60]}: {one.type}")
    if not texts:
        return file.read(use_threads=use_threads)
    _check_packed(file, texts)
    if hasattr(source, "seek"):
        source.seek(0)
    with pq.ParquetFile(source, read_dictionary=texts) as again:
        table = again.read(use_threads=use_threads)
    left = MOST_TEXT
    for name in texts:
        column = table.column(name)
        for chunk in column.chunks:
            left -= _n_bytes(chunk)
            if left < 0:
                raise ValueError(f"{name[:60]}: > {MOST_TEXT // 1_000_000} MB")
        place = table.schema.get_field_index(name)
        table = table.set_column(place, name, column.cast(pa.large_string()))
    return table.replace_schema_metadata(schema.metadata)


def _check_packed(file: Any, texts: list[str]) -> None:
    """Refuse texts that are larger than the limit before they are taken out of their coding."""
    metadata = file.metadata
    total = 0
    for group in range(metadata.num_row_groups):
        for place in range(metadata.num_columns):
            column = metadata.row_group(group).column(place)
            if column.path_in_schema in texts:
                total += column.total_uncompressed_size
    if total > MOST_TEXT:
        raise ValueError(f"> {MOST_TEXT // 1_000_000} MB")


def _n_bytes(chunk: Any) -> int:
    import pyarrow as pa
    import pyarrow.compute as pc

    if not pa.types.is_dictionary(chunk.type):
        return int(pc.sum(pc.binary_length(chunk)).as_py() or 0)
    lengths = pc.binary_length(chunk.dictionary).cast(pa.int64())
    return int(pc.sum(lengths.take(chunk.indices)).as_py() or 0)
