"""What a growth model says: how much growth, in units and standard deviations, where it differs, and how reliably."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

import numpy as np
import pandas as pd
import scipy.stats

from lcresearch.messages import Messages
from lcresearch.multilevel.linear_mixed_model import LinearMixedModel
from lcresearch.multilevel.prediction import rows_of_new
from lcresearch.multilevel.prediction_error import PredictionError, satterthwaite_df
from lcresearch.multilevel.residuals import factors_of_level, group_named
from lcresearch.multilevel.small_matrices import Array
from lcresearch.results import FittedModel, text_table


@dataclass(frozen=True, repr=False, eq=False)
class Growth(FittedModel):
    """Growth models of long data, and the one that was kept.

    Attributes
    ----------
    fit : LinearMixedModel
        The kept model, over rows with the added column of time.
    comparisons : DataFrame
        A row a model in the order of fitting: ``model, formula, n_parameters, aic, bic, log_likelihood, statistic, df,
        p_value, p_value_boundary, singular, kept``; tests are against the last kept one before, by maximum likelihood.
    unit : str
        Of time.
    time : str
        The column of time.
    wave : str
        The column that it was made of.
    first : object
        The wave at which time is zero.
    person : str
    groups : tuple of str
        Labels of the grouping factors above persons, outermost first.
    n_dropped : int
        Rows left out for a missing value.
    notes : tuple of str
        Models that were not tried, and why.
    """

    title: ClassVar[str] = "Growth model"

    fit: LinearMixedModel
    comparisons: pd.DataFrame
    unit: str
    time: str
    wave: str
    first: Any
    person: str
    groups: tuple[str, ...]
    n_dropped: int
    notes: tuple[str, ...]

    def tidy(self, conf_level: float = 0.95) -> pd.DataFrame:
        """Fixed effects of the kept model, as ``fit.tidy()``."""
        return self.fit.tidy(conf_level)

    def tables(self) -> dict[str, pd.DataFrame]:
        """Those of the kept model, and the comparisons."""
        return self.fit.tables() | {"comparisons": self.comparisons, "glance": self.glance()}

    def glance(self) -> pd.DataFrame:
        """One row: ``n, n_persons, n_<group>, n_waves, unit, first, growth, sigma, converged, singular``."""
        row: dict[str, object] = {"n": self.fit.n, "n_persons": len(self._waves_of_persons)}
        row |= {f"n_{group}": self.fit.n_groups[group.replace("`", "")] for group in self.groups}
        row |= {"n_waves": len(self.waves), "unit": self.unit, "first": str(self.first)}
        row |= {"growth": float(self.growth["estimate"].iloc[0]), "sigma": self.fit.sigma}
        return pd.DataFrame([row | {"converged": self.fit.converged, "singular": self.fit.singular}])

    @cached_property
    def persons_by_waves(self) -> pd.Series[int]:
        """How many persons answered at 1, 2, 3 ... waves."""
        counts = self._waves_of_persons.value_counts().sort_index()
        return counts.rename_axis("n_waves").rename("n_persons")

    @cached_property
    def waves(self) -> pd.DataFrame:
        """A row a time: ``n`` persons, ``mean`` and ``std_dev`` of the outcome as it was seen."""
        frame = self._frame
        outcome = frame[self._outcome].groupby(frame[self.time])
        return pd.DataFrame({"n": outcome.size(), "mean": outcome.mean(), "std_dev": outcome.std()}).reset_index()

    @cached_property
    def growth(self) -> pd.DataFrame:
        """Growth of all rows on average, as :meth:`LinearMixedModel.tidy`: a row a unit of time, and the whole period.

        With a curve growth a unit is the mean over the period; with predictors that at the mean of the rows.
        """
        row = self._steps.mean(axis=0)[self._fixed]
        table = self.fit.contrasts(np.array([row, row * self.period]))
        table.insert(0, "growth", [f"1 {self.unit}", "whole period"])
        return table.drop(columns="term")

    @property
    def start(self) -> str:
        """The first wave in words: ``year 2024``, ``measured 2024-01-31``."""
        first = self.first
        if isinstance(first, pd.Timestamp) and first == first.normalize():
            first = first.date()
        elif isinstance(first, float) and first.is_integer():
            first = int(first)
        return f"{self.wave} {first}"

    @property
    def period(self) -> float:
        """Time from the first to the last wave."""
        return float(self._frame[self.time].max())

    @cached_property
    def effect_sizes(self) -> pd.DataFrame:
        """Growth in standard deviations of the outcome at the first wave (Feingold 2009, equation 5).

        A row for a unit of time and one for the whole period: ``growth, estimate, conf_low, conf_high, divided_by,
        divisor``. The divisor is the standard deviation over all persons who answered at the first wave, within and
        between groups together; intervals are those of growth, divided by it as if it were known.
        """
        first = self.waves.iloc[0]
        table = self.growth[["growth"]].copy()
        for name in ("estimate", "conf_low", "conf_high"):
            table[name] = self.growth[name] / first["std_dev"]
        n = int(first["n"])
        return table.assign(
            divided_by=f"standard deviation of {self._outcome} at {self.start}, n = {n}",
            divisor=float(first["std_dev"]),
        )

    def growth_by_group(self, group: str | None = None, *, conf_level: float = 0.95) -> pd.DataFrame:
        """Growth a unit of time in each group, its own persons' predictors taken in: a row a group, by its key.

        Parameters
        ----------
        group : str, optional
            Label of a grouping factor, such as ``consortium:community``; the finest above persons unless given.
        conf_level : float

        Returns
        -------
        DataFrame
            ``n_persons, estimate, std_error, df, conf_low, conf_high``: from fixed and random effects with their joint
            error, Satterthwaite's degrees of freedom. Groups are drawn towards the mean the less is known of them. When
            no slopes of groups were kept, they differ by predictors only.

        Raises
        ------
        MultilevelError
            L091 when there is no such factor.
        """
        fit, design = self.fit, self.fit.rows_needed("growth_by_group")
        label = self._label(group)
        grouping, factors = design.groupings[group_named(design, label)], factors_of_level(design, label)
        codes = self._codes_of(label)
        rows = self._means_by(label, self._steps)
        error = PredictionError(fit.model, rows, codes, factors)
        relative = error.terms(fit.relative_covariances).total
        df = satterthwaite_df(error, fit.model, fit.optimum.theta, fit.variability, np.zeros(len(rows)))
        deviation = fit.sigma * np.sqrt(relative)
        half = scipy.stats.t.ppf(0.5 + conf_level / 2, df) * deviation
        estimate = self._predicted(label, rows)
        persons = self._frame[self.person.strip("`")].groupby(grouping.codes).nunique().to_numpy()
        columns = {"n_persons": persons, "estimate": estimate, "std_error": deviation, "df": df}
        return pd.DataFrame(
            columns | {"conf_low": estimate - half, "conf_high": estimate + half}, index=grouping.labels
        )

    def curves(self, times: Sequence[float] | None = None, *, conf_level: float = 0.95) -> pd.DataFrame:
        """The outcome over time: of the average group, with its interval, and of each group above persons.

        Predictors are at their means over all rows, or over the rows of the group.

        Parameters
        ----------
        times : sequence of float, optional
            Those of the waves unless given.
        conf_level : float

        Returns
        -------
        DataFrame
            A row a time: ``time, estimate, conf_low, conf_high``, then a column a group of the finest factor, if any.
        """
        design = self.fit.rows_needed("curves")
        points = self.waves[self.time].to_numpy() if times is None else np.asarray(times, dtype=float)
        rows = [rows_of_new(design, self._frame.assign(**{self.time: at})) for at in points]
        average = self.fit.contrasts(
            np.array([each[:, self._fixed].mean(axis=0) for each in rows]), conf_level=conf_level
        )
        table = average[["estimate", "conf_low", "conf_high"]].copy()
        table.insert(0, "time", points)
        if not self.groups:
            return table
        label = self._label(None)
        labels = design.groupings[group_named(design, label)].labels
        found = np.array([self._predicted(label, self._means_by(label, each)) for each in rows])
        return pd.concat([table, pd.DataFrame(found, columns=list(labels))], axis=1)

    def _label(self, group: str | None) -> str:
        return group or (self.groups[-1] if self.groups else self.person).replace("`", "")

    def _codes_of(self, label: str) -> dict[tuple[str, ...], Any]:
        """For each group of a factor its code and those of the groups around it; -1 for factors below."""
        design = self.fit.rows_needed("growth")
        factors = factors_of_level(design, label)
        first = np.unique(design.groupings[group_named(design, label)].codes, return_index=True)[1]
        unknown = np.full(len(first), -1, dtype=np.int64)
        return {each: found.codes[first] if each in factors else unknown for each, found in design.groupings.items()}

    def _means_by(self, label: str, rows: Array) -> Array:
        """Means of rows over the groups of a factor, shape (n_groups, m)."""
        design = self.fit.rows_needed("growth")
        codes = design.groupings[group_named(design, label)].codes
        return np.stack([np.bincount(codes, column) / np.bincount(codes) for column in rows.T], axis=1)

    def _predicted(self, label: str, rows: Array) -> Array:
        """Fixed and random part for a row A a group of a factor."""
        fit, design = self.fit, self.fit.rows_needed("growth")
        codes, found = self._codes_of(label), rows[:, self._fixed] @ self.fit.estimates.beta
        for term in design.columns.terms:
            if term.term.group in factors_of_level(design, label):
                modes = fit.random_effects[term.term.label]["estimate"].unstack("term")[list(term.names)].to_numpy()
                found = found + (rows[:, term.columns] * modes[codes[term.term.group]]).sum(axis=1)
        return found

    @cached_property
    def reliability(self) -> pd.DataFrame:
        """How well slopes of persons and groups are told apart, a row a factor whose slopes were kept.

        ``std_dev`` of the slopes; ``reliability``: one minus the mean conditional variance divided by the variance,
        over all persons or groups; ``reliability_least_squares``: the mean of variance / (variance + sampling variance
        of the person's own slope by least squares) over persons with at least two waves (Raudenbush & Bryk 2002,
        equation 3.59), missing for groups.
        """
        found = []
        for label, table in self.fit.random_effects.items():
            if self.time not in table.index.get_level_values("term"):
                continue
            part = table.xs(self.time, level="term")
            components = self.fit.variance_components
            own = components[(components["group"] == label) & (components["term_1"] == self.time)]
            variance = float(own[own["term_2"] == self.time]["covariance"].iloc[0])
            with np.errstate(divide="ignore", invalid="ignore"):
                mean = 1 - np.divide(float((part["std_dev"] ** 2).mean()), variance)
            least = self._least_squares(variance) if label == self.person.replace("`", "") else np.nan
            found.append((label, np.sqrt(variance), mean, least))
        return pd.DataFrame(found, columns=["group", "std_dev", "reliability", "reliability_least_squares"])

    def cautions(self) -> list[str]:
        """What the reader must know; of the kept fit, and models that were not tried."""
        say, found = Messages(), []
        if self.n_dropped:
            found.append(say("multilevel.growth.dropped", n=self.n_dropped))
        for note in self.notes:
            kind, _, value = note.partition(":")
            found.append(say(f"multilevel.growth.{kind}", groups=value))
        only_once = int(self.persons_by_waves.get(1, 0))
        if only_once:
            found.append(say("multilevel.growth.once", n=only_once))
        first, n_persons = int(self.waves["n"].iloc[0]), len(self._waves_of_persons)
        if first < n_persons / 2:
            found.append(say("multilevel.growth.few_at_first", n=first, total=n_persons))
        return [*found, *self.fit.cautions()]

    def summary(self) -> str:
        """The kept model, how much growth, and the models that were compared, as text."""
        text = FittedModel.summary(self).rstrip("\n")
        head, *cautions = text.split("\nNote: ")
        models = self.comparisons[["model", "n_parameters", "aic", "statistic", "df", "p_value", "kept"]]
        parts = [self.fit.formula, "", head.rstrip(), ""]
        for title, table in (
            ("Models compared", models),
            ("Growth in standard deviations at the first wave", self.effect_sizes.drop(columns=["divided_by"])),
            ("Persons by number of waves", self.persons_by_waves.reset_index()),
        ):
            parts += [f"  {title}", text_table(table)]
        parts.append(f"Growth is divided by the {self.effect_sizes['divided_by'].iloc[0]}.")
        return "\n".join([*parts, *(f"Note: {each}" for each in cautions)]) + "\n"

    @cached_property
    def _steps(self) -> Array:
        """Columns A at the last wave minus those at the first, a unit of time: shape (n, m), a row each."""
        design, frame = self.fit.rows_needed("growth"), self._frame
        last, first = (rows_of_new(design, frame.assign(**{self.time: at})) for at in (self.period, 0.0))
        return (last - first) / self.period

    @property
    def _fixed(self) -> Any:
        return self.fit.model.cross.columns.fixed

    @property
    def _frame(self) -> pd.DataFrame:
        return self.fit.rows_needed("growth").frame

    @property
    def _outcome(self) -> str:
        return self.fit.rows_needed("growth").formula.response.strip("`")

    @cached_property
    def _waves_of_persons(self) -> pd.Series[int]:
        return self._frame[self.time].groupby(self._frame[self.person.strip("`")], observed=True).nunique()

    def _least_squares(self, variance: float) -> float:
        time = self._frame[self.time].groupby(self._frame[self.person.strip("`")], observed=True)
        squares = (time.count() * time.var(ddof=0)).to_numpy()
        squares = squares[squares > 0]
        return float((variance / (variance + self.fit.estimates.sigma2 / squares)).mean())
