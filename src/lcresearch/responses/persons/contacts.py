"""E-mail addresses and phone numbers in texts."""

from __future__ import annotations

import re

_MAIL = re.compile(r"[^\s@<>()]@[^\s@<>()]+\.[^\W\d_]{2,}|[\w.+-] ?[\[(]at[\])] ?[\w-]{2}")
_BETWEEN_DIGITS = re.compile(r"[\s./()–-]")
# abroad with + or 00, else one 0: company registers give codes that start with more of them, or are shorter
_PHONE = re.compile(r"\+\d{9,15}|00[1-9]\d{8,12}|0[1-9]\d{7,10}")
_MOBILE = re.compile(r"(?:31)?6[1-58]\d{7}(?:[.,]0)?")
_SHARE = re.compile(r"0[.,]\d+")


def is_contact(text: str) -> bool:
    """Whether a text holds an e-mail address, or is or ends in a phone number.

    A phone number starts with + or 0 and has 9 to 15 digits; codes of groups such as ``12``, ``007`` or a number of
    the trade register have fewer digits, or start with several zeros.

    Examples
    --------
    >>> [is_contact(text) for text in ("jan@example.org", "06-1234 5678", "Jan, +31612345678", "000012345678", "12")]
    [True, True, True, False, False]
    """
    return holds_email(text) or any(is_phone(part) for part in (text, *re.split(r"[\s,;:]+", text)))


def holds_email(text: str) -> bool:
    """Whether an e-mail address stands somewhere in a text."""
    return bool(_MAIL.search(text))


def is_phone(text: str) -> bool:
    """Whether a whole text is a phone number, however it is grouped."""
    return bool(_PHONE.fullmatch(_BETWEEN_DIGITS.sub("", text))) and not _SHARE.fullmatch(text)


def is_mobile_without_zero(text: str) -> bool:
    """Whether a text is a Dutch mobile number that a program took for a number: the zero or plus in front is gone.

    Examples
    --------
    >>> [is_mobile_without_zero(text) for text in ("612345678", "612345678.0", "31612345678", "0612345678")]
    [True, True, True, False]
    """
    return bool(_MOBILE.fullmatch(text))
