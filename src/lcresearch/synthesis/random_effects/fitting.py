"""One fit: tau2, coefficients, their covariance, and what follows from them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats

from lcresearch.synthesis.effect_sizes.figures import Array
from lcresearch.synthesis.random_effects.coefficients import checked_level
from lcresearch.synthesis.random_effects.heterogeneity import EQUAL_EFFECTS, Studies, estimate_tau2, log_likelihood
from lcresearch.synthesis.random_effects.weighted_fit import WeightedFit

TESTS = ("knapp-hartung", "t", "normal", "adhoc")


@dataclass(frozen=True)
class Fit:
    """What a model of studies gives.

    Attributes
    ----------
    tau2, tau2_error : float
        Variance of true effects and its standard error.
    weighted : WeightedFit
        The fit at tau2.
    scale : float
        What the Knapp-Hartung test multiplies variances with; 1 for the other tests. 0 where effects are the same but
        for rounding: then there is no standard error.
    covariance : array, shape (p, p)
        Covariance of the coefficients.
    df : float
        k - p; infinite for the normal test.
    q, typical_variance : float
        Cochran's Q, and the sampling variance of a typical study (Higgins & Thompson, 2002).
    """

    studies: Studies
    method: str
    test: str
    tau2: float
    tau2_error: float
    weighted: WeightedFit
    scale: float
    covariance: Array
    df: float
    q: float
    typical_variance: float

    @property
    def coefficients(self) -> Array:
        """Coefficients, shape (p,)."""
        return self.weighted.coefficients

    @property
    def i2(self) -> float:
        """Share of the variance of effects that is not sampling variance, in per cent."""
        if self.method in EQUAL_EFFECTS:
            df = self.studies.k - self.studies.p
            return max(0.0, 100 * (self.q - df) / self.q) if self.q > 0 else 0.0
        return 100 * self.tau2 / (self.tau2 + self.typical_variance)

    @property
    def h2(self) -> float:
        """Total variance over typical sampling variance."""
        if self.method in EQUAL_EFFECTS:
            return self.q / (self.studies.k - self.studies.p)
        return self.tau2 / self.typical_variance + 1

    @property
    def q_p_value(self) -> float:
        """Test of Q against equal effects."""
        df = self.studies.k - self.studies.p
        return float(stats.chi2.sf(self.q, df)) if df > 0 else 1.0

    def half_width(self, error: Array, conf_level: float) -> Array:
        """Half of an interval with this standard error; empty where the error is 0, as nothing is known that well."""
        return np.where(error > 0, self.critical(conf_level) * error, np.nan)

    def critical(self, conf_level: float) -> float:
        """Quantile that an interval takes."""
        tail = (1 - checked_level(conf_level)) / 2
        return float(stats.t.isf(tail, self.df) if np.isfinite(self.df) else stats.norm.isf(tail))

    def predicted(self, conf_level: float) -> tuple[float, float]:
        """Where the true effect of a new study lies, without moderators; empty for equal effects."""
        if self.method in EQUAL_EFFECTS:
            return float("nan"), float("nan")
        half = float(self.half_width(np.sqrt(self.tau2 + self.covariance[0, 0]), conf_level))
        return float(self.coefficients[0]) - half, float(self.coefficients[0]) + half

    def p_values(self, statistic: Array) -> Array:
        """Two-sided p values."""
        size = np.abs(statistic)
        return np.asarray(2 * (stats.t.sf(size, self.df) if np.isfinite(self.df) else stats.norm.sf(size)))

    def criteria(self, *, restricted: bool) -> dict[str, float]:
        """Log-likelihood, deviance (of ML: from the saturated model) and information criteria, as metafor has them."""
        s, tau2 = self.studies, self.tau2
        log_lik = log_likelihood(s, tau2, restricted=restricted)
        saturated = 0.0 if restricted else float(-0.5 * np.sum(np.log(2 * np.pi * s.v)))
        n = s.k - s.p if restricted else s.k
        return information_criteria(log_lik, saturated, s.p + (self.method not in EQUAL_EFFECTS), n)


def information_criteria(log_lik: float, saturated: float, parameters: int, n: int) -> dict[str, float]:
    """Fit with the log-likelihood of the saturated model and ``n`` effects (minus coefficients by REML)."""
    corrected = max(n, parameters + 2)
    return {
        "log_likelihood": log_lik,
        "deviance": -2 * (log_lik - saturated),
        "aic": -2 * log_lik + 2 * parameters,
        "bic": -2 * log_lik + parameters * np.log(n),
        "aicc": -2 * log_lik + 2 * parameters * corrected / (corrected - parameters - 1),
    }


def fit_studies(studies: Studies, method: str, test: str) -> Fit:
    """Estimate tau2, then the coefficients by weights 1 / (v + tau2).

    Knapp-Hartung (Knapp & Hartung, 2003) multiplies the covariance by Q(tau2) / (k - p) and uses t with k - p degrees
    of freedom; ``adhoc`` never multiplies by less than 1.
    """
    tau2, error = estimate_tau2(studies, method)
    return fit_at(studies, tau2, error, method, test)


def fit_at(studies: Studies, tau2: float, error: float, method: str, test: str) -> Fit:
    """The fit for a tau2 that is known."""
    weighted = studies.at(tau2)
    plain = studies.at(0.0)
    df = studies.k - studies.p
    scale = 1.0
    if test in ("knapp-hartung", "adhoc") and df > 0:
        scale = 0.0 if _alike(studies, weighted) else weighted.weighted_sum_of_squares / df
        scale = max(scale, 1.0) if test == "adhoc" else scale
    typical = df / plain.trace() if df > 0 else float("nan")
    return Fit(
        studies,
        method,
        test,
        tau2,
        error,
        weighted,
        scale,
        scale * weighted.inverse,
        float("inf") if test == "normal" else float(df),
        plain.weighted_sum_of_squares,
        typical,
    )


def _alike(studies: Studies, fit: WeightedFit) -> bool:
    """Whether effects lie on the model but for the rounding of numbers."""
    rounding = 8 * np.finfo(np.float64).eps * float(np.abs(studies.y).max())
    return bool(np.all(np.abs(fit.residuals) <= rounding))
