"""Robustness: which recipes stay when cuts, anchors or cases are others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from lcresearch.errors import IntegrationError
from lcresearch.integration.configurations.calibrated import Calibrated
from lcresearch.integration.configurations.clusters import groups_of_cases
from lcresearch.integration.configurations.fit import sufficiency
from lcresearch.integration.configurations.result import QCA, Kind, Model
from lcresearch.integration.configurations.robustness_runs import (
    CHECKS,
    KINDS,
    Run,
    holds,
    models_of,
    models_of_run,
    other_anchors,
    other_cuts,
    without_cases,
)
from lcresearch.integration.configurations.terms import Array, Term, term_membership, term_name
from lcresearch.messages import Messages
from lcresearch.results import Result

_FOLDER = "integration.qca.robustness"


@dataclass(frozen=True, repr=False, eq=False)
class QcaRobustness(Result):
    """What stays of a comparative analysis under other choices (:func:`lcresearch.integration.qca_robustness`).

    Attributes
    ----------
    outcome, kind : str
        Which solution was followed.
    first : str
        Its models, as the analysis gave them.
    runs : DataFrame
        A row an analysis: ``check, change, possible, n_models, models, consistency, coverage, same``. ``possible`` is
        False where it cannot be made; ``same`` where it gives exactly the models of the first; ``consistency`` and
        ``coverage`` are the lowest over models, for the cases of the first analysis.
    terms : DataFrame
        ``check, term, n_models, of_models, n_runs, same, shorter, longer, gone``: of each term the share of runs in
        which it comes back as it is, only in a shorter form (with fewer conditions, so it holds more), only in a
        longer one, or not at all; ``check`` is ``all`` or one kind of check, ``n_models`` in how many models of the
        first analysis it is. Runs that were not possible do not count.
    core : DataFrame
        One row on the robust core, what the models of all runs with a solution agree on: ``n_runs, n_without,
        consistency, coverage, share_of_coverage``.
    """

    title: ClassVar[str] = "Robustness of a comparative analysis"

    outcome: str
    kind: str
    first: str
    runs: pd.DataFrame
    terms: pd.DataFrame
    core: pd.DataFrame

    def tidy(self, conf_level: float = 0.95) -> pd.DataFrame:
        """A term and kind of check a row: as :attr:`terms`; ``conf_level`` plays no part."""
        return self.terms.copy()

    def shown(self) -> pd.DataFrame:
        """Terms over all checks together."""
        return self.terms[self.terms["check"] == "all"].drop(columns="check")

    def by_check(self) -> pd.DataFrame:
        """A row a kind of check: ``check, n_runs, n_possible, n_with_solution, n_same, consistency, coverage``.

        Consistency and coverage are the lowest that occur.
        """
        rows = []
        for check in [name for name in CHECKS if name in set(self.runs["check"])]:
            part = self.runs[self.runs["check"] == check]
            possible = part[part["possible"].astype(bool)]
            row: dict[str, Any] = {"check": check, "n_runs": len(part), "n_possible": len(possible)}
            row |= {"n_with_solution": int((possible["n_models"] > 0).sum()), "n_same": int(possible["same"].sum())}
            rows.append(row | {"consistency": possible["consistency"].min(), "coverage": possible["coverage"].min()})
        return pd.DataFrame(rows)

    def glance(self) -> pd.DataFrame:
        """One row: runs, how many give the same, and the robust core."""
        possible = self.runs[self.runs["possible"].astype(bool)]
        row = {"outcome": self.outcome, "solution": self.kind, "n_runs": len(self.runs), "n_possible": len(possible)}
        core = self.core.iloc[0]
        fit = {f"core_{name}": float(core[name]) for name in ("consistency", "coverage", "share_of_coverage")}
        return pd.DataFrame([row | {"n_same": int(possible["same"].sum())} | fit])

    def words(self, language: str | None = None) -> list[str]:
        """The same in plain sentences."""
        say = Messages(language)
        possible = self.runs[self.runs["possible"].astype(bool)]
        n, same = len(possible), int(possible["same"].sum())
        found = [say(f"{_FOLDER}.runs", n=n, same=same, share=say.percent(same / n if n else None))]
        for row in self.shown().to_dict("records"):
            shares = {name: say.percent(row[name]) for name in ("same", "shorter", "longer", "gone")}
            found.append(say(f"{_FOLDER}.term", term=row["term"], **shares))
        weak = self.by_check()
        weak = weak[weak["n_possible"] > 0]
        held = weak["n_same"] / weak["n_possible"]
        if len(weak) and held.min() < 1:
            check = str(weak["check"].iloc[int(held.argmin())])
            text = say(f"{_FOLDER}.check.{check}")
            found.append(say(f"{_FOLDER}.weakest", check=text, share=say.percent(float(held.min()))))
        core = self.core.iloc[0]
        if core["n_without"]:
            found.append(say(f"{_FOLDER}.without", n=int(core["n_without"])))
        if not np.isnan(core["share_of_coverage"]):
            share = say.percent(float(core["share_of_coverage"]))
            found.append(say(f"{_FOLDER}.core", share=share, consistency=say.number(float(core["consistency"]))))
        return found

    def summary(self) -> str:
        """Plain sentences, then the table."""
        return "\n".join([self.title, "", *(f"- {line}" for line in self.words()), "", super().summary()])


def qca_robustness(
    result: QCA,
    *,
    kind: Kind | None = None,
    consistency: Sequence[float] | None = None,
    frequency: Sequence[int] | None = None,
    pri: Sequence[float] | None = None,
    calibrations: Mapping[str, Calibrated] | None = None,
    shift: float = 0.1,
    groups: Mapping[Any, Any] | pd.Series | None = None,
    leave_out: bool = True,
    max_runs: int = 500,
) -> QcaRobustness:
    """Make the analysis again with other cuts, other anchors, and without each case; what stays?

    Parameters
    ----------
    result : QCA
    kind : str, optional
        The solution to follow; the intermediate one if there is one, else the parsimonious, else the
        conservative.
    consistency, frequency, pri : sequence, optional
        Cuts to try, one at a time; some around those of the analysis if absent, none if empty.
    calibrations : mapping of str to Calibrated, optional
        By column: conditions and outcome whose anchors are moved, one at a time.
    shift : float
        How far: a share of the distance between the outer anchors, or of the range of values for thresholds.
    groups : mapping or Series, optional
        Case -> group, such as its consortium: also leave each group out.
    leave_out : bool
        Leave each case out.
    max_runs : int
        More analyses than this are refused.

    Returns
    -------
    QcaRobustness

    Raises
    ------
    IntegrationError
        Q050: groups that are none; Q051: no such solution, or a shift that cannot be; Q052: too many analyses; Q053:
        there is nothing to follow; Q058: a calibration of another column.

    Notes
    -----
    The robust core follows the idea of Oana & Schneider (2024), A Robustness Test Protocol for Applied QCA: the
    intersection of the solutions of all runs. Here each run's expression is read on the cases of the first analysis;
    its coverage is compared with that of the first solution. Left-out cases count among these.

    Examples
    --------
    >>> from lcresearch import integration
    >>> import pandas as pd
    >>> cases = pd.DataFrame(
    ...     {"trust": [1, 1, 0, 0, 1, 0, 1, 0], "time": [1, 0, 1, 0, 1, 1, 0, 0], "y": [1, 0, 0, 0, 1, 0, 0, 0]},
    ...     index=list("ABCDEFGH"),
    ... )
    >>> found = qca_robustness(integration.qca(cases, "y", ["trust", "time"]), kind="conservative")
    >>> found.shown()[["term", "n_runs", "same", "gone"]]
             term  n_runs  same  gone
    0  trust*time      15   1.0   0.0
    """
    kind = _kind(result, kind)
    if not 0 < shift < 1:
        raise IntegrationError("Q051", what="shift", found=shift, known="0–1")
    models = models_of(result, kind)
    if not models:
        raise IntegrationError("Q053")
    frame = result.truth_table.frame
    named = groups_of_cases(groups, [str(case) for case in frame.index]) if groups is not None else None
    known = dict(calibrations or {})
    runs = [*other_cuts(result, consistency, frequency, pri), *other_anchors(result, known, shift)]
    left_out = without_cases(result, named)
    runs += [run for run in left_out if leave_out or run.check == "group"]
    if len(runs) > max_runs:
        raise IntegrationError("Q052", n_runs=len(runs), most=max_runs)
    given = [models_of_run(result, run, kind, known) for run in runs]
    return QcaRobustness(
        result.truth_table.outcome,
        kind,
        "; ".join(model.name for model in models),
        _table_of_runs(result, runs, given, models),
        _table_of_terms(result, runs, given, models),
        _core(result, given, models),
    )


def _kind(result: QCA, kind: Kind | None) -> Kind:
    if kind is None:
        return result.main_kind
    if kind not in KINDS:
        raise IntegrationError("Q051", what="kind", found=str(kind), known=list(KINDS))
    return kind


def _table_of_runs(
    result: QCA, runs: Sequence[Run], given: Sequence[tuple[Model, ...] | None], first: Sequence[Model]
) -> pd.DataFrame:
    as_asked = {frozenset(model.terms) for model in first}
    rows = []
    for run, models in zip(runs, given, strict=True):
        found = models or ()
        fit = [_fit(result, [model]) for model in found]
        rows.append(
            {"check": run.check, "change": run.change, "possible": models is not None, "n_models": len(found)}
            | {"models": "; ".join(model.name for model in found)}
            | {"consistency": min((pair[0] for pair in fit), default=np.nan)}
            | {"coverage": min((pair[1] for pair in fit), default=np.nan)}
            | {"same": models is not None and {frozenset(model.terms) for model in found} == as_asked}
        )
    return pd.DataFrame(
        rows, columns=["check", "change", "possible", "n_models", "models", "consistency", "coverage", "same"]
    )


def _table_of_terms(
    result: QCA, runs: Sequence[Run], given: Sequence[tuple[Model, ...] | None], first: Sequence[Model]
) -> pd.DataFrame:
    conditions = result.truth_table.conditions
    made = [(run.check, models) for run, models in zip(runs, given, strict=True) if models is not None]
    checks = ["all", *(check for check in CHECKS if any(check == name for name, _ in made))]
    rows = []
    for check in checks:
        chosen = [models for name, models in made if check in ("all", name)]
        for term in dict.fromkeys(term for model in first for term in model.terms):
            fates = [_fate(term, [other for model in models for other in model.terms]) for models in chosen]
            shares = {
                fate: fates.count(fate) / len(fates) if fates else np.nan
                for fate in ("same", "shorter", "longer", "gone")
            }
            in_models = sum(term in model.terms for model in first)
            row = {"check": check, "term": term_name(term, conditions), "n_models": in_models, "of_models": len(first)}
            rows.append(row | {"n_runs": len(fates)} | shares)
    return pd.DataFrame(rows)


def _fate(term: Term, others: Sequence[Term]) -> str:
    if term in others:
        return "same"
    if any(holds(other, term) for other in others):
        return "shorter"
    return "longer" if any(holds(term, other) for other in others) else "gone"


def _core(result: QCA, given: Sequence[tuple[Model, ...] | None], first: Sequence[Model]) -> pd.DataFrame:
    """What all models agree on: the lowest membership over models and runs."""
    with_models = [models for models in given if models]
    lowest = np.min([_membership(result, model) for models in (first, *with_models) for model in models], axis=0)
    outcome = result.truth_table.membership.to_numpy(dtype=np.float64)
    fit = sufficiency(lowest[:, None], outcome)
    whole = _fit(result, first)[1]
    n_without = sum(models is not None and not models for models in given)
    row = {"n_runs": len(with_models), "n_without": n_without, "consistency": float(fit.consistency[0])}
    coverage = float(fit.coverage[0])
    return pd.DataFrame([row | {"coverage": coverage, "share_of_coverage": coverage / whole if whole > 0 else np.nan}])


def _membership(result: QCA, model: Model) -> Array:
    table = result.truth_table
    return np.asarray(term_membership(model.terms, table.frame, table.conditions).max(axis=1), dtype=np.float64)


def _fit(result: QCA, models: Sequence[Model]) -> tuple[float, float]:
    """Consistency and coverage of what these models agree on."""
    together = np.min([_membership(result, model) for model in models], axis=0)
    fit = sufficiency(together[:, None], result.truth_table.membership.to_numpy(dtype=np.float64))
    return float(fit.consistency[0]), float(fit.coverage[0])
