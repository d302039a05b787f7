"""What the parts of value.yaml say about each other; each finding with its place in the file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lcresearch.declared_files import Finding
from lcresearch.errors import nearest
from lcresearch.integration.value.amounts import SHAPE, Quantity
from lcresearch.integration.value.distributions import from_shape
from lcresearch.integration.value.model import Benefit, Cost, CycleItem, Line, ValueFile
from lcresearch.yaml_lines import YamlPath

FEWEST_PERSONS = 3
"""Hours with their own price are only taken of at least this many persons together."""
_BELOW_ZERO = 0.001
SHARES = ("attribution", "deadweight", "drop_off")


def findings(content: ValueFile) -> Iterator[Finding]:
    """Everything that is wrong, in the order of the file."""
    yield from _amount(content.discount_rate, ("discount_rate",), share=True)
    if content.participants is not None:
        yield from _amount(content.participants, ("participants",), from_zero=True)
    for name, cost in content.costs.items():
        yield from _line(content, cost, ("costs", name))
        yield from _cost(cost, ("costs", name))
    for name, benefit in content.benefits.items():
        if name in content.costs:
            yield "Q180", ("benefits", name), {"name": name}
        yield from _line(content, benefit, ("benefits", name))
        yield from _benefit(content, benefit, ("benefits", name))
    yield from _counted_twice(content)
    yield from _cycles(content)


def _line(content: ValueFile, line: Line, place: YamlPath) -> Iterator[Finding]:
    if line.evidence is None:
        yield "Q181", place, {"name": str(place[-1])}
    yield from _party(content, line.party, (*place, "party"))
    yield from _amount(line.quantity, (*place, "quantity"), from_zero=isinstance(line, Cost))
    if line.price is not None:
        yield from _amount(line.price, (*place, "price"), from_zero=True)
    if line.years is not None and not line.years[0] <= line.years[1] <= content.horizon:
        values = {"first": line.years[0], "last": line.years[1], "horizon": content.horizon}
        yield "Q182", (*place, "years"), values


def _cost(cost: Cost, place: YamlPath) -> Iterator[Finding]:
    name = str(place[-1])
    if cost.kind == "hours":
        if cost.price is None:
            yield "Q183", place, {"name": name}
        if cost.price_basis == "own_wages" and (cost.persons is None or cost.persons < FEWEST_PERSONS):
            found = "–" if cost.persons is None else cost.persons
            yield "Q184", place, {"name": name, "found": found, "fewest": FEWEST_PERSONS}
    if cost.kind == "in_kind" and cost.valued_by is None:
        yield "Q185", place, {"name": name}


def _benefit(content: ValueFile, benefit: Benefit, place: YamlPath) -> Iterator[Finding]:
    if benefit.transfer_from is None and benefit.attribution is None:
        yield "Q186", place, {"name": str(place[-1])}
    for part in SHARES:
        share = getattr(benefit, part)
        if share is not None:
            yield from _amount(share, (*place, part), share=True)
    if benefit.transfer_from is not None:
        yield from _party(content, benefit.transfer_from, (*place, "transfer_from"))
        if benefit.transfer_from == benefit.party:
            yield "Q187", (*place, "transfer_from"), {"party": benefit.party}


def _party(content: ValueFile, party: str, place: YamlPath) -> Iterator[Finding]:
    known = list(content.parties)
    if party not in known:
        yield "Q188", place, {"party": party, "known": known, "nearest": nearest(party, known) or "–"}


def _amount(amount: Quantity, place: YamlPath, *, from_zero: bool = False, share: bool = False) -> Iterator[Finding]:
    """What is wrong with one number; with ``from_zero`` or ``share`` also where it may lie."""
    shape = amount.shape
    ways = [amount.value is not None, bool(shape), amount.table is not None, amount.gap is not None]
    if sum(ways) != 1:
        yield "Q189", place, {"key": str(place[-1]), "found": _given(amount)}
    elif amount.table is not None:
        yield from _reference(amount, place)
    elif shape and amount.kind is None:
        yield "Q190", place, {"key": str(place[-1]), "found": list(shape)}
    elif shape:
        wrong = list(_shape(shape, place))
        yield from wrong or _distribution(amount, place, from_zero=from_zero, share=share)
    elif amount.value is not None:
        yield from _bounds(amount.value, amount.value, place, from_zero=from_zero, share=share)


def _given(amount: Quantity) -> list[str]:
    names = ("value", *SHAPE, "table", "gap")
    return [name for name in names if getattr(amount, name) is not None] or ["–"]


def _reference(amount: Quantity, place: YamlPath) -> Iterator[Finding]:
    if amount.column is None:
        yield "Q191", place, {"found": str(amount.table)[:60]}


def _shape(shape: Mapping[str, float], place: YamlPath) -> Iterator[Finding]:
    low, mode, high, sd = (shape.get(name) for name in ("min", "mode", "max", "sd"))
    if low is not None and high is not None:
        if low >= high:
            yield "Q192", place, {"low": f"{low:g}", "high": f"{high:g}"}
        elif mode is not None and not low <= mode <= high:
            yield "Q193", place, {"mode": f"{mode:g}", "low": f"{low:g}", "high": f"{high:g}"}
    if sd is not None and sd <= 0:
        yield "Q194", place, {"sd": f"{sd:g}"}


def _distribution(amount: Quantity, place: YamlPath, *, from_zero: bool, share: bool) -> Iterator[Finding]:
    kind, shape = amount.kind, amount.shape
    if kind is None:
        return
    if kind == "lognormal" and shape["mean"] <= 0:
        yield "Q195", place, {"key": str(place[-1]), "found": f"{shape['mean']:g}"}
        return
    made = from_shape(kind, shape)
    if share and kind in ("normal", "lognormal"):
        yield "Q196", place, {"key": str(place[-1]), "found": kind}
    else:
        low = made.at(_BELOW_ZERO) if kind == "normal" else made.low
        yield from _bounds(low, made.high, place, from_zero=from_zero, share=share)


def _bounds(low: float, high: float, place: YamlPath, *, from_zero: bool, share: bool) -> Iterator[Finding]:
    outside = low if low < 0 else high
    if share and (low < 0 or high > 1):
        yield "Q196", place, {"key": str(place[-1]), "found": f"{outside:.4g}"}
    elif from_zero and low < 0:
        yield "Q195", place, {"key": str(place[-1]), "found": f"{low:.4g}"}


def _counted_twice(content: ValueFile) -> Iterator[Finding]:
    """An outcome that two parties count, each in full, would stand twice in the total."""
    seen: dict[object, tuple[str, str]] = {}
    for name, benefit in content.benefits.items():
        if benefit.transfer_from is not None:
            continue
        for key in _same_outcome(benefit):
            first, party = seen.setdefault(key, (name, benefit.party))
            if first != name and party != benefit.party:
                values = {"name": name, "other": first, "party": benefit.party, "other_party": party}
                yield "Q197", ("benefits", name), values
                break


def _same_outcome(benefit: Benefit) -> Iterator[object]:
    """By what an outcome is known: its name, its title, or the column it is read from."""
    if benefit.outcome is not None:
        yield ("outcome", benefit.outcome)
    for language, title in benefit.title.items():
        yield (language, title.strip().casefold())
    amount = benefit.quantity
    if amount.table is not None:
        rows = tuple(sorted((column, str(value)) for column, value in amount.where.items()))
        yield ("table", amount.table, amount.column, rows)


def _cycles(content: ValueFile) -> Iterator[Finding]:
    known = list(content.value_cycles)
    for name, item in content.value_cycles.items():
        if item.number is not None:
            yield from _amount(item.number, ("value_cycles", name, "number"))
        for following in item.leads_to:
            if following not in known or following == name:
                values = {"name": following, "known": known, "nearest": nearest(following, known) or "–"}
                yield "Q198", ("value_cycles", name, "leads_to"), values
        if _is_untold(item):
            yield "Q199", ("value_cycles", name), {"name": name}


def _is_untold(item: CycleItem) -> bool:
    """A story without the code or passage that it stands on."""
    return item.kind == "story" and item.code is None and item.pointer is None
