"""Checking a study: everything that is wrong with its files, before anything runs."""

from __future__ import annotations

import dataclasses
import datetime
from functools import partial
from typing import TYPE_CHECKING

import pandas as pd

from lcresearch.disclosure import Ledger
from lcresearch.errors import LcresearchError, Place, Problem
from lcresearch.responses.column_lines import column_lines
from lcresearch.studies import analysis, company_output
from lcresearch.studies.change_checks import change_notes
from lcresearch.studies.evidence import Material, refused
from lcresearch.studies.firm_questions import of_no_firm
from lcresearch.studies.interview_findings import check_names
from lcresearch.studies.loading import is_there
from lcresearch.studies.planned import fixed_beforehand
from lcresearch.studies.quality import rows_without_consent
from lcresearch.studies.retention import reminders

if TYPE_CHECKING:
    from lcresearch.studies.gathering import Gathered
    from lcresearch.studies.interview_reading import ReadInterviews
    from lcresearch.studies.study import Study


@dataclasses.dataclass(frozen=True)
class Checked:
    """What a check found and read.

    Attributes
    ----------
    problems : list of Problem
    lines : str
        What became of each column, for a terminal; empty when reading stopped.
    gathered : Gathered or None
        The answers, with rows of persons; None when they cannot be read.
    """

    problems: list[Problem]
    lines: str
    gathered: Gathered | None


def checked(study: Study) -> Checked:
    """As :meth:`check`, with what was read."""
    material: Material | None = None
    gathered: Gathered | None = None
    if (awaited := _awaited_before_the_first(study)) is not None:
        return Checked([*_reminders(study), *awaited], "", None)
    try:
        gathered = study.gathered()
        found, lines = list(gathered.data.problems), column_lines(gathered.data.log)
        found += _without_consent(gathered.data.log)
        scores = analysis.score(gathered.data, study.scales)
        material = study.material_of(gathered, scores, None)
        found += refused(material, Ledger(study.folder)) if material is not None else []
        found += study.monitored(gathered, scores).problems if study.file.monitoring is not None else ()
        found += _questions_of_no_firm(study, scores)
        if study.file.change is not None:
            found += change_notes(study.file.change, scores, list(study.waves), linked=study.file.recognises_persons)
    except LcresearchError as error:
        found, lines = list(error.problems), ""
    talks, wrong = _check_interviews(study)
    found += wrong
    found += company_output.check_companies(study)
    for read in (
        study.firm_questions,
        study.implementation,
        partial(fixed_beforehand, study.file, study.instruments, study.folder),
    ):
        try:
            read()
        except LcresearchError as error:
            found += error.problems
    if material is not None and not any(problem.level == "error" for problem in found):
        found += _check_integration(study, material, talks)
    return Checked([*_reminders(study), *found], lines, gathered)


def _reminders(study: Study) -> list[Problem]:
    return reminders(study.file.retention, study.file_name, datetime.date.today())


def _without_consent(log: pd.DataFrame) -> list[Problem]:
    """A note with the number of rows that do not count: a wrong column of consent shows before anything runs."""
    n = rows_without_consent(log)
    return [Problem("S145", values={"n": n})] if n else []


def _questions_of_no_firm(study: Study, scores: pd.DataFrame) -> list[Problem]:
    """Warnings on questions of firms that are not in the answers; what is wrong with the file is told elsewhere."""
    level, name = study.file.company_level, study.file.firm_questions
    if level is None or name is None:
        return []
    try:
        asked = study.firm_questions()
    except LcresearchError:
        return []
    firms = analysis.group_names(scores, level, study.file.ordered_levels).dropna().unique().tolist()
    return of_no_firm(asked, firms, name) if asked is not None else []


def _awaited_before_the_first(study: Study) -> list[Problem] | None:
    """A note on each file of answers, as long as a study with a form has none."""
    uses = study.file.responses
    if study.file.form is None or any(is_there(study.folder, use.file) for use in uses):
        return None
    return [Problem("S131", Place(file=use.file)) for use in uses]


def _check_integration(study: Study, material: Material, talks: ReadInterviews | None) -> list[Problem]:
    """What is wrong with integration.yaml."""
    if study.file.integration is None:
        return []
    from lcresearch.studies.integration import check_integration

    return check_integration(dataclasses.replace(material, talks=talks or study.interviews_read()))


def _check_interviews(study: Study) -> tuple[ReadInterviews | None, list[Problem]]:
    """The interviews, and what is wrong with them: files, attributes and coders that are named and are not there."""
    try:
        read = study.interviews_read()
        if read is not None:
            check_names(read)
    except LcresearchError as error:
        return None, list(error.problems)
    return read, list(read.problems) if read is not None else []
