"""Which combinations of a comparison of cases an element is part of, and whether it is necessary."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from lcresearch.integration.configurations.result import QCA, Model, Solution
from lcresearch.integration.configurations.terms import ANY, Term
from lcresearch.integration.configurations.terms import Condition as Set
from lcresearch.integration.plan.model import IntegrationFile, QcaPlan
from lcresearch.synthesis.programme import ProgrammeFile

TERMS = (
    "element", "analysis", "solution", "term", "present", "others", "consistency", "pri", "coverage", "n_cases",
    "in_models", "n_models",
)  # fmt: skip
NECESSITY = ("element", "analysis", "condition", "present", "consistency", "coverage", "necessary")
KINDS = ("enhanced_intermediate", "intermediate", "conservative", "enhanced_parsimonious", "parsimonious")
"""Solutions to take combinations from: the first that there is; intermediate ones assume what theory expects."""
ABSENT = "~"


def conditions_of(plan: IntegrationFile, programme: ProgrammeFile | None = None) -> dict[str, dict[str, str]]:
    """Analysis -> condition -> element that it stands for: by the name of the condition, else by its column."""
    columns: dict[str, str] = (
        {} if programme is None else {one.column: name for name, one in programme.elements.items()}
    )
    columns |= {one.column: name for name, one in plan.elements.items() if one.column is not None}
    known = {*plan.elements, *columns.values()}
    return {
        analysis: {
            name: name if name in known else columns[condition.column]
            for name, condition in one.conditions.items()
            if name in known or condition.column in columns
        }
        for analysis, one in plan.qca.items()
    }


def chosen_solutions(found: QCA) -> list[Solution]:
    """The solutions from which combinations are taken, all of one kind; empty when no row is sufficient."""
    for kind in KINDS:
        there = [one for one in found.solutions if one.kind == kind and one.models]
        if there:
            return there
    return []


def terms_table(
    analyses: Mapping[str, QCA], stands_for: Mapping[str, Mapping[str, str]], *, elements: Iterable[str] = ()
) -> pd.DataFrame:
    """A row an element and term that it is part of, present or absent.

    Parameters
    ----------
    analyses : mapping of str to QCA
    stands_for : mapping
        As :func:`conditions_of` gives it.
    elements : iterable of str
        Their order; elements that are not named come after.

    Returns
    -------
    DataFrame
        The columns of :data:`TERMS`. ``others`` is a tuple of the other members, ``~`` before those that are absent;
        ``in_models`` of ``n_models`` models that fit equally well hold the term.
    """
    rows: list[dict[str, Any]] = []
    for analysis, found in analyses.items():
        models = _models(chosen_solutions(found))
        kind = next((one.kind for one in chosen_solutions(found)), "")
        for term, (model, n) in _terms(models).items():
            own = stands_for.get(analysis, {})
            fit = model.fit[model.fit["term"] == term].iloc[0]
            members = _members(model.terms[model.names.index(term)], model.conditions)
            values = {"analysis": analysis, "solution": kind, "term": term, "in_models": n, "n_models": len(models)}
            values |= {name: float(fit[name]) for name in ("consistency", "pri", "coverage")}
            values["n_cases"] = len(fit["cases"])
            for name, written in members.items():
                if name in own:
                    others = tuple(text for other, text in members.items() if other != name)
                    row = {"element": own[name], "present": not written.startswith(ABSENT), "others": others}
                    rows.append(values | row)
    table = pd.DataFrame(rows, columns=list(TERMS))
    return (
        _in_order(table, elements)
        .sort_values(["place", "analysis", "present", "coverage"], ascending=[True, True, False, False], kind="stable")
        .drop(columns="place")
        .reset_index(drop=True)
    )


def necessity_table(
    found: Mapping[str, pd.DataFrame],
    stands_for: Mapping[str, Mapping[str, str]],
    plans: Mapping[str, QcaPlan],
    *,
    elements: Iterable[str] = (),
) -> pd.DataFrame:
    """A row an element and condition that was looked at as a necessary one, present or absent.

    Parameters
    ----------
    found : mapping of str to DataFrame
        Analysis -> ``condition`` (``a`` or ``~a``), ``consistency, coverage``, of single conditions.
    stands_for : mapping
        As :func:`conditions_of` gives it.
    plans : mapping of str to QcaPlan
        With the lowest consistency of a necessary condition.
    """
    rows = []
    for analysis, table in found.items():
        own = stands_for.get(analysis, {})
        for row in table.to_dict("records"):
            written = str(row["condition"])
            name = written.removeprefix(ABSENT)
            if name in own:
                values: dict[str, Any] = {"element": own[name], "analysis": analysis, "condition": written}
                values |= {"present": not written.startswith(ABSENT), "consistency": float(row["consistency"])}
                enough = float(row["consistency"]) >= plans[analysis].necessity
                rows.append(values | {"coverage": float(row["coverage"]), "necessary": enough})
    table = pd.DataFrame(rows, columns=list(NECESSITY))
    return _in_order(table, elements).sort_values("place", kind="stable").drop(columns="place").reset_index(drop=True)


def combinations_of(element: str, terms: pd.DataFrame) -> tuple[str, ...]:
    """Terms that hold an element, each once."""
    own = terms[terms["element"] == element]
    return tuple(dict.fromkeys(str(term) for term in own["term"]))


def is_necessary(element: str, necessity: pd.DataFrame) -> bool | None:
    """Whether its presence is necessary in any analysis; None when none looked at it."""
    own = necessity[(necessity["element"] == element) & necessity["present"].astype(bool)]
    return bool(own["necessary"].any()) if len(own) else None


def _models(solutions: Sequence[Solution]) -> list[Model]:
    """All models of these solutions; one that two pairs of others lead to counts once."""
    found: dict[str, Model] = {}
    for solution in solutions:
        for model in solution.models:
            found.setdefault(model.name, model)
    return list(found.values())


def _terms(models: Sequence[Model]) -> dict[str, tuple[Model, int]]:
    """Term -> a model that holds it, and how many do."""
    found: dict[str, tuple[Model, int]] = {}
    for model in models:
        for term in model.names:
            first, n = found.get(term, (model, 0))
            found[term] = (first, n + 1)
    return found


def _members(term: Term, conditions: Sequence[Set]) -> dict[str, str]:
    """Condition -> how it stands in the term: ``a``, ``~a``, or ``a[2]`` with more than two values."""
    parts = [(one, value) for one, value in zip(conditions, term, strict=True) if value != ANY]
    return {
        one.name: f"{one.name}[{value}]" if one.levels > 2 and value else one.name if value else ABSENT + one.name
        for one, value in parts
    }


def _in_order(table: pd.DataFrame, elements: Iterable[str]) -> pd.DataFrame:
    order = {name: place for place, name in enumerate(elements)}
    return table.assign(place=[order.get(str(name), len(order)) for name in table["element"]])
