"""Null distributions for r_wg: how much answers would vary if they were given without agreement.

The variances of the skewed distributions are those of LeBreton and Senter (2008, Table 2), for 5 to 11 answer options.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lcresearch.errors import MeasurementError, nearest

SKEWED = ("slight_skew", "moderate_skew", "heavy_skew")
"""Null distributions in which answers lean to one side, as they do when people are mild or want to please."""

_PUBLISHED: dict[str, dict[int, float]] = {
    "slight_skew": {5: 1.34, 6: 1.85, 7: 2.90, 8: 3.47, 9: 5.66, 10: 6.30, 11: 7.31},
    "moderate_skew": {5: 0.90, 6: 1.26, 7: 2.14, 8: 2.79, 9: 4.73, 10: 5.09, 11: 6.32},
    "heavy_skew": {5: 0.44, 6: 0.69, 7: 1.39, 8: 2.35, 9: 3.16, 10: 3.46, 11: 4.02},
}

NAMES = ("uniform", "triangular", *SKEWED)


def uniform_variance(options: int) -> float:
    """Variance of answers spread evenly over ``options`` consecutive codes, (A^2 - 1) / 12 (James et al., 1984).

    Examples
    --------
    >>> uniform_variance(5)
    2.0
    """
    return (options**2 - 1) / 12


def triangular_variance(options: int) -> float:
    """Variance of answers that thin out evenly to both ends, (A^2 + 2A - 3) / 24, or - 2 for an even A.

    It stands for people who avoid the ends of the scale (James, Demaree & Wolf, 1984).

    Examples
    --------
    >>> round(triangular_variance(5), 3)
    1.333
    """
    return (options**2 + 2 * options - (3 if options % 2 else 2)) / 24


def null_variances(options: int, nulls: Sequence[str] | Mapping[str, float] | None = None) -> dict[str, float]:
    """Variance of each null distribution for a scale with so many answer options.

    Parameters
    ----------
    options : int
        Number of answer options, A.
    nulls : sequence of str or mapping, optional
        Names of null distributions (``uniform, triangular, slight_skew, moderate_skew, heavy_skew``), or your own as
        ``{name: variance}``. By default the uniform one and the three skewed ones.

    Returns
    -------
    dict
        Name to variance. Distributions without a published variance for this number of options are left out.

    Raises
    ------
    MeasurementError
        M004 a name is not known; M005 a variance is not positive.

    Examples
    --------
    >>> null_variances(5)
    {'uniform': 2.0, 'slight_skew': 1.34, 'moderate_skew': 0.9, 'heavy_skew': 0.44}
    """
    if isinstance(nulls, Mapping):
        wrong = [name for name, variance in nulls.items() if not variance > 0]
        if wrong:
            raise MeasurementError("M005", names=wrong)
        return {str(name): float(variance) for name, variance in nulls.items()}
    variances = {"uniform": uniform_variance(options)}
    for name in ("uniform", *SKEWED) if nulls is None else nulls:
        if name not in NAMES:
            raise MeasurementError("M004", option="nulls", value=name, known=NAMES, nearest=nearest(name, NAMES) or "–")
        if name == "triangular":
            variances[name] = triangular_variance(options)
        elif name != "uniform" and options in _PUBLISHED[name]:
            variances[name] = _PUBLISHED[name][options]
    return variances
