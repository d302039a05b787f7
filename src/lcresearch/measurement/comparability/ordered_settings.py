"""What is compared where answers are ordered categories, and what identifies the model of each step.

Behind each answer stands a normal response with an intercept and a residual variance, which the answers show only
through thresholds. What may be free depends on what is equal (Wu & Estabrook 2016), for each item and unit:

| equal | free in all units but the first |
|---|---|
| nothing | thresholds; intercept 0, residual variance 1, factors mean 0 and variance 1 |
| thresholds | intercepts and residual variances of items with three answers or more |
| and loadings | variances of factors too |
| and intercepts | means of factors too, intercepts no longer |
| and residual variances | means and variances of factors |

With three answers two thresholds fix intercept and residual variance, so that equal thresholds alone restrict nothing.
With two answers equal thresholds and loadings restrict nothing either, while residual variances are free: such items
stay as they are until intercepts are equal too, when all three become equal at once.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import ClassVar

import numpy as np
import pandas as pd

from lcresearch.errors import MeasurementError, Place, Problem
from lcresearch.measurement.columns import check_same_labels
from lcresearch.measurement.comparability.settings import (
    Freed,
    Setting,
    fixes_loadings,
    items_of,
    n_groups_of,
    waves_of,
)
from lcresearch.measurement.comparability.steps import ORDERED, Scheme
from lcresearch.measurement.factor_models import model_syntax
from lcresearch.measurement.factor_models.arrays import Array, Flags
from lcresearch.measurement.factor_models.factor_model import FactorModel
from lcresearch.measurement.factor_models.fitted import Fitted
from lcresearch.measurement.factor_models.implied import Layout
from lcresearch.measurement.factor_models.model_syntax import Syntax
from lcresearch.measurement.factor_models.ordinal_fitting import check_ordered, estimate_ordered, names_in, sample_of
from lcresearch.measurement.factor_models.ordinal_parameters import with_thresholds
from lcresearch.measurement.factor_models.ordinal_sample import OrdinalSample
from lcresearch.measurement.factor_models.parameter_table import Parameter, ParameterTable, kind_of, table_of
from lcresearch.measurement.ordinal_moments import OrdinalMoments

_BASE = {"intercepts": 0.0, "residuals": 1.0}
"""Where intercepts and residual variances stand in the first unit."""


@dataclass(frozen=True)
class OrderedSetting(Setting):
    """Answers as ordered categories.

    Attributes
    ----------
    sample : OrdinalSample
    """

    scheme: ClassVar[Scheme] = ORDERED

    sample: OrdinalSample = field(kw_only=True)

    @property
    def groups(self) -> tuple[str, ...]:
        """Labels of the groups of persons; one empty one with waves."""
        return self.sample.groups

    @property
    def group_sizes(self) -> Array:
        """Persons of each group, shape (n_groups,)."""
        return self.sample.n

    @property
    def n_dropped(self) -> Mapping[str, int]:
        """Reason -> rows."""
        return self.sample.n_dropped

    def categories(self, item: str) -> Array:
        """Answers of an item of the model, in their order."""
        return self.sample.categories[self.sample.items.index(self.name_at(item, 0))]

    def is_binary(self, item: str) -> bool:
        """Whether an item of the model has two answers."""
        return item in self.items and len(self.categories(item)) == 2

    def untestable(self) -> dict[str, list[str]]:
        """Step -> items of which it says nothing: thresholds of items with two or three answers, loadings with two."""
        counts = {item: len(self.categories(item)) for item in self.items}
        return {
            "thresholds": [item for item, count in counts.items() if count < 4],
            "loadings": [item for item, count in counts.items() if count < 3],
        }

    def loadings_tested(self) -> bool:
        """Whether equal loadings restrict each factor: two items or more with three answers."""
        return all(sum(not self.is_binary(item) for item in items) > 1 for items in self.items_of.values())

    def restricted(self, kinds: Collection[str], freed: Freed = frozenset()) -> ParameterTable:
        """The table with kinds of parameters equal in all units, but for some."""
        return replace(self.table, parameters=tuple(self._restricted(p, kinds, freed) for p in self.table.parameters))

    def _restricted(self, parameter: Parameter, kinds: Collection[str], freed: Freed) -> Parameter:
        fixed, labels = list(parameter.fixed), list(parameter.labels)
        for group in range(len(fixed)):
            place = self.place(parameter, group)
            if place is not None:
                cell = self._cell(parameter, fixed[group], labels[group], place, kinds, freed)
                fixed[group], labels[group] = cell
        return replace(parameter, fixed=tuple(fixed), labels=tuple(labels))

    def _cell(
        self,
        parameter: Parameter,
        fixed: float | None,
        label: str,
        place: tuple[str, int],
        kinds: Collection[str],
        freed: Freed,
    ) -> tuple[float | None, str]:
        """Value (None where it is free) and label of a parameter in a unit."""
        kind, (term, unit) = kind_of(parameter, self.table.latent), place
        name = parameter.right if kind == "loadings" else parameter.left
        item = self.origin[name][0] if self.of_waves else name
        late = self.is_binary(item) and "intercepts" not in kinds
        own = place in freed
        if kind in ("thresholds", "loadings"):
            equal = kind in kinds and not late and not own
            return fixed, label or (f".{term}." if equal and fixed is None else "")
        if kind in _BASE:
            return self._base_cell(kind, place, kinds, freed, late=late)
        if kind == "means" and fixed == 0.0 and unit > 0 and "intercepts" in kinds:
            return None, label
        if kind == "lv_variances" and fixed == 1.0 and unit > 0 and not self.has_marker:
            return (None if self._has_equal_loadings(term.split("~~")[0], kinds) else fixed), label
        return fixed, label

    @staticmethod
    def _base_cell(
        kind: str, place: tuple[str, int], kinds: Collection[str], freed: Freed, *, late: bool
    ) -> tuple[float | None, str]:
        """Intercept or residual variance of an item in a unit."""
        (term, unit), base = place, _BASE[kind]
        if "thresholds" not in kinds or late:
            return base, ""
        if kind not in kinds or place in freed:
            return (base if unit == 0 else None), ""
        return (None, f".{term}.") if (term, 0) in freed else (base, "")

    def _has_equal_loadings(self, factor: str, kinds: Collection[str]) -> bool:
        """Whether equal loadings tell how much more a factor varies in a unit than in the first."""
        binary = all(self.is_binary(item) for item in self.items_of.get(factor, ())) and factor in self.items_of
        return "loadings" in kinds and (not binary or "intercepts" in kinds)

    def given_up(self, layout: Layout, kind: str, freed: Freed) -> Flags:
        """Which parameters have no value of their own but could, shape (n_groups, n_parameters)."""
        shared = super().given_up(layout, kind, freed)
        if kind not in _BASE:
            return shared
        of_kind = np.array([kind_of(p, layout.table.latent) == kind for p in layout.table.parameters])
        fixed = (layout.free < 0) & of_kind
        for group, at in zip(*np.nonzero(fixed), strict=True):
            fixed[group, at] = self.place(layout.table.parameters[at], int(group)) not in freed
        return np.asarray(shared | fixed)

    def carried(self, freed: Freed, kinds: Collection[str]) -> Freed:
        """With the intercepts of items whose loadings are free, and the residuals of binary items that are free."""
        found = super().carried(freed, kinds)
        if "residuals" not in kinds:
            return found
        items = [(term.removesuffix("~1"), unit) for term, unit in found if term.endswith("~1")]
        return found | {(f"{item}~~{item}", unit) for item, unit in items if self.is_binary(item)}

    def fit(self, kinds: Collection[str], freed: Freed = frozenset(), like: Fitted | None = None) -> FactorModel:
        """The fitted model, in the theta parameterisation."""
        estimated = estimate_ordered(self.restricted(kinds, freed), self.sample, "theta")
        dropped = dict(self.sample.n_dropped)
        return FactorModel(estimated, self.groups, self.model, self.missing, dropped, self.sample.index)


def ordered_groups(
    model: str, data: pd.DataFrame | OrdinalMoments, group: str | None, ordered: Sequence[str] | bool, missing: str
) -> OrderedSetting:
    """The setting of groups; M264 where there is one only."""
    syntax = _parsed(model)
    first = table_of(syntax, n_groups_of(syntax))
    check_ordered(first.observed, ordered, syntax, data)
    sample = sample_of(data, first.observed, group, missing)
    if len(sample.groups) < 2:
        raise MeasurementError("M264", n=len(sample.groups))
    marker = fixes_loadings(syntax)
    table = _table(syntax, sample, marker=marker)
    own = items_of(table)
    return _checked(
        OrderedSetting(model, table, sample.groups, own, missing=sample.missing, has_marker=marker, sample=sample)
    )  # fmt: skip


def ordered_waves(
    model: str,
    data: pd.DataFrame | OrdinalMoments,
    waves: Mapping[str, str | Mapping[str, str]],
    ordered: Sequence[str] | bool,
    missing: str,
) -> OrderedSetting:
    """The setting of waves: the model once a wave, with residual covariances of the same item over waves.

    Raises
    ------
    MeasurementError
        M253: an answer that nobody gave at a wave; M262, M264: waves; M419: an item whose categories change.
    """
    syntax = _parsed(model)
    if isinstance(data, OrdinalMoments) and len(data.groups) > 1:
        raise MeasurementError("M261")
    of_waves = waves_of(syntax, waves, names_in(data))
    check_ordered(table_of(syntax).observed, ordered, syntax, data)
    marker = fixes_loadings(syntax)
    if isinstance(data, pd.DataFrame):
        check_same_labels(data, [[of_wave[item] for of_wave in of_waves.names] for item in table_of(syntax).observed])
    sample = sample_of(data, table_of(of_waves.syntax).observed, None, missing)
    table = _table(of_waves.syntax, sample, marker=marker)
    found = OrderedSetting(
        model,
        table,
        tuple(waves),
        of_waves.items_of,
        of_waves.names,
        sample.missing,
        marker,
        of_waves.origin,
        sample=sample,
    )
    _check_waves(found)
    return _checked(found)


def _parsed(model: str) -> Syntax:
    """The statements of a model; M252 for what the steps themselves set."""
    syntax = model_syntax.parse(model)
    latent = {each.left for each in syntax.statements if each.operator == "=~"}
    wrong = [
        f"{each.left} {each.operator} {each.right}"
        for each in syntax.statements
        if each.operator in ("|", "~*~")
        or (each.operator == "~" and each.right == "1")
        or (each.operator == "~~" and each.left == each.right and each.left not in latent)
    ]
    if wrong:
        raise MeasurementError("M252", found=wrong)
    return syntax


def _table(syntax: Syntax, sample: OrdinalSample, *, marker: bool) -> ParameterTable:
    table = table_of(syntax, len(sample.groups), mean_structure=True, std_lv=not marker)
    return with_thresholds(table, syntax, sample.n_categories, "theta", ())


def _check_waves(setting: OrderedSetting) -> None:
    """Each answer must be given at each wave, or thresholds cannot be compared."""
    problems = []
    columns = dict(zip(setting.sample.items, setting.sample.categories, strict=True))
    for item in setting.items:
        levels = [columns[setting.name_at(item, wave)] for wave in range(len(setting.units))]
        known = np.unique(np.concatenate(levels))
        for wave, own in zip(setting.units, levels, strict=True):
            lacking = [f"{level:g}" for level in np.setdiff1d(known, own)]
            if lacking:
                problems.append(Problem("M253", Place(item=item), {"wave": wave, "empty": lacking}))
    if problems:
        raise MeasurementError(problems)


def _checked(setting: OrderedSetting) -> OrderedSetting:
    """M254 for a binary item whose loading the model fixes: its scale is free, so that it cannot be a marker."""
    loadings = [each for each in setting.table.parameters if each.operator == "=~"]
    names = [each.right for each in loadings if any(value is not None for value in each.fixed)]
    items = [setting.origin[name][0] if setting.of_waves else name for name in names]
    binary = list(dict.fromkeys(item for item in items if setting.is_binary(item)))
    if binary:
        raise MeasurementError("M254", items=binary)
    return setting
