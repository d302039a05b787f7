"""What a file of rules for advice may say, and that no sentence is stronger than the certainty allows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from pathlib import Path
from typing import Annotated, Literal, get_args

from pydantic import Field, Strict

from lcresearch.errors import IntegrationError
from lcresearch.file_parts import Part
from lcresearch.synthesis.elements.certainty_rules import LEVELS, Level, VerdictName
from lcresearch.synthesis.elements.rule_files import CheckedFile, Words, read_rules, unknown_blanks
from lcresearch.validation import IDENTIFIER, Finding

Strength = Literal["measure", "try", "probably", "do"]
Said = Literal["convergent", "complementary", "divergent", "silent", "not shown"]
Side = Literal["helping", "missed", "valued", "hindering", "divided", "none"]
Combination = Literal["together", "alone", "absent", "none"]
Answer = Literal["yes", "no"]

STRENGTHS: tuple[Strength, ...] = get_args(Strength)
"""From weak to strong."""
VERDICTS: tuple[VerdictName, ...] = get_args(VerdictName)
_WHERE = ("sector-specific", "conditional")
_UNDECIDED = "not enough evidence"


class AdviceRule(Part):
    """One sentence, and when it is the one to say."""

    name: Annotated[str, Field(pattern=IDENTIFIER, max_length=60)]
    verdict: Annotated[tuple[VerdictName, ...], Strict(False)] = ()
    direction: Annotated[tuple[Literal["positive", "negative"], ...], Strict(False)] = ()
    certainty: Annotated[tuple[Level, ...], Strict(False)] = ()
    convergence: Annotated[tuple[Said, ...], Strict(False)] = ()
    voices: Annotated[tuple[Side, ...], Strict(False)] = ()
    combination: Annotated[tuple[Combination, ...], Strict(False)] = ()
    necessary: Annotated[tuple[Answer, ...], Strict(False)] = ()
    barrier: Annotated[tuple[Answer, ...], Strict(False)] = ()
    strength: Strength
    words: Words

    def holds(self, facts: Mapping[str, str]) -> bool:
        """Whether each part that the rule names has one of its values."""
        return all(not getattr(self, name) or facts[name] in getattr(self, name) for name in FACTS)

    @property
    def always(self) -> bool:
        """Whether it holds for everything."""
        return not any(getattr(self, name) for name in FACTS)


FACTS = ("verdict", "direction", "certainty", "convergence", "voices", "combination", "necessary", "barrier")
"""What rules look at."""


class AdviceRules(CheckedFile):
    """Sentences in the order in which they are tried."""

    strongest: dict[Level, Strength]
    rules: Annotated[tuple[AdviceRule, ...], Strict(False), Field(min_length=1)]

    def rule_for(self, facts: Mapping[str, str]) -> AdviceRule:
        """The first rule that holds."""
        return next(rule for rule in self.rules if rule.holds(facts))

    def findings(self) -> Iterator[Finding]:
        """Sentences that say too much, names used twice, blanks that nothing fills, and cases that no rule covers."""
        names: set[str] = set()
        for place, rule in enumerate(self.rules):
            yield from self._too_strong(rule, place)
            yield from unknown_blanks(rule.words, _fillable(rule), ("rules", place, "words"))
            if rule.name in names:
                yield Finding("Q165", ("rules", place, "name"), {"name": rule.name})
            names.add(rule.name)
        if not self.rules[-1].always:
            yield Finding("Q166", ("rules", len(self.rules) - 1), {"name": self.rules[-1].name})

    def allowed(self, verdict: str, certainty: Level) -> Strength:
        """The strongest advice on a verdict of this certainty."""
        return "measure" if verdict == _UNDECIDED else self.strongest.get(certainty, "measure")

    def _too_strong(self, rule: AdviceRule, place: int) -> Iterator[Finding]:
        """The first verdict and certainty, left over by earlier rules, for which a rule says too much."""
        for verdict, level in product(rule.verdict or VERDICTS, rule.certainty or LEVELS):
            most = self.allowed(verdict, level)
            if STRENGTHS.index(rule.strength) > STRENGTHS.index(most) and not self._taken(rule, place, verdict, level):
                values = {"name": rule.name, "strength": rule.strength, "verdict": verdict, "certainty": level}
                yield Finding("Q164", ("rules", place), values | {"allowed": most})
                return

    def _taken(self, rule: AdviceRule, place: int, verdict: str, level: str) -> bool:
        """Whether an earlier rule holds wherever this one would, for a verdict of a certainty."""
        own = {name: getattr(rule, name) for name in FACTS} | {"verdict": (verdict,), "certainty": (level,)}
        return any(
            all(
                not getattr(earlier, name) or (own[name] and set(own[name]) <= set(getattr(earlier, name)))
                for name in FACTS
            )
            for earlier in self.rules[:place]
        )


def _fillable(rule: AdviceRule) -> list[str]:
    """Blanks that always have something in them when the rule holds."""
    found = ["others"] if rule.combination == ("together",) else []
    return found + (["where"] if rule.verdict and set(rule.verdict) <= set(_WHERE) else [])


def advice_rules(path: str | Path | None = None) -> AdviceRules:
    """The rules by which elements get their advice.

    Parameters
    ----------
    path : str or Path, optional
        A YAML file; by default the rules that come with lcresearch (``advice_rules.yaml`` beside this module).

    Returns
    -------
    AdviceRules

    Raises
    ------
    IntegrationError
        Every problem of the file together: G001 to G047; Y112, a blank that nothing fills; Q164, a sentence that is
        stronger than the certainty allows; Q165, a name used twice; Q166, cases that no rule covers.

    Examples
    --------
    >>> advice_rules().strongest["very low"]
    'measure'
    """
    package = "lcresearch.integration.elements"
    return read_rules(AdviceRules, path, "advice_rules.yaml", package=package, error=IntegrationError)
