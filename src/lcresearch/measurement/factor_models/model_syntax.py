"""Models in the syntax of lavaan, taken apart: ``capacity =~ a1 + a2 + a3``, ``a1 ~~ a2``, ``ab := a * b``.

A line is a statement, or several between semicolons; ``#`` and ``!`` begin a remark; a line that ends in ``+`` or an
operator goes on. What stands before ``*`` fixes (a number), frees (``NA``), names (a label; equal labels are one
parameter) or gives a start (``start(0.5)``); ``c(...)`` has one for each group. Where a model cannot be read, the error
shows the line with a mark below the spot.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lcresearch.errors import MeasurementError

_REFUSED = ("<~", "<", ">")
_NAME = re.compile(r"[^\W\d_][\w.]*|\.[^\W\d][\w.]*")
_NUMBER = re.compile(r"[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?")
_OPERATOR = re.compile(r"=~|~\*~|~~|:=|==|<~|<|>|\||~")
_BLOCK = re.compile(r"\s*(level|group)\s*:\s*(\S+)\s*$", re.IGNORECASE)
_LEVELS = {"1": "within", "within": "within", "2": "between", "between": "between"}


@dataclass(frozen=True)
class Modifier:
    """What stands before ``*``, a value for each group or one for all.

    Attributes
    ----------
    fixed : tuple of float or None
        None where the parameter is free.
    labels : tuple of str
        Empty where it has no name.
    start : tuple of float or None
    freed : bool
        Whether ``NA`` says that it is free.
    """

    fixed: tuple[float | None, ...] = (None,)
    labels: tuple[str, ...] = ("",)
    start: tuple[float | None, ...] = (None,)
    freed: bool = False

    def of_group(self, group: int) -> tuple[float | None, str, float | None]:
        """Fixed value, label and start in one group (numbered from 0)."""
        return tuple(part[group if len(part) > 1 else 0] for part in (self.fixed, self.labels, self.start))  # type: ignore[return-value]

    @property
    def n_groups(self) -> int:
        """Groups that are told apart; 1 for none."""
        return max(len(self.fixed), len(self.labels), len(self.start))


@dataclass(frozen=True)
class Statement:
    """One parameter of a model.

    Attributes
    ----------
    left, operator, right : str
        ``right`` is "1" for an intercept (``x ~ 1``) and the name of the threshold for ``|``.
    modifier : Modifier
    level : str
        ``"within"`` or ``"between"`` for models of two levels, else empty.
    line : int
        From 1.
    """

    left: str
    operator: str
    right: str
    modifier: Modifier
    level: str
    line: int


@dataclass(frozen=True)
class Definition:
    """A number that follows from labelled parameters: ``name := expression``."""

    name: str
    expression: str
    line: int


@dataclass
class Syntax:
    """A model taken apart; ``equalities`` are pairs of labels that are one parameter (``a == b``)."""

    statements: list[Statement] = field(default_factory=list)
    definitions: list[Definition] = field(default_factory=list)
    equalities: list[tuple[str, str]] = field(default_factory=list)

    @property
    def levels(self) -> tuple[str, ...]:
        """Levels in the order in which they stand."""
        return tuple(dict.fromkeys(each.level for each in self.statements))


def parse(text: str) -> Syntax:
    """Take a model apart.

    Parameters
    ----------
    text : str

    Raises
    ------
    MeasurementError
        M201, with the line and a mark below the spot, when it cannot be read; M202 when it is empty.

    Examples
    --------
    >>> found = parse("capacity =~ a1 + 0.5*a2 + c(u, v)*a3")
    >>> [(each.left, each.right, each.modifier.fixed, each.modifier.labels) for each in found.statements]
    [('capacity', 'a1', (None,), ('',)), ('capacity', 'a2', (0.5,), ('',)), ('capacity', 'a3', (None,), ('u', 'v'))]
    """
    if not isinstance(text, str) or not text.strip():
        raise MeasurementError("M202")
    found, level = Syntax(), ""
    for line, number in _lines(text):
        block = _BLOCK.match(line)
        if block:
            level = _level_of(block, line, number)
            continue
        _read(line, number, level, found)
    if not any(each.operator == "=~" for each in found.statements):
        raise MeasurementError("M203")
    return found


def _level_of(block: re.Match[str], line: str, number: int) -> str:
    kind, name = block[1].lower(), block[2].lower()
    if kind != "level":
        raise _at(line, number, block.start(1), "group_block")
    if name not in _LEVELS:
        raise _at(line, number, block.start(2), "unknown_level")
    return _LEVELS[name]


def _lines(text: str) -> Iterator[tuple[str, int]]:
    """Statements with the line on which they begin; lines that go on are joined."""
    waiting, begun = "", 0
    for number, raw in enumerate(text.splitlines(), start=1):
        for part in re.split(r"[#!]", raw)[0].split(";"):
            if not part.strip():
                continue
            goes_on = re.match(r"\s*\+", part)
            if waiting and not (_open(waiting) or goes_on):
                yield waiting, begun
                waiting = ""
            begun = begun if waiting else number
            waiting = f"{waiting} {part.strip()}" if waiting else part
    if waiting:
        yield waiting, begun


def _open(line: str) -> bool:
    """Whether a line cannot end here: after an operator, a plus, a star or inside brackets."""
    return line.count("(") > line.count(")") or bool(re.search(r"(\+|\*|=~|~~|:=|==|~|\||,)\s*$", line))


def _read(line: str, number: int, level: str, found: Syntax) -> None:
    operator = _OPERATOR.search(line)
    if operator is None:
        raise _at(line, number, len(line) - len(line.lstrip()), "no_operator")
    sign = operator[0]
    if sign in _REFUSED:
        raise _at(line, number, operator.start(), "refused_operator")
    left, right = line[: operator.start()], line[operator.end() :]
    if not left.strip():
        raise _at(line, number, operator.start(), "nothing_left")
    if not right.strip():
        raise _at(line, number, operator.end(), "nothing_right")
    if sign == ":=":
        found.definitions.append(Definition(_name(left, line, number, 0), right.strip(), number))
    elif sign == "==":
        pair = (_label(left, line, number, 0), _label(right, line, number, operator.end()))
        found.equalities.append(pair)
    else:
        names = [_name(part, line, number, at) for part, at in _summands(left, 0)]
        for part, at in _summands(right, operator.end()):
            modifier, name, where = _modified(part, at, line, number)
            _check_right(sign, name, line, number, where)
            found.statements += [Statement(one, sign, name, modifier, level, number) for one in names]


def _check_right(sign: str, name: str, line: str, number: int, where: int) -> None:
    """What may stand right of an operator: names, 1 after ``~``, t1, t2 ... after ``|``."""
    if name == "1" and sign != "~":
        raise _at(line, number, where, "one_without_tilde")
    if sign == "|" and not re.fullmatch(r"t\d+", name):
        raise _at(line, number, where, "threshold_name")
    if name != "1" and not _NAME.fullmatch(name):
        raise _at(line, number, where, "no_name")


def _modified(part: str, at: int, line: str, number: int) -> tuple[Modifier, str, int]:
    """The modifier, the name, and where the name stands."""
    pieces = _split(part, "*", at)
    name, where = pieces[-1]
    where += len(name) - len(name.lstrip())
    if not name.strip():
        raise _at(line, number, where, "nothing_after_star")
    modifier = Modifier()
    for text, spot in pieces[:-1]:
        modifier = _with(modifier, text.strip(), line, number, spot + len(text) - len(text.lstrip()))
    return modifier, name.strip(), where


def _with(modifier: Modifier, text: str, line: str, number: int, spot: int) -> Modifier:
    call = re.fullmatch(r"(c|start|equal|label|prior|efa)\s*\((.*)\)", text, re.DOTALL)
    if call is None:
        values = [text]
    elif call[1] == "c":
        values = [each.strip() for each, _ in _split(call[2], ",", 0)]
    elif call[1] == "start":
        starts = [each.strip() for each, _ in _split(call[2].removeprefix("c(").removesuffix(")"), ",", 0)]
        if not all(_NUMBER.fullmatch(each) for each in starts):
            raise _at(line, number, spot, "start_is_no_number")
        return Modifier(modifier.fixed, modifier.labels, tuple(map(float, starts)), modifier.freed)
    elif call[1] == "label":
        values = [call[2].strip().strip("\"'")]
    else:
        raise _at(line, number, spot, "refused_modifier")
    fixed: list[float | None] = []
    labels: list[str] = []
    for value in values:
        plain = value.strip("\"'")
        if _NUMBER.fullmatch(value):
            fixed.append(float(value))
            labels.append("")
        elif value == "NA":
            fixed.append(None)
            labels.append("")
        elif _NAME.fullmatch(plain):
            fixed.append(None)
            labels.append(plain)
        else:
            raise _at(line, number, spot, "modifier_is_neither")
    if any(labels):
        return Modifier(modifier.fixed, tuple(labels), modifier.start, modifier.freed)
    return Modifier(tuple(fixed), modifier.labels, modifier.start, "NA" in values)


def _name(text: str, line: str, number: int, at: int) -> str:
    name = text.strip()
    if not _NAME.fullmatch(name):
        raise _at(line, number, at + len(text) - len(text.lstrip()), "no_name")
    return name


def _label(text: str, line: str, number: int, at: int) -> str:
    """One side of ==, where only a label can stand."""
    if not _NAME.fullmatch(text.strip()):
        raise _at(line, number, at + len(text) - len(text.lstrip()), "equality_of_labels")
    return text.strip()


def _summands(text: str, start: int) -> list[tuple[str, int]]:
    return _split(text, "+", start)


def _split(text: str, separator: str, start: int) -> list[tuple[str, int]]:
    """What stands between separators outside brackets, with its place."""
    parts, depth, begun = [], 0, 0
    for at, sign in enumerate(text):
        depth += (sign == "(") - (sign == ")")
        if sign == separator and depth == 0 and not _is_exponent(text, at):
            parts.append((text[begun:at], start + begun))
            begun = at + 1
    return [*parts, (text[begun:], start + begun)]


def _is_exponent(text: str, at: int) -> bool:
    """Whether a plus belongs to a number such as 1e+3."""
    return text[at] == "+" and bool(re.search(r"\d[eE]$", text[:at]))


def _at(line: str, number: int, place: int, reason: str) -> MeasurementError:
    from lcresearch.messages import LANGUAGES, Messages

    why = {language: Messages(language)(f"factor_models.syntax.{reason}") for language in LANGUAGES}
    flat = re.sub(r"\s", " ", line)
    return MeasurementError("M201", line=number, text=flat, mark=" " * place + "^", why=why)
