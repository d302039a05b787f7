"""What a mediation analysis found: indirect, direct and total effects within and between groups."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from lcresearch.messages import Messages
from lcresearch.multilevel.fixed_effects import tests_table
from lcresearch.multilevel.linear_mixed_model import LinearMixedModel
from lcresearch.multilevel.monte_carlo import drawn, interval, p_values
from lcresearch.multilevel.small_matrices import Array
from lcresearch.results import Result, text_table

COVARIANCE = "covariance_a_b"
LEVELS = ("within", "between")
_FEW_GROUPS = 30
_UNRELIABLE = 0.8


@dataclass(frozen=True, repr=False, eq=False)
class MediationResult(Result):
    """A mediation analysis by :func:`~lcresearch.multilevel.mediation`.

    Attributes
    ----------
    design : str
        Levels of cause, mediator and outcome, as found in the data: ``1-1-1``, ``2-1-1`` or ``2-2-1``.
    cause, mediator, outcome : str
    coefficients : DataFrame
        ``term, estimate, std_error, df``: the paths ``a_within``, ``b_between``, ``direct_within`` and so on, and
        ``covariance_a_b`` where both slopes differ between groups.
    covariance : array, shape (k, k)
        Of these.
    counts : dict
        ``rows``, those lost for each reason, and ``used``.
    n_dropped : dict
        Rows with a missing value by column; ``any`` counts each row once.
    n_groups : dict
        Groups by label, outermost first.
    reliability : dict
        Reliability of the group means of variables that vary within groups.
    lag : list of int or None
        Waves from cause to mediator and from mediator to outcome.
    random_slopes : list of str
    group_means : str
        ``observed`` or ``latent``.
    repeated : bool
        Whether persons have several rows.
    singular : bool
        Whether a variance is zero or a correlation one in either equation.
    converged : bool
    n_draws, seed : int
        Of the Monte Carlo draws, which these give again.
    conf_level : float
    fits : dict
        ``mediator`` and ``outcome``, or ``both``: the models. They are not part of :meth:`to_dict`.
    """

    title: ClassVar[str] = "Multilevel mediation"

    design: str
    cause: str
    mediator: str
    outcome: str
    coefficients: pd.DataFrame
    covariance: Array
    counts: dict[str, int]
    n_dropped: dict[str, int]
    n_groups: dict[str, int]
    reliability: dict[str, float]
    lag: list[int] | None
    random_slopes: list[str]
    group_means: str
    repeated: bool
    singular: bool
    converged: bool
    n_draws: int
    seed: int
    conf_level: float = 0.95
    fits: Mapping[str, LinearMixedModel] = field(default_factory=dict)

    def draws(self) -> pd.DataFrame:
        """Monte Carlo draws of the effects, a row a draw: the same at each call."""
        table = self.coefficients
        found = drawn(
            table["estimate"].to_numpy(), self.covariance, table["df"].to_numpy(dtype=float), self.n_draws, self.seed
        )
        return pd.DataFrame(effects(dict(zip(table["term"], found.T, strict=True))))

    def tidy(self, conf_level: float | None = None) -> pd.DataFrame:
        """A row an effect: ``term, level, estimate, std_error, p_value, conf_low, conf_high``.

        Terms are ``indirect``, ``direct`` and ``total`` with ``_within`` or ``_between``, and ``proportion_mediated``
        where the indirect and the direct effect have one sign and the interval of the total effect leaves out zero:
        elsewhere it is no proportion. Estimates are those of the coefficients; standard errors, p values and intervals
        come from the draws.

        Parameters
        ----------
        conf_level : float, optional
            That of the analysis unless given.
        """
        conf_level = self.conf_level if conf_level is None else conf_level
        draws = self.draws()
        estimate = effects(dict(zip(self.coefficients["term"], self.coefficients["estimate"], strict=True)))
        low, high = interval(draws.to_numpy(), conf_level)
        p_value = p_values(draws.to_numpy())
        rows: list[dict[str, Any]] = []
        for place, term in enumerate(draws.columns):
            level = term.rpartition("_")[2]
            row = {"term": term, "level": level, "estimate": float(estimate[term])}
            row |= {"std_error": float(draws[term].std(ddof=1)), "p_value": p_value[place]}
            rows.append(row | {"conf_low": low[place], "conf_high": high[place]})
            if term.startswith("total_") and low[place] * high[place] > 0:
                rows += self._proportion(level, estimate, draws, conf_level)
        return pd.DataFrame(rows)

    def _proportion(
        self, level: str, estimate: Mapping[str, Any], draws: pd.DataFrame, conf_level: float
    ) -> list[dict[str, Any]]:
        indirect, total = f"indirect_{level}", f"total_{level}"
        if estimate[indirect] * estimate[f"direct_{level}"] < 0:
            return []
        share = (draws[indirect] / draws[total]).to_numpy()
        low, high = interval(share, conf_level)
        row = {"term": f"proportion_mediated_{level}", "level": level, "estimate": estimate[indirect] / estimate[total]}
        return [row | {"std_error": np.nan, "p_value": np.nan, "conf_low": low, "conf_high": high}]

    def paths(self, conf_level: float | None = None) -> pd.DataFrame:
        """The paths, a row each: ``term, estimate, std_error, statistic, df, p_value, conf_low, conf_high``.

        ``a`` is the effect of the cause on the mediator, ``b`` that of the mediator on the outcome at equal cause.
        """
        table = self.coefficients
        estimate, error, df = (table[name].to_numpy(dtype=float) for name in ("estimate", "std_error", "df"))
        return tests_table(
            list(table["term"]), estimate, error, df, self.conf_level if conf_level is None else conf_level
        )

    def glance(self) -> pd.DataFrame:
        """One row: ``design, group_means, n, n_<group>, n_rows, reliability_<name>, n_draws, converged, singular``."""
        row: dict[str, Any] = {"design": self.design, "group_means": self.group_means, "n": self.counts["used"]}
        row |= {f"n_{label}": n for label, n in self.n_groups.items()}
        row["n_rows"] = self.counts["rows"]
        row |= {f"reliability_{name}": value for name, value in self.reliability.items()}
        row |= {"n_draws": self.n_draws, "converged": self.converged, "singular": self.singular}
        return pd.DataFrame([row])

    def to_dict(self) -> dict[str, Any]:
        """Plain values that JSON can hold, without the fits; :meth:`from_dict` gives the result back."""
        return super().to_dict() | {"fits": {}}

    def summary(self) -> str:
        """What was asked, the effects, the paths, and what the reader must know."""
        head, *notes = Result.summary(self).rstrip("\n").split("\nNote: ")
        asked = f"{self.cause} -> {self.mediator} -> {self.outcome}"
        parts = [asked, "", head.rstrip(), "", "  Paths", text_table(self.paths()).rstrip()]
        return "\n".join([*parts, *(f"Note: {note}" for note in notes)]) + "\n"

    def cautions(self) -> list[str]:
        """What the reader must know: rows lost, few groups, unreliable means, and what such data cannot show."""
        say, found = Messages(), []
        if self.counts["used"] < self.counts["rows"]:
            reasons = [f"{name} {n}" for name, n in self.counts.items() if n and name not in ("rows", "used")]
            n, used = self.counts["rows"], self.counts["used"]
            found.append(say("multilevel.mediation.lost", n=n, used=used, reasons=", ".join(reasons)))
        if not self.converged:
            found.append(say("multilevel.not_converged"))
        if self.singular:
            found.append(say("multilevel.mediation.singular"))
        group, n_groups = list(self.n_groups.items())[-1]
        if n_groups < _FEW_GROUPS:
            found.append(say("multilevel.mediation.few_groups", group=group, n=n_groups, enough=_FEW_GROUPS))
        if COVARIANCE in set(self.coefficients["term"]) and n_groups < 2 * _FEW_GROUPS:
            found.append(say("multilevel.mediation.covariance", n=n_groups))
        if self.group_means == "observed" and min(self.reliability.values(), default=1.0) < _UNRELIABLE:
            shown = ", ".join(f"{name} {value:.2f}" for name, value in self.reliability.items())
            found.append(say("multilevel.mediation.reliability", values=shown))
        if self.lag is None:
            found.append(say("multilevel.mediation.cross_sectional"))
        elif self.repeated:
            found.append(say("multilevel.mediation.repeated"))
        return [*found, say("multilevel.mediation.causal")]


def effects(paths: Mapping[str, Any]) -> dict[str, Any]:
    """Indirect, direct and total effects from paths, which are numbers or arrays of draws.

    The average of the products of two slopes that differ between groups is the product of their averages plus their
    covariance (Bauer, Preacher & Gil 2006, equation 7).

    Examples
    --------
    >>> effects({"a_within": 0.5, "b_within": 0.4, "direct_within": 0.1, "covariance_a_b": 0.05})
    {'indirect_within': 0.25, 'direct_within': 0.1, 'total_within': 0.35}
    """
    found: dict[str, Any] = {}
    for level in LEVELS:
        if f"a_{level}" not in paths:
            continue
        indirect = paths[f"a_{level}"] * paths[f"b_{level}"]
        if level == "within" and COVARIANCE in paths:
            indirect = indirect + paths[COVARIANCE]
        direct = paths[f"direct_{level}"]
        found |= {f"indirect_{level}": indirect, f"direct_{level}": direct, f"total_{level}": indirect + direct}
    return found
