"""Records out of the files that databases and reference managers write."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from lcresearch.errors import Place, Problem, SynthesisError
from lcresearch.responses.log import Log
from lcresearch.responses.tables import shown
from lcresearch.synthesis.literature.records import COLUMNS, FOUND_BY, Records, as_records
from lcresearch.synthesis.literature.tables import named_columns, plain_name, read_table, unreadable
from lcresearch.synthesis.literature.tagged import entries, kind_of
from lcresearch.synthesis.literature.tags import plain_doi, plain_year, record_of
from lcresearch.text_encoding import UnreadableTextError, scan

MAX_BYTES = 128 * 2**20
MAX_RECORDS = 200_000
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x85\u2028\u2029]")
_SAMPLE = 2**20
_TABLES = (".csv", ".tsv", ".xlsx")

COLUMN_NAMES = {
    "record": (),
    "type": ("document type", "item type", "publication type", "type document", "soort"),
    "title": ("titel", "article title", "document title", "primary title", "publication title article"),
    "authors": ("author", "auteurs", "auteur", "author s", "author full names", "schrijver", "schrijvers"),
    "year": ("jaar", "publication year", "publicatiejaar", "jaar van publicatie", "year of publication", "py"),
    "source": (
        "source title", "publication title", "journal", "journal book", "journal title", "tijdschrift",
        "publication name", "secondary title", "container title", "source", "bron",
    ),
    "volume": ("jaargang", "vol"),
    "issue": ("nummer", "number", "aflevering", "no"),
    "pages": ("paginas", "pagina s", "page range"),
    "doi": ("digital object identifier", "doi link"),
    "abstract": ("samenvatting", "abstract note", "summary"),
    "keywords": ("author keywords", "trefwoorden", "sleutelwoorden", "manual tags", "tags"),
    "url": ("link", "webadres", "urls"),
    "language": ("language of original document", "taal"),
    "database": ("database", "databank", "source database", "database name", "source"),
    "accession": ("pmid", "eid", "ut unique wos id", "accession number"),
    "found_by": ("gevonden via",),
}  # fmt: skip


def read_records(
    path: str | Path | Sequence[str | Path],
    *,
    database: str | None = None,
    found_by: str | Mapping[str, str] | None = None,
) -> Records:
    r"""Read records of literature from RIS, PubMed (nbib), Web of Science (tagged), CSV or a workbook.

    Which kind a file is, is seen from its content. Nothing is dropped or changed without a line in the log: records
    that are never closed, lines outside of records, control characters, years that are none.

    Parameters
    ----------
    path : str, Path or several
        Several files make one set; records are numbered over them, in this order.
    database : str, optional
        Where the records come from, for the PRISMA flow. By default what the record says, else the name of the file.
    found_by : str or mapping, optional
        ``database`` (unless the file says otherwise), ``register``, ``website``, ``organisation``, ``citation`` or
        ``other``; of all files, or by name of the file.

    Returns
    -------
    Records

    Raises
    ------
    SynthesisError
        G001, Y092, V063, V240 to V243: a file that cannot be read; Y090: it is too large; Y091: no records in it;
        Y099: another way of finding; Y098: a table without titles. Problems of all files together.

    Examples
    --------
    >>> from tempfile import mkdtemp
    >>> file = Path(mkdtemp()) / "scopus.ris"
    >>> _ = file.write_text("TY  - JOUR\nAU  - Vries, A. de\nTI  - Leren in het mkb\nPY  - 2021\nER  - \n")
    >>> read_records(file).frame[["record", "authors", "year", "database"]].to_dict("records")
    [{'record': 'r0001', 'authors': 'Vries, A. de', 'year': 2021, 'database': 'scopus'}]
    """
    paths = [Path(path)] if isinstance(path, str | Path) else [Path(each) for each in path]
    ways = dict(found_by) if isinstance(found_by, Mapping) else {file.name: found_by for file in paths if found_by}
    unknown = [way for way in ways.values() if way not in FOUND_BY]
    if unknown:
        raise SynthesisError("Y099", column="found_by", value=unknown[0], known=list(FOUND_BY))
    rows: list[dict[str, Any]] = []
    logs: list[Log] = []
    problems: list[Problem] = []
    for file in paths:
        log = Log(file.name)
        logs.append(log)
        try:
            found = _rows_of(file, log)
        except SynthesisError as error:
            problems += error.problems
            continue
        for row in found:
            row["file"] = row.get("file") or file.name
            row["database"] = database or row.get("database") or file.stem
            row["found_by"] = ways.get(file.name) or row.get("found_by") or FOUND_BY[0]
        rows += found
    if not paths:
        problems.append(Problem("Y091", values={"found": "–"}))
    if problems:
        raise SynthesisError(problems)
    frame = as_records(rows)
    log_frame = pd.concat([log.frame().drop(columns=["item"]) for log in logs], ignore_index=True)
    return Records(frame, log_frame, tuple(problem for log in logs for problem in log.problems))


def _rows_of(path: Path, log: Log) -> list[dict[str, Any]]:
    if not path.is_file():
        raise SynthesisError("G001", path=path.as_posix())
    if path.stat().st_size > MAX_BYTES:
        raise SynthesisError("Y090", where=Place(file=path.name), limit=MAX_BYTES // 2**20, records=MAX_RECORDS)
    rows = None if path.suffix.lower() in _TABLES else _tagged_rows(path, log)
    rows = _table_rows(path, log) if rows is None else rows
    if not rows:
        raise SynthesisError("Y091", where=Place(file=path.name), found=path.suffix or "–")
    if len(rows) > MAX_RECORDS:
        raise SynthesisError("Y090", where=Place(file=path.name), limit=MAX_BYTES // 2**20, records=MAX_RECORDS)
    return [_checked(row, log) for row in rows]


def _tagged_rows(path: Path, log: Log) -> list[dict[str, Any]] | None:
    """Rows of a file with a tag a line; None when it is none."""
    text = _text_of(path, log)
    kind = kind_of(text[:_SAMPLE])
    if kind is None:
        return None
    return [record_of(entry, kind) for entry in entries(text, kind, log)]


def _text_of(path: Path, log: Log) -> str:
    try:
        found = scan(path, control_characters=True)
    except UnreadableTextError as error:
        raise SynthesisError(unreadable(error.reason, Place(file=path.name))) from error
    text = path.read_bytes().decode(found.encoding).removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    clean, n = _CONTROL.subn(" ", text)
    if n:
        line = text[: next(_CONTROL.finditer(text)).start()].count("\n") + 1
        log.add("Y093", "changed", row=line, n=n)
    return clean


def _table_rows(path: Path, log: Log) -> list[dict[str, Any]]:
    frame = read_table(path)
    named = named_columns(frame, COLUMN_NAMES, ["title"], path.name)
    extra = [str(name) for name in named.columns if name not in COLUMNS]
    if {"page start", "page end"} <= {plain_name(name) for name in extra} and "pages" not in named:
        start, end = (next(n for n in extra if plain_name(n) == f"page {side}") for side in ("start", "end"))
        named["pages"] = [f"{a}-{b}".strip("-") for a, b in zip(named[start], named[end], strict=True)]
        extra = [name for name in extra if name not in (start, end)]
    return [
        _row_of(int(number), cells, extra, log)
        for number, cells in zip(named.index, named.to_dict("records"), strict=True)
    ]


def _row_of(number: int, cells: dict[Any, Any], extra: Sequence[str], log: Log) -> dict[str, Any]:
    ours = all(name in cells for name in ("record", "file", "line"))  # a file that Records.write made
    row: dict[str, Any] = {
        name: cells[name] for name in COLUMNS if name in cells and (ours or name not in ("file", "line"))
    }
    row["line"] = int(row["line"]) if ours and row["line"].isdigit() else number
    row["year_text"] = row.get("year", "")
    row["year"] = plain_year(row["year_text"])
    row["doi"] = plain_doi(row.get("doi", "")) or plain_doi(row.get("url", ""))
    if row.get("found_by", "") not in ("", *FOUND_BY):
        log.add(
            "Y097", "changed", row=number, column="found_by", value=row["found_by"], found=shown(row["found_by"], 40)
        )
        row["found_by"] = ""
    rest = [[name, cells[name]] for name in extra if cells[name] and name not in ("file", "line")]
    row["other"] = cells["other"] if cells.get("other") else json.dumps(rest, ensure_ascii=False) if rest else ""
    return row


def _checked(row: dict[str, Any], log: Log) -> dict[str, Any]:
    """A row whose year was read, with a line for what could not be read."""
    written = row.pop("year_text")
    if written and row["year"] is None:
        log.add("Y097", "changed", row=row["line"], column="year", value=written, found=shown(written, 40))
    if not row.get("title"):
        log.add("Y096", "kept", row=row["line"], record=shown(row.get("authors", "") or row.get("doi", "") or "–", 40))
    return row


def records_of(frame: pd.DataFrame) -> Records:
    """Records of a frame that has at least titles; other columns may be missing.

    Parameters
    ----------
    frame : DataFrame
        A row a record. A DOI may be written as an address or in capitals.

    Returns
    -------
    Records

    Raises
    ------
    SynthesisError
        Y098: there is no column ``title``.

    See also
    --------
    read_records : Records of files of databases.
    """
    if "title" not in frame:
        raise SynthesisError("Y098", where=Place(column="title"), known=[str(name) for name in frame])
    rows = frame.astype(object).where(frame.notna(), None).to_dict("records")
    given = [{str(k): v for k, v in row.items() if v is not None} for row in rows]
    for row in given:
        row["doi"] = plain_doi(str(row.get("doi", ""))) or row.get("doi", "")
    return Records(as_records(given), Log("").frame())


def only(records: Records, frame: pd.DataFrame) -> Records:
    """The same records with another frame."""
    return dataclasses.replace(records, frame=frame.reset_index(drop=True))
