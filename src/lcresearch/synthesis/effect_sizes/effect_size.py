"""Effect sizes from summary figures: one function for all measures, by the codes that metafor gave them."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from lcresearch.errors import SynthesisError, nearest, warning
from lcresearch.synthesis.effect_sizes import associations, changes, shares_and_rates, two_by_two, two_means
from lcresearch.synthesis.effect_sizes.figures import Array, Figures, Measure, check_figures, read_figures

MEASURES: Mapping[str, Measure] = {
    measure.code: measure
    for family in (two_means, changes, two_by_two, associations, shares_and_rates)
    for measure in family.MEASURES
}
_TO = ("only0", "all", "if0all", "none")


def effect_size(
    measure: str,
    /,
    *,
    data: pd.DataFrame | None = None,
    vtype: str = "LS",
    correct: bool = True,
    add: float | None = None,
    to: str = "only0",
    **figures: Any,
) -> pd.DataFrame:
    """Effects of studies and their sampling variances from the figures that they report.

    Parameters
    ----------
    measure : str
        What is computed, by metafor's codes. Two groups with means: ``MD, SMD, SMDH, SMD1, SMD1H, ROM, VR, CVR, D2OR,
        D2ORN, RPB, RBIS``. One group measured twice: ``MC, SMCC, SMCR, SMCRH, SMCRP, SMCRPH, ROMC, VRC, CVRC``. Two
        groups with counts: ``OR, RR, RD, AS, PETO, PHI, YUQ, YUY, RTET, OR2D, OR2DN, PBIT``; with rates ``IRR, IRD,
        IRSD``. One group: ``PR, PLN, PLO, PAS, PFT, MN, SMN, MNLN, SDLN, CVLN, IR, IRLN, IRS``. Associations: ``COR,
        UCOR, ZCOR, PCOR, ZPCOR, SPCOR``, a coefficient with its standard error ``GEN``, reliability ``ARAW, AHW, ABT``.
    data : DataFrame, optional
        A study a row; figures may then be names of columns.
    vtype : str
        Which sampling variance: ``LS`` large-sample (default), and by measure ``LS2, UB, AV, HO, ST, CS``.
    correct : bool
        Whether small-sample bias is taken out of standardised differences and log ratios of spread.
    add : float, optional
        What is added to the counts of a study in which one is 0; by default 1/2, and 0 for measures that are defined
        with a count of 0 (``AS, PHI, RTET, PAS, PFT, IRS, IRSD``).
    to : {"only0", "all", "if0all", "none"}
        Where it is added: in studies with an empty cell, in all, in all when one study has an empty cell, nowhere.
    **figures
        Means ``m1, m2``, standard deviations ``sd1, sd2``, sizes ``n1, n2``; counts ``a, b, c, d`` (yes and no in group
        1, then in group 2) or ``a, n1, c, n2``; ``r`` and ``n``; ``x`` of ``n``; ``x1, t1, x2, t2``; ``alpha, items,
        n``; ``b, se``. In the place of means ``d`` or ``t``. metafor's names (``m1i``, ``ai``) are taken too.

    Returns
    -------
    DataFrame
        Columns ``yi`` (effect; ratios on the log scale) and ``vi`` (sampling variance), rows as given. A study without
        an effect keeps its row, empty, and is named in a warning (Y008).

    Raises
    ------
    SynthesisError
        Y001: no such measure; Y002 to Y007 and Y010: figures that are missing, unknown, of other lengths or impossible.

    References
    ----------
    Viechtbauer (2010), Conducting meta-analyses in R with the metafor package, J. Statistical Software 36(3).

    Examples
    --------
    >>> effect_size("SMD", m1=[3.9, 3.6], sd1=[0.7, 0.8], n1=[42, 25], m2=[3.5, 3.5], sd2=[0.8, 0.7], n2=[40, 27])
             yi        vi
    0  0.528022  0.050510
    1  0.131380  0.077203
    """
    kind = chosen_measure(measure)
    for name, value, known in (("vtype", vtype, kind.vtypes), ("to", to, _TO)):
        if value not in known:
            raise SynthesisError("Y007", name=name, value=value, known=known)
    values, index = read_figures(kind, data, figures)
    check_figures(kind, values, index)
    values = with_counts_added(kind, values, kind.add if add is None else add, to)
    with np.errstate(all="ignore"):
        yi, vi = kind.compute(Figures(values, vtype, correct))
    found = np.isfinite(yi) & np.isfinite(vi)
    if not found.all():
        rows = [str(label) for label in np.asarray(index)[~found]]
        warnings.warn(warning("Y008", measure=measure, rows=rows, n=len(rows)), stacklevel=2)
    return pd.DataFrame({"yi": np.where(found, yi, np.nan), "vi": np.where(found, vi, np.nan)}, index=index)


def chosen_measure(code: str) -> Measure:
    """The measure with this code, or Y001."""
    if code not in MEASURES:
        known = sorted(MEASURES)
        raise SynthesisError("Y001", measure=str(code), nearest=nearest(str(code), known) or "–", known=known)
    return MEASURES[code]


def with_counts_added(kind: Measure, values: dict[str, Array], add: float, to: str) -> dict[str, Array]:
    """Counts with ``add`` in the studies that ``to`` names (Cox, 1970)."""
    counts = [name for name in values if name in kind.counts]
    if not counts:
        return values
    empty = np.any([values[name] == 0 for name in counts], axis=0)
    where = {"none": np.zeros_like(empty), "only0": empty, "all": np.ones_like(empty)}.get(
        to, np.full_like(empty, bool(empty.any()))
    )
    return {name: v + add * where if name in counts else v for name, v in values.items()}
