"""Rules that a programme may write itself: read from YAML, checked, and put into words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Annotated, TypeVar

from pydantic import Field

from lcresearch.errors import LcresearchError, Place, Problem, SynthesisError
from lcresearch.file_parts import Part
from lcresearch.messages import LANGUAGES, Messages
from lcresearch.validation import VERSION, Finding, validated
from lcresearch.yaml_lines import LinedYaml, YamlPath, parse_yaml, read_yaml

Share = Annotated[float, Field(gt=0, lt=1)]
Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Count = Annotated[int, Field(ge=1)]
Version = Annotated[str, Field(pattern=VERSION)]
_Text = Annotated[str, Field(min_length=1, max_length=2000)]
_BLANK = re.compile(r"\{([a-z_]+)(?::\.[0-3](?:f|%))?\}")


class Words(Part):
    """What a rule says, in each language of the reports."""

    nl: _Text
    en: _Text


class Rule(Part):
    """One rule with its words."""

    words: Words


class CheckedFile(Part):
    """A file of rules that looks itself over after reading."""

    version: Version

    def findings(self) -> Iterator[Finding]:
        """What is wrong with rules that are each well formed."""
        return iter(())


class RuleFile(CheckedFile):
    """A file with one block for each rule."""

    def rules(self) -> dict[str, Rule]:
        """The rules of the file by name, in its order."""
        found = {name: getattr(self, name) for name in type(self).model_fields}
        return {name: rule for name, rule in found.items() if isinstance(rule, Rule)}

    def in_words(self, language: str | None = None) -> dict[str, str]:
        """Each rule in words, with its numbers filled in."""
        say = Messages(language)
        return {name: say.fill(dict(rule.words), **self._numbers(rule)) for name, rule in self.rules().items()}

    def _numbers(self, rule: Rule) -> dict[str, float | int]:
        whole = dict(self) | dict(rule)
        return {name: value for name, value in whole.items() if isinstance(value, int | float)}

    def findings(self) -> Iterator[Finding]:
        """Blanks in the words that no number of the file fills."""
        for name, rule in self.rules().items():
            yield from unknown_blanks(rule.words, self._numbers(rule), (name, "words"))


def unknown_blanks(words: Words, known: Iterable[str], path: YamlPath) -> Iterator[Finding]:
    """Blanks in words that none of the known names fills; ``path`` is where the words stand in their file."""
    known = sorted(known)
    for language in LANGUAGES:
        text = getattr(words, language)
        wrong = [blank for blank in _BLANK.findall(text) if blank not in known]
        wrong += re.findall(r"[{}][^{}]{0,40}", _BLANK.sub("", text))
        for blank in wrong:
            yield Finding("Y112", (*path, language), {"blank": blank, "known": known})


_File = TypeVar("_File", bound=CheckedFile)


def read_rules(
    model: type[_File],
    path: str | Path | None,
    shipped: str,
    *,
    package: str = "lcresearch.synthesis.elements",
    error: type[LcresearchError] = SynthesisError,
) -> _File:
    """The rules of a file, or the ones that come with the package.

    Raises
    ------
    SynthesisError
        Every problem of the file together: G001 to G047, Y112 (words with a blank that nothing fills), and what the
        model looks for itself; or another error, where one is given.
    """
    if path is None:
        return _checked(model, _shipped(package, shipped), shipped, error)
    return _checked(model, read_yaml(path), Path(path).name, error)


@cache
def _shipped(package: str, name: str) -> LinedYaml:
    text = resources.files(package).joinpath(name).read_text(encoding="utf-8")
    return parse_yaml(text, file=name)


def _checked(model: type[_File], parsed: LinedYaml, file: str, error: type[LcresearchError]) -> _File:
    problems = list(parsed.problems)
    if not isinstance(parsed.content, dict):
        raise error(problems or [Problem("G045", Place(file=file, line=1))])
    rules, found = validated(model, parsed.content)
    if rules is not None:
        found = [*found, *rules.findings()]
    problems += [Problem(one.code, Place(file=file, line=parsed.line(one.path)), one.values) for one in found]
    if rules is None or problems:
        raise error(problems)
    return rules
