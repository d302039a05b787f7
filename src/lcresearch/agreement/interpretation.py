"""Bands that readers will ask for, with their source. They are conventions, not tests."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Bands:
    """Names for ranges of a coefficient.

    Attributes
    ----------
    source : str
        Where the bands come from.
    limits : tuple of float
        Lower limits, rising.
    names : tuple of str
        Keys of the text catalogue, one more than there are limits.
    """

    source: str
    limits: tuple[float, ...]
    names: tuple[str, ...]

    def name(self, estimate: float) -> str | None:
        """Key of the band that a value falls in; None for NaN."""
        if math.isnan(estimate):
            return None
        return self.names[sum(estimate >= limit for limit in self.limits)]


BANDS = {
    "landis_koch": Bands(
        "Landis & Koch (1977), Biometrics 33, 159-174",
        (0.0, 0.20 + 1e-12, 0.40 + 1e-12, 0.60 + 1e-12, 0.80 + 1e-12),
        ("poor", "slight", "fair", "moderate", "substantial", "almost_perfect"),
    ),
    "krippendorff": Bands(
        "Krippendorff (2004), Content analysis, 2nd edition, p. 241",
        (0.667, 0.800),
        ("unreliable", "tentative", "reliable"),
    ),
}
