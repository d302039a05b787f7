"""The result of an analysis of agreement: a row a coefficient, for one set of ratings or for many codes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from lcresearch.agreement.interpretation import BANDS
from lcresearch.agreement.ratings import Array
from lcresearch.errors import Problem
from lcresearch.messages import Messages
from lcresearch.results import Result

SHOWN_ROWS = 40
ALL_CODES = "(all)"
BANDED = ("cohen_kappa", "light_kappa", "conger_kappa", "scott_pi", "fleiss_kappa", "krippendorff_alpha")


@dataclass(frozen=True, repr=False, eq=False)
class RaterAgreement(Result):
    """Agreement of raters or coders.

    Attributes
    ----------
    table : DataFrame
        A row a coefficient (of a code): ``code, term, estimate, std_error, df, observed, expected, chance, n_units,
        n_raters, n_independent, draws, fisher, reason``; ``chance`` is the unweighted agreement expected by chance,
        ``n_independent`` the number of units or clusters that the error rests on, ``draws`` the row in ``draws`` or -1,
        ``fisher`` whether the interval is taken on the scale of Fisher's z.
    categories : DataFrame
        A row a category: its share, specific agreement and kappa (Fleiss, 1971).
    pairs : DataFrame
        A row a pair of raters: Cohen's kappa and the share of units on which they agree.
    draws : array, shape (n_rows, n_draws)
        Bootstrap draws of the rows that have them; percentiles of these are their intervals.
    unit : str
        What was rated: ``unit``, ``character`` or ``span``.
    settings : dict
        Metric, weights, way of the interval, seed.
    size : dict
        Numbers of units, raters, categories, clusters; prevalence and bias index of a 0/1 code.
    problems : tuple of Problem
        What the reader must know.
    """

    title = "Agreement of raters"
    table: pd.DataFrame
    categories: pd.DataFrame
    pairs: pd.DataFrame
    draws: Array
    unit: str
    settings: Mapping[str, Any]
    size: Mapping[str, Any]
    problems: tuple[Problem, ...]

    def tidy(self, conf_level: float = 0.95) -> pd.DataFrame:
        """A row a coefficient, a row a coefficient and code when there are several codes.

        Intervals are estimate +- t std_error, no further than 1 (the normal distribution for Cohen's kappa); for alpha
        the same on the scale of Fisher's z, atanh(alpha), which holds better in small samples; or percentiles of
        bootstrap draws. When all ratings agree the error is 0; then the lower limit is the value at the
        exact lower limit (Clopper & Pearson, 1934) of the share of units that agree, -1 at the least.
        """
        found = self.table
        low, high = self._limits(conf_level)
        shown = ["term", "estimate", "std_error", "df"]
        table = found[shown].assign(conf_low=low, conf_high=high)
        if found["code"].notna().any():
            table.insert(0, "code", found["code"].where(found["code"].notna(), ALL_CODES))
        table = table.join(found[["observed", "expected", "n_units", "n_raters"]])
        return table.assign(reason=[Problem(code).message() if code else "" for code in found["reason"]])

    def _limits(self, conf_level: float) -> tuple[Array, Array]:
        found = self.table
        estimate, error = found["estimate"].to_numpy(dtype=float), found["std_error"].to_numpy(dtype=float)
        tail = (1 - conf_level) / 2
        df = found["df"].to_numpy(dtype=float)
        half = stats.t.ppf(1 - tail, np.where(df > 0, df, np.nan)) * error
        low, high = estimate - half, np.minimum(estimate + half, 1.0)
        bent = found["fisher"].to_numpy(dtype=bool) & (np.abs(estimate) < 1)
        inside = np.where(bent, estimate, 0.0)
        low = np.where(bent, np.tanh(np.arctanh(inside) - half / (1 - inside**2)), low)
        high = np.where(bent, np.tanh(np.arctanh(inside) + half / (1 - inside**2)), high)
        for row, draw in enumerate(found["draws"]):
            if draw >= 0:
                low[row], high[row] = np.nanquantile(self.draws[draw], [tail, 1 - tail])
        perfect = (found["observed"].to_numpy(dtype=float) >= 1 - 1e-12) & ~np.isnan(estimate)
        n = np.maximum(found["n_independent"].to_numpy(dtype=float), 1.0)
        beyond_chance = np.where(perfect, 1 - found["chance"].fillna(0.0).to_numpy(dtype=float), 1.0)
        low = np.where(perfect, np.maximum(1 - (1 - tail ** (1 / n)) / beyond_chance, -1.0), low)
        return low, np.where(perfect, 1.0, high)

    def glance(self) -> pd.DataFrame:
        """One row: numbers of units, raters and clusters; percent agreement and alpha of a single set of ratings."""
        row = {"unit": self.unit, **self.size}
        if not self.table["code"].notna().any():
            values = self.table.set_index("term")["estimate"]
            row |= {term: values[term] for term in ("percent_agreement", "krippendorff_alpha") if term in values}
        return pd.DataFrame([row])

    def by_code(self, conf_level: float = 0.95) -> pd.DataFrame:
        """A row a code, a column a coefficient, with the interval of alpha; ``(all)`` is all codes together."""
        tidy = self.tidy(conf_level)
        if "code" not in tidy:
            tidy.insert(0, "code", ALL_CODES)
        wide = tidy.pivot_table(index="code", columns="term", values="estimate", sort=False, dropna=False)
        wide = wide[list(dict.fromkeys(tidy["term"]))]
        alpha = tidy[tidy["term"].isin(["krippendorff_alpha", "u_alpha"])].drop_duplicates("code").set_index("code")
        wide = wide.assign(alpha_low=alpha["conf_low"], alpha_high=alpha["conf_high"], n_units=alpha["n_units"])
        return wide.rename_axis(columns=None).reset_index()

    def bands(self) -> pd.DataFrame:
        """The names that the literature gives to values this high, with their source: conventions, not tests.

        Landis and Koch wrote of kappa, Krippendorff of alpha; both are shown for all chance-corrected coefficients for
        which they are in use. Look at ``conf_low`` too: the band of the lower limit is the one you can defend.
        """
        say = Messages()
        table = self.tidy()
        table = table[table["term"].isin(BANDED)].reset_index(drop=True)
        keep = [name for name in ("code", "term", "estimate", "conf_low") if name in table]
        found = table[keep].copy()
        for name, bands in BANDS.items():
            for column in ("estimate", "conf_low"):
                keys = [bands.name(value) for value in table[column]]
                label = name if column == "estimate" else f"{name}_low"
                found[label] = [say(f"agreement.band.{key}") if key else "" for key in keys]
        return found

    def cautions(self) -> list[str]:
        """What was left out and what limits the numbers, in the language of the terminal."""
        hidden = len(self.table) - SHOWN_ROWS
        more = [Messages()("agreement.more_rows", n=hidden)] if hidden > 0 else []
        reasons = [Problem(code).message() for code in self.table["reason"].unique() if code]
        return [*more, *reasons, *(problem.message() for problem in self.problems)]

    def shown(self) -> pd.DataFrame:
        """The first rows, without columns that a terminal has no room for."""
        return self.tidy().drop(columns=["df", "reason", "observed", "expected"]).head(SHOWN_ROWS)
