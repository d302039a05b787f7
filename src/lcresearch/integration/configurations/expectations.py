"""Directional expectations: which parts of a long term a researcher may leave out, and which remainders that uses."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from lcresearch.errors import IntegrationError
from lcresearch.integration.configurations.expressions import terms_of, terms_of_all
from lcresearch.integration.configurations.terms import ANY, Condition, Term, configurations_of, covers

Expected = Mapping[str, str] | Iterable[str]


@dataclass(frozen=True)
class Expectations:
    """What theory says of conditions.

    Attributes
    ----------
    single : tuple of frozenset of int
        Of each condition the values that should help; empty where nothing is expected.
    conjunctural : tuple of Term
        Combinations that should help together.
    """

    single: tuple[frozenset[int], ...]
    conjunctural: tuple[Term, ...] = ()

    def negated(self, conditions: Sequence[Condition]) -> Expectations:
        """Of the absence of the outcome: the other values; of combinations nothing follows."""
        others = [
            frozenset(range(condition.levels)) - values if values else values
            for condition, values in zip(conditions, self.single, strict=True)
        ]
        return Expectations(tuple(others))


def read_expectations(
    expected: Expected | None, conjunctural: Iterable[str], conditions: Sequence[Condition]
) -> Expectations | None:
    """Expectations as people give them; None when there are none.

    ``expected`` names conditions with ``present``, ``absent`` or ``either`` (or their values), or lists expressions
    such as ``["DEV", "~LIT*IND"]``, of which those of several conditions count as conjunctural.

    Raises
    ------
    IntegrationError
        Q010: an expectation cannot be read.
    """
    written = _written(expected, conditions)
    terms = [*terms_of_all(written, conditions), *terms_of_all(conjunctural, conditions)]
    if expected is None and not terms:
        return None
    single: list[set[int]] = [set() for _ in conditions]
    together = []
    for term in terms:
        named = [place for place, value in enumerate(term) if value != ANY]
        if len(named) == 1:
            single[named[0]].add(term[named[0]])
        else:
            together.append(term)
    return Expectations(tuple(frozenset(values) for values in single), tuple(together))


def _written(expected: Expected | None, conditions: Sequence[Condition]) -> list[str]:
    if expected is None:
        return []
    if isinstance(expected, str):
        return [expected]
    if not isinstance(expected, Mapping):
        return list(expected)
    found = []
    for name, value in expected.items():
        terms_of(str(name), conditions)
        if value in ("present", "absent"):
            found.append(str(name) if value == "present" else f"~{name}")
        elif value != "either":
            if not str(value).isdecimal():
                known = ["present", "absent", "either"]
                raise IntegrationError("Q010", expression=f"{name}: {value}", part=str(value), known=known, nearest="–")
            found.append(f"{name}[{value}]")
    return found


def easy_counterfactuals(
    conservative: Sequence[Term],
    parsimonious: Sequence[Term],
    assumptions: Collection[int],
    expectations: Expectations,
    levels: Sequence[int],
) -> tuple[int, ...]:
    """Assumptions of a parsimonious model that agree with the expectations (Ragin, 2008; Schneider & Wagemann, 2012).

    A conservative term lies within a parsimonious one; of the parts it has beyond that, those may go that contradict
    what is expected of them: if the absence of a condition goes with the outcome where its presence is expected to
    help, then with its presence the outcome should follow all the more. A part of which nothing is expected stays.
    A combination that is expected counts as one: where its parts differ from those of the term, they may go together,
    as in R's QCA (Duşa, 2019), unless a part is itself expected. The remainders in what is left are easy. Single and
    conjunctural expectations count together, and all combinations count. In the source of R's QCA that we read (3.x) a
    combination sets aside what single expectations took out of the same term, and of several combinations only the
    last counts; with single expectations only, or with one combination only, both give the same.
    """
    rows = np.array(sorted(assumptions), dtype=np.int64)
    if not len(rows):
        return ()
    shortened = {
        _shortened(long, short, expectations)
        for long in conservative
        for short in parsimonious
        if all(value in (ANY, other) for value, other in zip(short, long, strict=True))
    }
    if not shortened:
        return ()
    held = covers(sorted(shortened), configurations_of(rows, levels)).any(axis=0)
    return tuple(int(row) for row in rows[held])


def _shortened(long: Term, short: Term, expectations: Expectations) -> Term:
    """The long term without the parts that contradict the expectations."""
    beyond = [place for place, value in enumerate(long) if value != ANY and short[place] == ANY]
    single = expectations.single
    gone = {place for place in beyond if single[place] and long[place] not in single[place]}
    for expected in expectations.conjunctural:
        concerned = [place for place in beyond if expected[place] != ANY]
        if any(expected[place] != long[place] for place in concerned):
            gone |= {place for place in concerned if long[place] not in single[place]}
    return tuple(ANY if place in gone else value for place, value in enumerate(long))
