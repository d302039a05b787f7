"""Names of questions as LimeSurvey takes them: 20 letters and digits at most, of which the first is a letter."""

from __future__ import annotations

import re
from collections.abc import Iterable

from lcresearch.instruments.forms.distinct_names import digest, distinct_names

LONGEST, LONGEST_ANSWER = 20, 5
_KEPT = 14
_RESERVED = frozenset(
    {"lang", "sid", "savedid", "token", "qid", "gid", "sgq", "self", "that", "this", "time", "other"}
    | {"id", "submitdate", "lastpage", "startlanguage", "seed", "startdate", "datestamp", "ipaddr", "refurl"}
    | {"firstname", "lastname", "email", "interviewtime"}
)
"""Words that mean something else in expressions of LimeSurvey, and names of columns that it adds itself."""
_REMARK = re.compile(r".*(?:comment|filecount)", re.IGNORECASE)
"""Endings that LimeSurvey gives to columns with remarks and with numbers of files."""


def codes_of(name: str) -> tuple[str, ...]:
    """The codes that a question of this name may have in LimeSurvey: without signs; or shortened, with a digest.

    Examples
    --------
    >>> codes_of("code_moeder")
    ('codemoeder', 'codemoederc1a341')
    >>> codes_of("lc01")[0], codes_of("comment")[0]
    ('lc01', 'commentc44bb2')
    """
    bare = re.sub(r"[^A-Za-z0-9]", "", name) or "q"
    bare = bare if bare[0].isalpha() else f"q{bare}"
    short = bare[:_KEPT] + digest(name, LONGEST - _KEPT)
    fits = len(bare) <= LONGEST and bare.casefold() not in _RESERVED and not _REMARK.fullmatch(bare)
    return (bare, short) if fits else (short,)


def question_codes(names: Iterable[str]) -> dict[str, str]:
    """Name -> code, no two the same, also without regard to case.

    Examples
    --------
    >>> question_codes(["ab", "a_b"])
    {'ab': 'ab', 'a_b': 'ab648fa9'}
    """
    return distinct_names(names, codes_of)


def free_code(stem: str, taken: Iterable[str]) -> str:
    """The first of ``stem1``, ``stem2`` and so on that is not taken.

    Examples
    --------
    >>> free_code("table", {"Table1"})
    'table2'
    """
    used = {code.casefold() for code in taken}
    return next(code for n in range(1, len(used) + 2) if (code := f"{stem}{n}").casefold() not in used)
