"""How sure a change is, in words: one scale for the whole project, and each word has a statistical meaning.

============================ ==========================================================================================
``clear_gain, clear_loss``   The 95% interval leaves out zero: said in at most 5% of studies where nothing changed.
``likely_gain, likely_loss`` The 80% interval leaves out zero: said, or ``clear``, in at most 20% of such studies.
``no_worthwhile_change``     The 90% interval lies within plus and minus the smallest worthwhile change (two one-sided
                             tests at 5%: Schuirmann 1987; Lakens 2017): said in at most 5% of studies where the change
                             is that large or larger. It goes before the others: a change may be surely there and small.
``cannot_tell``              None of these.
============================ ==========================================================================================
"""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np
import numpy.typing as npt
import scipy.stats

from lcresearch.change.arguments import NUMBER, WORD, takes
from lcresearch.errors import ChangeError

Array = npt.NDArray[np.float64]
Sureness = Literal["clear_gain", "likely_gain", "no_worthwhile_change", "cannot_tell", "likely_loss", "clear_loss"]
"""One of the words above."""
Improvement = Literal["higher", "lower"]
SURENESS: tuple[Sureness, ...] = get_args(Sureness)
"""The words, from a gain that is sure to a loss that is sure."""
CLEAR, LIKELY, EQUIVALENT = 0.95, 0.80, 0.90
"""Levels of the intervals behind the words."""


@takes(
    conf_low=NUMBER,
    conf_high=NUMBER,
    worthwhile=NUMBER.or_none,
    df=NUMBER,
    conf_level=NUMBER,
    improvement=WORD,
)
def sureness(
    conf_low: float,
    conf_high: float,
    worthwhile: float | None = None,
    improvement: Improvement = "higher",
    *,
    df: float = np.inf,
    conf_level: float = CLEAR,
) -> Sureness:
    """The word for a change, from its interval.

    Parameters
    ----------
    conf_low, conf_high : float
        Of the change, after minus before; NaN when there is none.
    worthwhile : float, optional
        Smallest worthwhile change, named beforehand, in the unit of the change. Without it nothing is called
        ``no_worthwhile_change``.
    improvement : {"higher", "lower"}
        Which direction is better.
    df : float
        Degrees of freedom of the interval: from it and them follow the intervals at other levels. Infinite for a
        normal interval.
    conf_level : float
        Level of the interval that is given.

    Returns
    -------
    str
        ``clear_gain, likely_gain, no_worthwhile_change, cannot_tell, likely_loss`` or ``clear_loss``; their words stand
        in the catalogue under ``sureness.word`` and ``sureness.means``.

    Raises
    ------
    ChangeError
        C007: a smallest worthwhile change, direction or level that cannot be.

    Examples
    --------
    >>> sureness(0.1, 0.7), sureness(0.1, 0.7, improvement="lower")
    ('clear_gain', 'clear_loss')
    >>> sureness(-0.1, 0.7, df=13), sureness(-0.3, 0.7, df=13)
    ('likely_gain', 'cannot_tell')
    >>> sureness(-0.25, 0.2, worthwhile=0.3)
    'no_worthwhile_change'
    """
    check_level(conf_level)
    error = (conf_high - conf_low) / 2 / float(scipy.stats.t.ppf((1 + conf_level) / 2, df))
    middle = np.array([(conf_low + conf_high) / 2])
    return surenesses(middle, np.array([error]), np.array([df]), worthwhile, improvement)[0]


def surenesses(
    estimate: Array,
    std_error: Array,
    df: Array,
    worthwhile: float | None = None,
    improvement: Improvement = "higher",
) -> list[Sureness]:
    """The words for changes with t intervals.

    Parameters
    ----------
    estimate, std_error, df : array, shape (n,)
        Without an error, or with one of zero, nothing can be told.
    worthwhile, improvement
        See :func:`sureness`.

    Returns
    -------
    list of str
        A word of :data:`SURENESS` a change.

    Examples
    --------
    >>> surenesses(np.array([0.5, -0.5]), np.array([0.1, 0.3]), np.array([7.0, 7.0]))
    ['clear_gain', 'likely_loss']
    """
    check_improvement(worthwhile, improvement)
    sign = 1.0 if improvement == "higher" else -1.0
    known = np.isfinite(estimate) & np.isfinite(std_error) & (std_error > 0) & (df > 0)
    error, free = np.where(known, std_error, 1.0), np.where(known, df, 1.0)
    middle = np.where(known, sign * estimate, np.nan)
    clear, likely, narrow = (half_width(error, free, level) for level in (CLEAR, LIKELY, EQUIVALENT))
    small = within(middle - narrow, middle + narrow, np.nan if worthwhile is None else worthwhile)
    conditions = {
        "no_worthwhile_change": small,
        "clear_gain": middle - clear > 0,
        "clear_loss": middle + clear < 0,
        "likely_gain": middle - likely > 0,
        "likely_loss": middle + likely < 0,
    }
    found = np.select(list(conditions.values()), list(conditions), default="cannot_tell")
    places = {name: name for name in SURENESS}
    return [places[name] for name in found.tolist()]


def half_width(std_error: Array, df: Array, conf_level: float) -> Array:
    """Half the width of t intervals."""
    return np.asarray(scipy.stats.t.ppf((1 + conf_level) / 2, df) * std_error, dtype=np.float64)


def within(low: Array, high: Array, bound: float | Array) -> npt.NDArray[np.bool_]:
    """Whether intervals lie within plus and minus a bound, so that whatever there is, it is smaller.

    Examples
    --------
    >>> within(np.array([-0.1, -0.1]), np.array([0.1, 0.3]), 0.2).tolist()
    [True, False]
    """
    return np.asarray((low > -np.asarray(bound)) & (high < np.asarray(bound)), dtype=np.bool_)


def check_level(conf_level: float) -> None:
    """Refuse a level of confidence that is not between 0 and 1 (C007)."""
    if not 0 < conf_level < 1:
        raise ChangeError("C007", name="conf_level", found=str(conf_level), known="0 < conf_level < 1")


def check_improvement(worthwhile: float | None, improvement: str) -> None:
    """Refuse a smallest worthwhile change that is not above zero, or a direction that is none (C007)."""
    if worthwhile is not None and not 0 < worthwhile < np.inf:
        raise ChangeError("C007", name="worthwhile", found=str(worthwhile), known="worthwhile > 0")
    if improvement not in ("higher", "lower"):
        raise ChangeError("C007", name="improvement", found=str(improvement), known="higher, lower")
