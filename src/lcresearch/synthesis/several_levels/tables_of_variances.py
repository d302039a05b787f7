"""Tables of variances, correlations, their intervals, and predicted effects."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from lcresearch.errors import SynthesisError
from lcresearch.synthesis.effect_sizes.figures import Array
from lcresearch.synthesis.several_levels.blocks import Level
from lcresearch.synthesis.several_levels.fitting import RandomPart
from lcresearch.synthesis.several_levels.likelihood import LevelsFit
from lcresearch.synthesis.several_levels.profile import Profile, quantities
from lcresearch.synthesis.several_levels.structures import ONE


def variances(
    levels: Sequence[Level], outcomes: Sequence[str], matrices: Sequence[Array], typical: float
) -> pd.DataFrame:
    """A variance a row; shares of variance where all levels have one."""
    rows = []
    for level, matrix in zip(levels, matrices, strict=True):
        several = level.structure.kind not in (ONE, "CS")
        for place, variance in enumerate(np.diag(matrix) if several else [matrix[0, 0]]):
            row = {"level": level.name, "outcome": outcomes[place] if several else ""}
            rows.append(row | {"variance": variance, "std_dev": np.sqrt(variance), "n_groups": len(level.groups)})
    table = pd.DataFrame(rows)
    if all(level.structure.kind == ONE for level in levels):
        total = float(table["variance"].sum())
        within = table["variance"].cumsum() / total if total > 0 else np.nan
        table = table.assign(i2=100 * table["variance"] / (total + typical), icc=within)
    else:
        table = table.assign(i2=np.nan, icc=np.nan)
    shown = ["level", *(["outcome"] if outcomes else []), "variance", "std_dev", "i2", "icc", "n_groups"]
    return table[shown]


def correlations(levels: Sequence[Level], outcomes: Sequence[str], matrices: Sequence[Array]) -> pd.DataFrame:
    """A pair of outcomes a row; NaN where a variance is 0."""
    rows = []
    for level, matrix in zip(levels, matrices, strict=True):
        root = np.sqrt(np.diag(matrix))
        for a, b in np.column_stack(np.tril_indices(len(matrix), -1)).tolist():
            both = root[a] * root[b]
            row = {"level": level.name, "outcome": outcomes[b], "other": outcomes[a], "covariance": matrix[a, b]}
            rows.append(row | {"correlation": matrix[a, b] / both if both > 0 else np.nan})
    return pd.DataFrame(rows, columns=["level", "outcome", "other", "covariance", "correlation"])


def intervals(
    part: RandomPart, fit: LevelsFit, levels: Sequence[Level], outcomes: Sequence[str], conf_level: float
) -> pd.DataFrame:
    """Profile-likelihood intervals of variances, standard deviations and correlations."""
    rows = []
    for quantity in quantities(part.structures):
        profile = Profile(part, fit, quantity)
        ends = np.array([profile.estimate, *profile.interval(conf_level)])
        row = {"level": levels[quantity.level].name, "outcome": ", ".join(outcomes[o] for o in quantity.outcomes)}
        terms = {quantity.name: ends}
        if quantity.name == "variance":
            terms["std_dev"] = np.sqrt(ends)
        for term, (estimate, low, high) in terms.items():
            rows.append(row | {"term": term, "estimate": estimate, "conf_low": low, "conf_high": high})
    table = pd.DataFrame(rows)
    return table if outcomes else table.drop(columns="outcome")


def profile(
    part: RandomPart, fit: LevelsFit, levels: Sequence[Level], level: str, values: Sequence[float]
) -> pd.DataFrame:
    """The log-likelihood at values of a level's variance."""
    known = [each.name for each in levels if each.structure.kind in (ONE, "CS")]
    if level not in known:
        raise SynthesisError("Y007", name="level", value=level, known=known)
    place = [each.name for each in levels].index(level)
    quantity = next(each for each in quantities(part.structures) if each.level == place)
    held = Profile(part, fit, quantity)
    found = [held.log_likelihood(float(value)) for value in values]
    return pd.DataFrame({"variance": np.asarray(values, dtype=np.float64), "log_likelihood": found})


def of_groups(level: Level, outcomes: Sequence[str], found: Array, limit: float) -> pd.DataFrame:
    """Predictions of a level, of shape (groups, outcomes, 2), as a table."""
    groups, q, _ = found.shape
    estimate, error = found[:, :, 0].ravel(), found[:, :, 1].ravel()
    table = pd.DataFrame({"level": level.name, "group": np.repeat(np.array(level.groups, dtype=object), q)})
    if outcomes:
        table["outcome"] = list(outcomes) * groups if q > 1 else ""
    half = limit * error
    return table.assign(estimate=estimate, std_error=error, conf_low=estimate - half, conf_high=estimate + half)
