"""Growth of persons over waves, out of long data: which model, how much growth, and where it differs."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from lcresearch.errors import LcresearchWarning, MultilevelError
from lcresearch.multilevel.comparison import compare
from lcresearch.multilevel.fitting import fit_lmm
from lcresearch.multilevel.formula_marks import unknown_column
from lcresearch.multilevel.growth_result import Growth
from lcresearch.multilevel.linear_mixed_model import LinearMixedModel
from lcresearch.multilevel.time_since_first import Time, time_since_first

_WAVES_FOR_SLOPES = 3
_GROUPS_FOR_SLOPES = 5


@dataclass(frozen=True)
class _Data:
    """Complete rows with the time, and what the models of them are made of.

    Attributes
    ----------
    frame : DataFrame
    outcome, time, person : str
    groups : tuple of str
        Labels of the grouping factors above persons, outermost first.
    predictors : tuple of str
    """

    frame: pd.DataFrame
    outcome: str
    time: str
    person: str
    groups: tuple[str, ...]
    predictors: tuple[str, ...]

    def formula(self, *, fixed: str, slopes: Sequence[str] = ()) -> str:
        """The formula with this fixed part, and slopes of time for these grouping factors."""
        terms = [f"({f'1 + {self.time}' if each in slopes else '1'} | {each})" for each in (*self.groups, self.person)]
        return " + ".join([f"{quoted(self.outcome)} ~ {fixed}", *terms])


def growth(
    frame: pd.DataFrame,
    outcome: str,
    wave: str,
    person: str,
    groups: str | Sequence[str] = (),
    *,
    predictors: str | Sequence[str] = (),
    unit: str | None = None,
    method: str = "REML",
    alpha: float = 0.05,
    alpha_slopes: float = 1.0,
) -> Growth:
    """Fit a sequence of growth models to long data, a row a person and wave, and keep what the data support.

    Time is zero at the first wave, so that the intercept is the level at the start. The sequence: means only; a linear
    trend; slopes that differ between persons, and then between groups, from the finest to the outermost; a curve in the
    fixed part; predictors of level and growth (each with its interaction with time). Each step is compared with the
    last one that was kept by a likelihood-ratio test of fits by maximum likelihood. The trend, predictors and slopes
    stay whatever the test says, a curve stays at ``alpha``. Slopes that are left out because a test did not find them
    make intervals of growth too narrow (Barr, Levy, Scheepers & Tily 2013, Journal of Memory and Language 68, 255-278).
    Slopes of persons need at least three waves: with two, differences in growth cannot be told from residuals. With
    three waves a curve can be the same for all, but not differ between persons.

    Parameters
    ----------
    frame : DataFrame
        Long data. Rows with a missing value in any of the columns are left out and counted.
    outcome : str
        Column of numbers.
    wave : str
        Column of numbers, dates, or ordered categories. Dates are time since the first date of the study.
    person : str
        Column that names a person in all groups; a person has at most one row a wave.
    groups : str or sequence of str
        Columns of nested groups, outermost first, such as ``["consortium", "community"]``.
    predictors : str or sequence of str
        Columns whose effects on level and growth are estimated. Center numbers first.
    unit : str, optional
        Of dates ``day, week, month`` (unless given) or ``year``; of numbers what one more is called.
    method : "REML" or "ML"
        Of the fit that is kept.
    alpha : float
        At which a curve stays.
    alpha_slopes : float
        At which slopes stay; 1 for all that can be estimated. Matuschek, Kliegl, Vasishth, Baayen & Bates (2017) advise
        .20 where the model must be small.

    Returns
    -------
    Growth
        The kept fit with the table of comparisons, growth in units and standard deviations, growth by group, and the
        reliability of slopes.

    Raises
    ------
    MultilevelError
        L005 for a column that is not there, L098 for waves that cannot be read or are all equal, L099 for a person with
        two rows at a wave; further as :func:`~lcresearch.multilevel.fit_lmm`.

    Examples
    --------
    Invented answers of 60 persons at three waves:

    >>> import numpy as np
    >>> rng = np.random.default_rng(1)
    >>> frame = pd.DataFrame({"person": np.repeat(np.arange(60), 3), "year": np.tile([2024, 2025, 2026], 60)})
    >>> frame["community"] = frame["person"] // 6
    >>> level, slope = 3 + rng.normal(0, 0.5, 60), 0.3 + rng.normal(0, 0.2, 60)
    >>> at = frame["year"] - 2024
    >>> frame["voice"] = level[frame["person"]] + slope[frame["person"]] * at + rng.normal(0, 0.3, 180)
    >>> result = growth(frame, "voice", "year", "person", "community", unit="year")
    >>> result.fit.formula
    'voice ~ time + (1 + time | community) + (1 + time | person)'
    >>> result.effect_sizes[["growth", "estimate"]].round(2)
             growth  estimate
    0        1 year      0.40
    1  whole period      0.81
    """
    data, time, n_dropped = _prepared(frame, outcome, wave, person, groups, predictors, unit)
    kept, rows, notes = _sequence(data, alpha, alpha_slopes)
    fit = kept if method == "ML" else _fitted(kept.formula, data, method)
    return Growth(
        fit=fit,
        comparisons=pd.DataFrame(rows),
        unit=time.unit,
        time=data.time,
        wave=wave,
        first=time.first,
        person=person,
        groups=data.groups,
        n_dropped=n_dropped,
        notes=tuple(notes),
    )


def quoted(name: str) -> str:
    """A column as a formula has it."""
    return name if name.isidentifier() else f"`{name}`"


def _listed(names: str | Sequence[str]) -> list[str]:
    return [names] if isinstance(names, str) else list(names)


def _prepared(
    frame: pd.DataFrame,
    outcome: str,
    wave: str,
    person: str,
    groups: str | Sequence[str],
    predictors: str | Sequence[str],
    unit: str | None,
) -> tuple[_Data, Time, int]:
    nested, others = _listed(groups), _listed(predictors)
    used = list(dict.fromkeys([outcome, wave, person, *nested, *others]))
    known = [str(name) for name in frame.columns]
    for name in used:
        if name not in known:
            raise unknown_column(name, known)
    complete = frame[used].dropna()
    if not len(complete):
        raise MultilevelError("L006", n=len(frame))
    time = time_since_first(complete[wave], unit)
    name = "time" if "time" not in {outcome, person, *nested, *others} else "time_since_first"
    rows = complete.assign(**{name: time.values})
    twice = rows.duplicated([person, name])
    if twice.any():
        row = rows[twice].iloc[0]
        raise MultilevelError("L099", person=str(row[person]), wave=str(row[wave]), n=int(twice.sum()))
    factors = tuple(":".join(quoted(each) for each in nested[: k + 1]) for k in range(len(nested)))
    data = _Data(rows, outcome, name, quoted(person), factors, tuple(quoted(each) for each in others))
    return data, time, len(frame) - len(complete)


def _sequence(
    data: _Data, alpha: float, alpha_slopes: float
) -> tuple[LinearMixedModel, list[dict[str, object]], list[str]]:
    """The fit that is kept (by maximum likelihood), a row a model, and what could not be fitted."""
    kept = _fitted(data.formula(fixed="1"), data, "ML")
    rows = [_row("means", kept, None, None)]
    fixed = data.time
    slopes: list[str] = []
    notes: list[str] = []
    for step in _steps(data, notes):
        if step.startswith("slopes: "):
            wanted = (fixed, [*slopes, step.removeprefix("slopes: ")])
        elif step == "curve":
            wanted = (f"{fixed} + I({data.time}**2)", slopes)
        elif step == "predictors":
            wanted = (" + ".join([fixed, *(f"{each} + {data.time}:{each}" for each in data.predictors)]), slopes)
        else:
            wanted = (fixed, slopes)
        try:
            fit = _fitted(data.formula(fixed=wanted[0], slopes=wanted[1]), data, "ML")
        except MultilevelError as error:
            if not step.startswith("slopes: ") or error.problems[0].code != "L012":
                raise
            notes.append(f"too_many_effects:{step.removeprefix('slopes: ')}")
            continue
        limit = {"linear": 1.0, "predictors": 1.0, "curve": alpha}.get(step, alpha_slopes)
        row = _row(step, fit, kept, limit)
        rows.append(row)
        if row["kept"]:
            kept, (fixed, slopes) = fit, wanted
    return kept, rows, notes


def _steps(data: _Data, notes: list[str]) -> list[str]:
    """The models to try after that with means only; why others are not is added to the notes."""
    n_waves = data.frame.groupby(data.person.strip("`"))[data.time].nunique()
    steps = ["linear"]
    if n_waves.max() >= _WAVES_FOR_SLOPES:
        steps.append(f"slopes: {data.person}")
    else:
        notes.append("two_waves")
    for factor in data.groups[::-1]:
        names = [name.strip("`") for name in factor.split(":")]
        n_groups = data.frame.groupby(names, observed=True).ngroups
        if n_groups >= _GROUPS_FOR_SLOPES:
            steps.append(f"slopes: {factor}")
        else:
            notes.append(f"few_groups:{factor} ({n_groups})")
    if data.frame[data.time].nunique() >= _WAVES_FOR_SLOPES:
        steps.append("curve")
    return [*steps, "predictors"] if data.predictors else steps


def _fitted(formula: str, data: _Data, method: str) -> LinearMixedModel:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", LcresearchWarning)
        return fit_lmm(formula, data.frame, method=method)


def _row(step: str, fit: LinearMixedModel, before: LinearMixedModel | None, limit: float | None) -> dict[str, object]:
    row: dict[str, object] = {"model": step, "formula": fit.formula, "n_parameters": fit.n_parameters}
    row |= {"aic": fit.aic, "bic": fit.bic, "log_likelihood": fit.log_likelihood}
    if before is None or limit is None:
        nothing = dict.fromkeys(["statistic", "df", "p_value", "p_value_boundary"], float("nan"))
        return row | nothing | {"singular": fit.singular, "kept": True}
    test = compare(before, fit).table.iloc[1]
    row |= {name: float(test[name]) for name in ("statistic", "df", "p_value", "p_value_boundary")}
    p_value = test["p_value"] if pd.isna(test["p_value_boundary"]) else test["p_value_boundary"]
    return row | {"singular": fit.singular, "kept": fit.converged and (limit >= 1 or bool(p_value < limit))}
