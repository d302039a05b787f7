"""The uncertain numbers of value.yaml by name, and the lines that are made of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pandas as pd

from lcresearch.declared_files import Finding
from lcresearch.errors import IntegrationError, Problem, nearest
from lcresearch.integration.value.amounts import Quantity
from lcresearch.integration.value.distributions import Distribution
from lcresearch.integration.value.model import Benefit, Line, ValueFile
from lcresearch.integration.value.reading import Source
from lcresearch.integration.value.study_tables import GapError, Tables, UnusableError, distribution_of
from lcresearch.yaml_lines import YamlPath

DISCOUNT_RATE = "discount_rate"
PARTICIPANTS = "participants"
PARTS = ("quantity", "price", "attribution", "deadweight", "drop_off")
SHARES = ("attribution", "deadweight", "drop_off", "discount_rate")
NEUTRAL = {"price": 1.0, "attribution": 1.0, "deadweight": 0.0, "drop_off": 0.0}
"""What a part that is absent counts as."""


@dataclass(frozen=True)
class Input:
    """One uncertain number.

    Attributes
    ----------
    name : str
        ``line.part``, such as ``fewer_errors.quantity``; or ``discount_rate``, ``participants``.
    line, part : str
        The line is empty for numbers of the whole.
    distribution : Distribution
    evidence : str
        ``measured, reported`` or ``assumed``; numbers of the whole that do not say so, and shares that are due to the
        community, count as assumed.
    source : str
    """

    name: str
    line: str
    part: str
    distribution: Distribution
    evidence: str
    source: str = ""


@dataclass(frozen=True)
class Entry:
    """A line of the ledger: whose cost or benefit, in which years, made of which inputs (part -> name)."""

    name: str
    side: str
    party: str
    payer: str
    first: int
    last: int
    parts: Mapping[str, str]


@dataclass(frozen=True)
class Gap:
    """A number that is not known: its line and part, whose cost or benefit it touches, and why, by language."""

    line: str
    part: str
    side: str
    party: str
    payer: str
    reason: Mapping[str, str]

    def side_for(self, party: str | None) -> str:
        """``cost`` or ``benefit`` of a party (None: of the total); empty when it does not touch it."""
        if party is None:
            return "" if self.payer else self.side
        return self.side if party == self.party else "cost" if party == self.payer else ""


@dataclass(frozen=True)
class Ledger:
    """All lines that can be computed, their inputs by name, and gaps."""

    horizon: int
    parties: tuple[str, ...]
    entries: tuple[Entry, ...]
    inputs: Mapping[str, Input]
    gaps: tuple[Gap, ...] = ()
    numbers: Mapping[str, Distribution] = field(default_factory=dict)

    @property
    def varying(self) -> list[str]:
        """Names of inputs that vary, in their order."""
        return [name for name, one in self.inputs.items() if not one.distribution.is_fixed]

    def lacks(self, party: str | None, side: str | None = None) -> list[str]:
        """Lines that a party lacks, on one side or both; for None those of the total, where transfers do not count."""
        found = [gap.line for gap in self.gaps if (there := gap.side_for(party)) and side in (None, there)]
        return list(dict.fromkeys(found))


class _Reading:
    """Looks up every number, and keeps what is wrong and what is missing."""

    def __init__(self, source: Source, tables: Tables) -> None:
        self.source, self.tables = source, tables
        self.problems: list[Problem] = []
        self.gaps: list[Gap] = []

    def distribution(self, amount: Quantity, place: YamlPath) -> Distribution | Mapping[str, str] | None:
        """The distribution, or why it is missing by language; None with a problem noted."""
        try:
            return distribution_of(amount, self.tables)
        except GapError as gap:
            return gap.reason
        except UnusableError as error:
            self.problems.append(self.source.problem((error.code, place, error.values)))
            return None


def ledger_of(source: Source, tables: Mapping[str, pd.DataFrame] | None = None) -> Ledger:
    """Look up every number of a file.

    Raises
    ------
    IntegrationError
        Every problem of the file and its tables, together: Q180 to Q209.
    """
    content = source.content
    problems = source.problems
    if problems:
        raise IntegrationError(problems)
    folder: Path | None = source.path.parent if source.path is not None else None
    reading = _Reading(source, Tables(tables, folder))
    inputs: dict[str, Input] = {}
    for name, amount in ((DISCOUNT_RATE, content.discount_rate), (PARTICIPANTS, content.participants)):
        if amount is not None:
            about = Input(name, "", name, _NOTHING, amount.evidence or "assumed", amount.source or "")
            found = reading.distribution(amount, (name,))
            if isinstance(found, Distribution):
                inputs[name] = replace(about, distribution=found)
            elif found is not None and name == DISCOUNT_RATE:
                reading.problems.append(source.problem(("Q205", (name,), {})))
    entries = [entry for side, name, line in _lines(content) if (entry := _entry(reading, inputs, side, name, line))]
    numbers = _numbers_of_cycles(reading)
    used = {DISCOUNT_RATE, PARTICIPANTS, *(part for entry in entries for part in entry.parts.values())}
    inputs = {name: one for name, one in inputs.items() if name in used}
    problems = reading.problems + [source.problem(one) for one in _outside(source, inputs)]
    problems += [source.problem(one) for one in _correlated(content, inputs, reading.gaps)] if not problems else []
    if problems:
        raise IntegrationError(problems)
    return Ledger(content.horizon, tuple(content.parties), tuple(entries), inputs, tuple(reading.gaps), numbers)


_NOTHING = Distribution("fixed", 0.0, 0.0, 0.0, 0.0, 0.0)


def _lines(content: ValueFile) -> Iterator[tuple[str, str, Line]]:
    yield from (("cost", name, line) for name, line in content.costs.items())
    yield from (("benefit", name, line) for name, line in content.benefits.items())


def _entry(reading: _Reading, inputs: dict[str, Input], side: str, name: str, line: Line) -> Entry | None:
    """A line with its inputs; None when one of them is a gap or a problem."""
    payer = (line.transfer_from or "") if isinstance(line, Benefit) else ""
    parts: dict[str, str] = {}
    whole = True
    for part in PARTS:
        amount: Quantity | None = getattr(line, part, None)
        if amount is None:
            continue
        evidence = amount.evidence or ("assumed" if part in SHARES else str(line.evidence))
        about = Input(f"{name}.{part}", name, part, _NOTHING, evidence, amount.source or line.source or "")
        place = ("costs" if side == "cost" else "benefits", name, part)
        found = reading.distribution(amount, place)
        if isinstance(found, Distribution):
            inputs[about.name] = replace(about, distribution=found)
            parts[part] = about.name
            continue
        whole = False
        if found is not None:
            reading.gaps.append(Gap(name, part, side, line.party, payer, found))
    first, last = line.years or (min(1, reading.source.content.horizon), reading.source.content.horizon)
    return Entry(name, side, line.party, payer, first, last, parts) if whole else None


def _numbers_of_cycles(reading: _Reading) -> dict[str, Distribution]:
    """Numbers of indicators; one that is a gap is left out of the mapping, and shown as a dash."""
    found: dict[str, Distribution] = {}
    for name, item in reading.source.content.value_cycles.items():
        if item.number is not None:
            number = reading.distribution(item.number, ("value_cycles", name, "number"))
            if isinstance(number, Distribution):
                found[name] = number
    return found


def _outside(source: Source, inputs: Mapping[str, Input]) -> Iterator[Finding]:
    """Numbers of tables that lie where they cannot: shares outside 0 to 1, costs and prices below zero."""
    costs = source.content.costs
    for one in inputs.values():
        low, high = one.distribution.at(0.001), one.distribution.at(0.999)
        values = {"key": one.part, "found": f"{high if high > 1 and low >= 0 else low:.4g}"}
        from_zero = one.part in ("price", PARTICIPANTS) or one.line in costs
        if one.part in SHARES and (low < 0 or high > 1):
            yield "Q196", _place(source.content, one), values
        elif (from_zero and low < 0) or (one.part == PARTICIPANTS and low < 1):
            yield "Q195", _place(source.content, one), values


def _place(content: ValueFile, one: Input) -> YamlPath:
    if not one.line:
        return (one.name,)
    return ("costs" if one.line in content.costs else "benefits", one.line, one.part)


def _correlated(content: ValueFile, inputs: Mapping[str, Input], gaps: Sequence[Gap]) -> Iterator[Finding]:
    """Correlations of numbers that do not vary, or given twice; of a line with a gap they do not matter."""
    varying = [name for name, one in inputs.items() if not one.distribution.is_fixed]
    lacking = {gap.line for gap in gaps}
    pairs: set[frozenset[str]] = set()
    for n, pair in enumerate(content.correlations):
        for name in pair.inputs:
            if name not in varying and name.partition(".")[0] not in lacking:
                values = {"name": name, "known": varying or "–", "nearest": nearest(name, varying) or "–"}
                yield "Q207", ("correlations", n), values
        both = frozenset(pair.inputs)
        if len(both) < 2 or both in pairs:
            yield "Q209", ("correlations", n), {"pairs": [" & ".join(pair.inputs)]}
        pairs.add(both)
