"""What integration writes for the researcher alone: under ``private/``, never beside the pages."""

from __future__ import annotations

from pathlib import Path

from lcresearch.errors import IntegrationError, Place
from lcresearch.files import write_whole
from lcresearch.integration import Convergence, Judgement, Voices, joint_display, judgement_form, read_judgements
from lcresearch.reporting.save import report_names
from lcresearch.reporting.spreadsheets import csv_bytes
from lcresearch.studies.integration_material import IntegrationMaterial

MATRIX, SCORES, JUDGEMENTS = "case-matrix.xlsx", "cases-by-score", "judgements.xlsx"


def save_private(
    found: IntegrationMaterial, voices: Voices | None, agreement: Convergence | None, folder: Path
) -> None:
    """Write the case matrix, cases by score with what was said, voices by case, and a form for judgements.

    Parameters
    ----------
    found : IntegrationMaterial
    voices : Voices or None
        The researcher's own version.
    agreement : Convergence or None
    folder : Path
        It is called ``private``.
    """
    found.matrix.save(folder / MATRIX)
    if voices is None or found.project is None:
        return
    write_whole(folder / f"voices-by-{found.plan.case}.csv", csv_bytes(voices.by_case))
    scales = [f"{name}_change" for name in (one.score for one in found.programme.outcomes.values())]
    value = next((name for name in scales if name in found.matrix.frame), None)
    if value is not None:
        titles = {name: one.title for name, one in found.programme.elements.items()}
        display = joint_display(
            found.matrix, found.project, kind="cases_by_score", elements=found.elements, voices=voices,
            by=found.plan.case, value=value, titles=titles, releases=found.releases,
            simulated=found.material.file.simulated,
        )  # fmt: skip
        for language, name in report_names(found.programme.languages).items():
            display.to_html(folder / name.replace("report", SCORES, 1), language)
    if agreement is not None:
        judgement_form(agreement, folder / JUDGEMENTS)


def keep_filled_forms(folder: Path, judgements: Path | None) -> None:
    """Refuse to replace a form of an earlier integration with judgements that nothing else holds.

    Parameters
    ----------
    folder : Path
        With earlier output.
    judgements : Path, optional
        File with the judgements of the study.

    Raises
    ------
    IntegrationError
        Q168: it was filled in, and ``judgements`` does not hold what it says.
    """
    form = folder / "private" / JUDGEMENTS
    if not form.is_file():
        return
    try:
        filled = {_said(one) for one in read_judgements(form)}
        kept = set() if judgements is None else {_said(one) for one in read_judgements(judgements)}
        itself = judgements is not None and form.samefile(judgements)
        lost = bool(filled) if itself else not filled <= kept
    except IntegrationError:
        lost = True
    if lost:
        raise IntegrationError("Q168", where=Place(file=JUDGEMENTS), path=f"private/{JUDGEMENTS}", file=JUDGEMENTS)


def _said(one: Judgement) -> tuple[str, ...]:
    return one.element, one.outcome, one.judgement, one.by, one.date, one.because
