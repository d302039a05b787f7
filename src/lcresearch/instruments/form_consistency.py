"""Whether the blocks and planned missing answers of a form name items that are there, each once, and enough of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from lcresearch.instruments.file_content import FileContent, as_list, is_number, mapping, names_in
from lcresearch.validation import Finding, did_you_mean
from lcresearch.yaml_lines import YamlPath


def forms(file: FileContent) -> Iterator[Finding]:
    """What of ``form:`` does not fit the items of the file."""
    form = mapping(file.content.get("form"))
    placed: set[str] = set()
    blocks = as_list(form.get("blocks"))
    for b, block in enumerate(blocks):
        for n, item in names_in(mapping(block).get("items")):
            path: YamlPath = ("form", "blocks", b, "items", n)
            if item not in file.by_id:
                yield Finding("I030", path, {"item": item, "did_you_mean": did_you_mean(item, file.by_id)})
            elif item in placed:
                yield Finding("I045", path, {}, item)
            placed.add(item)
    if blocks:
        for name in (name for name in file.by_id if name not in placed):
            yield Finding("I046", ("form", "blocks"), {}, name)
    yield from _planned_missing(file, mapping(form.get("planned_missing")))


def _planned_missing(file: FileContent, design: Mapping[str, Any]) -> Iterator[Finding]:
    path: YamlPath = ("form", "planned_missing")
    sets = mapping(design.get("sets"))
    asked: set[str] = set()
    for name, members in sets.items():
        for n, item in names_in(members):
            asked.add(item)
            if item not in file.by_id:
                values = {"item": item, "did_you_mean": did_you_mean(item, file.by_id)}
                yield Finding("I030", (*path, "sets", name, n), values)
    used: set[str] = set()
    for f, form in enumerate(as_list(design.get("forms"))):
        for n, name in names_in(form):
            used.add(name)
            if name not in sets:
                values = {"set": name, "known": list(sets), "did_you_mean": did_you_mean(name, sets)}
                yield Finding("I031", (*path, "forms", f, n), values)
    never = {name for name in file.by_id if name not in asked}
    never |= {item for name, members in sets.items() if name not in used for _, item in names_in(members)} & {
        *file.by_id
    }
    if sets:
        for name in (name for name in file.by_id if name in never):
            yield Finding("I047", path, {}, name)
    yield from _too_few_asked(file, design)


def _too_few_asked(file: FileContent, design: Mapping[str, Any]) -> Iterator[Finding]:
    sets = mapping(design.get("sets"))
    for f, form in enumerate(as_list(design.get("forms"))):
        asked = {item for _, name in names_in(form) for _, item in names_in(sets.get(name))}
        for scale, part in file.scales.items():
            members = [item for _, item in names_in(part.get("items"))]
            found = sum(item in asked for item in members)
            least = part.get("minimum_answered")
            least = least if is_number(least) else len(members)
            if found < least:
                values = {"form": f + 1, "scale": scale, "n": found, "minimum": least}
                yield Finding("I055", ("form", "planned_missing", "forms", f), values)
