"""Numbers as a paper in APA style writes them, made of a row of a result so that none is typed over."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd


def apa_p_value(value: float) -> str:
    """A p value with its sign: three decimals, no zero before the point, never equal to zero (APA 2020, section 6.36).

    Parameters
    ----------
    value : float

    Returns
    -------
    str

    Examples
    --------
    >>> apa_p_value(0.0151), apa_p_value(0.00002), apa_p_value(0.9997)
    ('p = .015', 'p < .001', 'p > .999')
    """
    if value < 0.001:
        return "p < .001"
    if round(value, 3) >= 1:
        return "p > .999"
    return f"p = {value:.3f}".replace("0.", ".", 1)


def apa_estimate(
    row: Mapping[str, Any] | pd.Series[Any] | pd.DataFrame,
    symbol: str = "b",
    *,
    digits: int = 2,
    conf_level: float = 0.95,
) -> str:
    """An estimate in a sentence: with the standard error, test and interval that its row has.

    Parameters
    ----------
    row : mapping, Series or DataFrame of one row
        A row of ``tidy()``, ``contrasts()``, ``simple_slopes()`` and the like: ``estimate`` and, where they are there,
        ``std_error``, ``statistic`` with ``df`` (t; without degrees of freedom, or with infinitely many, z),
        ``p_value``, ``conf_low`` and ``conf_high``.
    symbol : str
        What the estimate is called: b, g, d, r ...
    digits : int
        Decimals of estimate, standard error and interval. Degrees of freedom get one unless they are whole.
    conf_level : float
        That of the interval in the row, which does not say it itself.

    Returns
    -------
    str

    References
    ----------
    American Psychological Association (2020). Publication manual (7th ed.), sections 6.36 and 6.43.

    Examples
    --------
    >>> row = {"estimate": 0.2475, "std_error": 0.0991, "statistic": 2.4985, "df": 63.3, "p_value": 0.0151}
    >>> apa_estimate(row | {"conf_low": 0.0496, "conf_high": 0.4455})
    'b = 0.25, SE = 0.10, t(63.3) = 2.50, p = .015, 95% CI [0.05, 0.45]'
    >>> apa_estimate({"estimate": -0.31, "conf_low": -0.5, "conf_high": -0.12}, "g", conf_level=0.90)
    'g = -0.31, 90% CI [-0.50, -0.12]'
    """
    if isinstance(row, pd.DataFrame):
        if len(row) != 1:
            raise ValueError(f"one row is wanted, and this frame has {len(row)}")
        row = row.iloc[0]
    known = {name: value for name, value in row.items() if not isinstance(value, float) or not math.isnan(value)}
    parts = [f"{symbol} = {_rounded(known['estimate'], digits)}"]
    if "std_error" in known:
        parts.append(f"SE = {_rounded(known['std_error'], digits)}")
    if "statistic" in known:
        parts.append(f"{_test(known.get('df', math.inf))} = {_rounded(known['statistic'], 2)}")
    if "p_value" in known:
        parts.append(apa_p_value(known["p_value"]))
    if {"conf_low", "conf_high"} <= set(known):
        low, high = (_rounded(known[name], digits) for name in ("conf_low", "conf_high"))
        parts.append(f"{100 * conf_level:g}% CI [{low}, {high}]")
    return ", ".join(parts)


def _test(df: float) -> str:
    if math.isinf(df):
        return "z"
    return f"t({df:.0f})" if abs(df - round(df)) < 1e-6 else f"t({df:.1f})"


def _rounded(value: float, digits: int) -> str:
    """Without a minus before zero."""
    text = f"{value:.{digits}f}"
    return text.lstrip("-") if float(text) == 0 else text
