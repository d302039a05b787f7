"""How reliable scores are at each level of a two-level model, with standard errors by the delta method.

With S_W and S_B the variances of the sum of the items within and between, T_W and T_B the parts of these that their
factor explains, and n the harmonic mean of the sizes of clusters:

- ``deviations``: T_W / S_W, of deviations of persons from the mean of their cluster (Geldhof, Preacher & Zyphur 2014;
  Lai 2021);
- ``latent_means``: T_B / S_B, of means of clusters if these had infinitely many persons (Geldhof et al. 2014);
- ``means``: T_B / (S_B + S_W / n), of the means of clusters that one has (Lai 2021);
- ``persons``: (T_W + T_B) / (S_W + S_B), of scores of persons, whatever cluster they are in, for a factor whose items
  are the same at both levels (Lai 2021).
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from scipy import stats

from lcresearch.measurement.factor_models import standardised as units
from lcresearch.measurement.factor_models.arrays import Array
from lcresearch.measurement.factor_models.implied import Layout
from lcresearch.measurement.two_level.estimated import TwoLevelEstimated

COLUMNS = ["factor", "level", "score", "omega", "std_error", "conf_low", "conf_high"]
_STEP = 1e-30


def reliability(estimated: TwoLevelEstimated, conf_level: float) -> pd.DataFrame:
    """The table of :meth:`TwoLevelFactorModel.reliability`."""
    layout, size = estimated.layout, estimated.moments.harmonic_size
    moved = directions(estimated)
    values = [values_of(each, moved) for each in layout.levels]
    rows = []
    for factor, level, score, found in _coefficients(layout.levels, values, size):
        omega, slope = float(found[0].real), found[1:].imag / _STEP
        error = float(np.sqrt(max(float(slope @ estimated.covariance @ slope), 0.0)))
        rows.append((factor, level, score, omega, error, *_interval(omega, error, conf_level)))
    return pd.DataFrame(rows, columns=COLUMNS)


def directions(estimated: TwoLevelEstimated) -> Array:
    """Theta, and theta with a complex step in each direction: shape (1 + n_free, n_free)."""
    theta = estimated.theta.astype(complex)
    return np.vstack([theta, theta + 1j * _STEP * np.eye(len(theta))])


def values_of(layout: Layout, thetas: Array) -> Array:
    """Values of the parameters of a level for several thetas, shape (n, n_parameters)."""
    free = layout.free[0]
    return np.where(free >= 0, thetas[:, free], layout.fixed[0])


def _coefficients(levels: tuple[Layout, Layout], values: list[Array], size: float) -> Iterator[
    tuple[str, str, str, Array]]:  # fmt: skip
    """Factor, level, score, and the coefficient for each theta."""
    within, between = (list(_sums(layout, own)) for layout, own in zip(levels, values, strict=True))
    spread = levels[0].implied_by(values[0]).covariance
    names = levels[0].table.observed
    for factor, _, true, whole in within:
        yield factor, "within", "deviations", true / whole
    for factor, items, true, whole in between:
        yield factor, "between", "latent_means", true / whole
        if set(items) <= set(names):
            places = [names.index(item) for item in items]
            error = spread[:, places][:, :, places].sum(axis=(1, 2)) / size
            yield factor, "between", "means", true / (whole + error)
    for factor, items, true, whole in within:
        same = [each for each in between if set(each[1]) == set(items)]
        if len(same) == 1:
            yield factor, "both", "persons", (true + same[0][2]) / (whole + same[0][3])


def _sums(layout: Layout, values: Array) -> Iterator[tuple[str, tuple[str, ...], Array, Array]]:
    """Factor, its items, and of the sum of these the variance that it explains and all variance."""
    p = layout.n_observed
    arrows = layout.matrices(values)[0]
    total = units.total_covariances(layout, values)
    names = layout.table.observed
    for number, factor in enumerate(layout.table.latent):
        items = tuple(name for name in layout.table.indicators[factor] if name in names)
        if items:
            places = [names.index(item) for item in items]
            loading = arrows[:, places, p + number].sum(axis=1)
            true = loading**2 * total[:, p + number, p + number]
            yield factor, items, true, total[:, places][:, :, places].sum(axis=(1, 2))


def _interval(omega: float, error: float, conf_level: float) -> tuple[float, float]:
    """An interval on the logit scale, so that it stays between 0 and 1; NaN where omega itself does not."""
    if not 0 < omega < 1:
        return np.nan, np.nan
    width = stats.norm.ppf((1 + conf_level) / 2) * error / (omega * (1 - omega))
    logit = np.log(omega / (1 - omega))
    low, high = 1 / (1 + np.exp(-(logit + np.array([-width, width]))))
    return float(low), float(high)
