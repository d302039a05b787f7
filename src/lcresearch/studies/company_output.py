"""Company reports of a run, and drawing them again later from what that run released: never a new release."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import TypeAdapter, ValidationError

from lcresearch.errors import LcresearchError, Place, Problem, StudyError, nearest
from lcresearch.files import private_folder, write_whole
from lcresearch.messages import Messages
from lcresearch.reporting.company_content import CompanyReport, CompanyReports
from lcresearch.reporting.company_files import first_pages, print_companies, save_companies, save_index
from lcresearch.reporting.content import Head, ReportContent
from lcresearch.reporting.wording import Wording
from lcresearch.studies.company_peers import OthersMean, means_of_others, packages_in
from lcresearch.studies.company_reports import Sources, company_reports, with_words
from lcresearch.studies.next_steps import read_next_steps, shipped_next_steps

if TYPE_CHECKING:
    from lcresearch.studies.study import Study

KEPT = "companies.json"
"""What the run released for companies, under ``private/``: the numbers of all of them together."""
_LARGEST = 50_000_000


@dataclass(frozen=True)
class CompanyOutput:
    """Company reports that were written.

    Attributes
    ----------
    reports : tuple of CompanyReport
    folder : Path
        The results.
    problems : tuple of Problem
        Why there are no PDF files, when they were asked for.
    """

    reports: tuple[CompanyReport, ...]
    folder: Path
    problems: tuple[Problem, ...] = ()

    def text(self) -> str:
        """Where the reports are, for a terminal."""
        say = Messages()
        pages = first_pages(self.reports, self.folder)
        lines = [say("cli.company", name=name, path=str(page)) for name, page in pages.items()]
        lines += [say("cli.companies_index", path=str(self.folder / "private" / "companies.html"))]
        return "\n".join([*(problem.text() for problem in self.problems), *lines])


def sources_of(study: Study) -> Sources:
    """What study.yaml and the files it names add to the numbers: steps, questions, who to ask, others.

    Raises
    ------
    StudyError, SynthesisError
        What is wrong with these files.
    """
    use = study.file.companies
    if use is None:
        return Sources()
    others: tuple[OthersMean, ...] = ()
    if use.evidence is not None and study.programme is not None:
        packages = packages_in(study.folder / use.evidence)
        others = means_of_others(packages, study.programme, study=study.file.id, sector=study.file.sector)
    steps = shipped_next_steps()
    if use.next_steps is not None:
        steps = read_next_steps(study.folder / use.next_steps, over_shipped=True)
    primary = study.file.change.primary if study.file.change is not None else ""
    return Sources(steps, use.contact or {}, study.firm_questions(), others, primary)


def check_companies(study: Study) -> list[Problem]:
    """What is wrong with files that only company reports need."""
    try:
        sources_of(study)
    except LcresearchError as error:
        return [one for one in error.problems if not one.code.startswith("S18")]  # questions are checked on their own
    return []


def reports_of(study: Study, content: ReportContent) -> CompanyReports | None:
    """The company reports of a study, from what its report shows; None where it asks for none."""
    if study.file.companies is None:
        return None
    return company_reports(content, study.file.company_level, sources_of(study))


def save_run(reports: CompanyReports, head: Head, folder: Path) -> None:
    """Write reports, the list for the researcher, and what is needed to draw them again."""
    save_companies(reports.reports, folder)
    private_folder(folder / "private")
    write_whole(folder / "private" / KEPT, kept_json(reports))
    save_index(reports, Wording(head, head.languages[0]), folder / "private")


def kept_json(reports: CompanyReports) -> str:
    """The reports as JSON, from which :func:`kept_reports` makes the same again."""
    return json.dumps(_ADAPTER.dump_python(reports, mode="json"), ensure_ascii=False, indent=1) + "\n"


def kept_reports(path: Path) -> CompanyReports:
    """The reports that a run kept.

    Raises
    ------
    StudyError
        S165, when there are none; S167, when they cannot be read.
    """
    if not path.is_file():
        raise StudyError("S165", path=str(path.parent.parent))
    try:
        if path.stat().st_size > _LARGEST:
            raise StudyError("S167", where=Place(file=path.name))
        return _ADAPTER.validate_json(path.read_bytes())
    except (ValidationError, RecursionError) as error:
        raise StudyError("S167", where=Place(file=path.name)) from error


_ADAPTER = TypeAdapter(CompanyReports)


def redraw_company_reports(
    study: Study,
    results: str | Path | None = None,
    *,
    organisation: str | None = None,
    pdf: bool = False,
    force: bool = False,
) -> CompanyOutput:
    """Draw company reports again from what the last run released; no answers are read and nothing more becomes known.

    Words may have changed since (questions of companies and their answers, steps, who to ask); numbers are those of the
    run.

    Parameters
    ----------
    study : Study
    results : path, optional
        Results of a run; ``results`` in the folder of the study by default.
    organisation : str, optional
        Only this company.
    pdf : bool
        Print each page to a PDF file too, by the browser that is there.
    force : bool
        Replace pages that say something else.

    Returns
    -------
    CompanyOutput

    Raises
    ------
    StudyError
        S165, when no run wrote company reports there; S166, when there is none to this company; S167, when what was
        kept cannot be read.
    ReportingError
        G002: a page says something else and ``force`` is not given.

    See also
    --------
    Study.run : Releases them.
    """
    folder = Path(results) if results is not None else study.folder / "results"
    kept = kept_reports(folder / "private" / KEPT)
    chosen = _of(kept.reports, organisation)
    sources = sources_of(study)
    reports = [with_words(one, sources) for one in chosen]
    save_companies(reports, folder, force=force)
    return printed(reports, folder, pdf=pdf)


def printed(reports: Sequence[CompanyReport], folder: Path, *, pdf: bool) -> CompanyOutput:
    """Reports that lie in a folder, with PDF files beside them where asked."""
    done = print_companies(reports, folder) if pdf else []
    problems = tuple(one.problem for one in done if one.problem is not None)
    return CompanyOutput(tuple(reports), folder, problems)


def _of(reports: Sequence[CompanyReport], organisation: str | None) -> list[CompanyReport]:
    if organisation is None:
        return list(reports)
    found = [one for one in reports if organisation in (one.name, one.folder)]
    if not found:
        known = [one.name for one in reports]
        raise StudyError("S166", name=organisation, known=known, nearest=nearest(organisation, known) or "–")
    return found
