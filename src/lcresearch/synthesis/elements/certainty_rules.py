"""What a file of certainty rules may say."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, Strict

from lcresearch.file_parts import Part
from lcresearch.synthesis.elements.rule_files import Count, Positive, Rule, RuleFile, Share, read_rules

Level = Literal["high", "moderate", "low", "very low"]
LEVELS: tuple[Level, ...] = ("high", "moderate", "low", "very low")
VerdictName = Literal["generic", "sector-specific", "conditional", "no worthwhile effect", "not enough evidence"]
_Verdicts = Annotated[tuple[VerdictName, ...], Strict(False)]
_Ways = Annotated[tuple[Annotated[str, Field(min_length=1, max_length=100)], ...], Strict(False)]
_Down = Annotated[int, Field(ge=0, le=3)]


class Steps(Part):
    """How many levels down."""

    serious: _Down
    very_serious: _Down


class FewConsortia(Rule):
    """Fewer consortia than these."""

    serious: Count
    very_serious: Count


class Consistency(Rule):
    """tau above so many smallest worthwhile effects, or a sign that may well turn."""

    serious: Positive
    very_serious: Positive
    same_sign: Share
    explained_by: _Verdicts
    sign_not_asked: _Verdicts


class TwoWays(Rule):
    """One-stage and two-stage estimates differ by more than so many smallest worthwhile effects."""

    serious: Positive


class Precision(Rule):
    """Width of the interval above so many smallest worthwhile effects."""

    serious: Positive
    very_serious: Positive


class Presence(Rule):
    """How the presence of the element was established."""

    trusted: _Ways


class Comparability(Rule):
    """Whether the outcome means the same everywhere."""

    trusted: _Ways
    very_serious: _Ways


class Confounding(Rule):
    """An E-value of the interval from which an unmeasured cause is hardly credible."""

    strong_e_value: Annotated[float, Field(ge=1, allow_inf_nan=False)]


class CertaintyRules(RuleFile):
    """Where evidence begins, and what brings it down; a rule that is not there is not applied."""

    start: Level
    steps: Steps
    number: FewConsortia | None = None
    consistency: Consistency | None = None
    two_ways: TwoWays | None = None
    precision: Precision | None = None
    presence: Presence | None = None
    comparability: Comparability | None = None
    confounding: Confounding | None = None
    exploratory: Rule | None = None
    stopped: Rule | None = None


def certainty_rules(path: str | Path | None = None) -> CertaintyRules:
    """The rules by which the certainty of a verdict goes down.

    Parameters
    ----------
    path : str or Path, optional
        A YAML file; by default the rules that come with lcresearch (``certainty_rules.yaml`` beside this module).

    Raises
    ------
    SynthesisError
        Every problem of the file together: G001 to G047, Y112 (words with a blank that nothing fills).

    Examples
    --------
    >>> certainty_rules().start
    'high'
    >>> certainty_rules().in_words("en")["number"]
    'Number: fewer than 10 consortia is a reason to doubt, fewer than 5 a strong one.'
    """
    return read_rules(CertaintyRules, path, "certainty_rules.yaml")
