"""What comparisons of cases may tell when they are shared.

A point in a plot and a row of a truth table of one case tell what that case scored, and measures of fit are sums of
what cases scored. Who knows which elements each community put to work knows its conditions, and can solve such sums for
the outcome of one community. So a comparison is shared whole only when every case may be told of by itself: at least
``minimum_cell`` persons stand behind it, and neither other groups nor an earlier report give anything hidden away.

Of other comparisons no points leave, and no rows and counts of fewer than ``minimum_category`` cases. Fit of the
recipes on the pages of elements, and of single conditions as necessary ones, leaves when the sums behind it cannot be
solved for one case, or for two together; other measures of fit do not leave. With conditions that are all in or all out
this follows exactly from the leverage of cases in these sums, which is then 1; with degrees it may be near 1, so the
limit lies lower.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from lcresearch.disclosure import Ledger, Policy
from lcresearch.integration.cases.matrix import CaseMatrix
from lcresearch.integration.configurations.expressions import terms_of
from lcresearch.integration.configurations.necessity import Necessity
from lcresearch.integration.configurations.result import QCA
from lcresearch.integration.configurations.terms import term_membership
from lcresearch.integration.elements.combining import chosen_solutions
from lcresearch.integration.plan.model import IntegrationFile, QcaPlan

MOST_LEVERAGE = 0.8
_FIT = ("consistency", "pri", "coverage")
Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Telling:
    """What may be shared of comparisons, by their names.

    Attributes
    ----------
    whole : frozenset of str
        Those of which every case may be told of by itself.
    fit : frozenset of str
        Those of which the fit of recipes on the pages of elements, and of single necessary conditions, may be shown.
    """

    whole: frozenset[str] = frozenset()
    fit: frozenset[str] = frozenset()


def what_may_be_told(
    analyses: Mapping[str, QCA],
    necessity: Mapping[str, Necessity],
    plan: IntegrationFile,
    matrix: CaseMatrix,
    policy: Policy,
    ledger: Ledger | None = None,
) -> Telling:
    """What may be shared of comparisons of the cases of a matrix.

    Parameters
    ----------
    analyses : mapping of str to QCA
    necessity : mapping of str to Necessity
        By the same names.
    plan : IntegrationFile
    matrix : CaseMatrix
        That the comparisons were made of.
    policy : Policy
    ledger : Ledger, optional
        What went out earlier; cases that are told of now are staged in it.
    """
    whole, fit = set(), set()
    for name, result in analyses.items():
        columns = _columns(plan.qca[name])
        asked = _only(matrix, columns)
        shown = asked.released(policy, None if ledger is None else ledger.aside()).frame
        told = shown.reindex(result.truth_table.frame.index)[columns].notna().all(axis=1).to_numpy(dtype=bool)
        if told.all():
            asked.released(policy, ledger)
            whole.add(name)
        sums = np.vstack([*_memberships(result, necessity.get(name))])
        if told.all() or not tells_of_few(sums[:, ~told]):
            fit.add(name)
    return Telling(frozenset(whole), frozenset(fit))


def tells_of_few(sums: Array) -> bool:
    """Whether sums over cases can be solved for one case, or for two together.

    Parameters
    ----------
    sums : array (n_sums, n_cases)
        Weight of each case in each sum.

    Notes
    -----
    A combination of the sums rests on a few cases alone when these are an eigenvector of the part of the projection on
    the rows that belongs to them, with eigenvalue 1: for one case that is its leverage.

    Examples
    --------
    >>> tells_of_few(np.array([[1.0, 1, 1, 1, 1, 1]]))
    False
    >>> tells_of_few(np.array([[1.0, 1, 1, 1, 1, 1], [1, 1, 1, 1, 1, 0]]))
    True
    """
    if not sums.size:
        return False
    _, sizes, rows = np.linalg.svd(sums, full_matrices=False)
    basis = rows[sizes > 1e-8 * max(sizes.max(), 1e-300)]
    projection = basis.T @ basis
    own = np.diag(projection)
    middle, half = (own[:, None] + own) / 2, (own[:, None] - own) / 2
    largest = middle + np.sqrt(half**2 + projection**2)
    np.fill_diagonal(largest, own)
    return bool(largest.max() > MOST_LEVERAGE)


def shown_terms(terms: pd.DataFrame, told: Telling, minimum: int) -> pd.DataFrame:
    """Terms as they are shared: no counts of a few cases, and fit where it may be told.

    Parameters
    ----------
    terms : DataFrame
        As :attr:`ElementsOfBothKinds.terms`.
    told : Telling
    minimum : int
        Fewer cases than this are not counted.

    Examples
    --------
    >>> terms = pd.DataFrame({"analysis": ["a", "b"], "n_cases": [2, 4], "consistency": [1.0, 0.9]})
    >>> terms = terms.assign(pri=1.0, coverage=0.5)
    >>> told = Telling(fit=frozenset({"a"}))
    >>> shown_terms(terms, told, 3)[["n_cases", "consistency"]].to_numpy().tolist()
    [[nan, 1.0], [4.0, nan]]
    """
    n = terms["n_cases"].astype(float)
    few = (n < minimum) & ~terms["analysis"].isin(list(told.whole))
    return _without_fit(terms.assign(n_cases=n.mask(few, np.nan)), told.fit)


def shown_necessity(necessity: pd.DataFrame, told: Telling) -> pd.DataFrame:
    """What is necessary, with its fit where that may be told."""
    return _without_fit(necessity, told.fit)


def _without_fit(table: pd.DataFrame, told: Collection[str]) -> pd.DataFrame:
    """Fit to two decimals: with all of them a sum of means of whole answers could be taken apart."""
    closed = ~table["analysis"].isin(list(told)).to_numpy(dtype=bool)
    fit = {name: table[name].astype(float).mask(closed, np.nan).round(2) for name in _FIT if name in table}
    return table.assign(**fit)


def _memberships(result: QCA, necessity: Necessity | None) -> Iterator[Array]:
    """Memberships of cases in everything of which the fit is told: recipes, solutions, and single conditions."""
    table = result.truth_table
    yield np.ones((1, len(table.frame)))
    for solution in chosen_solutions(result):
        for model in solution.models:
            members = term_membership(model.terms, table.frame, table.conditions)
            yield members.T.astype(np.float64)
            yield model.membership(table.frame).to_numpy(dtype=np.float64)[None, :]
    for written in [] if necessity is None else dict.fromkeys(map(str, necessity.single["condition"])):
        found = term_membership(terms_of(written, table.conditions), table.frame, table.conditions)
        yield np.asarray(found.max(axis=1), dtype=np.float64)[None, :]


def _columns(plan: QcaPlan) -> list[str]:
    return list(dict.fromkeys([plan.outcome.column, *(one.column for one in plan.conditions.values())]))


def _only(matrix: CaseMatrix, columns: list[str]) -> CaseMatrix:
    """The matrix with the answers behind these columns alone: nothing else goes out, and is kept as if it did."""
    if not len(matrix.answers):
        return matrix
    return replace(matrix, answers=matrix.answers[matrix.answers["column"].isin(columns)])
