"""What the parts of an instrument file say about each other: names that exist, scales that can be scored, languages.

The checks work on the plain content of the file, not on the model, and pass over parts of a wrong kind (the model
reports those). So a file with a typing error on line 3 still hears about an unknown item on line 80.
"""

from __future__ import annotations

import keyword
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from lcresearch.instruments.file_content import FileContent, as_list, is_number, mapping, names_in
from lcresearch.instruments.form_consistency import forms
from lcresearch.instruments.licences import OPEN_LICENCES
from lcresearch.validation import Finding, did_you_mean
from lcresearch.yaml_lines import YamlPath

RESERVED = ("respondent", "wave")
"""Columns that data have beside items and scores."""
_CLOSED = ("choice", "multiple")


def findings(content: Mapping[str, Any]) -> list[Finding]:
    """Everything that does not fit together in the content of one file."""
    file = FileContent(content)
    checks = (
        _ids,
        _response_scales,
        _items,
        _scales,
        _levels,
        forms,
        _bridges,
        _examples,
        _evidence,
        _languages,
        _status,
    )
    return [finding for check in checks for finding in check(file)]


def _ids(file: FileContent) -> Iterator[Finding]:
    first: dict[str, int] = {}
    for n, name, _ in file.items:
        if name in first:
            yield Finding("I008", ("items", n, "id"), {"id": name, "first": first[name] + 1}, name)
        first.setdefault(name, n)
        if keyword.iskeyword(name) or name in RESERVED:
            yield Finding("I009", ("items", n, "id"), {"name": name}, name)
    columns = {f"{name}_{code}" for name in first for code in _codes_of_multiple(file, name)}
    for n, name, _ in file.items:
        if name in columns:
            yield Finding("I009", ("items", n, "id"), {"name": name}, name)
    for name in file.scales:
        if name in first or name in columns or name in RESERVED or keyword.iskeyword(name):
            yield Finding("I009", ("scales", name), {"name": name})


def _codes_of_multiple(file: FileContent, item: str) -> Iterable[Any]:
    return mapping(file.answers_of(item).get("labels")) if file.type_of(item) == "multiple" else ()


def _response_scales(file: FileContent) -> Iterator[Finding]:
    used = [item.get("response_scale") for item in file.by_id.values()]
    for name, scale in file.response_scales.items():
        path: YamlPath = ("response_scales", name)
        if name not in used:
            yield Finding("I033", path, {"name": name})
        labels, missing = mapping(scale.get("labels")), mapping(scale.get("missing"))
        ends = [end for end in as_list(scale.get("range")) if isinstance(end, int) and not isinstance(end, bool)]
        if len(ends) == 2 and (ends[0] >= ends[1] or ends[1] - ends[0] > 1000):
            yield Finding("I034", (*path, "range"), {"low": ends[0], "high": ends[1]})
        elif len(ends) == 2:
            for code in (c for c in labels if isinstance(c, int) and not ends[0] <= c <= ends[1]):
                yield Finding("I028", (*path, "labels", code), {"code": code, "scale": name})
        elif len(labels) == 1:
            yield Finding("I040", path, {"scale": name})
        codes = set(range(ends[0], ends[1] + 1)) if len(ends) == 2 and ends[1] - ends[0] <= 1000 else set(labels)
        for code in missing:
            if code in codes:
                yield Finding("I041", (*path, "missing", code), {"code": code, "scale": name})
        other = scale.get("other")
        if isinstance(other, int) and other not in labels:
            yield Finding("I028", (*path, "other"), {"code": other, "scale": name})
        yield from _same_words({**labels, **missing}, lambda code, path=path: (*path, "labels", code))
        for key, code, text in _numbers_of_others(labels, missing):
            yield Finding("I049", (*path, key, code), {"text": text, "code": str(code), "scale": name})


def _numbers_of_others(labels: Mapping[Any, Any], missing: Mapping[Any, Any]) -> Iterator[tuple[str, Any, str]]:
    """Labels that are a number, but not that of their own code; one a code."""
    for key, texts in (("labels", labels), ("missing", missing)):
        for code, entry in texts.items():
            words = [text.strip() for text in mapping(entry).values() if isinstance(text, str)]
            found = next((text for text in words if text.isdecimal() and int(text) != code), None)
            if found is not None:
                yield key, code, found


def _same_words(texts: Mapping[Any, Any], where: Any) -> Iterator[Finding]:
    seen: dict[tuple[str, str], Any] = {}
    for key, entry in texts.items():
        for language, text in mapping(entry).items():
            if not isinstance(text, str):
                continue
            same = (language, " ".join(text.casefold().split()))
            if same in seen:
                yield Finding("I038", where(key), {"text": text, "first": str(seen[same]), "second": str(key)})
            seen.setdefault(same, key)


def _items(file: FileContent) -> Iterator[Finding]:
    known = list(file.response_scales)
    for n, name, item in file.items:
        kind, scale = str(item.get("type", "choice")), item.get("response_scale")
        if kind in _CLOSED and scale is None:
            yield Finding("I029", ("items", n), {"key": "response_scale", "type": kind}, name)
        elif kind in _CLOSED and isinstance(scale, str) and scale not in file.response_scales:
            values = {"scale": scale, "defined": known or "–", "did_you_mean": did_you_mean(scale, known)}
            yield Finding("I012", ("items", n, "response_scale"), values, name)
        yield from _keys_of_other_types(n, name, kind, item)
        low, high = item.get("minimum"), item.get("maximum")
        if is_number(low) and is_number(high) and low >= high:
            yield Finding("I034", ("items", n, "minimum"), {"low": low, "high": high}, name)
        if item.get("reversed") is True and not any(name in as_list(s.get("items")) for s in file.scales.values()):
            yield Finding("I042", ("items", n, "reversed"), {}, name)
    yield from _same_words(
        {name: item.get("text") for name, item in file.by_id.items()}, lambda name: ("items", _position(file, name))
    )
    scored = {name for scale in file.scales.values() for _, name in names_in(scale.get("items"))}
    for n, name, _ in file.items:
        rated = file.type_of(name) == "choice" and not _unscorable(file, name)
        if file.scales and rated and name not in scored:
            yield Finding("I014", ("items", n), {}, name)


def _position(file: FileContent, name: str) -> int:
    return next(n for n, known, _ in file.items if known == name)


def _keys_of_other_types(n: int, name: str, kind: str, item: Mapping[str, Any]) -> Iterator[Finding]:
    foreign = [] if kind in _CLOSED else ["response_scale"]
    foreign += [] if kind == "number" else ["minimum", "maximum", "unit", "missing", "decimals"]
    for key in foreign:
        if item.get(key) is not None:
            yield Finding("I043", ("items", n, key), {"key": key, "type": kind}, name)


def _unscorable(file: FileContent, item: str) -> bool:
    unordered = file.type_of(item) == "choice" and file.answers_of(item).get("ordered") is False
    return file.type_of(item) == "text" or unordered


def _scales(file: FileContent) -> Iterator[Finding]:
    has_short_form = any(item.get("short_form") is True for item in file.by_id.values())
    for name, scale in file.scales.items():
        path: YamlPath = ("scales", name)
        members = names_in(scale.get("items"))
        yield from _members(file, path, members)
        least = scale.get("minimum_answered")
        if is_number(least) and members and least > len(members):
            yield Finding("I018", (*path, "minimum_answered"), {"minimum": least, "n": len(members), "scale": name})
        yield from _weights(path, scale, [item for _, item in members])
        if has_short_form and not any(file.by_id.get(item, {}).get("short_form") is True for _, item in members):
            yield Finding("I036", path, {"scale": name})


def _members(file: FileContent, path: YamlPath, members: list[tuple[int, str]]) -> Iterator[Finding]:
    seen: set[str] = set()
    method = file.scales[str(path[1])].get("method", "mean")
    for n, item in members:
        where = (*path, "items", n)
        if item in seen:
            yield Finding("I039", where, {"scale": path[1]}, item)
        elif item not in file.by_id:
            values = {"item": item, "scale": path[1], "did_you_mean": did_you_mean(item, file.by_id)}
            yield Finding("I013", where, values)
        elif _unscorable(file, item):
            yield Finding("I015", where, {"scale": path[1]}, item)
        elif _range_is_missing(file.by_id[item], method):
            yield Finding("I016", where, {"scale": path[1]}, item)
        seen.add(item)


def _range_is_missing(item: Mapping[str, Any], method: Any) -> bool:
    if item.get("type") != "number" or (method != "index" and item.get("reversed") is not True):
        return False
    return not (is_number(item.get("minimum")) and is_number(item.get("maximum")))


def _weights(path: YamlPath, scale: Mapping[str, Any], members: list[str]) -> Iterator[Finding]:
    weights, weighted = scale.get("weights"), scale.get("method") == "weighted"
    if weighted and not isinstance(weights, dict):
        yield Finding("I017", path, {"scale": path[1], "items": members})
    elif not weighted and weights is not None:
        yield Finding("I044", (*path, "weights"), {"scale": path[1], "method": scale.get("method", "mean")})
    elif isinstance(weights, dict):
        without = [item for item in members if item not in weights]
        if without:
            yield Finding("I017", (*path, "weights"), {"scale": path[1], "items": without})
        for item in (item for item in weights if item not in members):
            values = {"item": item, "scale": path[1], "did_you_mean": did_you_mean(str(item), members)}
            yield Finding("I013", (*path, "weights", item), values)


def _levels(file: FileContent) -> Iterator[Finding]:
    level, composition = file.content.get("level"), file.content.get("composition")
    parts: list[tuple[YamlPath, Any, Any]] = [(("composition",), level, composition)]
    for name, scale in file.scales.items():
        if "level" in scale or "composition" in scale:
            parts.append((("scales", name), scale.get("level", level), scale.get("composition", composition)))
    for path, at, how in parts:
        if isinstance(at, str) and isinstance(how, str) and (at == "individual") != (how == "individual"):
            yield Finding("I027", path, {"level": at, "composition": how})


def _bridges(file: FileContent) -> Iterator[Finding]:
    for b, bridge in enumerate(as_list(file.content.get("bridges"))):
        for item in mapping(mapping(bridge).get("items")):
            if item not in file.by_id:
                values = {"item": str(item), "did_you_mean": did_you_mean(str(item), file.by_id)}
                yield Finding("I032", ("bridges", b, "items", item), values)
        if mapping(bridge).get("version") == file.content.get("version") is not None:
            yield Finding("I048", ("bridges", b, "version"), {"version": str(file.content.get("version"))})


def _examples(file: FileContent) -> Iterator[Finding]:
    examples = as_list(file.content.get("examples"))
    if file.scales and not examples:
        yield Finding("I026", ())
    columns = {column for name in file.by_id for column in _columns(file, name)}
    for n, example in enumerate(examples):
        for part, known in (("answers", columns), ("scores", set(file.scales))):
            for name in mapping(mapping(example).get(part)):
                if name not in known:
                    values = {"name": str(name), "n": n + 1, "did_you_mean": did_you_mean(str(name), known)}
                    yield Finding("I020", ("examples", n, part, name), values)


def _columns(file: FileContent, item: str) -> list[str]:
    if file.type_of(item) != "multiple":
        return [item]
    answers = file.answers_of(item)
    return [f"{item}_{code}" for code in (*mapping(answers.get("labels")), *mapping(answers.get("missing")))]


_TEXT_KEYS = (
    "title",
    "text",
    "construct",
    "help",
    "unit",
    "low",
    "high",
    "instructions",
    "relation",
    "finding",
    "note",
)

_NAMED_PARTS = (("scales",), ("response_scales",), ("form", "planned_missing", "sets"))


def item_at(content: Mapping[str, Any], path: YamlPath) -> str | None:
    """Id of the item that a path is in, if it is in one."""
    items = content.get("items")
    if path[:1] != ("items",) or len(path) < 2 or not isinstance(items, list) or not isinstance(path[1], int):
        return None
    name = mapping(items[path[1]]).get("id") if path[1] < len(items) else None
    return name if isinstance(name, str) else None


def _languages(file: FileContent) -> Iterator[Finding]:
    for path, texts in _texts(file.content, ()):
        item = item_at(file.content, path)
        for language in (language for language in file.languages if language not in texts):
            yield Finding("I010", path, {"language": language, "key": str(path[-1])}, item)
        for language in (language for language in texts if file.languages and language not in file.languages):
            yield Finding("I011", (*path, language), {"language": str(language), "languages": file.languages}, item)


def _texts(part: Any, path: YamlPath) -> Iterator[tuple[YamlPath, dict[Any, Any]]]:
    """Every mapping of languages to words in the file."""
    if isinstance(part, list):
        for n, member in enumerate(part):
            yield from _texts(member, (*path, n))
    elif isinstance(part, dict):
        for key, member in part.items():
            labels = path[-1:] in (("labels",), ("missing",)) and not isinstance(key, str)
            if isinstance(member, dict) and (labels or (key in _TEXT_KEYS and path not in _NAMED_PARTS)):
                yield (*path, key), member
            elif key not in ("answers", "scores", "weights"):
                yield from _texts(member, (*path, key))


def _evidence(file: FileContent) -> Iterator[Finding]:
    for e, study in enumerate(as_list(file.content.get("evidence"))):
        for name in mapping(mapping(study).get("scales")):
            if name not in file.scales:
                values = {"name": str(name), "did_you_mean": did_you_mean(str(name), file.scales)}
                yield Finding("M397", ("evidence", e, "scales", name), values)


def _status(file: FileContent) -> Iterator[Finding]:
    status = file.content.get("status", "provisional")
    if status in ("piloted", "validated") and not file.content.get("evidence"):
        yield Finding("I021", ("status",), {"status": status})
    licence = file.content.get("licence")
    if isinstance(licence, str) and licence not in OPEN_LICENCES:
        yield Finding("I022", ("licence",), {"licence": licence, "open": OPEN_LICENCES})
