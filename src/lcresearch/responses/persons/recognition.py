"""Which columns of a file hold personal data: judged by their header, by the question asked, and by what is in them."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from lcresearch.responses.persons import forms as forms
from lcresearch.responses.persons.contacts import holds_email, is_mobile_without_zero, is_phone
from lcresearch.responses.persons.headers import Kind, kind_of_header
from lcresearch.responses.persons.words import words
from lcresearch.responses.wording import plain

Evidence = Literal["header", "values", "both"]

SAMPLE = 500
_LONGEST = 200
_MOST = 0.5
_FEWEST = 3
_YOUNGEST = 16
_OLDEST_YEAR = 1920
_BIRTH_SPREAD = 12
_SHORT_NUMBER = re.compile(r"[+-]?\d{1,3}(?:[.,]\d{1,2})?%?")
_YEAR = re.compile(r"(?:19|20)\d\d")
_MOST_ANSWERS = 60
_LEADERS = re.compile(
    r"contactperso|begeleider|leid(?:er|ster|inggevende)|manager|supervisor|interviewer|deelnemer|participant|invuller|"
    r"coach|leader|docent|teacher|trainer|mentor|directeur|director|eigenaar|owner|facilitator|coordinator|baas|chef|"
    r"adviseur|medewerker|collega|werknemer|employee"
)
# what a column with such values may be instead; of names and IP addresses whole words, which words.yaml lists
_EXCUSES: dict[Kind, re.Pattern[str]] = {
    "birth_date": re.compile(
        r"opgericht|oprichting|founded|sinds|start|begin|submit|timestamp|bouwjaar|in dienst|dienstverband|"
        r"(?:^|\W)(?:indienst|behaald|diploma|afgestudeerd|hired|employment|graduat)"
    ),
    "national_id": re.compile(r"kvk|coc|btw|vat|order|response|submission"),
    "phone": re.compile(r"kvk|brin|code van|agb|order|response|submission"),
}
# without it in any value, a column cannot be what its header says: "e-mail" with "vaak" and "nooit" below it
_SIGN_OF: dict[Kind, re.Pattern[str]] = {
    "email": re.compile(r"@|\(at\)|\[at\]|[^\W\d_]\.[^\W\d_]|[^\W\d_]\d"),
    "phone": re.compile(r"(?:\d\D{0,3}){6}"),
}
_EXCUSING_WORDS: dict[Kind, str] = {"name": "groups", "ip_address": "versions"}
_WORDS = re.compile(r"[^\W_]+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


@dataclass(frozen=True)
class Personal:
    """Why a column counts as personal data.

    Attributes
    ----------
    kind : str
        ``name``, ``email``, ``ip_address``, ``phone``, ``birth_date``, ``coordinates``, ``address``, ``national_id``,
        ``device_id`` or ``username``.
    by : str
        ``header``, ``values`` or ``both``: what gave it away.
    share : float
        Share of the distinct values looked at that have the form of this kind.
    """

    kind: Kind
    by: Evidence
    share: float


def recognise(header: str, question: str | None, values: Sequence[str]) -> Personal | None:
    """Whether a column holds personal data, and of which kind.

    A header counts when it says nothing else: "E-mail" and "Wat is uw e-mailadres?" do, "E-mail gebruik ik dagelijks"
    does not. What is in the column has the last word: a column "E-mail" with answers from 1 to 5 holds no addresses,
    and a column "Q7" full of addresses does.

    Parameters
    ----------
    header : str
        Name of the column.
    question : str or None
        Text of the question, where the file keeps it apart from the name.
    values : sequence of str
        What stands in the column: all of it, or the distinct values; up to 500 distinct ones are looked at.

    Returns
    -------
    Personal or None
        None when nothing points to personal data.

    Examples
    --------
    >>> recognise("Q7", None, ["jan@example.org", "fatma@example.org", ""])
    Personal(kind='email', by='values', share=1.0)
    >>> recognise("E-mail", "E-mail gebruik ik dagelijks", ["1", "4", "5"]) is None
    True
    """
    sample = _sample(values)
    named = next((kind for text in (header, question) if text and (kind := kind_of_header(text))), None)
    share = _share(sample, _LOOSE[named]) if named is not None else 0.0
    if named is not None and share >= _MOST:
        return Personal(named, "both", share)
    for kind, judge in _BY_VALUES:
        found = judge(sample)
        if found is not None and not _excused(kind, header, question):
            return Personal(kind, "both" if kind == named else "values", found)
    if named is not None and not _contradicted(named, sample, (header, question)):
        return Personal(named, "header", share)
    return None


def names_persons(values: Sequence[str]) -> bool:
    """Whether what stands in a column are names of persons, whatever its header says.

    Examples
    --------
    >>> names_persons(["Jan de Vries", "Fatma Yilmaz", "Piet Jansen"]), names_persons(["Bakkerij Jansen", "Noord", "B"])
    (True, False)
    """
    return _names(_sample(values)) is not None


def _sample(values: Sequence[str]) -> list[str]:
    """Distinct values that are not empty, cut short, evenly taken over the column."""
    distinct = list(dict.fromkeys(value[: _LONGEST + 1].strip() for value in values if value))
    distinct = [value for value in distinct if value]
    return distinct[:: max(1, -(-len(distinct) // SAMPLE))]


def _share(sample: Sequence[str], test: Callable[[str], bool]) -> float:
    return sum(len(value) <= _LONGEST and test(value) for value in sample) / len(sample) if sample else 0.0


def _contradicted(kind: Kind, sample: list[str], texts: tuple[str | None, ...]) -> bool:
    """Whether what stands in the column cannot be what its header says."""
    if not sample:
        return False
    if kind == "birth_date" and _share(sample, lambda value: bool(_YEAR.fullmatch(value))) >= 0.9:
        return True
    if kind == "address" and _share(sample, lambda value: value.isdigit() and len(value) == 4) >= 0.9:
        return True
    if kind == "name" and _share(sample, forms.is_firm) >= 0.5:
        return True
    if kind in _SIGN_OF and not any(_may_be(kind, value) for value in sample):
        return True
    if len(sample) == 1 and any(plain(sample[0]) in plain(text) for text in texts if text):
        return True  # the option of a question with several answers: "Telefoon" below "Telefoon"
    house_number = kind == "address" and any(re.search("huisn|house", plain(text)) for text in texts if text)
    return not house_number and len(sample) <= _MOST_ANSWERS and _share(sample, _is_answer) >= 0.8


def _may_be(kind: Kind, value: str) -> bool:
    """Whether a value can be an address or number badly written, a name in its place, or a second row of headers."""
    return bool(_SIGN_OF[kind].search(value)) or forms.is_given_name(value.title()) or kind_of_header(value) == kind


def _is_answer(value: str) -> bool:
    """A short number, or words of a scale of answers."""
    said = plain(value).replace(",", " ").split()
    return bool(_SHORT_NUMBER.fullmatch(value)) or (len(said) <= 8 and not words("answers").isdisjoint(said))


def _excused(kind: Kind, header: str, question: str | None) -> bool:
    """Values that look like personal data while the column says that they are something else.

    "Team" names groups; "Teamleider" and "Naam van de coach van uw team" name persons.
    """
    texts = [_CAMEL.sub(" ", text) for text in (header, question) if text]
    said = " ".join(plain(text) for text in texts)
    if kind in _EXCUSING_WORDS:
        found = _WORDS.findall(said)
        of_person = kind == "name" and (_LEADERS.search(said) is not None or "lead" in found)
        return not of_person and not words(_EXCUSING_WORDS[kind]).isdisjoint(found)
    return kind in _EXCUSES and bool(_EXCUSES[kind].search(said))


def _at_least(share: float, test: Callable[[str], bool], fewest: int = 1) -> Callable[[list[str]], float | None]:
    def judge(sample: list[str]) -> float | None:
        found = _share(sample, test)
        return found if len(sample) >= fewest and found >= share else None

    return judge


def _birth_dates(sample: list[str]) -> float | None:
    """Exact dates of people of 16 and older, spread over more years than answers come in."""
    years = [year for value in sample if len(value) <= _LONGEST and (year := forms.year_of(value)) is not None]
    if len(sample) < _FEWEST or len(years) < 0.8 * len(sample):
        return None
    latest = datetime.date.today().year - _YOUNGEST
    fitting = sum(_OLDEST_YEAR <= year <= latest for year in years) / len(sample)
    return fitting if fitting >= 0.8 and max(years) - min(years) >= _BIRTH_SPREAD else None


def _names(sample: list[str]) -> float | None:
    """Full names, enough of them with a given name or initials, also in small letters; given names; Mw. Bakker."""
    if len(sample) < _FEWEST:
        return None
    shaped = [value for value in sample if len(value) <= _LONGEST and forms.is_person_name(value)]
    if len(shaped) >= 0.7 * len(sample) and _share(shaped, forms.speaks_of_a_person) >= 0.3:
        return len(shaped) / len(sample)
    tests = (forms.is_given_name, forms.is_name_in_small_letters, forms.is_titled_name)
    given = max(_share(sample, test) for test in tests)
    return given if given >= 0.6 else None


def _name_like(value: str) -> bool:
    return forms.is_person_name(value) or (
        value[:1].isupper() and value.isalpha() and not forms.is_firm(value) and not _is_answer(value)
    )


_LOOSE: dict[Kind, Callable[[str], bool]] = {
    "email": holds_email,
    "ip_address": forms.is_ip_address,
    "phone": lambda value: is_phone(value) or bool(re.fullmatch(r"[\d\s()+./-]{8,20}", value)),
    "birth_date": lambda value: forms.year_of(value) is not None,
    "coordinates": lambda value: forms.is_coordinates(value) or bool(re.fullmatch(r"-?\d{1,3}[.,]\d{2,20}", value)),
    "address": forms.is_street_address,
    "national_id": lambda value: forms.is_bsn(value) or forms.is_iban(value),
    "device_id": forms.is_device,
    "username": forms.is_profile,
    "name": _name_like,
}

_BY_VALUES: tuple[tuple[Kind, Callable[[list[str]], float | None]], ...] = (
    ("email", _at_least(0.3, holds_email)),
    ("national_id", _at_least(0.5, forms.is_iban)),
    ("ip_address", _at_least(0.5, forms.is_ip_address)),
    ("device_id", _at_least(0.5, forms.is_device)),
    ("coordinates", _at_least(0.5, forms.is_coordinates)),
    ("username", _at_least(0.5, forms.is_profile)),
    ("national_id", _at_least(0.9, forms.is_bsn, fewest=5)),
    ("phone", _at_least(0.5, is_phone)),
    ("phone", _at_least(0.9, is_mobile_without_zero, fewest=5)),
    ("address", _at_least(0.5, forms.is_street_address)),
    ("birth_date", _birth_dates),
    ("name", _names),
)
