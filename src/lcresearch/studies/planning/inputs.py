"""What a plan is made of, looked at: firms, people and numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import get_args

import numpy as np

from lcresearch.errors import StudyError, nearest
from lcresearch.instruments.forms.settings import PlatformName
from lcresearch.messages import LANGUAGES, Messages

PLATFORMS: tuple[PlatformName, ...] = get_args(PlatformName)
_LIMITS = {"weeks": (5, 52), "firms": (1, 60), "comparison": (0, 60), "people": (1, 250), "wave_every": (1, 12)}
_BELOW_ONE = ("returning", "stability")


def said(key: str, **values: int) -> dict[str, str]:
    """A text of the catalogue in all languages."""
    return {language: Messages(language)(key, **values) for language in LANGUAGES}


def names_of_firms(
    firms: int | Sequence[str], comparison: int | Sequence[str], say: Messages
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Names of the firms that take part and of those that do not, each once."""
    given = [firms, comparison]
    counts = [one if isinstance(one, int) else len(one) for one in given]
    check_numbers({"firms": counts[0], "comparison": counts[1]})
    letters = iter(_letters(sum(counts)))
    named = [
        tuple(say("short_cycle.firm", letter=next(letters)) for _ in range(one))
        if isinstance(one, int)
        else tuple(" ".join(str(name).replace("|", "/").split()) for name in one)
        for one in given
    ]
    everyone = [name.casefold() for names in named for name in names]
    twice = [name for name in everyone if everyone.count(name) > 1 or not name or name.isdigit()]
    if twice:
        raise StudyError("S136", name="firms", value=twice[0] or "–", limits=said("short_cycle.limits.names"))
    return named[0], named[1]


def _letters(n: int) -> list[str]:
    """A, B, ..., Z, AA, AB, ...."""
    alphabet = [chr(ord("A") + place) for place in range(26)]
    return (alphabet + [first + second for first in alphabet for second in alphabet])[:n]


def people_by_firm(people: int | Sequence[int], firms: int, comparison: int) -> tuple[int, ...]:
    """People by firm, those of the comparison last."""
    found = (people,) * (firms + comparison) if isinstance(people, int) else tuple(people)
    if len(found) not in (1, firms + comparison):
        limits = said("short_cycle.limits.people", n=firms + comparison)
        raise StudyError("S136", name="people", value=", ".join(map(str, found)), limits=limits)
    for number in found:
        check_numbers({"people": number})
    return found * (firms + comparison) if len(found) == 1 else found


def check_numbers(numbers: Mapping[str, int]) -> None:
    """Refuse (S136) a number outside its limits."""
    for name, value in numbers.items():
        least, most = _LIMITS[name]
        if not least <= value <= most:
            limits = said("short_cycle.limits.range", least=least, most=most)
            raise StudyError("S136", name=name, value=str(value), limits=limits)


def check_shares(shares: Mapping[str, float | None]) -> None:
    """Refuse (S136) a share that is none, and a measure that is not above zero."""
    for name, value in shares.items():
        most = 1.0 if name in _BELOW_ONE else np.inf
        if value is not None and not (0 < value < most or (name == "returning" and value == 1)):
            limits = said(f"short_cycle.limits.{'share' if name in _BELOW_ONE else 'positive'}")
            raise StudyError("S136", name=name, value=str(value), limits=limits)


def platform_name(name: str) -> str:
    """A platform for which forms are made.

    Raises
    ------
    StudyError
        S143, for one that is not known.

    Examples
    --------
    >>> platform_name(" LimeSurvey")
    'limesurvey'
    """
    wanted = name.strip().lower()
    if wanted not in PLATFORMS:
        raise StudyError("S143", name=name, known=list(PLATFORMS), nearest=nearest(wanted, PLATFORMS) or "–")
    return wanted
