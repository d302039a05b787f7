"""What a file of verdict rules may say."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, Strict

from lcresearch.synthesis.elements.rule_files import Count, Rule, RuleFile, Share, read_rules

RuleName = Literal["few_consortia", "sector_specific", "conditional", "generic", "no_worthwhile_effect"]
Other = Literal["within", "opposite"]


class FewConsortia(Rule):
    """Fewer consortia than these: no verdict."""

    in_all: Count
    in_a_sector: Count


class Differing(Rule):
    """Parts (sectors, levels of a moderator) of which one works and another does not."""

    significance: Share
    other: Annotated[tuple[Other, ...], Strict(False), Field(min_length=1, max_length=2)]


class Generic(Rule):
    """Works in a new consortium with at least this probability; whether sectors' estimates count in full in it, and
    whether it must work at each level of a declared moderator."""

    probability: Share
    sector_spread: bool
    moderator_levels: bool


class NoWorthwhileEffect(Rule):
    """The pooled interval within the bounds; whether it may work at no level of a declared moderator either."""

    moderator_levels: bool


class VerdictRules(RuleFile):
    """Thresholds of the verdicts, and the order in which they are checked."""

    interval_level: Share
    order: Annotated[tuple[RuleName, ...], Strict(False), Field(min_length=1, max_length=5)]
    few_consortia: FewConsortia
    sector_specific: Differing
    conditional: Differing
    generic: Generic
    no_worthwhile_effect: NoWorthwhileEffect
    not_enough_evidence: Rule


def verdict_rules(path: str | Path | None = None) -> VerdictRules:
    """The rules by which elements get their verdict.

    Parameters
    ----------
    path : str or Path, optional
        A YAML file; by default the rules that come with lcresearch (``verdict_rules.yaml`` beside this module).

    Raises
    ------
    SynthesisError
        Every problem of the file together: G001 to G047, Y112 (words with a blank that nothing fills).

    Examples
    --------
    >>> verdict_rules().generic.probability
    0.8
    >>> verdict_rules().in_words("en")["not_enough_evidence"][:48]
    'In all other cases there is not enough evidence.'
    """
    return read_rules(VerdictRules, path, "verdict_rules.yaml")
