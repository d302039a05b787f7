"""Fit codes and variables to a program that has no tree of codes, or short names."""

from __future__ import annotations

from collections.abc import Iterable

from lxml import etree

from lcresearch.interviews.refi_qda.standard import insert


def flatten_codes(root: etree._Element) -> int:
    """Put all codes in one list, with the names above in front (``Parent: Child``); returns how many were moved."""
    top = root.find("CodeBook/Codes")
    if top is None:
        return 0
    elements = list(top.iter("Code"))
    names: dict[etree._Element, str] = {}
    for element in elements:  # parents stand before children
        above = names.get(element.getparent())
        names[element] = f"{above}: {element.get('name', '')}" if above else element.get("name", "")
    moved = 0
    for element, name in zip(elements, _different(names.values()), strict=True):
        element.set("name", name)
        if element.getparent() is not top:
            moved += 1
        element.getparent().remove(element)
    for element in elements:
        insert(top, element)
    return moved


def shorten_variable_names(root: etree._Element, longest: int) -> list[str]:
    """Names of variables that differ in their first characters; returns those that were changed, as they were."""
    elements = list(root.iter("Variable"))
    old = [element.get("name", "") for element in elements]
    new = _different([name[:longest].rstrip() for name in old], longest)
    for element, name in zip(elements, new, strict=True):
        element.set("name", name)
    return [name for name, short in zip(old, new, strict=True) if name != short]


def _different(names: Iterable[str], longest: int | None = None) -> list[str]:
    """The names, with a number behind those that were there before."""
    found: list[str] = []
    taken: set[str] = set()
    for name in names:
        new, number = name, 1
        while new.lower() in taken:
            number += 1
            tail = f" ({number})"
            new = (name if longest is None else name[: longest - len(tail)].rstrip()) + tail
        taken.add(new.lower())
        found.append(new)
    return found
