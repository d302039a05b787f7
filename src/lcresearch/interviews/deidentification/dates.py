"""Dates in texts, and what is left of them when they are made coarser."""

from __future__ import annotations

import re
from typing import Literal, get_args

Dates = Literal["month", "year", "replace", "keep"]
DATE_CHOICES: tuple[str, ...] = get_args(Dates)
_NL = "januari februari maart april mei juni juli augustus september oktober november december".split()  # noqa: SIM905
_EN = "January February March April May June July August September October November December".split()  # noqa: SIM905
_SHORT = "jan feb mrt mar apr mei may jun jul aug sep sept okt oct nov dec".split()  # noqa: SIM905
_ORDINALS = (
    "eerste|tweede|derde|vierde|vijfde|zesde|zevende|achtste|negende|tiende|elfde|twaalfde|dertiende|veertiende|vijftiende|zestiende|"
    "zeventiende|achttiende|negentiende|twintigste|(?:een|één|eenen|twee[eë]n|drie[eë]n|vieren|vijfen|zesen|zevenen|achten|negenen)+twintigste|"
    "dertigste|eenendertigste"
)
_CARDINALS = (
    "een|één|twee|drie|vier|vijf|zes|zeven|acht|negen|tien|elf|twaalf|dertien|veertien|vijftien|zestien|zeventien|achttien|"
    "negentien|twintig|(?:een|één|twee|drie|vier|vijf|zes|zeven|acht|negen)[eë]n(?:twintig|dertig)|dertig"
)
_EN_ORDINALS = (
    "first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|thirteenth|fourteenth|fifteenth|sixteenth|"
    "seventeenth|eighteenth|nineteenth|twentieth|twenty-(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth)|"
    "thirtieth|thirty-first"
)
_MONTHS = "|".join([*_NL, *map(str.lower, _EN)])
_MONTH = rf"(?:{_MONTHS}|(?:{'|'.join(_SHORT)})\b\.?)"
_DAY = rf"(?:[0-3]?\d(?:e|ste|de|st|nd|rd|th)?|{_ORDINALS}|{_CARDINALS}|{_EN_ORDINALS})"
_SAID_YEAR = (
    r"(?:twee ?duizend(?: ?(?:en ?)?[a-zë]+)?|(?:negentien|achttien) ?honderd(?: ?[a-zë]+)?|"
    r"(?:negentien|twintig) ?[a-zë]*(?:tien|elf|twaalf|tig)|"
    r"twenty (?:ten|eleven|twelve|\w+teen|twenty(?:[- ]\w+)?)|nineteen \w+ty(?:[- ]\w+)?)"
)
_YEAR = rf"(?:(?:19|20)\d\d|['’]\d\d|{_SAID_YEAR})"
_WEEKDAY = r"(?:(?:maan|dins|woens|donder|vrij|zater|zon)dag|(?:mon|tues|wednes|thurs|fri|satur|sun)day,?)"
DATE = re.compile(
    rf"(?<![\w/.-])(?:(?:{_WEEKDAY}|de|the)\s(?={_DAY}\b))?(?:{_WEEKDAY}\s(?:de\s)?(?={_DAY}\b))?(?:"
    rf"(?P<iso>(?:19|20)\d\d[-/.](?:0?[1-9]|1[0-2])[-/.][0-3]?\d)"
    rf"|(?P<figures>[0-3]?\d\s?[-/.]\s?(?:0?[1-9]|1[0-2])\s?[-/.]\s?(?:(?:19|20)\d\d|['’]?\d\d))"
    rf"|(?P<day>{_DAY}(?:\s(?:van\s(?:de\s)?|of\s))?\s?{_MONTH}(?:,?\s(?:van\s|of\s)?{_YEAR})?)"
    rf"|(?P<english>{_MONTH}\s(?:the\s)?(?:[0-3]?\d(?:st|nd|rd|th)?|{_EN_ORDINALS})(?:,?\s{_YEAR})?)"
    rf"|(?P<month>{_MONTH},?\s(?:van\s|of\s)?{_YEAR})"
    rf")(?![\w]|[-/.]\d)",
    re.IGNORECASE,
)
_NUMBER_OF = {name.lower(): n for names in (_NL, _EN) for n, name in enumerate(names, start=1)}
_NUMBER_OF |= dict(zip(_SHORT, (1, 2, 3, 3, 4, 5, 5, 6, 7, 8, 9, 9, 10, 10, 11, 12), strict=True))
_BORN = re.compile(r"\b(?:geboren|geboortedatum|verjaardag|jarig|born|birthday|birth)\b[^.!?]{0,25}$", re.IGNORECASE)
_CENTURY_TURN = 40


def coarser(said: str, before: str, choice: str, language: str) -> str | None:
    """A date as it may stay: month and year, or the year; None when it says no more than that already.

    Parameters
    ----------
    said : str
        The date as it was found by :data:`DATE`.
    before : str
        The text before it: of a day of birth the year stays at most.
    choice : {"month", "year", "replace"}
    language : {"nl", "en"}

    Returns
    -------
    str or None
        Empty when nothing of it may stay.

    Examples
    --------
    >>> coarser("12 maart 2024", "", "month", "nl"), coarser("7/8/'66", "geboren ", "month", "nl")
    ('maart 2024', '1966')
    >>> coarser("maart 2024", "", "month", "nl") is None, coarser("21 april", "", "year", "nl")
    (True, '')
    """
    if choice == "replace":
        return ""
    found = DATE.fullmatch(said)
    month, year = _parts(found, said) if found else ("", "")
    if choice == "year" or _BORN.search(before[-60:]):
        return year
    if found is not None and found["month"]:
        return None
    names = _EN if language == "en" else _NL
    words = names[int(month) - 1] if month.isdigit() else month
    return f"{words} {year}".strip()


def _parts(found: re.Match[str], said: str) -> tuple[str, str]:
    """Number of the month, and the year in figures or as it was said."""
    if found["iso"] or found["figures"]:
        figures = re.findall(r"\d+", said)
        month, year = (figures[1], figures[0]) if found["iso"] else (figures[1], figures[2])
        return str(int(month)), _full_year(year)
    words = re.search(_MONTH, said, re.IGNORECASE)
    number = _NUMBER_OF[words[0].lower().rstrip(".")] if words else ""
    rest = said[words.end() :] if words else ""
    year = re.search(rf"{_YEAR}(?!\w)", rest, re.IGNORECASE)
    return str(number), _full_year(year[0].lstrip("'’")) if year else ""


def _full_year(year: str) -> str:
    if not year.isdigit() or len(year) != 2:
        return year
    return f"{'19' if int(year) >= _CENTURY_TURN else '20'}{year}"
