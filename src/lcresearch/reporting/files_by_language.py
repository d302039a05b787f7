"""A result on disk: pages by language that link to each other, files that go with them, and its tables."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Protocol

import pandas as pd

from lcresearch.errors import Problem, ReportingError
from lcresearch.files import write_whole
from lcresearch.reporting.report_languages import check_languages
from lcresearch.reporting.spreadsheets import csv_and_workbook, workbook_bytes


class Page(Protocol):
    """Writes a page in one language; ``other_reports`` names the file of the same page by language."""

    def __call__(self, language: str, *, provenance: Mapping[str, str], other_reports: Mapping[str, str] | None) -> str:
        """The page as HTML."""
        ...


@dataclass(frozen=True)
class Shown:
    """One thing to show in every language.

    Attributes
    ----------
    name : str
        Of its files, without language and ending.
    page : callable
        Writes its page.
    others : mapping of str to callable
        Ending -> what makes the file of this kind in a language: ``{"docx": ...}``.
    """

    name: str
    page: Page
    others: Mapping[str, Callable[[str], str | bytes]]


@dataclass(frozen=True)
class Tables:
    """All tables for one XLSX.

    Attributes
    ----------
    name : str
        Of the file, without ending.
    frames : mapping of str to DataFrame
        By sheet; without any there is no file.
    about : mapping of str to str
        First lines of the first sheet, before version and date.
    simulated : str
        What was made up, as a sentence without its end; empty when nothing was.
    wrapped : collection of str
        Sheets of which cells hold sentences.
    """

    name: str
    frames: Mapping[str, pd.DataFrame]
    about: Mapping[str, str]
    simulated: str = ""
    wrapped: Collection[str] = ()


def write_by_language(
    shown: Sequence[Shown],
    tables: Tables,
    folder: str | Path,
    languages: Sequence[str],
    *,
    date: datetime.date | None,
    force: bool,
) -> list[Path]:
    """Write pages, the files that go with them, and all tables as XLSX in a folder, beside what is there already.

    Pages come first, and those in the first language have no language in their name. Without a date they are of today.

    Raises
    ------
    ReportingError
        G002: a file exists and ``force`` is not given; P002: a language without texts. Nothing was written.
    """
    check_languages(languages)
    provenance = made_now(date)
    pages: dict[str, str | bytes] = {}
    files: dict[str, str | bytes] = {}
    for one in shown:
        names = page_names(one.name, languages)
        for language, name in names.items():
            pages[name] = one.page(language, provenance=provenance, other_reports=linked(names))
            files |= {f"{one.name}.{language}.{ending}": make(language) for ending, make in one.others.items()}
    if tables.frames:
        about = {**tables.about, **provenance, **simulated_line(tables.simulated)}
        files[f"{tables.name}.xlsx"] = workbook_bytes(tables.frames, about, wrapped=tables.wrapped)
    return write_beside(pages | files, Path(folder), force=force)


def page_names(name: str, languages: Sequence[str]) -> dict[str, str]:
    """File name of a page by language: the first has none in it.

    Examples
    --------
    >>> page_names("logic_model", ["nl", "en"])
    {'nl': 'logic_model.html', 'en': 'logic_model.en.html'}
    """
    return {
        language: f"{name}.{language}.html" if n else f"{name}.html"
        for n, language in enumerate(dict.fromkeys(languages))
    }


def linked(names: Mapping[str, str]) -> Mapping[str, str] | None:
    """The files that a page links to: none where it is in one language only."""
    return names if len(names) > 1 else None


def made_now(date: datetime.date | None) -> dict[str, str]:
    """By which version and on what day something is made; today where no day is given.

    Examples
    --------
    >>> made_now(datetime.date(2026, 3, 5))["date"]
    '2026-03-05'
    """
    return {"version": version("lcresearch"), "date": (date or datetime.date.today()).isoformat()}


def simulated_line(what: str) -> dict[str, str]:
    """The line that tells on the first sheet what was made up; none where nothing was.

    Examples
    --------
    >>> simulated_line("these cards are invented")
    {'simulated': 'yes: these cards are invented'}
    """
    return {"simulated": f"yes: {what}"} if what else {}


def table_files(
    tables: Mapping[str, pd.DataFrame], about: Mapping[str, str], *, workbook: str = "tables"
) -> dict[str, str | bytes]:
    """Tables as files by name: a CSV each, and one XLSX with all of them."""
    return csv_and_workbook(tables, about, workbook)


def write_beside(files: Mapping[str, str | bytes], folder: Path, *, force: bool = False) -> list[Path]:
    """Write files in a folder where others may lie already, each whole.

    Raises
    ------
    ReportingError
        G002: one of them exists and ``force`` is not given; nothing was written.
    """
    paths = {folder / name: content for name, content in files.items()}
    existing = [Problem("G002", values={"path": str(path)}) for path in paths if path.exists()]
    if existing and not force:
        raise ReportingError(existing)
    folder.mkdir(parents=True, exist_ok=True)
    return [write_whole(path, content) for path, content in paths.items()]
