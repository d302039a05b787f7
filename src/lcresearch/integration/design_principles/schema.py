"""The format of design_principles.yaml as a JSON Schema, for editors: ``shipped/design_principles.schema.json``."""

from __future__ import annotations

from typing import Any

from lcresearch.integration.design_principles.model import PrinciplesFile
from lcresearch.synthesis.programme.schema import one_or_more

_ONE_OR_MORE = ("occasions", "goals", "elements", "codes", "scales")


def json_schema() -> dict[str, Any]:
    """The schema of design_principles.yaml.

    Examples
    --------
    >>> json_schema()["title"]
    'design_principles.yaml of lcresearch'
    """
    schema = PrinciplesFile.model_json_schema(by_alias=True)
    properties = schema["$defs"]["Principle"]["properties"]
    for key in _ONE_OR_MORE:
        properties[key] = one_or_more(properties[key])
    schema["properties"]["languages"] = one_or_more(schema["properties"]["languages"])
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    return head | schema | {"title": "design_principles.yaml of lcresearch"}


if __name__ == "__main__":
    import json
    from pathlib import Path

    from lcresearch.files import write_whole

    text = json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"
    write_whole(Path(__file__).parent / "shipped" / "design_principles.schema.json", text)
