"""The thinking model and design principles that integration.yaml names: read, filled with results, and written."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from pathlib import Path

from lcresearch.declared_files import problems_of_files
from lcresearch.disclosure import REPORT, Ledger, Policy
from lcresearch.errors import IntegrationError, Problem
from lcresearch.integration import (
    DesignPrinciples,
    ElementsOfBothKinds,
    LogicModel,
    design_principles,
    logic_model,
    read_logic_model,
    read_principles,
)
from lcresearch.integration.plan.model import IntegrationFile
from lcresearch.interviews import Project
from lcresearch.reporting.logic_model_files import write_logic_model
from lcresearch.reporting.principles_files import write_design_principles
from lcresearch.synthesis import Synthesis


def models_of(
    plan: IntegrationFile,
    folder: Path,
    *,
    synthesis: Synthesis | None = None,
    elements: ElementsOfBothKinds | None = None,
    project: Project | None = None,
    policy: Policy | None = REPORT,
    ledger: Ledger | None = None,
) -> tuple[LogicModel | None, DesignPrinciples | None]:
    """The logic model and the principles with their evidence; None for what the plan does not name.

    Parameters
    ----------
    plan : IntegrationFile
    folder : Path
        Of the study: the files are named from there.
    synthesis : Synthesis, optional
    elements : ElementsOfBothKinds, optional
        As it may be shared, or the researcher's own.
    project : Project, optional
        Coded interviews.
    policy : Policy, optional
        What may be shown of them; None for the researcher's own folder.
    ledger : Ledger, optional
        What went out earlier; what goes out now is staged in it.

    Raises
    ------
    IntegrationError
        What is wrong with either file: Q210 to Q232.
    """
    model = None
    if plan.logic_model is not None:
        model = logic_model(
            folder / plan.logic_model,
            syntheses={} if synthesis is None else {synthesis.programme.id: synthesis},
            elements=elements,
            projects=() if project is None else project,
            policy=policy,
            ledger=None if policy is None else ledger,
            missing="note",
        )
    if plan.principles is None:
        return model, None
    table = elements if elements is not None else synthesis
    return model, design_principles(folder / plan.principles, logic_model=model, elements=table)


def check_models(plan: IntegrationFile, folder: Path) -> list[Problem]:
    """What is wrong with the files of the thinking model and the principles, before anything runs."""
    return problems_of_files(
        [(plan.logic_model, read_logic_model), (plan.principles, read_principles)], folder, error=IntegrationError
    )


def save_models(
    model: LogicModel | None,
    principles: DesignPrinciples | None,
    folder: Path,
    *,
    languages: Sequence[str],
    date: datetime.date | None = None,
) -> list[Path]:
    """Write pages, figures and tables of what is there."""
    found: list[Path] = []
    if model is not None:
        found += write_logic_model(model, folder, languages, date=date)
    if principles is not None:
        found += write_design_principles(principles, folder, languages, date=date)
    return found
