"""Tests of many elements at once, corrected for their number within a family."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from lcresearch.multiple_testing import holm
from lcresearch.synthesis.elements.estimate import ElementEstimate


def sector_p_values(estimates: Sequence[ElementEstimate]) -> list[float]:
    """P value of the test between sectors of each element, corrected by Holm (1979).

    A family is one outcome and one way of adjusting; planned and exploratory tests are families of their own, so that
    no search afterwards can spoil, or hide among, what was declared beforehand.
    """
    found = [one.sector_test.p if one.sector_test is not None else np.nan for one in estimates]
    families = pd.DataFrame([_family(one) for one in estimates], index=range(len(estimates)))
    return _corrected(pd.Series(found, dtype=np.float64), families)


def moderator_p_values(estimates: Sequence[ElementEstimate]) -> list[dict[str, float]]:
    """P value of each moderator of each element, corrected over elements and moderators of the family."""
    rows = [
        (place, str(name), float(p), *_family(one))
        for place, one in enumerate(estimates)
        for name, p in one.moderators.groupby("moderator", sort=False)["p_value"].first().items()
    ]
    table = pd.DataFrame(rows, columns=["place", "name", "p", "outcome", "adjustment", "planned"])
    table["p"] = _corrected(table["p"], table[["outcome", "adjustment", "planned"]])
    found: list[dict[str, float]] = [{} for _ in estimates]
    for place, name, p in zip(table["place"], table["name"], table["p"], strict=True):
        found[int(place)][str(name)] = float(p)
    return found


def _family(one: ElementEstimate) -> tuple[str, str, bool]:
    return one.outcome, one.adjustment, one.planned


def _corrected(p_values: pd.Series[float], families: pd.DataFrame) -> list[float]:
    corrected = np.full(len(p_values), np.nan)
    values = np.asarray(p_values, dtype=np.float64)
    if len(values):
        for places in families.reset_index(drop=True).groupby(list(families.columns)).indices.values():
            corrected[places] = holm(values[places])
    return [float(p) for p in corrected]
