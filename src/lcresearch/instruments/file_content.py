"""The plain content of an instrument file, with every part that has the right kind and without those that have not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeGuard


class FileContent:
    """The content of a file with every part that has the right kind."""

    def __init__(self, content: Mapping[str, Any]) -> None:
        self.content = content
        self.response_scales = mappings(content.get("response_scales"))
        items = content.get("items")
        self.items: list[tuple[int, str, dict[str, Any]]] = [
            (n, item["id"], item)
            for n, item in enumerate(items if isinstance(items, list) else [])
            if isinstance(item, dict) and isinstance(item.get("id"), str)
        ]
        self.by_id = {name: item for _, name, item in self.items}
        self.scales = mappings(content.get("scales"))
        self.languages = [x for x in as_list(content.get("languages")) if isinstance(x, str)]

    def type_of(self, item: str) -> str:
        """Type of an item."""
        return str(self.by_id[item].get("type", "choice"))

    def answers_of(self, item: str) -> dict[str, Any]:
        """Response scale of an item; empty where there is none."""
        name = self.by_id[item].get("response_scale")
        return self.response_scales.get(name, {}) if isinstance(name, str) else {}


def mappings(value: Any) -> dict[str, dict[str, Any]]:
    """Members that are mappings under a name."""
    parts = value.items() if isinstance(value, dict) else ()
    return {name: part for name, part in parts if isinstance(part, dict) and isinstance(name, str)}


def mapping(value: Any) -> dict[Any, Any]:
    """The value when it is a mapping, else an empty one."""
    return value if isinstance(value, dict) else {}


def as_list(value: Any) -> list[Any]:
    """The value when it is a list, else an empty one."""
    return value if isinstance(value, list) else []


def names_in(value: Any) -> list[tuple[int, str]]:
    """Names in a list, with their places."""
    return [(n, name) for n, name in enumerate(as_list(value)) if isinstance(name, str)]


def is_number(value: Any) -> TypeGuard[float]:
    """Whether the value is a number: true and false are none."""
    return isinstance(value, int | float) and not isinstance(value, bool)
