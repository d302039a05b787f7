"""What a file of convergence rules may say, and whether its rules cover every case."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Annotated, Literal, get_args

from pydantic import Field, Strict

from lcresearch.errors import IntegrationError
from lcresearch.file_parts import Part
from lcresearch.synthesis.elements.certainty_rules import Level, VerdictName
from lcresearch.synthesis.elements.rule_files import CheckedFile, Count, Words, read_rules, unknown_blanks
from lcresearch.validation import IDENTIFIER, Finding

NumbersState = Literal["positive", "negative", "none", "mixed", "not_positive", "not_negative", "unclear", "absent"]
VoicesState = Literal[
    "helping", "missed", "valued", "hindering", "divided", "undirected", "few", "nobody", "not_asked", "side_not_shown",
    "not_shown",
]  # fmt: skip
NewSetting = Literal["same", "opposite_possible", "unknown"]
Outcome = Literal["convergent", "complementary", "divergent", "silent"]
Proposal = Literal["convergent", "complementary", "divergent", "silent", "not shown"]
Side = Literal["numbers", "voices", "both"]

NUMBERS_STATES: tuple[NumbersState, ...] = get_args(NumbersState)
VOICES_STATES: tuple[VoicesState, ...] = get_args(VoicesState)
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
PROPOSALS: tuple[Proposal, ...] = get_args(Proposal)
HIDDEN = ("not_shown", "side_not_shown")
"""States of voices that rules on disclosure keep from telling what people said."""

_OF_NUMBERS = ("estimate", "conf_low", "conf_high", "bound")
_OF_NEW_SETTING = ("pred_low", "pred_high")
_OF_ALL_VOICES = ("of_persons", "of_cases")
_OF_MENTIONS = ("n_persons", "n_cases")
_OF_SIDES = ("n_valuing", "n_hindering", "share_valuing", "share_hindering", "told")
_WITH_SIDES = ("helping", "missed", "valued", "hindering", "divided")
_Name = Annotated[str, Field(pattern=IDENTIFIER, max_length=60)]


class NumbersRule(Part):
    """Verdicts that say that the effect depends on the place."""

    mixed: Annotated[tuple[VerdictName, ...], Strict(False)]


class VoicesRule(Part):
    """From how many persons and cases on people's words count, and which share makes one side."""

    persons: Count
    cases: Count
    share: Annotated[float, Field(ge=0.5, lt=1)]


class ConvergenceRule(Part):
    """One rule: for which states it holds, and what it proposes."""

    name: _Name
    numbers: Annotated[tuple[NumbersState, ...], Strict(False), Field(min_length=1)] = NUMBERS_STATES
    voices: Annotated[tuple[VoicesState, ...], Strict(False), Field(min_length=1)] = VOICES_STATES
    certainty: Annotated[tuple[Level, ...], Strict(False), Field(min_length=1)] | None = None
    new_setting: Annotated[tuple[NewSetting, ...], Strict(False), Field(min_length=1)] | None = None
    proposal: Proposal
    silent: Side | None = None
    reason: Words

    @property
    def pairs(self) -> set[tuple[NumbersState, VoicesState]]:
        """States of numbers and voices for which it may hold."""
        return set(product(self.numbers, self.voices))

    @property
    def narrowed(self) -> bool:
        """Whether it asks for more than a pair of states."""
        return self.certainty is not None or self.new_setting is not None


class ConvergenceRules(CheckedFile):
    """Thresholds, and rules of which the first that holds gives the proposal."""

    numbers: NumbersRule
    voices: VoicesRule
    rules: Annotated[tuple[ConvergenceRule, ...], Strict(False), Field(min_length=1)]

    def findings(self) -> Iterator[Finding]:
        """Names given twice, rules that never come up, sides of silence, blanks, and pairs that no rule covers."""
        yield from self._names_twice()
        covered: set[tuple[NumbersState, VoicesState]] = set()
        for place, rule in enumerate(self.rules):
            reached = rule.pairs - covered
            if not reached:
                yield Finding("Q122", ("rules", place), {"rule": rule.name})
                continue
            covered |= set() if rule.narrowed else rule.pairs
            if (rule.silent is not None) != (rule.proposal == "silent"):
                yield Finding("Q123", ("rules", place), {"rule": rule.name})
            yield from unknown_blanks(rule.reason, self._blanks(rule, reached), ("rules", place, "reason"))
        every = list(product(NUMBERS_STATES, VOICES_STATES))
        open_pairs = [f"{numbers} + {voices}" for numbers, voices in every if (numbers, voices) not in covered]
        if open_pairs:
            yield Finding("Q121", ("rules",), {"pairs": open_pairs})

    def _names_twice(self) -> Iterator[Finding]:
        first: dict[str, int] = {}
        for place, rule in enumerate(self.rules):
            if rule.name in first:
                yield Finding("Q134", ("rules", place), {"rule": rule.name})
            first.setdefault(rule.name, place)

    @staticmethod
    def _blanks(rule: ConvergenceRule, reached: set[tuple[NumbersState, VoicesState]]) -> set[str]:
        """What its words may name: only what is there in each pair of states for which it comes up."""
        numbers, voices = {pair[0] for pair in reached}, {pair[1] for pair in reached}
        known = {"persons", "cases", "share"}
        known |= set() if "absent" in numbers else {*_OF_NUMBERS}
        known |= {"certainty"} if rule.certainty is not None else set()
        known |= {*_OF_NEW_SETTING} if rule.new_setting is not None and "unknown" not in rule.new_setting else set()
        known |= set() if voices & {"not_shown", "not_asked"} else {*_OF_ALL_VOICES, *_OF_MENTIONS}
        return known | ({*_OF_SIDES} if voices <= set(_WITH_SIDES) else set())


def convergence_rules(path: str | Path | None = None) -> ConvergenceRules:
    """The rules by which numbers and voices are laid side by side.

    Parameters
    ----------
    path : str or Path, optional
        A YAML file; by default the rules that come with lcresearch (``convergence_rules.yaml`` beside this module).

    Returns
    -------
    ConvergenceRules

    Raises
    ------
    IntegrationError
        Every problem of the file together: G001 to G047; Y112 (words with a blank that nothing fills); Q121 (a pair of
        states without a rule), Q122 (a rule that never comes up), Q123 (silence without a side), Q134 (a name twice).

    References
    ----------
    Farmer, T., Robinson, K., Elliott, S. J. & Eyles, J. (2006). Developing and implementing a triangulation protocol
    for qualitative health research. O'Cathain, A., Murphy, E. & Nicholl, J. (2010). Three techniques for integrating
    data in mixed methods studies.

    Examples
    --------
    >>> rules = convergence_rules()
    >>> rules.voices.persons, len(rules.rules)
    (5, 26)
    """
    return read_rules(
        ConvergenceRules,
        path,
        "convergence_rules.yaml",
        package="lcresearch.integration.converging",
        error=IntegrationError,
    )
