"""The format of an instrument file for editors: ``instruments/schema.json``."""

from __future__ import annotations

import json
from typing import Any

from lcresearch.instruments.model import Instrument


def json_schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of an instrument file.

    Returns
    -------
    dict
        For editors of YAML that know schemas.

    Examples
    --------
    >>> "response_scales" in json_schema()["properties"]
    True
    """
    schema = Instrument.model_json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def schema_text() -> str:
    """The content of ``instruments/schema.json``."""
    return json.dumps(json_schema(), ensure_ascii=False, indent=2) + "\n"
