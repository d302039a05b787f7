"""Fill in what is missing several times, with groups in mind: the public function."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
import pandas as pd

from lcresearch.change.arguments import COLUMN, COLUMNS, FLAG, FRAME, WHOLE, takes
from lcresearch.change.choices import check_between
from lcresearch.change.imputation.chains import Chain, run_chain, scale_reduction
from lcresearch.change.imputation.plan import Plan, plan_of
from lcresearch.change.imputation.result import Imputed
from lcresearch.change.imputation.warrant import warrant
from lcresearch.errors import ChangeError, Problem

CONVERGED = 1.2
_VERDICTS = {"few_missing": "C091", "too_much": "C092", "no_information": "C093"}


@takes(
    frame=FRAME,
    columns=COLUMNS,
    group=COLUMN.or_none,
    auxiliary=COLUMNS,
    n_imputations=WHOLE,
    n_iterations=WHOLE,
    matching=FLAG.or_none,
)
def impute(
    frame: pd.DataFrame,
    columns: Sequence[str],
    *,
    group: str | None,
    auxiliary: Sequence[str] = (),
    n_imputations: int = 20,
    n_iterations: int = 10,
    method: Literal["auto", "indicators", "random_intercepts"] = "auto",
    matching: bool | None = None,
    seed: int | None = None,
) -> Imputed:
    """Complete a frame several times by chained equations that respect groups.

    Imputation is never silent: the result says for each column how much was filled in and whether that is warranted.
    Use it for persons who skipped a wave or a scale while other answers of theirs tell something of it; analyses of a
    study do not impute by themselves.

    Parameters
    ----------
    frame : DataFrame
        A row a person; waves side by side (``trust_t0``, ``trust_t1``).
    columns : sequence of str
        Numeric columns of the analysis, those without missing values too: each is imputed from all others. A column
        that is the same for all in a group, such as the size of a firm, is imputed for groups.
    group : str or None
        Column with the firm or community; None without groups.
    auxiliary : sequence of str
        Columns that are not in the analysis but go with what is missing or with missing it.
    n_imputations : int
        Completed copies; at least the percentage of rows with something missing.
    n_iterations : int
        Rounds over all columns.
    method : {"auto", "indicators", "random_intercepts"}
        ``"indicators"``: a regression with an indicator for each group, right for few groups with several persons each.
        ``"random_intercepts"``: a multilevel regression with the spread between groups drawn from its posterior, and
        means of groups as predictors where there are groups enough. ``"auto"``: the second from 8 groups, or where a
        group has no value at all.
    matching : bool, optional
        True: fill in values of persons with about the same prediction, so that answers stay on the scale (predictive
        mean matching). False: draw from the normal distribution; values may lie outside the scale, which does not harm
        means. By default matching from 200 known values: with fewer the ends of the scale lack donors, and in our
        simulations (``benchmarks/imputation.py``) part of the bias of complete cases stayed with three firms of twelve.
    seed : int, optional

    Returns
    -------
    Imputed
        ``warranted`` has a verdict a column: ``few_missing`` (below 5%: complete cases do nearly as well),
        ``no_information`` (the other columns do not go with it: only noise is added), ``too_much`` (above 50%: the
        model speaks, not the answers) or ``warranted``. ``analyse()`` pools, ``sensitivity()`` asks how far missing
        values must lie for the conclusion to change.

    Raises
    ------
    ChangeError
        C052, C053; C087 rows without a group; C088 a column with no values that differ; C089 too few rows or groups for
        so many columns; C094 nothing is missing.
    MeasurementError
        M001 and others for columns.

    Notes
    -----
    Values count as missing at random: given the other columns, who is missing does not depend on the value itself. For
    clustered data see Andridge (2011), who shows that indicators overstate differences between many small groups, and
    Grund, Lüdtke & Robitzsch (2018).

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> frame = pd.DataFrame({"firm": np.repeat(["a", "b", "c"], 20), "t0": rng.normal(3, 0.7, 60)})
    >>> frame["t1"] = 0.3 + 0.8 * frame["t0"] + rng.normal(0.5, 0.4, 60)
    >>> frame.loc[frame["t0"].rank() <= 15, "t1"] = np.nan
    >>> found = impute(frame, ["t0", "t1"], group="firm", seed=2)
    >>> found.tidy()[["column", "n_missing", "verdict"]].values.tolist()
    [['t0', 0, 'complete'], ['t1', 15, 'warranted']]
    """
    check_between("n_imputations", n_imputations, 1, 1001)
    check_between("n_iterations", n_iterations, 1, 10_001)
    plan = plan_of(frame, columns, auxiliary, group, method)
    if plan.known.all():
        raise ChangeError("C094", columns=list(plan.names))
    seeds = np.random.default_rng(seed).spawn(int(n_imputations))
    chains = [run_chain(plan, int(n_iterations), matching, rng) for rng in seeds]
    table = warrant(plan)
    reduction = scale_reduction(np.stack([chain.means for chain in chains]))
    convergence = pd.DataFrame({"column": plan.names, "scale_reduction": reduction})
    return Imputed(
        frame=frame,
        columns=plan.names,
        values=np.stack([chain.values for chain in chains]),
        warranted=table,
        trace=_trace(plan, chains),
        convergence=convergence,
        model=plan.model,
        problems=tuple(_problems(table, convergence, plan, int(n_imputations))),
    )


def _trace(plan: Plan, chains: list[Chain]) -> pd.DataFrame:
    n_iterations = len(chains[0].means)
    index = pd.MultiIndex.from_product(
        [range(1, len(chains) + 1), range(1, n_iterations + 1), plan.names], names=["imputation", "iteration", "column"]
    )
    means = np.stack([chain.means for chain in chains]).ravel()
    deviations = np.stack([chain.deviations for chain in chains]).ravel()
    return pd.DataFrame({"mean": means, "std_dev": deviations}, index=index).dropna().reset_index()


def _problems(table: pd.DataFrame, convergence: pd.DataFrame, plan: Plan, n_imputations: int) -> list[Problem]:
    problems = [
        Problem(
            _VERDICTS[row["verdict"]], values={"column": row["column"], "percent": round(100 * row["share_missing"])}
        )
        for row in table.to_dict("records")
        if row["verdict"] in _VERDICTS
    ]
    apart = convergence[convergence["scale_reduction"] > CONVERGED]["column"].tolist()
    if apart:
        problems.append(Problem("C090", values={"columns": apart}))
    percent = round(100 * float((~plan.known.all(axis=1)).mean()))
    if n_imputations < percent:
        problems.append(Problem("C095", values={"n": n_imputations, "percent": percent}))
    return problems
