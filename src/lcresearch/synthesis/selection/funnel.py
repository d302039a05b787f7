"""The funnel of effects by their standard errors, with contours of significance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd
import scipy.special

from lcresearch.errors import SynthesisError
from lcresearch.results import Result
from lcresearch.synthesis.effect_columns import Array, Column, effects
from lcresearch.synthesis.random_effects.fitting import fit_studies
from lcresearch.synthesis.random_effects.heterogeneity import Studies
from lcresearch.synthesis.selection.enough import needs

LEVELS = (0.1, 0.05, 0.01)
_POINTS = 101


@dataclass(frozen=True, repr=False, eq=False)
class Funnel(Result):
    """A funnel by :func:`~lcresearch.synthesis.funnel`.

    Attributes
    ----------
    yi, vi : array, shape (k,)
    labels, left_out : list of str
    centre : float
        The average, drawn as a line.
    n_filled : int
        How many of the last effects trim and fill made.
    """

    title: ClassVar[str] = "Contour-enhanced funnel"

    yi: Array
    vi: Array
    labels: list[str]
    left_out: list[str]
    centre: float
    n_filled: int = 0

    def tidy(self, conf_level: float = 0.95) -> pd.DataFrame:
        """A row an effect: ``term, estimate, std_error, p_value`` (two-sided, against zero)``, filled``."""
        error = np.sqrt(self.vi)
        columns: dict[str, Any] = {"term": self.labels, "estimate": self.yi, "std_error": error}
        columns["p_value"] = 2 * scipy.special.ndtr(-np.abs(self.yi) / error)
        columns["filled"] = np.arange(len(self.yi)) >= len(self.yi) - self.n_filled
        return pd.DataFrame(columns)

    def contours(self, levels: Sequence[float] = LEVELS) -> pd.DataFrame:
        """Where effects have just these p values, along the standard error: ``level, std_error, low, high``."""
        if not all(0 < level < 1 for level in levels):
            raise SynthesisError("Y045", found=str(list(levels)))
        error = np.linspace(0, 1.05 * float(np.sqrt(self.vi.max())), _POINTS)
        tables = []
        for level in levels:
            reach = -float(scipy.special.ndtri(level / 2)) * error
            tables.append(pd.DataFrame({"level": level, "std_error": error, "low": -reach, "high": reach}))
        return pd.concat(tables, ignore_index=True)

    def regions(self, levels: Sequence[float] = LEVELS) -> pd.DataFrame:
        """How many effects as seen lie between the contours: ``p_from, p_to, n``."""
        bounds = [0.0, *sorted(levels), 1.0]
        table = self.tidy()
        p_value = table.loc[~table["filled"], "p_value"].to_numpy()
        counts, _ = np.histogram(p_value, bounds)
        return pd.DataFrame({"p_from": bounds[:-1], "p_to": bounds[1:], "n": counts})

    def glance(self) -> pd.DataFrame:
        """One row: ``n, n_filled, centre, n_significant`` (p below .05)."""
        table = self.tidy()
        seen = table[~table["filled"]]
        row: dict[str, Any] = {"n": len(seen), "n_filled": self.n_filled, "centre": self.centre}
        return pd.DataFrame([row | {"n_significant": int((seen["p_value"] < 0.05).sum())}])


def funnel(
    yi: Column,
    vi: Column,
    *,
    centre: float | None = None,
    data: pd.DataFrame | None = None,
    labels: Column | None = None,
) -> Funnel:
    """Effects by their standard errors, with what is needed to draw contours of significance.

    Where effects are missing in the region without significance, they were probably not published; where they are
    missing elsewhere, something else is at work (Peters et al. 2008).

    Parameters
    ----------
    yi, vi : array of shape (k,), or name of a column of ``data``
    centre : float, optional
        The random-effects average by REML, unless given.
    data : DataFrame, optional
    labels : array or name of a column, optional

    Returns
    -------
    Funnel

    Raises
    ------
    SynthesisError
        Y048: one effect, and no centre given; Y060 to Y065: what is wrong with the effects.

    References
    ----------
    Peters, Sutton, Jones, Abrams & Rushton (2008), Journal of Clinical Epidemiology 61, 991-996.

    Examples
    --------
    >>> funnel([0.2, 0.3, 0.5, 0.9, 0.6], [0.01, 0.02, 0.06, 0.12, 0.08]).regions()
       p_from  p_to  n
    0    0.00  0.01  1
    1    0.01  0.05  4
    2    0.05  0.10  0
    3    0.10  1.00  0
    """
    given = effects(yi, vi, data, labels)
    if centre is None:
        needs(2, given.yi)
        studies = Studies(given.yi, given.vi, np.ones((len(given.yi), 1)))
        centre = float(fit_studies(studies, "REML", "normal").coefficients[0])
    return Funnel(given.yi, given.vi, given.labels, given.left_out, float(centre))
