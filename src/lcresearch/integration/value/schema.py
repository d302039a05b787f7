"""The format of value.yaml as a JSON Schema, for editors: ``template/value.schema.json``."""

from __future__ import annotations

from typing import Any

from lcresearch.integration.value.model import ValueFile

_NUMBERS = ("quantity", "price", "attribution", "deadweight", "drop_off", "number", "participants", "discount_rate")


def json_schema() -> dict[str, Any]:
    """The schema of value.yaml.

    Examples
    --------
    >>> json_schema()["title"]
    'value.yaml of lcresearch'
    """
    schema = ValueFile.model_json_schema(by_alias=True)
    for part in (schema, *schema["$defs"].values()):
        for name, about in part.get("properties", {}).items():
            if name in _NUMBERS:
                part["properties"][name] = _short(about)
            elif name in ("leads_to", "years"):
                part["properties"][name] = _single(about, "string" if name == "leads_to" else "integer")
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    return head | schema | {"title": "value.yaml of lcresearch"}


def _short(about: dict[str, Any]) -> dict[str, Any]:
    """A number, or table#column, may stand for a quantity."""
    rest = {key: about[key] for key in ("default", "description", "title") if key in about}
    return rest | {"anyOf": [{"type": "number"}, {"type": "string"}, {"$ref": "#/$defs/Quantity"}]}


def _single(about: dict[str, Any], kind: str) -> dict[str, Any]:
    rest = {key: about[key] for key in ("default", "description", "title") if key in about}
    return rest | {"anyOf": [{"type": kind}, {key: value for key, value in about.items() if key not in rest}]}


if __name__ == "__main__":
    import json
    from pathlib import Path

    from lcresearch.files import write_whole

    text = json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"
    write_whole(Path(__file__).parent / "template" / "value.schema.json", text)
