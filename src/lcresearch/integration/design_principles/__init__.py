"""Design principles: in which context to do what, by which mechanism, to which outcome, and what speaks against it."""

from lcresearch.integration.design_principles.design_principles import design_principles
from lcresearch.integration.design_principles.model import PrinciplesFile
from lcresearch.integration.design_principles.reading import new_principles, read_principles
from lcresearch.integration.design_principles.result import DesignPrinciples
from lcresearch.integration.design_principles.rules import PrincipleRules, principle_rules

__all__ = [
    "DesignPrinciples",
    "PrincipleRules",
    "PrinciplesFile",
    "design_principles",
    "new_principles",
    "principle_rules",
    "read_principles",
]
