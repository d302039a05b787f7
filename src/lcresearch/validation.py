"""What a pydantic model says about the content of a YAML file, in words that the owner of the file understands."""

from __future__ import annotations

import re
import types
import typing
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from lcresearch.errors import nearest
from lcresearch.messages import LANGUAGES, Messages
from lcresearch.yaml_lines import YamlPath

Model = TypeVar("Model", bound=BaseModel)

UNKNOWN_KEY = "G040"

IDENTIFIER = r"^[A-Za-z_][A-Za-z0-9_]*$"
FILE_ID = r"^[a-z0-9][a-z0-9-]*$"
VERSION = r"^[0-9]+\.[0-9]+\.[0-9]+$"
HASH = r"^[0-9a-f]{64}$"
LANGUAGE = r"^[a-z]{2,3}$"
REPORT_LANGUAGE = r"^(nl|en)$"
_FORMS = {
    IDENTIFIER: "identifier",
    FILE_ID: "file_id",
    VERSION: "version",
    HASH: "hash",
    LANGUAGE: "language",
    REPORT_LANGUAGE: "report_language",
}

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


@dataclass(frozen=True)
class Finding:
    """A problem at a path in a file, still without its line."""

    code: str
    path: YamlPath
    values: Mapping[str, Any] = field(default_factory=dict)
    item: str | None = None


def validated(model: type[Model], content: Mapping[str, Any]) -> tuple[Model | None, list[Finding]]:
    """The content as ``model``, and what is wrong with it.

    Unknown keys alone do not stop it: the model is then made without them, so that later checks can run. The findings
    still name them.
    """
    try:
        return model.model_validate(content), []
    except ValidationError as error:
        details = [detail for detail in error.errors(include_url=False) if not _counts_wrong_members(detail)]
    found = [_finding(model, detail) for detail in details]
    if any(detail["type"] != "extra_forbidden" for detail in details):
        return None, found
    return model.model_validate(_without(content, {detail["loc"] for detail in details})), found


def did_you_mean(name: str, names: Iterable[str]) -> dict[str, str]:
    """The question 'Did you mean ...?' in each language; empty when no name comes near."""
    meant = nearest(name, names)
    if meant is None:
        return dict.fromkeys(LANGUAGES, "")
    return {language: Messages(language)("validation.did_you_mean", name=meant) for language in LANGUAGES}


def _without(part: Any, unknown: set[tuple[int | str, ...]], path: YamlPath = ()) -> Any:
    if isinstance(part, dict):
        kept = {key: value for key, value in part.items() if (*path, key) not in unknown}
        return {key: _without(value, unknown, (*path, key)) for key, value in kept.items()}
    if isinstance(part, list):
        return [_without(value, unknown, (*path, n)) for n, value in enumerate(part)]
    return part


def _counts_wrong_members(detail: ErrorDetails) -> bool:
    """Whether a list is called too short only since members with a problem of their own do not count."""
    members = detail["input"]
    return (
        detail["type"] == "too_short"
        and isinstance(members, list | tuple)
        and len(members) >= detail["ctx"]["min_length"]
    )


def _finding(model: type[BaseModel], detail: ErrorDetails) -> Finding:
    path, kind, value = detail["loc"], detail["type"], detail["input"]
    is_key = path[-1:] == ("[key]",)
    path = path[:-1] if is_key else path
    key = _named(path[:-1] if is_key else path)
    if kind == "missing" and isinstance(path[-1], str):
        return Finding("G041", path[:-1], {"key": key})
    if kind == "missing":
        return Finding("G044", path[:-1], {"key": str(path[-2]), "rule": _say("at_least_members", n=2)})
    if kind == "extra_forbidden":
        key, known = str(path[-1]), _keys_at(model, path[:-1])
        return Finding(UNKNOWN_KEY, path, {"key": key, "known": known, "did_you_mean": did_you_mean(key, known)})
    if value is None:
        return Finding("G046", path, {"key": key})
    if kind == "literal_error":
        expected = str(detail["ctx"]["expected"])
        known = re.findall(r"'([^']*)'", expected) or re.split(r", | or ", expected)
        owner = _owner(path[:-1] if is_key else path)
        values = {"key": owner, "value": _shown(value), "known": known, "did_you_mean": did_you_mean(str(value), known)}
        return Finding("G042", path, values)
    if kind in _KINDS:
        return Finding("G043", path, {"key": key, "expected": _say(_KINDS[kind]), "found": _say(_kind_of(value))})
    if kind == "string_pattern_mismatch":
        return Finding("G047", path, {"value": _shown(value), "rule": _form(str(detail["ctx"]["pattern"]))})
    return Finding("G044", path, {"key": key, "rule": _rule(kind, detail)})


def _owner(path: YamlPath) -> str:
    """The last key on a path: for a member of a list, the key of that list."""
    return next((step for step in reversed(path) if isinstance(step, str)), "")


def _named(path: YamlPath) -> str | dict[str, str]:
    """A key as messages call it; a member of a list, or the value of a code, by the key that it stands under."""
    owner = _owner(path)
    return _say("member", owner=owner) if path and isinstance(path[-1], int) else owner


def _say(name: str, **values: Any) -> dict[str, str]:
    return {language: Messages(language)(f"validation.{name}", **values) for language in LANGUAGES}


def _form(pattern: str) -> dict[str, str]:
    """What a pattern asks for in words, where the catalogue has them."""
    return _say(f"form.{_FORMS[pattern]}") if pattern in _FORMS else dict.fromkeys(LANGUAGES, pattern)


def _rule(kind: str, detail: ErrorDetails) -> dict[str, str]:
    if kind not in _LIMITS:
        return dict.fromkeys(LANGUAGES, detail["msg"])
    if kind == "string_too_short" and detail["ctx"]["min_length"] > 1:
        return _say("at_least_characters", n=detail["ctx"]["min_length"])
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
    return "list" if isinstance(value, list | tuple) else "keys" if isinstance(value, dict) else "text"


def _keys_at(model: type[BaseModel], path: YamlPath) -> list[str]:
    """The keys that the part of the file at this path can have."""
    part: Any = model
    for step in path:
        part = _inside(_plain(part), step)
    part = _plain(part)
    return list(_fields(part)) if _is_model(part) else []


def _plain(annotation: Any) -> Any:
    """An annotation without ``Annotated`` and ``| None``."""
    while True:
        origin = typing.get_origin(annotation)
        if origin is typing.Annotated:
            annotation = typing.get_args(annotation)[0]
        elif origin in (typing.Union, types.UnionType):
            annotation = next(part for part in typing.get_args(annotation) if part is not type(None))
        else:
            return annotation


def _is_model(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def _fields(model: type[BaseModel]) -> dict[str, Any]:
    return {part.alias or name: part.annotation for name, part in model.model_fields.items()}


def _inside(annotation: Any, step: str | int) -> Any:
    """The annotation of a key of a model or mapping, or of a member of a list."""
    if _is_model(annotation):
        return _fields(annotation).get(str(step))
    arguments = typing.get_args(annotation)
    if not arguments:
        return None
    return arguments[-1] if typing.get_origin(annotation) is dict else arguments[0]
