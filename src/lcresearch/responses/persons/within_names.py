"""Personal data inside a name that is going to be printed: of a group, or of a file."""

from __future__ import annotations

import datetime
import re

from lcresearch.responses.persons import forms as forms
from lcresearch.responses.persons.contacts import is_contact

_YOUNGEST = 10
_OLDEST_YEAR = 1920
_LONGEST = 2_000

# "jan@firm" and "jan (at) firm.nl"; a firm such as Coffee@Work or "team @ noord" is another matter
_MAIL_WITHOUT_DOMAIN = re.compile(r"(?<![\w.+-])[\w.+-]{2,64}@[a-z0-9][\w-]{1,63}")
_MAIL_IN_WORDS = re.compile(
    r"[\w.+-]{2,64} ?[\[({<] ?(?:at|apenstaartje|@) ?[\])}>] ?[\w-]{2,63}|"
    r"[\w.+-]{2,64} at [\w-]{2,63}(?:\.| (?:dot|punt) )(?:nl|be|de|com|org|net|eu)\b",
    re.IGNORECASE,
)
_BETWEEN = r"[ ./()\-–]{0,3}"
_PHONE = re.compile(
    rf"(?<!\d)(?<!\d[.,])(?:(?:\+|00)[1-9](?:{_BETWEEN}\d){{8,14}}|0[1-9](?:{_BETWEEN}\d){{7,9}}|"
    r"(?:31)?6[1-58](?:[ -]?\d){7})(?!\d)"
)
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_DATE = re.compile(r"(?<!\d)\d{1,4}[-/. ](?:\d{1,2}|[a-z]{3,9})[-/. ]\d{1,4}(?!\d)", re.IGNORECASE)
_FOUNDED = re.compile(r"\b(?:sinds|anno|opgericht|since|founded|est)\b", re.IGNORECASE)
_IBAN = re.compile(r"(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?: ?[A-Z0-9]{1,4}){3,8}(?![A-Za-z0-9])", re.IGNORECASE)
_IP4 = re.compile(r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])")
_IP6 = re.compile(r"(?<![\w:])[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){3,7}(?![\w:])", re.IGNORECASE)
_SECTION = 32


def holds_personal(name: str) -> bool:
    """Whether a name has a contact or the like in it, wherever it stands.

    Found are e-mail addresses, also without a domain or with "(at)"; phone numbers, also a Dutch mobile number without
    the zero; exact dates of birth; bank account numbers; IP addresses. Years, numbers of teams and of the trade
    register, and numbers of sections such as 1.2.3.4 are none of these.

    Examples
    --------
    >>> [holds_personal(name) for name in ("jan (at) bedrijf.nl", "Firma 06 12 34 56 78", "Tel.0612345678 Jan")]
    [True, True, True]
    >>> [holds_personal(name) for name in ("Bakkerij 1898", "Team 3", "VOF 2000", "Groep 01 2023 2024", "Coffee@Work")]
    [False, False, False, False, False]
    """
    name = name[:_LONGEST]
    return (
        is_contact(name)
        or bool(_MAIL_WITHOUT_DOMAIN.search(name) or _MAIL_IN_WORDS.search(name))
        or any(not _YEAR.search(found[0]) for found in _PHONE.finditer(name))
        or _holds_birth_date(name)
        or any(_has_iban(found[0]) for found in _IBAN.finditer(name))
        or any(_is_network_address(found[0]) for found in (*_IP4.finditer(name), *_IP6.finditer(name)))
    )


def _holds_birth_date(name: str) -> bool:
    """An exact date of a year in which a respondent can be born, unless it is said to be that of a firm."""
    if _FOUNDED.search(name):
        return False
    years = (forms.year_of(found[0]) for found in _DATE.finditer(name))
    return any(year is not None and _OLDEST_YEAR <= year <= datetime.date.today().year - _YOUNGEST for year in years)


def _has_iban(text: str) -> bool:
    """Whether the text, or the start of it up to a blank, is a bank account number."""
    parts = text.split(" ")
    return any(forms.is_iban(" ".join(parts[: n + 1])) for n in range(len(parts)))


def _is_network_address(text: str) -> bool:
    """An IP address, if it is not the number of a section: one part must be larger than such numbers are."""
    if not forms.is_ip_address(text):
        return False
    return ":" in text or any(int(part) >= _SECTION for part in text.split("."))
