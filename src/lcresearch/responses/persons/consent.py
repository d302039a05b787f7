"""Which answers count as consent, and who gave it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np
import yaml

from lcresearch.responses.tables import Coded, Column, Mask
from lcresearch.responses.wording import plain

_LONGEST = 500
_SIGNS = re.compile(r"[,.!:;()\[\]\"]+|(?<!\S)-+(?!\S)")
_WHOLE = re.compile(r"([+-]?\d+)[.,]0+")
_YES = re.compile(r"(?:ja|jawel|jazeker|jep|yes|yep|oui)\b")


@dataclass(frozen=True)
class Consent:
    """What a study says about consent.

    Attributes
    ----------
    column : str
        Column of the responses with the answer.
    accept : tuple of str
        Answers that count as consent, without regard to case, accents and punctuation; empty for those that
        :func:`is_consent` knows.

    See also
    --------
    read : Leaves out rows without consent.
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
    named = frozenset(plain(_whole(answer)) for answer in accept)
    answers = [_whole(str(value)) for value in coded.values]
    labels = labels_of(coded, column)
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


def labels_of(coded: Coded, column: Column) -> list[str]:
    """Each distinct answer as it is judged and counted: the label of a code where the file has one."""
    return [column.labels.get(answer, answer) for answer in (_whole(str(value)) for value in coded.values)]


def is_consent(answer: str) -> bool:
    """Whether an answer is one of the known forms of agreement, in Dutch, English or German.

    ``agreement.yaml`` lists them: a word such as "ja" or "akkoord", a statement such as "ik doe mee", or both, and what
    may follow a statement. An answer with anything else is none: no program knows every way to make a reservation.

    Examples
    --------
    >>> [is_consent(text) for text in ("Ja, ik doe mee.", "Akkoord", "1.0", "Ja, zonder mijn naam", "Nee", "2")]
    [True, True, True, False, False, False]
    """
    return len(answer) <= _LONGEST and bool(_agreement().fullmatch(_bare(answer)))


def begins_with_yes(answer: str) -> bool:
    """Whether an answer starts as consent does, whatever follows: "Ja, als het anoniem is".

    Examples
    --------
    >>> begins_with_yes("Ja, als het anoniem is"), begins_with_yes("Jaap"), begins_with_yes("nee")
    (True, False, False)
    """
    return bool(_YES.match(_bare(answer[:_LONGEST])))


def _whole(answer: str) -> str:
    """An answer as text; ``1.0`` as ``1``, as programs write a number that stands in a column with gaps."""
    found = _WHOLE.fullmatch(answer.strip())
    return found[1] if found else answer


def _bare(answer: str) -> str:
    """Without case, accents and punctuation; a question mark and a slash stay, since they make another answer."""
    return " ".join(_SIGNS.sub(" ", plain(_whole(answer))).split())


@cache
def _agreement() -> re.Pattern[str]:
    """One pattern for all known forms of agreement."""
    text = resources.files("lcresearch.responses.persons").joinpath("agreement.yaml").read_text(encoding="utf-8")
    lists = yaml.safe_load(text)
    word, statement, beside, after, joint = (
        "(?:" + "|".join(re.escape(_bare(str(one))) for one in lists[name]) + ")"
        for name in ("words", "statements", "beside", "after", "joined_by")
    )
    said = f"{statement}(?: {after})?"
    also = f"(?: (?:{joint} )?(?:{said}|{beside}))*"
    return re.compile(f"{word}(?: (?:{said}|{beside}){also})?|(?:{beside} {joint} )?{said}{also}")
