"""Which way of counting a program used, found from its selections themselves."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from lcresearch.interviews.text.positions import (
    Boundaries,
    Integers,
    PositionRule,
    boundaries,
    inner_text,
    to_code_points,
)

LINE_ENDS_AS_ONE = PositionRule()
CHARACTERS = PositionRule(line_end="as_written")
UTF16 = PositionRule(unit="utf16", line_end="as_written")
UTF16_LINE_ENDS_AS_ONE = PositionRule(unit="utf16")
WITH_MARK = PositionRule(line_end="as_written", mark_counts=True)
UTF16_WITH_MARK = PositionRule(unit="utf16", line_end="as_written", mark_counts=True)
_EXCLUSIVE = (LINE_ENDS_AS_ONE, CHARACTERS, UTF16, UTF16_LINE_ENDS_AS_ONE, WITH_MARK, UTF16_WITH_MARK)
RULES = _EXCLUSIVE + tuple(PositionRule(rule.unit, rule.line_end, rule.mark_counts, True) for rule in _EXCLUSIVE)
"""All that are tried; of rules that fit equally well the first is taken."""

_ORIGINS = {"nvivo": UTF16, "atlas": LINE_ENDS_AS_ONE, "qualcoder": LINE_ENDS_AS_ONE, "qc ": LINE_ENDS_AS_ONE}
_SHORTEST_QUOTE = 5
_OVERTURNS = 3
_MOST_QUOTES = 200  # of one text
_ELLIPSIS = re.compile(r"\s*(\.\.\.|…|\[…\])$")


@dataclass(frozen=True)
class RuleEvidence:
    """Why a rule was taken.

    Attributes
    ----------
    rule : PositionRule
    n : int
        Selections that were looked at.
    within, at_words, quotes_equal : float
        Share of the selections that lie within the text; whose two ends lie at borders of words; of those beside which
        a quote stands, how far their text is that quote (begins with it: a half; nan when none has a quote).
    margin : float
        Share of the selections by which the rule fits better than the best rule that gives other texts; 0 when nothing
        tells rules apart.
    """

    rule: PositionRule
    n: int
    within: float
    at_words: float
    quotes_equal: float
    margin: float


def find_rule(
    texts: Sequence[str],
    starts: Sequence[Integers],
    ends: Sequence[Integers],
    quotes: Sequence[Sequence[str]],
    origin: str = "",
    said: PositionRule | None = None,
) -> RuleEvidence:
    """The way of counting under which selections make sense, over all texts of a project.

    A quote that stands beside a selection is proof. Without one, people select whole words, so the rule counts
    under which most selections begin and end at borders of words. What is known of the program decides a tie, and
    holds where fewer than three selections say otherwise.

    Parameters
    ----------
    texts : sequence of str
        As the files have them (see :func:`~lcresearch.interviews.text.positions.boundaries`).
    starts, ends : sequence of arrays
        Of the selections of each text.
    quotes : sequence of sequences of str
        What the program wrote beside each selection; empty where it wrote nothing.
    origin : str
        The program that wrote the project.
    said : PositionRule, optional
        What the file itself says; it is taken, and the figures tell how well it fits.
    """
    expected = next((rule for name, rule in _ORIGINS.items() if name in origin.lower() + " "), LINE_ENDS_AS_ONE)
    rules = sorted(RULES, key=lambda rule: rule != expected) if said is None else [said]
    selected = [
        _Selected.of(*each) for each in zip(texts, starts, ends, quotes, strict=True) if len(each[1])
    ]  # fmt: skip
    if not selected:
        nothing = float("nan")
        return RuleEvidence(said or expected, 0, nothing, nothing, nothing, 0.0)
    found = [_fit(rule, selected) for rule in rules]
    best = max(found, key=lambda fit: fit.score)
    n = sum(len(each.start) for each in selected)
    known = any(name in origin.lower() + " " for name in _ORIGINS)
    if known and np.isnan(best.quotes_equal) and (best.score - found[0].score) * n < _OVERTURNS:
        best = found[0]  # a slip of the hand in one or two places says nothing of a program that is known
    others = [fit.score for fit in found if fit.spans != best.spans]
    return RuleEvidence(
        rule=best.rule,
        n=n,
        within=best.within,
        at_words=best.at_words,
        quotes_equal=best.quotes_equal,
        margin=best.score - max(others) if others else 0.0,
    )


@dataclass(frozen=True)
class _Selected:
    """The selections of one text, with what is looked up for every rule.

    Attributes
    ----------
    raw, text : str
    start, end : (n,) arrays
        As written.
    quotes : dict of int -> (str, bool)
        Number of a selection -> the quote beside it, and whether the program cut it short.
    within_word, blank, after_space : (length + 1,) arrays of bool
        Whether a place lies between two characters of a word; whether a blank follows; whether a space or tab stands
        before it (a selection may end with its line, hardly with a space).
    """

    raw: str
    text: str
    start: Integers
    end: Integers
    quotes: dict[int, tuple[str, bool]]
    within_word: NDArray[np.bool_]
    blank: NDArray[np.bool_]
    after_space: NDArray[np.bool_]
    _counted: dict[PositionRule, Boundaries] = field(default_factory=dict)

    def counted(self, rule: PositionRule) -> Boundaries:
        """The places between characters; what an end is makes no difference to them, so two rules share them."""
        alike = replace(rule, end_inclusive=False)
        if alike not in self._counted:
            self._counted[alike] = boundaries(self.raw, alike)
        return replace(self._counted[alike], rule=rule)

    @classmethod
    def of(cls, raw: str, start: Integers, end: Integers, names: Sequence[str]) -> _Selected:
        text = inner_text(raw)
        points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")
        different, which = np.unique(points, return_inverse=True)
        characters = [chr(point) for point in different]
        is_word = np.array([each.isalnum() or each == "_" for each in characters], dtype=bool)[which]
        is_blank = np.array([each.isspace() for each in characters], dtype=bool)[which]
        word = np.concatenate([[False], is_word, [False]])
        blank = np.append(is_blank, True)
        space = np.append(False, is_blank & (points != ord("\n")))
        return cls(raw, text, start, end, _quotes(text, names), word[:-1] & word[1:], blank, space)


def _quotes(text: str, names: Sequence[str]) -> dict[int, tuple[str, bool]]:
    """Names of selections that can be what was selected: they stand in the text. Of many, an even sample is taken."""
    plain, found = _plain(text), {}
    for place in range(0, len(names), 1 + len(names) // _MOST_QUOTES):
        name = names[place]
        quote = _plain(_ELLIPSIS.sub("", name))
        if len(quote) >= _SHORTEST_QUOTE and quote in plain:
            found[place] = (quote, _ELLIPSIS.search(name) is not None)
    return found


@dataclass(frozen=True)
class _Fit:
    rule: PositionRule
    within: float
    at_words: float
    quotes_equal: float
    spans: tuple[bytes, ...]

    @property
    def score(self) -> float:
        """Quotes weigh most, then whether all lies within the text and between words."""
        return 2 * (0.0 if np.isnan(self.quotes_equal) else self.quotes_equal) + self.within + self.at_words


def _fit(rule: PositionRule, selected: Sequence[_Selected]) -> _Fit:
    within, at_words, equal, spans = [], [], [], []
    for each in selected:
        found = to_code_points(each.counted(rule), each.start, each.end)
        cut = each.within_word[found.start] | each.within_word[found.end]
        whole = ~cut & ~each.blank[found.start] & ~each.after_space[found.end]
        within.append(found.exact)
        at_words.append(found.exact & whole & (found.start < found.end))
        equal += [
            _likeness(each.text[found.start[place] : found.end[place]], *quote) for place, quote in each.quotes.items()
        ]
        spans += [found.start.tobytes(), found.end.tobytes()]
    return _Fit(
        rule=rule,
        within=float(np.concatenate(within).mean()),
        at_words=float(np.concatenate(at_words).mean()),
        quotes_equal=float(np.mean(equal)) if equal else float("nan"),
        spans=tuple(spans),
    )


def _likeness(selected: str, quote: str, cut_short: bool) -> float:
    """1 for the quote itself, a half where the selection begins with it (programs cut quotes short), else 0."""
    plain = _plain(selected)
    if plain == quote:
        return 1.0
    return 0.5 if plain.startswith(quote) and (cut_short or len(quote) < len(plain)) else 0.0


def _plain(text: str) -> str:
    return " ".join(text.split())
