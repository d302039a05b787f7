"""Quotes with a pointer that can be checked: document, place, and a hash of the words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

import pandas as pd

from lcresearch.errors import InterviewError, nearest
from lcresearch.interviews.code_tables.passages import passages
from lcresearch.interviews.codebook.model import Codebook
from lcresearch.interviews.document import Document, text_hash
from lcresearch.interviews.project import Project

_SHOWN = 12


def quotes(project: Project, code: str, *, coders: Collection[str] | None = None, below: bool = True) -> pd.DataFrame:
    """Passages of a code, word for word.

    What people said stays in the house until they released it: this table is for the researcher.

    Parameters
    ----------
    project : Project
    code : str
        Id, short name or path of the code.
    coders : collection of str, optional
        Whose codings count.
    below : bool
        Whether codes under it count too.

    Returns
    -------
    DataFrame
        ``pointer`` (``document#start-end:hash``), ``name, speaker, code, quote, n_coders``. The hash is the first 12
        characters of the SHA-256 of the quote: :func:`check_pointer` tells whether the words are still there.

    Raises
    ------
    InterviewError
        V107: no such code; V100: a coder who is not there.
    """
    wanted = code_of(project, code)
    ids = project.codebook.below(wanted) if below else [wanted]
    found = passages(project, coders=coders)
    found = found[found["code"].isin(ids)]
    rows = []
    places = zip(found["document"], found["start"], found["end"], found["code"], found["n_coders"], strict=True)
    for place, start, end, used, n_coders in places:
        document = project.corpus[str(place)]
        quote = document.quote(int(start), int(end))
        speaker = next((turn.speaker for turn in document.turns if turn.start < int(end) and int(start) < turn.end), "")
        pointer = pointer_to(document, int(start), int(end))
        rows.append((pointer, document.name, speaker, project.codebook.path(str(used)), quote, n_coders))
    return pd.DataFrame(rows, columns=["pointer", "name", "speaker", "code", "quote", "n_coders"])


def pointer_to(document: Document, start: int, end: int) -> str:
    """Pointer to a passage: ``document#start-end:hash``; the hash is that of :func:`quotes`."""
    return f"{document.id}#{start}-{end}:{text_hash(document.quote(start, end))[:_SHOWN]}"


def check_pointer(project: Project, pointer: str) -> bool:
    """Whether the words that a pointer points to are still in the project.

    Parameters
    ----------
    project : Project
    pointer : str
        As it stands in the column ``pointer`` of :func:`quotes`.

    Returns
    -------
    bool

    Raises
    ------
    InterviewError
        V108: it is no pointer.

    See also
    --------
    quotes : Gives pointers.
    """
    document, mark, rest = pointer.partition("#")
    place, _, written = rest.partition(":")
    start, _, end = place.partition("-")
    if not mark or not start.isdigit() or not end.isdigit():
        raise InterviewError("V108", found=pointer)
    if document not in project.corpus.by_id:
        return False
    return text_hash(project.corpus[document].quote(int(start), int(end)))[:_SHOWN] == written


def code_of(project: Project, code: str) -> str:
    """Id of a code given by id, short name, path, or a name that only it has.

    Raises
    ------
    InterviewError
        V107: no such code.
    """
    names = names_of_codes(project.codebook)
    if code not in names:
        raise InterviewError("V107", found=code, nearest=nearest(code, names) or "–")
    return names[code]


def names_of_codes(book: Codebook) -> dict[str, str]:
    """What a code may be called -> its id: id, short name, path, or a name that no other code has, in any language.

    Examples
    --------
    >>> from lcresearch.interviews import Code
    >>> names_of_codes(Codebook((Code("1", "leren"), Code("2", "samen", parent="1", key="together"))))["together"]
    '2'
    """
    names: dict[str, str] = {}
    languages = dict.fromkeys([book.language, *(one for code in book for one in code.translations)])
    for language in reversed(languages):
        written = book.in_language(language)
        alone = Counter(code.name for code in written)
        names |= {code.name: code.id for code in written if alone[code.name] == 1}
        names |= {written.path(code.id): code.id for code in written}
    return names | {code.key: code.id for code in book if code.key} | {code.id: code.id for code in book}
