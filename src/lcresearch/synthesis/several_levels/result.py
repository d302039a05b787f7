"""Meta-analysis of several levels: the public function and its results."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd
from scipy import stats

from lcresearch.errors import Problem, SynthesisError
from lcresearch.results import FittedModel, Result
from lcresearch.synthesis.effect_sizes.figures import Array
from lcresearch.synthesis.random_effects.reading import Input, read_studies
from lcresearch.synthesis.several_levels.blocks import Codes, Stack, nested_codes, stacks
from lcresearch.synthesis.several_levels.fitting import LevelsFit, fit_at, most_likely
from lcresearch.synthesis.several_levels.robust import KINDS, RobustFit, robust_fit

LEAST_DF = 4.0
"""Below this, Satterthwaite's approximation is not to be trusted (Tipton, 2015)."""


@dataclass(frozen=True, repr=False, eq=False)
class MultilevelMetaAnalysis(FittedModel):
    """A fitted meta-analysis of several levels (:func:`multilevel_meta_analysis`)."""

    title: ClassVar[str] = "Multilevel meta-analysis"

    input: Input
    levels: tuple[str, ...]
    codes: tuple[Codes, ...]
    blocks: tuple[Stack, ...]
    fit: LevelsFit
    plain: LevelsFit
    method: str
    test: str
    typical_variance: float

    def _df(self) -> Array:
        """Degrees of freedom of each coefficient: groups of the outermost level in which it does not vary, minus p."""
        k, p = self.input.studies.x.shape
        if self.test == "normal":
            return np.full(p, np.inf)
        return np.array([_contained(self.input.studies.x[:, j], self.codes, k) - p for j in range(p)], dtype=float)

    def tidy(self, conf_level: float = 0.95) -> pd.DataFrame:
        """A coefficient a row; errors suppose that the model is right (see :meth:`robust`)."""
        return _table(self.input.terms, self.fit.coefficients, self.fit.covariance, self._df(), conf_level)

    @property
    def variance_components(self) -> pd.DataFrame:
        """A level a row: variance, standard deviation, share of all variance in per cent (I2), number of groups."""
        total = float(np.sum(self.fit.sigma2)) + self.typical_variance
        return pd.DataFrame(
            {
                "level": self.levels,
                "variance": self.fit.sigma2,
                "std_dev": np.sqrt(self.fit.sigma2),
                "i2": 100 * self.fit.sigma2 / total,
                "n_groups": [int(codes.max()) + 1 for codes in self.codes],
            }
        )

    def glance(self) -> pd.DataFrame:
        """One row: effects, method, Cochran's Q, I2 of all levels together, fit."""
        k, p = self.input.studies.x.shape
        parameters = p + len(self.fit.sigma2)
        n = k - p if self.method == "REML" else k
        log_lik = self.fit.log_likelihood
        total = float(np.sum(self.fit.sigma2))
        return pd.DataFrame(
            [
                {
                    "n": k,
                    "n_groups": int(self.codes[0].max()) + 1,
                    "method": self.method,
                    "test": self.test,
                    "i2": 100 * total / (total + self.typical_variance),
                    "q": self.plain.q,
                    "q_df": k - p,
                    "q_p_value": float(stats.chi2.sf(self.plain.q, k - p)),
                    "log_likelihood": log_lik,
                    "aic": -2 * log_lik + 2 * parameters,
                    "bic": -2 * log_lik + parameters * np.log(n),
                }
            ]
        )

    def prediction_interval(self, conf_level: float = 0.95, *, new: pd.DataFrame | None = None) -> pd.DataFrame:
        """The mean effect with its interval, and where a new effect in a new group of each level lies.

        ``new`` holds moderators of new effects, a row each; it is needed with moderators.

        Raises
        ------
        SynthesisError
            Y022: moderators of the new effects are needed.
        """
        if new is None and len(self.input.terms) > 1:
            raise SynthesisError("Y022", terms=self.input.terms[1:])
        x = np.ones((1, 1)) if new is None or self.input.spec is None else self.input.spec.get_model_matrix(new)
        design = np.asarray(x, dtype=np.float64)
        estimate = design @ self.fit.coefficients
        error = np.sqrt(np.sum((design @ self.fit.covariance) * design, axis=1))
        df, tail = float(self._df().min()), (1 - conf_level) / 2
        critical = float(stats.t.isf(tail, df) if np.isfinite(df) else stats.norm.isf(tail))
        wide = critical * np.sqrt(error**2 + np.sum(self.fit.sigma2))
        columns = {"estimate": estimate, "std_error": error}
        columns |= {"conf_low": estimate - critical * error, "conf_high": estimate + critical * error}
        return pd.DataFrame(columns | {"pred_low": estimate - wide, "pred_high": estimate + wide})

    def tables(self) -> dict[str, pd.DataFrame]:
        """Also the variance components."""
        return super().tables() | {"variance_components": self.variance_components}

    def cautions(self) -> list[str]:
        """Few groups at the outermost level."""
        groups = int(self.codes[0].max()) + 1
        return [Problem("Y027", values={"n": groups, "level": self.levels[0]}).message()] if groups < 10 else []

    def robust(self, kind: str = "CR2", cluster: str | None = None) -> RobustMetaAnalysis:
        """Errors that hold also when effects go together in another way than the model says.

        Parameters
        ----------
        kind : {"CR2", "CR1", "CR0"}
            CR2 corrects for few clusters (Bell & McCaffrey, 2002; Tipton, 2015).
        cluster : str, optional
            The level of the clusters; only the outermost level is possible.

        Raises
        ------
        SynthesisError
            Y007: another kind, or clusters of another level.
        """
        if kind not in KINDS:
            raise SynthesisError("Y007", name="kind", value=kind, known=KINDS)
        if cluster not in (None, self.levels[0]):
            raise SynthesisError("Y007", name="cluster", value=cluster, known=[self.levels[0]])
        return RobustMetaAnalysis(
            self.input.terms, self.fit.coefficients, robust_fit(self.blocks, self.fit, kind), kind
        )


@dataclass(frozen=True, repr=False, eq=False)
class RobustMetaAnalysis(Result):
    """Coefficients with cluster-robust errors and Satterthwaite's degrees of freedom."""

    title: ClassVar[str] = "Meta-analysis with cluster-robust errors"

    terms: tuple[str, ...]
    coefficients: Array
    fit: RobustFit
    kind: str

    def tidy(self, conf_level: float = 0.95) -> pd.DataFrame:
        """A coefficient a row; without p value and interval below 4 degrees of freedom."""
        df = self.fit.degrees_of_freedom()
        table = _table(self.terms, self.coefficients, self.fit.covariance, df, conf_level)
        return table.assign(
            **{name: table[name].where(df >= LEAST_DF) for name in ("p_value", "conf_low", "conf_high")}
        )

    def glance(self) -> pd.DataFrame:
        """Kind of error and number of clusters."""
        return pd.DataFrame([{"kind": self.kind, "n_groups": len(self.fit.products)}])

    def omnibus(self, terms: Sequence[str] | None = None) -> pd.DataFrame:
        """Small-sample F test (HTZ) that coefficients are 0: all moderators, or those of ``terms``.

        Raises
        ------
        SynthesisError
            Y021: there are no moderators; Y005: a term that is not in the model.
        """
        chosen = [term for term in self.terms if term != "intercept"] if terms is None else list(terms)
        if not chosen:
            raise SynthesisError("Y021")
        absent = [term for term in chosen if term not in self.terms]
        if absent:
            raise SynthesisError("Y005", column=absent[0], known=self.terms)
        found = self.fit.wald([self.terms.index(term) for term in chosen], self.coefficients)
        if found["df_residual"] < LEAST_DF:
            found["p_value"] = float("nan")
        return pd.DataFrame([found])

    def cautions(self) -> list[str]:
        """Coefficients with too few degrees of freedom for a test."""
        few = self.fit.degrees_of_freedom() < LEAST_DF
        terms = [term for term, too_few in zip(self.terms, few, strict=True) if too_few]
        return [Problem("Y028", values={"terms": terms}).message()] if terms else []


def multilevel_meta_analysis(
    yi: Any,
    vi: Any,
    levels: Sequence[str],
    *,
    data: pd.DataFrame,
    moderators: Any = None,
    labels: Any = None,
    method: str = "REML",
    test: str = "t",
    sampling_correlation: float = 0.0,
) -> MultilevelMetaAnalysis:
    """Pool effects within studies within consortia, of which several may come from the same persons.

    Parameters
    ----------
    yi, vi : array-like of shape (k,), or str
        Effects and sampling variances, or names of columns.
    levels : list of str
        Columns of the levels, outermost first, for example ``["consortium", "study"]``; the last may number effects.
    data : DataFrame
        An effect a row.
    moderators, labels
        As in :func:`meta_analysis`.
    method : {"REML", "ML"}
    test : {"t", "normal"}
        t with the number of groups in which a moderator does not vary, minus the number of coefficients.
    sampling_correlation : float
        Correlation of sampling errors within groups of the innermost level that has several effects a group, 0 to below
        1; an assumption, so try several.

    Returns
    -------
    MultilevelMetaAnalysis
        ``tidy, variance_components, robust(kind="CR2")``.

    Raises
    ------
    SynthesisError
        Y007: another method or test, or a correlation outside of 0 to 1; those of :func:`meta_analysis`; Y024: fewer
        than two groups at the outermost level.

    References
    ----------
    Konstantopoulos (2011), Research Synthesis Methods 2, 61-76. Pustejovsky & Tipton (2022), Prevention Science 23,
    425-438.

    Examples
    --------
    >>> import pandas as pd
    >>> data = pd.DataFrame({"site": list("aabbccdd"), "effect": range(8), "vi": 0.02,
    ...                      "yi": [0.1, 0.3, 0.5, 0.6, 0.2, 0.2, 0.9, 0.7]})
    >>> fit = multilevel_meta_analysis("yi", "vi", ["site", "effect"], data=data)
    >>> fit.tidy()[["estimate", "std_error", "df"]].round(3)
       estimate  std_error   df
    0     0.437      0.146  3.0
    """
    for name, value, known in (("method", method, ("REML", "ML")), ("test", test, ("t", "normal"))):
        if value not in known:
            raise SynthesisError("Y007", name=name, value=value, known=known)
    if not 0 <= sampling_correlation < 1:
        raise SynthesisError("Y007", name="sampling_correlation", value=str(sampling_correlation), known=["0 … 1"])
    given = read_studies(yi, vi, data, labels, moderators)
    codes = nested_codes([_level(data, level, given.labels) for level in levels])
    if codes[0].max() < 1:
        raise SynthesisError("Y024", found=data[levels[0]].unique().tolist())
    within = next((c for c in reversed(codes) if np.bincount(c).max() > 1), codes[0])
    s = given.studies
    blocks = stacks(s.y, s.v, s.x, codes, sampling_correlation, within)
    restricted = method == "REML"
    fit = most_likely(blocks, restricted=restricted)
    plain = fit_at(blocks, np.zeros(len(levels)), restricted=restricted)
    typical = (s.k - s.p) / _trace_of_projection(blocks, plain)
    return MultilevelMetaAnalysis(given, tuple(levels), tuple(codes), tuple(blocks), fit, plain, method, test, typical)


def _trace_of_projection(blocks: Sequence[Stack], plain: LevelsFit) -> float:
    """Trace of P at variances of 0."""
    total = 0.0
    for block in blocks:
        weighted = np.linalg.solve(block.sampling, block.x)
        total += float(np.trace(np.linalg.inv(block.sampling), axis1=1, axis2=2).sum())
        total -= float(np.sum(plain.covariance * np.einsum("mni,mnj->ij", weighted, weighted)))
    return total


def _level(data: pd.DataFrame, level: str, names: Sequence[str]) -> Any:
    if level not in data.columns:
        raise SynthesisError("Y005", column=level, known=[str(c) for c in data.columns])
    values = data[level].to_numpy(dtype=object)
    empty = pd.isna(values)
    if empty.any():
        raise SynthesisError("Y013", studies=[name for name, gap in zip(names, empty, strict=True) if gap])
    return values


def _contained(column: Array, codes: Sequence[Codes], k: int) -> int:
    """Number of groups of the outermost level within which a moderator does not vary; k when it varies in all."""
    for level in codes:
        n = np.bincount(level)
        mean = np.bincount(level, column) / n
        if np.allclose(column, mean[level], rtol=1e-10, atol=1e-12):
            return len(n)
    return k


def _table(terms: Sequence[str], estimate: Array, covariance: Array, df: Array, conf_level: float) -> pd.DataFrame:
    error = np.sqrt(np.diag(covariance))
    tail = (1 - conf_level) / 2
    bounded = np.where(np.isfinite(df), df, 1.0)
    half = error * np.where(np.isfinite(df), stats.t.isf(tail, bounded), stats.norm.isf(tail))
    size = np.abs(estimate / error)
    p_value = 2 * np.where(np.isfinite(df), stats.t.sf(size, bounded), stats.norm.sf(size))
    return pd.DataFrame(
        {
            "term": terms,
            "estimate": estimate,
            "std_error": error,
            "statistic": estimate / error,
            "df": np.where(np.isfinite(df), df, np.nan),
            "p_value": p_value,
            "conf_low": estimate - half,
            "conf_high": estimate + half,
        }
    )
