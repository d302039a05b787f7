"""A finding: what one result says about one thing leading to another, before it is known which arrow that is."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from lcresearch.errors import Problem
from lcresearch.integration.logic_models.model import LogicModelFile, TestedBy
from lcresearch.synthesis.literature.tables import plain_name

EVIDENCE = (
    "arrow", "kind", "result", "term", "study", "outcome", "n_studies", "estimate", "std_error", "conf_low",
    "conf_high", "measure", "smallest_worthwhile", "direction", "clear", "certainty", "n_persons", "of_persons",
    "detail",
)  # fmt: skip
KINDS_OF_FINDINGS = ("synthesis", "meta_analysis", "model", "literature", "manual", "interviews", "cases")
NUMBERS = KINDS_OF_FINDINGS[:5]
"""Kinds that test an arrow; interviews and comparisons of cases tell of it."""
Values = dict[str, Any]
_Result = TypeVar("_Result")


@dataclass(frozen=True)
class Finding:
    """One finding.

    Attributes
    ----------
    values : dict
        Columns of :data:`EVIDENCE`, as far as they are known.
    causes, effects : frozenset of str
        Constructs that it may speak of.
    arrows : tuple of str
        Names of arrows that declare it; then causes and effects are not looked at.
    either_way : bool
        It says that two things go together, not which leads to which.
    studies : tuple of str
        Names of the studies behind it, so that each counts once.
    cause, effect : str
        What the result itself calls them, for the list of what fits no arrow.
    """

    values: Values
    causes: frozenset[str] = frozenset()
    effects: frozenset[str] = frozenset()
    arrows: tuple[str, ...] = ()
    either_way: bool = False
    studies: tuple[str, ...] = ()
    cause: str = ""
    effect: str = ""


@dataclass
class Declared:
    """Which terms of results, and which studies, arrows declare in ``tested_by``."""

    terms: dict[str, list[tuple[str, TestedBy]]] = field(default_factory=dict)
    studies: dict[str, list[tuple[str, TestedBy]]] = field(default_factory=dict)
    used: set[int] = field(default_factory=set)

    @classmethod
    def of(cls, model: LogicModelFile) -> Declared:
        """What the arrows of a model declare."""
        found = cls()
        for arrow in model.arrows:
            for one in arrow.tested_by:
                if one.result is not None:
                    found.terms.setdefault(one.result, []).append((arrow.name, one))
                elif one.study is not None:
                    found.studies.setdefault(plain_name(one.study), []).append((arrow.name, one))
        return found

    def take(self, one: TestedBy) -> TestedBy:
        """Note that a declaration was met."""
        self.used.add(id(one))
        return one


@dataclass(frozen=True)
class Names:
    """By which names results speak of the constructs of a model."""

    elements: Mapping[str, frozenset[str]]
    outcomes: Mapping[str, frozenset[str]]
    codes: Mapping[str, frozenset[str]]
    themes: Mapping[str, frozenset[str]]

    @classmethod
    def of(cls, model: LogicModelFile) -> Names:
        """The names that constructs give, their own ids among them."""
        parts: tuple[dict[str, set[str]], ...] = ({}, {}, {}, {})
        for name, one in model.constructs.items():
            groups = (
                (one.element or name, name),
                (name, *one.outcomes, *one.scales, *one.title.values()),
                one.codes,
                (name, one.element or name, *one.themes, *one.title.values()),
            )
            for part, names in zip(parts, groups, strict=True):
                for each in filter(None, map(plain_name, names)):
                    part.setdefault(each, set()).add(name)
        elements, outcomes, codes, themes = ({key: frozenset(to) for key, to in part.items()} for part in parts)
        return cls(elements, outcomes, codes, themes)


def called(names: Mapping[str, frozenset[str]], *given: str) -> frozenset[str]:
    """Constructs that go by any of these names."""
    nothing: frozenset[str] = frozenset()
    return nothing.union(*(names.get(plain_name(each), nothing) for each in given))


def named(results: Any, kind: type[_Result] | tuple[type[_Result], ...], default: str) -> dict[str, _Result]:
    """Results by name: a mapping as it is, one result or a sequence under ``default``, ``default_2`` and so on."""
    if isinstance(results, Mapping):
        return {str(name): one for name, one in results.items()}
    many: Sequence[_Result] = [results] if isinstance(results, kind) else list(results)
    return {default if n == 0 else f"{default}_{n + 1}": one for n, one in enumerate(many)}


def direction_of_interval(low: float, high: float, bound: float = math.nan) -> tuple[str, bool]:
    """Direction of an effect by its interval, and whether that is a clear answer.

    Parameters
    ----------
    low, high : float
    bound : float
        Effects between minus and plus this are not worthwhile.

    Examples
    --------
    >>> direction_of_interval(0.1, 0.4), direction_of_interval(-0.05, 0.06, 0.1), direction_of_interval(-0.1, 0.4)
    (('positive', True), ('null', True), ('unclear', False))
    """
    if math.isnan(low) or math.isnan(high):
        return "unclear", False
    if low > -bound and high < bound:
        return "null", True
    if low > 0:
        return "positive", True
    return ("negative", True) if high < 0 else ("unclear", False)


def turned(values: Values) -> Values:
    """A finding on the opposite of a construct, with its sign turned."""
    ends = {"conf_low": -values.get("conf_high", math.nan), "conf_high": -values.get("conf_low", math.nan)}
    swap = {"positive": "negative", "negative": "positive"}
    direction = str(values.get("direction", ""))
    return values | ends | {"estimate": -values["estimate"], "direction": swap.get(direction, direction)}


def problems_of(found: Iterable[Problem]) -> tuple[Problem, ...]:
    """Each problem once."""
    seen: dict[tuple[str, str], Problem] = {}
    for one in found:
        seen.setdefault((one.code, repr(sorted(one.values.items(), key=str))), one)
    return tuple(seen.values())
