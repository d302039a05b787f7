"""Saturation: how many new codes each interview still brings, and how many there may be that nobody has heard yet."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from lcresearch.errors import InterviewError, Problem
from lcresearch.interviews.code_tables.matrix import code_matrix
from lcresearch.interviews.project import Project
from lcresearch.interviews.suggestion_coder import without_suggestions
from lcresearch.results import Result

BASE_SIZE, RUN_LENGTH, THRESHOLD = 4, 2, 0.05
_FEW = 5


@dataclass(frozen=True, repr=False, eq=False)
class Saturation(Result):
    """How far a set of interviews has come; made by :func:`~lcresearch.interviews.saturation`.

    Attributes
    ----------
    n_documents, n_codes : int
        Documents, and codes that stand in at least one of them.
    curve : DataFrame
        ``n_documents, in_order, new, expected, conf_low, conf_high``: codes found after so many documents in the order
        given, new ones in the last, and what any order gives (mean over orders, closed form; 95% of random orders).
    estimated_codes, estimated_low, estimated_high : float
        How many codes there are by Chao2, with its interval.
    coverage : float
        Chance that a code of the next document is known already.
    stopping_point : int or None
        Documents after which new information stayed at or below the threshold (Guest, Namey & Chen 2020); None when it
        did not.
    """

    title: ClassVar[str] = "Saturation"
    n_documents: int
    n_codes: int
    curve: pd.DataFrame
    estimated_codes: float
    estimated_low: float
    estimated_high: float
    coverage: float
    stopping_point: int | None
    problems: tuple[Problem, ...] = ()

    def tidy(self, conf_level: float = 0.95) -> pd.DataFrame:
        """The curve: one row a number of documents."""
        return self.curve.copy()

    def glance(self) -> pd.DataFrame:
        """One row: numbers of documents and codes, ``estimated_codes`` with interval, ``coverage, stopping_point``."""
        names = ["n_documents", "n_codes", "estimated_codes", "estimated_low", "estimated_high", "coverage"]
        row: dict[str, object] = {name: getattr(self, name) for name in names}
        return pd.DataFrame([row | {"stopping_point": self.stopping_point}])

    def cautions(self) -> list[str]:
        """What the reader must know, in the language of the terminal."""
        return [problem.message() for problem in self.problems]


def saturation(
    project: Project,
    *,
    coders: Collection[str] | None = None,
    base_size: int = BASE_SIZE,
    run_length: int = RUN_LENGTH,
    threshold: float = THRESHOLD,
    n_orders: int = 1000,
    seed: int | None = 0,
) -> Saturation:
    """How many codes were found after each document, and whether more documents would bring new ones.

    Parameters
    ----------
    project : Project
        Documents count in its order: that of the interviews.
    coders : collection of str, optional
        Whose codings count.
    base_size, run_length, threshold : int, int, float
        Of the stopping rule of Guest, Namey & Chen (2020): the codes of the first ``base_size`` documents, those new in
        a run of ``run_length`` documents after them, and the share at or below which interviewing may stop.
    n_orders : int
        Random orders for the band around the curve.
    seed : int, optional

    Returns
    -------
    Saturation

    Raises
    ------
    InterviewError
        V103: fewer documents than ``base_size``; V232: no codings; V237: a number below 1.

    Notes
    -----
    The mean over orders is the sample-based rarefaction curve (Colwell, Mao & Chang 2004, equation 5). The number of
    codes is estimated by Chao2 from codes found in one and in two documents, with the log-normal interval of Chao
    (1987), and the coverage as by Chao & Jost (2012). These count codes that coders would use; a new question or
    another kind of respondent can always bring more.
    """
    project, left_out = without_suggestions(project, coders)
    found = code_matrix(project, "document", measure="presence", coders=coders).drop(columns="n_documents").to_numpy()
    n, used = len(found), found[:, found.any(axis=0)].astype(bool)
    if not used.size:
        raise InterviewError("V232", n=n)
    if n < base_size:
        raise InterviewError("V103", n=n, n_codes=used.shape[1], least=base_size)
    for name, value in (("base_size", base_size), ("run_length", run_length), ("n_orders", n_orders)):
        if value < 1:
            raise InterviewError("V237", name=name, found=value)
    in_order = used.cumsum(axis=0).astype(bool).sum(axis=1)
    low, high = _band(used, n_orders, seed)
    curve = pd.DataFrame(
        {
            "n_documents": np.arange(1, n + 1),
            "in_order": in_order,
            "new": np.diff(in_order, prepend=0),
            "expected": rarefaction(used),
            "conf_low": low,
            "conf_high": high,
        }
    )
    estimate, estimate_low, estimate_high = chao2(used)
    problems = [Problem("V104", values={"n": n, "least": 2 * _FEW})] if n < 2 * _FEW else []
    return Saturation(
        n_documents=n,
        n_codes=used.shape[1],
        curve=curve,
        estimated_codes=estimate,
        estimated_low=estimate_low,
        estimated_high=estimate_high,
        coverage=coverage(used),
        stopping_point=stopping_point(curve["new"].to_numpy(), base_size, run_length, threshold),
        problems=(*left_out, *problems),
    )


def rarefaction(used: np.ndarray) -> np.ndarray:
    """Codes to be expected in 1 to n documents drawn from n (Colwell, Mao & Chang 2004, equation 5).

    Parameters
    ----------
    used : (n, codes) array of bool

    Examples
    --------
    >>> rarefaction(np.array([[True, False], [True, True]])).tolist()
    [1.5, 2.0]
    """
    n, times = len(used), used.sum(axis=0)
    # chance that none of m documents has a code that stands in `times` of n: C(n - times, m) / C(n, m)
    steps = np.arange(n)[:, None]
    left = np.clip((n - times[None, :] - steps) / (n - steps), 0, None)
    expected: np.ndarray = (1 - np.cumprod(left, axis=0)).sum(axis=1)
    return expected


def _band(used: np.ndarray, n_orders: int, seed: int | None) -> tuple[np.ndarray, np.ndarray]:
    """Where 95% of random orders lie."""
    rng = np.random.default_rng(seed)
    first = np.empty((n_orders, len(used)))
    for order in range(n_orders):
        shuffled = used[rng.permutation(len(used))]
        appears = shuffled.argmax(axis=0)
        first[order] = np.bincount(appears, minlength=len(used)).cumsum()
    low, high = np.quantile(first, [0.025, 0.975], axis=0)
    return low, high


def chao2(used: np.ndarray) -> tuple[float, float, float]:
    """Number of codes, seen or not, with a 95% interval (Chao 1987; bias-corrected where no code stands in two).

    Parameters
    ----------
    used : (n, codes) array of bool
    """
    n, times = len(used), used.sum(axis=0)
    seen, once, twice = len(times), int((times == 1).sum()), int((times == 2).sum())
    factor = (n - 1) / n
    if twice > 0:
        ratio = once / twice
        unseen = factor * once**2 / (2 * twice)
        variance = twice * (factor * ratio**2 / 2 + factor**2 * ratio**3 + factor**2 * ratio**4 / 4)
    else:
        unseen = factor * once * (once - 1) / 2
        total = seen + unseen
        variance = factor * once * (once - 1) / 2 + factor**2 * once * (2 * once - 1) ** 2 / 4
        variance -= factor**2 * once**4 / (4 * total) if total else 0.0
    if unseen == 0:
        return float(seen), float(seen), float(seen)
    spread = np.exp(1.96 * np.sqrt(np.log1p(max(variance, 0.0) / unseen**2)))
    return seen + unseen, seen + unseen / spread, seen + unseen * spread


def coverage(used: np.ndarray) -> float:
    """Chance that what the next document says has a code that was found already (Chao & Jost 2012, for incidences)."""
    n, times = len(used), used.sum(axis=0)
    total, once, twice = times.sum(), (times == 1).sum(), (times == 2).sum()
    if not once:
        return 1.0
    above = (n - 1) * (once if twice else once - 1)
    return float(1 - once / total * above / (above + 2 * (twice if twice else 1)))


def stopping_point(new: np.ndarray, base_size: int, run_length: int, threshold: float) -> int | None:
    """Documents after which a run brought at most the threshold of new codes (Guest, Namey & Chen 2020).

    Examples
    --------
    >>> stopping_point(np.array([10, 5, 3, 2, 2, 1, 1, 0, 0]), 4, 2, 0.05)
    8
    """
    base = new[:base_size].sum()
    runs = [new[start : start + run_length].sum() for start in range(base_size, len(new) - run_length + 1)]
    met = [place for place, brought in enumerate(runs) if base and brought / base <= threshold]
    return base_size + met[0] + run_length if met else None
