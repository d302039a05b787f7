"""The order of waves: as given, else that of their labels."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import pandas as pd

from lcresearch.errors import Problem, ResponsesError
from lcresearch.responses.tables import shown
from lcresearch.validation import did_you_mean

# words for a first, a second and a last wave, in Dutch and English
WORDS = (
    ("nulmeting", "baseline"),
    ("voormeting", "pre", "pretest", "voor", "before", "begin", "start"),
    ("tussenmeting", "midterm", "tussen", "mid"),
    ("nameting", "post", "posttest", "na", "after", "eind", "end"),
    ("vervolgmeting", "followup", "follow_up", "vervolg"),
)
RANK = {word: rank for rank, words in enumerate(WORDS) for word in words}
_DIGITS = re.compile(r"(\d+)")


def wave_order(labels: Iterable[str] | pd.Series[str], given: Sequence[str] | None = None) -> tuple[str, ...]:
    """Labels of waves in order of time.

    Parameters
    ----------
    labels : Series or iterable of str
        The waves of the rows; missing ones do not count.
    given : sequence of str, optional
        The order. Without it numbers inside labels count as numbers (``t2`` before ``t10``) and words such as
        ``pre`` and ``post`` stand in their own order.

    Raises
    ------
    ResponsesError
        R144 if a wave of the rows is not among those given.

    Examples
    --------
    >>> wave_order(["t10", "t2", "t0"]), wave_order(["post", "pre"])
    (('t0', 't2', 't10'), ('pre', 'post'))
    """
    column = labels if isinstance(labels, pd.Series) else pd.Series(list(labels), dtype="str")
    found = column.dropna().unique().tolist()
    if given is None:
        return tuple(sorted(found, key=_natural))
    known = list(dict.fromkeys(str(wave) for wave in given))
    strange = [wave for wave in found if wave not in known]
    if strange:
        raise ResponsesError(
            Problem("R144", values={"wave": shown(wave, 40), "known": known, "did_you_mean": did_you_mean(wave, known)})
            for wave in strange
        )
    return tuple(known)


def wave_codes(column: pd.Series[str], waves: Sequence[str]) -> pd.Series[int]:
    """For each row the place of its wave in the order, from 0; -1 where it has none."""
    return column.map({wave: place for place, wave in enumerate(waves)}).fillna(-1).astype("int64")


def _natural(label: str) -> tuple[list[tuple[int, int, str]], str]:
    key = label.strip().casefold()
    parts = [(RANK.get(key, -1), 0, "")]
    parts += [(1, int(part), "") if part.isdigit() else (0, 0, part) for part in _DIGITS.split(key) if part]
    return parts, label
