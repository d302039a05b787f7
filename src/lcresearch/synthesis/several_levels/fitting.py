"""Variances and covariances of random effects by (restricted) maximum likelihood: the search."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy import optimize

from lcresearch.synthesis.effect_sizes.figures import Array
from lcresearch.synthesis.several_levels.likelihood import LevelsFit, Likelihood
from lcresearch.synthesis.several_levels.structures import Structure

_WIDEST_STEP = 1e3
_MOST = 1e3
"""No coordinate goes further than this, in units of the variance of effects."""
_STARTS = (
    (0.25, 0.25, 0.3),
    (0.02, 0.02, 0.0),
    (0.8, 0.05, 0.8),
    (0.05, 0.8, -0.2),
    (1.0, 0.3, -0.4),
    (0.3, 0.02, 0.0),
)
"""Shares of variance of the outermost level and of all below, and the correlation between outcomes."""
_MOST_STARTS = 3
_LEAST_SD = 1e-5
"""Of standard deviations as coordinates, in units of effects: at 0 the likelihood would tell no way out."""


@dataclass(frozen=True)
class RandomPart:
    """A likelihood with the structures of its levels."""

    likelihood: Likelihood
    structures: tuple[Structure, ...]

    def _pieces(self, free: Array) -> list[Array]:
        sizes = [len(structure.bounds()[0]) for structure in self.structures]
        return np.split(free, np.cumsum(sizes)[:-1])

    def linear(self, free: Array) -> tuple[Array, Array]:
        """Linear parameters of all levels at coordinates, and their derivatives."""
        if len(free) == len(self.structures):
            return free, np.eye(len(free))
        found = [s.linear(piece) for s, piece in zip(self.structures, self._pieces(free), strict=True)]
        rows, columns = (sum(jacobian.shape[side] for _, jacobian in found) for side in (0, 1))
        whole, row, column = np.zeros((rows, columns)), 0, 0
        for _, jacobian in found:
            more, wider = jacobian.shape
            whole[row : row + more, column : column + wider] = jacobian
            row, column = row + more, column + wider
        return np.concatenate([parameters for parameters, _ in found]), whole

    def matrices(self, parameters: Array) -> list[Array]:
        """The covariance matrix between outcomes of each level."""
        sizes = [len(structure.bases) for structure in self.structures]
        pieces = np.split(parameters, np.cumsum(sizes)[:-1])
        return [structure.matrix(piece) for structure, piece in zip(self.structures, pieces, strict=True)]

    def at_free(self, free: Array) -> tuple[LevelsFit, Array]:
        """The fit at coordinates, and the derivatives of the linear parameters."""
        parameters, jacobian = self.linear(free)
        return self.likelihood.at(parameters), jacobian

    @property
    def scale(self) -> float:
        """The unit of the search."""
        return self.likelihood.scale


def most_likely(part: RandomPart, *, start: Array | None = None, held: Mapping[int, float] | None = None) -> Search:
    """The parameters with the largest likelihood: scoring, else a quasi-Newton search within bounds.

    The likelihood may have several tops. So the search is repeated from small variances when a coordinate ends at a
    bound or a correlation at 1, and from several places when outcomes go together.

    Parameters
    ----------
    part : RandomPart
    start : array, optional
        Coordinates to start at; without, those of :data:`_STARTS`.
    held : mapping, optional
        Coordinates that keep a value.
    """
    search = _Searching(part, dict(held or {}))
    if start is not None:
        return search.run(start)
    starts = [_start_at(part, *each) for each in _STARTS]
    found = [search.run(starts[0])]
    if search.at_an_edge(found[0]) or any(structure.q > 1 for structure in part.structures):
        others = sorted(starts[1:], key=lambda each: -part.at_free(each)[0].log_likelihood)
        found += [search.run(each) for each in others[:_MOST_STARTS]]
    return max(found, key=lambda each: each.fit.log_likelihood)


def _start_at(part: RandomPart, outermost: float, inner: float, correlation: float) -> Array:
    """Coordinates at shares of the variance of effects; levels below the outermost divide theirs."""
    n = len(part.structures)
    shares = [outermost, *[inner / max(n - 1, 1)] * (n - 1)]
    pairs = zip(part.structures, shares, strict=True)
    return np.concatenate([s.start(share * part.scale, max(correlation, -0.5 / max(s.q - 1, 1))) for s, share in pairs])


@dataclass(frozen=True)
class Search:
    """Where a search ended: coordinates and the fit there."""

    free: Array
    fit: LevelsFit


class _Searching:
    """Scoring with halved steps in coordinates within bounds, some of which may be held."""

    def __init__(self, part: RandomPart, held: Mapping[int, float]) -> None:
        self.part = part
        lowest, highest = (np.concatenate(ends) for ends in zip(*(s.bounds() for s in part.structures), strict=True))
        sds = np.concatenate([np.full(len(s.bounds()[0]), s.kind == "HCS") for s in part.structures])
        self.scale = part.scale
        self.units = np.concatenate([structure.units(self.scale) for structure in part.structures])
        lowest = np.where(sds & (lowest == 0), _LEAST_SD * self.units, np.maximum(lowest, -_MOST * self.units))
        highest = np.minimum(highest, _MOST * self.units)
        for place, value in held.items():
            lowest[place] = highest[place] = value
        self.lowest, self.highest = lowest, highest

    def at_an_edge(self, found: Search) -> bool:
        """Whether a variance is 0 or a covariance matrix is singular."""
        matrices = self.part.matrices(found.fit.parameters)
        return any(float(np.linalg.eigvalsh(matrix)[0]) <= 1e-8 * self.scale for matrix in matrices)

    def run(self, start: Array) -> Search:
        """From a start to a top."""
        free = np.clip(start, self.lowest, self.highest)
        fit, jacobian = self.part.at_free(free)
        for _ in range(40):
            step = self._step(free, fit, jacobian)
            following = None if step is None else self._improved(free, fit, step)
            if following is None:
                break
            before = fit.parameters
            free, fit, jacobian = following
            if float(np.max(np.abs(fit.parameters - before))) < 1e-9 * self.scale:
                return Search(free, fit)
        return self._quasi_newton(free)

    def _step(self, free: Array, fit: LevelsFit, jacobian: Array) -> Array | None:
        slopes = jacobian.T @ fit.slopes
        stuck = ((free <= self.lowest) & (slopes <= 0)) | ((free >= self.highest) & (slopes >= 0))
        open_ = ~(stuck | (self.lowest == self.highest))
        step = np.zeros(len(free))
        if open_.any():
            information = (jacobian.T @ fit.information @ jacobian)[np.ix_(open_, open_)]
            try:
                step[open_] = np.linalg.solve(information, slopes[open_])
            except np.linalg.LinAlgError:
                return None
        return step if float(np.max(np.abs(step / self.units))) < _WIDEST_STEP else None

    def _improved(self, free: Array, fit: LevelsFit, step: Array) -> tuple[Array, LevelsFit, Array] | None:
        """A step that is cut in half until the likelihood is no lower."""
        for halved in range(12):
            there = np.clip(free + step / 2**halved, self.lowest, self.highest)
            try:
                found, jacobian = self.part.at_free(there)
            except np.linalg.LinAlgError:  # covariances too large to invert
                continue
            if found.log_likelihood >= fit.log_likelihood - 1e-12 * abs(fit.log_likelihood):
                return there, found, jacobian
        return None

    def _quasi_newton(self, free: Array) -> Search:
        def down(scaled: Array) -> tuple[float, Array]:
            found, jacobian = self.part.at_free(scaled * self.units)
            return -found.log_likelihood, -(jacobian.T @ found.slopes) * self.units

        found = optimize.minimize(
            down,
            free / self.units,
            jac=True,
            method="L-BFGS-B",
            bounds=optimize.Bounds(self.lowest / self.units, self.highest / self.units),
            options={"ftol": 1e-15, "gtol": 1e-9, "maxiter": 500},
        )
        there = np.clip(np.asarray(found.x) * self.units, self.lowest, self.highest)
        return Search(there, self.part.at_free(there)[0])
