"""Intervals of variances and correlations by profile likelihood: one is held while all others are estimated again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from scipy import optimize, stats

from lcresearch.synthesis.effect_sizes.figures import Array
from lcresearch.synthesis.several_levels.fitting import RandomPart, Search, most_likely
from lcresearch.synthesis.several_levels.likelihood import LevelsFit
from lcresearch.synthesis.several_levels.structures import ONE, Structure

_MOST_TIMES = 1e6


@dataclass(frozen=True)
class Quantity:
    """A variance or correlation that can be held.

    Attributes
    ----------
    level : int
        Place of the level.
    name : str
        ``variance`` or ``correlation``.
    outcomes : tuple of int
        Of which outcomes; empty for all.
    coordinate : int
        Place among the coordinates of ``structure``.
    structure : Structure
        Coordinates in which it can be held.
    power : int
        The coordinate to this power is the quantity.
    """

    level: int
    name: str
    outcomes: tuple[int, ...]
    coordinate: int
    structure: Structure
    power: int = 1


def quantities(structures: Sequence[Structure]) -> list[Quantity]:
    """What has a profile. Of an unstructured matrix of three or more outcomes these are the variances."""
    found = []
    for level, structure in enumerate(structures):
        q, kind = structure.q, structure.kind
        if kind == "UN" and q > 2:
            turned = [replace(structure, first=o) for o in range(q)]
            found += [Quantity(level, "variance", (o,), 0, turned[o], 2) for o in range(q)]
            continue
        coordinates = replace(structure, kind="HCS") if kind == "UN" else structure
        if kind in (ONE, "CS"):
            found.append(Quantity(level, "variance", (), 0, coordinates))
        else:
            power = 1 if kind == "DIAG" else 2
            found += [Quantity(level, "variance", (o,), o, coordinates, power) for o in range(q)]
        if kind in ("UN", "CS", "HCS"):
            last = len(coordinates.bounds()[0]) - 1
            found.append(Quantity(level, "correlation", (1, 0) if kind == "UN" else (), last, coordinates))
    return found


@dataclass(frozen=True)
class Profile:
    """The likelihood as a function of one quantity, the others at their best."""

    part: RandomPart
    fit: LevelsFit
    quantity: Quantity

    def _turned(self) -> RandomPart:
        structures = list(self.part.structures)
        structures[self.quantity.level] = self.quantity.structure
        return replace(self.part, structures=tuple(structures))

    def _start(self) -> tuple[Array, int]:
        turned = self._turned()
        matrices = self.part.matrices(self.fit.parameters)
        pieces = [s.coordinates(matrix) for s, matrix in zip(turned.structures, matrices, strict=True)]
        before = sum(len(piece) for piece in pieces[: self.quantity.level])
        return np.concatenate(pieces), before + self.quantity.coordinate

    @property
    def estimate(self) -> float:
        """The value at the top."""
        free, place = self._start()
        return float(free[place] ** self.quantity.power)

    def log_likelihood(self, value: float) -> float:
        """The log-likelihood with the quantity held at a value."""
        return self._held(value, self._start()[0]).fit.log_likelihood

    def _held(self, value: float, start: Array) -> Search:
        """The fit with the quantity held, from a start and, where that is on an edge, from larger variances too."""
        place, turned = self._start()[1], self._turned()
        held = {place: float(value ** (1 / self.quantity.power))}
        found = most_likely(turned, start=start, held=held)
        matrices = turned.matrices(turned.linear(start)[0])
        if len(start) == 1 or all(np.linalg.eigvalsh(matrix)[0] > 1e-6 * self.part.scale for matrix in matrices):
            return found
        wide = np.concatenate([s.start(0.3 * self.part.scale / len(turned.structures)) for s in turned.structures])
        return max(found, most_likely(turned, start=wide, held=held), key=lambda each: each.fit.log_likelihood)

    def interval(self, conf_level: float) -> tuple[float, float]:
        """Where twice the log-likelihood is a chi-square quantile below its top; NaN where it never is."""
        estimate = self.estimate
        wanted = self.fit.log_likelihood - float(stats.chi2.isf(1 - conf_level, 1)) / 2
        last = self._start()[0]

        @cache  # both ends and the estimate are asked for again, and each is a fit of the model
        def above(value: float) -> float:
            nonlocal last
            found = self._held(value, last)
            last = found.free
            return found.fit.log_likelihood - wanted

        if self.quantity.name == "correlation":
            lowest, highest = (float(end[self.quantity.coordinate]) for end in self.quantity.structure.bounds())
            return self._between(above, lowest, estimate), self._between(above, highest, estimate)
        low = self._between(above, 0.0, estimate)
        high = max(2 * estimate, 0.1 * self.part.scale)
        while above(high) > 0:
            high *= 2
            if high > _MOST_TIMES * self.part.scale:
                return low, float("nan")
        return low, self._between(above, high, estimate)

    @staticmethod
    def _between(above: Callable[[float], float], end: float, estimate: float) -> float:
        """Where the profile crosses, between the estimate and an end; the end where it does not."""
        if end == estimate or above(end) >= 0:
            return end
        return float(optimize.brentq(above, end, estimate, xtol=1e-12, rtol=1e-7))
