"""Metadata as repositories take them: DataCite by its JSON Schema, Dataverse and DDI by their lists of fields."""

import json
from pathlib import Path

import jsonschema
import pytest

SCHEMA = Path(__file__).parents[2] / "reference" / "publication" / "datacite-v4.5.json"


def record(bundle, name):
    return json.loads(bundle.files[f"metadata/{name}.json"])


def test_datacite_fits_the_schema(bundle):
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    checker = jsonschema.Draft201909Validator(schema, format_checker=jsonschema.FormatChecker())
    assert [error.message for error in checker.iter_errors(record(bundle, "datacite"))] == []


@pytest.mark.parametrize("name", ["creators", "titles", "publisher", "publicationYear", "types", "schemaVersion"])
def test_the_schema_finds_what_is_missing(bundle, name):
    """That the check above could fail."""
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    content = record(bundle, "datacite")
    del content[name]
    assert not jsonschema.Draft201909Validator(schema).is_valid(content)


def test_datacite_says_who_and_what(bundle):
    found = record(bundle, "datacite")
    assert found["creators"][0]["affiliation"][0]["affiliationIdentifier"] == "https://ror.org/008xxew50"
    assert [one.get("titleType") for one in found["titles"]] == [None, "TranslatedTitle"]
    assert found["relatedIdentifiers"] == [
        {"relatedIdentifier": "10.5281/zenodo.1", "relatedIdentifierType": "DOI", "relationType": "IsSupplementTo"}
    ]
    methods = [one["description"] for one in found["descriptions"] if one["descriptionType"] == "Methods"]
    assert methods[1] == (
        "Practice-oriented research. Exploratory: it looks for ideas, which are to be tested later. "
        "A computer made up all answers. These are no research data."
    )
    assert "email" not in json.dumps(found).lower()


REQUIRED = {"title", "author", "datasetContact", "dsDescription", "subject"}
"""Fields without which Dataverse makes no data set (its metadata block 'citation')."""
PARTS = {
    "author": {"authorName", "authorAffiliation", "authorIdentifierScheme", "authorIdentifier"},
    "datasetContact": {"datasetContactName", "datasetContactEmail", "datasetContactAffiliation"},
    "dsDescription": {"dsDescriptionValue"},
    "keyword": {"keywordValue"},
    "grantNumber": {"grantNumberAgency", "grantNumberValue"},
}


def test_dataverse_has_the_fields_of_its_blocks(bundle):
    blocks = record(bundle, "dataverse")["datasetVersion"]["metadataBlocks"]
    fields = {one["typeName"]: one for one in blocks["citation"]["fields"]}
    assert set(fields) >= REQUIRED
    for name, parts in PARTS.items():
        assert fields[name]["typeClass"] == "compound"
        assert all(set(row) <= parts for row in fields[name]["value"])
        assert all(part["typeName"] == key for row in fields[name]["value"] for key, part in row.items())
    for block in blocks.values():
        for one in block["fields"]:
            assert set(one) == {"typeName", "multiple", "typeClass", "value"}
            assert isinstance(one["value"], list) == one["multiple"]


def test_ddi_describes_every_question_and_score(bundle):
    found = record(bundle, "ddi-codebook")
    variables = {one["name"]: one for one in found["variables"]}
    assert set(variables) == {"v1", "v2", "v3", "voice", "o1", "o2", "o3", "owned"}
    assert len({one["vid"] for one in found["variables"]}) == len(variables)
    assert variables["v1"]["var_qstn_qstnlit"] == "Wij zeggen wat we denken."
    assert variables["v1"]["var_catgry"][0] == {"value": "1", "label": "helemaal oneens"}
    assert variables["voice"]["var_derivation"] == "mean: v1, v2, v3"


def test_ddi_does_not_pass_on_what_belongs_to_others(bundle):
    variables = {one["name"]: one for one in record(bundle, "ddi-codebook")["variables"]}
    assert variables["o1"]["labl"] == "o1"
    assert {"var_qstn_qstnlit", "var_catgry"}.isdisjoint(variables["o1"])
