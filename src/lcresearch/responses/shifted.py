"""A form that numbers its answers otherwise than the instrument: 0 to 4 where it has 1 to 5, or 1 and 2 for 0 and 1."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from lcresearch.responses.answers import ANSWER, OUTSIDE, Decoded
from lcresearch.responses.asked import Asked
from lcresearch.responses.log import Log
from lcresearch.responses.tables import Coded
from lcresearch.responses.written_numbers import plain_number

_FEWEST, _FEWEST_FOR_DOUBT = 3, 2
_TYPING_ERRORS, _TIMES_ELSEWHERE = 0.01, 3
_LEAST_AT_END = 0.05
_MOST_ERRORS, _CHANCE, _CHANCE_FOR_DOUBT = 0.2, 0.001, 0.02
_BESIDE_A_STRAY = 5
_NAMED = 5


@dataclass(frozen=True)
class _Side:
    """A question seen from one end of its answers.

    How often the number just outside occurs, with some of its rows; the last code at the other end, which is absent if
    the answers are numbered otherwise; and the code next to that.
    """

    beside: int
    absent: int
    near: int
    rows: frozenset[int]


@dataclass(frozen=True)
class _Counts:
    """What was counted of one question; ``n`` are the numbers in its scale and just outside."""

    item: Asked
    n: int
    below: _Side
    above: _Side


@dataclass
class Numbering:
    """Counts the codes of each question, to see whether those of a battery are one too low or too high.

    Attributes
    ----------
    counts : dict
        Codes of the instrument -> what was counted, question by question.
    """

    counts: dict[tuple[float, ...], list[_Counts]] = field(default_factory=dict)

    def add(self, item: Asked, coded: Coded, decoded: Decoded) -> None:
        """Count the answers to one question: numbers, not words, and none that the labels of the file explain."""
        codes = tuple(sorted(item.codes))
        if item.kind != "choice" or len(codes) < 2 or codes[-1] - codes[0] != len(codes) - 1 or decoded.relabelled:
            return
        low, high = codes[0], codes[-1]
        places: dict[float, list[int]] = {}
        for place, (value, reason) in enumerate(zip(coded.values.tolist(), decoded.reasons.tolist(), strict=True)):
            number = plain_number(value) if reason in (ANSWER, OUTSIDE) else None
            if number is not None and low - 1 <= number <= high + 1:
                places.setdefault(number, []).append(place)
        counts = coded.counts()
        n = {number: int(counts[found].sum()) for number, found in places.items()}

        def side(beside: float, absent: float, near: float) -> _Side:
            rows = np.flatnonzero(np.isin(coded.codes, places[beside]))[:_NAMED] if n.get(beside) else ()
            return _Side(n.get(beside, 0), n.get(absent, 0), n.get(near, 0), frozenset(map(int, rows)))

        below, above = side(low - 1, high, high - 1), side(high + 1, low, low + 1)
        self.counts.setdefault(codes, []).append(_Counts(item, sum(n.values()), below, above))

    def report(self, log: Log) -> None:
        """An error for the questions with the same answers that are one too low or too high throughout.

        To set the numbers outside to missing, and leave the others, would shift all scores. The questions in which the
        number just outside occurs more often than the last code at the other end are judged together. The questions in
        which it is the other way round show how often that number is a typing error, or means no answer.
        """
        for codes, counts in self.counts.items():
            for name, step in (("below", -1), ("above", 1)):
                pairs = [(one, getattr(one, name)) for one in counts]
                verdict = judge(pairs, len(codes))
                if verdict is not None:
                    _tell(verdict, [pair for pair in pairs if pair[1].beside > pair[1].absent], codes, step, log)


def judge(pairs: Sequence[tuple[_Counts, _Side]], n_codes: int) -> str | None:
    """Whether questions seem to be numbered otherwise: ``certain``, ``doubtful`` or not.

    They do as far as typing errors (1% of the answers, or three times what the other questions show) hardly explain the
    numbers just outside, while the last code at the other end is absent or nearly so. Numbers in one row or two are no
    proof: that is somebody who mistypes.
    """
    moved = [side for _, side in pairs if side.beside > side.absent]
    beside, absent = sum(side.beside for side in moved), sum(side.absent for side in moved)
    fewest = min(beside, len(frozenset[int]().union(*(side.rows for side in moved))))
    if fewest < _FEWEST_FOR_DOUBT or absent * _BESIDE_A_STRAY > beside:
        return None
    from scipy.special import betainc, gammaincc

    others = [(one.n, side.beside) for one, side in pairs if side.beside < side.absent]
    share = sum(n for _, n in others) / max(1, sum(n for n, _ in others))
    n = sum(one.n for one, side in pairs if side.beside >= side.absent)
    near = sum(side.near for _, side in pairs if side.beside >= side.absent)
    errors = betainc(beside, n - beside + 1, min(0.99, max(_TYPING_ERRORS, _TIMES_ELSEWHERE * share)))
    never = gammaincc(absent + 1, _LEAST_AT_END * near) if n_codes > _FEWEST and near else 1.0
    if errors >= _MOST_ERRORS or errors * never >= _CHANCE_FOR_DOUBT:
        return None
    return "certain" if errors * never < _CHANCE and fewest >= _FEWEST else "doubtful"


def _tell(verdict: str, moved: Sequence[tuple[_Counts, _Side]], codes: tuple[float, ...], step: int, log: Log) -> None:
    """R089 for two answers, of which nobody can tell which is which, else R038; in doubt a warning (R093)."""
    low, high = codes[0], codes[-1]
    beside, absent = (low - 1, high) if step < 0 else (high + 1, low)
    named = [one.item.id for one, _ in moved]
    values: dict[str, Any] = {
        "items": [*named[:_NAMED], *(["…"] if len(named) > _NAMED else [])],
        "found": f"{low + step:g}–{high + step:g}",
        "expected": f"{low:g}–{high:g}",
        "beside": f"{beside:g}",
        "n": sum(side.beside for _, side in moved),
        "absent": f"{absent:g}",
        "times": sum(side.absent for _, side in moved),
    }
    if len(codes) == 2:
        item = moved[0][0].item
        words = [f"{code:g} ({' / '.join(dict.fromkeys(item.codes[code]))})" for code in codes]
        values |= {"found": [f"{low + step:g}", f"{high + step:g}"], "expected": words}
    code = "R093" if verdict == "doubtful" else "R038" if len(codes) > 2 else "R089"
    log.add(code, "noted" if verdict == "doubtful" else "refused", **values)
