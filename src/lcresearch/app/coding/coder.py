"""Who codes: chosen once, kept in a cookie of the browser, known to each study by name."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

from starlette.requests import Request
from starlette.responses import Response

from lcresearch.app.coding.file import coding_file_of
from lcresearch.errors import AppError
from lcresearch.interviews.coding_agreement.agreed_coder import AGREED
from lcresearch.interviews.suggestion_coder import NOT_A_PERSON

if TYPE_CHECKING:
    from lcresearch.interviews.coding_file import CodingFile

COOKIE = "lcresearch-coder"
LONGEST = 60
_YEAR = 365 * 24 * 3600
_HIDDEN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
"""Categories of signs that are not seen, such as those that turn the direction of a line."""
_JOINER = "\N{ZERO WIDTH JOINER}"


def coder_of(request: Request) -> str:
    """Name of who codes in this browser; empty as long as nobody said so."""
    return clean_name(unquote(request.cookies.get(COOKIE, "")))


def coder_id(request: Request, file: CodingFile | None = None) -> str:
    """Id of who codes, in the file of this study.

    Raises
    ------
    AppError
        W101, when nobody said who codes, or the study does not know that name yet.
    """
    name = coder_of(request)
    known = known_coders(file or coding_file_of(request))
    if name not in known:
        raise AppError("W101")
    return known[name]


def known_coders(file: CodingFile) -> dict[str, str]:
    """Name -> id of the people who code in a file."""
    coders = file.coders()
    both = zip(coders["name"].tolist(), coders["coder"].tolist(), strict=True)
    return {name: one for name, one in both if name and one not in (AGREED, *NOT_A_PERSON.values())}


def choose_coder(file: CodingFile, name: str) -> str:
    """The name under which somebody codes from now on; the study learns it when it is new.

    Raises
    ------
    AppError
        W102, without a name that can be read, or when it is too long.
    """
    clean = clean_name(name)
    if not clean or len(clean) > LONGEST:
        raise AppError("W102", longest=LONGEST)
    if clean not in known_coders(file):
        file.add_coder(clean)
    return clean


def remember_coder(answer: Response, name: str) -> None:
    """Keep the name in the browser."""
    answer.set_cookie(COOKIE, quote(name, safe=""), max_age=_YEAR, samesite="strict", httponly=True, path="/")


def clean_name(name: str) -> str:
    """A name without signs that are not seen, its spaces single.

    Examples
    --------
    >>> clean_name("  Anna\u202e  de\\tWit ")
    'Anna de Wit'
    """
    seen = "".join(
        " " if sign.isspace() else sign
        for sign in unicodedata.normalize("NFC", name)
        if sign.isspace() or sign == _JOINER or unicodedata.category(sign) not in _HIDDEN
    )
    return " ".join(seen.split())
