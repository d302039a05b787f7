"""Finding one person in the files in which people code: their texts go out of these for good."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

from lcresearch.errors import LcresearchError
from lcresearch.interviews.coding_file import open_file
from lcresearch.interviews.coding_file.schema import ENDING
from lcresearch.interviews.document import Document
from lcresearch.interviews.transcripts.names_of_files import stem_of
from lcresearch.studies.interview_settings import InterviewsUse
from lcresearch.studies.person_search import PersonSearch, normal_id

PERSON = "respondent"
"""Attribute of a text that names who is interviewed."""


def find_in_coding_files(search: PersonSearch, use: InterviewsUse, texts: Collection[str]) -> list[str]:
    """Note which texts must go out of each coding file in the folder.

    Parameters
    ----------
    search : PersonSearch
    use : InterviewsUse
    texts : collection of str
        Names of texts that tables say to be of the person.

    Returns
    -------
    list of str
        Names of the texts that were found.
    """

    def is_mine(document: Document) -> bool:
        said = normal_id(str(document.attributes.get(PERSON) or ""))
        return said in search.names or not texts_apart(document).isdisjoint(texts)

    names: list[str] = []
    for path in _coding_files(search, use):
        try:
            found = open_file(path).find_texts(is_mine)
        except LcresearchError:
            search.note(path, "unreadable")
            continue
        if not found:
            continue
        names += [name for each in found for name in texts_apart(each)]
        if path.is_symlink():
            search.note(path, "to_check")
        else:
            search.erasures[path] = [each.id for each in found]
            search.note(path, "texts_erased", len(found))
    return names


def texts_apart(document: Document) -> set[str]:
    """Names by which tables may know a text."""
    return {stem_of(name) for name in (document.file, document.name) if name}


def _coding_files(search: PersonSearch, use: InterviewsUse) -> Iterator[Path]:
    named = search.folder / use.project if use.project is not None else None
    inside = sorted(search.folder.rglob(f"*{ENDING}"))
    also = [named] if named is not None and named.suffix.lower() == ENDING and named.is_file() else []
    yield from dict.fromkeys(path for path in [*also, *inside] if path.is_file())
