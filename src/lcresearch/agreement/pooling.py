"""A row for all codes together, with an error that knows that codes share their units."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from lcresearch.agreement.coded_ratings import CodedRatings, UnitRows
from lcresearch.agreement.coefficients import Estimate
from lcresearch.agreement.ratings import Array, Ratings


def pooled(estimates: Sequence[Estimate], data: CodedRatings) -> dict[str, Any] | None:
    """A row for all codes together: the mean of a coefficient by the weights of codes, with its error.

    ``estimates`` has one element a code. Codes for which the coefficient is undefined have no weight.
    """
    known = [(i, e, e.contributions) for i, e in enumerate(estimates) if e.contributions is not None and e.weight > 0]
    if not known:
        return None
    total = sum(e.weight for _, e, _ in known)
    value = sum(e.weight * e.estimate for _, e, _ in known) / total
    parts = [np.zeros(len(ratings.codes)) for ratings in data.ratings]
    for i, e, contributions in known:
        of_weight = 0.0 if e.of_weight is None else (e.estimate - value) * e.of_weight
        parts[i] = np.asarray((e.weight * contributions + of_weight) / total, dtype=np.float64)
    first = known[0][1]
    if data.units is None:
        sums = _sums_of_clusters(parts, data.ratings, first.least_ratings)
    else:
        sums = _sums_of_units(parts, data.units, first.least_ratings)
    n = len(sums)
    expected = float(np.mean([e.expected for _, e, _ in known]))
    observed = value if np.isnan(expected) else float(np.mean([e.observed for _, e, _ in known]))
    return {
        "code": None,
        "term": first.term,
        "estimate": value,
        "std_error": float(np.sqrt(n / (n - 1) * float(sums @ sums))) if n > 1 else float("nan"),
        "df": float(max(n - 1, 0)),
        "observed": observed,
        "expected": expected,
        "chance": expected,
        "n_units": int(max(e.n_units for _, e, _ in known)),
        "n_raters": max(e.n_raters for _, e, _ in known),
        "n_independent": n,
        "draws": -1,
        "fisher": False,
        "reason": "",
    }


def _sums_of_clusters(parts: list[Array], ratings: list[Ratings], least: int) -> Array:
    """What each cluster with a unit of at least ``least`` ratings adds to the error, over all codes."""
    cluster = np.concatenate([r.cluster if r.cluster is not None else np.zeros(0, dtype=np.int64) for r in ratings])
    frequency = np.concatenate([r.frequency for r in ratings])
    in_use = np.concatenate([r.size >= least for r in ratings]) & (frequency > 0)
    total = np.bincount(cluster, frequency * np.concatenate(parts))
    return np.asarray(total[np.bincount(cluster, in_use, minlength=len(total)) > 0], dtype=np.float64)


def _sums_of_units(parts: list[Array], units: UnitRows, least: int) -> Array:
    """What each unit of at least ``least`` ratings adds: as if it had no code, and then what its codes change."""
    starts = np.concatenate([[0], np.cumsum([len(part) for part in parts])])[:-1]
    flat = np.concatenate(parts)
    zero = flat[starts[:, None] + units.zero_row]
    changed = flat[starts[units.cell_code] + units.cell_row] - zero[units.cell_code, units.group[units.cell_unit]]
    total = zero.sum(axis=0)[units.group]
    total += np.bincount(units.cell_unit, changed, minlength=len(total))
    return np.asarray(total[units.size[units.group] >= least], dtype=np.float64)
