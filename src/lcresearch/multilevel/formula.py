"""Formulas in the notation of lme4, taken apart: response, fixed part, offsets, random terms.

The fixed part and the left side of each bar go to formulaic as they are. This module finds the bars, writes
``g1/g2`` and ``||`` out, reads ``mm(g1, g2)``, and marks the spot where a formula cannot be right.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lcresearch.errors import MultilevelError
from lcresearch.multilevel.allowed import FUNCTIONS
from lcresearch.multilevel.formula_marks import marked

_OPEN, _CLOSE = "([{", ")]}"
_QUOTES = "'\"`"
_NAME = re.compile(r"[^\W\d][\w.]*|`[^`]+`")
_SPACE = re.compile(r"""(`[^`]*`|'[^']*'|"[^"]*")|\s+""")
_OFFSET = re.compile(r"offset\s*\(")
_MULTIPLE = re.compile(r"mm\s*\(")
_OPTION = re.compile(r"(\w+)\s*=\s*")
_NO_INTERCEPT = {("+", "0"), ("-", "1")}
_TRUTH = {"True": True, "TRUE": True, "False": False, "FALSE": False}


@dataclass(frozen=True)
class Membership:
    """Columns that each name a group of which a row is a member.

    Attributes
    ----------
    members : tuple of str
        A missing value is no membership.
    weights : tuple of str
        Columns with the weight of each; none for equal weights.
    scaled : bool
        Whether the weights of a row are divided by their sum.
    """

    members: tuple[str, ...]
    weights: tuple[str, ...] = ()
    scaled: bool = True

    @property
    def label(self) -> str:
        """The name of the grouping factor: ``mm(first_community, second_community)``."""
        return f"mm({', '.join(self.members)})"

    @property
    def text(self) -> str:
        """As it stands in a formula."""
        options = [f"weights=({', '.join(map(quoted, self.weights))})"] if self.weights else []
        options += [] if self.scaled else ["scale=False"]
        return f"mm({', '.join([*map(quoted, self.members), *options])})"


@dataclass(frozen=True)
class RandomTerm:
    """One random-effects term: a covariance matrix of its own.

    Attributes
    ----------
    left : str
        What varies, as formulaic reads it: ``1 + x``, ``0 + x``.
    group : tuple of str
        Columns that together name a group, outermost first: ``("consortium", "community")``; for multiple membership
        the label alone.
    membership : Membership or None
        Of multiple membership.
    """

    left: str
    group: tuple[str, ...]
    membership: Membership | None = None

    @property
    def label(self) -> str:
        """The name of the grouping factor: ``consortium:community``."""
        return ":".join(self.group)

    @property
    def group_text(self) -> str:
        """The group as it stands in a formula."""
        return ":".join(map(quoted, self.group)) if self.membership is None else self.membership.text

    @property
    def group_columns(self) -> tuple[str, ...]:
        """Columns of the table that say to which groups a row belongs."""
        found = self.membership
        return self.group if found is None else (*found.members, *found.weights)


@dataclass(frozen=True)
class Formula:
    """A formula taken apart.

    Attributes
    ----------
    text : str
        As it was given.
    response : str
    fixed : str
        Right-hand side without random terms and offsets.
    offsets : tuple of str
        What stands inside each ``offset()``.
    random : tuple of RandomTerm
        In the order of the formula, ``a/b`` and ``||`` written out.
    """

    text: str
    response: str
    fixed: str
    offsets: tuple[str, ...]
    random: tuple[RandomTerm, ...]


def parse(text: str) -> Formula:
    """Take a formula apart.

    Parameters
    ----------
    text : str
        For example ``y ~ x + (1 + x | consortium/community)``.

    Raises
    ------
    MultilevelError
        L001, with the formula and a mark below the spot, when it cannot be read.

    Examples
    --------
    >>> found = parse("y ~ x + (1 | consortium/community)")
    >>> found.fixed
    'x'
    >>> [(term.left, term.label) for term in found.random]
    [('1', 'consortium'), ('1', 'consortium:community')]
    """
    if not isinstance(text, str) or not text.strip():
        raise MultilevelError("L002")
    _check_brackets(text)
    tildes = [at for at, sign in _outside(text) if sign == "~"]
    if len(tildes) != 1:
        raise marked(text, tildes[1] if tildes else len(text), "one_tilde")
    response, right = text[: tildes[0]].strip(), text[tildes[0] + 1 :]
    if not response:
        raise marked(text, tildes[0], "no_response")
    fixed, offsets = [], []
    random: list[RandomTerm] = []
    for sign, part, at in _flat(right, tildes[0] + 1):
        inner = _inside_brackets(part)
        if inner is not None and any(mark == "|" for _, mark in _outside(inner)):
            if sign == "-":
                raise marked(text, at, "minus_bar")
            found = _random_terms(inner, text, at + part.index(inner[:1] or ")"))
            if any(term.group == found[0].group and term.membership != found[0].membership for term in random):
                raise marked(text, at, "mm_twice")
            random += found
        elif any(mark == "|" for _, mark in _outside(part)):
            raise marked(text, at + part.index("|"), "bar_without_brackets")
        elif (beside := _beside_bar(part)) is not None:
            raise marked(text, at + beside, "plus_missing")
        elif _OFFSET.match(part) and sign == "+":
            offsets.append(part[part.index("(") + 1 : -1].strip())
        elif part:
            fixed.append((sign, part))
        else:
            raise marked(text, at, "nothing_between")
    written = " ".join(f"{sign} {part}" for sign, part in fixed).removeprefix("+ ")
    return Formula(text, response, written or "1", tuple(offsets), tuple(random))


def _flat(text: str, start: int) -> Iterator[tuple[str, str, int]]:
    """The summands, with brackets around several random terms taken off, as R writes ``||`` out."""
    for sign, part, at in _summands(text, start):
        inner = _inside_brackets(part)
        several = inner is not None and "|" in inner and all(mark != "|" for _, mark in _outside(inner))
        if inner is not None and several and sign == "+":
            yield from _flat(inner, at + 1)
        else:
            yield sign, part, at


def quoted(name: str) -> str:
    """The name of a column as it stands in a formula."""
    return name if name.isidentifier() else f"`{name}`"


def without_spaces(text: str) -> str:
    """A formula without what does not matter in it.

    Examples
    --------
    >>> without_spaces("y ~ x + (1 | `my group`)")
    'y~x+(1|`my group`)'
    """
    return _SPACE.sub(lambda found: found[1] or "", text)


def _random_terms(inner: str, text: str, start: int) -> list[RandomTerm]:
    """The terms of one pair of brackets; ``start`` is where it begins in the whole formula."""
    bars = [at for at, sign in _outside(inner) if sign == "|"]
    double = len(bars) == 2 and bars[1] == bars[0] + 1
    if len(bars) > 1 and not double:
        raise marked(text, start + bars[1], "two_bars")
    left, right = inner[: bars[0]].strip(), inner[bars[-1] + 1 :]
    if not left:
        raise marked(text, start + bars[0], "nothing_varies")
    lefts = _uncorrelated(left, start) if double else [left]
    if not lefts or all((sign, part) in _NO_INTERCEPT for sign, part, _ in _summands(left, start)):
        raise marked(text, start + inner.index(left), "nothing_varies")
    begin = start + bars[-1] + 1
    if _MULTIPLE.match(right.strip()):
        membership = _membership(right.strip(), text, begin + len(right) - len(right.lstrip()))
        return [RandomTerm(each, (membership.label,), membership) for each in lefts]
    return [RandomTerm(each, group) for group in _groups(right, text, begin) for each in lefts]


def _groups(right: str, text: str, start: int) -> list[tuple[str, ...]]:
    """``a/b`` as the groups a and a:b; ``a:b`` as one group named by both columns."""
    found: list[tuple[str, ...]] = []
    for nested, at in _split(right, "/"):
        names = []
        for name, offset in _split(nested, ":"):
            if not _NAME.fullmatch(name.strip()):
                reason = "mm_alone" if _MULTIPLE.match(name.strip()) else "group_is_no_column"
                spot = start + at + offset + (len(name) - len(name.lstrip()))
                raise marked(text, spot, reason if name.strip() else "no_group")
            names.append(name.strip().strip("`"))
        outer = found[-1] if found else ()
        found.append((*outer, *(name for name in names if name not in outer)))
    return found


def _membership(written: str, text: str, start: int) -> Membership:
    """What ``mm(a, b, weights=(u, v), scale=True)`` says; ``start`` is where it begins in the whole formula."""
    opened = written.index("(")
    after = [at for at, _ in _outside(written) if at > opened]
    if after:
        raise marked(text, start + after[0], "mm_alone")
    members: list[str] = []
    weights: list[str] = []
    scaled = True
    for part, spot in _arguments(written[opened + 1 : -1], start + opened + 1):
        option = _OPTION.match(part)
        value, place = (part[option.end() :], spot + option.end()) if option else (part, spot)
        if option is None:
            members.append(_column(part, text, spot, "mm_member"))
            if members[-1] in members[:-1]:
                raise marked(text, spot, "mm_same")
        elif option[1] == "weights":
            inner = value[1:-1] if value[:1] in ("(", "[") else ""
            weights = [_column(name, text, at, "mm_weights") for name, at in _arguments(inner, place + 1)]
            if len(weights) != len(members):
                raise marked(text, place, "mm_weights_number")
        elif option[1] == "scale" and value in _TRUTH:
            scaled = _TRUTH[value]
        else:
            raise marked(text, place if option[1] == "scale" else spot, "mm_option")
    if len(members) < 2 or (weights and len(weights) != len(members)):
        raise marked(text, start, "mm_two" if len(members) < 2 else "mm_weights_number")
    return Membership(tuple(members), tuple(weights), scaled)


def _arguments(inner: str, start: int) -> list[tuple[str, int]]:
    """What commas stand between, with places in the whole formula."""
    return [(part.strip(), start + at + len(part) - len(part.lstrip())) for part, at in _split(inner, ",")]


def _column(name: str, text: str, at: int, reason: str) -> str:
    if not _NAME.fullmatch(name):
        raise marked(text, at, reason if name else "no_group")
    return name.strip("`")


def _uncorrelated(left: str, start: int) -> list[str]:
    """The left side of ``||`` as terms without covariances: the intercept, and each other term on its own.

    ``x * z`` is written out before; the columns of one factor stay together, as in lme4.
    """
    import formulaic

    try:
        names = [str(term) for term in formulaic.Formula(left)]
    except Exception:
        names = ["1", *(part for sign, part, _ in _summands(left, start) if part not in ("0", "1") and sign == "+")]
    return [name if name == "1" else f"0 + {name}" for name in names if name != "0"]


def _outside(text: str) -> Iterator[tuple[int, str]]:
    """Signs of a text that stand outside all brackets and quotes, with their places."""
    depth, quote = 0, ""
    for at, sign in enumerate(text):
        if quote:
            quote = "" if sign == quote else quote
        elif sign in _QUOTES:
            quote = sign
        elif sign in _OPEN:
            depth += 1
        elif sign in _CLOSE:
            depth -= 1
        elif depth == 0:
            yield at, sign


def _summands(text: str, start: int) -> list[tuple[str, str, int]]:
    """What plus and minus signs stand between: (sign, part, place in the whole formula)."""
    marks = [(at, sign) for at, sign in _outside(text) if sign in "+-"]
    edges = [(-1, "+"), *marks]
    if marks and not text[: marks[0][0]].strip():
        edges = marks
    ends = [at for at, _ in edges[1:]] + [len(text)]
    found = []
    for (at, sign), end in zip(edges, ends, strict=True):
        part = text[at + 1 : end]
        found.append((sign, part.strip(), start + at + 1 + len(part) - len(part.lstrip())))
    return found


def _split(text: str, separator: str) -> list[tuple[str, int]]:
    edges = [-1, *(at for at, sign in _outside(text) if sign == separator)]
    ends = [*edges[1:], len(text)]
    return [(text[at + 1 : end], at + 1) for at, end in zip(edges, ends, strict=True)]


def _inside_brackets(part: str) -> str | None:
    """What one pair of round brackets around the whole part holds; None when there is no such pair."""
    if not (part.startswith("(") and part.endswith(")")):
        return None
    inner = part[1:-1]
    depth = 0
    for sign in inner:
        depth += (sign in _OPEN) - (sign in _CLOSE)
        if depth < 0:
            return None
    return inner


def _beside_bar(part: str) -> int | None:
    """Where something else than a plus stands beside brackets with a bar: ``x (1 | g)``; None where nothing does."""
    depth, begin = 0, 0
    for at, sign in enumerate(part):
        depth += (sign in _OPEN) - (sign in _CLOSE)
        if sign in _OPEN and depth == 1:
            begin = at
        if sign in _CLOSE and depth == 0 and any(mark == "|" for _, mark in _outside(part[begin + 1 : at])):
            before, after = part[:begin].rstrip(), part[at + 1 :]
            if begin and re.split(r"\W", before)[-1] not in FUNCTIONS:
                return begin
            if not begin and after.strip():
                return at + 1 + len(after) - len(after.lstrip())
    return None


def _check_brackets(text: str) -> None:
    """Refuse brackets and quotes that do not close."""
    opened: list[tuple[int, str]] = []
    quote: tuple[int, str] | None = None
    for at, sign in enumerate(text):
        if quote:
            quote = None if sign == quote[1] else quote
        elif sign in _QUOTES:
            quote = (at, sign)
        elif sign == "#":
            raise marked(text, at, "comment")
        elif sign in _OPEN:
            opened.append((at, sign))
        elif sign in _CLOSE and (not opened or _OPEN.index(opened.pop()[1]) != _CLOSE.index(sign)):
            raise marked(text, at, "bracket_not_opened")
    if quote:
        raise marked(text, quote[0], "quote_not_closed")
    if opened:
        raise marked(text, opened[-1][0], "bracket_not_closed")
