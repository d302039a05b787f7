"""The catalogue, texts by language, and the schema that editors read."""

import json

import pytest

from lcresearch import instruments
from lcresearch.errors import InstrumentError
from lcresearch.instruments import Instrument


def test_the_catalogue_by_something_else_is_refused():
    with pytest.raises(InstrumentError) as refused:
        instruments.catalogue(by="scale")
    assert refused.value.problems[0].code == "I056"


def test_a_text_is_found_by_its_language_in_any_order_and_nothing_gives_nothing():
    texts = {"nl": "vraag", "en": "question"}
    turned = dict(reversed(texts.items()))
    for language, text in texts.items():
        assert instruments.text_in(texts, language) == instruments.text_in(turned, language) == text
    assert instruments.text_in({}, "nl") == ""


def test_the_schema_is_plain_json_and_names_every_key_of_an_instrument():
    schema = instruments.json_schema()
    assert json.loads(json.dumps(schema)) == schema == instruments.json_schema()
    assert set(schema["required"]) <= set(schema["properties"])
    keys = {field.alias or name for name, field in Instrument.model_fields.items()}
    assert set(schema["properties"]) <= keys


def test_the_schema_is_a_copy_so_that_changing_it_changes_no_other():
    instruments.json_schema()["properties"].clear()
    assert instruments.json_schema()["properties"]
