"""The earlier alpha for unitising (Krippendorff, 1995; 2004), to compare with what older studies report."""

from __future__ import annotations

import numpy as np

from lcresearch.agreement.ratings import Array
from lcresearch.agreement.spans import Spans


def alpha_u_1995(spans: Spans) -> tuple[Array, Array]:
    """Observed and expected disagreement of each code, arrays of shape (n_codes,); alpha_U is 1 - D_o / D_e.

    For two coders' stretches g and h that intersect, of length l and beginning at b, the squared difference is
    (b_g - b_h)^2 + (b_g + l_g - b_h - l_h)^2 when both are units of the code, l_g^2 when g is a unit that lies within a
    gap h, and 0 otherwise. D_o is its sum over ordered pairs of coders over m (m - 1) L^2, and ::

        D_e = 2 / L sum_units [(N - 1) / 3 (2 l^3 - 3 l^2 + l) + l^2 sum_gaps>=l (l_gap - l + 1)]
              / (m L (m L - 1) - sum_units l (l - 1))

    with N the units of the code by all coders. Over all codes alpha_U = 1 - sum D_o / sum D_e. All coders must have
    read all documents; several documents count as one line on which gaps end where documents end.

    Krippendorff (2016) shows that this coefficient does not behave as it should with more than two coders: prefer
    :func:`lcresearch.agreement.unitised_agreement`.

    References
    ----------
    Krippendorff (1995), Sociological Methodology 25, 47-76; Krippendorff (2004), Content analysis, 2nd edition, section
    11.6. Values were held to those of DKPro Statistics for the examples of 1995.
    """
    observed = np.zeros(len(spans.codes))
    expected = np.zeros(len(spans.codes))
    total, m = float(spans.offsets[-1]), len(spans.coders)
    for code in range(len(spans.codes)):
        stretches = [_stretches(spans, code, coder) for coder in range(m)]
        apart = sum(_apart(a, b) for i, a in enumerate(stretches) for b in stretches[i + 1 :])
        observed[code] = 2 * apart / (m * (m - 1) * total**2)
        expected[code] = _expected(stretches, total, m)
    return observed, expected


Stretches = tuple[Array, Array, np.ndarray]  # begin, length, whether a unit


def _stretches(spans: Spans, code: int, coder: int) -> Stretches:
    """Units of a coder and the gaps between them, in order, on a line of all documents."""
    mine = (spans.code == code) & (spans.coder == coder)
    at = spans.offsets[spans.document[mine]]
    begin, end = at + spans.start[mine], at + spans.end[mine]
    order = np.argsort(begin)
    begin, end = begin[order], end[order]
    bounds = np.unique(np.concatenate([spans.offsets, begin, end]))
    first = bounds[:-1]
    return first.astype(np.float64), np.diff(bounds).astype(np.float64), np.isin(first, begin)


def _apart(a: Stretches, b: Stretches) -> float:
    """Sum of squared differences over intersecting stretches of two coders."""
    bounds = np.unique(np.concatenate([a[0], b[0]]))
    g, h = (np.searchsorted(s[0], bounds, side="right") - 1 for s in (a, b))
    (b_g, l_g, u_g), (b_h, l_h, u_h) = ((s[0][k], s[1][k], s[2][k]) for s, k in ((a, g), (b, h)))
    both = u_g & u_h
    squares = np.where(both, (b_g - b_h) ** 2 + (b_g + l_g - b_h - l_h) ** 2, 0.0)
    inside_h = (b_g >= b_h) & (b_g + l_g <= b_h + l_h)
    inside_g = (b_h >= b_g) & (b_h + l_h <= b_g + l_g)
    squares = np.where(u_g & ~u_h & inside_h, l_g**2, squares)
    squares = np.where(~u_g & u_h & inside_g, l_h**2, squares)
    return float(squares.sum())


def _expected(stretches: list[Stretches], total: float, m: int) -> float:
    units = np.concatenate([length[is_unit] for _, length, is_unit in stretches])
    gaps = np.sort(np.concatenate([length[~is_unit] for _, length, is_unit in stretches]))
    if not len(units):
        return 0.0
    # sum over gaps of at least l of (gap - l + 1), by sums from the right
    at = np.searchsorted(gaps, units)
    longer = np.concatenate([np.cumsum(gaps[::-1])[::-1], [0.0]])[at]
    room = longer - (units - 1) * (len(gaps) - at)
    inner = (len(units) - 1) / 3 * (2 * units**3 - 3 * units**2 + units) + units**2 * room
    return float(2 / total * inner.sum() / (m * total * (m * total - 1) - (units * (units - 1)).sum()))
