"""Consistency and coverage within groups of cases: does a recipe hold in each consortium, or only across them?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from lcresearch.errors import IntegrationError
from lcresearch.integration.configurations.fit import sufficiency
from lcresearch.integration.configurations.result import QCA, Kind, Model
from lcresearch.integration.configurations.terms import Array, Bools
from lcresearch.results import Result

MOST_NAMED = 10


@dataclass(frozen=True, repr=False, eq=False)
class QcaClusters(Result):
    """Fit of recipes pooled, within groups and between groups (:func:`lcresearch.integration.qca_clusters`).

    Attributes
    ----------
    outcome : str
    table : DataFrame
        ``term, level, group, n, consistency, coverage``; ``level`` is ``pooled``, ``within`` (a row a group) or
        ``between`` (groups as cases, with the means of their members).
    distances : DataFrame
        ``term, n_groups, consistency, coverage``: how far fit within groups is from being equal in all of them, 0 when
        it is.
    """

    title: ClassVar[str] = "Recipes within and between groups"

    outcome: str
    table: pd.DataFrame
    distances: pd.DataFrame

    def tidy(self, conf_level: float = 0.95) -> pd.DataFrame:
        """A term, level and group a row: as :attr:`table`; ``conf_level`` plays no part."""
        return self.table.copy()

    def glance(self) -> pd.DataFrame:
        """One row a recipe: pooled and between consistency, the lowest within a group, and the distance."""
        rows = []
        for term in dict.fromkeys(self.table["term"]):
            part = self.table[self.table["term"] == term].set_index("level")["consistency"]
            within = part[part.index == "within"]
            distance = self.distances.loc[self.distances["term"] == term, "consistency"].iloc[0]
            row = {"term": term, "pooled": float(part["pooled"]), "between": float(part["between"])}
            rows.append(row | {"lowest_within": float(within.min()), "distance": float(distance)})
        return pd.DataFrame(rows)


def qca_clusters(
    result: QCA,
    groups: Mapping[Any, Any] | pd.Series,
    *,
    kind: Kind | None = None,
    model: int = 1,
    negated: bool = False,
) -> QcaClusters:
    """Consistency and coverage of every term, pooled, in each group and between groups.

    Parameters
    ----------
    result : QCA
    groups : mapping or Series
        Case -> group, such as its consortium (or its wave, when a case is a community at a wave).
    kind : str, optional
        Which solution; the intermediate one if there is one, else the parsimonious, else the conservative.
    model : int
        Which of its models, from 1.
    negated : bool
        Of the absence of the outcome.

    Returns
    -------
    QcaClusters

    Raises
    ------
    IntegrationError
        Q050: a case without a group, or one group; Q053: there are no recipes; Q058: no such
        solution or model.

    Notes
    -----
    Garcia-Castro & Ariño (2016), A General Approach to Panel Data Set-Theoretic Research, split the pooled consistency
    ``sum(min(x, y)) / sum(x)`` of a panel into the same within each year and within each firm; here it is taken within
    each group. The distance is theirs: ``sqrt(sum((c_g / sum(c) - 1 / G) ** 2))`` over G groups with consistency c_g.
    Groups without any membership in a term have no consistency and are left out of it. What R's SetMethods (Oana &
    Schneider) calls ``between``, a consistency for each cluster, with its distance dBP, are here the rows ``within`` a
    group and :attr:`QcaClusters.distances`. The level ``between`` is ours: the consistency of groups as cases, with the
    mean membership of their members.

    Examples
    --------
    >>> from lcresearch import integration
    >>> import pandas as pd
    >>> cases = pd.DataFrame(
    ...     {"trust": [1, 1, 0, 0, 1, 0, 1, 0], "time": [1, 0, 1, 0, 1, 1, 0, 0], "y": [1, 0, 0, 0, 1, 0, 0, 0]},
    ...     index=list("ABCDEFGH"),
    ... )
    >>> consortia = dict(zip("ABCDEFGH", [1, 1, 1, 1, 2, 2, 2, 2]))
    >>> integration.qca_clusters(integration.qca(cases, "y", ["trust", "time"]), consortia).glance().round(2)
             term  pooled  between  lowest_within  distance
    0  trust*time     1.0      1.0            1.0       0.0
    """
    kind = kind or result.main_kind
    table = result.negated_truth_table if negated else result.truth_table
    chosen = model_of(result, kind, model, negated=negated)
    solutions = result.negated_solutions if negated else result.solutions
    known = list(dict.fromkeys(solution.kind for solution in solutions if solution.models))
    if table is not None and not known:
        raise IntegrationError("Q053")
    if table is None or chosen is None:
        what = {"en": "solution", "nl": "oplossing"}
        raise IntegrationError("Q058", what=what, found=f"{kind} M{model}", known=known or "–", nearest="–")
    named = groups_of_cases(groups, [str(case) for case in table.frame.index])
    labels = list(dict.fromkeys(named))
    marks: Bools = (named.to_numpy()[:, None] == np.array(labels, dtype=object)[None, :]).astype(np.bool_)
    sets = chosen.memberships(table.frame)
    if sets.shape[1] > 1:
        sets[chosen.name] = sets.max(axis=1)
    outcome = table.membership.to_numpy(dtype=np.float64)
    rows, distances = [], []
    for term in sets.columns:
        x = sets[term].to_numpy(dtype=np.float64)
        found = _rows(str(term), x, outcome, marks, labels)
        rows.append(found)
        within = found[found["level"] == "within"]
        apart = {name: _distance(within[name].to_numpy(dtype=np.float64)) for name in ("consistency", "coverage")}
        distances.append({"term": str(term), "n_groups": len(labels)} | apart)
    return QcaClusters(table.outcome, pd.concat(rows, ignore_index=True), pd.DataFrame(distances))


def model_of(result: QCA, kind: Kind, model: int, *, negated: bool = False) -> Model | None:
    """One model of a solution, counted from 1; None when there is none."""
    models = [one for solution in result.found(kind, negated=negated) for one in solution.models]
    return models[model - 1] if 1 <= model <= len(models) else None


def groups_of_cases(groups: Mapping[Any, Any] | pd.Series, cases: Sequence[str]) -> pd.Series:
    """The group of each case, as text.

    Raises
    ------
    IntegrationError
        Q050: a case without a group, or fewer than two groups.
    """
    given = {str(case): group for case, group in dict(groups).items()}
    without = [case for case in cases if case not in given or pd.isna(given[case])]
    if without:
        raise IntegrationError("Q050", found=without[:MOST_NAMED])
    named = pd.Series(
        [str(given[case]) for case in cases], index=pd.Index(cases, name="case"), name="group", dtype=object
    )
    if named.nunique() < 2:
        raise IntegrationError("Q050", found=list(dict.fromkeys(named)) or "–")
    return named


def _rows(term: str, x: Array, outcome: Array, marks: Bools, labels: Sequence[str]) -> pd.DataFrame:
    pooled = sufficiency(x[:, None], outcome)
    sizes = marks.sum(axis=0)
    shared, size, whole = (values @ marks for values in (np.minimum(x, outcome), x, outcome))
    between = sufficiency((size / sizes)[:, None], whole / sizes)
    consistency = np.divide(shared, size, out=np.full(len(size), np.nan), where=size > 0)
    coverage = np.divide(shared, whole, out=np.full(len(size), np.nan), where=whole > 0)
    head = [("pooled", "", len(x), float(pooled.consistency[0]), float(pooled.coverage[0]))]
    groups = [
        ("within", label, int(n), float(c), float(v))
        for label, n, c, v in zip(labels, sizes, consistency, coverage, strict=True)
    ]
    tail = [("between", "", len(labels), float(between.consistency[0]), float(between.coverage[0]))]
    frame = pd.DataFrame([*head, *groups, *tail], columns=["level", "group", "n", "consistency", "coverage"])
    frame.insert(0, "term", term)
    return frame


def _distance(fit: Array) -> float:
    known = fit[~np.isnan(fit)]
    if not len(known) or known.sum() <= 0:
        return float("nan")
    return float(np.sqrt(((known / known.sum() - 1 / len(known)) ** 2).sum()))
