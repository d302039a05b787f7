"""Occasions and goals of communities: those that come along, and those that a file adds."""

from __future__ import annotations

from pydantic import Field

from lcresearch.errors import IntegrationError
from lcresearch.file_parts import Text
from lcresearch.integration.design_principles.model import PrinciplesFile
from lcresearch.integration.plan.model import Name
from lcresearch.synthesis.elements.rule_files import CheckedFile, read_rules

Titles = dict[str, dict[str, str]]


class Vocabulary(CheckedFile):
    """Names with their titles."""

    occasions: dict[Name, Text] = Field(min_length=1)
    goals: dict[Name, Text] = Field(min_length=1)


def vocabulary() -> Vocabulary:
    """The occasions and goals that come with the package.

    Examples
    --------
    >>> vocabulary().goals["proactive_learning"]["nl"]
    'Samen leren door te vernieuwen'
    """
    name = "shipped/occasions_and_goals.yaml"
    return read_rules(Vocabulary, None, name, package=__package__ or "", error=IntegrationError)


def known_names(content: PrinciplesFile) -> dict[str, Titles]:
    """Occasions and goals of a file: its own titles go before those that come along."""
    shipped = vocabulary()
    return {"occasions": shipped.occasions | content.occasions, "goals": shipped.goals | content.goals}
