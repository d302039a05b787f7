"""What is compared, and its models: the same factor model in groups, or at waves of the same persons.

Both are one table of parameters, of which some are set equal. A *unit* is a group or a wave. The scale of the
factors is set by their variance in the first unit, not by a marker item, so that all loadings can be tested.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from itertools import combinations
from typing import ClassVar

import numpy as np
import pandas as pd

from lcresearch.errors import MeasurementError
from lcresearch.measurement.comparability.steps import CONTINUOUS, Scheme
from lcresearch.measurement.factor_models import fitting, model_syntax
from lcresearch.measurement.factor_models.arrays import Array, Flags
from lcresearch.measurement.factor_models.factor_model import FactorModel
from lcresearch.measurement.factor_models.fitted import Fitted
from lcresearch.measurement.factor_models.fitting import Data
from lcresearch.measurement.factor_models.implied import Layout
from lcresearch.measurement.factor_models.model_syntax import Modifier, Statement, Syntax
from lcresearch.measurement.factor_models.parameter_table import (
    Parameter,
    ParameterTable,
    equal_across_groups,
    kind_of,
    table_of,
)
from lcresearch.measurement.group_moments import Moments

Freed = frozenset[tuple[str, int]]
"""Parameters with a value of their own: the name as in the model that was given, and the number of the unit."""


@dataclass(frozen=True)
class Setting(ABC):
    """A model and its data, to be fitted with more or less of it equal.

    Attributes
    ----------
    model : str
        As it was given.
    table : ParameterTable
        Nothing equal between units (configural).
    units : tuple of str
        Labels of groups or waves, the first is the reference.
    items_of : dict of factor -> tuple of str
        Names in the model that was given; factors without items of their own are left out.
    names : tuple of dict, shape (n_units,)
        For waves: name in the model -> name at the wave. Empty for groups.
    missing : str
    has_marker : bool
        Whether the model fixes a loading, which then cannot be tested.
    origin : dict of str -> (str, int)
        For waves: name at a wave -> name in the model, and number of the wave.
    """

    scheme: ClassVar[Scheme]

    model: str
    table: ParameterTable
    units: tuple[str, ...]
    items_of: dict[str, tuple[str, ...]]
    names: tuple[dict[str, str], ...] = ()
    missing: str = "listwise"
    has_marker: bool = False
    origin: dict[str, tuple[str, int]] = field(default_factory=dict)

    @property
    @abstractmethod
    def groups(self) -> tuple[str, ...]:
        """Labels of the groups of persons; one empty one with waves."""

    @property
    @abstractmethod
    def group_sizes(self) -> Array:
        """Persons of each group, shape (n_groups,)."""

    @property
    @abstractmethod
    def n_dropped(self) -> Mapping[str, int]:
        """Reason -> rows."""

    @abstractmethod
    def fit(self, kinds: Collection[str], freed: Freed = frozenset(), like: Fitted | None = None) -> FactorModel:
        """The fitted model; ``like`` is an earlier fit to the same data."""

    @property
    def n_persons(self) -> float:
        """Persons in all."""
        return float(self.group_sizes.sum())

    def given_up(self, layout: Layout, kind: str, freed: Freed) -> Flags:
        """Which parameters have no value of their own but could, shape (n_groups, n_parameters)."""
        times = np.bincount(layout.free[layout.free >= 0], minlength=layout.n_free)
        shared = (layout.free >= 0) & (times[layout.free] > 1)
        return np.asarray(shared & np.array([kind_of(p, layout.table.latent) == kind for p in layout.table.parameters]))

    def carried(self, freed: Freed, kinds: Collection[str]) -> Freed:
        """With the intercepts of items whose loadings are free."""
        if "intercepts" not in kinds:
            return freed
        return freed | {(f"{term.split('=~')[1]}~1", unit) for term, unit in freed if "=~" in term}

    @property
    def factors(self) -> tuple[str, ...]:
        """Factors that have items."""
        return tuple(self.items_of)

    @property
    def items(self) -> tuple[str, ...]:
        """Items of all factors."""
        return tuple(dict.fromkeys(item for items in self.items_of.values() for item in items))

    @property
    def of_waves(self) -> bool:
        """Whether units are waves of the same persons."""
        return bool(self.names)

    def name_at(self, name: str, unit: int) -> str:
        """The name of a factor or item in the fitted model."""
        return self.names[unit][name] if self.of_waves else name

    def place(self, parameter: Parameter, group: int) -> tuple[str, int] | None:
        """Name in the model that was given, and unit; None for what lies between waves."""
        if not self.of_waves:
            return parameter.name, group
        left = self.origin.get(parameter.left)
        alone = parameter.right == "1" or parameter.operator == "|"
        right = (parameter.right, left[1] if left else -1) if alone else self.origin.get(parameter.right)
        if left is None or right is None or left[1] != right[1]:
            return None
        return f"{left[0]}{parameter.operator}{right[0]}", left[1]


@dataclass(frozen=True)
class ContinuousSetting(Setting):
    """Answers as numbers.

    Attributes
    ----------
    data : Data
    estimator : str
    """

    scheme: ClassVar[Scheme] = CONTINUOUS

    data: Data = field(kw_only=True)
    estimator: str = field(default="ML", kw_only=True)

    @property
    def groups(self) -> tuple[str, ...]:
        """Labels of the groups of persons; one empty one with waves."""
        return self.data.groups

    @property
    def group_sizes(self) -> Array:
        """Persons of each group, shape (n_groups,)."""
        return self.data.blocks.group_sizes

    @property
    def n_dropped(self) -> Mapping[str, int]:
        """Reason -> rows."""
        return self.data.n_dropped

    def restricted(self, kinds: Collection[str], freed: Freed = frozenset()) -> ParameterTable:
        """The table with kinds of parameters equal in all units, but for some."""
        if self.of_waves:
            return self._equal_waves(kinds, freed)
        std_lv = not self.has_marker
        table = equal_across_groups(self.table, kinds, std_lv=std_lv)
        places = {name: {unit for term, unit in freed if term == name} for name, _ in freed}
        parameters = [
            replace(new, labels=tuple(o if g in places[new.name] else n for g, (o, n) in enumerate(_both(old, new))))
            if new.name in places
            else new
            for old, new in zip(self.table.parameters, table.parameters, strict=True)
        ]
        return replace(table, parameters=tuple(parameters))

    def _equal_waves(self, kinds: Collection[str], freed: Freed) -> ParameterTable:
        """As :func:`equal_across_groups`, between the waves of one group."""
        changed = []
        for each in self.table.parameters:
            kind, place = kind_of(each, self.table.latent), self.place(each, 0)
            later = place is not None and place[1] > 0
            if place is not None and kind in kinds and place not in freed:
                each = replace(each, labels=(f".{place[0]}.",))
            elif later and kind == "means" and "intercepts" in kinds and each.fixed == (0.0,):
                each = replace(each, fixed=(None,))
            elif later and kind == "lv_variances" and "loadings" in kinds and not self.has_marker:
                each = replace(each, fixed=(None,)) if each.fixed == (1.0,) else each
            changed.append(each)
        return replace(self.table, parameters=tuple(changed))

    def fit(self, kinds: Collection[str], freed: Freed = frozenset(), like: Fitted | None = None) -> FactorModel:
        """The fitted model; ``like`` is an earlier fit to the same data, whose free moments are used again."""
        table = self.restricted(kinds, freed)
        moments = like.free_moments if like is not None else None
        estimated = fitting.estimate(table, self.data, self.estimator, free_moments=moments)
        data = self.data
        return FactorModel(estimated, data.groups, self.model, self.missing, data.n_dropped, data.index)


def _both(old: Parameter, new: Parameter) -> list[tuple[str, str]]:
    return list(zip(old.labels, new.labels, strict=True))


def across_groups(
    model: str, data: pd.DataFrame | Moments, group: str | None, estimator: str, missing: str
) -> ContinuousSetting:
    """The setting of groups; M264 where there is one only."""
    syntax = model_syntax.parse(model)
    first = table_of(syntax, n_groups_of(syntax))
    found = fitting.gathered(data, first.observed, group, missing)
    n_units = len(found.groups)
    if n_units < 2:
        raise MeasurementError("M264", n=n_units)
    marker = fixes_loadings(syntax)
    table = table_of(syntax, n_units, mean_structure=True, std_lv=not marker)
    return ContinuousSetting(
        model, table, found.groups, items_of(table), missing=missing, has_marker=marker, data=found, estimator=estimator
    )


def across_waves(
    model: str,
    data: pd.DataFrame | Moments,
    waves: Mapping[str, str | Mapping[str, str]],
    estimator: str,
    missing: str,
) -> ContinuousSetting:
    """The setting of waves: the model once a wave, with residual covariances of the same item over waves."""
    syntax = model_syntax.parse(model)
    if isinstance(data, Moments) and len(data.groups) > 1:
        raise MeasurementError("M261")
    columns = data.items if isinstance(data, Moments) else [str(name) for name in data.columns]
    of_waves = waves_of(syntax, waves, columns)
    marker = fixes_loadings(syntax)
    table = table_of(of_waves.syntax, 1, mean_structure=True, std_lv=not marker)
    found = fitting.gathered(data, table.observed, None, missing)
    return ContinuousSetting(
        model, table, tuple(waves), of_waves.items_of, of_waves.names, missing, marker, of_waves.origin,
        data=found, estimator=estimator,
    )  # fmt: skip


@dataclass(frozen=True)
class Waves:
    """A model that stands once for each wave.

    Attributes
    ----------
    syntax : Syntax
        Of all waves.
    items_of, names, origin
        As of :class:`Setting`.
    """

    syntax: Syntax
    items_of: dict[str, tuple[str, ...]]
    names: tuple[dict[str, str], ...]
    origin: dict[str, tuple[str, int]]


def waves_of(syntax: Syntax, waves: Mapping[str, str | Mapping[str, str]], columns: Collection[str]) -> Waves:
    """The model at each wave, with residual covariances of the same item over waves.

    Raises
    ------
    MeasurementError
        M262: an item without a column at a wave; M264: one wave.
    """
    first = table_of(syntax)
    if len(waves) < 2:
        raise MeasurementError("M264", n=len(waves))
    names = tuple(_names(wave, given, first, columns) for wave, given in waves.items())
    statements = [_renamed(each, of_wave, at) for at, of_wave in enumerate(names) for each in syntax.statements]
    own = items_of(first)
    items = dict.fromkeys(item for items in own.values() for item in items)
    statements += [_covariance(one[i], other[i]) for i in items for one, other in combinations(names, 2)]
    origin = {new: (old, at) for at, of_wave in enumerate(names) for old, new in of_wave.items()}
    return Waves(Syntax(statements), own, names, origin)


def _names(
    wave: str, given: str | Mapping[str, str], table: ParameterTable, columns: Collection[str]
) -> dict[str, str]:
    """Names in the model -> names at a wave; M262 for an item without a column."""
    found = {item: item + given if isinstance(given, str) else given.get(item, "") for item in table.observed}
    missing = [item for item, column in found.items() if column not in columns]
    if missing:
        raise MeasurementError("M262", wave=wave, items=missing, columns=sorted(columns)[:40])
    return found | {factor: f"{factor}_{wave}" for factor in table.latent}


def _renamed(each: Statement, names: Mapping[str, str], wave: int) -> Statement:
    """A statement at a wave; labels hold within the wave."""
    labels = tuple(f"{label}.{wave}" if label else "" for label in each.modifier.labels)
    left, right = names.get(each.left, each.left), names.get(each.right, each.right)
    return replace(each, left=left, right=right, modifier=replace(each.modifier, labels=labels))


def _covariance(one: str, other: str) -> Statement:
    return Statement(one, "~~", other, Modifier(), "", 0)


def items_of(table: ParameterTable) -> dict[str, tuple[str, ...]]:
    """Factor -> observed indicators."""
    found = {factor: tuple(i for i in items if i in table.observed) for factor, items in table.indicators.items()}
    return {factor: items for factor, items in found.items() if items}


def fixes_loadings(syntax: Syntax) -> bool:
    """Whether the model fixes a loading by itself."""
    given = [each.modifier.fixed for each in syntax.statements if each.operator == "=~"]
    return any(value is not None for values in given for value in values)


def n_groups_of(syntax: Syntax) -> int:
    """Groups that the modifiers of a model tell apart."""
    return max(each.modifier.n_groups for each in syntax.statements)
