"""The steps of invariance in their order, for numbers and for ordered answers, and what each of them makes equal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Scheme:
    """An order of steps.

    Attributes
    ----------
    names : tuple of str
        The first makes nothing equal.
    added : mapping of step -> kind of parameter
        What each later step adds to what is equal already.
    relations, means : str
        Steps that warrant comparing relations, and means.
    """

    names: tuple[str, ...]
    added: Mapping[str, str]
    relations: str
    means: str

    def kinds(self, step: str) -> tuple[str, ...]:
        """All that is equal in a step."""
        return tuple(self.added[name] for name in self.names[1 : self.names.index(step) + 1])


CONTINUOUS = Scheme(
    names=("configural", "metric", "scalar", "strict"),
    added={"metric": "loadings", "scalar": "intercepts", "strict": "residuals"},
    relations="metric",
    means="scalar",
)
ORDERED = Scheme(
    names=("configural", "thresholds", "loadings", "intercepts", "strict"),
    added={"thresholds": "thresholds", "loadings": "loadings", "intercepts": "intercepts", "strict": "residuals"},
    relations="loadings",
    means="intercepts",
)
"""The order of Wu & Estabrook (2016): before thresholds are equal, nothing says that answers have the same scale."""
