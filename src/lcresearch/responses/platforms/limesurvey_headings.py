"""The headings of LimeSurvey's exports: one column can be written in eight ways, all of them are taken apart here."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lcresearch.responses.wording import plain

_BRACKETS = re.compile(r"([A-Za-z]\w*)\[([^\[\]\s]*)\](?:\[(\d)\]|#([01]))?")
_HASH = re.compile(r"([A-Za-z]\w*)#([01])")
_FROM_R = re.compile(r"([A-Za-z][A-Za-z0-9]*)\.([A-Za-z0-9_]+)\.(?:\.(\d)\.)?")
_EXPRESSION = re.compile(r"([A-Za-z][A-Za-z0-9]*)_([A-Za-z0-9]+)(?:_([A-Za-z0-9]+))?_?")
_CODE = re.compile(r"[A-Za-z]\w*")
_CODE_AND_TEXT = re.compile(r"([A-Za-z]\w*(?:\[[^\[\]\s]*\]|#[01])*)\.\s+(\S.*)", re.DOTALL)
_ROW_LAST = re.compile(r"(.*?\S)\s*\[([^\[\]]*)\](?:\[([^\[\]]*)\])?\s*", re.DOTALL)
_ROW_FIRST = re.compile(r"\s*\[([^\[\]]*)\]\s*(\S.*)", re.DOTALL)
_SCALE = re.compile(r"(?:scale|schaal|skala)\s*(\d)|(\d)")
_OTHER = frozenset({"other", "overig", "overige", "anders", "sonstiges", "andere"})
_REMARK = frozenset({"comment", "opmerking", "opmerkingen", "commentaar", "toelichting", "kommentar", "filecount"})


@dataclass(frozen=True)
class Heading:
    """What a heading says.

    Attributes
    ----------
    code, row : str
        Code of the question, and of the sub-question; empty when the heading has none.
    scale : int
        Of a question with two scales: 1 or 2; else 0.
    question, row_text : str
        Text of the question and of the sub-question; empty when the heading has none.
    kind : str
        ``answer``; ``other`` for the text of "other, namely"; ``remark`` for a comment or the number of files.
    """

    code: str = ""
    row: str = ""
    scale: int = 0
    question: str = ""
    row_text: str = ""
    kind: str = "answer"


def parse(header: str, *, code_and_text: bool = False) -> Heading:
    """Take a heading apart.

    Parameters
    ----------
    header : str
    code_and_text : bool
        Whether the file has headings with the code before the text, ``LC[lc01]. In ons bedrijf [leren we]``.

    Examples
    --------
    >>> parse("LC[lc01]").row, parse("LC_lc01").row, parse("LC.lc01.").row
    ('lc01', 'lc01', 'lc01')
    >>> parse("LC[lc01][2]").scale, parse("LC_lc01_1").scale, parse("Wat doet u? [leren][Scale 2]").scale
    (2, 2, 2)
    >>> parse("A1[other]. Waar werkt u? [Anders]", code_and_text=True).kind
    'other'
    """
    if code_and_text and (found := _CODE_AND_TEXT.fullmatch(header)):
        coded, text = _coded(found[1]) or Heading(), parse_text(found[2])
        kind = coded.kind if coded.kind != "answer" else text.kind if coded.row else "answer"
        return Heading(coded.code, coded.row, coded.scale, text.question, text.row_text, kind)
    return _coded(header) or parse_text(header)


def has_code_and_text(header: str) -> bool:
    """Whether a heading can be a code with a text behind it."""
    return _CODE_AND_TEXT.fullmatch(header) is not None


def has_row_code(header: str) -> bool:
    """Whether a heading is a question code with the code of a sub-question in brackets."""
    return _BRACKETS.fullmatch(header) is not None


def parse_text(text: str) -> Heading:
    """Take a full text apart: ``question [row][Scale 1]``, or ``[row] question`` as in labels of SPSS files.

    Examples
    --------
    >>> parse_text("Kies een antwoord. [Mijn chef [of baas] luistert.]").row_text
    'Mijn chef [of baas] luistert.'
    """
    if found := _ROW_LAST.fullmatch(text):
        question, row, last = found[1], found[2].strip(), (found[3] or "").strip()
    elif inside := _row_with_brackets(text):
        (question, row), last = inside, ""
    elif found := _ROW_FIRST.fullmatch(text):
        question, row, last = found[2], found[1].strip(), ""
    else:
        return Heading(question=text.strip())
    words = {plain(row), plain(last)}
    kind = "other" if words & _OTHER else "remark" if words & _REMARK else "answer"
    scale = _SCALE.fullmatch(plain(last))
    return Heading(question=question, row_text=row, scale=int(scale[1] or scale[2]) if scale else 0, kind=kind)


def _row_with_brackets(text: str) -> tuple[str, str] | None:
    """Question and row, where the text of the row has brackets itself: the last bracket closes the row."""
    whole, depth = text.strip(), 0
    for place in range(len(whole) - 1, 0, -1) if whole.endswith("]") else ():
        depth += {"]": 1, "[": -1}.get(whole[place], 0)
        if not depth:
            return (whole[:place].strip(), whole[place + 1 : -1].strip()) if whole[:place].strip() else None
    return None


def _coded(header: str) -> Heading | None:
    """A heading that consists of codes only; None for a text."""
    if found := _BRACKETS.fullmatch(header):
        scale = int(found[3]) if found[3] else int(found[4]) + 1 if found[4] else 0
        return _heading(found[1], found[2], scale)
    if found := _HASH.fullmatch(header):
        return _heading(found[1], "", int(found[2]) + 1)
    if found := _FROM_R.fullmatch(header):
        return _heading(found[1], found[2], int(found[3] or 0))
    if found := _EXPRESSION.fullmatch(header):
        if found[3] in ("0", "1"):
            return _heading(found[1], found[2], int(found[3]) + 1)
        return _heading(found[1], f"{found[2]}_{found[3]}" if found[3] else found[2], 0)
    return Heading(code=header) if _CODE.fullmatch(header) else None


def _heading(code: str, row: str, scale: int) -> Heading:
    if row == "other":
        return Heading(code, row, scale, kind="other")
    remark = row == "filecount" or row.endswith("comment")
    return Heading(code, row, scale, kind="remark" if remark else "answer")
