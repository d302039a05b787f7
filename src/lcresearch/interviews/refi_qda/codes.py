"""Codes: the tree in the file, and the description that holds definition and rules of use in one text."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from lxml import etree

from lcresearch.interviews.codebook.model import Code
from lcresearch.interviews.guids import guid_of, plain_guid
from lcresearch.interviews.refi_qda.log import Log

_PARTS = ("use_when", "not_when", "example")
_LABELS = {
    "en": ("Use when:", "Do not use when:", "Example:"),
    "nl": ("Gebruiken bij:", "Niet gebruiken bij:", "Voorbeeld:"),
}
_PART_OF = {label: part for labels in _LABELS.values() for label, part in zip(labels, _PARTS, strict=True)}
_PATTERNS_LABEL = {"en": "Search phrases", "nl": "Zoekzinnen"}
_PATTERNS = re.compile(r"^(?:Search phrases|Zoekzinnen) \(([a-z]{2,3})\):[ \t]*(.*)\n?", re.MULTILINE)
_LABEL = re.compile(f"^({'|'.join(re.escape(label) for label in _PART_OF)})[ \t]*", re.MULTILINE)


@dataclass
class ReadCodes:
    """Codes of a file, in its order.

    Attributes
    ----------
    codes : list of Code
    elements : dict of str to element
        Id of a code -> its element.
    id_of : dict of str to str
        GUID as written, in lower case without braces -> id of the code that references mean.
    language : str
        Of the labels in the descriptions.
    """

    codes: list[Code] = field(default_factory=list)
    elements: dict[str, etree._Element] = field(default_factory=dict)
    id_of: dict[str, str] = field(default_factory=dict)
    language: str = "nl"


def read_codes(top: etree._Element | None, log: Log) -> ReadCodes:
    """All codes below ``Codes``, each after the one it belongs to.

    A GUID that is there twice stays with the first code; the second gets a new one, and says so.
    """
    found = ReadCodes()
    waiting = [(element, "") for element in reversed(top.findall("Code"))] if top is not None else []
    while waiting:
        element, parent = waiting.pop()
        code = _code(element, parent, found, log)
        found.codes.append(code)
        found.elements[code.id] = element
        waiting += [(child, code.id) for child in reversed(element.findall("Code"))]
    if any(
        label in (each.findtext("Description") or "") for each in found.elements.values() for label in _LABELS["en"]
    ):
        found.language = "en"
    return found


def _code(element: etree._Element, parent: str, found: ReadCodes, log: Log) -> Code:
    name = element.get("name", "")
    written = plain_guid(element.get("guid", ""))
    id = written
    if not written or written in found.elements:
        log.count("V024", name, element)
        id = guid_of("code", written, parent, name, len(found.codes))
    found.id_of.setdefault(written, id)
    described, patterns = split_patterns(element.findtext("Description") or "")
    words = split_description(described)
    return Code(
        id=id,
        name=name,
        parent=parent,
        definition=words["definition"],
        use_when=words["use_when"],
        not_when=words["not_when"],
        example=words["example"],
        color=element.get("color", ""),
        codable=element.get("isCodable", "true").strip().lower() not in ("false", "0"),
        patterns=patterns,
    )


def split_patterns(text: str) -> tuple[str, dict[str, tuple[str, ...]]]:
    """A description without its lines of search phrases, and the phrases by language.

    A coder may write such a line in any program that keeps a description with a code.

    Examples
    --------
    >>> split_patterns("What it is.\\nZoekzinnen (nl): geen tijd; te druk")
    ('What it is.\\n', {'nl': ('geen tijd', 'te druk')})
    """
    found: dict[str, tuple[str, ...]] = {}
    for language, phrases in _PATTERNS.findall(text):
        said = tuple(phrase.strip() for phrase in phrases.split(";") if phrase.strip())
        if said:
            found[language] = (*found.get(language, ()), *said)
    return _PATTERNS.sub("", text), found


def split_description(text: str) -> dict[str, str]:
    """Definition and rules of use out of one description.

    Examples
    --------
    >>> split_description("What it is.\\nUse when: it is said.\\nExample: 'so'")
    {'definition': 'What it is.', 'use_when': 'it is said.', 'not_when': '', 'example': "'so'"}
    """
    pieces = _LABEL.split(text)
    parts = {"definition": pieces[0].strip()} | dict.fromkeys(_PARTS, "")
    for label, words in zip(pieces[1::2], pieces[2::2], strict=True):
        part = _PART_OF[label]
        parts[part] = "\n".join(filter(None, [parts[part], words.strip()]))
    return parts


def description_of(code: Code, language: str) -> str:
    """One description with definition, rules of use and search phrases, which the two functions above take apart."""
    labels = _LABELS.get(language, _LABELS["en"])
    rules = [f"{label} {words}" for label, part in zip(labels, _PARTS, strict=True) if (words := getattr(code, part))]
    label = _PATTERNS_LABEL.get(language, _PATTERNS_LABEL["en"])
    phrases = [f"{label} ({spoken}): {'; '.join(said)}" for spoken, said in code.patterns.items() if said]
    return "\n".join([*filter(None, [code.definition]), *rules, *phrases])
