"""Numbers of small groups, and of scales whose answers were merged, with no more digits than they can bear.

The exact mean and standard deviation of five persons often leave one list of answers that fits. The exact mean,
standard deviation and alpha of a scale can take merged answers apart again. So both are rounded before they go out.
"""

from __future__ import annotations

import pandas as pd

DETAILED = 10
"""Groups with fewer persons are shown without their standard deviation, and rounded."""

_DIGITS = {"mean": 2, "conf_low": 1, "conf_high": 1}
_SPREAD = ("sd", "std_error")


def coarse_small_groups(table: pd.DataFrame) -> pd.DataFrame:
    """Groups of fewer than :data:`DETAILED` persons: no spread, means to 2 and intervals to 1 decimal, the rest to 2.

    Examples
    --------
    >>> coarse_small_groups(pd.DataFrame({"n": [5, 12], "mean": [3.14159, 3.14159], "sd": [0.5, 0.5]}))
        n     mean   sd
    0   5  3.14000  NaN
    1  12  3.14159  0.5
    """
    small = table["n"] < DETAILED
    table = table.copy()
    for name in _numbers(table):
        rounded = table[name].round(_DIGITS.get(name, 2))
        table[name] = table[name].where(~small, float("nan") if name in _SPREAD else rounded)
    return table


def coarse(table: pd.DataFrame, *, unless: bool) -> pd.DataFrame:
    """All numbers to two decimals, ``unless`` nothing was merged."""
    return table if unless else table.assign(**{name: table[name].round(2) for name in _numbers(table)})


def _numbers(table: pd.DataFrame) -> list[str]:
    return [str(name) for name in table.columns if table[name].dtype.kind == "f"]
