"""Names that the corpus itself brings: of speakers, respondents and organisations."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Literal

from lcresearch.interviews.deidentification.hits import Hit, Kind
from lcresearch.interviews.deidentification.lexicon import Lexicon, lower
from lcresearch.interviews.document import Document
from lcresearch.interviews.transcripts.speakers import is_asking

Role = Literal["respondent", "interviewer", ""]
RESPONDENT, ORGANISATION, DATE = "respondent", "organisation", "date"
_INTERVIEWER = "interviewer"
_DIGIT = re.compile(r"\d")


def is_code(value: str, lexicon: Lexicon) -> bool:
    """Whether a value names nobody: a code such as ``R00022``, ``respondent 3`` or ``organisation 0006``.

    Examples
    --------
    >>> from lcresearch.interviews.deidentification.lexicon import lexicon
    >>> words = lexicon("nl")
    >>> is_code("R00022", words), is_code("Interviewer 2", words), is_code("Marleen", words)
    (True, True, False)
    """
    words = re.findall(r"[^\W\d_]+", lower(value))
    if not words or all(len(word) == 1 for word in words):
        return True
    if all(word in lexicon.groups["speaker_words"] or len(word) == 1 for word in words):
        return True
    return len(words) == 1 and _DIGIT.search(value) is not None and not lexicon.is_name(words[0])


def speaker_roles(document: Document, lexicon: Lexicon) -> dict[str, Role]:
    """Speakers with a name -> what they are in the talk."""
    found: dict[str, Role] = {}
    for speaker in dict.fromkeys([*document.speakers, *document.roles]):
        if not speaker or is_code(speaker, lexicon) or is_asking(speaker):
            continue
        asks = document.roles.get(speaker, "") == _INTERVIEWER
        found[speaker] = "interviewer" if asks else "respondent"
    return found


def document_names(document: Document, lexicon: Lexicon) -> dict[str, tuple[Kind, Role]]:
    """Names that a document brings -> kind and role."""
    found: dict[str, tuple[Kind, Role]] = {
        _without_brackets(speaker): ("person", role) for speaker, role in speaker_roles(document, lexicon).items()
    }
    for attribute, kind in ((RESPONDENT, "person"), (ORGANISATION, "organisation")):
        value = document.attributes.get(attribute)
        if isinstance(value, str) and value.strip() and not is_code(value, lexicon):
            found[value.strip()] = ("person", "respondent") if kind == "person" else ("organisation", "")
    return found


def _without_brackets(speaker: str) -> str:
    """A speaker without what stands behind the name in brackets."""
    return re.sub(r"\s*[(\[].*", "", speaker).strip() or speaker


def known_hits(text: str, names: Mapping[str, tuple[Kind, Role]]) -> Iterator[Hit]:
    """Where known names stand in a text, in any case.

    Parameters
    ----------
    text : str
    names : mapping of str to (kind, role)
    """
    for name, (kind, role) in names.items():
        words = [re.escape(word) for word in name.split()]
        joined = r"[\s_-]+".join(words)
        pattern = re.compile(rf"(?<!\w){joined}(?:['’]s|s)?(?!\w)", re.IGNORECASE)
        for found in pattern.finditer(text):
            if found[0][:1].isupper() or len(words) > 1 or found.start() == 0:
                yield Hit(found.start(), found.end(), kind, "corpus", role or "attribute")
