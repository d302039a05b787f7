"""Practice and transfer cards, and reporting checklists, as part of bringing numbers and interviews together."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from lcresearch.declared_files import problems_of_files
from lcresearch.errors import IntegrationError, Problem
from lcresearch.integration import Convergence, ElementsOfBothKinds, cards, read_cards, read_checklists
from lcresearch.integration.checklists import reporting_checklists
from lcresearch.integration.elements.comparing import CaseComparisons
from lcresearch.integration.plan.model import IntegrationFile
from lcresearch.messages import LANGUAGES, Messages
from lcresearch.reporting.card_files import write_cards
from lcresearch.reporting.checklist_files import write_checklists
from lcresearch.reporting.files_by_language import page_names
from lcresearch.reporting.wording import in_language
from lcresearch.studies.integration_material import IntegrationMaterial
from lcresearch.studies.integration_pages import FurtherPage
from lcresearch.studies.kept_facts import kept_facts
from lcresearch.studies.study_facts import integration_facts

RESULTS = "results"
_NOTHING_LEFT = "Q248"
_ON_PAGES = ("effects_and_voices", "convergence")
"""Joint displays that pages of elements hold."""


def save_cards(
    found: IntegrationMaterial,
    both: ElementsOfBothKinds,
    folder: Path,
    date: datetime.date,
    *,
    confidential: bool = False,
) -> list[FurtherPage]:
    """Write the cards that the plan names: shared ones by the rules of a report, or all of them for the researcher.

    Where no card may be shared, none are written.

    Raises
    ------
    IntegrationError
        What is wrong with cards.yaml.
    """
    if found.plan.cards is None:
        return []
    languages = list(found.programme.languages)
    try:
        made = cards(
            found.material.folder / found.plan.cards,
            both,
            programme=found.programme,
            persons=_persons(found),
            policy=None if confidential else found.policy,
        )
    except IntegrationError as error:
        if confidential or error.problems[-1].code != _NOTHING_LEFT:
            raise
        return []
    write_cards(made, folder, languages, date=date)
    return [FurtherPage(_named("card", one.title), page_names(f"card_{one.name}", languages)) for one in made.cards]


def save_checklists(
    found: IntegrationMaterial,
    both: ElementsOfBothKinds,
    agreement: Convergence | None,
    compared: CaseComparisons,
    folder: Path,
    date: datetime.date,
) -> list[FurtherPage]:
    """Write reporting checklists, when the study has run: its facts lie in ``results``.

    Raises
    ------
    IntegrationError
        What is wrong with checklists.yaml; Q267: facts.json is not one that a run writes.
    """
    facts = kept_facts(found.material.folder / RESULTS)
    if facts is None:
        return []
    together = integration_facts(
        found.plan,
        convergence=agreement,
        displays=_ON_PAGES if agreement is not None else (),
        qca=compared.analyses,
        elements=both,
    )
    plan, languages = found.plan, list(found.programme.languages)
    written = found.material.folder / plan.checklists if plan.checklists is not None else None
    lists = reporting_checklists(dataclasses.replace(facts, integration=together), written)
    write_checklists(list(lists.values()), folder, languages, date=date)
    return [
        FurtherPage(_named("checklist", one.titles), page_names(f"checklist_{name}", languages))
        for name, one in lists.items()
    ]


def check_cards(plan: IntegrationFile, folder: Path) -> list[Problem]:
    """What is wrong with the files of cards and checklists, before anything runs."""
    return problems_of_files(
        [(plan.cards, read_cards), (plan.checklists, read_checklists)], folder, error=IntegrationError
    )


def _named(key: str, title: Mapping[str, str]) -> dict[str, str]:
    """Title of a page by language, with what it is before it."""
    texts = {language: in_language(title, language) for language in LANGUAGES}
    return {language: Messages(language)(f"study.further_page.{key}", title=text) for language, text in texts.items()}


def _persons(found: IntegrationMaterial) -> Mapping[str, int]:
    """Persons who answered in each community; none where the study has no communities."""
    frame: pd.DataFrame = found.frame
    if "community" not in frame:
        return {}
    return {str(name): int(n) for name, n in frame.groupby("community")["respondent"].nunique().items()}
