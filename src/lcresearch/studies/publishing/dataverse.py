"""Metadata for a Dataverse repository: the JSON that its interface takes to make a data set.

DANS Data Stations and DataverseNL run Dataverse. It keeps what DDI Codebook 2.5 knows of a study, in its own JSON, and
gives it out as DDI; only fields that are the same in versions 5 and 6 are used here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lcresearch.messages import Messages
from lcresearch.studies.publishing.identifiers import orcid
from lcresearch.studies.publishing.published import Published
from lcresearch.studies.publishing.settings import LICENCES

_LANGUAGES = {"nl": "Dutch", "en": "English"}
Field = dict[str, Any]


def dataverse(one: Published) -> dict[str, Any]:
    """The body of a request that makes the data set."""
    name, address = LICENCES[str(one.use.licence)]
    blocks = {
        "citation": {"displayName": "Citation Metadata", "fields": _citation(one)},
        "socialscience": {"displayName": "Social Science and Humanities Metadata", "fields": _social_science(one)},
    }
    licence = {"name": name if one.use.licence != "CC0-1.0" else "CC0 1.0", "uri": address.rstrip("/")}
    if str(one.use.licence).startswith("CC-"):
        licence["name"] = str(one.use.licence).replace("CC-", "CC ").replace("-4.0", " 4.0")
    return {"datasetVersion": {"license": licence, "metadataBlocks": blocks}}


def primitive(name: str, value: str | Sequence[str]) -> Field:
    """A field of one text, or of several."""
    several = not isinstance(value, str)
    return {"typeName": name, "multiple": several, "typeClass": "primitive", "value": list(value) if several else value}


def vocabulary(name: str, value: str | Sequence[str]) -> Field:
    """A field with terms of a list of Dataverse."""
    return primitive(name, value) | {"typeClass": "controlledVocabulary"}


def compound(name: str, rows: Sequence[Sequence[Field]]) -> Field:
    """A field with several parts, as often as there are rows."""
    value = [{part["typeName"]: part for part in row} for row in rows]
    return {"typeName": name, "multiple": True, "typeClass": "compound", "value": value}


def _citation(one: Published) -> list[Field]:
    use = one.use
    fields = [
        primitive("title", one.main(one.title)),
        compound("author", [_author(creator) for creator in use.creators]),
        compound("dsDescription", [[primitive("dsDescriptionValue", text)] for text in one.description.values()]),
        vocabulary("subject", ["Social Sciences"]),
        compound("keyword", [[primitive("keywordValue", word)] for word in dict.fromkeys(use.keywords)]),
        vocabulary("language", [_LANGUAGES[language] for language in one.languages]),
        primitive("productionDate", one.date),
        primitive("kindOfData", ["aggregate data"]),
        primitive("notesText", _notes(one)),
    ]
    if use.contact is not None:
        contact = [primitive("datasetContactName", use.contact.name),
                   primitive("datasetContactEmail", use.contact.email)]  # fmt: skip
        at = use.contact.affiliation
        contact += [primitive("datasetContactAffiliation", at)] if at else []
        fields.append(compound("datasetContact", [contact]))
    if use.funders:
        rows = [
            [primitive("grantNumberAgency", funder.name),
             *([primitive("grantNumberValue", funder.grant)] if funder.grant else [])]
            for funder in use.funders
        ]  # fmt: skip
        fields.append(compound("grantNumber", rows))
    if use.related:
        fields.append(primitive("relatedMaterial", [f"{other.kind}: {other.identifier}" for other in use.related]))
    return fields


def _author(creator: Any) -> list[Field]:
    found = [primitive("authorName", creator.name)]
    if creator.affiliation is not None:
        found.append(primitive("authorAffiliation", creator.affiliation.name))
    if creator.orcid is not None:
        found.append(vocabulary("authorIdentifierScheme", "ORCID"))
        found.append(primitive("authorIdentifier", str(orcid(creator.orcid)).removeprefix("https://orcid.org/")))
    return found


def _notes(one: Published) -> str:
    say = Messages(one.languages[0])
    parts = [say(f"publishing.purpose.{one.use.purpose}"), say(f"publishing.evidence.{one.use.evidence}")]
    parts += [say("publishing.simulated")] if one.file.simulated else []
    return " ".join([*parts, say("publishing.embargo_until", date=one.available) if one.use.embargo else ""]).strip()


def _social_science(one: Published) -> list[Field]:
    say, waves = Messages(one.languages[0]), len(one.content.head.waves)
    units = [say(f"study.level.{level}") for level in one.file.ordered_levels]
    panel = waves > 1 and one.file.recognises_persons
    return [
        primitive("unitOfAnalysis", [say("publishing.ddi.person"), *units]),
        primitive("universe", [say("publishing.ddi.universe")]),
        primitive("timeMethod", say(f"publishing.ddi.{'panel' if panel else 'trend' if waves > 1 else 'once'}")),
        {"typeName": "targetSampleSize", "multiple": False, "typeClass": "compound", "value": {
            "targetSampleActualSize": primitive("targetSampleActualSize", str(one.content.response.n_persons))}},
        primitive("researchInstrument", say("publishing.ddi.instrument")),
    ]  # fmt: skip
