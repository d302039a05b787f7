"""Where a file deviates from the standard, in plain words."""

from __future__ import annotations

import re

from lxml import etree

from lcresearch.interviews.refi_qda.log import Log
from lcresearch.interviews.refi_qda.standard import NAMESPACES, Format, schema

_SHOWN = 5
_SPACE = re.compile(r"\{[^{}]*\}")
_QUOTED = re.compile(r"'([^']*)'")
_WORDS = {
    "SCHEMAV_CVC_COMPLEX_TYPE_4": (
        "'{0}' must have the attribute '{1}'",
        "'{0}' moet het attribuut '{1}' hebben",
    ),
    "SCHEMAV_CVC_COMPLEX_TYPE_3_2_1": (
        "'{0}' has an attribute '{1}' that the standard does not know",
        "'{0}' heeft een attribuut '{1}' dat de standaard niet kent",
    ),
    "SCHEMAV_ELEMENT_CONTENT": (
        "'{0}' is missing something, stands in the wrong place or is unknown",
        "bij '{0}' ontbreekt iets, het staat op de verkeerde plaats of het is onbekend",
    ),
    "value": (
        "the attribute '{1}' of '{0}' has a value that is not allowed: '{2}'",
        "het attribuut '{1}' van '{0}' heeft een waarde die niet mag: '{2}'",
    ),
    "content": (
        "'{0}' has a value that is not allowed: '{1}'",
        "'{0}' heeft een waarde die niet mag: '{1}'",
    ),
}
_ATTRIBUTE = re.compile(r"attribute '([^']*)'")


def note_deviations(root: etree._Element, form: Format, log: Log) -> None:
    """Validate against the official schema and note each kind of deviation once, with how often and where first.

    Parameters
    ----------
    root : element
        As parsed, with its namespace.
    form : {"Project", "CodeBook"}
    log : Log
    """
    namespace = root.tag.rpartition("}")[0].removeprefix("{")
    if namespace != NAMESPACES[form]:
        log.add("V014", namespace=namespace or "-", standard=NAMESPACES[form])
        root = _in_namespace(root, namespace, NAMESPACES[form])
    official = schema(form)
    if official.validate(root):
        return
    found: dict[tuple[str, str], set[int]] = {}
    for entry in official.error_log:
        found.setdefault(in_words(entry), set()).add(entry.line)
    for (english, dutch), lines in list(found.items())[:_SHOWN]:
        log.add("V015", line=min(lines), what={"en": english, "nl": dutch}, n=len(lines))
    if len(found) > _SHOWN:
        log.add("V016", n=len(found) - _SHOWN)


def _in_namespace(root: etree._Element, old: str, new: str) -> etree._Element:
    written = etree.tostring(root, encoding="unicode")
    if old:
        written = written.replace(f'"{old}"', f'"{new}"')
    else:
        written = written.replace(f"<{root.tag}", f'<{root.tag} xmlns="{new}"', 1)
    return etree.fromstring(written, etree.XMLParser(huge_tree=True))


def in_words(entry: etree._LogEntry) -> tuple[str, str]:
    """What an error of the schema says, in English and Dutch."""
    message = _SPACE.sub("", entry.message)
    quoted = _QUOTED.findall(message)
    element = quoted[0] if quoted else ""
    attribute = _ATTRIBUTE.search(message)
    if "VALID" in entry.type_name:
        return _value_words(message, element, attribute)
    if entry.type_name not in _WORDS:
        return message, message
    name = attribute[1] if attribute else ""
    english, dutch = _WORDS[entry.type_name]
    return english.format(element, name), dutch.format(element, name)


def _value_words(message: str, element: str, attribute: re.Match[str] | None) -> tuple[str, str]:
    value = re.search(r"[Vv]alue '([^']*)'|'([^']*)' is not a valid value", message)
    text = next((part for part in value.groups() if part is not None), "") if value else ""
    english, dutch = _WORDS["value" if attribute else "content"]
    values = (element, attribute[1], text) if attribute else (element, text)
    return english.format(*values), dutch.format(*values)
