"""From one measure to another: standardised differences, log odds ratios, correlations and Fisher's z."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from lcresearch.errors import SynthesisError
from lcresearch.synthesis.effect_sizes.figures import Array, Effects, number_column

Step = Callable[[Array, Array, Array], Effects]
_LOGISTIC = np.pi / np.sqrt(3)


def convert_effect_size(yi: Any, vi: Any, *, before: str, after: str, n1: Any = None, n2: Any = None) -> pd.DataFrame:
    """Effects in another measure, with sampling variances by the delta method.

    Parameters
    ----------
    yi, vi : array-like, shape (k,)
        Effects and their sampling variances.
    before, after : {"SMD", "OR", "COR", "ZCOR"}
        Measures as in :func:`effect_size`: a standardised mean difference, a log odds ratio, a correlation of group or
        predictor with the outcome, and its Fisher z.
    n1, n2 : array-like, optional
        Sizes of the groups, for a step between differences and correlations; by default of equal size.

    Returns
    -------
    DataFrame
        Columns ``yi`` and ``vi``.

    Raises
    ------
    SynthesisError
        Y007: a measure that is not among the four; Y006: a correlation of 1 or -1 and beyond, or a negative variance;
        Y004: other numbers of studies; Y010: no numbers.

    Notes
    -----
    d = log OR sqrt(3)/pi supposes a logistic outcome (Hasselblad & Hedges, 1995); r = d / sqrt(d^2 + a) with
    a = (n1 + n2)^2 / (n1 n2) (Borenstein et al., 2009, chapter 7). A conversion adds assumptions: studies that report
    the same measure need none.

    Examples
    --------
    >>> convert_effect_size([0.5], [0.04], before="SMD", after="COR").round(4)
           yi      vi
    0  0.2425  0.0083
    """
    for name, value in (("before", before), ("after", after)):
        if value not in _TO_D:
            raise SynthesisError("Y007", name=name, value=value, known=sorted(_TO_D))
    effects, variances = number_column(yi, "yi"), number_column(vi, "vi")
    if len(effects) != len(variances):
        raise SynthesisError("Y004", found=[f"yi: {len(effects)}", f"vi: {len(variances)}"])
    if np.any(variances < 0):
        raise SynthesisError("Y006", figure="vi", value=float(variances[variances < 0][0]))
    if before == "COR" and np.any(np.abs(effects) >= 1):
        raise SynthesisError("Y006", figure="r", value=float(effects[np.abs(effects) >= 1][0]))
    ratio = np.full(effects.shape, 4.0)
    if n1 is not None and n2 is not None:
        first, second = number_column(n1, "n1"), number_column(n2, "n2")
        wrong = [(name, n) for name, n in (("n1", first), ("n2", second)) if len(n) not in (1, len(effects))]
        if wrong:
            raise SynthesisError("Y004", found=[f"yi: {len(effects)}", f"{wrong[0][0]}: {len(wrong[0][1])}"])
        ratio = (first + second) ** 2 / (first * second)
    index = yi.index if isinstance(yi, pd.Series) else pd.RangeIndex(len(effects))
    if {before, after} == {"COR", "ZCOR"}:
        effects, variances = (_z if after == "ZCOR" else _r_of_z)(effects, variances, ratio)
    elif before != after:
        effects, variances = _FROM_D[after](*_TO_D[before](effects, variances, ratio), ratio)
    return pd.DataFrame({"yi": effects, "vi": variances}, index=index)


def _z(r: Array, v: Array, _: Array) -> Effects:
    return np.arctanh(r), v / (1 - r**2) ** 2


def _r_of_z(z: Array, v: Array, _: Array) -> Effects:
    r = np.tanh(z)
    return r, v * (1 - r**2) ** 2


def _d_of_r(r: Array, v: Array, a: Array) -> Effects:
    return np.sqrt(a) * r / np.sqrt(1 - r**2), a * v / (1 - r**2) ** 3


def _r_of_d(d: Array, v: Array, a: Array) -> Effects:
    return d / np.sqrt(d**2 + a), a**2 * v / (d**2 + a) ** 3


_TO_D: Mapping[str, Step] = {
    "SMD": lambda d, v, _: (d, v),
    "OR": lambda y, v, _: (y / _LOGISTIC, v / _LOGISTIC**2),
    "COR": _d_of_r,
    "ZCOR": lambda z, v, a: _d_of_r(*_r_of_z(z, v, a), a),
}
_FROM_D: Mapping[str, Step] = {
    "SMD": lambda d, v, _: (d, v),
    "OR": lambda d, v, _: (d * _LOGISTIC, v * _LOGISTIC**2),
    "COR": _r_of_d,
    "ZCOR": lambda d, v, a: _z(*_r_of_d(d, v, a), a),
}
