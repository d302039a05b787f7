"""The labels that a file gives its numbers, beside those of the instrument: do the numbers run the same way?

SPSS, Stata and LimeSurvey keep a label with each number. A label that is one of the instrument says which code is
meant. One in other words says nothing for certain, but all together they show whether the numbers run the other way.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from rapidfuzz import fuzz

from lcresearch.responses.answers import declared_missing, file_codes, label_codes, recoded
from lcresearch.responses.asked import Asked
from lcresearch.responses.log import Log
from lcresearch.responses.tables import Coded, Column, shown
from lcresearch.responses.wording import plain
from lcresearch.responses.written_numbers import plain_number

SAME, OTHER_ORDER, UNLIKE = "same", "other order", "unlike"
_ALIKE, _CLEARLY = 42, 12
_OPPOSITE, _NEUTRAL = 0.6, 0.8
_NOT = frozenset({"niet", "geen", "nooit", "not", "no", "never", "non"})
_BETWEEN = frozenset({"noch", "neither", "nor", "neutraal", "neutral"})
_NOT_IN_FRONT = ("on", "dis", "un", "in", "im", "non")
_SHORTEST_STEM = 3
_NUMBER_IN_FRONT = re.compile(r"^\(?\d+\)?\s*[=:.)-]?\s*")
_WORD = re.compile(r"[^\W\d_]+")
_NAMED = 5

Labels = Mapping[float, str]
_Key = tuple[str, tuple[tuple[float, str], ...], tuple[tuple[float, str], ...]]


@dataclass
class FileLabels:
    """Compares the labels of each column with those of its question; what is alike in several questions is told once.

    Attributes
    ----------
    found : dict
        Verdict, labels of the file and of the instrument -> ids of the questions.
    """

    found: dict[_Key, list[str]] = field(default_factory=dict)

    def add(self, item: Asked, column: Column, coded: Coded) -> None:
        """Compare the labels of one column, when some of its numbers are read as codes in spite of their label."""
        certain = file_codes(column, label_codes(item))
        if item.kind != "choice" or recoded(certain):
            return
        answered = [value for value, n in zip(coded.values.tolist(), coded.counts().tolist(), strict=True) if n]
        read_as_code = (v for v in answered if v not in certain and plain_number(v) in item.codes)
        if not any(_says(column.labels.get(v, "")) and not declared_missing(v, column) for v in read_as_code):
            return
        files = [_numbered(texts, column) for texts in (column.labels, *column.more_labels)]
        pairs = [(file, own) for file in files for own in by_language(item)]
        file, own = max(pairs, key=lambda pair: max(_likeness(*pair)))
        self.found.setdefault((compare(file, own), tuple(file.items()), tuple(own.items())), []).append(item.id)

    def report(self, log: Log) -> None:
        """A note (R090) where the labels run the same way, an error (R091) where they do not, else a warning (R092)."""
        for (verdict, file, own), items in self.found.items():
            named = [*items[:_NAMED], *(["…"] if len(items) > _NAMED else [])]
            if verdict == SAME:
                log.add("R090", "noted", items=named, file=listed(file))
            elif verdict == OTHER_ORDER:
                log.add("R091", "refused", items=named, file=listed(file), own=listed(own))
            else:
                ends = [listed(labels[:1] + labels[1:][-1:]) for labels in (file, own)]
                log.add("R092", "noted", items=named, file=ends[0], own=ends[1])


def compare(file: Labels, own: Labels) -> str:
    """Whether the labels of a file run as those of the instrument: :data:`SAME`, :data:`OTHER_ORDER` or :data:`UNLIKE`.

    Parameters
    ----------
    file, own : mapping of float to str
        Number -> label, lowest first.

    Examples
    --------
    >>> own = {1: "helemaal mee oneens", 2: "oneens", 3: "neutraal", 4: "eens", 5: "helemaal mee eens"}
    >>> compare({1: "zeer mee oneens", 5: "zeer mee eens"}, own), compare({1: "zeer eens", 5: "zeer oneens"}, own)
    ('same', 'other order')
    >>> compare({1: "nooit", 5: "altijd"}, own)
    'unlike'
    """
    same, other = _likeness(file, own)
    if max(same, other) < _ALIKE or abs(same - other) < _CLEARLY:
        return UNLIKE
    return SAME if same > other else OTHER_ORDER


def _likeness(file: Labels, own: Labels) -> tuple[float, float]:
    """How alike labels are, 0 to 100: when each number keeps its place, and at best when they run otherwise."""
    if not file or not own:
        return 0.0, 0.0
    low, high = min(own), max(own)
    ways = [{number: low + high - number for number in file}]
    if len(file) == len(own):
        ways += [dict(zip(file, own, strict=True)), dict(zip(file, reversed(list(own)), strict=True))]
    moved = [way for way in ways if any(number != code for number, code in way.items())]
    alike = _Likeness(file, own)
    return alike.of({number: number for number in file}), max(map(alike.of, moved), default=0.0)


class _Likeness:
    """How alike the labels of a file and those of an instrument are, number by number."""

    def __init__(self, file: Labels, own: Labels) -> None:
        self.file = {number: _bare(text) for number, text in file.items()}
        self.own = {code: _bare(text) for code, text in own.items()}
        words = {word for text in (*self.file.values(), *self.own.values()) for word in _WORD.findall(text)}
        self.negated = {word for word in words if any(stem in words for stem in _stems(word))}
        self.stems = {stem for word in self.negated for stem in _stems(word)}

    def of(self, way: Mapping[float, float]) -> float:
        """Mean over the numbers with a label on both sides; the two ends count as much as all numbers together."""
        alike = [self._alike(self.file[n], self.own[way[n]]) for n in sorted(self.file) if way[n] in self.own]
        return (sum(alike) / len(alike) + (alike[0] + alike[-1]) / 2) / 2 if len(alike) > 1 else 0.0

    def _alike(self, first: str, second: str) -> float:
        """Letters say little where "eens" and "oneens" differ by two: a negation on one side makes texts less alike."""
        if first == second:
            return 100.0
        signs = self._sign(first), self._sign(second)
        return fuzz.ratio(first, second) * (1.0 if signs[0] == signs[1] else _NEUTRAL if 0 in signs else _OPPOSITE)

    def _sign(self, text: str) -> int:
        words = _WORD.findall(text)
        negated = [word in self.negated for word in words]
        if not _BETWEEN.isdisjoint(words) or (any(negated) and not self.stems.isdisjoint(words)):
            return 0
        return -1 if (sum(negated) + sum(word in _NOT for word in words)) % 2 else 1


def _stems(word: str) -> list[str]:
    """What is left of a word without a negation in front: "eens" of "oneens"."""
    stems = [word[len(front) :] for front in _NOT_IN_FRONT if word.startswith(front)]
    return [stem for stem in stems if len(stem) >= _SHORTEST_STEM]


def _bare(text: str) -> str:
    """A label without a number in front."""
    return plain(_NUMBER_IN_FRONT.sub("", plain(text)))


def _says(text: str) -> bool:
    return any(map(str.isalpha, text))


def _numbered(texts: Mapping[str, str], column: Column) -> dict[float, str]:
    """Labels in words by number, lowest first, without those of missing values."""
    found = {plain_number(value): text for value, text in texts.items() if _says(text)}
    missing = {plain_number(value) for value in texts if declared_missing(value, column)}
    return dict(
        sorted((number, text) for number, text in found.items() if number is not None and number not in missing)
    )


def by_language(item: Asked) -> list[dict[float, str]]:
    """The labels of the instrument by code, in each of its languages."""
    codes = sorted(item.codes)
    n_languages = max(len(labels) for labels in item.codes.values())
    return [{code: item.codes[code][n] for code in codes if n < len(item.codes[code])} for n in range(n_languages)] or [
        {}
    ]


def listed(labels: Sequence[tuple[float, str]]) -> str:
    """Labels with their numbers, for use in messages."""
    return ", ".join(f"{number:g} = {shown(text, 40)}" for number, text in labels)
