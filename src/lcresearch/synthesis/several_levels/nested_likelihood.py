"""The likelihood of effects from the eliminations of :mod:`lcresearch.multilevel.nested`, in time linear in effects.

The rows of design and effects are divided by the standard deviation that is an effect's own; what sampling errors of a
group share is one more random effect with a known variance. Then V is that of a mixed model with residual variance 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from lcresearch.multilevel.nested import Level as NestedLevel
from lcresearch.multilevel.nested import NestedElimination, Step
from lcresearch.synthesis.effect_sizes.figures import Array
from lcresearch.synthesis.several_levels.blocks import Level
from lcresearch.synthesis.several_levels.groups import Codes
from lcresearch.synthesis.several_levels.likelihood import LevelsFit
from lcresearch.synthesis.several_levels.sampling import AssumedSampling


@dataclass(frozen=True)
class NestedLikelihood:
    """The likelihood of effects with assumed sampling correlations.

    Attributes
    ----------
    y, x : arrays, shape (k,) and (k, p)
    sampling : AssumedSampling
    levels : tuple of Level
        Outermost first.
    outcome : array of int, shape (k,)
    within : int
        The level within which sampling errors correlate.
    restricted : bool
    """

    y: Array
    x: Array
    sampling: AssumedSampling
    levels: tuple[Level, ...]
    outcome: Codes
    within: int
    restricted: bool

    @cached_property
    def scale(self) -> float:
        """The variance of effects, the unit of the search."""
        return float(np.var(self.y)) or 1.0

    @cached_property
    def _order(self) -> Codes:
        """Effects of one innermost group side by side, and these within the groups above."""
        return np.argsort(self.levels[-1].codes, kind="stable").astype(np.intp)

    @cached_property
    def _own_variance(self) -> Array:
        return self.sampling.v[self._order] * (1 - self.sampling.correlation)

    @cached_property
    def _log_own(self) -> float:
        return float(np.sum(np.log(self._own_variance)))

    @cached_property
    def _log_det_design(self) -> float:
        return float(np.linalg.slogdet(self.x.T @ self.x)[1])

    @cached_property
    def _start(self) -> Array:
        """Coefficients to count from, so that sums of squares are those of residuals."""
        weight = 1 / self.sampling.v
        found = np.linalg.lstsq(self.x * np.sqrt(weight)[:, None], self.y * np.sqrt(weight), rcond=None)[0]
        return np.asarray(found, dtype=np.float64)

    @cached_property
    def _random(self) -> tuple[Array, list[list[int]]]:
        """Columns of random effects, shape (columns, k), and which of them each level has, outermost first."""
        outcome, root = self.outcome[self._order], np.sqrt(self._own_variance)
        q = max(level.structure.q for level in self.levels)
        columns = [1 / root, *((outcome == o) / root for o in range(q))] if q > 1 else [1 / root]
        places = [list(range(1, q + 1)) if level.structure.q > 1 else [0] for level in self.levels]
        if self.sampling.correlation:
            share = np.sqrt(1 / (1 - self.sampling.correlation))  # of the standard deviation of an effect's own
            places[self.within].append(len(columns))
            columns.append(np.full(len(root), share))
        return np.array(columns), places

    @cached_property
    def _fixed(self) -> Array:
        """Design and residuals, shape (p + 1, k)."""
        residual = self.y - self.x @ self._start
        both = np.column_stack([self.x, residual])[self._order]
        return np.asarray(both.T / np.sqrt(self._own_variance))

    @cached_property
    def _groups(self) -> list[Codes]:
        """Groups of the sorted effects at each level, numbered in that order, outermost first."""
        found = []
        for level in self.levels:
            codes = level.codes[self._order]
            found.append(np.concatenate([[0], np.cumsum(codes[1:] != codes[:-1])]).astype(np.intp))
        return found

    @cached_property
    def _starts(self) -> list[Codes]:
        """The first effect of each group, each level."""
        return [np.flatnonzero(np.diff(codes, prepend=-1)) for codes in self._groups]

    @cached_property
    def _elimination(self) -> NestedElimination:
        random, places = self._random
        rows = np.concatenate([random, self._fixed])
        finest = len(self.levels) - 1
        sums = np.add.reduceat(rows[:, None, :] * rows[None, :, :], self._starts[finest], axis=2)
        levels = []
        for place in range(finest, -1, -1):
            starts = self._starts[place]
            parent = self._groups[place - 1][starts] if place else np.zeros(len(starts), dtype=np.intp)
            firsts = np.flatnonzero(np.diff(parent, prepend=-1))
            levels.append(NestedLevel(np.array(places[place]), firsts, parent))
        return NestedElimination(sums, levels)

    def _covariances(self, parameters: Array) -> list[Array]:
        """Covariance matrices of the random effects, finest level first."""
        found, at = [], 0
        for place, level in enumerate(self.levels):
            n = len(level.structure.bases)
            matrix = level.structure.matrix(parameters[at : at + n])
            at += n
            if self.sampling.correlation and place == self.within:
                q = len(matrix)
                matrix = np.pad(matrix, (0, 1))
                matrix[q, q] = self.sampling.correlation
            found.append(matrix)
        return found[::-1]

    def at(self, parameters: Array) -> LevelsFit:
        """The fit at variances and covariances of the random effects."""
        random, _ = self._random
        (k, p), first = self.x.shape, len(random)
        log_det, top, steps = self._elimination.evaluate(self._covariances(parameters))
        design = slice(first, first + p)
        covariance = np.linalg.inv(top[design, design])
        moved = covariance @ top[design, -1]
        combination = np.zeros(len(top))
        combination[design], combination[-1] = -moved, 1.0
        q = float(combination @ top @ combination)
        adjoint = np.outer(combination, combination)
        value = -0.5 * (float(np.real(log_det)) + self._log_own + q)
        if self.restricted:
            adjoint[design, design] += covariance
            value += 0.5 * (float(np.linalg.slogdet(covariance)[1]) + self._log_det_design)
        value -= 0.5 * (k - p if self.restricted else k) * float(np.log(2 * np.pi))
        gradient = self._elimination.gradient(steps, adjoint)[::-1]
        slopes = -0.5 * np.concatenate(
            [
                np.tensordot(level.structure.bases, matrix[: level.structure.q, : level.structure.q], axes=2)
                for level, matrix in zip(self.levels, gradient, strict=True)
            ]
        )
        information = self._average_information(steps, moved, covariance)
        return LevelsFit(parameters, self._start + moved, covariance, value, slopes, information, q)

    def random_effects(self, fit: LevelsFit) -> list[Array]:
        """Predictions and their standard errors, shape (groups, outcomes, 2) each level, outermost first.

        Those of :class:`BlockLikelihood`: the error for known coefficients, and what predictions move with them.
        """
        first, p = len(self._random[0]), self.x.shape[1]
        _, top, steps = self._elimination.evaluate(self._covariances(fit.parameters))
        residual = np.eye(len(top))[-1]
        residual[first : first + p] = self._start - fit.coefficients
        known = self._elimination.effects(steps, residual)[::-1]
        moved = [self._elimination.effects(steps, one)[::-1] for one in np.eye(len(top))[first : first + p]]
        found = []
        for place, level in enumerate(self.levels):
            q = level.structure.q
            modes, covariances = known[place]
            slopes = np.stack([each[place][0][:, :q] for each in moved], axis=2)
            variance = np.einsum("jaa->ja", covariances[:, :q, :q]).copy()
            variance += np.einsum("jax,xy,jay->ja", slopes, fit.covariance, slopes)
            predicted = np.empty((len(level.groups), q, 2))
            groups = level.codes[self._order][self._starts[place]]
            predicted[groups, :, 0] = modes[:, :q]
            predicted[groups, :, 1] = np.sqrt(variance)
            found.append(predicted)
        return found

    def _solved(self, steps: Sequence[Step], vector: Array) -> Array:
        """The inverse of V times a vector, shape (k,)."""
        random, places = self._random
        m = len(random) + len(self._fixed)
        right = np.zeros((m, len(self._starts[-1])))
        right[: len(random)] = np.add.reduceat(random * vector, self._starts[-1], axis=1)
        modes = self._elimination.solve(steps, right)[::-1]
        found = vector.copy()
        for level, own in enumerate(modes):
            for place, column in enumerate(places[level]):
                found -= random[column] * own[self._groups[level], place]
        return found

    def _average_information(self, steps: Sequence[Step], moved: Array, covariance: Array) -> Array:
        """Half of y'P D P D' P y for derivatives D of V (Gilmour, Thompson & Cullis, 1995, Biometrics 51)."""
        design = self._fixed[:-1]
        residual = self._solved(steps, self._fixed[-1] - moved @ design)
        changes = np.array(
            [change for place, level in enumerate(self.levels) for change in self._changes(place, level, residual)]
        )
        solved = np.array([self._solved(steps, change) for change in changes])
        with_design = solved @ design.T
        return np.asarray((changes @ solved.T - with_design @ covariance @ with_design.T) / 2)

    def _changes(self, place: int, level: Level, residual: Array) -> list[Array]:
        """D P y of each linear parameter of a level."""
        random, places = self._random
        columns = random[places[place][: level.structure.q]]
        sums = np.add.reduceat(columns * residual, self._starts[place], axis=1)
        groups = self._groups[place]
        return [np.sum(columns * (basis @ sums)[:, groups], axis=0) for basis in level.structure.bases]
