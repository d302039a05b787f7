"""All that is computed of one scale, part by part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np
import pandas as pd

from lcresearch.disclosure import Policy
from lcresearch.errors import Problem
from lcresearch.measurement.agreement import Agreement, agreement
from lcresearch.measurement.exploratory.adequacy import Factorability, factorability
from lcresearch.measurement.exploratory.factor_analysis import FactorAnalysis, factor_analysis
from lcresearch.measurement.exploratory.parallel import ParallelAnalysis, parallel_analysis
from lcresearch.measurement.factor_models.factor_model import FactorModel
from lcresearch.measurement.factor_models.fitting import cfa
from lcresearch.measurement.instrument_validation.attempts import attempt
from lcresearch.measurement.instrument_validation.comparisons import Comparison, one_factor_model
from lcresearch.measurement.instrument_validation.item_disclosure import shown_items
from lcresearch.measurement.instrument_validation.scale_answers import SCORE, ScaleAnswers
from lcresearch.measurement.item_analysis import ItemAnalysis, item_analysis
from lcresearch.measurement.item_response.graded_response import GradedResponse, graded_response
from lcresearch.measurement.item_response.short_form import ShortForm, short_form
from lcresearch.measurement.reliability import Reliability, reliability

_CONSISTENCY = ("item_rest_correlation", "item_total_correlation_corrected", "alpha_if_dropped")


@dataclass(frozen=True)
class ScaleParts:
    """What was computed of one scale; a part that could not be computed is None and has its reasons in ``problems``.

    Attributes
    ----------
    answers : ScaleAnswers
        Rows of persons: these do not leave the result.
    problems : dict of str to tuple of Problem
        Part -> why it is not there.
    by : str or None
        Column of the groups within which persons should agree.
    """

    answers: ScaleAnswers
    by: str | None
    items: ItemAnalysis | None = None
    factorability: Factorability | None = None
    dimensions: ParallelAnalysis | None = None
    factors: FactorAnalysis | None = None
    model: FactorModel | None = None
    reliability: Reliability | None = None
    agreement: Agreement | None = None
    information: GradedResponse | None = None
    short_form: ShortForm | None = None
    comparisons: tuple[Comparison, ...] = ()
    norms: pd.DataFrame = field(default_factory=pd.DataFrame)
    norm_table: pd.DataFrame = field(default_factory=pd.DataFrame)
    problems: Mapping[str, tuple[Problem, ...]] = field(default_factory=dict)


def scale_parts(
    scale: ScaleAnswers, by: str | None, policy: Policy, *, seed: int | None, short_form_items: int | None
) -> ScaleParts:
    """The parts of one scale that need no other scale: items, dimensions, model, reliability, agreement."""
    found = ScaleParts(scale, by)
    problems: dict[str, tuple[Problem, ...]] = {}
    items = list(scale.items)
    described, problems["items"] = attempt(
        lambda: item_analysis(scale.frame, items, response_range=scale.response_range)
    )
    if described is not None:
        described = replace(described, items=shown_items(described, scale.frame, policy))
    if scale.formative:
        described = _description_only(described) if described is not None else None
    else:
        parts, more = _structure(scale, seed)
        found, problems = replace(found, **parts), problems | more
        options: dict[str, Any] = {"group": by} if by is not None and scale.frame[by].nunique() > 1 else {}
        reliable, problems["reliability"] = attempt(
            lambda: reliability(scale.frame, items, score=SCORE, seed=seed, **options)
        )
        found = replace(found, reliability=reliable)
        if short_form_items is not None:
            parts, more = _information(scale, short_form_items, seed)
            found, problems = replace(found, **parts), problems | more
    agrees, problems["agreement"] = attempt(lambda: _agreement(scale, by, policy))
    problems = {part: found_there for part, found_there in problems.items() if found_there}
    return replace(found, items=described, agreement=agrees, problems=problems)


def _structure(scale: ScaleAnswers, seed: int | None) -> tuple[dict[str, Any], dict[str, tuple[Problem, ...]]]:
    """Dimensions and the model of one factor."""
    frame, items = scale.frame, list(scale.usable)
    kind: Literal["pearson", "polychoric"] = "polychoric" if scale.ordered else "pearson"
    parts: dict[str, Any] = {}
    problems: dict[str, tuple[Problem, ...]] = {}
    parts["factorability"], problems["factorability"] = attempt(lambda: factorability(frame, items, correlation=kind))
    dimensions, problems["dimensions"] = attempt(
        lambda: parallel_analysis(frame, items, seed=seed, correlation=kind)
    )  # fmt: skip
    parts["dimensions"] = dimensions
    if dimensions is not None and dimensions.n_components > 1 and len(items) >= 3 * dimensions.n_components - 2:
        parts["factors"], problems["factors"] = attempt(
            lambda: factor_analysis(frame, items, dimensions.n_components, correlation=kind, seed=seed)
        )
    parts["model"], problems["model"] = attempt(lambda: fitted(one_factor_model(scale), frame, items, scale.ordered))
    return parts, problems


def fitted(model: str, frame: pd.DataFrame, items: Sequence[str], ordered: bool) -> FactorModel:
    """A confirmatory model over everybody with an answer: robust ML, or WLSMV when answers are few categories."""
    missing = bool(frame[list(items)].isna().to_numpy().any())
    if ordered:
        return cfa(model, frame, ordered=True, missing="pairwise" if missing else "listwise", std_lv=True)
    return cfa(model, frame, estimator="MLR", missing="fiml" if missing else "listwise", std_lv=True)


def _information(
    scale: ScaleAnswers, n_items: int, seed: int | None
) -> tuple[dict[str, Any], dict[str, tuple[Problem, ...]]]:
    items = list(scale.usable)
    model, reasons = attempt(lambda: graded_response(scale.frame, items))
    problems = {"information": reasons}
    form = None
    if model is not None and n_items < len(items):
        form, problems["short_form"] = attempt(lambda: short_form(model, scale.frame, n_items=n_items, seed=seed))
    return {"information": model, "short_form": form}, problems


def _agreement(scale: ScaleAnswers, by: str | None, policy: Policy) -> Agreement | None:
    if by is None or scale.frame[by].nunique() < 2:
        return None
    return agreement(
        scale.in_groups(by),
        list(scale.items),
        by,
        response_range=scale.response_range,
        composition=scale.composition,
        score=SCORE,
        minimum_complete=policy.minimum_cell,
    )


def _description_only(described: ItemAnalysis) -> ItemAnalysis:
    """Each item as it is, without what asks whether items go together."""
    hidden = {name: np.nan for name in _CONSISTENCY if name in described.items}
    problems = tuple(problem for problem in described.problems if problem.code != "M030")
    table = described.items.assign(**hidden)
    return replace(described, items=table, cronbach_alpha=np.nan, mean_correlation=np.nan, problems=problems)
