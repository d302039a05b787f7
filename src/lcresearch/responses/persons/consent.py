"""Which answers count as consent, and who gave it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lcresearch.responses.tables import Coded, Column, Mask
from lcresearch.responses.wording import plain

ACCEPTED = (
    "ja",
    "j",
    "yes",
    "y",
    "1",
    "true",
    "waar",
    "x",
    "ok",
    "akkoord",
    "ik ga akkoord",
    "ik stem toe",
    "ik geef toestemming",
    "toestemming",
    "agree",
    "i agree",
    "i consent",
    "consent",
    "selected",
    "checked",
)
"""Answers that count as consent where the study does not say which do."""

_YES = re.compile(r"(?:ja|yes)(?:\W.*)?", re.DOTALL)
_RESERVE = re.compile(
    r"\b(?:nee|niet|geen|maar|alleen|enkel|behalve|mits|tenzij|zolang|doch|liever|misschien|deels|gedeeltelijk|weiger|"
    r"onder (?:de |een )?voorwaarden? dat|no|not|but|only|except|unless|if|although|maybe|partly|partially|refuse|"
    r"conditionally|provided that)\b|n't\b"
)
_LONGEST = 500


@dataclass(frozen=True)
class Consent:
    """What a study says about consent.

    Attributes
    ----------
    column : str
        Column of the responses with the answer.
    accept : tuple of str
        Answers that count as consent, without regard to case, accents and punctuation; empty for :data:`ACCEPTED`,
        with whatever begins with "ja" or "yes" and makes no reservation.
    """

    column: str
    accept: tuple[str, ...] = ()


@dataclass(frozen=True)
class Consented:
    """Who gave consent.

    Attributes
    ----------
    mask : array of bool, shape (n_rows,)
        True where the answer is consent.
    refused : dict of str to int
        Each answer that is no consent, and its number of rows; an empty answer is the empty text.
    accepted : dict of str to int
        The same for the answers that are.
    """

    mask: Mask
    refused: dict[str, int]
    accepted: dict[str, int]

    @property
    def n_refused(self) -> int:
        """Rows without consent."""
        return int((~self.mask).sum())


def consented(coded: Coded, column: Column, accept: Sequence[str] = ()) -> Consented:
    """Who gave consent. Whatever is not an accepted answer is none, an empty cell included.

    Where the file keeps labels for its codes (SPSS, Stata), the label of a code counts in place of the code.

    Parameters
    ----------
    coded : Coded
        The column as a reader loads it.
    column : Column
        Its description.
    accept : sequence of str, optional
        As for :class:`Consent`; an answer that is named may be the code or the label.

    Returns
    -------
    Consented

    Examples
    --------
    >>> coded = Coded(np.array([0, 1, 0, -1]), np.array(["Ja, ik doe mee", "Nee"], dtype=object))
    >>> found = consented(coded, Column(1, "toestemming"))
    >>> found.mask.tolist(), found.refused
    ([True, False, True, False], {'': 1, 'Nee': 1})
    """
    named = frozenset(plain(answer) for answer in accept)
    answers = [str(value) for value in coded.values]
    labels = [column.labels.get(answer, answer) for answer in answers]
    given = [
        bool({plain(answer), plain(label)} & named) if named else is_consent(label)
        for answer, label in zip(answers, labels, strict=True)
    ]
    refused, accepted = dict[str, int](), dict[str, int]()
    if (coded.codes < 0).any():
        refused[""] = int((coded.codes < 0).sum())
    for label, good, n in zip(labels, given, coded.counts().tolist(), strict=True):
        counts = accepted if good else refused
        counts[label] = counts.get(label, 0) + n
    return Consented(np.array([*given, False], dtype=bool)[coded.codes], refused, accepted)


def is_consent(answer: str) -> bool:
    """Whether an answer is consent by the usual words.

    Examples
    --------
    >>> [is_consent(text) for text in ("Ja, ik doe mee.", "Akkoord", "Ja, maar niet met mijn naam", "Nee", "2")]
    [True, True, False, False, False]
    """
    text = plain(answer[:_LONGEST])
    return text in ACCEPTED or (bool(_YES.fullmatch(text)) and not _RESERVE.search(text) and len(answer) <= _LONGEST)
