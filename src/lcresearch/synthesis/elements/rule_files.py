"""Rules that a programme may write itself: read from YAML, checked, and put into words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Annotated, TypeVar

from pydantic import Field

from lcresearch.errors import Place, Problem, SynthesisError
from lcresearch.file_parts import Part
from lcresearch.messages import LANGUAGES, Messages
from lcresearch.validation import VERSION, validated
from lcresearch.yaml_lines import LinedYaml, parse_yaml, read_yaml

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


class RuleFile(Part):
    """A file of rules."""

    version: Version

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

    def unknown_blanks(self) -> Iterator[tuple[tuple[str, ...], str, list[str]]]:
        """Blanks in the words that no number of the file fills: place, blank, and the names that there are."""
        for name, rule in self.rules().items():
            known = self._numbers(rule)
            for language in LANGUAGES:
                text = getattr(rule.words, language)
                wrong = [blank for blank in _BLANK.findall(text) if blank not in known]
                rest = _BLANK.sub("", text)
                wrong += re.findall(r"[{}][^{}]{0,40}", rest)
                for blank in wrong:
                    yield (name, "words", language), blank, sorted(known)


_File = TypeVar("_File", bound=RuleFile)


def read_rules(model: type[_File], path: str | Path | None, shipped: str) -> _File:
    """The rules of a file, or the ones that come with the package.

    Raises
    ------
    SynthesisError
        Every problem of the file together: G001 to G047, Y112 (words with a blank that nothing fills).
    """
    if path is None:
        return _checked(model, _shipped(shipped), shipped)
    return _checked(model, read_yaml(path), Path(path).name)


@cache
def _shipped(name: str) -> LinedYaml:
    text = resources.files("lcresearch.synthesis.elements").joinpath(name).read_text(encoding="utf-8")
    return parse_yaml(text, file=name)


def _checked(model: type[_File], parsed: LinedYaml, file: str) -> _File:
    problems = list(parsed.problems)
    if not isinstance(parsed.content, dict):
        raise SynthesisError(problems or [Problem("G045", Place(file=file, line=1))])
    rules, found = validated(model, parsed.content)
    problems += [Problem(one.code, Place(file=file, line=parsed.line(one.path)), one.values) for one in found]
    if rules is not None:
        for place, blank, known in rules.unknown_blanks():
            where = Place(file=file, line=parsed.line(place))
            problems.append(Problem("Y112", where, {"blank": blank, "known": known}))
    if rules is None or problems:
        raise SynthesisError(problems)
    return rules
