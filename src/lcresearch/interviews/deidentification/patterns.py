"""What has a form of its own: addresses of mail and web, numbers, plates, dates, streets."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from lcresearch.interviews.deidentification.dates import DATE
from lcresearch.interviews.deidentification.hits import Hit, Kind

_EMAIL = re.compile(
    r"[\w.+'-]+(?:@|\s?[\[(](?:at|apenstaartje)[\])]\s?)[\w-]+(?:\s?(?:\.|[\[(](?:dot|punt)[\])])\s?[\w-]+)*?"
    r"\.[a-z]{2,12}\b"
    r"|\b[\w.+-]+ (?:apenstaartje|at) [\w-]+ (?:punt|dot) [a-z]{2,6}\b",
    re.IGNORECASE,
)
_DOMAINS = (
    "nl be de eu com org net info nu frl amsterdam dev io app edu gov uk fr ai tech online site school academy shop "
    "biz tv me"
)
_URL = re.compile(
    r"\bhttps?://[^\s<>\"'”)\]]*[^\s<>\"'”)\].,;:!?]|\bwww\.[^\s<>\"'”)\]]*[^\s<>\"'”)\].,;:!?]"
    rf"|(?<![\w@.-])(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+(?:{'|'.join(_DOMAINS.split())})\b(?:/[^\s<>\"'”)\].,;:!?]+)*"
    r"|\b(?:www|w w w) (?:punt|dot) [\w -]{2,40}? (?:punt|dot) (?:nl|com|org|be)\b",
    re.IGNORECASE,
)
_IBAN_LENGTHS = {
    "NL": 18, "BE": 16, "DE": 22, "FR": 27, "GB": 22, "ES": 24, "IT": 27, "PL": 28, "PT": 25, "TR": 26,
    "LU": 20, "AT": 20, "CH": 21,
    "IE": 22, "RO": 24, "BG": 22, "HU": 28, "CZ": 24, "SK": 24, "DK": 18, "SE": 24, "NO": 15, "FI": 18, "GR": 27,
    "HR": 21, "UA": 29,
    "LT": 20, "LV": 21, "EE": 20, "SI": 19, "CY": 28, "MT": 31, "IL": 23, "RS": 22,
}  # fmt: skip
_IBAN = re.compile(r"\b[a-z]{2} ?\d{2}(?:[ .-]?[a-z0-9]){10,30}", re.IGNORECASE)
_BSN = re.compile(r"(?<![\w+.,-])\d(?:[ .-]?\d){7,8}(?![\w]|[.,-]\d)")
_BSN_NEAR = re.compile(r"\b(?:bsn|burgerservice\w*|sofi\w*|social security)", re.IGNORECASE)
_PHONE = re.compile(
    r"(?<![\w+.-])(?:(?:\+|00) ?(?:31|32|49|44|\d{2}) ?(?:\(0\) ?)?|\(?0)\d{1,3}\)?(?:[ \u00a0./–-]{0,3}\d){6,8}(?!\w)"
)
_DIGITS = "nul|een|één|twee|drie|vier|vijf|zes|zeven|acht|negen|zero|oh|one|two|three|four|five|six|seven|eight|nine"
_SAID_NUMBER = re.compile(rf"\b(?:{_DIGITS})(?:[ ,-]+(?:en )?(?:{_DIGITS}|dubbel \w+|\d+)){{6,}}\b", re.IGNORECASE)
_PLATE = re.compile(r"(?<![\w-])(?:[A-Z0-9]{1,3}-){2}[A-Z0-9]{1,3}(?![\w-])", re.IGNORECASE)
_PLATE_FORMS = re.compile(
    r"[A-Z]{2}-\d\d-\d\d|\d\d-\d\d-[A-Z]{2}|\d\d-[A-Z]{2}-\d\d|[A-Z]{2}-\d\d-[A-Z]{2}|[A-Z]{2}-[A-Z]{2}-\d\d|\d\d-[A-Z]{2}-[A-Z]{2}"
    r"|\d\d-[A-Z]{3}-\d|\d-[A-Z]{3}-\d\d|[A-Z]{2}-\d{3}-[A-Z]|[A-Z]-\d{3}-[A-Z]{2}|[A-Z]{3}-\d\d-[A-Z]|[A-Z]-\d\d-[A-Z]{3}"
    r"|\d-[A-Z]{2}-\d{3}|\d{3}-[A-Z]{2}-\d|\d-[A-Z]{3}-\d{3}|[A-Z]{3}-\d{3}|\d-[A-Z]{3}-\d{2,3}",
    re.IGNORECASE,
)
_POSTCODE = re.compile(r"(?<![\w-])[1-9]\d{3} ?(?!(?:SA|SD|SS)\b)[A-Z]{2}(?![\w-])")
_SMALL_POSTCODE = re.compile(r"(?<![\w-])[1-9]\d{3} ?[a-z]{2}(?![\w-])")
_NOT_LETTERS = frozenset(
    ("en", "is", "of", "in", "op", "te", "er", "ik", "we", "ze", "om", "al", "ja", "je", "nu", "zo", "ha", "km", "kg",
     "cm", "mm", "he", "no", "by", "to", "at", "or", "am", "pm", "it", "if")
)  # fmt: skip
_STREETS = (
    "straat|straatje|laan|laantje|weg|wegje|kade|dijk|dijkje|plein|pleintje|pad|paadje|steeg|stege|hof|singel|gracht|dreef|wal|baan|ring|"
    "park|poort|markt|kamp|akker|veld|hoek|brink|es|burg|haven|boulevard|allee|ven|horst|bos|berg|brug|pas|zijde|tuin|erf|kolk|vaart|sluis"
)
_SURE_STREETS = "straat|straatje|laan|weg|kade|dijk|dijkje|plein|steeg|stege|singel|gracht|dreef|boulevard|pad"
_NUMBER = r"\d{1,4}(?:\s?-\s?\d{1,3}|\s?[a-h](?![\w'])|\s[A-H](?!\w)|(?:\s|-)?(?:bis|hs|I{1,3}))?"
_WORD_OF_STREET = r"[A-ZÀ-Þ](?:[\w'’-]*|[\w.]{0,3}\.)"
_NAME_OF_STREET = rf"(?:{_WORD_OF_STREET}\s(?:(?:van|der|de|den|het|'t|ter|ten|op)\s){{0,2}}){{0,3}}"
_ADDRESS = re.compile(
    rf"(?<!\w)(?!(?:Op|In|Aan|Bij|Van|Naar|De|Het|Een|Daar|Dan|En|Toen|Achter|Langs|Bezoekadres|Adres)\s)"
    rf"{_NAME_OF_STREET}[A-ZÀ-Þ][\w'’-]*(?:{_STREETS})\s{_NUMBER}(?![\d%])"
    rf"|(?<=\ba[aon]n de )[A-ZÀ-Þ][\w'’-]+\s{_NUMBER}(?![\d%])"
    rf"|(?<!\w){_WORD_OF_STREET}(?:\s{_WORD_OF_STREET}){{0,3}}\s{_NUMBER}(?=,?\s+[1-9]\d{{3}}\s?[A-Za-z]{{2}}\b)"
    rf"|(?<!\w)[a-zà-þ'-]+(?:{_SURE_STREETS})\s{_NUMBER}(?!\d|%|\s?(?:uur|km|meter|jaar|keer|man|mensen|dagen))"
    rf"|(?:(?<=\baan de )|(?<=\bop de )|(?<=\bin de )|(?<=\bvan de )|(?<=\baan het )|(?<=\bop het )|(?<=\bnaar de ))"
    rf"[A-ZÀ-Þ][\w'’-]*(?:{_SURE_STREETS})(?!\w)"
    rf"|(?<![\w])\d{{1,4}} (?:[A-Z][a-z]+ ){{1,3}}(?:Street|Road|Avenue|Lane|Drive|Close|Square|Way)(?!\w)"
)


def is_bsn(text: str) -> bool:
    """Whether a number passes the eleven test of the Dutch citizen service number.

    Source: Wet algemene bepalingen burgerservicenummer; weights 9 to 2, and -1 for the last digit.

    Examples
    --------
    >>> is_bsn("111222333"), is_bsn("9999.95.194"), is_bsn("123456789")
    (True, True, False)
    """
    digits = [int(sign) for sign in text if sign.isdigit()]
    digits = [0] * (9 - len(digits)) + digits
    if len(digits) != 9 or not any(digits):
        return False
    weights = (9, 8, 7, 6, 5, 4, 3, 2, -1)
    return sum(weight * digit for weight, digit in zip(weights, digits, strict=True)) % 11 == 0


def is_iban(text: str) -> bool:
    """Whether an international account number has the right check digits (ISO 7064, mod 97-10).

    Examples
    --------
    >>> is_iban("NL91 ABNA 0417 1643 00"), is_iban("NL91 ABNA 0417 1643 01")
    (True, False)
    """
    signs = re.sub(r"[ .-]", "", text).upper()
    if not re.fullmatch(r"NL\d\d[A-Z]{4}\d{10}|(?!NL)[A-Z]{2}\d\d[A-Z0-9]{10,30}", signs):
        return False
    if len(signs) != _IBAN_LENGTHS.get(signs[:2]):
        return False
    turned = signs[4:] + signs[:4]
    return int("".join(str(int(sign, 36)) for sign in turned)) % 97 == 1


def pattern_hits(text: str, dates: bool = True) -> Iterator[Hit]:
    """What has a form of its own, in a text; hits may overlap.

    Parameters
    ----------
    text : str
    dates : bool, default True
        Whether dates are among them.
    """
    for kind, pattern, test in _SIMPLE:
        for found in pattern.finditer(text):
            reason = test(found, text)
            if reason:
                yield Hit(found.start(), found.end(), kind, "pattern", reason, sure=reason != "looks_like")
    yield from _ibans(text)
    if dates:
        for found in DATE.finditer(text):
            yield Hit(found.start(), found.end(), "date", "pattern", "date")


def _always(reason: str) -> Callable[[re.Match[str], str], str]:
    return lambda found, text: reason


def _ibans(text: str) -> Iterator[Hit]:
    """Account numbers: the longest piece with right check digits, else one of a Dutch bank as it looks."""
    for found in _IBAN.finditer(text):
        ends = [found.start() + n for n in range(len(found[0]), 14, -1) if found[0][n - 1].isalnum()]
        end = next((each for each in ends if is_iban(text[found.start() : each])), None)
        if end is not None:
            yield Hit(found.start(), end, "iban", "pattern", "check_digits")
        elif loose := re.match(r"NL ?\d\d ?[A-Z]{4}(?: ?\d){10}", found[0], re.IGNORECASE):
            yield Hit(found.start(), found.start() + loose.end(), "iban", "pattern", "looks_like", sure=False)


def _bsn(found: re.Match[str], text: str) -> str:
    """A number with the name in front, or of nine digits that passes the test and is no phone number."""
    near = _BSN_NEAR.search(text[max(0, found.start() - 80) : found.start()]) is not None
    if is_bsn(found[0]):
        return "eleven_test" if near or len(re.sub(r"\D", "", found[0])) == 9 else ""
    return "looks_like" if near else ""


def _plate(found: re.Match[str], text: str) -> str:
    letters = any(sign.isalpha() for sign in found[0])
    return "plate" if letters and _PLATE_FORMS.fullmatch(found[0]) else ""


def _postcode(found: re.Match[str], text: str) -> str:
    return "postcode" if found[0][-2:].lower() not in _NOT_LETTERS or found[0][4] != " " else ""


def _phone(found: re.Match[str], text: str) -> str:
    n = len(re.sub(r"\D", "", re.sub(r"\(0\)", "", found[0])))
    return "phone" if 9 <= n <= 14 else ""


_SIMPLE: tuple[tuple[Kind, re.Pattern[str], Callable[[re.Match[str], str], str]], ...] = (
    ("email", _EMAIL, _always("email")),
    ("url", _URL, _always("url")),
    ("bsn", _BSN, _bsn),
    ("phone", _PHONE, _phone),
    ("phone", _SAID_NUMBER, _always("said_number")),
    ("plate", _PLATE, _plate),
    ("postcode", _POSTCODE, _postcode),
    ("postcode", _SMALL_POSTCODE, _postcode),
    ("address", _ADDRESS, _always("street")),
)
