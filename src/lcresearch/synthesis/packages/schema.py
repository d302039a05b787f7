"""The formats of manifest.json and effects.json as JSON Schemas, for programs other than this one: ``schemas/``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from lcresearch.files import write_whole
from lcresearch.synthesis.packages.manifest import Manifest
from lcresearch.synthesis.packages.stage_one import EffectsFile

FOLDER = Path(__file__).parent / "schemas"


def json_schemas() -> dict[str, dict[str, Any]]:
    """File name -> schema.

    Examples
    --------
    >>> {name: schema["title"] for name, schema in json_schemas().items()}["manifest.schema.json"]
    'manifest.json of an evidence package of lcresearch'
    """
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    found: dict[str, type[BaseModel]] = {"manifest": Manifest, "effects": EffectsFile}
    return {
        f"{name}.schema.json": head
        | model.model_json_schema()
        | {"title": f"{name}.json of an evidence package of lcresearch"}
        for name, model in found.items()
    }


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, schema in json_schemas().items():
        write_whole(FOLDER / name, json.dumps(schema, indent=2, ensure_ascii=False) + "\n")
