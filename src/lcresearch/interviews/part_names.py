"""What parts of a codebook or project are called in messages, in each language."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from lcresearch.messages import LANGUAGES, Messages

_REPAIR = re.compile(r"(?P<kind>dropped|united|value of|order in)? ?(?P<what>\S+)(?: of (?P<of>\S+))?")


def part_names(parts: Iterable[str]) -> dict[str, str]:
    """Parts of a code in words, by language.

    Examples
    --------
    >>> part_names(["name", "use_when"])["nl"]
    'naam, wanneer wel'
    """
    found = list(parts)
    return {
        language: ", ".join(Messages(language)(f"interviews.part.{part}") for part in found) for language in LANGUAGES
    }


def lost_in_words(lost: Mapping[str, int]) -> dict[str, str]:
    """What a form has no place for, with how often, by language.

    Examples
    --------
    >>> lost_in_words({"translations": 3})["en"]
    'translations (3)'
    """
    return {
        language: ", ".join(Messages(language)(f"interviews.lost.{name}", n=n) for name, n in lost.items() if n)
        for language in LANGUAGES
    }


def repairs_in_words(made: Mapping[str, int]) -> dict[str, str]:
    """What was repaired in a file, with how often, by language.

    Examples
    --------
    >>> repairs_in_words({"dropped Codes": 1, "color of Code": 2})["nl"]
    'Codes weggelaten (1), color van Code (2)'
    """
    return {
        language: ", ".join(f"{_repair(name, language)} ({n})" for name, n in made.items()) for language in LANGUAGES
    }


def _repair(name: str, language: str) -> str:
    found = _REPAIR.fullmatch(name)
    if found is None:
        return name
    say = Messages(language)
    what = say("interviews.repair.of", what=found["what"], of=found["of"]) if found["of"] else found["what"]
    return say(f"interviews.repair.{found['kind'].split()[0]}", what=what) if found["kind"] else what
