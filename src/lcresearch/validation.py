"""What a pydantic model says about the content of a YAML file, in words that the owner of the file understands."""

from __future__ import annotations

import types
import typing
from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from lcresearch.errors import Place, Problem, nearest
from lcresearch.messages import LANGUAGES, Messages
from lcresearch.yaml_lines import LinedYaml, YamlPath

Model = TypeVar("Model", bound=BaseModel)

_KINDS = {
    "string_type": "text",
    "int_type": "whole_number",
    "int_from_float": "whole_number",
    "float_type": "number",
    "bool_type": "true_or_false",
    "tuple_type": "list",
    "list_type": "list",
    "dict_type": "keys",
    "model_type": "keys",
    "model_attributes_type": "keys",
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


def validated(model: type[Model], parsed: LinedYaml, file: str) -> tuple[Model | None, list[Problem]]:
    """The content of a YAML file as ``model``, or everything that keeps it from being one, each with its line."""
    if not isinstance(parsed.content, dict):
        problems = parsed.problems or [Problem("G045", Place(file=file, line=1))]
        return None, problems
    try:
        made = model.model_validate(parsed.content)
    except ValidationError as error:
        details = error.errors(include_url=False)
        return None, parsed.problems + [_problem(model, detail, parsed, file) for detail in details]
    return (None if parsed.problems else made), parsed.problems


def did_you_mean(name: str, names: typing.Iterable[str]) -> dict[str, str]:
    """The question 'Did you mean ...?' in each language; empty when no name comes near."""
    meant = nearest(name, names)
    texts = {language: Messages(language) for language in LANGUAGES}
    return {language: say("validation.did_you_mean", name=meant) if meant else "" for language, say in texts.items()}


def _problem(model: type[BaseModel], detail: ErrorDetails, parsed: LinedYaml, file: str) -> Problem:
    path: YamlPath = tuple(part for part in detail["loc"] if part != "[key]")
    kind, value = detail["type"], detail["input"]
    key = str(path[-1]) if path else ""
    place = Place(file=file, line=parsed.line(path))
    if kind == "missing":
        return Problem("G041", Place(file=file, line=parsed.line(path[:-1])), {"key": key})
    if kind == "extra_forbidden":
        known = _keys_at(model, path[:-1])
        return Problem("G040", place, {"key": key, "known": known, "did_you_mean": did_you_mean(key, known)})
    if kind == "literal_error":
        known = [part.strip("'") for part in str(detail["ctx"]["expected"]).replace(" or ", ", ").split(", ")]
        values = {"key": key, "value": _shown(value), "known": known, "did_you_mean": did_you_mean(str(value), known)}
        return Problem("G042", place, values)
    if kind in _KINDS:
        return Problem("G043", place, {"key": key, "expected": _say(_KINDS[kind]), "found": _say(_kind_of(value))})
    return Problem("G044", place, {"key": key, "value": _shown(value), "rule": _rule(kind, detail)})


def _say(name: str, **values: Any) -> dict[str, str]:
    return {language: Messages(language)(f"validation.{name}", **values) for language in LANGUAGES}


def _rule(kind: str, detail: ErrorDetails) -> dict[str, str]:
    if kind == "string_pattern_mismatch":
        return _say("pattern", pattern=str(detail["ctx"]["pattern"]))
    if kind not in _LIMITS:
        return dict.fromkeys(LANGUAGES, detail["msg"])
    limits = [limit for limit in detail.get("ctx", {}).values() if isinstance(limit, int | float)]
    return _say(_LIMITS[kind], n=limits[0] if limits else 0)


def _shown(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 40 else text[:37] + "..."


def _kind_of(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true_or_false"
    if isinstance(value, int | float):
        return "number"
    return "list" if isinstance(value, list | tuple) else "keys" if isinstance(value, Mapping) else "text"


def _keys_at(model: type[BaseModel], path: YamlPath) -> list[str]:
    """The keys that the part of the file at this path can have."""
    part: Any = model
    for step in path:
        part = _inside(_plain(part), step)
    part = _plain(part)
    if not (isinstance(part, type) and issubclass(part, BaseModel)):
        return []
    return [field.alias or name for name, field in part.model_fields.items()]


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


def _inside(annotation: Any, step: str | int) -> Any:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        fields = {field.alias or name: field.annotation for name, field in annotation.model_fields.items()}
        return fields.get(str(step))
    arguments = typing.get_args(annotation)
    if not arguments:
        return None
    return arguments[-1] if typing.get_origin(annotation) is dict else arguments[0]
