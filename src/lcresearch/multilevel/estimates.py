"""Estimates in the units of the data, from an optimum in working units."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt
import pandas as pd

from lcresearch.errors import MultilevelError
from lcresearch.multilevel.covariance import CovarianceLayout
from lcresearch.multilevel.criterion import Solution
from lcresearch.multilevel.crossproducts import Crossproducts
from lcresearch.multilevel.model import Model
from lcresearch.multilevel.small_matrices import Array
from lcresearch.multilevel.working import Working

RESIDUAL = "residual"


class Grouped(Protocol):
    """What linear and generalised models have in common; see :class:`~lcresearch.multilevel.model.Model`."""

    @property
    def cross(self) -> Crossproducts:
        """Sums of products."""
        ...

    @property
    def working(self) -> Working:
        """Working units."""
        ...

    @property
    def groups(self) -> tuple[tuple[str, ...], ...]:
        """Grouping factors in the order of elimination."""
        ...

    @property
    def terms(self) -> tuple[tuple[int, ...], ...]:
        """Places of their terms."""
        ...

    @property
    def order(self) -> tuple[npt.NDArray[np.int64], ...]:
        """Codes of their groups in the order of the engine."""
        ...


@dataclass(frozen=True)
class Estimates:
    """What was estimated, in the units of the data.

    Attributes
    ----------
    beta : array, shape (p,)
    covariance : array, shape (p, p)
        Of beta.
    sigma2 : float
        Residual variance.
    covariances : tuple of array, shape (q, q) each
        Of the random effects, a term each, in the order of the formula; not relative.
    criterion : float
        REML criterion or deviance.
    """

    beta: Array
    covariance: Array
    sigma2: float
    covariances: tuple[Array, ...]
    criterion: float


def estimates_of(model: Model, solution: Solution, relative: list[Array]) -> Estimates:
    """Estimates in the units of the data.

    Parameters
    ----------
    model : Model
    solution : Solution
        At the optimum, in working units.
    relative : list of array
        Relative covariance matrices in working units, one a grouping factor in the order of elimination.
    """
    working, columns = model.working, model.cross.columns
    unit2 = float(working.scale[columns.response]) ** 2
    sigma2 = float(solution.sigma2) * unit2
    covariance = sigma2 * working.fixed_map @ solution.unscaled @ working.fixed_map.T
    found: dict[int, Array] = {}
    for (place, block), number in zip(model.criterion.layout.blocks(), term_numbers(model), strict=True):
        own = working.part(columns.terms[number].columns)
        found[number] = sigma2 * own @ relative[place][block, block] @ own.T
    covariances = tuple(found[number] for number in range(len(columns.terms)))
    return Estimates(
        working.beta(solution.beta), covariance, sigma2, covariances, criterion_in_units(model, solution.criterion)
    )


def criterion_in_units(model: Model, criterion: float) -> float:
    """A criterion of working units as that of the data."""
    unit2 = float(model.working.scale[model.cross.columns.response]) ** 2
    more = model.working.log_det_fixed if model.criterion.reml else 0.0
    return float(criterion + model.criterion.df * np.log(unit2) + more)


def term_numbers(model: Grouped) -> list[int]:
    """The place in the formula of each term, in the order of the layout."""
    return [number for each in model.terms for number in each]


def variance_components(model: Grouped, estimates: Estimates) -> pd.DataFrame:
    """``group, term_1, term_2, covariance, std_dev, correlation``: a row a variance or covariance, the residual last.

    Variances have equal terms, a standard deviation and no correlation; covariances the reverse.
    """
    rows = []
    for term, covariance in zip(model.cross.columns.terms, estimates.covariances, strict=True):
        deviations = np.sqrt(np.maximum(np.diagonal(covariance), 0))
        rows += [
            (term.term.label, name, name, covariance[k, k], deviations[k], np.nan) for k, name in enumerate(term.names)
        ]
        for a, b in zip(*np.triu_indices(len(deviations), 1), strict=True):
            product = deviations[a] * deviations[b]
            correlation = covariance[a, b] / product if product > 0 else np.nan
            rows.append((term.term.label, term.names[a], term.names[b], covariance[a, b], np.nan, correlation))
    rows.append((RESIDUAL, "", "", estimates.sigma2, np.sqrt(estimates.sigma2), np.nan))
    return pd.DataFrame(rows, columns=["group", "term_1", "term_2", "covariance", "std_dev", "correlation"])


def random_effects(model: Model, solution: Solution) -> dict[str, pd.DataFrame]:
    """Conditional modes with standard deviations, by label of the grouping factor.

    Each frame is indexed by the nested key of the group and ``term``; columns ``estimate, std_dev``. The standard
    deviation is that given the data, the variance components and the fixed effects, as lme4 has it.
    """
    unit = float(model.working.scale[model.cross.columns.response])
    found = model.criterion.elimination.effects(solution.steps, model.criterion.combination(solution))
    return effect_tables(model, model.criterion.layout, found, unit=unit, sigma2=float(solution.sigma2) * unit**2)


def effect_tables(
    model: Grouped, layout: CovarianceLayout, found: list[tuple[Array, Array]], *, unit: float, sigma2: float
) -> dict[str, pd.DataFrame]:
    """Tables of random effects, by label of the grouping factor; see :func:`random_effects`.

    Parameters
    ----------
    model : Grouped
    layout : CovarianceLayout
    found : list of (array, array), shapes (n_groups, q) and (n_groups, q, q)
        Modes and covariance matrices of each factor in working units.
    unit : float
        By which modes are multiplied.
    sigma2 : float
        By which covariance matrices are multiplied.
    """
    columns, working = model.cross.columns, model.working
    frames: dict[str, list[pd.DataFrame]] = {}
    for (place, block), number in zip(layout.blocks(), term_numbers(model), strict=True):
        modes, spread = found[place]
        term = columns.terms[number]
        if term.term.group not in model.cross.labels:
            continue
        own = working.part(term.columns)
        values = unit * modes[:, block] @ own.T
        deviations = np.sqrt(sigma2 * np.einsum("ab,gbc,ac->ga", own, spread[:, block, block], own))
        frames.setdefault(term.term.label, []).append(_effects_frame(model, place, term.names, values, deviations))
    return RandomEffects({label: _joined(parts) for label, parts in _in_order(frames, model).items()}, model)


def _effects_frame(
    model: Grouped, place: int, names: tuple[str, ...], values: Array, deviations: Array
) -> pd.DataFrame:
    group, order = model.groups[place], model.order[place]
    back = np.empty(len(order), dtype=np.int64)
    back[order] = np.arange(len(order))
    labels = model.cross.labels[group]
    keys = [np.repeat(labels.get_level_values(k), len(names)) for k in range(labels.nlevels)]
    terms = np.tile(np.array(names, dtype=object), len(labels))
    index = pd.MultiIndex.from_arrays([*keys, terms], names=[*group, "term"])
    return pd.DataFrame({"estimate": values[back].ravel(), "std_dev": deviations[back].ravel()}, index=index)


def _joined(parts: list[pd.DataFrame]) -> pd.DataFrame:
    if len(parts) == 1:
        return parts[0]
    levels = list(range(parts[0].index.nlevels - 1))
    return pd.concat(parts).sort_index(level=levels, sort_remaining=False, kind="stable")


def _in_order(frames: dict[str, list[pd.DataFrame]], model: Grouped) -> dict[str, list[pd.DataFrame]]:
    labels = dict.fromkeys(term.term.label for term in model.cross.columns.terms)
    return {label: frames[label] for label in labels if label in frames}


class RandomEffects(dict[str, pd.DataFrame]):
    """Frames of random effects by grouping factor; those of persons of whom only sums are kept are refused by name."""

    def __init__(self, frames: dict[str, pd.DataFrame], model: Grouped) -> None:
        super().__init__(frames)
        persons = model.cross.persons
        self._persons = None if persons is None else ":".join(persons.group)

    def __missing__(self, label: str) -> pd.DataFrame:
        if label == self._persons:
            raise MultilevelError("L026", what=f"random_effects['{label}']")
        raise KeyError(label)
