"""The reliability that an index of change rests on: given, computed of items, or the correlation of two waves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from lcresearch import measurement
from lcresearch.change.choices import check_between, check_choice
from lcresearch.change.two_waves import TwoWaves
from lcresearch.errors import ChangeError, Problem

_COEFFICIENTS = ("cronbach_alpha", "omega_total")


@dataclass(frozen=True)
class UsedReliability:
    """A reliability between 0 and 1, where it comes from, and what the reader must know of it."""

    value: float
    source: str
    problems: tuple[Problem, ...] = ()


def reliability_of(
    asked: float | str | measurement.Reliability, at_before: pd.DataFrame, items: Sequence[str], pairs: TwoWaves
) -> UsedReliability:
    """Take or compute a reliability.

    Raises
    ------
    ChangeError
        C052, C053, C057.
    """
    if isinstance(asked, measurement.Reliability):
        return _of_result(asked, _COEFFICIENTS[::-1])
    if not isinstance(asked, str):
        check_between("reliability", asked, 0, 1)
        return UsedReliability(float(asked), "given")
    check_choice("reliability", asked, (*_COEFFICIENTS, "retest"))
    if asked == "retest":
        return _retest(pairs)
    if not items:
        raise ChangeError("C057", what=asked)
    return _of_result(measurement.reliability(at_before, items), (asked,))


def _of_result(result: measurement.Reliability, names: Sequence[str]) -> UsedReliability:
    table = result.estimates[result.estimates["level"] == "individual"].set_index("term")["estimate"]
    for name in names:
        value = float(table[name])
        if 0 < value < 1:
            return UsedReliability(value, name, result.problems)
    raise ChangeError("C057", what=names[0])


def _retest(pairs: TwoWaves) -> UsedReliability:
    before, after = pairs.before[pairs.linked], pairs.after[pairs.linked]
    if len(before) < 3 or np.ptp(before) == 0 or np.ptp(after) == 0:
        raise ChangeError("C057", what="retest")
    value = float(np.corrcoef(before, after)[0, 1])
    if not 0 < value < 1:
        raise ChangeError("C057", what="retest")
    return UsedReliability(value, "retest", (Problem("C063", values={"n": len(before)}),))
