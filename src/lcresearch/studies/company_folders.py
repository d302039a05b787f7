"""Names of folders for companies: safe on every system, and none the same as another."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Sequence

_LONGEST = 48
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)", re.IGNORECASE)


def company_folders(names: Sequence[str]) -> list[str]:
    """A folder name for each company, safe on every system and unlike the others.

    Examples
    --------
    >>> company_folders(["Bakker bv", "Jansen & Zn.", "jansen zn", "../../etc", "CON"])
    ['bakker-bv', 'jansen-zn-0400', 'jansen-zn-0de4', 'etc', 'con-a3db']
    """
    plain = [_plain(name) for name in names]
    return [
        one if one and plain.count(one) == 1 and not _RESERVED.fullmatch(one) else f"{one or 'x'}-{_digest(name)}"
        for one, name in zip(plain, names, strict=True)
    ]


def _plain(name: str) -> str:
    letters = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode("ascii").lower()
    return re.sub(r"[^a-z0-9]+", "-", letters).strip("-")[:_LONGEST].strip("-")


def _digest(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()[:4]
