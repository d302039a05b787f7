"""The formats of a package, published for other programs."""

import json

import pytest

from lcresearch.synthesis import prepare_packages
from lcresearch.synthesis.packages.invented import invented_evidence
from lcresearch.synthesis.packages.schema import FOLDER, json_schemas
from lcresearch.synthesis.programme import example_programme


@pytest.mark.parametrize("name", json_schemas())
def test_published_schema_is_up_to_date(name):
    published = json.loads((FOLDER / name).read_text(encoding="utf-8"))
    assert published == json.loads(json.dumps(json_schemas()[name])), "python -m lcresearch.synthesis.packages.schema"


@pytest.mark.parametrize("schema", json_schemas().values(), ids=json_schemas())
def test_every_key_is_explained(schema):
    blocks = [schema, *schema["$defs"].values()]
    missing = [
        key for block in blocks for key, value in block.get("properties", {}).items() if "description" not in value
    ]
    assert missing == []


def test_a_manifest_has_the_keys_of_its_schema():
    (package,) = prepare_packages(invented_evidence(), example_programme())
    schema = json_schemas()["manifest.schema.json"]
    assert list(package.manifest.model_dump()) == list(schema["properties"])
    assert set(schema["required"]) <= set(package.manifest.model_dump())
