"""What texts look like: the form of an address, a number, a date or a name, one text at a time."""

from __future__ import annotations

import datetime
import ipaddress
import re

from lcresearch.responses.persons.words import given_names
from lcresearch.responses.persons.words import words as words_of
from lcresearch.responses.wording import plain

_MONTH_NAMES = ("jan", "feb", "mrt maa mar", "apr", "mei may", "jun", "jul", "aug", "sep", "okt oct", "nov", "dec")
_STREET = re.compile(
    r"(?:[^\W\d_]{2}|[^\W\d_] )(?:straat|str\.|weg|laan|plein|kade|gracht|dijk|singel|hof|pad|steeg|dreef|park|markt|"
    r"lei|baan|street|road|avenue|lane) {1,3}\d{1,5} ?[a-z]{0,3}\b|^(?:rue|avenue|chauss[ée]e) [^\d]{2,60} \d{1,4}\b",
    re.IGNORECASE,
)
_POSTCODE = re.compile(r"(?<![\w.])[1-9]\d{3} ?[A-Z]{2}(?!\w)")
_POSTCODE_ALONE = re.compile(r"[1-9]\d{3} ?[A-Za-z]{2}")
_MAC = re.compile(r"[0-9A-Fa-f]{2}(?:[:-][0-9A-Fa-f]{2}){5}")
_DEVICE = re.compile(r"(?:collect:\w{8,}|imei:\d{8,}|\S{1,40}:\w{12,}@\S*|android-[0-9a-f]{8,})", re.IGNORECASE)
_PAIR = re.compile(
    r"[\[(]?(-?\d{1,2}\.\d{1,17})(?:\s*,\s*|\s+)(-?\d{1,3}\.\d{1,17})((?:\s+-?\d+(?:\.\d+)?){0,2})[\])]?"
)
_COMMA_PAIR = re.compile(r"(-?\d{1,2},\d{3,17})[ ;]\s*(-?\d{1,3},\d{3,17})")
_DAY_FIRST = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4}|\d{2})\b")
_MONTH = re.compile(r"(\d{1,2}) ([a-z]{3})[a-z]{0,6}\.? (\d{4})\b", re.IGNORECASE)
_MONTHS = {name: n for n, names in enumerate(_MONTH_NAMES, start=1) for name in names.split()}
_YEAR_FIRST = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})\b")
_IBAN = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{10,30}")
_ADDRESS_SIGNS = re.compile(r"[0-9A-Fa-f.:]{3,45}")
_PORT = re.compile(r"([0-9.]{7,15}):\d{1,5}|\[([0-9A-Fa-f:]{2,45})\]:\d{1,5}")
_TITLED = re.compile(r"(?:mw|mevr|mevrouw|dhr|de heer|meneer|mrs|ms|mr|herr|frau)\.? [^\W\d_]", re.IGNORECASE)
_PROFILE = re.compile(r"(?:https?://)?(?:[a-z]{2,3}\.)?(?:linkedin\.com/in|x\.com|twitter\.com|facebook\.com)/", re.I)
_NAME_PART = re.compile(r"[^\W\d_a-zà-ÿ][^\W\d_]*(?:[-'’][^\W\d_]+)*")
_INITIALS = re.compile(r"(?:[^\W\d_]\.){1,6}")
_ASIDE = re.compile(r"\([^()]*\)")
_MOST_WORDS = 6


def is_ip_address(text: str) -> bool:
    """An IPv4 or IPv6 address, also one whose last part was made zero, and one with the port behind it."""
    if with_port := _PORT.fullmatch(text):
        text = with_port[1] or with_port[2]
    if not _ADDRESS_SIGNS.fullmatch(text):
        return False
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def is_bsn(text: str) -> bool:
    """A Dutch citizen service number: eight or nine digits that pass the 11-proof.

    Examples
    --------
    >>> is_bsn("111222333"), is_bsn("123456789")
    (True, False)
    """
    digits = re.sub(r"[ .-]", "", text)
    if not (digits.isascii() and digits.isdigit() and len(digits) in (8, 9)) or not digits.strip("0"):
        return False
    weights = (9, 8, 7, 6, 5, 4, 3, 2, -1)
    return sum(w * int(d) for w, d in zip(weights, digits.zfill(9), strict=True)) % 11 == 0


def is_iban(text: str) -> bool:
    """A bank account number whose check digits are right (ISO 13616: modulo 97).

    Examples
    --------
    >>> is_iban("NL91 ABNA 0417 1643 00"), is_iban("NL92 ABNA 0417 1643 00")
    (True, False)
    """
    letters = text.replace(" ", "").upper()
    if not (letters.isascii() and _IBAN.fullmatch(letters)):
        return False
    return int("".join(str(int(letter, 36)) for letter in letters[4:] + letters[:4])) % 97 == 1


def is_coordinates(text: str) -> bool:
    """Latitude and longitude in one text, with altitude and accuracy after them or not (a geopoint of ODK)."""
    comma = _COMMA_PAIR.fullmatch(text)
    pair = comma or _PAIR.fullmatch(text)
    if pair is None:
        return False
    latitude, longitude = (part.replace(",", ".") for part in pair.group(1, 2))
    exact = min(len(part.partition(".")[2]) for part in (latitude, longitude)) >= 3
    is_geopoint = comma is None and len(pair.group(3).split()) == 2
    return (exact or is_geopoint) and abs(float(latitude)) <= 90 and abs(float(longitude)) <= 180


def is_street_address(text: str) -> bool:
    """A street with a number, or a Dutch postcode of four digits and two letters."""
    return bool(_POSTCODE_ALONE.fullmatch(text) or _POSTCODE.search(text) or _STREET.search(text))


def is_device(text: str) -> bool:
    """The address of a network card, or what survey apps write for the device."""
    return bool(_MAC.fullmatch(text) or _DEVICE.fullmatch(text))


def is_profile(text: str) -> bool:
    """The page of a person on a social medium."""
    return bool(_PROFILE.match(text))


def year_of(text: str) -> int | None:
    """The year of an exact date, in the ways that Dutch and English people and programs write one.

    Examples
    --------
    >>> year_of("12-03-1985"), year_of("1985-03-12 00:00:00"), year_of("1985")
    (1985, 1985, None)
    """
    if found := _YEAR_FIRST.match(text):
        year, month, day = map(int, found.groups())
    elif found := _DAY_FIRST.match(text):
        day, month, year = map(int, found.groups())
        day, month = (month, day) if month > 12 else (day, month)
        year += 0 if year > 99 else 1900 if year > datetime.date.today().year % 100 else 2000
    elif found := _MONTH.match(text):
        day, month, year = int(found[1]), _MONTHS.get(found[2].casefold(), 0), int(found[3])
    else:
        return None
    try:
        return datetime.date(year, month, day).year
    except ValueError:
        return None


def is_person_name(text: str) -> bool:
    """Shaped as the name of one person: two to six words with capitals, particles between them, nothing of a firm.

    Examples
    --------
    >>> [is_person_name(text) for text in ("Fatma van der Berg", "J. de Vries", "Jansen, Piet", "Bakkerij Jansen")]
    [True, True, True, False]
    """
    words = _ASIDE.sub("", text).replace(",", " ").split()
    if not 2 <= len(words) <= _MOST_WORDS or "&" in text:
        return False
    kinds = [_word_kind(word) for word in words]
    if None in kinds or "name" not in kinds or sum(kind != "particle" for kind in kinds) < 2:
        return False
    return not any(plain(word) in words_of("no_name") for word in words)


def _word_kind(word: str) -> str | None:
    if word.casefold() in words_of("particles"):
        return "particle"
    if _INITIALS.fullmatch(word):
        return "initials"
    return "name" if _NAME_PART.fullmatch(word) and not (word.isupper() and len(word) < 4) else None


def speaks_of_a_person(text: str) -> bool:
    """Whether a text with the shape of a name has more that speaks for it: a given name, or initials.

    Particles do not count: "Huis van Morgen" has them too.
    """
    words = text.replace(",", " ").split()
    given = words[-1] if "," in text else words[0]
    return is_given_name(given) or any(_INITIALS.fullmatch(word) for word in words)


def is_given_name(text: str) -> bool:
    """Whether one word, with a capital, is on the list of common given names; ``Anne-Marie`` counts as ``Anne``."""
    return text[:1].isupper() and text.replace("-", "").isalpha() and plain(text).split("-")[0] in given_names()


def is_name_in_small_letters(text: str) -> bool:
    """Given and family name typed without capitals.

    Examples
    --------
    >>> [is_name_in_small_letters(text) for text in ("fatma van der berg", "jan", "bakkerij jansen", "Jan Smit")]
    [True, False, False, False]
    """
    if not text.islower() or " " not in text:
        return False
    return is_person_name(text.title()) and is_given_name(text.split()[0].title())


def is_titled_name(text: str) -> bool:
    """A name after a form of address: "Mw. Bakker", "Dhr. van den Berg".

    Examples
    --------
    >>> [is_titled_name(text) for text in ("Mw. Bakker", "dhr Jansen", "Mr. Jansen advies", "Mwanza")]
    [True, True, False, False]
    """
    return bool(_TITLED.match(text)) and len(text.split()) <= _MOST_WORDS and not is_firm(text)


def is_firm(text: str) -> bool:
    """Whether a word in a text belongs to a firm, school, team or job rather than to a person."""
    return "&" in text or any(plain(word) in words_of("no_name") for word in text.split())
