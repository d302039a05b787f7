"""Choosing the reader of a file by the end of its name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from lcresearch.errors import Place, ResponsesError
from lcresearch.responses.formats.delimited import open_delimited
from lcresearch.responses.formats.excel import open_excel
from lcresearch.responses.formats.json_records import open_json
from lcresearch.responses.formats.limesurvey_archive import open_archive
from lcresearch.responses.formats.parquet import open_parquet
from lcresearch.responses.formats.statistical import open_spss, open_stata
from lcresearch.responses.tables import OpenFile

READERS: dict[str, Callable[[Path], OpenFile]] = {
    ".csv": open_delimited,
    ".tsv": open_delimited,
    ".txt": open_delimited,
    ".xlsx": open_excel,
    ".xlsm": open_excel,
    ".sav": open_spss,
    ".zsav": open_spss,
    ".dta": open_stata,
    ".parquet": open_parquet,
    ".lsa": open_archive,
    ".json": open_json,
    ".jsonl": open_json,
    ".ndjson": open_json,
}
NOT_ANSWERS: dict[str, str] = {".qsf": "R110", ".lss": "R101", ".lsg": "R101", ".lsq": "R101"}
NOT_ANSWERS |= {".zip": "R208", ".xls": "R209", ".ods": "R209"}
NOT_ANSWERS |= dict.fromkeys(
    (
        ".vtt",
        ".srt",
        ".docx",
        ".doc",
        ".odt",
        ".rtf",
        ".pdf",
        ".md",
        ".qdpx",
        ".qdc",
        ".qde",
        ".lccoding",
        ".nvp",
        ".mx24",
    ),
    "R112",
)
"""Files that are not read as they are, by the end of their name, with the code that says what to do with them."""


def open_file(path: str | Path, header_rows: int = 1) -> OpenFile:
    """Open a file with answers; ``answers.xlsx#Sheet2`` names a sheet of a workbook.

    Parameters
    ----------
    path : str or Path
    header_rows : int
        Rows above the answers, for text files and workbooks; the others keep names apart.

    Raises
    ------
    ResponsesError
        G001 if there is no such file, R003 if its kind is not known, a code of :data:`NOT_ANSWERS` if its kind never
        holds answers; see the readers for what else they refuse.
    """
    given = Path(path)
    file, sheet = (given, None) if given.exists() else _sheet_of(given)
    if not file.is_file():
        raise ResponsesError("G001", path=str(path))
    suffix = file.suffix.lower()
    if suffix in NOT_ANSWERS:
        raise ResponsesError(NOT_ANSWERS[suffix], where=Place(file=file.name), suffix=suffix)
    if suffix not in READERS:
        raise ResponsesError("R003", where=Place(file=file.name), suffix=suffix or "–", known=list(READERS))
    if READERS[suffix] is open_excel:
        return open_excel(file, sheet, header_rows)
    if READERS[suffix] is open_delimited:
        return open_delimited(file, header_rows)
    return READERS[suffix](file)


def _sheet_of(path: Path) -> tuple[Path, str | None]:
    name, mark, sheet = path.name.rpartition("#")
    if mark and Path(name).suffix.lower() in (".xlsx", ".xlsm"):
        return path.with_name(name), sheet
    return path, None
