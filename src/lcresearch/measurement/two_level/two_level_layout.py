"""The parameters of both levels in one vector: those of persons, those of clusters, and those that the levels share."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from lcresearch.measurement.factor_models.arrays import Array, Integers
from lcresearch.measurement.factor_models.implied import Implied, Layout, layout_of
from lcresearch.measurement.factor_models.model_syntax import Syntax
from lcresearch.measurement.factor_models.parameter_table import Parameter, ParameterTable, table_of

LEVELS = ("within", "between")


@dataclass(frozen=True)
class TwoLevelLayout:
    """Where each parameter stands.

    Attributes
    ----------
    levels : tuple of Layout
        Within and between, each of one group; their ``free`` are places in the common vector.
    variables : tuple of str, length p
        Variables of persons (in the order of the within level), then those of clusters alone.
    given : tuple of str
        Covariates of one level whose moments are taken as they are in the sample.
    covariates : tuple of tuple of str
        Of each level: what only predicts, and may go together in the model without other covariances.
    """

    levels: tuple[Layout, Layout]
    variables: tuple[str, ...]
    given: tuple[str, ...] = ()
    covariates: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())

    @property
    def names(self) -> tuple[str, ...]:
        """Of the estimated parameters."""
        return self.levels[0].names

    @property
    def n_free(self) -> int:
        """Number of estimated parameters."""
        return len(self.names)

    @property
    def n_within(self) -> int:
        """Variables of persons."""
        return self.levels[0].n_observed

    @cached_property
    def places(self) -> tuple[Integers, Integers]:
        """Where the observed variables of each level stand among all."""
        at = {name: place for place, name in enumerate(self.variables)}
        within, between = (np.array([at[name] for name in each.table.observed], dtype=np.int64) for each in self.levels)
        return within, between

    @cached_property
    def kept(self) -> tuple[Integers, Integers]:
        """Parameters of each level that are estimated."""
        within, between = (np.flatnonzero(each.free[0] >= 0) for each in self.levels)
        return within, between

    @cached_property
    def spread(self) -> Array:
        """One where an estimated place, of within and then of between, is a free parameter: (n_places, n_free)."""
        numbers = np.concatenate([each.free[0, kept] for each, kept in zip(self.levels, self.kept, strict=True)])
        return np.asarray(numbers[:, None] == np.arange(self.n_free), dtype=float)

    def implied(self, theta: Array) -> tuple[Implied, Implied]:
        """Moments of both levels."""
        within, between = (each.implied(theta) for each in self.levels)
        return within, between

    def values(self, theta: Array) -> tuple[Array, Array]:
        """Value of each parameter of each level, shape (n_parameters,)."""
        within, between = (each.values(theta)[0] for each in self.levels)
        return within, between


Tables = tuple[ParameterTable, ParameterTable]
Covariates = tuple[tuple[str, ...], tuple[str, ...]]


def joined(tables: Tables, given: Collection[str] = (), covariates: Covariates = ((), ())) -> TwoLevelLayout:
    """The layout of two tables of parameters; equal labels are one parameter, also across levels."""
    numbers: dict[str, int] = {}
    layouts = []
    for level, table in zip(LEVELS, tables, strict=True):
        layout = layout_of(table)
        free = layout.free.copy()
        for at, each in enumerate(table.parameters):
            if free[0, at] >= 0:
                free[0, at] = numbers.setdefault(each.labels[0] or f"{each.name} ({level})", len(numbers))
        layouts.append(replace(layout, free=free))
    within, between = (replace(each, names=tuple(numbers)) for each in layouts)
    alone = tuple(name for name in between.table.observed if name not in within.table.observed)
    variables = (*within.table.observed, *alone)
    of_sample = tuple(name for name in variables if name in given)
    return TwoLevelLayout((within, between), variables, of_sample, covariates)


def tables_of(syntax: Syntax, *, std_lv: bool = False, orthogonal: bool = False) -> tuple[Tables, Covariates]:
    """The tables of both levels with what goes without saying, and the covariates of each.

    Items that both levels have get their intercept at the between level.
    """
    within, between = (
        table_of(syntax, mean_structure=True, std_lv=std_lv, orthogonal=orthogonal, level=level) for level in LEVELS
    )
    own = [each for each in syntax.statements if each.level == "within"]
    stated = {each.left for each in own if each.operator == "~" and each.right == "1"}
    zero = set(within.observed) & set(between.observed) - stated
    moved = [
        each.everywhere(fixed=0.0) if _is_intercept(each) and each.left in zero else each for each in within.parameters
    ]
    covariates = _covariates(syntax, within, "within"), _covariates(syntax, between, "between")
    return (replace(within, parameters=tuple(moved)), between), covariates


def given_of(syntax: Syntax, tables: Tables, covariates: Covariates) -> tuple[str, ...]:
    """Covariates of one level alone whose moments are taken as they are in the sample (lavaan: ``fixed.x``).

    Those about whose variance or mean the model says something are not.
    """
    own = [each for each in syntax.statements if each.operator == "~~" or each.right == "1"]
    said = {name for each in own for name in (each.left, each.right)}
    within, between = (table.observed for table in tables)
    alone = [name for name in covariates[0] if name not in between]
    alone += [name for name in covariates[1] if name not in within]
    return tuple(name for name in alone if name not in said)


def _is_intercept(parameter: Parameter) -> bool:
    return parameter.operator == "~" and parameter.right == "1"


def _covariates(syntax: Syntax, table: ParameterTable, level: str) -> tuple[str, ...]:
    """Observed variables that only predict."""
    own = [each for each in syntax.statements if each.level == level]
    others = {name for each in own if each.operator == "=~" for name in (each.left, each.right)}
    others |= {each.left for each in own if each.operator == "~" and each.right != "1"}
    predictors = dict.fromkeys(each.right for each in own if each.operator == "~" and each.right != "1")
    return tuple(name for name in predictors if name in table.observed and name not in others)


def with_given(table: ParameterTable, given: Collection[str], moments: dict[tuple[str, str], float]) -> ParameterTable:
    """The table with variances, covariances and means of given covariates at values, by pair; (name, "1") is a mean."""
    fixed = [
        each.everywhere(fixed=moments[each.left, each.right])
        if each.left in given and (each.right in given or each.right == "1") and each.operator in ("~~", "~")
        else each
        for each in table.parameters
    ]
    return replace(table, parameters=tuple(fixed))
