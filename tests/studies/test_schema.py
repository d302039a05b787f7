"""study.yaml for editors: the schema is published, up to date, and accepts the shipped studies."""

import json

import pytest

from lcresearch import shipped
from lcresearch.studies.schema import json_schema


def test_published_schema_is_up_to_date():
    published = json.loads((shipped.folder("analyses") / "study.schema.json").read_text(encoding="utf-8"))
    assert published == json_schema(), "renew it: python -m lcresearch.studies.schema"


@pytest.mark.parametrize("part", ["instruments", "responses"])
def test_a_word_may_stand_for_a_block(part):
    assert {"type": "string"} in json_schema()["properties"][part]["items"]["anyOf"]


def test_every_key_is_explained():
    for name, block in json_schema()["$defs"].items():
        for key, value in block.get("properties", {}).items():
            assert value.get("description"), f"{name}.{key}"
