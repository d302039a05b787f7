"""Comparisons in units of something else than the number itself, such as its standard error."""

from typing import Any

import numpy as np


def close_in_units(actual: Any, expected: Any, units: Any, atol: float) -> None:
    """Each number of ``actual`` lies within ``atol`` units of that of ``expected``; shapes as numpy broadcasts them."""
    both = np.broadcast(np.asarray(actual), np.asarray(expected), np.asarray(units))
    for mine, theirs, unit in both:
        np.testing.assert_allclose(mine, theirs, rtol=0, atol=atol * abs(unit))
