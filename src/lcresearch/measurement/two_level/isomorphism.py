"""Does a score mean the same for persons and for communities: factors of two levels compared step by step.

Configural: the same factors explain differences between persons within communities, and between communities. Metric:
loadings are equal across levels, so that both factors have one meaning and one unit, and their variances make an
intraclass correlation (Tay, Woo & Vermunt 2014). Strong: items have no variance of their own between communities: these
differ in the factor alone, without cluster bias (Jak, Oort & Dolan 2013).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, Literal

import numpy as np
import pandas as pd

from lcresearch.errors import MeasurementError, Problem
from lcresearch.measurement.factor_models import model_syntax
from lcresearch.measurement.factor_models.model_syntax import Statement, Syntax
from lcresearch.measurement.factor_models.parameter_table import Parameter, ParameterTable, kind_of
from lcresearch.measurement.two_level.estimated import ESTIMATORS
from lcresearch.measurement.two_level.fitting import estimate, gathered, tables
from lcresearch.measurement.two_level.level_fit import level_fit
from lcresearch.measurement.two_level.two_level_layout import Tables
from lcresearch.measurement.two_level.two_level_model import TwoLevelFactorModel
from lcresearch.results import Result

STEPS = ("configural", "metric", "strong")
MEASURES = ("cfi", "rmsea", "srmr_within", "srmr_between")
Meaning = Literal["none", "factors", "meaning", "everything", "not_known"]
_ALPHA = 0.05
_CFI, _RMSEA, _SRMR = -0.010, 0.015, 0.030
_FIT = ["chi_square", "df", "p_value", "scaling_factor", "cfi", "tli", "rmsea", "srmr_within", "srmr_between", "bic"]


@dataclass(frozen=True, repr=False, eq=False)
class Isomorphism(Result):
    """Whether a score means the same at both levels; made by :func:`~lcresearch.measurement.isomorphism`.

    Attributes
    ----------
    n, n_clusters : int
    same : {"none", "factors", "meaning", "everything", "not_known"}
        What is the same at both levels: nothing; the factors, but not their meaning; also their meaning (loadings);
        and communities differ in nothing else. Not known where a step that decides has no solution, or an impossible
        one. A residual variance between communities that is below zero no more than by chance does not count as such:
        zero is what the step strong says it is.
    verdict : Problem
        The same in a sentence with its reason: ``verdict.message("nl")``; what to do next: ``verdict.remedy("nl")``.
    steps : DataFrame
        The columns of :meth:`tidy`.
    level_fit : DataFrame
        ``level, chi_square, df, p_value, cfi, rmsea, srmr, converged``: how the configural model fits at each level,
        with the other level free (Ryu & West 2009).
    loadings : DataFrame
        ``term, level, std_all, std_error, conf_low, conf_high``: standardised loadings of the configural model.
    factors : DataFrame
        ``factor, within, between, icc, std_error, conf_low, conf_high``: variances with equal loadings, and how much of
        the factor lies between communities; means what it says only where loadings are equal.
    items : DataFrame
        ``item, icc, residual, std_error, p_value, share``: variance of an item's own between communities, with equal
        loadings, and its share of the variance of the item there (cluster bias).
    problems : tuple of Problem
        What the reader must know.
    models : dict of str -> TwoLevelFactorModel
        By step; not kept in :meth:`to_dict`.
    """

    title: ClassVar[str] = "Isomorphism of factors across levels"

    n: int
    n_clusters: int
    same: Meaning
    verdict: Problem
    steps: pd.DataFrame
    level_fit: pd.DataFrame
    loadings: pd.DataFrame
    factors: pd.DataFrame
    items: pd.DataFrame
    problems: tuple[Problem, ...] = ()
    models: dict[str, TwoLevelFactorModel] = field(default_factory=dict)

    def tidy(self, conf_level: float = 0.95) -> pd.DataFrame:
        """One row a step.

        ``step, chi_square, df, p_value, scaling_factor, cfi, tli, rmsea, srmr_within, srmr_between, bic,
        chi_square_difference, df_difference, p_difference, cfi_difference, rmsea_difference, srmr_within_difference,
        srmr_between_difference, verdict``. The verdict is ``holds`` (the difference test does not reject),
        ``holds_nearly`` (it does, but CFI falls by at most .010, RMSEA rises by at most .015 and SRMR of either level
        by at most .030), ``fails``, or ``not_known`` (this step or the one before has no solution, or an impossible
        one). ``conf_level`` is there for all results to be alike.
        """
        return self.steps.copy()

    def shown(self) -> pd.DataFrame:
        """What a reader looks at first."""
        kept = ["step", "chi_square", "df", "cfi", "rmsea", "srmr_within", "srmr_between"]
        return self.steps[[*kept, "chi_square_difference", "df_difference", "p_difference", "verdict"]]

    def glance(self) -> pd.DataFrame:
        """One row: ``n, n_clusters, same, largest_cluster_bias``."""
        share = float(self.items["share"].max()) if len(self.items) else np.nan
        row = {"n": self.n, "n_clusters": self.n_clusters, "same": self.same, "largest_cluster_bias": share}
        return pd.DataFrame([row])

    def cautions(self) -> list[str]:
        """The verdict first, then what the reader must know, in the language of the terminal."""
        return [self.verdict.message(), self.verdict.remedy(), *(problem.message() for problem in self.problems)]

    def to_dict(self) -> dict[str, Any]:
        """Plain values that JSON can hold, without the models."""
        return super().to_dict() | {"models": {}}


def isomorphism(model: str, data: pd.DataFrame, cluster: str, *, estimator: str = "ML") -> Isomorphism:
    """Test step by step whether factors mean the same for persons and for the communities they are in.

    Parameters
    ----------
    model : str
        Of one level, in the syntax of lavaan: it is put at both levels.
    data : DataFrame
        A row a person; persons who left an item open are left out and counted.
    cluster : str
        Column of the communities.
    estimator : "ML" or "MLR"
        With ``MLR`` difference tests are scaled (Satorra & Bentler 2001).

    Returns
    -------
    Isomorphism
        A row a step; ``same`` says what is the same at both levels.

    Raises
    ------
    MeasurementError
        M374: the model has levels already; M361: another estimator; and what :func:`~lcresearch.measurement.cfa`
        raises with ``cluster``.

    Notes
    -----
    Variances may come out negative, as in lavaan, so that zero is no edge of the parameters: the test of the step
    strong has as many degrees of freedom as there are residual variances. Kept at zero or above, it would be a mixture
    (Stoel, Garre, Dolan & van den Wittenboer 2006), with smaller p values than the one given here.

    Examples
    --------
    Invented answers in 60 communities of 10 persons, where communities differ in the factor alone:

    >>> rng = np.random.default_rng(4)
    >>> firm = np.repeat(np.arange(60), 10)
    >>> voice = rng.normal(0, 0.6, 60)[firm] + rng.normal(0, 0.8, 600)
    >>> items = {f"a{k}": 3 + 0.9 * voice + rng.normal(0, 0.6, 600) for k in range(1, 6)}
    >>> found = isomorphism("voice =~ a1 + a2 + a3 + a4 + a5", pd.DataFrame(items).assign(firm=firm), "firm")
    >>> found.same
    'everything'
    """
    if estimator not in ESTIMATORS:
        raise MeasurementError("M361", what=[f"estimator={estimator}"], known=list(ESTIMATORS))
    configural = tables(_at_both_levels(model_syntax.parse(model)))[0]
    configural = configural[0], _renamed(configural[1])
    found = gathered(data, configural[0].observed, configural[1].observed, cluster)
    models: dict[str, TwoLevelFactorModel] = {}
    saturated = None
    for step in STEPS:
        fit = estimate(_table_of_step(step, configural), found, estimator, saturated=saturated)
        saturated = fit.saturated
        models[step] = TwoLevelFactorModel(fit, cluster, found.clusters, model, found.n_dropped, found.index)
    return _result(models)


def _at_both_levels(syntax: Syntax) -> Syntax:
    """The statements of a model, once for each level; intercepts only between."""
    if any(syntax.levels):
        raise MeasurementError("M374")
    statements: list[Statement] = []
    for level in ("within", "between"):
        kept = [each for each in syntax.statements if level == "between" or each.right != "1"]
        statements += [replace(each, level=level) for each in kept]
    return Syntax(statements, [], syntax.equalities)


def _renamed(table: ParameterTable) -> ParameterTable:
    """Labels of a level of its own: what the model makes equal is equal within each level."""
    changed = [
        replace(each, labels=tuple(f"{label} (between)" if label else "" for label in each.labels))
        for each in table.parameters
    ]
    return replace(table, parameters=tuple(changed))


def _table_of_step(step: str, configural: Tables) -> Tables:
    if step == "configural":
        return configural
    within, between = (_equal_loadings(table) for table in configural)
    if step == "strong":
        fixed = [each.everywhere(fixed=0.0) if _own(each, between) else each for each in between.parameters]
        between = replace(between, parameters=tuple(fixed))
    return within, between


def _equal_loadings(table: ParameterTable) -> ParameterTable:
    """Free loadings by a label that both levels share."""
    changed = [
        replace(each, labels=(f".{each.name}",)) if each.operator == "=~" and each.fixed[0] is None else each
        for each in table.parameters
    ]
    return replace(table, parameters=tuple(changed))


def _own(parameter: Parameter, table: ParameterTable) -> bool:
    """Whether it is a variance or covariance of the residuals of indicators."""
    indicators = {item for items in table.indicators.values() for item in items}
    residual = kind_of(parameter, table.latent) in ("residuals", "residual_covariances")
    return residual and {parameter.left, parameter.right} <= indicators


def _result(models: dict[str, TwoLevelFactorModel]) -> Isomorphism:
    steps = pd.DataFrame(_rows(models))
    first = models["configural"]
    by_level = level_fit(first.estimated)
    items, factors = _items(models["metric"]), models["metric"].factor_icc()
    unsound = _unsound(models, by_level)
    same, sentence = _verdict(steps, by_level, factors, items, unsound)
    table = first.standardised()
    loadings = table[table["kind"] == "loadings"].drop(columns="kind").reset_index(drop=True)
    return Isomorphism(
        n=int(first.estimated.n),
        n_clusters=len(first.clusters),
        same=same,
        verdict=sentence,
        steps=steps,
        level_fit=by_level,
        loadings=loadings,
        factors=factors,
        items=items,
        problems=_problems(models),
        models=models,
    )


def _rows(models: dict[str, TwoLevelFactorModel]) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    before: TwoLevelFactorModel | None = None
    for step, model in models.items():
        row: dict[str, object] = {"step": step} | {name: float(model.fit_measures[name]) for name in _FIT}
        row |= {"df": model.estimated.df}
        change = dict.fromkeys(MEASURES, np.nan)
        statistic = df = p_value = np.nan
        if before is not None:
            test = model.estimated.difference(before.estimated)
            statistic, df, p_value = test.scaled, float(test.df), test.p_value
            change = {name: float(model.fit_measures[name] - before.fit_measures[name]) for name in MEASURES}
        row |= {"chi_square_difference": statistic, "df_difference": df, "p_difference": p_value}
        row |= {f"{name}_difference": value for name, value in change.items()}
        verdict = "holds" if before is None else _judged(p_value, change)
        known = all(each is None or _sound(each) for each in (before, model))
        rows.append(row | {"verdict": verdict if known else "not_known"})
        before = model
    return rows


def _judged(p_value: float, change: dict[str, float]) -> str:
    if p_value >= _ALPHA:
        return "holds"
    near = change["cfi"] >= _CFI and change["rmsea"] <= _RMSEA
    near = near and max(change["srmr_within"], change["srmr_between"]) <= _SRMR
    return "holds_nearly" if near else "fails"


def _sound(model: TwoLevelFactorModel) -> bool:
    return model.converged and not _impossible(model)


def _impossible(model: TwoLevelFactorModel) -> list[str]:
    """What cannot be, but for residual variances between communities that chance can have brought below zero."""
    own = _items(model)
    by_chance = own["item"][own["p_value"] >= _ALPHA / max(len(own), 1)]
    excused = tuple(f"var({item}) = " for item in by_chance)
    return [what for what in model.inadmissible if not (what.startswith(excused) and what.endswith("(between)"))]


def _unsound(models: dict[str, TwoLevelFactorModel], by_level: pd.DataFrame) -> dict[str, Problem]:
    """Why a step gives no verdict, by step."""
    found = {}
    for step, model in models.items():
        free = step != "configural" or bool(by_level["converged"].all())
        if not (model.converged and free):
            found[step] = Problem("M498", values={"step": step})
        elif impossible := _impossible(model):
            found[step] = Problem("M499", values={"step": step, "what": "; ".join(impossible[:4])})
    return found


def _items(metric: TwoLevelFactorModel) -> pd.DataFrame:
    """Variance of items of their own between communities."""
    table = metric.tidy()
    own = table[(table["level"] == "between") & (table["kind"] == "residuals")].copy()
    own["item"] = own["term"].str.split("~~").str[0]
    layout = metric.estimated.layout.levels[1]
    indicators = {item for items in layout.table.indicators.values() for item in items}
    total = dict(zip(layout.table.observed, np.diagonal(metric.estimated.implied[1].covariance[0]), strict=True))
    own = own[own["item"].isin(indicators)].merge(metric.icc()[["item", "icc"]], on="item")
    own["share"] = own["estimate"] / own["item"].map(total)
    own = own.rename(columns={"estimate": "residual"})
    return own[["item", "icc", "residual", "std_error", "p_value", "share"]].reset_index(drop=True)


def _verdict(
    steps: pd.DataFrame,
    by_level: pd.DataFrame,
    factors: pd.DataFrame,
    items: pd.DataFrame,
    unsound: dict[str, Problem],
) -> tuple[Meaning, Problem]:
    """What is the same, and the sentence with its reason; a later step does not matter once an earlier one fails."""
    if "configural" in unsound:
        return "not_known", unsound["configural"]
    short = [row for row in by_level.to_dict("records") if not _fits(row)]
    if short:
        worst = {name: float(short[0][name]) for name in ("cfi", "rmsea", "srmr")}
        return "none", Problem("M375", values=worst | {"levels": [str(row["level"]) for row in short]})
    if "metric" in unsound:
        return "not_known", unsound["metric"]
    rows = steps.set_index("step").to_dict("index")
    values = {"chi_square": float(rows["metric"]["chi_square_difference"])}
    values |= {"df": int(rows["metric"]["df_difference"]), "p": float(rows["metric"]["p_difference"])}
    if rows["metric"]["verdict"] == "fails":
        return "factors", Problem("M376", values=values)
    if "strong" in unsound:
        return "not_known", unsound["strong"]
    icc = [f"{row.factor} {row.icc:.0%}" for row in factors.itertuples()]
    if rows["strong"]["verdict"] == "fails":
        biased = items[items["p_value"] < _ALPHA / max(len(items), 1)].sort_values("share", ascending=False)
        names = [f"{row.item} ({row.share:.0%})" for row in biased.itertuples()] or ["–"]
        return "meaning", Problem("M377", values={"icc": icc, "items": names})
    return "everything", Problem("M378", values={"icc": icc})


def _fits(row: dict[Any, Any]) -> bool:
    """At least two of three: CFI .90, RMSEA .08, SRMR .08."""
    return bool((row["cfi"] >= 0.90) + (row["rmsea"] <= 0.08) + (row["srmr"] <= 0.08) >= 2)


def _problems(models: dict[str, TwoLevelFactorModel]) -> tuple[Problem, ...]:
    first, found = models["configural"], []
    dropped = sum(first.n_dropped.values())
    if dropped:
        found.append(Problem("M370", values={"n": dropped, "cluster": first.cluster}))
    bad = [step for step, model in models.items() if not model.converged]
    if bad:
        found.append(Problem("M279", values={"steps": bad}))
    improper: Sequence[str] = list(dict.fromkeys(what for model in models.values() for what in model.inadmissible))
    if improper:
        found.append(Problem("M280", values={"what": "; ".join(improper[:4])}))
    return (*found, *first.about_clusters(), Problem("M379"))
