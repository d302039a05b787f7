"""Measurement invariance: do the items mean the same in each group, or at each wave, and what may be compared?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

import numpy as np
import pandas as pd

from lcresearch.errors import MeasurementError, Problem
from lcresearch.measurement.comparability import effect_sizes as sizes
from lcresearch.measurement.comparability import ordered_effect_sizes as ordered_sizes
from lcresearch.measurement.comparability import rules
from lcresearch.measurement.comparability.ladder import Ladder, Step
from lcresearch.measurement.comparability.ordered_settings import OrderedSetting, ordered_groups, ordered_waves
from lcresearch.measurement.comparability.settings import Setting, across_groups, across_waves
from lcresearch.measurement.comparability.steps import CONTINUOUS, ORDERED, Scheme
from lcresearch.measurement.comparability.verdict import cautions, verdict
from lcresearch.measurement.factor_models.factor_model import FactorModel
from lcresearch.measurement.factor_models.fit_measures import rmsea_of_difference
from lcresearch.measurement.factor_models.ordinal_fitting import check_options
from lcresearch.measurement.group_moments import Moments
from lcresearch.measurement.item_response.graded_response import known_option
from lcresearch.measurement.ordinal_moments import OrdinalMoments
from lcresearch.results import Result

Waves = Mapping[str, str | Mapping[str, str]]
Warranted = Literal["none", "relations", "means"]
_ESTIMATORS = ("ML", "MLR", "MLM")


@dataclass(frozen=True, repr=False, eq=False)
class Invariance(Result):
    """What may be compared between groups or waves; made by :func:`~lcresearch.measurement.invariance`.

    Attributes
    ----------
    units : tuple of str
        Groups or waves; the first is the reference.
    of_waves : bool
    n : int
        Persons.
    rule, source : str
        The rule that decided, and its article.
    warranted : {"none", "relations", "means"}
        What may be compared.
    verdict : Problem
        The same in a sentence with its reason: ``verdict.message("nl")``; what to do next: ``verdict.remedy("nl")``.
    steps : DataFrame
        The columns of :meth:`tidy`.
    rules : DataFrame
        ``step, partial, rule, source, measure, change, limit, met, holds, decides``: what each rule says.
    model_fit : DataFrame
        ``measure, value, limit, met``: whether the model fits at all, in the first step.
    freed : DataFrame
        ``step, term, unit, mi, p_value, change, chi_square_fall, cfi, rmsea, srmr``: parameters that were freed, in
        their order. ``mi`` is the score test by which they were chosen, ``change`` what it expects the parameter to
        move by in the unit, and cfi, rmsea, srmr the differences with the step before once it was free.
    n_equal : DataFrame
        ``factor, unit, n_items, n_equal``: items with all parameters equal.
    effect_sizes : DataFrame
        ``item, unit, reference, d_macs, difference, bias, size``: dMACS (Nye & Drasgow 2011), the same in answer
        points, and how much higher the unit answers than the reference at the same level of the factor.
    scale_effects : DataFrame
        ``factor, unit, reference, observed, bias, share``: the same for the mean of the items.
    factor_means : DataFrame
        ``factor, unit, mean, std_error, variance, standardised`` of the scalar model.
    problems : tuple of Problem
        What the reader must know.
    models : dict of str -> FactorModel
        ``"metric"``, ``"scalar (partial)"``; not kept in :meth:`to_dict`.
    """

    title: ClassVar[str] = "Measurement invariance"

    units: tuple[str, ...]
    of_waves: bool
    n: int
    rule: str
    source: str
    warranted: Warranted
    verdict: Problem
    steps: pd.DataFrame
    rules: pd.DataFrame
    model_fit: pd.DataFrame
    freed: pd.DataFrame
    n_equal: pd.DataFrame
    effect_sizes: pd.DataFrame
    scale_effects: pd.DataFrame
    factor_means: pd.DataFrame
    problems: tuple[Problem, ...] = ()
    models: dict[str, FactorModel] = field(default_factory=dict)

    def tidy(self, conf_level: float = 0.95) -> pd.DataFrame:
        """One row a step, and one more for a step that needed freed parameters.

        ``step, partial, compared_with, n_freed, chi_square, df, p_value, scaling_factor, cfi, tli, rmsea, rmsea_low,
        rmsea_high, srmr, bic, chi_square_difference, df_difference, p_difference, rmsea_d, cfi_difference,
        rmsea_difference, srmr_difference, verdict``. ``rmsea_d`` is the RMSEA of the difference alone (Savalei, Brace &
        Fouladi 2023). The verdict is ``holds``, ``holds_partially``, ``fails``, ``not_reached`` (an earlier step
        failed) or ``equivalent`` (nothing to test: see the cautions). ``conf_level`` is there for all results to be
        alike.
        """
        return self.steps.copy()

    def shown(self) -> pd.DataFrame:
        """What a reader looks at first."""
        kept = ["step", "partial", "n_freed", "chi_square", "df", "p_value", "cfi", "rmsea", "srmr"]
        kept += ["p_difference", "cfi_difference", "rmsea_difference", "srmr_difference", "verdict"]
        return self.steps[kept]

    def glance(self) -> pd.DataFrame:
        """One row: ``n, n_units, rule, warranted, n_freed, largest_d_macs``."""
        largest = self.effect_sizes["d_macs"].max() if len(self.effect_sizes) else np.nan
        row = {"n": self.n, "n_units": len(self.units), "rule": self.source, "warranted": self.warranted}
        return pd.DataFrame([row | {"n_freed": len(self.freed), "largest_d_macs": float(largest)}])

    def cautions(self) -> list[str]:
        """The verdict first, then what the reader must know, in the language of the terminal."""
        return [self.verdict.message(), self.verdict.remedy(), *(problem.message() for problem in self.problems)]

    def to_dict(self) -> dict[str, Any]:
        """Plain values that JSON can hold, without the models."""
        return super().to_dict() | {"models": {}}


def invariance(
    model: str,
    data: pd.DataFrame | Moments | OrdinalMoments,
    group: str | None = None,
    *,
    waves: Waves | None = None,
    steps: Sequence[str] | None = None,
    ordered: Sequence[str] | bool = (),
    estimator: str | None = None,
    missing: str = "listwise",
    rule: str = "auto",
    partial: bool = True,
    max_freed: int = 30,
    reference: str | None = None,
) -> Invariance:
    """Test step by step whether a scale measures the same in groups, or at waves of the same persons.

    Configural: the same items belong together. Metric: loadings are equal too, so that relations may be compared.
    Scalar: intercepts too, so that means may. Strict: residual variances too. A step is judged by how much fit changes:
    Chen (2007), and with ten groups or more Rutkowski & Svetina (2014); what Cheung & Rensvold (2002) and the
    chi-square difference say stands beside it. Where a step fails, parameters are freed one by one; see ``freed``.

    Parameters
    ----------
    model : str
        In the syntax of lavaan, as for :func:`~lcresearch.measurement.cfa`. Where it fixes no loading itself, factors
        have variance 1 in the first group, so that all loadings are tested.
    data : DataFrame, Moments or OrdinalMoments
        A row a person; or moments of groups (``estimator="ML"`` only); or statistics of ordered items.
    group : str, optional
        Column of the groups; sorted or in the order of its categories, the first is the reference.
    waves : mapping, optional
        In place of groups: wave -> what stands behind an item in its column (``{"t0": "_t0", "t1": "_t1"}``), or wave
        -> item -> column. Residuals of the same item go together over waves.
    steps : sequence of str, optional
        Of ``configural, metric, scalar, strict`` (with ordered items see there); by default all.
    ordered : sequence of str, or True
        Items whose answers are ordered categories, all or none: fitted by WLSMV. Steps are then ``configural,
        thresholds, loadings, intercepts, strict`` (Wu & Estabrook 2016).
    estimator, missing : str
        As for :func:`~lcresearch.measurement.cfa`. With ``MLR`` and ``MLM`` differences are scaled (Satorra & Bentler
        2001), CFI and RMSEA robust, and score tests of the search generalised (Boos 1992).
    rule : str
        ``auto, cheung-rensvold, chen, rutkowski-svetina``, with ordered items also ``rutkowski-svetina-2017`` (their
        ``auto``): which decides.
    partial : bool
        Whether to free parameters where a step fails.
    max_freed : int
        At most so many.
    reference : str, optional
        Group or wave with which effect sizes compare; by default the first, and with ten or more the mean of all.
        ``"pooled"`` always gives the mean of all.

    Returns
    -------
    Invariance
        A row a step; ``warranted`` says what may be compared, ``freed`` what was set free for it.

    Raises
    ------
    MeasurementError
        M252 to M255, M260 to M266: what is asked cannot be done; M004: an option that does not exist; and what ``cfa``
        raises.

    Examples
    --------
    Invented answers of two firms, which understand the third item otherwise:

    >>> rng = np.random.default_rng(3)
    >>> firm = np.repeat(["A", "B"], 400)
    >>> capacity = rng.normal(0, 1, 800)
    >>> items = {f"a{k}": 3 + 0.8 * capacity + rng.normal(0, 0.6, 800) for k in range(1, 6)}
    >>> frame = pd.DataFrame(items).assign(firm=firm)
    >>> frame["a3"] += 0.5 * (frame["firm"] == "B")
    >>> found = invariance("capacity =~ a1 + a2 + a3 + a4 + a5", frame, "firm")
    >>> found.warranted, found.freed["term"].tolist()
    ('means', ['a3~1'])
    """
    said = ordered if isinstance(ordered, bool) else len(ordered) > 0
    is_ordered = said or isinstance(data, OrdinalMoments)
    scheme = ORDERED if is_ordered else CONTINUOUS
    names = _steps(steps, scheme)
    of_rows = isinstance(data, pd.DataFrame)
    if (group is None and waves is None and of_rows) or (group is not None and waves is not None):
        raise MeasurementError("M261")
    known_option("rule", rule, rules.names_of(scheme))
    setting: Setting
    if is_ordered and not isinstance(data, Moments):
        setting = _ordered_setting(model, data, group, waves, ordered, estimator, missing)
    elif is_ordered or isinstance(data, OrdinalMoments):
        raise MeasurementError("M231", what="WLSMV")
    else:
        setting = _continuous_setting(model, data, group, waves, estimator, missing)
    against = _reference(reference, setting)
    chosen = rules.chosen(rule, setting.n_persons, len(setting.units), scheme)
    ladder = Ladder(setting, chosen, max_freed if partial else 0)
    ladder.climb(names)
    return _result(ladder, against)


def _steps(steps: Sequence[str] | None, scheme: Scheme) -> tuple[str, ...]:
    """The steps in their order; M260, M255 for those that cannot be."""
    names = scheme.names if steps is None else tuple(name for name in scheme.names if name in steps)
    unknown = [name for name in steps or () if name not in scheme.names]
    if unknown or not names:
        others = {*CONTINUOUS.names, *ORDERED.names}
        code = "M255" if unknown and set(unknown) <= others else "M260"
        raise MeasurementError(code, found=unknown, known=list(scheme.names))
    return names


def _continuous_setting(
    model: str,
    data: pd.DataFrame | Moments,
    group: str | None,
    waves: Waves | None,
    estimator: str | None,
    missing: str,
) -> Setting:
    """The setting of answers as numbers, after refusing what does not go together."""
    estimator = "ML" if estimator is None else estimator
    known_option("estimator", estimator, _ESTIMATORS)
    known_option("missing", missing, ("listwise", "fiml"))
    if isinstance(data, Moments) and (missing == "fiml" or estimator != "ML"):
        raise MeasurementError("M231", what="fiml" if missing == "fiml" else estimator)
    if estimator == "MLM" and missing == "fiml":
        raise MeasurementError("M233")
    if waves is None:
        return across_groups(model, data, group, estimator, missing)
    return across_waves(model, data, waves, estimator, missing)


def _ordered_setting(
    model: str,
    data: pd.DataFrame | OrdinalMoments,
    group: str | None,
    waves: Waves | None,
    ordered: Sequence[str] | bool,
    estimator: str | None,
    missing: str,
) -> OrderedSetting:
    """The setting of ordered answers."""
    check_options(estimator, missing, "theta")
    if waves is None:
        return ordered_groups(model, data, group, ordered, missing)
    return ordered_waves(model, data, waves, ordered, missing)


def _reference(name: str | None, setting: Setting) -> int | None:
    """Number of the reference unit; None for the mean of all."""
    if name == "pooled" or (name is None and len(setting.units) >= rules.MANY_GROUPS):
        return None
    if name is not None and name not in setting.units:
        raise MeasurementError("M266", found=name, known=list(setting.units))
    return 0 if name is None else setting.units.index(name)


def _result(ladder: Ladder, reference: int | None) -> Invariance:
    setting, models = ladder.setting, {step.label: step.model for step in ladder.steps}
    first = ladder.steps[0].model
    reached = next((step.model for step in reversed(ladder.steps) if step.name == setting.scheme.means), None)
    items = scale = means = pd.DataFrame()
    if reached is not None:
        means = sizes.factor_means(setting, reached)
    if reached is not None and "configural" in models:
        items, scale = _effect_sizes(setting, models["configural"], reached, reference)
    fits = rules.fits(first.fit_measures, len(setting.units))
    warranted, sentence = verdict(ladder)
    return Invariance(
        units=setting.units,
        of_waves=setting.of_waves,
        n=int(first.estimated.n),
        rule=ladder.rule.name,
        source=ladder.rule.source,
        warranted=warranted,
        verdict=sentence,
        steps=pd.DataFrame([_row(step) for step in ladder.steps]),
        rules=pd.concat(ladder.judged, ignore_index=True) if ladder.judged else pd.DataFrame(),
        model_fit=pd.DataFrame([(m, *values) for m, values in fits.items()], columns=_MODEL_FIT),
        freed=pd.DataFrame(ladder.searched, columns=_FREED),
        n_equal=_n_equal(ladder),
        effect_sizes=items,
        scale_effects=scale,
        factor_means=means,
        problems=cautions(ladder),
        models=models,
    )  # fmt: skip


def _effect_sizes(
    setting: Setting, configural: FactorModel, reached: FactorModel, reference: int | None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Of items and of scales, with the factors as the model of the step that warrants means has them."""
    common = sizes.unit_parameters(setting, reached)
    if isinstance(setting, OrderedSetting):
        functions = ordered_sizes.response_functions(setting, configural, common)
        items = ordered_sizes.ordered_effect_sizes(setting, functions, reference)
        n, mean, _ = ordered_sizes.sample_answers(setting)
    else:
        moments = reached.estimated.free_moments
        on_one = sizes.on_common_scale(sizes.unit_parameters(setting, configural), common)
        items = sizes.effect_sizes(setting, on_one, moments, reference)
        n, mean, _ = sizes.sample_sizes(setting, moments)
    return items, sizes.scale_effects(setting, items, n, mean, reference)


_FREED = ["step", "term", "unit", "mi", "p_value", "change", "chi_square_fall", "cfi", "rmsea", "srmr"]
_MODEL_FIT = ["measure", "value", "limit", "met"]
_FIT = ["chi_square", "df", "p_value", "scaling_factor", "cfi", "tli", "rmsea"]
_FIT += ["rmsea_low", "rmsea_high", "srmr", "bic"]


def _row(step: Step) -> dict[str, object]:
    fit, test = step.model.fit_measures, step.test
    row: dict[str, object] = {"step": step.name, "partial": step.partial, "compared_with": step.compared_with}
    row |= (
        {"n_freed": len(step.freed)}
        | {name: float(fit.get(name, np.nan)) for name in _FIT}
        | {"df": step.model.estimated.df}
    )
    row |= {
        "chi_square_difference": test.scaled if test else np.nan,
        "df_difference": test.df if test else np.nan,
        "p_difference": test.p_value if test else np.nan,
        "rmsea_d": rmsea_of_difference(test, step.model.estimated.n, len(step.model.groups)) if test else np.nan,
    }
    row |= {f"{name}_difference": step.change.get(name, np.nan) for name in rules.MEASURES}
    return row | {"verdict": step.verdict}


def _n_equal(ladder: Ladder) -> pd.DataFrame:
    """Items of each factor that are still wholly equal in the last step."""
    setting, last = ladder.setting, ladder.steps[-1]
    touched = {(item, unit) for item, unit in ladder.touched(last.freed)}
    some = any(step.name in setting.scheme.added for step in ladder.steps)
    rows = [
        (factor, name, len(items), sum((item, unit) not in touched for item in items) if some else 0)
        for factor, items in setting.items_of.items()
        for unit, name in enumerate(setting.units)
    ]
    return pd.DataFrame(rows, columns=["factor", "unit", "n_items", "n_equal"])
