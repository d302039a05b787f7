"""The format of logic_model.yaml as a JSON Schema, for editors: ``shipped/logic_model.schema.json``."""

from __future__ import annotations

from typing import Any

from lcresearch.integration.logic_models.model import LogicModelFile
from lcresearch.synthesis.programme.schema import one_or_more

_ONE_OR_MORE = ("outcomes", "scales", "codes", "themes")


def json_schema() -> dict[str, Any]:
    """The schema of logic_model.yaml.

    Examples
    --------
    >>> json_schema()["title"]
    'logic_model.yaml of lcresearch'
    """
    schema = LogicModelFile.model_json_schema(by_alias=True)
    properties = schema["$defs"]["Construct"]["properties"]
    for key in _ONE_OR_MORE:
        properties[key] = one_or_more(properties[key])
    for key in ("languages", "sources"):
        schema["properties"][key] = one_or_more(schema["properties"][key])
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    return head | schema | {"title": "logic_model.yaml of lcresearch"}


if __name__ == "__main__":
    import json
    from pathlib import Path

    from lcresearch.files import write_whole

    text = json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"
    write_whole(Path(__file__).parent / "shipped" / "logic_model.schema.json", text)
