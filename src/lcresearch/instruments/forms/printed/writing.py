"""All files of a form on paper."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

from lcresearch.errors import Problem
from lcresearch.instruments.forms.model import FormFiles, Questionnaire
from lcresearch.instruments.forms.paper_layout import PaperForm, paper_forms
from lcresearch.instruments.forms.paper_limits import paper_problems
from lcresearch.instruments.forms.printed.entry_workbook import entry_workbook
from lcresearch.instruments.forms.printed.page import page
from lcresearch.pdf_printing import Printed, print_to_pdf


def write(form: Questionnaire, languages: Sequence[str]) -> FormFiles:
    """A page to print a language and version, a PDF of each when there is a browser, and a workbook to type answers in.

    Parameters
    ----------
    form : Questionnaire
    languages : sequence of str

    Returns
    -------
    FormFiles
        ``.nl.html`` and ``.nl.pdf``, or ``.nl.A.html`` where respondents get different questions; ``.entry.xlsx``.
        Problems: F070 no random order, F071 versions to hand out in turn, F072 nothing stops who does not take part,
        G050 to G053 no PDF.
    """
    sheets = [one for language in languages for one in paper_forms(form, language)]
    made = pages(sheets)
    pdfs, problems = _pdfs(form.id, made)
    workbook = {".entry.xlsx": entry_workbook(form, languages[0])}
    return FormFiles({**made, **pdfs, **workbook}, (*paper_problems(form), *problems))


def pages(sheets: Sequence[PaperForm]) -> dict[str, bytes]:
    """The page to print of each language and version, by the ending of its file."""
    return {f"{_ending(one)}.html": page(one).encode("utf-8") for one in sheets}


def _ending(sheet: PaperForm) -> str:
    return f".{sheet.language}.{sheet.version}" if sheet.version else f".{sheet.language}"


def _pdfs(name: str, pages: dict[str, bytes]) -> tuple[dict[str, bytes], list[Problem]]:
    """A PDF of each page; after the first that fails no other is tried, as the reason is the same."""
    made: dict[str, bytes] = {}
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        for ending, content in pages.items():
            file = Path(folder) / f"{name}{ending}"
            file.write_bytes(content)
            printed: Printed = print_to_pdf(file, file.with_suffix(".pdf"))
            if printed.problem is not None:
                values = {**printed.problem.values, "page": file.name}
                return made, [Problem(printed.problem.code, printed.problem.where, values)]
            made[f"{ending.removesuffix('.html')}.pdf"] = file.with_suffix(".pdf").read_bytes()
    return made, []
