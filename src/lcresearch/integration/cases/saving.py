"""The matrix as a workbook, for the researcher's own folder only."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from lcresearch.errors import IntegrationError, LcresearchError, Place
from lcresearch.files import private_folder, write_whole
from lcresearch.integration.cases.matrix import CaseMatrix
from lcresearch.messages import Messages

PRIVATE = "private"


def save(matrix: CaseMatrix, path: Path, *, force: bool = False) -> Path:
    """Write the sheets ``matrix, columns, provenance, passages, gaps, unmatched``.

    Raises
    ------
    IntegrationError
        Q074: the folder is not named ``private``.
    LcresearchError
        G002: the file exists.
    """
    check_private(path)
    if path.exists() and not (force and path.is_file()):
        raise LcresearchError("G002", path=str(path))
    from lcresearch.reporting.spreadsheets import workbook_bytes

    say = Messages()
    about = {say("case_matrix.about.title"): say("case_matrix.about.confidential")}
    about |= {f"{number}.": text for number, text in enumerate(matrix.cautions(), start=1)}
    content = workbook_bytes(_sheets(matrix), about)
    private_folder(path.parent)
    return write_whole(path, content)


def check_private(path: Path) -> None:
    """Refuse a place that is not in a folder named ``private``.

    Raises
    ------
    IntegrationError
        Q074
    """
    if PRIVATE not in path.absolute().parent.parts:
        raise IntegrationError("Q074", where=Place(file=path.name), folder=str(path.parent))


def _sheets(matrix: CaseMatrix) -> dict[str, pd.DataFrame]:
    cells = matrix.provenance
    passages = cells.loc[cells["pointers"].map(len) > 0, ["case", "column", "pointers"]].explode("pointers")
    estimates = matrix.estimates.drop(columns="n")
    behind = cells.drop(columns="pointers").merge(estimates, on=["case", "column"], how="left")
    return {
        "matrix": matrix.tidy(),
        "columns": matrix.columns,
        "provenance": behind,
        "passages": passages.rename(columns={"pointers": "pointer"}).drop_duplicates(),
        "gaps": matrix.gaps,
        "unmatched": matrix.unmatched,
    }
