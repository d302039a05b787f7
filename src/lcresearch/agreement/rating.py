"""Agreement of raters who each put the same units into categories."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from lcresearch.agreement import bootstrap
from lcresearch.agreement.alpha import krippendorff, krippendorff_alpha
from lcresearch.agreement.categories import category_agreement, prevalence_and_bias, specific_agreement
from lcresearch.agreement.coefficients import (
    Estimate,
    brennan_prediger,
    conger_kappa,
    fleiss_kappa,
    gwet_ac,
    percent_agreement,
    standard_error,
)
from lcresearch.agreement.ratings import Array, Ratings, from_units
from lcresearch.agreement.result import RaterAgreement
from lcresearch.agreement.two_raters import cohen_kappa, light_kappa, pairwise
from lcresearch.agreement.weights import agreement_weights, ordered
from lcresearch.errors import AgreementError, Problem

INTERVALS = ("fisher", "linearised", "bootstrap", "krippendorff")
FEW_UNITS = 50
FEW_CLUSTERS = 10
MOSTLY = 0.9
PAIR_COLUMNS = ["code", "rater_1", "rater_2", "n_units", "observed", "cohen_kappa", "std_error"]


def rater_agreement(
    ratings: npt.ArrayLike | Ratings,
    *,
    categories: Sequence[Any] | None = None,
    metric: str = "nominal",
    weights: str | npt.ArrayLike | None = None,
    clusters: npt.ArrayLike | None = None,
    raters: Sequence[str] | None = None,
    interval: str = "fisher",
    n_draws: int = 2000,
    seed: int | None = None,
) -> RaterAgreement:
    """Agreement of two or more raters: percent, kappas, Gwet's AC1 and Krippendorff's alpha, each with its interval.

    Parameters
    ----------
    ratings : array_like, shape (n_units, n_raters), or Ratings
        Row a unit (a text segment, say), column a rater; numbers or texts; None and NaN are missing. Counts of raters
        a category come in by :func:`from_counts`, a cross-table of two raters by :func:`from_table`.
    categories : sequence, optional
        All categories in order. Give them when some were never used (Brennan-Prediger and AC1 depend on their number),
        and when texts have an order.
    metric : str
        For alpha: ``nominal``, ``ordinal``, ``interval`` or ``ratio``.
    weights : str or array_like, optional
        For the kappas and AC2; see :func:`lcresearch.agreement.agreement_weights`.
    clusters : array_like, shape (n_units,), optional
        The document of each unit: segments of one interview are not independent, and errors must not act as if.
    raters : sequence of str, optional
        Names of the raters, for the table of pairs.
    interval : str
        For alpha: ``fisher`` (t interval on the scale of Fisher's z, with the error from the derivative),
        ``linearised`` (the same on the scale of alpha, as for the other coefficients and in Gwet, 2014), ``bootstrap``
        (percentiles over resampled units or clusters) or ``krippendorff`` (the algorithm of Hayes & Krippendorff, 2007,
        which holds chance disagreement fixed, knows no clusters, and is too wide with hundreds of units).
    n_draws, seed : int
        For the bootstrap; the same seed gives the same interval.

    Returns
    -------
    RaterAgreement
        Terms: ``percent_agreement``; for two raters ``cohen_kappa`` and ``scott_pi``, for more ``conger_kappa``,
        ``light_kappa`` (mean over pairs) and ``fleiss_kappa``; ``brennan_prediger``, ``gwet_ac1`` (or ``gwet_ac2``),
        ``krippendorff_alpha``; for a 0/1 code ``positive_agreement`` and ``negative_agreement``. What is undefined is
        NaN, with the reason.

    Raises
    ------
    AgreementError
        A001 to A012, see the functions that raise them; A013 too few draws.

    References
    ----------
    Cohen (1960, 1968); Fleiss, Cohen & Everitt (1969); Fleiss (1971); Scott (1955); Conger (1980); Light (1971);
    Brennan & Prediger (1981); Gwet (2008; 2014, Handbook of inter-rater reliability); Krippendorff (2011); Hayes &
    Krippendorff (2007); Cicchetti & Feinstein (1990); Byrt, Bishop & Carlin (1993).

    Examples
    --------
    >>> found = rater_agreement([["yes", "yes"], ["no", "no"], ["yes", "no"], ["no", "no"], ["yes", "yes"]])
    >>> found.tidy().set_index("term")["estimate"].round(3)[["percent_agreement", "cohen_kappa", "krippendorff_alpha"]]
    term
    percent_agreement     0.800
    cohen_kappa           0.615
    krippendorff_alpha    0.640
    Name: estimate, dtype: float64
    """
    check_interval(interval, INTERVALS, n_draws)
    data = ratings if isinstance(ratings, Ratings) else from_units(ratings, categories=categories, clusters=clusters)
    if not isinstance(ratings, Ratings):
        for option, purpose in ((metric, metric), (weights, "weights")):
            if option is not None and not (isinstance(option, str) and option in ("nominal", "identity")):
                ordered(data, categories, str(purpose))
    w = agreement_weights(weights, data)
    estimates = coefficients(data, w, metric)
    rows = table_of(rows_of(estimates, data))
    draws = np.empty((0, 0))
    alpha = rows["term"] == "krippendorff_alpha"
    rows["fisher"] = alpha & (interval == "fisher")
    if interval in ("bootstrap", "krippendorff") and rows.loc[alpha, "estimate"].notna().all():
        draws = _draws(data, metric, interval, n_draws, seed)[None, :]
        rows.loc[alpha, "draws"] = 0
    names = list(raters) if raters is not None else [str(i + 1) for i in range(data.n_raters)]
    return RaterAgreement(
        table=rows,
        categories=category_table(data),
        pairs=pair_table(data, w, names),
        draws=draws,
        unit="unit",
        settings={"metric": metric, "weights": _named(weights), "interval": interval, "n_draws": n_draws, "seed": seed},
        size=sizes(data),
        problems=tuple(problems_of(data)),
    )


def check_interval(interval: str, known: Sequence[str], n_draws: int) -> None:
    """Refuse an unknown way of making intervals (A007), and fewer than 100 draws (A013)."""
    if interval not in known:
        raise AgreementError("A007", found=interval, known=", ".join(known))
    if interval in ("bootstrap", "krippendorff") and n_draws < 100:
        raise AgreementError("A013", n_draws=n_draws)


def coefficients(data: Ratings, weights: Array, metric: str) -> list[Estimate]:
    """All coefficients that these ratings allow, in the order of the table."""
    found = [percent_agreement(data, weights)]
    if data.identified and data.n_raters == 2:
        found.append(cohen_kappa(data, weights))
    elif data.identified:
        found += [conger_kappa(data, weights), light_kappa(data, weights)]
    found += [fleiss_kappa(data, weights), brennan_prediger(data, weights), gwet_ac(data, weights)]
    found.append(krippendorff_alpha(data, metric))
    if is_code(data):
        found += [specific_agreement(data, 1, "positive_agreement"), specific_agreement(data, 0, "negative_agreement")]
    return found


def is_code(data: Ratings) -> bool:
    """Whether the ratings say of each unit that a code applies (1) or does not (0)."""
    return data.q == 2 and data.values is not None and data.values.tolist() == [0.0, 1.0]


def chances(estimates: Sequence[Estimate], data: Ratings) -> list[float]:
    """Unweighted agreement expected by chance, for each coefficient; only asked for when all ratings agree."""
    if not any(e.observed >= 1 - 1e-12 for e in estimates):
        return [float("nan")] * len(estimates)
    return [e.expected for e in coefficients(data, np.eye(data.q), "nominal")]


def rows_of(estimates: Sequence[Estimate], data: Ratings, code: Any = None) -> list[dict[str, Any]]:
    """Rows of the table of results for one set of ratings."""
    pairs = zip(estimates, chances(estimates, data), strict=True)
    return [{"code": code} | _row(estimate, data, chance) for estimate, chance in pairs]


def table_of(rows: Sequence[dict[str, Any]]) -> pd.DataFrame:
    """The table of results; ``code`` holds objects, None where a row is about all codes."""
    codes = pd.Series([row["code"] for row in rows], dtype=object)
    return pd.DataFrame(rows).assign(code=codes)


def _row(estimate: Estimate, data: Ratings, chance: float) -> dict[str, Any]:
    in_use = (data.size >= estimate.least_ratings) & (data.frequency > 0)
    n = _independent(data, in_use)
    error, df = standard_error(estimate, data), float(max(n - 1, 0))
    if estimate.term == "cohen_kappa" and data.cluster is None and n:
        # the variance of Fleiss, Cohen and Everitt (1969), for the normal distribution, divides by n
        error, df = error * np.sqrt((n - 1) / n), float("inf")
    reason = "" if estimate.reason is None else estimate.reason.code
    if error < 1e-12 and estimate.observed < 1 - 1e-12:
        error, reason = float("nan"), "A010"
    tell = in_use if estimate.informative is None else in_use & estimate.informative
    return {
        "term": estimate.term,
        "estimate": estimate.estimate,
        "std_error": error,
        "df": df,
        "observed": estimate.observed,
        "expected": estimate.expected,
        "chance": chance,
        "n_units": _count(estimate.n_units),
        "n_raters": estimate.n_raters,
        "n_independent": _count(_independent(data, tell)),
        "draws": -1,
        "fisher": False,
        "reason": reason,
    }


def _independent(data: Ratings, in_use: npt.NDArray[np.bool_]) -> float:
    """Units, or clusters, that an error rests on."""
    return float(data.frequency[in_use].sum() if data.cluster is None else len(np.unique(data.cluster[in_use])))


def _count(n: float) -> float | int:
    return int(n) if n == int(n) else n


def _named(weights: str | npt.ArrayLike | None) -> Any:
    if weights is None or isinstance(weights, str):
        return weights or "identity"
    return np.asarray(weights, dtype=np.float64).tolist()


def _draws(data: Ratings, metric: str, interval: str, n_draws: int, seed: int | None) -> Array:
    rng = np.random.default_rng(seed)
    if interval == "bootstrap":
        return bootstrap.resampled_alpha(data, metric, n_draws, rng)
    return bootstrap.krippendorff_draws(krippendorff(data, metric), data.n_raters, n_draws, rng)


def category_table(data: Ratings) -> pd.DataFrame:
    """A row a category: ``category, share, specific_agreement, kappa, null_std_error``."""
    found = category_agreement(data)
    columns = {"share": found.share, "specific_agreement": found.specific, "kappa": found.kappa}
    return pd.DataFrame({"category": list(data.categories), **columns, "null_std_error": found.null_std_error})


def pair_table(data: Ratings, weights: Array, names: Sequence[str]) -> pd.DataFrame:
    """A row a pair of raters: ``rater_1, rater_2, n_units, observed, cohen_kappa, std_error``."""
    return pd.DataFrame(pair_rows(data, weights, names), columns=PAIR_COLUMNS).drop(columns="code")


def pair_rows(data: Ratings, weights: Array, names: Sequence[str], code: Any = None) -> list[tuple[Any, ...]]:
    """Rows of the table of pairs."""
    return [
        (code, names[a], names[b], _count(e.n_units), e.observed, e.estimate, standard_error(e, data.pair(a, b)))
        for a, b, e in (pairwise(data, weights) if data.identified else [])
    ]


def sizes(data: Ratings) -> dict[str, Any]:
    """Numbers of units, raters, categories and clusters; prevalence and bias of a 0/1 code."""
    found: dict[str, Any] = {
        "n_units": _count(data.n_pairable),
        "n_left_out": _count(float(data.frequency.sum()) - data.n_pairable),
        "n_raters": data.n_raters,
        "n_categories": data.q,
    }
    if data.cluster is not None:
        found["n_clusters"] = data.n_clusters
    if is_code(data):
        found["prevalence_index"], found["bias_index"] = prevalence_and_bias(data)
    return found


def problems_of(data: Ratings) -> list[Problem]:
    """What limits the numbers: units left out, few units or clusters, one category nearly always."""
    found = []
    left_out = float(data.frequency.sum()) - data.n_pairable
    if left_out:
        found.append(Problem("A023", values={"n": _count(left_out)}))
    if data.cluster is not None and 0 < data.n_clusters < FEW_CLUSTERS:
        found.append(Problem("A025", values={"n": data.n_clusters}))
    elif data.cluster is None and 0 < data.n_pairable < FEW_UNITS:
        found.append(Problem("A024", values={"n": _count(data.n_pairable)}))
    if data.n_pairable and (share := float(category_agreement(data).share.max())) >= MOSTLY and share < 1:
        found.append(Problem("A026", values={"percent": round(100 * share)}))
    return found
