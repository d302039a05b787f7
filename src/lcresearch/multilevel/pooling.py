"""Fits over multiply imputed data as one: Rubin's rules with the degrees of freedom of Barnard & Rubin (1999)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import numpy.typing as npt
import pandas as pd
import scipy.stats

from lcresearch.errors import MultilevelError
from lcresearch.results import Result

if TYPE_CHECKING:
    from lcresearch.multilevel.generalised_mixed_model import GeneralisedLinearMixedModel
    from lcresearch.multilevel.linear_mixed_model import LinearMixedModel


@dataclass(frozen=True, repr=False, eq=False)
class PooledFits(Result):
    """Fixed effects over imputations.

    Attributes
    ----------
    table : DataFrame
        ``term, estimate, std_error, df, within, between, fraction_missing, relative_increase``; variances within and
        between imputations.
    n_fits : int
    """

    title: ClassVar[str] = "Pooled over imputations"

    table: pd.DataFrame
    n_fits: int

    def tidy(self, conf_level: float = 0.95) -> pd.DataFrame:
        """One row a term: estimate, standard error, test and interval, and the fraction of missing information."""
        table = self.table
        half = scipy.stats.t.ppf(0.5 + conf_level / 2, table["df"]) * table["std_error"]
        statistic = table["estimate"] / table["std_error"]
        return pd.DataFrame(
            {
                "term": table["term"],
                "estimate": table["estimate"],
                "std_error": table["std_error"],
                "statistic": statistic,
                "df": table["df"],
                "p_value": 2 * scipy.stats.t.sf(np.abs(statistic), table["df"]),
                "conf_low": table["estimate"] - half,
                "conf_high": table["estimate"] + half,
                "fraction_missing": table["fraction_missing"],
            }
        )

    def glance(self) -> pd.DataFrame:
        """One row: the number of fits."""
        return pd.DataFrame([{"n_fits": self.n_fits}])


def pool(
    fits: Sequence[LinearMixedModel] | Sequence[GeneralisedLinearMixedModel], *, ddf: str | None = None
) -> PooledFits:
    """Combine fits of one model to several imputed data sets.

    Parameters
    ----------
    fits : sequence of LinearMixedModel or of GeneralisedLinearMixedModel
        At least two, of the same formula.
    ddf : str, optional
        Degrees of freedom of each fit, of which the mean counts as those without missing values. Unless given those of
        Satterthwaite for linear models; generalised ones have no end of them, which leaves the degrees of freedom of
        Rubin (1987, equation 3.1.6).

    Returns
    -------
    PooledFits
        By Rubin's rules, with the share of information that is missing.

    Raises
    ------
    MultilevelError
        L027 for fewer than two fits, or fits with other terms.

    See also
    --------
    pool_tables : The same with tables of estimates, with an example.
    lcresearch.change.impute : Makes such data sets.
    """
    if len(fits) < 2 or len({fit.kind for fit in fits}) > 1:
        raise MultilevelError("L027", n=len(fits))
    return pool_tables([fit.tidy(ddf=ddf or fit.default_ddf) for fit in fits])


def pool_tables(tables: Sequence[pd.DataFrame]) -> PooledFits:
    """Combine tables of estimates from several imputed data sets, as :func:`pool` does with fits.

    Parameters
    ----------
    tables : sequence of DataFrame
        ``term, estimate, std_error`` and ``df`` (infinite where it is missing), the same terms in each.

    Returns
    -------
    PooledFits

    Raises
    ------
    MultilevelError
        L027 for fewer than two tables, or tables with other terms.

    Examples
    --------
    >>> one = pd.DataFrame({"term": ["change"], "estimate": [0.4], "std_error": [0.2], "df": [20.0]})
    >>> pool_tables([one, one.assign(estimate=0.6)]).tidy()[["estimate", "std_error"]].round(3).values.tolist()
    [[0.5, 0.265]]
    """
    if len(tables) < 2 or len({tuple(table["term"]) for table in tables}) > 1:
        raise MultilevelError("L027", n=len(tables))
    estimates = np.array([table["estimate"] for table in tables], dtype=float)
    m = len(tables)
    within = np.array([table["std_error"] ** 2 for table in tables], dtype=float).mean(axis=0)
    between = estimates.var(axis=0, ddof=1)
    total = within + (1 + 1 / m) * between
    complete = np.array([_df(table) for table in tables]).mean(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = (1 + 1 / m) * between / total
        old = (m - 1) / share**2
        observed = (complete + 1) / (complete + 3) * complete * (1 - share)
        observed = np.where(np.isinf(complete), np.inf, observed)
        df = np.where(np.isinf(observed), old, np.where(np.isinf(old), observed, 1 / (1 / old + 1 / observed)))
        increase = (1 + 1 / m) * between / within
        fraction = (increase + 2 / (df + 3)) / (increase + 1)
    table = pd.DataFrame(
        {
            "term": tables[0]["term"].tolist(),
            "estimate": estimates.mean(axis=0),
            "std_error": np.sqrt(total),
            "df": df,
            "within": within,
            "between": between,
            "fraction_missing": fraction,
            "relative_increase": increase,
        }
    )
    return PooledFits(table, m)


def _df(table: pd.DataFrame) -> npt.NDArray[np.float64]:
    df = table["df"].to_numpy(dtype=float) if "df" in table else np.full(len(table), np.inf)
    return np.where(np.isnan(df), np.inf, df)
