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


_WHO = {"name", "affiliation", "role", "email"}
_VERSION = {"version", "version_date"}
DDI_NAMES = {
    "": {"type", "doc_desc", "study_desc", "data_files", "variables"},
    "doc_desc": {"title", "idno", "producers", "prod_date", "version_statement"},
    "doc_desc.producers": _WHO - {"email"},
    "doc_desc.version_statement": _VERSION,
    "study_desc": {
        "title_statement", "authoring_entity", "production_statement", "distribution_statement", "version_statement",
        "bib_citation", "study_info", "method", "data_access",
    },
    "study_desc.title_statement": {"idno", "title", "translated_title"},
    "study_desc.authoring_entity": {"name", "affiliation"},
    "study_desc.production_statement": {"prod_date", "copyright", "funding_agencies"},
    "study_desc.production_statement.funding_agencies": {"name", "grant"},
    "study_desc.distribution_statement": {"distributors", "contact", "distribution_date"},
    "study_desc.distribution_statement.distributors": {"name"},
    "study_desc.distribution_statement.contact": {"name", "affiliation", "email", "uri"},
    "study_desc.version_statement": _VERSION,
    "study_desc.study_info": {
        "keywords", "abstract", "nation", "analysis_unit", "universe", "data_kind", "notes",
    },
    "study_desc.study_info.keywords": {"keyword"},
    "study_desc.study_info.nation": {"name", "abbreviation"},
    "study_desc.method": {"data_collection", "method_notes"},
    "study_desc.method.data_collection": {"time_method", "research_instrument"},
    "study_desc.data_access": {"dataset_use"},
    "study_desc.data_access.dataset_use": {"cit_req", "conditions", "conf_dec"},
    "study_desc.data_access.dataset_use.conf_dec": {"txt"},
    "data_files": {"file_id", "file_name", "notes"},
    "variables": {
        "file_id", "vid", "name", "labl", "var_intrvl", "var_derivation", "var_notes", "var_qstn_qstnlit", "var_catgry",
    },
    "variables.var_catgry": {"value", "label"},
}  # fmt: skip
"""The names that we use, as the JSON Schemas of World Bank and IHSN have them (worldbank/metadata-schemas, schemas/
ddi-schema.json and variable-schema.json; ihsn/nada, datafile-schema.json)."""
DDI_KINDS = ["Sample survey data[ssd]", "Census/enumeration data[cen]", "Administrative records data[adm]",
             "Aggregate data[agg]", "Event/transaction data[even]", "Observation data/ratings[obs]"]  # fmt: skip


def names_in(content, place=""):
    """Each place with the names that stand in it, and the texts."""
    rows = content if isinstance(content, list) else [content]
    for row in rows:
        if isinstance(row, dict):
            yield place, set(row)
            for name, part in row.items():
                yield from names_in(part, f"{place}.{name}".lstrip("."))
        else:
            assert isinstance(row, str), place


def test_ddi_has_the_names_of_its_schemas(bundle):
    found = record(bundle, "ddi-codebook")
    for place, names in names_in(found):
        assert names <= DDI_NAMES[place], place
    assert set(found["study_desc"]["title_statement"]) >= {"idno", "title"}
    assert all(set(one) >= {"vid", "file_id", "name", "labl"} for one in found["variables"])
    assert {one["var_intrvl"] for one in found["variables"]} <= {"discrete", "contin"}
    assert found["study_desc"]["study_info"]["data_kind"] in DDI_KINDS


def test_ddi_does_not_pass_on_what_belongs_to_others(bundle):
    variables = {one["name"]: one for one in record(bundle, "ddi-codebook")["variables"]}
    assert variables["o1"]["labl"] == "o1"
    assert {"var_qstn_qstnlit", "var_catgry"}.isdisjoint(variables["o1"])
