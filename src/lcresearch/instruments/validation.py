"""What the model says about a file, in words that the owner of a scale understands."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from lcresearch.instruments import model
from lcresearch.instruments.consistency import Finding, item_at
from lcresearch.instruments.lookup import did_you_mean
from lcresearch.messages import LANGUAGES, Messages
from lcresearch.yaml_lines import YamlPath

_KINDS = {
    "string_type": "text",
    "int_type": "whole_number",
    "int_from_float": "whole_number",
    "float_type": "number",
    "bool_type": "true_or_false",
    "tuple_type": "list",
    "dict_type": "keys",
    "model_type": "keys",
}
_LIMITS = {
    "greater_than": "more_than",
    "greater_than_equal": "at_least",
    "less_than_equal": "at_most",
    "string_too_short": "not_empty",
    "string_too_long": "at_most_characters",
    "too_short": "at_least_members",
    "too_long": "at_most_members",
    "finite_number": "finite",
}


def validated(content: Mapping[str, Any]) -> tuple[model.Instrument | None, list[Finding]]:
    """The instrument, or what keeps the content from being one.

    Unknown keys alone do not stop it: the instrument is then made without them, so that later checks can run. The
    findings still name them.
    """
    try:
        return model.Instrument.model_validate(content), []
    except ValidationError as error:
        details = error.errors(include_url=False)
    found = [_finding(content, detail) for detail in details]
    if any(detail["type"] != "extra_forbidden" for detail in details):
        return None, found
    return model.Instrument.model_validate(_without(content, {detail["loc"] for detail in details})), found


def _without(part: Any, unknown: set[tuple[int | str, ...]], path: YamlPath = ()) -> Any:
    if isinstance(part, dict):
        kept = {key: value for key, value in part.items() if (*path, key) not in unknown}
        return {key: _without(value, unknown, (*path, key)) for key, value in kept.items()}
    if isinstance(part, list):
        return [_without(value, unknown, (*path, n)) for n, value in enumerate(part)]
    return part


def _finding(content: Mapping[str, Any], detail: ErrorDetails) -> Finding:
    path, kind, value = detail["loc"], detail["type"], detail["input"]
    of_key = path[-1:] == ("[key]",)
    path = path[:-1] if of_key else path
    key = str(path[-1]) if path else ""
    item = item_at(content, path)
    if kind == "missing" and isinstance(path[-1], str):
        return Finding("I003", path[:-1], {"key": key}, item)
    if kind == "missing":
        return Finding("I035", path[:-1], {"key": str(path[-2]), "rule": _say("at_least_members", n=2)}, item)
    if kind == "extra_forbidden":
        known = list(_fields_at(path[:-1]))
        return Finding("I002", path, {"key": key, "known": known, "did_you_mean": did_you_mean(key, known)}, item)
    if value is None:
        return Finding("I049", path, {"key": key}, item)
    if kind == "literal_error":
        known = re.findall(r"'([^']*)'", str(detail["ctx"]["expected"]))
        values = {"key": key, "value": _shown(value), "known": known, "did_you_mean": did_you_mean(str(value), known)}
        return Finding("I005", path, values, item)
    if kind == "string_pattern_mismatch":
        return Finding("I006", path, {"value": _shown(value), "rule": _say(_pattern(path, of_key))}, item)
    if kind in _KINDS:
        found = _say(_kind_of(value))
        return Finding("I004", path, {"key": key, "expected": _say(_KINDS[kind]), "found": found}, item)
    return Finding("I035", path, {"key": key, "rule": _rule(kind, detail)}, item)


def _say(name: str, **values: Any) -> dict[str, str]:
    return {language: Messages(language)(f"instrument.expected.{name}", **values) for language in LANGUAGES}


def _rule(kind: str, detail: ErrorDetails) -> dict[str, str]:
    if kind not in _LIMITS:
        return dict.fromkeys(LANGUAGES, detail["msg"])
    limits = [limit for limit in detail.get("ctx", {}).values() if isinstance(limit, int | float)]
    return _say(_LIMITS[kind], n=limits[0] if limits else 0)


def _shown(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 40 else text[:37] + "..."


def _kind_of(value: Any) -> str:
    if isinstance(value, bool):
        return "true_or_false"
    if isinstance(value, int | float):
        return "number"
    return "list" if isinstance(value, list) else "keys" if isinstance(value, dict) else "text"


def _pattern(path: YamlPath, of_key: bool) -> str:
    if path == ("id",):
        return "instrument_id"
    if path[-1] in ("version", "hash") and not of_key:
        return str(path[-1])
    languages = path[:1] == ("languages",) or (of_key and path[:1] != ("scales",)) or (of_key and len(path) > 2)
    return "language" if languages and path[-2:-1] not in (("sets",), ("items",)) else "identifier"


def _fields_at(path: YamlPath) -> dict[str, Any]:
    """The keys that the part of the file at this path can have."""
    part: type[BaseModel]
    match path:
        case ("items", _):
            part = model.Item
        case ("scales", _):
            part = model.Scale
        case ("response_scales", _):
            part = model.ResponseScale
        case ("form", "blocks", _):
            part = model.Block
        case ("form", "planned_missing"):
            part = model.PlannedMissing
        case ("form",):
            part = model.Form
        case ("source",):
            part = model.Source
        case ("evidence", _):
            part = model.Evidence
        case ("examples", _):
            part = model.Example
        case ("bridges", _):
            part = model.Bridge
        case ("readability",):
            part = model.Readability
        case _:
            part = model.Instrument
    return {field.alias or name: field for name, field in part.model_fields.items()}
