"""Identifiers of people, organisations and works: whether they can be right, and how they are written in full."""

from __future__ import annotations

import re

_ORCID = re.compile(r"(?:https?://orcid\.org/)?(\d{4}-\d{4}-\d{4}-\d{3}[\dX])")
_ROR = re.compile(r"(?:https?://)?(?:ror\.org/)?(0[a-hj-km-np-tv-z\d]{6}\d{2})")
_CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz"
_DOI = re.compile(r"(?:https?://(?:dx\.)?doi\.org/|doi:)?(10\.\d{4,9}/[^\s\"<>]+)", re.IGNORECASE)
_URL = re.compile(r"https?://[^\s\"<>]+")


def orcid(text: str) -> str | None:
    """The ORCID in full, None when it is none: the last character checks the others (ISO 7064, MOD 11-2).

    Examples
    --------
    >>> orcid("0000-0002-1825-0097"), orcid("0000-0002-1825-0098")
    ('https://orcid.org/0000-0002-1825-0097', None)
    """
    found = _ORCID.fullmatch(text.strip())
    if found is None:
        return None
    digits, total = found[1].replace("-", ""), 0
    for digit in digits[:-1]:
        total = (total + int(digit)) * 2
    check = (12 - total % 11) % 11
    return f"https://orcid.org/{found[1]}" if digits[-1] == ("X" if check == 10 else str(check)) else None


def ror(text: str) -> str | None:
    """The ROR id in full, None when it is none: its last two digits check the six before (ISO 7064, MOD 97-10).

    Examples
    --------
    >>> ror("https://ror.org/008xxew50"), ror("008xxew51")
    ('https://ror.org/008xxew50', None)
    """
    found = _ROR.fullmatch(text.strip().lower())
    if found is None:
        return None
    number = 0
    for letter in found[1][1:7]:
        number = number * 32 + _CROCKFORD.index(letter)
    check = 98 - (number * 100) % 97
    return f"https://ror.org/{found[1]}" if int(found[1][7:]) == check else None


def work(text: str, kind: str) -> str | None:
    """An identifier of a work as catalogues write it, None when it is not one of its kind.

    Examples
    --------
    >>> work("https://doi.org/10.5281/zenodo.1", "DOI"), work("zenodo", "DOI"), work("https://osf.io/ab12c", "URL")
    ('10.5281/zenodo.1', None, 'https://osf.io/ab12c')
    """
    text = text.strip()
    if kind == "DOI":
        found = _DOI.fullmatch(text)
        return None if found is None else found[1]
    if kind == "URL":
        return text if _URL.fullmatch(text) else None
    return text or None
