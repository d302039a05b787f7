"""Findings of syntheses, meta-analyses and fitted models."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from lcresearch.errors import IntegrationError, Problem, nearest
from lcresearch.integration.logic_models.findings import (
    Declared,
    Finding,
    Names,
    Values,
    called,
    direction_of_interval,
    turned,
)
from lcresearch.integration.logic_models.model import TestedBy
from lcresearch.multilevel import LinearMixedModel, MediationResult
from lcresearch.results import Result
from lcresearch.synthesis import MetaAnalysis, MultilevelMetaAnalysis, Synthesis

_NO_ANSWER = "not enough evidence"
_OF_VERDICT = {"no worthwhile effect": "null", "sector-specific": "depends", "conditional": "depends"}
"""Direction by verdict; that of the effect for the others."""
_INTERCEPTS = ("intercept", "(Intercept)", "Intercept")
_PATHS = {"a": ("cause", "mediator"), "b": ("mediator", "outcome"), "direct": ("cause", "outcome")}


def of_synthesis(name: str, table: pd.DataFrame, consortia: tuple[str, ...], names: Names) -> Iterator[Finding]:
    """Verdicts on elements, a row of the table of elements each.

    Rows of one element and outcome by several models or adjustments rest on the same consortia: the first that was
    planned stands for them, the others are kept beside it without a say (``detail``).
    """
    order = table.assign(_n=range(len(table)), _late=~table["planned"].astype(bool))
    first = order.sort_values(["_late", "_n"]).drop_duplicates(["element", "outcome"])["_n"]
    speaking = set(first.tolist())
    for place, row in enumerate(table.to_dict("records")):
        verdict, element, outcome = str(row["verdict"]), str(row["element"]), str(row["outcome"])
        direction = _OF_VERDICT.get(verdict, str(row["direction"]))
        clear = verdict != _NO_ANSWER
        values: Values = {"kind": "synthesis", "result": name, "term": element, "outcome": outcome}
        values |= {"n_studies": int(row["n_consortia"]), "measure": "SD", "clear": clear and place in speaking}
        values |= {key: float(row[key]) for key in ("estimate", "std_error", "conf_low", "conf_high")}
        values |= {"smallest_worthwhile": float(row["smallest_worthwhile"]), "certainty": str(row["certainty"])}
        values |= {"direction": direction if clear else "unclear"}
        values |= {"detail": verdict if place in speaking else "same consortia"}
        studies = tuple(f"{name}/{each}" for each in consortia) or tuple(
            f"{name}/{n}" for n in range(int(row["n_consortia"]))
        )
        yield Finding(
            values, called(names.elements, element), called(names.outcomes, outcome), studies=studies, cause=element,
            effect=outcome,
        )  # fmt: skip


def synthesis_table(result: Synthesis | pd.DataFrame) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """The elements table of a synthesis, and its consortia."""
    if isinstance(result, pd.DataFrame):
        return result, ()
    return result.working_elements.table, ()


def of_terms(name: str, result: Result, kind: str, names: Names, declared: Declared) -> Iterator[Finding]:
    """Terms of a meta-analysis or fitted model: those that arrows declare, those whose names fit, and the rest.

    Raises
    ------
    IntegrationError
        Q219: a declared term that the result lacks; the result has no terms.
    """
    terms = terms_of(name, result)
    wanted = declared.terms.get(name, [])
    taken: set[str] = set()
    for arrow, one in wanted:
        declared.take(one)
        term = _declared_term(name, one, terms)
        taken.add(term)
        values = _estimate(name, kind, terms[term] | {"term": term}, result, one.measure)
        yield Finding(_judged(values, one), arrows=(arrow,), studies=_studies(name, result))
    for term, numbers in terms.items():
        if term in taken or (term in _INTERCEPTS and (wanted or kind == "model")):
            continue
        cause, effect = _ends(result, term)
        values = _estimate(name, kind, numbers | {"term": term, "outcome": effect}, result, None)
        yield Finding(
            values, called(names.outcomes, cause) | called(names.elements, cause), called(names.outcomes, effect),
            studies=_studies(name, result), cause=cause or term, effect=effect,
        )  # fmt: skip


def terms_of(name: str, result: Result) -> dict[str, Values]:
    """Term -> estimate, standard error and interval of 95%; of a mediation its paths too."""
    table = result.tidy()
    if not {"term", "estimate"} <= set(table.columns):
        raise IntegrationError("Q219", result=name, term="–", known="–", nearest="–")
    if isinstance(result, MediationResult):
        paths = result.coefficients
        half = stats.t.isf(0.025, paths["df"].to_numpy(dtype=np.float64)) * paths["std_error"].to_numpy()
        with_ends = paths.assign(conf_low=paths["estimate"] - half, conf_high=paths["estimate"] + half)
        with_ends = with_ends[~with_ends["term"].isin(table["term"])]
        table = pd.concat([table, with_ends], ignore_index=True)
    wanted = ("estimate", "std_error", "conf_low", "conf_high")
    return {
        str(row["term"]): {key: float(row.get(key, math.nan)) for key in wanted} for row in table.to_dict("records")
    }


def _declared_term(name: str, one: TestedBy, terms: Mapping[str, Values]) -> str:
    real = [term for term in terms if term not in _INTERCEPTS] or list(terms)
    if one.term in terms:
        return str(one.term)
    if one.term is None and len(real) == 1:
        return real[0]
    known = list(terms)
    meant = nearest(str(one.term), known) or "–"
    raise IntegrationError("Q219", result=name, term=one.term or "–", known=known, nearest=meant)


def _ends(result: Result, term: str) -> tuple[str, str]:
    """What a term says leads to what, by the names in the result."""
    if isinstance(result, MediationResult):
        path = _PATHS.get(term.rpartition("_")[0])
        return (getattr(result, path[0]), getattr(result, path[1])) if path else ("", result.outcome)
    if isinstance(result, LinearMixedModel):
        return term, result.formula.split("~", 1)[0].strip()
    return "", ""


def _estimate(name: str, kind: str, numbers: Values, result: Result, measure: str | None) -> Values:
    direction, clear = direction_of_interval(numbers["conf_low"], numbers["conf_high"])
    values = {"kind": kind, "result": name, "n_studies": _n_studies(result), "measure": measure or _measure(result)}
    return values | numbers | {"direction": direction, "clear": clear}


def _judged(values: Values, one: TestedBy) -> Values:
    """With what the file says of it."""
    if one.certainty is not None:
        values = values | {"certainty": one.certainty}
    if one.note is not None:
        values = values | {"detail": dict(one.note)}
    return turned(values) if one.reverse else values


def _n_studies(result: Result) -> int:
    return int(result.glance()["n"].iloc[0]) if isinstance(result, MetaAnalysis | MultilevelMetaAnalysis) else 1


def _studies(name: str, result: Result) -> tuple[str, ...]:
    if isinstance(result, MetaAnalysis):
        labels = result.input.labels
        told = any(label != str(n + 1) for n, label in enumerate(labels))
        return tuple(labels) if told else tuple(f"{name}/{label}" for label in labels)
    return tuple(f"{name}/{n}" for n in range(_n_studies(result)))


def _measure(result: Any) -> str:
    data = getattr(getattr(result, "input", None), "data", None)
    if isinstance(data, pd.DataFrame) and "measure" in data and data["measure"].nunique() == 1:
        return str(data["measure"].iloc[0])
    return ""


def unknown_results(declared: Declared, known: list[str]) -> Iterator[Problem]:
    """Results that arrows name and that were not handed over."""
    for name, uses in declared.terms.items():
        if name not in known:
            for arrow, _ in uses:
                yield Problem("Q218", values={"result": name, "arrow": arrow, "known": known or "–",
                                              "nearest": nearest(name, known) or "–"})  # fmt: skip
