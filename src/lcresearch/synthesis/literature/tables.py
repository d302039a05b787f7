"""Tables that people fill in: written safely, read back with the number of each row."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache, partial
from pathlib import Path
from typing import Any

import pandas as pd
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from lcresearch.disclosure.neutralise import STARTS_FORMULA
from lcresearch.errors import InterviewError, Place, Problem, SynthesisError
from lcresearch.interviews import table_files
from lcresearch.interviews.transcripts.tables import open_table
from lcresearch.messages import LANGUAGES, Messages

_NO_TEXT = {"V060": "empty", "V061": "not_text", "V062": "damaged"}
_WIDEST, _WIDTH_ROWS, _SPARE_ROWS = 60, 200, 200
_LONGEST_LIST = 250


def write_table(
    table: pd.DataFrame,
    path: Path,
    *,
    sheet: str,
    force: bool = False,
    choices: Mapping[str, Sequence[str]] | None = None,
) -> Path:
    """Write a table as ``.csv`` or ``.xlsx``, whole or not at all, with no text that runs as a formula.

    In a workbook the cells of a column in ``choices`` offer these words, and widths fit the texts.

    Raises
    ------
    SynthesisError
        G002: the file exists; G004: it cannot be written; V035: another ending.
    """
    try:
        dress = partial(_dressed, table=table, choices=choices or {})
        return table_files.write_table(table, path, sheet=sheet, force=force, dress=dress)
    except InterviewError as error:
        raise SynthesisError(error.problems) from None


def _dressed(book: Any, *, table: pd.DataFrame, choices: Mapping[str, Sequence[str]]) -> None:
    """Lists to choose from, and columns wide enough to read in."""
    sheet = book.active
    for place, name in enumerate(map(str, table.columns), start=1):
        letter = get_column_letter(place)
        longest = max([len(name), *(len(str(value)) for value in table[name].head(_WIDTH_ROWS))])
        sheet.column_dimensions[letter].width = min(longest + 2, _WIDEST)
        words = ",".join(choices.get(name, ()))
        if words and len(words) <= _LONGEST_LIST:
            offered = DataValidation(type="list", formula1=f'"{words}"', allow_blank=True, showErrorMessage=False)
            sheet.add_data_validation(offered)
            offered.add(f"{letter}2:{letter}{max(len(table), 1) + _SPARE_ROWS}")


def read_table(path: str | Path) -> pd.DataFrame:
    """A table as texts, indexed by the number of the row; empty cells are empty texts.

    The apostrophe that keeps a text from running as a formula is taken off again.

    Raises
    ------
    SynthesisError
        G001: no such file; Y092, V063 and V240 to V243: it cannot be read.
    """
    try:
        frame = open_table(Path(path)).frame
    except InterviewError as error:
        raise SynthesisError(_told(problem) for problem in error.problems) from None
    return frame.astype(object).where(frame.notna(), "").map(lambda cell: _as_typed(str(cell)))


def _told(problem: Problem) -> Problem:
    """A problem of a table in words that fit a form; those of rows, cells and workbooks do already."""
    reason = _NO_TEXT.get(problem.code)
    return problem if reason is None else unreadable(reason, problem.where)


def unreadable(reason: str, where: Place) -> Problem:
    """That a file is ``empty``, ``not_text`` or ``damaged``."""
    texts = {language: Messages(language)(f"synthesis.literature.unreadable.{reason}") for language in LANGUAGES}
    return Problem("Y092", where, {"reason": texts})


def _as_typed(cell: str) -> str:
    cell = cell.strip()
    return cell[1:] if cell[:1] == "'" and cell[1:].startswith(STARTS_FORMULA) else cell


def plain_name(text: str) -> str:
    """A name as it is compared: lower case, no accents, one space for anything that is no letter or digit.

    Examples
    --------
    >>> plain_name(" Source_Title "), plain_name("Publicatiejaar:")
    ('source title', 'publicatiejaar')
    """
    letters = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii").lower()
    return " ".join(re.findall(r"[a-z0-9]+", letters))


def named_columns(
    frame: pd.DataFrame, names: Mapping[str, Sequence[str]], needed: Sequence[str], file: str | None
) -> pd.DataFrame:
    """The frame with our names for the columns that go by any of the known names, the first found; others keep theirs.

    Our own name comes first, unless it stands among the known ones.

    Raises
    ------
    SynthesisError
        Y098: a column that is needed is not there.
    """
    found: dict[str, str] = {}
    for ours, known in names.items():
        wanted = [plain_name(name) for name in (known if ours in known else (ours, *known))]
        columns = sorted(
            (c for c in frame.columns if plain_name(c) in wanted), key=lambda c: wanted.index(plain_name(c))
        )
        free = [column for column in columns if column not in found]
        if free:
            found[free[0]] = ours
    missing = [name for name in needed if name not in found.values()]
    if missing:
        known = [str(column) for column in frame.columns]
        raise SynthesisError(Problem("Y098", Place(file=file, column=name), {"known": known}) for name in missing)
    rest = {column: f"{column} (2)" for column in frame.columns if column not in found and column in found.values()}
    return frame.rename(columns=found | rest)


@cache
def words_of(group: str, codes: tuple[str, ...]) -> dict[str, str]:
    """Every word that stands for a code, in any language, as it is compared: ``{"opnemen": "include"}``."""
    found = {plain_name(code): code for code in codes}
    for language in LANGUAGES:
        say = Messages(language)
        found |= {plain_name(say(f"synthesis.literature.{group}.{code}")): code for code in codes}
    return found


def names_of_columns(names: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """What the columns of a form are called in each language, by our name."""
    return {name: tuple(column_title(name, language) for language in LANGUAGES) for name in names}


def column_title(name: str, language: str | None) -> str:
    """What a column of a form is called."""
    return Messages(language)(f"synthesis.literature.column.{name}")


def word_of(group: str, code: str, language: str | None) -> str:
    """The word for a code in a form."""
    return Messages(language)(f"synthesis.literature.{group}.{code}")
