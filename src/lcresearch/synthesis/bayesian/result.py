"""What a Bayesian meta-analysis found."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar, Literal

import numpy as np
import pandas as pd

from lcresearch.errors import SynthesisError, nearest
from lcresearch.messages import Messages
from lcresearch.results import Result, text_table
from lcresearch.synthesis.bayesian.heterogeneity_posterior import TauPosterior, given_tau
from lcresearch.synthesis.bayesian.heterogeneity_priors import mean_prior, tau_prior
from lcresearch.synthesis.bayesian.normal_mixtures import NormalMixtures
from lcresearch.synthesis.bayesian.panels import Array
from lcresearch.synthesis.bayesian.shortest import shortest_interval
from lcresearch.synthesis.effect_columns import note_of_left_out
from lcresearch.synthesis.random_effects.coefficients import checked_level

Interval = Literal["equal-tailed", "shortest"]
TERMS = ("mean", "tau", "new")
_INTERVALS = ("equal-tailed", "shortest")
_FEW = 5
_UNLIKELY = 0.01
_AGAINST_THE_END = (0.9, 0.1)


@dataclass(frozen=True, repr=False, eq=False)
class BayesianMetaAnalysis(Result):
    """A Bayesian meta-analysis by :func:`~lcresearch.synthesis.bayesian_meta_analysis`.

    Its terms are ``mean``, the average of the true effects; ``tau``, their standard deviation; ``new``, the true effect
    in a new consortium; and the true effect of each consortium, by its label.

    Attributes
    ----------
    yi, vi : array, shape (k,)
        Effects and their sampling variances.
    labels : list of str
    left_out : list of str
        Labels of those without an effect.
    tau_prior, mean_prior : list
        As given.
    """

    title: ClassVar[str] = "Bayesian meta-analysis (normal-normal, by numerical integration)"

    yi: Array
    vi: Array
    labels: list[str]
    left_out: list[str]
    tau_prior: list[Any]
    mean_prior: list[Any]

    @cached_property
    def posterior(self) -> TauPosterior:
        """The posterior of tau, from which all others follow."""
        return TauPosterior(self.yi, self.vi, tau_prior(self.tau_prior), mean_prior(self.mean_prior))

    def tidy(self, conf_level: float = 0.95, interval: Interval = "equal-tailed") -> pd.DataFrame:
        """A row each for mean, tau and a new consortium.

        Parameters
        ----------
        conf_level : float
            Probability that the interval holds.
        interval : {"equal-tailed", "shortest"}

        Returns
        -------
        DataFrame
            ``term, estimate`` (posterior median), ``mean, std_error`` (posterior mean and standard deviation, empty
            where there are none: see :meth:`cautions`), ``conf_low, conf_high, p_positive``.
        """
        return self._table(list(TERMS), conf_level, interval)

    def shrinkage(self, conf_level: float = 0.95, interval: Interval = "equal-tailed") -> pd.DataFrame:
        """A row a consortium: its true effect, drawn towards the mean by as much as the data say.

        Returns
        -------
        DataFrame
            As :meth:`tidy`, and ``yi, sei`` (as seen) and ``own_share``: the posterior mean of the weight of its own
            data, 0 to 1.
        """
        table = self._table(self.labels, conf_level, interval)
        tau, mass = self.posterior.nodes
        own = [float(mass @ (tau**2 / (v + tau**2))) for v in self.vi]
        return table.assign(yi=self.yi, sei=np.sqrt(self.vi), own_share=own)

    def _table(self, terms: list[str], conf_level: float, interval: Interval) -> pd.DataFrame:
        checked_level(conf_level)
        if interval not in _INTERVALS:
            raise SynthesisError("Y046", what="interval", found=str(interval), known=list(_INTERVALS), nearest="–")
        tail = (1 - conf_level) / 2
        quantiles = self._quantiles(terms, np.array([tail, 0.5, 1 - tail]))
        ends = quantiles[:, [0, 2]]
        if interval == "shortest":
            ends = np.array([self._shortest(term, conf_level) for term in terms])
        moments = np.array([self._moments(term) for term in terms])
        columns = {"term": terms, "estimate": quantiles[:, 1], "mean": moments[:, 0], "std_error": moments[:, 1]}
        columns |= {"conf_low": ends[:, 0], "conf_high": ends[:, 1], "p_positive": self._above(terms, 0.0)}
        return pd.DataFrame(columns)

    def probability_above(self, bound: float = 0.0) -> pd.DataFrame:
        """Probability that each exceeds a bound, for example the smallest worthwhile effect.

        Parameters
        ----------
        bound : float
            In the unit of the effects.

        Returns
        -------
        DataFrame
            ``term, probability``: mean, tau, a new consortium, and each consortium.
        """
        terms = [*TERMS, *self.labels]
        return pd.DataFrame({"term": terms, "probability": self._above(terms, float(bound))})

    def quantile(self, probabilities: float | Sequence[float], of: str = "mean") -> Array:
        """Quantiles of one term (``mean``, ``tau``, ``new`` or a label), shape (n,)."""
        wanted = np.atleast_1d(np.asarray(probabilities, dtype=float))
        if not np.all((wanted > 0) & (wanted < 1)):
            raise SynthesisError("Y045", found=str(probabilities))
        return np.asarray(self._quantiles([of], wanted)[0])

    def density(self, places: float | Sequence[float] | Array, of: str = "mean") -> Array:
        """Posterior density of one term at each place, shape (n,)."""
        wanted = np.atleast_1d(np.asarray(places, dtype=float))
        return self.posterior.density(wanted) if of == "tau" else np.asarray(self._mixtures([of]).density(wanted)[0])

    def bayes_factor(self) -> float:
        """How much likelier the data are if all true effects are equal (tau = 0) than under the prior on tau.

        NaN where that prior is flat: then nothing can be told.
        """
        posterior = self.posterior
        if not posterior.tau_prior.proper:
            return math.nan
        equal = given_tau(np.zeros(1), self.yi, self.vi, posterior.mean_prior).log_likelihood[0]
        difference = float(equal - posterior.panels.log_total)
        return math.exp(difference) if difference < 700 else math.inf

    def sensitivity(self, priors: Sequence[Any] | None = None, conf_level: float = 0.95) -> pd.DataFrame:
        """What comes out under other priors on tau, a row a prior; with few consortia that belongs in a paper.

        Parameters
        ----------
        priors : sequence, optional
            As ``tau_prior`` of the analysis. Unless given: half-normal with half, once and twice the scale of the prior
            of the analysis, half-Cauchy and exponential with that scale, uniform up to four times it.
        conf_level : float

        Returns
        -------
        DataFrame
            ``tau_prior, tau, estimate, conf_low, conf_high, p_positive`` (of the mean), ``new_low, new_high,
            new_p_positive``.
        """
        rows = []
        for prior in self._other_priors() if priors is None else priors:
            other = BayesianMetaAnalysis(
                self.yi, self.vi, self.labels, self.left_out, as_list(prior), self.mean_prior
            ).checked()
            table = other.tidy(conf_level).set_index("term")
            row = {"tau_prior": other.posterior.tau_prior.spelled, "tau": table.loc["tau", "estimate"]}
            row |= {name: table.loc["mean", name] for name in ("estimate", "conf_low", "conf_high", "p_positive")}
            new = {"new_low": "conf_low", "new_high": "conf_high", "new_p_positive": "p_positive"}
            rows.append(row | {name: table.loc["new", of] for name, of in new.items()})
        return pd.DataFrame(rows)

    def _other_priors(self) -> list[list[Any]]:
        prior = self.posterior.tau_prior
        scale = prior.scale if prior.proper else max(float(np.std(self.yi)), float(np.sqrt(self.vi).min()))
        if prior.name == "uniform":
            scale /= 4
        normal: list[list[Any]] = [["half-normal", scale * factor] for factor in (0.5, 1, 2)]
        others = [["half-cauchy", scale], ["exponential", scale], ["uniform", 4 * scale]]
        own = [list(self.tau_prior)] if self.tau_prior not in [*normal, *others] else []
        return [*own, *normal, *others]

    def glance(self) -> pd.DataFrame:
        """One row: ``n, n_left_out, tau_prior, mean_prior, log_marginal_likelihood, bayes_factor_equal_effects``."""
        posterior = self.posterior
        proper = posterior.tau_prior.proper and posterior.mean_prior.proper
        row: dict[str, Any] = {"n": len(self.yi), "n_left_out": len(self.left_out)}
        row |= {"tau_prior": posterior.tau_prior.spelled, "mean_prior": posterior.mean_prior.spelled}
        row["log_marginal_likelihood"] = posterior.panels.log_total if proper else math.nan
        return pd.DataFrame([row | {"bayes_factor_equal_effects": self.bayes_factor()}])

    def summary(self) -> str:
        """Mean, tau and a new consortium, then each consortium, and what the reader must know."""
        head, *notes = Result.summary(self).rstrip("\n").split("\nNote: ")
        parts = [head.rstrip(), "", text_table(self.shrinkage()).rstrip("\n")]
        return "\n".join([*parts, *(f"Note: {note}" for note in notes)]) + "\n"

    def cautions(self) -> list[str]:
        """What the reader must know: effects left out, how much the prior counts, means that do not exist."""
        say, found, posterior = Messages(), note_of_left_out(self.left_out), self.posterior
        prior = posterior.tau_prior
        if len(self.yi) <= _FEW:
            found.append(say("synthesis.bayesian.few", n=len(self.yi), prior=prior.spelled))
        if not prior.proper:
            found.append(say("synthesis.bayesian.flat"))
        if not posterior.has_moment(2):
            found.append(say("synthesis.bayesian.no_moments"))
        median = float(self._quantiles(["tau"], np.array([0.5]))[0, 0])
        if prior.proper and prior.above(median) < _UNLIKELY:
            found.append(say("synthesis.bayesian.conflict", prior=prior.spelled, tau=median))
        share, most = _AGAINST_THE_END
        if math.isfinite(prior.upper) and self._above(["tau"], share * prior.upper)[0] > most:
            found.append(say("synthesis.bayesian.upper_end", prior=prior.spelled))
        return found

    def checked(self) -> BayesianMetaAnalysis:
        """The same, after checking that there is a posterior.

        Raises
        ------
        SynthesisError
            Y043: the posterior is no distribution.
        """
        if not self.posterior.proper:
            needed = 3 if not self.posterior.mean_prior.proper else 2
            raise SynthesisError("Y043", n=len(self.yi), needed=needed)
        return self

    def _mixtures(self, terms: Sequence[str]) -> NormalMixtures:
        """Mean, new and consortia as mixtures over tau."""
        posterior, (tau, mass) = self.posterior, self.posterior.shown_nodes
        given = given_tau(tau, self.yi, self.vi, posterior.mean_prior)
        parts = [self._given(term, tau, given.mean, given.variance) for term in terms]
        means, variances = (np.array(column) for column in zip(*parts, strict=True))
        return NormalMixtures(means, np.sqrt(variances), mass / mass.sum())

    def _given(self, term: str, tau: Array, mean: Array, variance: Array) -> tuple[Array, Array]:
        """Mean and variance of a term at each tau."""
        if term == "mean":
            return mean, variance
        if term == "new":
            return mean, variance + tau**2
        place = self._place(term)
        own, drawn = tau**2 / (self.vi[place] + tau**2), self.vi[place] / (self.vi[place] + tau**2)
        return own * self.yi[place] + drawn * mean, self.vi[place] * own + drawn**2 * variance

    def _place(self, term: str) -> int:
        if term not in self.labels:
            known = [*TERMS, *self.labels]
            raise SynthesisError("Y044", found=term, known=known, nearest=nearest(term, known) or "–")
        return self.labels.index(term)

    def _moments(self, term: str) -> tuple[float, float]:
        """Posterior mean and standard deviation, NaN where the integral does not exist."""
        posterior, (tau, mass) = self.posterior, self.posterior.nodes
        if term == "tau":
            mean = posterior.moment(1)
            spread = float(mass @ (tau - mean) ** 2) if posterior.has_moment(2) else math.nan
            return mean, math.sqrt(spread)
        means, variances = self._given(term, tau, posterior.given.mean, posterior.given.variance)
        bounded = term not in TERMS or (term == "mean" and posterior.mean_prior.proper)
        if not (bounded or posterior.has_moment(1)):
            return math.nan, math.nan
        centre = float(mass @ means)
        spread = float(mass @ (variances + (means - centre) ** 2)) if bounded or posterior.has_moment(2) else math.nan
        return centre, math.sqrt(spread)

    def _quantiles(self, terms: Sequence[str], probabilities: Array) -> Array:
        found = np.empty((len(terms), len(probabilities)))
        mixed = [place for place, term in enumerate(terms) if term != "tau"]
        if mixed:
            found[mixed] = self._mixtures([terms[place] for place in mixed]).quantiles(probabilities)
        for place in set(range(len(terms))) - set(mixed):
            found[place] = self.posterior.quantiles(probabilities)
        return found

    def _shortest(self, term: str, level: float) -> tuple[float, float]:
        if term == "tau":
            ends = (True, math.isfinite(self.posterior.tau_prior.upper))
            return shortest_interval(self.posterior.quantiles, self.posterior.density, level, ends=ends)
        mixture = self._mixtures([term])
        return shortest_interval(lambda p: mixture.quantiles(p)[0], lambda x: mixture.density(x)[0], level)

    def _above(self, terms: Sequence[str], bound: float) -> Array:
        places = np.array([bound])
        mixed = [term for term in terms if term != "tau"]
        found = dict(zip(mixed, self._mixtures(mixed).above(places)[:, 0], strict=True)) if mixed else {}
        if "tau" in terms:
            found["tau"] = 1 - self.posterior.probability_below(places)[0] if bound > 0 else 1.0
        return np.array([found[term] for term in terms])


def as_list(prior: Any) -> list[Any]:
    """A prior as it is kept: its name and numbers."""
    return [prior] if isinstance(prior, str) else list(prior)
