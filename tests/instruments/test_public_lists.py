"""The catalogue, texts by language, and the schema that editors read."""

import json

import jsonschema
import pandas as pd
import pytest
import yaml

from lcresearch import instruments, shipped
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


def spoilt(content):
    """The small instrument with one thing wrong, each time another."""
    yield {key: value for key, value in content.items() if key != "items"}
    yield content | {"level": "crew"}
    yield content | {"levels": "team"}
    yield content | {"items": [content["items"][0] | {"reversed": "often"}, *content["items"][1:]]}
    yield content | {"languages": "en"}


def test_jsonschema_judges_instruments_as_the_check_does(write):
    schema = instruments.json_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    judge = jsonschema.Draft202012Validator(schema)
    for path in (shipped.folder("instruments") / f"{name}.yaml" for name in ("learning-culture", "learning-identity")):
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        assert judge.is_valid(json.loads(json.dumps(content, default=str))), path.name
    content = yaml.safe_load(write().read_text(encoding="utf-8"))
    assert judge.is_valid(json.loads(json.dumps(content)))
    assert instruments.check(write()) == []
    for changed in spoilt(content):
        assert not judge.is_valid(json.loads(json.dumps(changed)))
        assert instruments.check(write(text=yaml.safe_dump(changed)))


def test_an_instrument_holds_what_pyyaml_reads_in_whatever_order_it_is_written(write):
    content = yaml.safe_load(write().read_text(encoding="utf-8"))
    one = instruments.load(write())
    assert one.items_frame("en")["text"].tolist() == [item["text"]["en"] for item in content["items"]]
    assert {name: list(scale.items) for name, scale in one.scales.items()} == {
        name: scale["items"] for name, scale in content["scales"].items()
    }
    turned = dict(reversed(content.items()))
    other = instruments.load(write(text=yaml.safe_dump(turned, sort_keys=False)))
    assert other.hash == one.hash
    pd.testing.assert_frame_equal(other.items_frame("en"), one.items_frame("en"))
    answers = pd.DataFrame({"tv_01": [5.0, 2], "tv_02": [1.0, 4], "tv_03": [4.0, None]})
    pd.testing.assert_frame_equal(other.score(answers), one.score(answers))


def test_the_catalogue_counts_the_questions_that_pyyaml_finds():
    table = instruments.catalogue().set_index("id")
    for name in ("learning-culture", "learning-identity"):
        content = yaml.safe_load((shipped.folder("instruments") / f"{name}.yaml").read_text(encoding="utf-8"))
        assert table.loc[name, "items"] == len(content["items"])
    assert set(table.index) == {path.stem for path in shipped.folder("instruments").glob("*.yaml")}
