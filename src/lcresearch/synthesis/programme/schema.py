"""The format of programme.yaml as a JSON Schema, for editors: ``template/programme.schema.json``."""

from __future__ import annotations

from typing import Any

from lcresearch.synthesis.programme.model import ProgrammeFile

_ONE_OR_MORE = {
    "InstrumentUse": ("versions", "hashes"),
    "Element": ("confounders", "moderators"),
    "Model": ("waves", "elements", "covariates"),
    "Estimand": ("elements",),
}


def json_schema() -> dict[str, Any]:
    """The schema of programme.yaml.

    Examples
    --------
    >>> json_schema()["title"]
    'programme.yaml of lcresearch'
    """
    schema = ProgrammeFile.model_json_schema(by_alias=True)
    instruments = schema["properties"]["instruments"]
    instruments["items"] = {"anyOf": [{"type": "string"}, instruments["items"]]}
    for name, keys in _ONE_OR_MORE.items():
        properties = schema["$defs"][name]["properties"]
        for key in keys:
            properties[key] = one_or_more(properties[key])
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    return head | schema | {"title": "programme.yaml of lcresearch"}


def one_or_more(part: dict[str, Any]) -> dict[str, Any]:
    """A list for which one text may stand."""
    rest = {key: part[key] for key in ("default", "description", "title") if key in part}
    return rest | {"anyOf": [{"type": "string"}, {key: value for key, value in part.items() if key not in rest}]}


if __name__ == "__main__":
    import json
    from pathlib import Path

    from lcresearch.files import write_whole

    text = json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"
    write_whole(Path(__file__).parent / "template" / "programme.schema.json", text)
