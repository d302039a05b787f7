"""The result of a meta-analysis of several levels: what can be asked of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any, ClassVar

import numpy as np
import pandas as pd
from scipy import stats

from lcresearch.errors import Problem, SynthesisError
from lcresearch.results import FittedModel
from lcresearch.synthesis.effect_columns import note_of_left_out
from lcresearch.synthesis.effect_sizes.figures import Array
from lcresearch.synthesis.random_effects.coefficients import coefficient_table, critical, omnibus_test, tested_places
from lcresearch.synthesis.random_effects.design import design_of_new
from lcresearch.synthesis.random_effects.fitting import information_criteria
from lcresearch.synthesis.random_effects.reading import Input
from lcresearch.synthesis.several_levels import tables_of_variances
from lcresearch.synthesis.several_levels.blocks import Level, Stack, stacks
from lcresearch.synthesis.several_levels.fitting import RandomPart
from lcresearch.synthesis.several_levels.groups import Codes, codes_of, nests
from lcresearch.synthesis.several_levels.level_columns import level_column
from lcresearch.synthesis.several_levels.likelihood import LevelsFit
from lcresearch.synthesis.several_levels.robust import KINDS, robust_fit
from lcresearch.synthesis.several_levels.robust_result import DEGREES, RobustMetaAnalysis
from lcresearch.synthesis.several_levels.sampling import Sampling


@dataclass(frozen=True, repr=False, eq=False)
class MultilevelMetaAnalysis(FittedModel):
    """A fitted meta-analysis of several levels (:func:`multilevel_meta_analysis`).

    Attributes
    ----------
    input : Input
        Effects, variances, labels and design.
    data : DataFrame
        As given, an effect a row.
    levels : tuple of Level
        Outermost first.
    sampling : Sampling
        Covariances of sampling errors.
    outcome_column : str, optional
    outcomes : tuple of str
        Names of the outcomes, where they vary together.
    outcome : array of int, shape (k,)
        The outcome of each effect.
    by_outcome : bool
        Whether the coefficients are a mean an outcome.
    part : RandomPart
        The likelihood with the structures of the levels.
    fit, plain : LevelsFit
        At the estimates, and without random effects.
    """

    title: ClassVar[str] = "Multilevel meta-analysis"

    input: Input
    data: pd.DataFrame
    levels: tuple[Level, ...]
    sampling: Sampling
    outcome_column: str | None
    outcomes: tuple[str, ...]
    outcome: Codes
    by_outcome: bool
    part: RandomPart
    fit: LevelsFit
    plain: LevelsFit
    method: str
    test: str

    @cached_property
    def _blocks(self) -> tuple[Stack, ...]:
        """Effects by group of the outermost level."""
        return self._blocks_by(self.levels[0].codes)

    def _blocks_by(self, codes: Codes) -> tuple[Stack, ...]:
        s = self.input.studies
        return tuple(stacks(s.y, s.x, self.sampling, self.levels, self.outcome, codes))

    @cached_property
    def typical_variance(self) -> float:
        """The sampling variance of a typical effect (Higgins & Thompson, 2002)."""
        s = self.input.studies
        weighted = self.sampling.solve(s.x)
        trace = self.sampling.inverse_trace() - float(np.sum(self.plain.covariance * (weighted.T @ weighted)))
        return (s.k - s.p) / trace

    def _df(self) -> Array:
        """Degrees of freedom of each coefficient: groups of the outermost level in which it does not vary, minus p."""
        k, p = self.input.studies.x.shape
        if self.test == "normal":
            return np.full(p, np.inf)
        columns = self.input.studies.x.T
        return np.array([_contained(column, self.levels, k) - p for column in columns], dtype=float)

    def matrices(self) -> list[Array]:
        """The covariance matrix of true effects between outcomes at each level, (q, q), or (1, 1) without outcomes."""
        return self.part.matrices(self.fit.parameters)

    def tidy(self, conf_level: float = 0.95) -> pd.DataFrame:
        """A coefficient a row; errors suppose that the model is right (see :meth:`robust`)."""
        return coefficient_table(self.input.terms, self.fit.coefficients, self.fit.covariance, self._df(), conf_level)

    def omnibus(self, terms: Sequence[str] | None = None) -> pd.DataFrame:
        """Test that all moderators (or those of ``terms``) are 0: F with the least degrees of freedom, or chi-square.

        Raises
        ------
        SynthesisError
            Y021: there are no moderators; Y005: a term that is not in the model.
        """
        places = tested_places(self.input.terms, terms)
        return omnibus_test(self.fit.coefficients, self.fit.covariance, places, float(self._df()[places].min()))

    @property
    def variance_components(self) -> pd.DataFrame:
        """A variance a row: standard deviation and number of groups; and of levels without outcomes two shares.

        ``i2`` is the share of all variance in per cent; ``icc`` the correlation of true effects within a group.
        """
        return tables_of_variances.variances(self.levels, self.outcomes, self.matrices(), self.typical_variance)

    @property
    def correlations(self) -> pd.DataFrame:
        """A pair of outcomes a row: covariance and correlation of their true effects at a level."""
        return tables_of_variances.correlations(self.levels, self.outcomes, self.matrices())

    def variance_intervals(self, conf_level: float = 0.95) -> pd.DataFrame:
        """Profile-likelihood intervals of variances, standard deviations and correlations.

        An unstructured matrix of three or more outcomes has them for its variances only.
        """
        return tables_of_variances.intervals(self.part, self.fit, self.levels, self.outcomes, conf_level)

    def variance_profile(self, level: str, values: Sequence[float]) -> pd.DataFrame:
        """The log-likelihood with the variance of a level held at each value, the others estimated again.

        Raises
        ------
        SynthesisError
            Y007: no such level, or one with a matrix between outcomes.
        """
        return tables_of_variances.profile(self.part, self.fit, self.levels, level, values)

    def glance(self) -> pd.DataFrame:
        """One row: effects, method, Cochran's Q, I2 of all levels together, the test of moderators, fit."""
        k, p = self.input.studies.x.shape
        reml = self.method == "REML"
        total = float(self.variance_components["i2"].sum(min_count=1))
        row: dict[str, Any] = {"n": k, "n_left_out": len(self.input.left_out)}
        row |= {"n_groups": len(self.levels[0].groups), "method": self.method, "test": self.test, "i2": total}
        row |= {"q": self.plain.q, "q_df": k - p, "q_p_value": float(stats.chi2.sf(self.plain.q, k - p))}
        if set(self.input.terms) != {"intercept"}:
            tested = self.omnibus().iloc[0]
            row |= {"moderators_statistic": tested["statistic"], "moderators_p_value": tested["p_value"]}
        saturated = 0.0 if reml else -0.5 * (k * np.log(2 * np.pi) + self.sampling.log_determinant())
        parameters = p + len(self.fit.parameters) - self._bound_parameters()
        criteria = information_criteria(self.fit.log_likelihood, saturated, parameters, k - p if reml else k)
        return pd.DataFrame([row | criteria])

    def _bound_parameters(self) -> int:
        """Linear parameters that follow from others: covariances under one correlation."""
        return sum(len(s.bases) - len(s.bounds()[0]) for s in self.part.structures)

    def prediction_interval(self, conf_level: float = 0.95, *, new: pd.DataFrame | None = None) -> pd.DataFrame:
        """The mean effect with its interval, and where a new effect in a new group of each level lies.

        ``new`` holds moderators of new effects (and their outcome), a row each; it is needed with moderators.

        Raises
        ------
        SynthesisError
            Y022: moderators of the new effects are needed; Y005, Y007, Y013: one, or their outcome, is not there, not
            known, or missing.
        """
        if new is None and self.by_outcome:
            new = pd.DataFrame({self.outcome_column: pd.Categorical(self.outcomes, self.outcomes)})
        if new is None and len(self.input.terms) > 1:
            raise SynthesisError("Y022", terms=self.input.terms[1:])
        spec, used = self.input.spec, self.input.moderators
        design = np.ones((1 if new is None else len(new), 1))
        if new is not None and used is not None and len(used.columns):
            design = design_of_new(spec, used, new)
        estimate = design @ self.fit.coefficients
        error = np.sqrt(np.sum((design @ self.fit.covariance) * design, axis=1))
        limit = float(critical(self._df(), conf_level).max())
        wide = limit * np.sqrt(error**2 + self._variance_of_new(new, len(design)))
        columns = {"estimate": estimate, "std_error": error}
        columns |= {"conf_low": estimate - limit * error, "conf_high": estimate + limit * error}
        return pd.DataFrame(columns | {"pred_low": estimate - wide, "pred_high": estimate + wide})

    def _variance_of_new(self, new: pd.DataFrame | None, n: int) -> Array:
        """Variance of the true effect of new effects, of all levels together."""
        if not self.outcomes:
            return np.full(n, float(np.sum(self.fit.parameters)))
        column = self.outcome_column
        if new is None or column not in new.columns:
            raise SynthesisError("Y005", column=column, known=[] if new is None else list(map(str, new.columns)))
        unknown = sorted(set(new[column].astype(str)) - set(self.outcomes))
        if unknown:
            raise SynthesisError("Y007", name=column, value=unknown[0], known=self.outcomes)
        places = [self.outcomes.index(name) for name in new[column].astype(str)]
        spread = [
            np.diag(matrix)[places] if len(matrix) > 1 else np.full(n, matrix[0, 0]) for matrix in self.matrices()
        ]
        return np.asarray(np.sum(spread, axis=0))

    def random_effects(self, level: str | None = None, conf_level: float = 0.95) -> pd.DataFrame:
        """What groups differ from the mean: best linear unbiased predictions with their errors.

        Parameters
        ----------
        level : str, optional
            One level; all unless given.
        conf_level : float

        Returns
        -------
        DataFrame
            ``level, group, outcome`` (where outcomes vary together)``, estimate, std_error, conf_low, conf_high``.

        Raises
        ------
        SynthesisError
            Y007: no such level.
        """
        known = [each.name for each in self.levels]
        if level not in (None, *known):
            raise SynthesisError("Y007", name="level", value=level, known=known)
        limit = float(critical(self._df(), conf_level).max())
        predicted = zip(self.levels, self.part.likelihood.random_effects(self.fit), strict=True)
        tables = [
            tables_of_variances.of_groups(each, self.outcomes, found, limit)
            for each, found in predicted
            if level in (None, each.name)
        ]
        return pd.concat(tables, ignore_index=True)

    def tables(self) -> dict[str, pd.DataFrame]:
        """Also the variance components, and correlations of outcomes."""
        more = {"correlations": self.correlations} if self.outcomes else {}
        return super().tables() | {"variance_components": self.variance_components} | more

    def cautions(self) -> list[str]:
        """Studies left out, few groups at the outermost level, levels that are the same, a matrix on the edge."""
        found = []
        if len(self.levels[0].groups) < 10:
            found.append(Problem("Y027", values={"n": len(self.levels[0].groups), "level": self.levels[0].name}))
        found += [Problem("Y033", values={"levels": pair}) for pair in _same_groups(self.levels)]
        edge = [each.name for each, matrix in zip(self.levels, self.matrices(), strict=True) if _on_edge(matrix)]
        if edge:
            found.append(Problem("Y075", values={"levels": edge}))
        return [*note_of_left_out(self.input.left_out), *(problem.message() for problem in found)]

    def robust(self, kind: str = "CR2", cluster: Any = None, *, degrees: str = "satterthwaite") -> RobustMetaAnalysis:
        """Errors that hold also when effects go together in another way than the model says.

        Parameters
        ----------
        kind : {"CR2", "CR1", "CR1p", "CR1S", "CR0"}
            CR2 corrects for few clusters (Bell & McCaffrey, 2002; Tipton, 2015). With m clusters, k effects and p
            coefficients the others multiply CR0 by m / (m - 1), m / (m - p), or m (k - 1) / ((m - 1) (k - p)).
        cluster : str or array-like of shape (k,), optional
            Clusters that hold whole groups of the outermost level, such as sites with several studies; these groups
            themselves unless given.
        degrees : {"satterthwaite", "clusters"}
            ``clusters``: as many as clusters minus coefficients, which is too many when clusters are few or unequal.

        Raises
        ------
        SynthesisError
            Y007: another kind or degrees; Y060: no such column; Y013: an effect without a cluster; Y024: one cluster;
            Y073: effects of one group of the outermost level are in several clusters.
        """
        for name, value, known in (("kind", kind, KINDS), ("degrees", degrees, DEGREES)):
            if value not in known:
                raise SynthesisError("Y007", name=name, value=value, known=known)
        blocks = None
        if cluster is not None:
            codes, names = codes_of(level_column(self.data, cluster, self.input))
            if len(names) < 2:
                raise SynthesisError("Y024", found=names)
            outermost = self.levels[0]
            if not nests(codes, outermost.codes):
                raise SynthesisError("Y073", level=outermost.name, cluster=str(cluster)[:80])
            blocks = self._blocks_by(codes)
        found = robust_fit(blocks or self._blocks, self.fit, kind)
        left_out = self.input.left_out
        return RobustMetaAnalysis(self.input.terms, self.fit.coefficients, found, kind, degrees, left_out)


def _same_groups(levels: Sequence[Level]) -> list[list[str]]:
    """Levels next to each other with the same groups; the inner one lies in the outer one."""
    pairs = pairwise(levels)
    return [[outer.name, inner.name] for outer, inner in pairs if len(outer.groups) == len(inner.groups)]


def _on_edge(matrix: Array) -> bool:
    """Whether a matrix between outcomes has a correlation of 1 (or -1), or a variance of 0."""
    return len(matrix) > 1 and bool(np.linalg.eigvalsh(matrix)[0] <= 1e-6 * np.diag(matrix).max())


def _contained(column: Array, levels: Sequence[Level], k: int) -> int:
    """Number of groups of the outermost level within which a moderator does not vary; k when it varies in all."""
    for level in levels:
        n = np.bincount(level.codes)
        mean = np.bincount(level.codes, column) / n
        if np.allclose(column, mean[level.codes], rtol=1e-10, atol=1e-12):
            return len(n)
    return k
