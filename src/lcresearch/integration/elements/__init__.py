"""Working elements with both kinds of evidence: effects, what people said, and combinations."""

from lcresearch.integration.elements.advice_rules import AdviceRules, advice_rules
from lcresearch.integration.elements.both_kinds import elements_of_both_kinds
from lcresearch.integration.elements.hearing import with_interviews
from lcresearch.integration.elements.result import ElementsOfBothKinds

__all__ = ["AdviceRules", "ElementsOfBothKinds", "advice_rules", "elements_of_both_kinds", "with_interviews"]
