"""Company reports on disk: a folder for each company, and for the researcher alone a list of them and what is kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from lcresearch.files import private_folder, write_whole
from lcresearch.messages import LANGUAGES, Messages
from lcresearch.pdf_printing import Printed, print_to_pdf
from lcresearch.reporting.company_content import CompanyReport, CompanyReports
from lcresearch.reporting.company_page import render_company
from lcresearch.reporting.files_by_language import linked, write_beside
from lcresearch.reporting.html import render_page
from lcresearch.reporting.wording import Wording, clean

FOLDER, INDEX = "companies", "companies.html"
_NAMES = {"nl": "rapport", "en": "report.en"}


def company_names(languages: Sequence[str], ending: str = "html") -> dict[str, str]:
    """File name of a company report by language.

    Examples
    --------
    >>> company_names(["nl", "en"])
    {'nl': 'rapport.html', 'en': 'report.en.html'}
    """
    return {language: f"{_NAMES[language]}.{ending}" for language in languages}


def company_pages(report: CompanyReport) -> dict[str, str]:
    """The pages of a company by file name."""
    names = company_names(report.head.languages)
    return {name: render_company(report, language, other_reports=linked(names)) for language, name in names.items()}


def save_companies(reports: Sequence[CompanyReport], folder: Path, *, force: bool = False) -> list[Path]:
    """Write the pages of companies, each in its own folder below ``companies`` in ``folder``.

    Pages that are there already and say the same are left as they are.

    Raises
    ------
    ReportingError
        G002: a page says something else and ``force`` is not given; nothing was written.
    """
    pages: dict[str, str | bytes] = {f"{report.folder}/{name}": page
                                     for report in reports for name, page in company_pages(report).items()}  # fmt: skip
    target = folder / FOLDER
    changed = {name: page for name, page in pages.items() if not _says(target / name, page)}
    for report in reports:
        (target / report.folder).mkdir(parents=True, exist_ok=True)
    write_beside(changed, target, force=force)
    readme = "\n\n".join(f"{Messages(language)('company.folder.readme')}" for language in LANGUAGES)
    write_whole(target / "README.txt", readme + "\n")
    return [target / name for name in pages]


def _says(path: Path, page: str | bytes) -> bool:
    content = page.encode("utf-8") if isinstance(page, str) else page
    return path.is_file() and path.read_bytes() == content


def print_companies(reports: Sequence[CompanyReport], folder: Path) -> list[Printed]:
    """Print the pages of companies to PDF files beside them, until the browser turns out not to be there."""
    done: list[Printed] = []
    for report in reports:
        place = folder / FOLDER / report.folder
        pages, prints = company_names(report.head.languages), company_names(report.head.languages, "pdf")
        for language, name in pages.items():
            done.append(print_to_pdf(place / name, place / prints[language]))
            if not done[-1]:
                return done
    return done


def save_index(reports: CompanyReports, say: Wording, folder: Path) -> Path:
    """Write the list for the researcher: who has a report, who has none, and what can be done for them."""
    names = company_names([say.language] if say.language in say.head.languages else say.head.languages)
    name = next(iter(names.values()))
    listed = [(_named(one.name, one.parent), f"../{FOLDER}/{one.folder}/{name}", one.folder) for one in reports.reports]
    without = [_named(one.name, one.parent) for one in reports.without]
    page = render_page(
        "company_index.html.j2", say, None, head=say.head, company=_Said(say), listed=listed, without=without
    )
    private_folder(folder)
    return write_whole(folder / INDEX, page)


class _Said:
    """Texts of company reports."""

    def __init__(self, say: Wording) -> None:
        self._say = say

    def __call__(self, key: str, **values: object) -> str:
        return self._say.messages(f"company.{key}", **values)


def _named(name: str, parent: str) -> str:
    return clean(f"{name} ({parent})" if parent else name)


def first_pages(reports: Sequence[CompanyReport], folder: Path) -> Mapping[str, Path]:
    """By company, its page in the first language."""
    return {
        _named(one.name, one.parent): folder
        / FOLDER
        / one.folder
        / next(iter(company_names(one.head.languages).values()))
        for one in reports
    }
