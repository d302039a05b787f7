"""Names with an s of possession, and without."""

from __future__ import annotations

from collections.abc import Iterator

_APOSTROPHES = ("'s", "’s")


def bare_forms(word: str) -> Iterator[str]:
    """A word as it is, and what it may be the possessive of.

    Examples
    --------
    >>> list(bare_forms("marleens")), list(bare_forms("dewi's")), list(bare_forms("joris'"))
    (['marleens', 'marleen'], ["dewi's", 'dewi'], ["joris'", 'joris'])
    """
    yield word
    if word.endswith(_APOSTROPHES):
        yield word[:-2]
    elif word.endswith(("'", "’")) or (word.endswith("s") and len(word) > 3 and word[-2] not in "s'’"):
        yield word[:-1]
