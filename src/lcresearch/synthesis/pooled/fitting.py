"""A mixed model over the sums of all consortia: which columns, which effects vary over consortia, and the fit.

Each element has its effect, which varies over consortia about it by a random slope of its own. The column of the slope
is the element about its mean over communities: a slope that does not go together with the intercept of its consortium
supposes that consortia differ least where the column is zero, which is right at the mean and not where a scale of 1 to
5 would have its zero.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from lcresearch.errors import LcresearchWarning, MultilevelError
from lcresearch.multilevel import Crossproducts, DerivedColumn, LinearMixedModel, derived_sums, fit_lmm
from lcresearch.multilevel.design import INTERCEPT
from lcresearch.multilevel.working import working_units
from lcresearch.synthesis.pooled.pooled_model import PooledModel, differs
from lcresearch.synthesis.programme.plan import CONSORTIUM, TIME, category_name

Array = npt.NDArray[np.float64]
Truths = npt.NDArray[np.bool_]

LEAST_CONSORTIA = 3
"""Consortia in which an element must vary before its effect is thought to vary over consortia."""
_NOTHING = 1e-10
_INVOLVED = 1e-5
_EDGE = 1e-6
"""Part of the residual standard deviation below which a search ended at zero."""


@dataclass
class FixedPart:
    """Terms of the fixed part with their columns, and the columns that are made of others."""

    terms: dict[str, tuple[str, ...]] = field(default_factory=dict)
    derived: dict[str, DerivedColumn] = field(default_factory=dict)

    def add(self, term: str, columns: Iterable[str]) -> None:
        """Put columns behind those that the term has."""
        self.terms[term] = (*self.terms.get(term, ()), *columns)

    def make(self, term: str, name: str, source: str, factor: Array | Truths) -> str:
        """Add a column that is another times a number a cell."""
        self.derived[name] = DerivedColumn(name, source, factor)
        self.add(term, (name,))
        return name


def base_part(pooled: PooledModel, elements: Sequence[str], covariates: Sequence[str]) -> FixedPart:
    """Constant, sectors, covariates and elements; with two waves also what each of these does to the change.

    Covariates of persons have no effect on the change in models of waves: their products with time are not in the sums.
    """
    plan = pooled.plan
    part = FixedPart({INTERCEPT: (INTERCEPT,)})
    if plan.rows == "waves":
        part.add(TIME, (TIME,))
    sector_of_cell = pooled.sector[pooled.consortium_of_cell]
    for place in range(1, len(pooled.sectors)):
        name = sector_name(pooled, place)
        part.make("sector", name, INTERCEPT, sector_of_cell == place)
        if plan.rows == "waves":
            part.make(f"{TIME}:sector", f"{TIME}:{name}", TIME, sector_of_cell == place)
    for covariate in covariates:
        part.add(covariate, plan.terms[covariate])
        for column in plan.terms[covariate] if plan.rows == "waves" else ():
            if pooled.constant(column):
                values = pooled.values(column)[pooled.community_of_cell]
                part.make(f"{TIME}:{covariate}", f"{TIME}:{column}", TIME, values)
    for element in elements:
        part.add(element, (element,))
        if plan.effects[element] != element:
            part.add(plan.effects[element], (plan.effects[element],))
    return part


def sector_name(pooled: PooledModel, place: int) -> str:
    """Column of a sector; numbered where names would be the same."""
    names = [category_name(name) for name in pooled.sectors]
    return f"sector[{names[place]}]" if names.count(names[place]) == 1 else f"sector[{place + 1}]"


@dataclass(frozen=True)
class PooledFit:
    """A fit over all consortia.

    Attributes
    ----------
    pooled : PooledModel
    fit : LinearMixedModel
    slopes : dict of str to str
        Element -> its column that varies over consortia; without those of which no variance could be estimated.
    not_estimable : frozenset of str
        Columns that follow from the others.
    """

    pooled: PooledModel
    fit: LinearMixedModel
    slopes: dict[str, str]
    not_estimable: frozenset[str]

    @cached_property
    def table(self) -> pd.DataFrame:
        """Fixed effects as :meth:`LinearMixedModel.tidy`, by term, in units of the data."""
        return self.fit.tidy(ddf=self.pooled.ddf).set_index("term")

    def effect(self, column: str) -> tuple[float, float, float]:
        """Estimate and standard error of a coefficient in standard deviations, and its degrees of freedom."""
        if column in self.not_estimable or column not in self.table.index:
            return float("nan"), float("nan"), float("nan")
        estimate, error, df = (float(self.table[part][column]) for part in ("estimate", "std_error", "df"))
        return estimate / self.pooled.unit, error / self.pooled.unit, df

    def combination(self, weights: Mapping[str, float]) -> tuple[float, float, float]:
        """The same for a combination of coefficients."""
        if self.not_estimable & set(weights):
            return float("nan"), float("nan"), float("nan")
        row = self.fit.contrasts({"": weights}, ddf=self.pooled.ddf).iloc[0]
        unit = self.pooled.unit
        return float(row["estimate"]) / unit, float(row["std_error"]) / unit, float(row["df"])

    def tau(self, element: str) -> float:
        """Standard deviation over consortia of the effect of an element, in standard deviations of the outcome."""
        if element not in self.slopes:
            return float("nan")
        table = self.fit.variance_components
        here = (table["group"] == CONSORTIUM) & (table["term_1"] == self.slopes[element]) & table["std_dev"].notna()
        found = float(table.loc[here, "std_dev"].iloc[0])
        return found / self.pooled.unit if found > _EDGE * self.fit.sigma else 0.0

    def same(self, columns: Sequence[str]) -> dict[str, float] | None:
        """F test that coefficients are equal: ``statistic, num_df, den_df, p_value``; None for fewer than two."""
        there = [column for column in columns if column not in self.not_estimable]
        if len(there) < 2:
            return None
        names = list(self.table.index)
        rows = np.zeros((len(there) - 1, len(names)))
        for place, column in enumerate(there[1:]):
            rows[place, names.index(there[0])], rows[place, names.index(column)] = -1, 1
        return self.fit.joint_test(rows, ddf=self.pooled.ddf)


def fit_pooled(
    pooled: PooledModel, part: FixedPart, slopes: Mapping[str, int], near: PooledFit | None = None
) -> PooledFit:
    """Fit by REML, with as many of the random slopes as these data tell apart.

    Parameters
    ----------
    pooled : PooledModel
    part : FixedPart
    slopes : mapping of str to int
        Element whose effect may vary over consortia -> how many coefficients of the fixed part are its effect.
    near : PooledFit, optional
        A fit with the same random terms, where the search begins.

    Raises
    ------
    MultilevelError
        When not even a model without them can be fitted.
    """
    made = {
        element: column
        for element, n_fixed in slopes.items()
        if int(pooled.varies(element).sum()) - n_fixed >= LEAST_CONSORTIA - 1
        for column in [_slope_column(pooled, part, element)]
    }
    base = [(term.term.label, term.names) for term in pooled.cross.columns.terms]
    without = [each for each in base if each[0] != CONSORTIUM]
    attempts = [(base, made), (without, made), (base, {}), (without, {})] if made else [(base, {}), (without, {})]
    attempts = attempts if len(pooled.consortia) > 1 else attempts[-1:]
    for place, (random, kept) in enumerate(attempts):
        try:
            return _fitted(pooled, part, random, kept, near)
        except np.linalg.LinAlgError as error:
            if place == len(attempts) - 1:
                raise MultilevelError("L014", columns=list(part.terms)) from error
        except MultilevelError:
            if place == len(attempts) - 1:
                raise
    raise AssertionError


def _slope_column(pooled: PooledModel, part: FixedPart, element: str) -> DerivedColumn:
    """The element about its mean over communities; the column itself where it differs within communities."""
    name, source = f"{element} (slope)", pooled.plan.effects[element]
    if not pooled.constant(element):
        return DerivedColumn(name, source, np.ones(pooled.cross.n_cells))
    values = pooled.values(element)
    centred = (values - values.mean())[pooled.community_of_cell]
    return DerivedColumn(name, TIME if pooled.plan.rows == "waves" else INTERCEPT, centred)


def _fitted(
    pooled: PooledModel,
    part: FixedPart,
    random: Sequence[tuple[str, Sequence[str]]],
    slopes: Mapping[str, DerivedColumn],
    near: PooledFit | None,
) -> PooledFit:
    effects = [*random, *((CONSORTIUM, (column.name,)) for column in slopes.values())]
    derived = [*part.derived.values(), *slopes.values()]
    cross = derived_sums(pooled.cross, part.terms, effects, derived)
    dropped, involved = aliased(cross)
    if dropped:
        terms = {term: tuple(c for c in columns if c not in dropped) for term, columns in part.terms.items()}
        cross = derived_sums(pooled.cross, {t: columns for t, columns in terms.items() if columns}, effects, derived)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", LcresearchWarning)
        fit = _begun(cross, near)
    return PooledFit(pooled, fit, {element: column.name for element, column in slopes.items()}, involved)


def _begun(cross: Crossproducts, near: PooledFit | None) -> LinearMixedModel:
    """The fit, from where one with the same random terms ended, if there is one."""
    if near is not None:
        try:
            return fit_lmm(cross.formula, cross, start=near.fit)
        except MultilevelError as error:
            if error.problems[0].code != "L144":
                raise
    return fit_lmm(cross.formula, cross)


def aliased(cross: Crossproducts) -> tuple[frozenset[str], frozenset[str]]:
    """Columns to leave out so that the others are independent, and all columns that cannot be told from others.

    The first is one way to choose; coefficients of the second differ between ways, so none of them is an estimate.
    """
    fixed = cross.columns.fixed
    total = working_units(cross).total(cross)[np.ix_(fixed, fixed)]
    size = np.sqrt(np.diagonal(total))
    empty = size <= 1e-6 * np.sqrt(max(float(total.max()), 1e-300))
    scaled = total / np.outer(np.where(empty, 1, size), np.where(empty, 1, size))
    names = cross.columns.fixed_names
    values, vectors = np.linalg.eigh(scaled)
    null = vectors[:, values < _NOTHING * max(float(values[-1]), 1.0)]
    involved = (np.abs(null) > _INVOLVED).any(axis=1) | empty
    dropped = []
    left = scaled.copy()
    for place in range(len(names)):
        if empty[place] or left[place, place] <= _NOTHING:
            dropped.append(names[place])
            continue
        left = left - np.outer(left[:, place], left[place]) / left[place, place]
    found = frozenset(name for name, is_in in zip(names, involved, strict=True) if is_in and name != INTERCEPT)
    return frozenset(dropped), found | frozenset(dropped)


def community_columns(pooled: PooledModel, columns: Iterable[str]) -> list[str]:
    """Columns of the sums that are features of communities and differ between them."""
    return [name for name in columns if pooled.constant(name) and differs(pooled.values(name))]
