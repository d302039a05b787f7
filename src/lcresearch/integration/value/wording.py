"""Costs and benefits in words: ranges, never one number; what is assumed; one sentence for cards."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from lcresearch.file_parts import Text
from lcresearch.integration.value.distributions import Distribution
from lcresearch.integration.value.inputs import DISCOUNT_RATE, PARTICIPANTS, SHARES, Input
from lcresearch.integration.value.model import Benefit, Cost, CycleItem, Line, Party, ValueFile
from lcresearch.messages import Messages

_SYMBOLS = {"EUR": "€", "GBP": "£", "USD": "$"}
_SIGNIFICANT = 3


def in_language(text: Text, language: str) -> str:
    """The text in this language, or else in the first that it has."""
    return text.get(language) or next(iter(text.values()))


class ValueWords:
    """Says everything of one value.yaml in one language."""

    def __init__(self, content: ValueFile, language: str | None) -> None:
        self.content = content
        self.messages = Messages(language)
        self.language = self.messages.language

    def __call__(self, key: str, **values: object) -> str:
        """The text under ``value.<key>``."""
        return self.messages(f"value.{key}", **values)

    def title(self, name: str) -> str:
        """Title of a party, a line or the total."""
        content = self.content
        parts: tuple[Mapping[str, Party | Line | CycleItem], ...]
        parts = (content.parties, content.costs, content.benefits, content.value_cycles)
        for titled in parts:
            if name in titled:
                return in_language(titled[name].title, self.language)
        return self("total") if name == "total" else name

    def titles(self, names: str | Sequence[str]) -> str:
        """Titles of several lines, given by name or as ``a, b``."""
        parts = names.split(", ") if isinstance(names, str) else names
        return ", ".join(self.title(name) for name in parts if name)

    def money(self, amount: float) -> str:
        """An amount rounded to three digits, such as ``€ 12.300``; a dash when missing."""
        if not math.isfinite(amount):
            return "–"
        rounded = significant(amount)
        digits = 2 if 0 < abs(rounded) < 10 else 0
        sign = "−" if rounded < 0 else ""
        symbol = _SYMBOLS.get(self.content.currency, self.content.currency)
        return f"{symbol}\u00a0{sign}{self.messages.number(abs(rounded), digits=digits)}"

    def money_range(self, low: float, high: float) -> str:
        """``€ 10.000 tot € 20.000``; one amount where both round to it, a dash when missing."""
        first, last = self.money(low), self.money(high)
        return first if first == last else self("range", low=first, high=last)

    def number(self, value: float) -> str:
        """A number to three digits."""
        rounded = significant(value)
        size = abs(rounded)
        digits = 0 if size >= 100 or rounded == round(rounded) else 1 if size >= 10 else 2
        return self.messages.number(rounded, digits=digits)

    def part(self, one: Input) -> str:
        """What a number is: the line and, in words, the part of it."""
        if not one.line:
            return self(f"part.{one.part}")
        kind, unit = one.part, self._unit(one).strip()
        if one.part == "quantity":
            hours, money = self._is_hours(one.line), self._is_money(one.line)
            kind = "hours" if hours else "amount" if money else "unit" if unit else "quantity"
        elif one.part == "price" and self._is_hours(one.line):
            kind = "hourly"
        return f"{self.title(one.line)}: {self(f'part.{kind}', unit=unit)}"

    def value(self, one: Input, value: float, *, unit: bool = True) -> str:
        """A value of an input, with its unit unless told otherwise."""
        if not math.isfinite(value):
            return "–"
        if one.part in SHARES:
            return self.messages.percent(value, digits=1 if 0 < value < 0.1 else 0)
        if one.part == "price" or (one.part == "quantity" and self._is_money(one.line)):
            return self.money(value)
        return f"{self.number(value)}{self._unit(one) if unit else ''}"

    def spread(self, one: Input) -> str:
        """The range of an input in words: from, to, most likely; or the one number that it is."""
        made: Distribution = one.distribution
        if made.is_fixed:
            return self("spread.fixed", value=self.value(one, made.mean))
        bounded = math.isfinite(made.low) and math.isfinite(made.high)
        low, high = (made.low, made.high) if bounded else (made.at(0.025), made.at(0.975))
        values = {"low": self.value(one, low, unit=False), "high": self.value(one, high)}
        if math.isfinite(made.mode):
            return self("spread.mode", mode=self.value(one, made.mode, unit=False), **values)
        return self("spread.bounded" if bounded else "spread.unbounded", **values)

    def assumption(self, one: Input) -> str:
        """One assumed number in a sentence."""
        source = f" ({one.source})" if one.source else ""
        return self("assumption", what=self.part(one), spread=self.spread(one)) + source

    def _is_hours(self, line: str) -> bool:
        cost = self.content.costs.get(line)
        return cost is not None and cost.kind == "hours"

    def _is_money(self, line: str) -> bool:
        found: Cost | Benefit | None = self.content.costs.get(line) or self.content.benefits.get(line)
        return found is not None and found.price is None

    def _unit(self, one: Input) -> str:
        if one.part == PARTICIPANTS or one.part == DISCOUNT_RATE:
            return ""
        if self._is_hours(one.line):
            return f" {self('hours')}"
        benefit = self.content.benefits.get(one.line)
        return f" {in_language(benefit.unit, self.language)}" if benefit is not None and benefit.unit else ""


def significant(value: float, digits: int = _SIGNIFICANT) -> float:
    """A number rounded to three digits: a simulation gives no more.

    Examples
    --------
    >>> significant(123456.0), significant(-0.04567)
    (123000.0, -0.0457)
    """
    if value == 0 or not math.isfinite(value):
        return value
    return round(value, digits - 1 - math.floor(math.log10(abs(value))))
