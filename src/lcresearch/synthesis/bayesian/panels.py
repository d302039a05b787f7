"""Integration of a positive function that is known by its logarithm: Gauss-Legendre panels, cut until they agree."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
LogFunction = Callable[[Array], Array]

NODES, WEIGHTS = np.polynomial.legendre.leggauss(16)
_TOLERANCE = 1e-12
_MOST_ROUNDS = 50


@dataclass(frozen=True)
class Panels:
    """Panels side by side, each with its nodes.

    Attributes
    ----------
    edges : array, shape (n_panels + 1,)
    nodes : array, shape (n_panels, 16)
    masses : array, shape (n_panels, 16)
        Share of the integral at each node; they add up to 1.
    log_total : float
        Logarithm of the integral.
    """

    edges: Array
    nodes: Array
    masses: Array
    log_total: float

    @property
    def below(self) -> Array:
        """Share of the integral below each edge, shape (n_panels + 1,)."""
        return np.concatenate([[0.0], np.cumsum(self.masses.sum(axis=1))])


def integrate(log_function: LogFunction, edges: Array) -> Panels:
    """Cut panels in halves until each gives the same as its halves, to 1e-12 of the whole; the halves are kept.

    Parameters
    ----------
    log_function : function
        Of an array with any shape; minus infinity where the function is zero. The function is smooth between edges.
    edges : array, shape (n + 1,)
        Where the first panels begin and end, rising.

    Examples
    --------
    >>> found = integrate(lambda x: -0.5 * x**2, np.linspace(-40.0, 40.0, 5))
    >>> round(float(np.exp(2 * found.log_total)), 12), round(2 * np.pi, 12)
    (6.28318530718, 6.28318530718)
    """
    left, right = edges[:-1], edges[1:]
    values = log_function(nodes_between(left, right))
    done: list[tuple[Array, Array, Array]] = []
    for _ in range(_MOST_ROUNDS):
        middle = (left + right) / 2
        halves = [(left, middle), (middle, right)]
        finer = [log_function(nodes_between(*half)) for half in halves]
        parts = [*done, *((*half, found) for half, found in zip(halves, finer, strict=True))]
        top = max(float(found.max(initial=-np.inf)) for _, _, found in parts)
        whole = sum(float(_integrals(*part, top).sum()) for part in parts)
        of_halves = sum(_integrals(*half, found, top) for half, found in zip(halves, finer, strict=True))
        bad = np.abs(_integrals(left, right, values, top) - of_halves) > _TOLERANCE * whole
        done += [(begin[~bad], end[~bad], found[~bad]) for (begin, end), found in zip(halves, finer, strict=True)]
        if not bad.any():
            break
        left, right = (np.concatenate([half[side][bad] for half in halves]) for side in (0, 1))
        values = np.concatenate([found[bad] for found in finer])
    else:
        done.append((left, right, values))
    return _joined(done)


def nodes_between(left: Array, right: Array) -> Array:
    """The 16 nodes of each panel, shape (n, 16)."""
    return (left + right)[:, None] / 2 + (right - left)[:, None] / 2 * NODES


def _integrals(left: Array, right: Array, values: Array, top: float) -> Array:
    return np.asarray((right - left) / 2 * (np.exp(values - top) @ WEIGHTS))


def _joined(parts: list[tuple[Array, Array, Array]]) -> Panels:
    left, right, values = (np.concatenate(column) for column in zip(*parts, strict=True))
    order = np.argsort(left)
    left, right, values = left[order], right[order], values[order]
    top = float(values.max())
    masses = (right - left)[:, None] / 2 * WEIGHTS * np.exp(values - top)
    total = float(masses.sum())
    edges = np.append(left, right[-1])
    return Panels(edges, nodes_between(left, right), masses / total, top + float(np.log(total)))
