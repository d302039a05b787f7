"""By which rules a principle counts as supported or contested: read from YAML."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from lcresearch.errors import IntegrationError
from lcresearch.messages import LANGUAGES, Messages
from lcresearch.synthesis.elements.certainty_rules import LEVELS, Level
from lcresearch.synthesis.elements.rule_files import CheckedFile, Count, Rule, read_rules, unknown_blanks
from lcresearch.synthesis.elements.wording import word
from lcresearch.validation import Finding


class Contested(Rule):
    """Numbers or cases against it, or so many quotes."""

    certainty: Level
    quotes: Count


class Supported(Rule):
    """Numbers for it that are certain enough, or with another kind of evidence."""

    certainty: Level
    together: Level


class PrincipleRules(CheckedFile):
    """Rules of which the first that holds gives the status of a principle."""

    contested: Contested
    supported: Supported
    proposed: Rule

    def findings(self) -> Iterator[Finding]:
        """Blanks in the words that nothing fills."""
        for name, rule in self.blocks().items():
            yield from unknown_blanks(rule.words, self._values(rule), (name, "words"))

    def blocks(self) -> dict[str, Rule]:
        """Rules by the status that they give, in their order."""
        return {"contested": self.contested, "supported": self.supported, "proposed": self.proposed}

    def in_words(self, language: str | None = None) -> dict[str, str]:
        """Each rule in words, with what it asks for filled in."""
        say = Messages(language)
        return {name: say.fill(dict(rule.words), **self._values(rule)) for name, rule in self.blocks().items()}

    @staticmethod
    def _values(rule: Rule) -> dict[str, object]:
        found: dict[str, object] = {
            name: {language: word("level_name", value, language) for language in LANGUAGES}
            for name, value in rule
            if value in LEVELS
        }
        return found | {name: value for name, value in rule if isinstance(value, int)}


def principle_rules(path: str | Path | None = None) -> PrincipleRules:
    """The rules by which principles get their status.

    Parameters
    ----------
    path : str or Path, optional
        A YAML file; by default the rules that come with the package (``principle_rules.yaml`` beside this module).

    Returns
    -------
    PrincipleRules

    Raises
    ------
    IntegrationError
        Every problem of the file together: G001 to G047; Y112: words with a blank that nothing fills.

    Examples
    --------
    >>> principle_rules().in_words("en")["proposed"]
    'Proposed: in all other cases. The evidence is not there yet, or too uncertain.'
    """
    return read_rules(PrincipleRules, path, "principle_rules.yaml", package=__package__ or "", error=IntegrationError)


def at_least(certainty: str, level: str) -> bool:
    """Whether a certainty is at least a level; one that nobody judged is not.

    Examples
    --------
    >>> at_least("moderate", "low"), at_least("very low", "low"), at_least("", "low")
    (True, False, False)
    """
    return certainty in LEVELS and LEVELS.index(certainty) <= LEVELS.index(level)
