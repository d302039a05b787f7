"""A form that numbers its answers otherwise than the instrument: from 0 to 4 where 1 to 5 are expected."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from lcresearch.responses.answers import ANSWER, OUTSIDE, Decoded
from lcresearch.responses.asked import Asked
from lcresearch.responses.log import Log
from lcresearch.responses.tables import Coded

_FEWEST_CODES = 3
_FEWEST_ANSWERS = 20
_FEWEST_OUTSIDE = 3
_LEAST_SHARE = 0.02
_NAMED = 5


@dataclass
class Numbering:
    """Counts the codes of all questions with the same answers, to see whether they are one too low or too high.

    Attributes
    ----------
    counts : dict
        Codes of the instrument -> how often each code, or code beside them, occurs.
    items : dict
        The same -> ids of the questions.
    """

    counts: dict[tuple[float, ...], Counter[float]] = field(default_factory=dict)
    items: dict[tuple[float, ...], list[str]] = field(default_factory=dict)

    def add(self, item: Asked, coded: Coded, decoded: Decoded) -> None:
        """Count the answers to one question; only numbers, not words, can be numbered otherwise."""
        codes = tuple(sorted(item.codes))
        if item.kind != "choice" or len(codes) < _FEWEST_CODES:
            return
        counter = self.counts.setdefault(codes, Counter())
        self.items.setdefault(codes, []).append(item.id)
        for value, reason, n in zip(
            coded.values.tolist(), decoded.reasons.tolist(), coded.counts().tolist(), strict=True
        ):
            if reason in (ANSWER, OUTSIDE) and value.lstrip("+-").replace(".", "").replace(",", "").isdigit():
                counter[float(value.replace(",", "."))] += n

    def report(self, log: Log) -> None:
        """An error for each set of answers that is one too low or too high throughout.

        It is when the number just outside occurs, no other number outside does, and the last code at the other end
        never occurs among at least 20 answers. To set the numbers outside to missing, and leave the others, would shift
        all scores.
        """
        for codes, counter in self.counts.items():
            low, high = codes[0], codes[-1]
            inside = sum(n for code, n in counter.items() if low <= code <= high)
            for beside, absent, first, last in ((low - 1, high, low - 1, high - 1), (high + 1, low, low + 1, high + 1)):
                n = counter[beside]
                alone = all(low <= code <= high or code == beside for code in counter)
                enough = n >= max(_FEWEST_OUTSIDE, _LEAST_SHARE * inside) and inside >= _FEWEST_ANSWERS
                if enough and alone and not counter[absent]:
                    named = [*self.items[codes][:_NAMED], *(["…"] if len(self.items[codes]) > _NAMED else [])]
                    found, expected = f"{first:g}–{last:g}", f"{low:g}–{high:g}"
                    log.add("R038", "refused", items=named, found=found, expected=expected, n=n, absent=f"{absent:g}")
