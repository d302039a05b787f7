"""What the standard says of each element: its children in order and its attributes, read from the official schemas."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Literal

from lxml import etree

Format = Literal["Project", "CodeBook"]

NAMESPACES: dict[Format, str] = {"Project": "urn:QDA-XML:project:1.0", "CodeBook": "urn:QDA-XML:codebook:1.0"}
_SCHEMAS: dict[Format, str] = {"Project": "Project-mrt2019.xsd", "CodeBook": "Codebook-mrt2019.xsd"}
_XSD = "{http://www.w3.org/2001/XMLSchema}"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_LOCATIONS: dict[Format, str] = {
    "Project": "http://schema.qdasoftware.org/versions/Project/v1.0/Project.xsd",
    "CodeBook": "http://schema.qdasoftware.org/versions/Codebook/v1.0/Codebook.xsd",
}


@dataclass(frozen=True)
class Child:
    """An element that may stand in another.

    Attributes
    ----------
    rank : int
        Place in the order of children.
    kind : str
        Its type.
    least : int
        How often it must be there.
    several : bool
        Whether it may be there more than once.
    """

    rank: int
    kind: str
    least: int
    several: bool


@dataclass(frozen=True)
class Kind:
    """A type of element.

    Attributes
    ----------
    children : dict of str to Child
    attributes : dict of str to (str, bool)
        Name -> type, and whether it is required.
    """

    children: dict[str, Child] = field(default_factory=dict)
    attributes: dict[str, tuple[str, bool]] = field(default_factory=dict)


@dataclass(frozen=True)
class Standard:
    """One of the two schemas.

    Attributes
    ----------
    format : {"Project", "CodeBook"}
        Name of its root element.
    kinds : dict of str to Kind
        Types of elements, by name.
    kind_of : dict of str to str
        Name of an element -> its type; a name has the same type wherever it stands.
    patterns : dict of str to pattern
        Types of attributes that are a pattern or a list of words.
    """

    format: Format
    kinds: dict[str, Kind]
    kind_of: dict[str, str]
    patterns: dict[str, re.Pattern[str]]

    def children(self, element: str) -> dict[str, Child]:
        """What may stand in an element of that name."""
        kind = self.kinds.get(self.kind_of.get(element, ""))
        return kind.children if kind else {}


@cache
def standard(name: Format) -> Standard:
    """The schema of projects or codebooks."""
    root = etree.fromstring(_schema_bytes(name))
    kinds: dict[str, Kind] = {each.get("name"): _kind(each) for each in root.findall(f"{_XSD}complexType")}
    kind_of: dict[str, str] = {name: f"{name}Type"}
    for kind in kinds.values():
        kind_of |= {child: found.kind for child, found in kind.children.items()}
    patterns = {each.get("name"): _pattern(each) for each in root.findall(f"{_XSD}simpleType")}
    return Standard(name, kinds, kind_of, patterns)


@cache
def schema(name: Format) -> etree.XMLSchema:
    """The official schema, to validate with."""
    return etree.XMLSchema(etree.fromstring(_schema_bytes(name)))


def _schema_bytes(name: Format) -> bytes:
    return resources.files("lcresearch.interviews.refi_qda").joinpath("schemas", _SCHEMAS[name]).read_bytes()


def _kind(definition: etree._Element) -> Kind:
    children: dict[str, Child] = {}
    for each in definition.iter(f"{_XSD}element"):
        group = each.getparent()
        any_number = group.get("maxOccurs") == "unbounded"
        rank = 0 if any_number else len(children)
        least = 0 if group.tag == f"{_XSD}choice" else int(each.get("minOccurs", "1"))
        several = any_number or each.get("maxOccurs") == "unbounded"
        children[each.get("name")] = Child(rank, each.get("type"), least, several)
    attributes = {
        each.get("name"): (each.get("type"), each.get("use") == "required")
        for each in definition.findall(f"{_XSD}attribute")
    }
    return Kind(children, attributes)


def _pattern(definition: etree._Element) -> re.Pattern[str]:
    pattern = definition.find(f".//{_XSD}pattern")
    if pattern is not None:
        return re.compile(pattern.get("value"))
    return re.compile("|".join(re.escape(each.get("value")) for each in definition.iter(f"{_XSD}enumeration")))


def insert(parent: etree._Element, child: etree._Element) -> None:
    """Put a child where the schema wants it: after all that come before it in order.

    Parameters
    ----------
    parent, child : element
        With local names as tags.
    """
    order = standard("Project").children(parent.tag)
    rank = order[child.tag].rank
    place = len(parent)
    while place and isinstance(parent[place - 1].tag, str) and _rank(order, parent[place - 1].tag) > rank:
        place -= 1
    if place == len(parent):
        parent.append(child)
    else:
        parent.insert(place, child)


def _rank(order: dict[str, Child], tag: str) -> int:
    return order[tag].rank if tag in order else -1


def strip_namespaces(root: etree._Element) -> str:
    """Give elements their local names as tags; returns the namespace that the root had."""
    namespace, _, _ = root.tag.rpartition("}")
    for element in root.iter():
        if isinstance(element.tag, str) and element.tag[0] == "{":
            element.tag = element.tag.rpartition("}")[2]
    for name in [name for name in root.attrib if name[0] == "{"]:
        del root.attrib[name]
    etree.cleanup_namespaces(root)
    return str(namespace.removeprefix("{"))


def to_bytes(root: etree._Element, *, pretty: bool = False) -> bytes:
    """A tree of local names as the standard wants it: namespace 1.0, UTF-8, no byte order mark."""
    name: Format = "CodeBook" if root.tag == "CodeBook" else "Project"
    body = etree.tostring(root, encoding="unicode", pretty_print=pretty, with_tail=False)
    declared = (
        f'<{name} xmlns="{NAMESPACES[name]}" xmlns:xsi="{_XSI}" '
        f'xsi:schemaLocation="{NAMESPACES[name]} {_LOCATIONS[name]}"'
    )
    body = body.replace(f"<{name}", declared, 1)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{body}'.encode()
