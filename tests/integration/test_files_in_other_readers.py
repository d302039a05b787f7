"""Files of integration as other programs read them: PyYAML, and jsonschema by the schema that editors use."""

import json

import jsonschema
import pytest
import yaml

from lcresearch import integration
from lcresearch.errors import IntegrationError

FILES = {
    "cards": (integration.new_cards, integration.read_cards, "cards.yaml", "cards"),
    "logic_model": (integration.new_logic_model, integration.read_logic_model, "logic_model.yaml", "constructs"),
    "principles": (integration.new_principles, integration.read_principles, "design_principles.yaml", "principles"),
    "value": (integration.new_value, integration.read_value, "value.yaml", "costs"),
}


def errors(folder, content):
    (schema,) = (json.loads(path.read_text(encoding="utf-8")) for path in folder.glob("*.schema.json"))
    kind = jsonschema.validators.validator_for(schema)
    kind.check_schema(schema)
    return [error.message for error in kind(schema).iter_errors(json.loads(json.dumps(content, default=str)))]


@pytest.mark.parametrize("name", FILES)
def test_a_file_to_start_from_fits_its_schema_and_what_does_not_is_refused_by_both(name, tmp_path):
    begin, read, file, part = FILES[name]
    begin(tmp_path / "new")
    path = tmp_path / "new" / file
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert errors(path.parent, content) == []
    assert list(getattr(read(path), part)) == list(content[part])
    for spoilt in (
        {key: value for key, value in content.items() if key != part},
        content | {"languages": 3, "title": 3},
    ):
        path.write_text(yaml.safe_dump(spoilt), encoding="utf-8")
        assert errors(path.parent, spoilt)
        with pytest.raises(IntegrationError):
            read(path)


@pytest.mark.parametrize("name", FILES)
def test_the_order_of_keys_and_the_way_of_writing_do_not_matter(name, tmp_path):
    begin, read, file, _ = FILES[name]
    begin(tmp_path)
    usual = read(tmp_path / file)
    content = yaml.safe_load((tmp_path / file).read_text(encoding="utf-8"))
    turned = dict(reversed(content.items()))
    (tmp_path / file).write_text(json.dumps(turned, default=str, indent=1), encoding="utf-8")
    assert read(tmp_path / file) == usual
