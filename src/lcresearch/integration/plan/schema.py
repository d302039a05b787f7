"""The format of integration.yaml as a JSON Schema, for editors: ``template/integration.schema.json``."""

from __future__ import annotations

from typing import Any

from lcresearch.integration.plan.model import IntegrationFile
from lcresearch.synthesis.programme.schema import one_or_more

_ONE_OR_MORE = {"ElementCodes": ("helps", "lacks", "hinders", "mentions", "mechanisms")}


def json_schema() -> dict[str, Any]:
    """The schema of integration.yaml.

    Examples
    --------
    >>> json_schema()["title"]
    'integration.yaml of lcresearch'
    """
    schema = IntegrationFile.model_json_schema(by_alias=True)
    for name, keys in _ONE_OR_MORE.items():
        properties = schema["$defs"][name]["properties"]
        for key in keys:
            properties[key] = one_or_more(properties[key])
    elements = schema["properties"]["elements"]["patternProperties"]
    for pattern, part in elements.items():
        elements[pattern] = {"anyOf": [{"type": "string"}, part]}
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    return head | schema | {"title": "integration.yaml of lcresearch"}


if __name__ == "__main__":
    import json
    from pathlib import Path

    from lcresearch.files import write_whole

    text = json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"
    write_whole(Path(__file__).parent / "template" / "integration.schema.json", text)
