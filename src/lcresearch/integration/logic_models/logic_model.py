"""A logic model with the evidence on its arrows: everything that tested them, brought together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import pandas as pd

from lcresearch.disclosure import REPORT, Ledger, Policy
from lcresearch.errors import IntegrationError, Problem
from lcresearch.integration.elements import ElementsOfBothKinds
from lcresearch.integration.logic_models.findings import Declared, Finding, Names, called, named, problems_of
from lcresearch.integration.logic_models.from_literature import by_hand, of_literature, read_elsewhere
from lcresearch.integration.logic_models.from_numbers import of_synthesis, of_terms, synthesis_table, unknown_results
from lcresearch.integration.logic_models.from_voices import (
    Told,
    of_cases,
    of_elements,
    of_mechanisms,
    of_project,
    only_shown,
    spellings_of,
    titles_of,
)
from lcresearch.integration.logic_models.matching import sort_out
from lcresearch.integration.logic_models.model import LogicModelFile
from lcresearch.integration.logic_models.reading import read_logic_model
from lcresearch.integration.logic_models.result import LogicModel
from lcresearch.integration.logic_models.rules import ArrowRules, arrow_rules
from lcresearch.integration.logic_models.weighing import arrow_rows
from lcresearch.interviews import Codebook, Project
from lcresearch.results import Result
from lcresearch.synthesis import Extraction, LiteratureSynthesis, Synthesis


def logic_model(
    path: str | Path | LogicModelFile,
    *,
    syntheses: Synthesis | pd.DataFrame | Mapping[str, Any] | Sequence[Any] = (),
    meta_analyses: Result | Mapping[str, Result] | Sequence[Result] = (),
    fits: Result | Mapping[str, Result] | Sequence[Result] = (),
    literature: Extraction | LiteratureSynthesis | Mapping[str, Any] | Sequence[Any] = (),
    elements: ElementsOfBothKinds | None = None,
    voices: Told | None = None,
    projects: Project | Mapping[str, Project] | Sequence[Project] = (),
    codebook: Codebook | None = None,
    cases: pd.DataFrame | None = None,
    convergence: pd.DataFrame | None = None,
    manual: pd.DataFrame | Iterable[Mapping[str, Any]] = (),
    rules: ArrowRules | str | Path | None = None,
    policy: Policy | None = REPORT,
    ledger: Ledger | None = None,
    missing: Literal["raise", "note"] = "raise",
) -> LogicModel:
    """Collect for each arrow of a logic model what tested it.

    Parameters
    ----------
    path : str, Path or LogicModelFile
        ``logic_model.yaml``, its folder, or ``"denkmodel"``, which comes with the package.
    syntheses : Synthesis, its elements table, or several by name
        Matched by element and outcome.
    meta_analyses, fits : Result, or several by name
        Matched by ``tested_by`` in the file; a mixed model by its formula and a mediation by its variables too.
    literature : Extraction or LiteratureSynthesis, or several by name
        Matched by themes and outcome, or by ``tested_by``.
    elements : ElementsOfBothKinds, optional
        Voices, mechanisms, convergence and combinations of elements, as they may be shown.
    voices : Voices, optional
        The first two alone.
    projects : Project, or several by name
        Coded interviews: codes of two constructs that stand in one turn.
    codebook : Codebook, optional
        To know the codes of ``elements`` or ``voices`` by; that of ``projects`` if absent.
    cases : DataFrame, optional
        Terms of comparisons of cases: ``element, term, present`` and, if known, ``outcome, analysis, solution,
        consistency, coverage, n_cases``.
    convergence : DataFrame, optional
        ``element, verdict`` and, if known, ``outcome``.
    manual : DataFrame or mappings
        Studies read elsewhere: ``arrow, study``, and ``direction`` or ``estimate`` with ``std_error`` and ``measure``.
    rules : ArrowRules, str or Path, optional
        From which size on an effect is small, medium and large.
    policy : Policy, optional
        How many persons must stand behind what is shown of ``projects`` and of confidential ``voices``; None for the
        researcher's own folder.
    ledger : Ledger, optional
        What went out earlier of ``projects``; what goes out now is staged in it.
    missing : {"raise", "note"}
        What to do when the file names a result that is not handed over.

    Returns
    -------
    LogicModel

    Raises
    ------
    IntegrationError
        Those of :func:`read_logic_model`; Q218: ``tested_by`` names a result that is not there; Q219: or a term; Q223:
        a study without direction or estimate; Q224: ``manual`` names no arrow.

    Examples
    --------
    >>> read = {"arrow": "innovation -> adaptivity", "study": "Invented (2025)", "direction": "positive"}
    >>> found = logic_model("denkmodel", manual=[read])
    >>> found.glance()[["n_arrows", "n_not_studied", "n_no_clear_answer"]].values.tolist()
    [[18, 17, 1]]
    >>> found.gaps()["gap"].tolist()[-1]
    'no clear answer'
    """
    model = read_logic_model(path)
    names, declared = Names.of(model), Declared.of(model)
    found: list[Finding] = []
    numbers: dict[str, Any] = named(syntheses, (Synthesis, pd.DataFrame), "synthesis")
    for name, synthesis in numbers.items():
        found += of_synthesis(name, *synthesis_table(synthesis), names)
    meta, models = named(meta_analyses, Result, "meta_analysis"), named(fits, Result, "model")
    problems = _checked_names([*meta, *models], declared, missing)
    for kind, results in (("meta_analysis", meta), ("model", models)):
        for name, result in results.items():
            found += of_terms(name, result, kind, names, declared)
    books: dict[str, Any] = named(literature, (Extraction, LiteratureSynthesis), "literature")
    for name, one in books.items():
        found += of_literature(name, one, names, declared)
    found += [*read_elsewhere(model, declared), *by_hand(manual, model)]
    coded = named(projects, Project, "interviews")
    books_used = [codebook] if codebook is not None else [project.codebook for project in coded.values()]
    spellings = {code: given for book in books_used for code, given in spellings_of(book).items()}
    agreed = elements.convergence if convergence is None and elements is not None else convergence
    found += _told(model, names, elements, voices, cases, spellings, policy, agreed)
    told = elements.mechanisms if elements is not None else None
    for name, project in coded.items():
        found += of_project(name, project, names, policy, ledger, told)
    evidence, left, studies = sort_out(found, model)
    by = rules if isinstance(rules, ArrowRules) else arrow_rules(rules)
    table = arrow_rows(model, evidence, studies, by, _verdicts(model, names, agreed))
    titles = {name: words for book in books_used for name, words in titles_of(book).items()}
    return LogicModel(model, table, evidence, left, problems_of([*problems, *_lonely(model)]), titles)


def _checked_names(known: list[str], declared: Declared, missing: str) -> list[Problem]:
    problems = list(unknown_results(declared, known))
    if problems and missing == "raise":
        raise IntegrationError(problems)
    return problems


def _told(
    model: LogicModelFile,
    names: Names,
    elements: ElementsOfBothKinds | None,
    voices: Told | None,
    cases: pd.DataFrame | None,
    spellings: Mapping[str, tuple[str, ...]],
    policy: Policy | None,
    agreed: pd.DataFrame | None,
) -> Iterator[Finding]:
    spoken = elements.voices if elements is not None else None if voices is None else voices.elements
    how = elements.mechanisms if elements is not None else None if voices is None else voices.mechanisms
    if policy is not None and getattr(voices, "confidential", False):
        spoken, how = only_shown(spoken, policy), only_shown(how, policy, spoken)
    if spoken is not None:
        yield from of_elements("interviews", spoken, names, model, agreed)
    if how is not None:
        yield from of_mechanisms("interviews", how, names, spellings, spoken)
    terms = cases if cases is not None else elements.terms if elements is not None else None
    if terms is not None:
        yield from of_cases("cases", terms, names, elements.set_titles if elements is not None else {})


def _verdicts(model: LogicModelFile, names: Names, table: pd.DataFrame | None) -> dict[str, str]:
    """Arrow -> convergence of numbers and interviews on its element, and on its outcome where that is told."""
    found: dict[str, str] = {}
    for row in [] if table is None else table.to_dict("records"):
        causes, outcome = called(names.elements, str(row["element"])), str(row.get("outcome") or "")
        for arrow in model.arrows:
            fits = not outcome or arrow.target in called(names.outcomes, outcome)
            if arrow.source in causes and fits and row["verdict"]:
                found.setdefault(arrow.name, str(row["verdict"]))
    return found


def _lonely(model: LogicModelFile) -> Iterator[Problem]:
    """Constructs that no arrow touches."""
    touched = {end for arrow in model.arrows for end in (arrow.source, arrow.target)}
    for name in model.constructs:
        if name not in touched:
            yield Problem("Q226", values={"name": name})
