"""Codes beside each other in groups: which sector says what, and how sure one can be with few interviews."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd
from scipy import stats

from lcresearch.errors import InterviewError, Problem
from lcresearch.interviews.code_tables.matrix import code_matrix
from lcresearch.interviews.code_tables.passages import cases_of, grouped
from lcresearch.interviews.project import Project
from lcresearch.interviews.suggestion_coder import without_suggestions
from lcresearch.multiple_testing import holm
from lcresearch.results import Result

_FEW = 5
_DRAWS = 9_999
_AT_ONCE = 1_000_000


@dataclass(frozen=True, repr=False, eq=False)
class CodeComparison(Result):
    """Codes in groups of documents; made by :func:`~lcresearch.interviews.compare_codes`.

    Attributes
    ----------
    by : str
    shares : DataFrame
        ``code, group, n_documents, n_with, share, conf_low, conf_high`` (Wilson 1927).
    tests : DataFrame
        ``code, n_with, p_value, p_adjusted``: whether the shares differ (exact or by simulation), adjusted for the
        number of codes (Holm 1979).
    problems : tuple of Problem
    """

    title: ClassVar[str] = "Codes by group"
    by: str
    shares: pd.DataFrame
    tests: pd.DataFrame
    problems: tuple[Problem, ...] = ()

    def tidy(self, conf_level: float = 0.95) -> pd.DataFrame:
        """One row a code and group, with the test of the code."""
        z = stats.norm.ppf(0.5 + conf_level / 2)
        frame = self.shares.drop(columns=["conf_low", "conf_high"])
        low, high = wilson(frame["n_with"].to_numpy(), frame["n_documents"].to_numpy(), z)
        return frame.assign(conf_low=low, conf_high=high).merge(
            self.tests.drop(columns="n_with"), on="code", how="left"
        )

    def glance(self) -> pd.DataFrame:
        """One row: ``by, n_groups, n_documents, n_codes, n_different``."""
        groups = self.shares.drop_duplicates("group")
        row = {"by": self.by, "n_groups": len(groups), "n_documents": int(groups["n_documents"].sum())}
        row |= {"n_codes": len(self.tests), "n_different": int((self.tests["p_adjusted"] < 0.05).sum())}
        return pd.DataFrame([row])

    def cautions(self) -> list[str]:
        """What the reader must know, in the language of the terminal."""
        return [problem.message() for problem in self.problems]


def compare_codes(
    project: Project,
    by: str,
    *,
    coders: Collection[str] | None = None,
    with_parents: bool = False,
    per: str = "document",
    seed: int | None = 0,
) -> CodeComparison:
    """In which share of each group's documents a code stands, and whether groups differ.

    Documents are counted, not passages: one person who comes back to a theme ten times is one person. Tests are exact
    (Fisher) for two groups, and by random permutation of groups (9,999, chi-square) for more.

    Parameters
    ----------
    project : Project
    by : str
        Attribute of documents or cases, such as ``sector``.
    coders : collection of str, optional
        Whose codings count.
    with_parents : bool
        Whether a code above counts what lies below it.
    per : str
        What is counted: documents, or an attribute such as ``respondent``, so that a person with several interviews
        counts once. One whose interviews stand in several groups counts in the group of the first.
    seed : int, optional

    Returns
    -------
    CodeComparison

    Raises
    ------
    InterviewError
        V101: an attribute that nobody has; V105: fewer than two groups.
    """
    groups, problems = grouped(project, by)
    if groups.nunique() < 2:
        raise InterviewError("V105", by=by, groups=sorted(set(groups)))
    project, left_out = without_suggestions(project, coders)
    problems += left_out
    presence = code_matrix(project, "document", measure="presence", coders=coders, with_parents=with_parents)
    names = {document.id: document.name for document in project.corpus}
    rows = presence.loc[[names[document] for document in groups.index]].drop(columns="n_documents")
    found = rows.to_numpy().astype(bool)
    found, groups = _once(found, groups, project, per)
    code, labels = pd.factorize(groups.to_numpy())
    n = np.bincount(code)
    with_code = np.stack([np.bincount(code, weights=column, minlength=len(n)) for column in found.T]).astype(int)
    low, high = wilson(with_code, n[None, :])
    n_codes = len(rows.columns)
    shares = pd.DataFrame(
        {
            "code": np.repeat(rows.columns.to_numpy(), len(n)),
            "group": np.tile(labels, n_codes),
            "n_documents": np.tile(n, n_codes),
            "n_with": with_code.ravel(),
            "share": (with_code / n).ravel(),
            "conf_low": low.ravel(),
            "conf_high": high.ravel(),
        }
    )
    p_values = _tests(found, code, n, with_code, seed)
    tests = pd.DataFrame({"code": rows.columns, "n_with": with_code.sum(axis=1), "p_value": p_values})
    few = [str(label) for label, size in zip(labels, n, strict=True) if size < _FEW]
    problems += [Problem("V106", values={"groups": few, "least": _FEW})] if few else []
    return CodeComparison(by, shares, tests.assign(p_adjusted=holm(p_values)), tuple(problems))


def _once(found: np.ndarray, groups: pd.Series[str], project: Project, per: str) -> tuple[np.ndarray, pd.Series[str]]:
    """A row a case for a row a document."""
    if per == "document":
        return found, groups
    of = cases_of(project, per)
    cases = [of[name] for name in groups.index]
    place, first = pd.factorize(np.array(cases, dtype=object))[0], ~pd.Series(cases).duplicated().to_numpy()
    together = np.zeros((int(first.sum()), found.shape[1]), dtype=bool)
    np.logical_or.at(together, place, found)
    return together, groups[first]


def wilson(
    successes: np.ndarray, n: np.ndarray, z: float = float(stats.norm.ppf(0.975))
) -> tuple[np.ndarray, np.ndarray]:
    """Interval of a share (Wilson 1927), which stays within 0 and 1 and holds with few documents.

    Examples
    --------
    >>> low, high = wilson(np.array([8]), np.array([10]))
    >>> round(float(low[0]), 4), round(float(high[0]), 4)
    (0.4902, 0.9433)
    """
    share = successes / n
    middle = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    return np.maximum(middle - half, 0), np.minimum(middle + half, 1)


def _tests(found: np.ndarray, code: np.ndarray, n: np.ndarray, with_code: np.ndarray, seed: int | None) -> np.ndarray:
    """One p value a code; missing where all or no documents have it."""
    varies = (with_code.sum(axis=1) > 0) & (with_code.sum(axis=1) < len(found))
    p_values = np.full(len(with_code), np.nan)
    if len(n) == 2:
        for place in np.flatnonzero(varies):
            p_values[place] = stats.fisher_exact(np.stack([with_code[place], n - with_code[place]]))[1]
        return p_values
    rng = np.random.default_rng(seed)
    drawn = np.array([rng.permutation(code) for _ in range(_DRAWS)])
    observed = _chi_square(with_code, n) - 1e-9
    as_large = np.zeros(len(with_code))
    for some in np.array_split(drawn, max(1, drawn.size // _AT_ONCE)):
        by_group = np.stack([(some == group).astype(float) @ found for group in range(len(n))], axis=-1)
        as_large += (_chi_square(by_group, n) >= observed).sum(axis=0)
    p_values[varies] = (1 + as_large[varies]) / (1 + _DRAWS)
    return p_values


def _chi_square(with_code: np.ndarray, n: np.ndarray) -> np.ndarray:
    """Of codes by groups, which are the last two axes."""
    share = with_code.sum(axis=-1, keepdims=True) / n.sum()
    expected = share * n
    variance = np.where(expected * (1 - share) > 0, expected * (1 - share), np.inf)
    total: np.ndarray = ((with_code - expected) ** 2 / variance).sum(axis=-1)
    return total
