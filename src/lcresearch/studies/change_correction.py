"""Words for secondary scales, corrected for their number: the more scales, the more seem to change by chance."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np

from lcresearch.multiple_testing import holm
from lcresearch.reporting.change_content import ChangeNumbers, ScaleChange

_CLEAR, _LIKELY = 0.05, 0.20
"""Two-sided levels behind the words clear and likely, see :mod:`lcresearch.change.sureness`."""


def corrected(scales: Sequence[tuple[ScaleChange, Sequence[float]]]) -> tuple[ScaleChange, ...]:
    """Secondary scales with p values adjusted for their number (Holm 1979), and words that fit the adjusted values.

    Parameters
    ----------
    scales : sequence of (ScaleChange, sequence of float)
        With each scale the p values behind its words: of all who take part, of those compared with, of the difference,
        and of each group; NaN where there is none. Each is adjusted over the scales. ``p_adjusted`` comes from the p
        values that are shown, and is left out where it would contradict the word.
    """
    if not scales:
        return ()
    values = np.array([own for _, own in scales], dtype=np.float64)
    adjusted = np.stack([holm(column) for column in values.T], axis=1)
    shown = holm(np.array([np.nan if one.p_value is None else one.p_value for one, _ in scales]))
    rows = zip(scales, adjusted, shown.tolist(), strict=True)
    return tuple(_adjusted(one, own.tolist(), p_shown) for (one, _), own, p_shown in rows)


def _adjusted(scale: ScaleChange, p: Sequence[float], p_shown: float) -> ScaleChange:
    overall = _with_word(scale.overall, p[0])
    clear = str(overall.sureness).startswith("clear")
    return dataclasses.replace(
        scale,
        overall=overall,
        comparison=None if scale.comparison is None else _with_word(scale.comparison, p[1]),
        difference=None if scale.difference is None else _with_word(scale.difference, p[2]),
        groups=tuple(_with_word(one, value) for one, value in zip(scale.groups, p[3:], strict=True)),
        p_adjusted=float(round(p_shown, 4)) if (p_shown <= _CLEAR) == clear and np.isfinite(p_shown) else None,
    )


def _with_word(one: ChangeNumbers, p: float) -> ChangeNumbers:
    return one if one.sureness is None else dataclasses.replace(one, sureness=weaker(one.sureness, p))


def weaker(word: str, p: float) -> str:
    """The word that an adjusted p value leaves of another.

    Examples
    --------
    >>> weaker("clear_gain", 0.04), weaker("clear_gain", 0.06), weaker("likely_loss", 0.30)
    ('clear_gain', 'likely_gain', 'cannot_tell')
    """
    how, _, direction = word.partition("_")
    if how not in ("clear", "likely"):
        return word
    if how == "clear" and p <= _CLEAR:
        return word
    return f"likely_{direction}" if p <= _LIKELY else "cannot_tell"
