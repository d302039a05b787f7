"""The result of a factor model of two levels: estimates of each level, fit, and what follows from both."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import ClassVar

import numpy as np
import pandas as pd
from scipy import stats

from lcresearch.errors import MeasurementError, Problem
from lcresearch.measurement.factor_models import checks, definitions
from lcresearch.measurement.factor_models import standardised as units
from lcresearch.measurement.factor_models.arrays import Array
from lcresearch.measurement.factor_models.implied import Layout
from lcresearch.measurement.factor_models.parameter_table import kind_of
from lcresearch.measurement.factor_models.quality import correlations
from lcresearch.measurement.factor_models.wald import with_tests
from lcresearch.measurement.two_level import reliability as of_scores
from lcresearch.measurement.two_level.bounded import is_at_bound
from lcresearch.measurement.two_level.estimated import TwoLevelEstimated
from lcresearch.measurement.two_level.factor_scores import cluster_factor_scores, person_factor_scores
from lcresearch.measurement.two_level.two_level_layout import LEVELS
from lcresearch.messages import Messages
from lcresearch.results import FittedModel

_FEW_CLUSTERS = 20
_FLAT = 0.001
_STEP = 1e-30


@dataclass(frozen=True, repr=False, eq=False)
class TwoLevelFactorModel(FittedModel):
    """A factor model of persons in clusters; made by :func:`~lcresearch.measurement.cfa` with ``cluster``.

    Attributes
    ----------
    estimated : TwoLevelEstimated
    cluster : str
        Column of the clusters.
    clusters : tuple of str
        Their labels.
    model : str
        As it was given.
    n_dropped : dict
        Reason -> rows that were left out.
    index : Index
        Of the rows that were used.
    """

    title: ClassVar[str] = "Two-level factor model"
    estimated: TwoLevelEstimated
    cluster: str
    clusters: tuple[str, ...]
    model: str
    n_dropped: dict[str, int] = field(default_factory=dict)
    index: pd.Index | None = None

    @property
    def converged(self) -> bool:
        """Whether the searches, of the model and of free moments, ended at a maximum of the likelihood."""
        return self.estimated.optimum.converged and self.estimated.saturated.optimum.converged

    @cached_property
    def inadmissible(self) -> list[str]:
        """Negative variances, correlations beyond 1 and impossible covariances, with their level; empty if proper."""
        found = []
        for level, layout in zip(LEVELS, self._layouts, strict=True):
            found += checks.inadmissible(layout, layout.values(self.estimated.theta), [level])
        return found

    @property
    def _layouts(self) -> tuple[Layout, Layout]:
        return self.estimated.layout.levels

    def tidy(self, conf_level: float = 0.95) -> pd.DataFrame:
        """One row a parameter of each level.

        ``term`` (as lavaan writes it), ``kind, level, label, estimate, std_error, statistic, p_value, conf_low,
        conf_high, std_lv, std_all``; standardised in the variances of the own level. Fixed parameters have no standard
        error. What ``:=`` defines comes last.
        """
        parts = []
        for number, (level, layout) in enumerate(zip(LEVELS, self._layouts, strict=True)):
            values, parameters = layout.values(self.estimated.theta), layout.table.parameters
            errors = np.sqrt(np.maximum(np.diagonal(self.estimated.level_covariance(number)), 0))
            frame = pd.DataFrame(
                {
                    "term": [each.name for each in parameters],
                    "kind": [kind_of(each, layout.table.latent) for each in parameters],
                    "level": level,
                    "label": [each.labels[0] for each in parameters],
                    "estimate": values[0],
                    "std_error": np.where(layout.free[0] >= 0, errors, np.nan),
                    "std_lv": units.standardised(layout, values, observed=False)[0],
                    "std_all": units.standardised(layout, values)[0],
                }
            )
            parts.append(frame)
        parts += [self._defined()] if self.estimated.definitions else []
        return with_tests(pd.concat(parts, ignore_index=True), conf_level, "level")

    def _defined(self) -> pd.DataFrame:
        """What ``:=`` defines, with standard errors by the delta method."""
        found = []
        moved = [self._labelled(theta) for theta in of_scores.directions(self.estimated)]
        for each in self.estimated.definitions:
            values = np.array([definitions.evaluate(each, labelled) for labelled in moved], dtype=complex)
            moved = [labelled | {each.name: value} for labelled, value in zip(moved, values, strict=True)]
            slope = values[1:].imag / _STEP
            error = np.sqrt(max(float(slope @ self.estimated.covariance @ slope), 0.0))
            found.append((each.name, "defined", "", each.name, float(values[0].real), error, np.nan, np.nan))
        columns = ["term", "kind", "level", "label", "estimate", "std_error", "std_lv", "std_all"]
        return pd.DataFrame(found, columns=columns)

    def _labelled(self, theta: Array) -> dict[str, complex]:
        found: dict[str, complex] = {}
        for layout in self._layouts:
            values = layout.values(theta)[0]
            found |= {each.labels[0]: values[at] for at, each in enumerate(layout.table.parameters) if each.labels[0]}
        return found

    def standardised(self, conf_level: float = 0.95) -> pd.DataFrame:
        """Standardised estimates of each level with intervals by the delta method.

        ``term, kind, level, std_all, std_error, conf_low, conf_high``.
        """
        moved, parts = of_scores.directions(self.estimated), []
        for level, layout in zip(LEVELS, self._layouts, strict=True):
            values = units.standardised(layout, of_scores.values_of(layout, moved))
            slopes = values[1:].imag.T / _STEP
            errors = np.sqrt(np.maximum(((slopes @ self.estimated.covariance) * slopes).sum(axis=1), 0))
            frame = pd.DataFrame(
                {
                    "term": [each.name for each in layout.table.parameters],
                    "kind": [kind_of(each, layout.table.latent) for each in layout.table.parameters],
                    "level": level,
                    "label": "",
                    "estimate": values[0].real,
                    "std_error": np.where(errors > 0, errors, np.nan),
                    "std_lv": np.nan,
                    "std_all": values[0].real,
                }
            )
            parts.append(frame)
        table = with_tests(pd.concat(parts, ignore_index=True), conf_level, "level")
        return table[["term", "kind", "level", "std_all", "std_error", "conf_low", "conf_high"]]

    @cached_property
    def fit_measures(self) -> pd.Series[float]:
        """Measures of fit by name; those of ``MLR`` are scaled (chi-square) or robust (CFI, TLI, RMSEA)."""
        return pd.Series(self.estimated.fit(), name="value")

    def glance(self) -> pd.DataFrame:
        """One row: sizes, estimator, and all measures of fit; SRMR for each level apart."""
        moments = self.estimated.moments
        head = {
            "n": int(self.estimated.n),
            "n_clusters": int(moments.n_clusters),
            "mean_cluster_size": float(moments.n_persons / moments.n_clusters),
            "n_free": self.estimated.layout.n_free,
            "estimator": self.estimated.estimator,
            "converged": self.converged,
        }
        return pd.DataFrame([head | self.fit_measures.to_dict() | {"df": self.estimated.df}])

    def shown(self) -> pd.DataFrame:
        """Without what is fixed at zero, and without columns that are empty."""
        table = self.tidy()
        table = table[~(table["std_error"].isna() & (table["estimate"] == 0))]
        empty = ["label"] if (table["label"] == "").all() else []
        return table.drop(columns=[*empty, "kind", "std_lv"])

    def cautions(self) -> list[str]:
        """What the reader must know before using the numbers."""
        say, found = Messages(), []
        left_out = sum(self.n_dropped.values())
        if left_out:
            found.append(Problem("M370", values={"n": left_out, "cluster": self.cluster}).message())
        if not self.converged:
            found.append(say("factor_models.not_converged"))
        if self.inadmissible:
            found.append(say("factor_models.inadmissible", what="; ".join(self.inadmissible[:6])))
        found += [problem.message() for problem in self.about_clusters()]
        if np.isnan(self.estimated.test.scaled):
            found.append(Problem("M368").message())
        if self.estimated.df == 0:
            found.append(say("factor_models.saturated"))
        return found

    def about_clusters(self) -> list[Problem]:
        """What the number and sizes of clusters, and how they differ, mean for the numbers."""
        estimated, moments, found = self.estimated, self.estimated.moments, []
        n_clusters, n_free = int(moments.n_clusters), int((self._layouts[1].free >= 0).sum())
        if n_clusters < max(_FEW_CLUSTERS, n_free):
            found.append(Problem("M371", values={"n": n_clusters, "n_free": n_free}))
        alone = int(moments.count[moments.size == 1].sum())
        if alone:
            found.append(Problem("M372", values={"n": alone}))
        if not estimated.possible:
            found.append(Problem("M496"))
        if is_at_bound(estimated.saturated.between):
            icc = self.icc()
            flat = icc["item"][icc["icc"] < _FLAT].tolist()
            found.append(Problem("M373", values={"items": flat or ["–"]}))
        return found

    def icc(self) -> pd.DataFrame:
        """How much of the variance of items lies between clusters: ``item, within, between, icc``, by free moments."""
        free, (within, between) = self.estimated.saturated, (each.table.observed for each in self._layouts)
        inside = dict(zip(within, np.diagonal(free.within), strict=True))
        above = dict(zip(between, np.diagonal(free.between), strict=True))
        rows = [(n, inside[n], above[n], above[n] / (inside[n] + above[n])) for n in within if n in above]
        return pd.DataFrame(rows, columns=["item", "within", "between", "icc"])

    def factor_icc(self, conf_level: float = 0.95) -> pd.DataFrame:
        """How much of the variance of factors lies between clusters, for factors of the same name at both levels.

        ``factor, within, between, icc, std_error, conf_low, conf_high``. It has a meaning only where loadings are equal
        across levels (Mehta & Neale 2005). Standard errors by the delta method.
        """
        moved, total = of_scores.directions(self.estimated), []
        for layout in self._layouts:
            spread = units.total_covariances(layout, of_scores.values_of(layout, moved))
            variances = np.diagonal(spread, axis1=1, axis2=2)[:, layout.n_observed :]
            total.append(dict(zip(layout.table.latent, variances.T, strict=True)))
        width, rows = stats.norm.ppf((1 + conf_level) / 2), []
        for factor in (name for name in total[0] if name in total[1]):
            within, between = total[0][factor], total[1][factor]
            share = between / (within + between)
            slope, icc = share[1:].imag / _STEP, float(share[0].real)
            error = float(np.sqrt(max(float(slope @ self.estimated.covariance @ slope), 0.0)))
            sizes = (float(within[0].real), float(between[0].real))
            rows.append((factor, *sizes, icc, error, icc - width * error, icc + width * error))
        return pd.DataFrame(rows, columns=["factor", "within", "between", "icc", "std_error", "conf_low", "conf_high"])

    @property
    def r_squared(self) -> pd.DataFrame:
        """Explained variance of what has arrows to it: ``variable, level, r_squared``."""
        rows = []
        for level, layout in zip(LEVELS, self._layouts, strict=True):
            shares = units.explained(layout, layout.values(self.estimated.theta))[0]
            names = (*layout.table.observed, *layout.table.latent)
            rows += [(names[at], level, shares[at]) for at in np.unique(layout.row[layout.matrix == 0])]
        return pd.DataFrame(rows, columns=["variable", "level", "r_squared"])

    def residuals(self, kind: str = "correlation") -> pd.DataFrame:
        """Free moments minus model: ``level, item_1, item_2, residual``.

        ``"correlation"`` or ``"covariance"``; free moments are those of the saturated model of two levels. Correlations
        of items without variance between clusters do not exist (NaN).
        """
        if kind not in ("correlation", "covariance"):
            raise MeasurementError("M238", found=str(kind))
        free, parts = (self.estimated.saturated.within, self.estimated.saturated.between), []
        for level, layout, sample, model in zip(LEVELS, self._layouts, free, self.estimated.implied, strict=True):
            both = np.stack([sample, model.covariance[0]])
            if kind == "correlation":
                with np.errstate(invalid="ignore", divide="ignore"):
                    both = correlations(both)
            items = np.array(layout.table.observed, dtype=object)
            rows, columns = np.tril_indices(len(items))
            away = (both[0] - both[1])[rows, columns]
            parts.append(pd.DataFrame(
                {"level": level, "item_1": items[columns], "item_2": items[rows], "residual": away}))  # fmt: skip
        return pd.concat(parts, ignore_index=True)

    def reliability(self, conf_level: float = 0.95) -> pd.DataFrame:
        """How reliable scores are at each level: ``factor, level, score, omega, std_error, conf_low, conf_high``.

        ``score`` says of which: ``deviations`` of persons from the mean of their cluster; ``means`` of clusters, in
        which persons differ by chance (with the harmonic mean of their sizes); ``latent_means``, without that chance;
        scores of ``persons``, for factors with the same items at both levels (Geldhof, Preacher & Zyphur 2014; Lai
        2021). Standard errors by the delta method, intervals on the logit scale.
        """
        return of_scores.reliability(self.estimated, conf_level)

    def factor_scores(self, level: str = "within") -> pd.DataFrame:
        """Regression scores on the factors of a level, a column each.

        Parameters
        ----------
        level : "within" or "between"
            Of persons, with the index of the rows; or of clusters, with their labels as index.

        Raises
        ------
        MeasurementError
            M369: another level.
        """
        if level not in LEVELS:
            raise MeasurementError("M369", found=str(level), known=list(LEVELS))
        names = list(self._layouts[LEVELS.index(level)].table.latent)
        if level == "within":
            return pd.DataFrame(person_factor_scores(self.estimated), index=self.index, columns=names)
        index = pd.Index(self.clusters, name=self.cluster)
        return pd.DataFrame(cluster_factor_scores(self.estimated), index=index, columns=names)

    def compare(self, other: TwoLevelFactorModel) -> pd.DataFrame:
        """A chi-square difference test with a model that is nested in this one, or the reverse.

        ``chi_square, df, p_value, scaled, cfi_difference, rmsea_difference, srmr_within_difference,
        srmr_between_difference``: smaller minus larger model; scaled as Satorra & Bentler (2001) with ``MLR``.

        Raises
        ------
        MeasurementError
            M237: fits of other persons, items or estimators.
        """
        if not isinstance(other, TwoLevelFactorModel):
            raise MeasurementError("M237")
        mine, theirs = self.estimated, other.estimated
        same = mine.n == theirs.n and set(mine.layout.variables) == set(theirs.layout.variables)
        if not same or mine.estimator != theirs.estimator or self.clusters != other.clusters:
            raise MeasurementError("M237")
        restricted, free = (self, other) if mine.df >= theirs.df else (other, self)
        test = restricted.estimated.difference(free.estimated)
        change = restricted.fit_measures - free.fit_measures
        row = {"chi_square": test.scaled, "df": test.df, "p_value": test.p_value, "scaled": mine.estimator != "ML"}
        row |= {f"{name}_difference": change[name] for name in ("cfi", "rmsea", "srmr_within", "srmr_between")}
        return pd.DataFrame([row])
