"""Make a tree fit the standard: order, required attributes, ids, colours, times; every repair is counted and told."""

from __future__ import annotations

import re
from collections import Counter

import numpy as np
from lxml import etree

from lcresearch.interviews.guids import guid_of, is_guid
from lcresearch.interviews.refi_qda.standard import Child, Format, Kind, Standard, standard

_TIME = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d)?)(\.\d+)?\s*(Z|[+-]\d\d:?\d\d)?")
_DAY = re.compile(r"(\d{4}-\d\d-\d\d)(Z|[+-]\d\d:\d\d)?")
_HEX = re.compile(r"#?([0-9a-fA-F]{6}|[0-9a-fA-F]{3})(?:[0-9a-fA-F]{2})?")
_DECIMAL = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)")
_VALUES = {
    "IntegerValue": re.compile(r"\s*[+-]?\d+\s*"),
    "FloatValue": re.compile(rf"\s*{_DECIMAL.pattern}\s*"),
    "BooleanValue": re.compile(r"\s*(true|false|0|1)\s*"),
    "DateValue": re.compile(rf"\s*{_DAY.pattern}\s*"),
    "DateTimeValue": re.compile(r"\s*\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?\s*"),
}


class Repairs:
    """Repairs a tree in place.

    Attributes
    ----------
    made : Counter
        What was repaired -> how often: ``dropped element X``, ``moved X``, ``id of X`` and so on.
    """

    def __init__(self, form: Format) -> None:
        self.standard: Standard = standard(form)
        self.form = form
        self.made: Counter[str] = Counter()

    def repair(self, root: etree._Element) -> None:
        """Everything from the root down."""
        self._element(root, self.standard.kinds[f"{self.form}Type"])

    def _element(self, element: etree._Element, kind: Kind) -> None:
        self._attributes(element, kind)
        for child in list(element):
            if not isinstance(child.tag, str):
                continue
            if child.tag not in kind.children:
                self._drop(child, f"dropped {child.tag}")
                continue
            inner = self.standard.kinds.get(kind.children[child.tag].kind)
            if inner is not None:
                self._element(child, inner)
            else:
                self._value(child)
        self._only_once(element, kind.children)
        self._in_order(element, kind.children)
        self._complete(element, kind)

    def _drop(self, element: etree._Element, what: str) -> None:
        parent = element.getparent()
        if parent is not None:
            parent.remove(element)
            self.made[what] += 1

    def _value(self, element: etree._Element) -> None:
        """Text of an element; a value that is not of its type becomes text."""
        for child in list(element):
            self._drop(child, f"dropped {child.tag}" if isinstance(child.tag, str) else "dropped comment")
        pattern = _VALUES.get(element.tag)
        if pattern is not None and not pattern.fullmatch(element.text or ""):
            self.made[f"value of {element.tag}"] += 1
            element.tag = "TextValue"
        element.attrib.clear()

    def _only_once(self, element: etree._Element, children: dict[str, Child]) -> None:
        for name, child in children.items():
            if child.several:
                continue
            first, *others = element.findall(name) or [None]
            for other in others:
                if not len(other) and not len(first):
                    first.text = "\n".join(filter(None, [first.text, other.text]))
                self._drop(other, f"united {name}")

    def _in_order(self, element: etree._Element, children: dict[str, Child]) -> None:
        ranks = [children[child.tag].rank if isinstance(child.tag, str) else -1 for child in element]
        known = [rank for rank in ranks if rank >= 0]
        if known != sorted(known):
            by_rank = np.argsort(ranks, kind="stable")
            element[:] = [element[place] for place in by_rank]
            self.made[f"order in {element.tag}"] += 1

    def _complete(self, element: etree._Element, kind: Kind) -> None:
        """Drop an element that lacks a child that it must have (an empty list, a coding without a code)."""
        for name, child in kind.children.items():
            if child.least and element.find(name) is None:
                self._drop(element, f"dropped {element.tag}")
                return
        if kind.children and not kind.attributes and not len(element) and element.getparent() is not None:
            self._drop(element, f"dropped {element.tag}")

    def _attributes(self, element: etree._Element, kind: Kind) -> None:
        if element.tag == "MemberCode" and "targetGUID" in kind.attributes and "guid" in element.attrib:
            element.set("targetGUID", element.attrib.pop("guid"))
            self.made["attribute of MemberCode"] += 1
        for name in list(element.attrib):
            if name not in kind.attributes:
                if not name.startswith("{"):
                    self.made[f"dropped {name} of {element.tag}"] += 1
                del element.attrib[name]
        for name, (type_, required) in kind.attributes.items():
            written = element.get(name)
            if written is None and not required:
                continue
            fixed = self._fixed(element, name, type_, written, required=required)
            if fixed == written:
                continue
            self.made[f"{name} of {element.tag}"] += 1
            if fixed is None:
                del element.attrib[name]
            else:
                element.set(name, fixed)

    def _fixed(
        self, element: etree._Element, name: str, type_: str, written: str | None, *, required: bool
    ) -> str | None:
        """An attribute as its type wants it; None to leave it out."""
        if type_ == "GUIDType":
            return _guid(written, element, name)
        found: str | None = {
            "xsd:string": lambda text: text,
            "xsd:boolean": _boolean,
            "xsd:integer": _integer,
            "xsd:dateTime": _time,
            "RGBType": _color,
        }.get(type_, self._word(type_))(written or "")
        if found is not None or not required:
            return found
        return {"xsd:boolean": "true", "xsd:integer": "0", "typeOfVariableType": "Text"}.get(type_, "")

    def _word(self, type_: str):  # type: ignore[no-untyped-def]
        words = self.standard.patterns[type_].pattern.split("|") if type_ in self.standard.patterns else []
        by_lower = {word.lower(): word for word in words}
        return lambda text: by_lower.get(text.strip().lower())


def _guid(written: str | None, element: etree._Element, name: str) -> str | None:
    if written is not None and is_guid(written):
        return written if written == written.strip() else written.strip()
    if written and written.strip():
        return guid_of("guid", written.strip())  # the same wherever it is named
    parent = element.getparent()
    if name != "guid" and written is not None:
        return None if name != "targetGUID" else guid_of("nothing")
    place = parent.index(element) if parent is not None else 0
    return guid_of("guid", element.getroottree().getpath(element), place)


def _boolean(text: str) -> str | None:
    plain = text.strip().lower()
    if plain in ("true", "false", "0", "1"):
        return text if text.strip() in ("true", "false", "0", "1") else plain
    return {"yes": "true", "no": "false"}.get(plain)


def _integer(text: str) -> str | None:
    if re.fullmatch(r"\s*[+-]?\d+\s*", text):
        return text
    return str(round(float(text))) if _DECIMAL.fullmatch(text.strip()) else None


def _time(text: str) -> str | None:
    found = _TIME.fullmatch(text.strip())
    if found is None:
        return f"{text.strip()}T00:00:00" if re.fullmatch(r"\d{4}-\d\d-\d\d", text.strip()) else None
    day, clock, fraction, zone = found.groups()
    clock = clock if clock.count(":") == 2 else f"{clock}:00"
    zone = f"{zone[:3]}:{zone[3:]}" if zone and re.fullmatch(r"[+-]\d{4}", zone) else zone
    return f"{day}T{clock}{fraction or ''}{zone or ''}"


def _color(text: str) -> str | None:
    if re.fullmatch(r"#([A-Fa-f0-9]{6}|[A-Fa-f0-9]{3})", text):
        return text
    found = _HEX.fullmatch(text.strip())
    return f"#{found[1]}" if found else None
