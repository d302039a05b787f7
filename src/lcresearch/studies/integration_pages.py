"""Pages that go with those of elements: combinations, the thinking model, principles, costs and benefits."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from lcresearch.disclosure import Ledger
from lcresearch.files import write_whole
from lcresearch.integration import ElementsOfBothKinds, QcaRobustness, community_value, qca_robustness
from lcresearch.integration.elements.combining import chosen_solutions
from lcresearch.integration.elements.comparing import CaseComparisons, outcome_of
from lcresearch.integration.elements.telling import Telling
from lcresearch.messages import LANGUAGES, Messages
from lcresearch.reporting.qca_page import qca_page
from lcresearch.reporting.save import report_names
from lcresearch.reporting.value_page import render_value
from lcresearch.studies.integration_material import IntegrationMaterial
from lcresearch.studies.integration_models import models_of, save_models
from lcresearch.synthesis import Synthesis

COMBINATIONS, VALUE = "combinations", "value"
SEED = 1
"""Of the simulation of costs and benefits: the same plan gives the same page."""
Text = Mapping[str, str]


@dataclass(frozen=True)
class FurtherPage:
    """A page beside those of elements.

    Attributes
    ----------
    title : mapping of str to str
        By language.
    files : mapping of str to str
        Language -> file name.
    """

    title: Text
    files: Mapping[str, str]


def save_combinations(
    found: IntegrationMaterial,
    compared: CaseComparisons,
    robustness: Mapping[str, QcaRobustness],
    folder: Path,
    *,
    told: Telling | None = None,
    confidential: bool = False,
) -> list[FurtherPage]:
    """A page for each comparison of cases that could be done, with its robustness where there is a recipe.

    The shared version names no case, and keeps to what may be ``told``.
    """
    pages, told = [], told or Telling()
    for name, result in compared.analyses.items():
        sets = dict(compared.sets[name])
        solutions = chosen_solutions(result)
        files = _names(f"{COMBINATIONS}-{name}", found)
        for language, file in files.items():
            page = qca_page(
                result,
                language,
                necessity=compared.necessity[name],
                robustness=robustness.get(name),
                calibrations=sets,
                names="confidential" if confidential else "none",
                fewest=0 if confidential or name in told.whole else found.policy.minimum_category,
                fit=None if confidential or name in told.whole else [one.kind for one in solutions if name in told.fit],
                title=found.plan.qca[name].title,
                titles=_titles(found, name),
                simulated=found.programme.simulated or found.material.file.simulated,
                other_reports=files if len(files) > 1 else None,
            )
            write_whole(folder / file, page)
        title = found.plan.qca[name].title
        shown = {one: Messages(one)("study.further_page.combinations", title=title.get(one, name)) for one in LANGUAGES}
        pages.append(FurtherPage(shown, files))
    return pages


def robustness_of(compared: CaseComparisons) -> dict[str, QcaRobustness]:
    """What stays of the recipes of each comparison under other choices; it takes some hundred analyses."""
    return {
        name: qca_robustness(result, kind=solutions[0].kind, calibrations=dict(compared.sets[name]))
        for name, result in compared.analyses.items()
        if (solutions := chosen_solutions(result))
    }


def _titles(found: IntegrationMaterial, name: str) -> dict[str, Text]:
    """Sets of a comparison -> their titles: their own, or those of the elements that they are made of."""
    plan = found.plan.qca[name]
    of_column = {one.column: one.title for one in found.programme.elements.values()}
    parts = {outcome_of(plan): plan.outcome} | dict(plan.conditions)
    titles = {key: part.title or of_column.get(part.column) for key, part in parts.items()}
    return {key: title for key, title in titles.items() if title}


def save_further_pages(
    found: IntegrationMaterial,
    synthesis: Synthesis,
    both: ElementsOfBothKinds,
    folder: Path,
    date: datetime.date,
    *,
    ledger: Ledger | None = None,
    confidential: bool = False,
) -> list[FurtherPage]:
    """The thinking model, design principles, and costs and benefits, where the plan names them.

    Costs and benefits hold nothing of persons: they stand in the shared version only.

    Raises
    ------
    IntegrationError
        What is wrong with one of their files.
    """
    plan, languages = found.plan, list(found.programme.languages)
    model, principles = models_of(
        plan, found.material.folder, synthesis=synthesis, elements=both, project=found.project,
        policy=None if confidential else found.policy, ledger=ledger,
    )  # fmt: skip
    paths = save_models(model, principles, folder, languages=languages, date=date)
    pages = [
        FurtherPage(_title(key), {language: path.name for language, path in zip(languages, own, strict=False)})
        for key in ("logic_model", "design_principles")
        if (own := [path for path in paths if path.name.startswith(key) and path.suffix == ".html"])
    ]
    if plan.value is None or confidential:
        return pages
    value = community_value(found.material.folder / plan.value, seed=SEED)
    files = _names(VALUE, found)
    for language, file in files.items():
        provenance = {"date": date.isoformat(), "seed": str(SEED)}
        write_whole(folder / file, render_value(value, language, provenance=provenance, other_reports=files))
    return [*pages, FurtherPage(_title(VALUE), files)]


def _names(name: str, found: IntegrationMaterial) -> dict[str, str]:
    """File name by language: the first is ``name.html``."""
    return {one: file.replace("report", name, 1) for one, file in report_names(found.programme.languages).items()}


def _title(key: str) -> dict[str, str]:
    return {language: Messages(language)(f"study.further_page.{key}") for language in LANGUAGES}
