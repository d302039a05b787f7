"""Codes that people type over from a screen or a slip of paper."""

from __future__ import annotations

import hashlib
import secrets

SIGNS = "ACDEFHJKMNPRTWXY34679"
"""Without signs that look like one another: no 0 and O, 1 and I and L, 2 and Z, 5 and S, 8 and B, U and V, G and Q."""
OF_ROUND, OF_PERSON = 6, 8
"""Length of the code that a whole room uses, and of one that a single person has; 21**6 is 86 million."""


def new_code(length: int) -> str:
    """A code that cannot be guessed.

    Examples
    --------
    >>> code = new_code(OF_PERSON)
    >>> len(code), set(code) <= set(SIGNS)
    (8, True)
    """
    return "".join(secrets.choice(SIGNS) for _ in range(length))


def plain_code(typed: str) -> str:
    """A code as somebody typed it, in capitals and without what stands between its parts.

    Examples
    --------
    >>> plain_code(" acd-3 4f\\n")
    'ACD34F'
    """
    return "".join(sign for sign in typed.upper()[:100] if sign.isalnum())


def shown_code(code: str) -> str:
    """A code in parts of three or four signs, as it is shown; what has not the length of a code stays as it is.

    Examples
    --------
    >>> shown_code("ACD34F"), shown_code("ACDE3467")
    ('ACD 34F', 'ACDE 3467')
    """
    half = len(code) // 2
    return f"{code[:half]} {code[half:]}" if len(code) in (OF_ROUND, OF_PERSON) else code


def code_hash(code: str) -> bytes:
    """What a code or key is looked up by; the time that takes tells nothing about it.

    Examples
    --------
    >>> len(code_hash("ACD34F"))
    32
    """
    return hashlib.sha256(code.encode("utf-8", "replace")).digest()
