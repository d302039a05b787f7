"""What single studies do to the result: leave-one-out, influence, cumulative and subgroup analyses."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy import stats

from lcresearch.synthesis.effect_sizes.figures import Array, Places
from lcresearch.synthesis.random_effects.fitting import Fit, fit_at, fit_studies
from lcresearch.synthesis.random_effects.heterogeneity import Studies


def refit(studies: Studies, method: str, test: str) -> Fit:
    """A fit of fewer studies; one study alone stands for itself, with tau2 = 0 and the normal test, as in metafor."""
    if studies.k == 1 and studies.p == 1:
        return fit_at(studies, 0.0, float("nan"), method, "normal")
    return fit_studies(studies, method, test)


def row_of(fit: Fit, conf_level: float) -> dict[str, float]:
    """The overall effect of a fit without moderators, with its heterogeneity, as a row of a table."""
    estimate, error = float(fit.coefficients[0]), float(np.sqrt(fit.covariance[0, 0]))
    half, statistic = (
        float(fit.half_width(np.array(error), conf_level)),
        estimate / error if error > 0 else float("nan"),
    )
    alone = fit.studies.k == 1
    return {
        "estimate": estimate,
        "std_error": error,
        "statistic": statistic,
        "df": fit.df if np.isfinite(fit.df) else float("nan"),
        "p_value": float(fit.p_values(np.array([statistic]))[0]),
        "conf_low": estimate - half,
        "conf_high": estimate + half,
        "q": 0.0 if alone else fit.q,
        "q_p_value": fit.q_p_value,
        "tau2": fit.tau2,
        "i2": 0.0 if alone else fit.i2,
        "h2": 1.0 if alone else fit.h2,
    }


def part(studies: Studies, chosen: Places) -> Studies:
    """Some of the studies, by their places."""
    return Studies(studies.y[chosen], studies.v[chosen], studies.x[chosen])


def leave_one_out(fit: Fit, labels: Sequence[str], conf_level: float) -> pd.DataFrame:
    """The result without each study in turn, tau2 estimated anew."""
    rows = [row_of(refit(fit.studies.without(i), fit.method, fit.test), conf_level) for i in range(fit.studies.k)]
    return pd.DataFrame(rows).assign(left_out=list(labels))[["left_out", *rows[0]]]


def cumulative(fit: Fit, labels: Sequence[str], order: Places, conf_level: float) -> pd.DataFrame:
    """The result after each study, in the order given."""
    rows = [
        row_of(refit(part(fit.studies, order[: n + 1]), fit.method, fit.test), conf_level) for n in range(len(order))
    ]
    table = pd.DataFrame(rows).assign(added=[labels[i] for i in order], k=np.arange(1, len(order) + 1))
    return table[["added", "k", *rows[0]]]


def influence(fit: Fit, labels: Sequence[str], terms: Sequence[str]) -> pd.DataFrame:
    """Diagnostics of each study (Viechtbauer & Cheung, 2010), with metafor's definitions.

    Studies are deleted one by one and tau2 is estimated anew; where too few are left, cells are empty.
    """
    s, w = fit.studies, fit.weighted
    hat = w.weights * np.sum((s.x @ w.inverse) * s.x, axis=1)
    standardised = w.residuals / np.sqrt((s.v + fit.tau2) * np.maximum(1 - hat, 1e-300))
    precision: Array = np.asarray(
        np.linalg.inv(fit.covariance) if fit.scale > 0 else np.full_like(fit.covariance, np.nan), dtype=np.float64
    )
    determinant = float(np.linalg.det(fit.covariance))
    rows: list[dict[str, float]] = []
    for i in range(s.k):
        left = s.without(i)
        if left.k <= left.p or np.linalg.matrix_rank(left.x) < left.p:
            rows.append({})
            continue
        rows.append(
            _deleted(fit, fit_studies(left, fit.method, fit.test), i, float(hat[i]), precision, determinant, terms)
        )
    table = pd.DataFrame(rows)
    table = table.assign(
        study=list(labels),
        standardised_residual=standardised,
        hat=hat,
        weight=100 * w.weights / np.sum(w.weights),
    )
    changed = [f"dfbetas_{term}" for term in terms]
    columns = ["residual_deleted", "residual_error", "studentised_residual", "dffits", "cook_distance"]
    columns += ["covariance_ratio", "tau2_deleted", "q_deleted", *changed]
    table = table.reindex(columns=["study", "standardised_residual", *columns, "hat", "weight"])
    cook_tail = stats.chi2.cdf(table["cook_distance"], df=s.p)
    influential = (table["dffits"].abs() > 3 * np.sqrt(s.p / (s.k - s.p))) | (cook_tail > 0.5)
    influential |= (hat > 3 * s.p / s.k) | (table[changed].abs() > 1).any(axis=1)
    return table.assign(influential=influential)


def cook_at_tau2(fit: Fit) -> Array:
    """Cook's distance with tau2 held, shape (k,): in closed form, to rank studies by how much they move a line."""
    s, w = fit.studies, fit.weighted
    hat = w.weights * np.sum((s.x @ w.inverse) * s.x, axis=1)
    return np.asarray(w.weights * w.residuals**2 * hat / np.maximum(1 - hat, 1e-12) ** 2)


def baujat(fit: Fit, labels: Sequence[str]) -> pd.DataFrame:
    """Contribution to Q and influence on the result, a study a row (Baujat et al., 2002; metafor's definitions)."""
    s = fit.studies
    moved = np.full(s.k, np.nan)
    for i in range(s.k):
        left = s.without(i)
        if left.k > left.p and np.linalg.matrix_rank(left.x) == left.p:
            without = fit_studies(left, fit.method, fit.test)
        elif left.k == left.p == 1:
            without = refit(left, fit.method, fit.test)
        else:
            continue
        change = float(s.x[i] @ (without.coefficients - fit.coefficients))
        spread = float(s.x[i] @ without.covariance @ s.x[i])
        moved[i] = change**2 / spread if spread > 0 else np.nan
    contribution = fit.weighted.residuals**2 / (s.v + fit.tau2)
    return pd.DataFrame({"study": list(labels), "contribution": contribution, "influence": moved})


def _deleted(
    fit: Fit, without: Fit, i: int, hat: float, precision: Array, determinant: float, terms: Sequence[str]
) -> dict[str, float]:
    s = fit.studies
    predicted = float(s.x[i] @ without.coefficients)
    spread = float(s.x[i] @ without.covariance @ s.x[i])
    variance = s.v[i] + without.tau2
    residual = float(s.y[i]) - predicted
    error = float(np.sqrt(without.scale * variance + spread)) or float("nan")
    scale = without.scale or float("nan")
    change = fit.coefficients - without.coefficients
    full = scale * np.diag(s.at(without.tau2).inverse)
    return {
        "residual_deleted": residual,
        "residual_error": error,
        "studentised_residual": residual / error,
        "dffits": float(s.x[i] @ change) / float(np.sqrt(scale * hat * variance)),
        "cook_distance": float(change @ precision @ change),
        "covariance_ratio": float(np.linalg.det(without.covariance) / determinant) if determinant > 0 else float("nan"),
        "tau2_deleted": without.tau2,
        "q_deleted": without.q,
        **{f"dfbetas_{term}": float(c / np.sqrt(f)) for term, c, f in zip(terms, change, full, strict=True)},
    }
