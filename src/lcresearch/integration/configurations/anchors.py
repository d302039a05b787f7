"""Whether anchors and thresholds can be those of a set."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from lcresearch.errors import IntegrationError, Place, Problem
from lcresearch.integration.configurations.membership import Array

THREE = ("exclusion", "crossover", "inclusion")
BELL = ("exclusion_1", "crossover_1", "inclusion_1", "inclusion_2", "crossover_2", "exclusion_2")
VALLEY = ("inclusion_1", "crossover_1", "exclusion_1", "exclusion_2", "crossover_2", "inclusion_2")


def three_anchors(given: Sequence[float | None], name: str) -> dict[str, float]:
    """Exclusion, crossover and inclusion, rising or falling.

    Raises
    ------
    IntegrationError
        Q031: one is missing; Q032: the crossover does not lie between the others.
    """
    missing = [label for label, value in zip(THREE, given, strict=True) if value is None]
    if missing:
        raise IntegrationError("Q031", where=place_of(name), missing=missing)
    exclusion, crossover, inclusion = _numbers([value for value in given if value is not None], name)
    if not (exclusion < crossover < inclusion or inclusion < crossover < exclusion):
        raise IntegrationError(
            "Q032", where=place_of(name), exclusion=exclusion, crossover=crossover, inclusion=inclusion
        )
    return dict(zip(THREE, (exclusion, crossover, inclusion), strict=True))


def six_anchors(given: Sequence[float], method: str, name: str) -> dict[str, float]:
    """Six anchors from the lowest value to the highest; only the two in the middle may be equal.

    Raises
    ------
    IntegrationError
        Q033: there are not six, or they do not rise.
    """
    labels = BELL if method == "bell" else VALLEY
    places = _numbers(given, name)
    steps = np.diff(places)
    rising = len(places) == 6 and bool((np.delete(steps, 2) > 0).all()) and steps[2] >= 0
    if not rising:
        raise IntegrationError(
            "Q033",
            where=place_of(name),
            method=method,
            found=[f"{place:g}" for place in places] or "–",
            needed=list(labels),
        )
    return dict(zip(labels, places, strict=True))


def thresholds_of(given: Sequence[float], method: str, name: str) -> dict[str, float]:
    """Rising thresholds, at least one.

    Raises
    ------
    IntegrationError
        Q034: there are none, or they do not rise.
    """
    places = _numbers(given, name)
    if not places or any(later <= earlier for earlier, later in pairwise(places)):
        raise IntegrationError(
            "Q034", where=place_of(name), method=method, found=[f"{place:g}" for place in places] or "–"
        )
    return {f"threshold_{number}": place for number, place in enumerate(places, start=1)}


def about_anchors(anchors: dict[str, float], values: Array, name: str) -> list[Problem]:
    """Anchors that no case reaches, and a crossover that is the mean or the median of these cases."""
    known = values[~np.isnan(values)]
    low, high = float(known.min()), float(known.max())
    beyond = [f"{label} ({place:g})" for label, place in anchors.items() if not low <= place <= high]
    found = []
    if beyond:
        found.append(Problem("Q041", place_of(name), {"found": beyond, "low": low, "high": high}))
    middles = {label: place for label, place in anchors.items() if label.startswith(("crossover", "threshold"))}
    of_data = [float(np.mean(known)), float(np.median(known))]
    copied = [place for place in middles.values() if any(np.isclose(place, middle, rtol=1e-9) for middle in of_data)]
    if copied and len(known) > 2:
        found.append(Problem("Q043", place_of(name), {"value": copied[0]}))
    return found


def place_of(name: str) -> Place:
    """Where it is: the set by its name."""
    return Place(column=name or None)


def _numbers(given: Sequence[Any], name: str) -> tuple[float, ...]:
    try:
        numbers = tuple(float(value) for value in given)
    except (TypeError, ValueError):
        numbers = (float("nan"),)
    if not all(np.isfinite(numbers)):
        raise IntegrationError("Q037", where=place_of(name), found=[str(value) for value in given])
    return numbers
