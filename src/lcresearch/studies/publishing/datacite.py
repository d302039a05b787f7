"""Metadata by DataCite 4.5 as JSON, as its REST interface takes them in ``attributes``.

Of the relations and kinds that versions 4.6 (December 2024) and 4.7 (March 2026) added, none is used.

References
----------
DataCite Metadata Working Group (2024). DataCite Metadata Schema for the Publication and Citation of Research Data and
Other Research Outputs, version 4.5. https://doi.org/10.14454/g8e5-6293
"""

from __future__ import annotations

from typing import Any

from lcresearch.messages import Messages
from lcresearch.studies.publishing.identifiers import orcid, ror, work
from lcresearch.studies.publishing.published import Published, Text
from lcresearch.studies.publishing.settings import LICENCES, Creator, Funder

_ORCID = {"nameIdentifierScheme": "ORCID", "schemeUri": "https://orcid.org"}
_FIELD = {
    "subject": "FOS: Social sciences",
    "subjectScheme": "Fields of Science and Technology (FOS)",
    "schemeUri": "http://www.oecd.org/science/inno/38235147.pdf",
}


def datacite(one: Published) -> dict[str, Any]:
    """The record; without a DOI, which the repository gives."""
    use = one.use
    name, address = LICENCES[str(use.licence)]
    record: dict[str, Any] = {
        "types": {"resourceTypeGeneral": "Dataset", "resourceType": "Aggregated results of a study"},
        "creators": [_creator(creator) for creator in use.creators],
        "titles": _titles(one),
        "publisher": {"name": use.publisher},
        "publicationYear": one.available[:4],
        "subjects": [_FIELD, *({"subject": word} for word in dict.fromkeys(use.keywords))],
        "dates": _dates(one),
        "language": one.languages[0],
        "version": use.version,
        "rightsList": [
            {"rights": name, "rightsUri": address, "rightsIdentifier": str(use.licence).lower(),
             "rightsIdentifierScheme": "SPDX", "schemeUri": "https://spdx.org/licenses/"}
        ],
        "descriptions": _descriptions(one),
        "formats": ["text/html", "text/csv", "application/json", "image/svg+xml", "image/png", "application/x-yaml"],
        "schemaVersion": "http://datacite.org/schema/kernel-4",
    }  # fmt: skip
    if use.contact is not None:
        at = {"affiliation": [{"name": use.contact.affiliation}]} if use.contact.affiliation else {}
        record["contributors"] = [{"name": use.contact.name, "contributorType": "ContactPerson"} | at]
    if use.related:
        record["relatedIdentifiers"] = [
            {"relatedIdentifier": work(other.identifier, other.kind), "relatedIdentifierType": other.kind,
             "relationType": other.relation}
            for other in use.related
        ]  # fmt: skip
    if use.funders:
        record["fundingReferences"] = [_funder(funder) for funder in use.funders]
    return record


def _creator(creator: Creator) -> dict[str, Any]:
    found: dict[str, Any] = {
        "name": creator.name,
        "nameType": "Personal",
        "givenName": creator.given_name,
        "familyName": creator.family_name,
    }
    if creator.orcid is not None:
        found["nameIdentifiers"] = [{"nameIdentifier": orcid(creator.orcid)} | _ORCID]
    at = creator.affiliation
    if at is not None:
        known = {"affiliationIdentifier": ror(at.ror), "affiliationIdentifierScheme": "ROR",
                 "schemeUri": "https://ror.org"} if at.ror is not None else {}  # fmt: skip
        found["affiliation"] = [{"name": at.name} | known]
    return found


def _funder(funder: Funder) -> dict[str, Any]:
    found: dict[str, Any] = {"funderName": funder.name}
    if funder.ror is not None:
        found |= {"funderIdentifier": ror(funder.ror), "funderIdentifierType": "ROR"}
    found |= {"awardNumber": funder.grant} if funder.grant is not None else {}
    return found | ({"awardTitle": funder.title} if funder.title is not None else {})


def _titles(one: Published) -> list[dict[str, str]]:
    ordered = _by_language(one, one.title)
    return [
        {"title": text, "lang": language} | ({} if n == 0 else {"titleType": "TranslatedTitle"})
        for n, (language, text) in enumerate(ordered)
    ]


def _by_language(one: Published, text: Text) -> list[tuple[str, str]]:
    """The text in each language that it has, that of the study first."""
    order = [language for language in one.languages if language in text]
    return [(language, text[language]) for language in [*order, *(other for other in text if other not in order)]]


def _dates(one: Published) -> list[dict[str, str]]:
    found = [{"date": one.date, "dateType": "Created"}]
    return found + ([{"date": one.available, "dateType": "Available"}] if one.use.embargo else [])


def _descriptions(one: Published) -> list[dict[str, str]]:
    found = [
        {"description": text, "descriptionType": "Abstract", "lang": language}
        for language, text in _by_language(one, one.description)
    ]
    for language in one.languages:
        say = Messages(language)
        about = say(f"publishing.purpose.{one.use.purpose}") + " " + say(f"publishing.evidence.{one.use.evidence}")
        made_up = " " + say("publishing.simulated") if one.file.simulated else ""
        methods = {"description": about + made_up, "descriptionType": "Methods", "lang": language}
        found.append(methods)
    return found
