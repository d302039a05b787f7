"""DDI Codebook 2.5 as JSON: the study, and each question and score as a variable.

DDI Codebook is XML. The JSON form with the widest use is that of the International Household Survey Network and the
World Bank (NADA catalogues, Metadata Editor): the elements of DDI Codebook 2.5 under names in full. That form is
written here, by the names of its schemas ``ddi-schema.json``, ``datafile-schema.json`` and ``variable-schema.json``. It
describes variables of which the data stay in the house, so that others can ask the same questions. It is not DDI
Lifecycle and not DDI-CDI.

References
----------
World Bank and IHSN. Metadata schemas: microdata (DDI Codebook 2.5 in JSON).
https://worldbank.github.io/metadata-schemas/
"""

from __future__ import annotations

from typing import Any

from lcresearch.instruments import Instrument
from lcresearch.instruments.model import Item
from lcresearch.messages import Messages
from lcresearch.studies.publishing.published import Published
from lcresearch.studies.publishing.settings import LICENCES

FILE = "F1"


def ddi(one: Published) -> dict[str, Any]:
    """The codebook."""
    use, say = one.use, Messages(one.languages[0])
    producers = [{"name": creator.name, "role": "creator"} | (
        {"affiliation": creator.affiliation.name} if creator.affiliation is not None else {})
        for creator in use.creators]  # fmt: skip
    return {
        "type": "survey",
        "doc_desc": {"title": one.main(one.title), "idno": one.file.id, "producers": producers, "prod_date": one.date,
                     "version_statement": {"version": use.version, "version_date": one.date}},
        "study_desc": _study(one, say),
        "data_files": [{"file_id": FILE, "file_name": say("publishing.ddi.no_rows"),
                        "notes": say("publishing.ddi.no_rows_why")}],
        "variables": _variables(one),
    }  # fmt: skip


def _study(one: Published, say: Messages) -> dict[str, Any]:
    use, waves = one.use, one.content.head.waves
    licence = LICENCES[str(use.licence)]
    others = {language: text for language, text in one.title.items() if text != one.main(one.title)}
    title = {"idno": one.file.id, "title": one.main(one.title)}
    title |= {"translated_title": "; ".join(others.values())} if others else {}
    authors = [{"name": creator.name} | ({"affiliation": creator.affiliation.name} if creator.affiliation else {})
               for creator in use.creators]  # fmt: skip
    funders = [{"name": funder.name} | ({"grant": funder.grant} if funder.grant else {}) for funder in use.funders]
    contact = [] if use.contact is None else [{"name": use.contact.name, "email": use.contact.email}]
    panel = len(waves) > 1 and one.file.recognises_persons
    kind = "panel" if panel else "trend" if len(waves) > 1 else "once"
    return {
        "title_statement": title,
        "authoring_entity": authors,
        "production_statement": {"prod_date": one.date, "copyright": licence[0], "funding_agencies": funders},
        "distribution_statement": {"distributors": [{"name": use.publisher}], "contact": contact,
                                   "distribution_date": one.available},
        "version_statement": {"version": use.version, "version_date": one.date},
        "bib_citation": one.citation,
        "study_info": {
            "keywords": [{"keyword": word} for word in dict.fromkeys(use.keywords)],
            "abstract": "\n\n".join(one.description.values()),
            "nation": [{"name": name} for name in use.countries],
            "analysis_unit": "; ".join([say("publishing.ddi.person"),
                                        *(say(f"study.level.{level}") for level in one.file.ordered_levels)]),
            "universe": say("publishing.ddi.universe"),
            "data_kind": "Aggregate data[agg]",
            "notes": say(f"publishing.purpose.{use.purpose}") + " " + say(f"publishing.evidence.{use.evidence}"),
        },
        "method": {
            "data_collection": {"time_method": say(f"publishing.ddi.{kind}"),
                                "research_instrument": "; ".join(f"{i.id} {i.version}" for i in one.instruments)},
            "method_notes": say("publishing.ddi.methods"),
        },
        "data_access": {"dataset_use": {"cit_req": one.citation, "conditions": f"{licence[0]} ({licence[1]})",
                                        "conf_dec": [{"txt": say("publishing.ddi.confidential")}]}},
    }  # fmt: skip


def _variables(one: Published) -> list[dict[str, Any]]:
    language, found = one.languages[0], list[dict[str, Any]]()
    scales = {scale.name for scale in one.content.scales}
    for instrument in one.instruments:
        items = {item.id: item for item in instrument.items}
        for item in items.values():
            found.append(_item(instrument, item, language, len(found) + 1))
        for name, scale in instrument.scales.items():
            if name in scales:
                text = scale.title.get(language) or next(iter(scale.title.values()))
                how = f"{scale.method}: {', '.join(scale.items)}"
                found.append({"file_id": FILE, "vid": f"V{len(found) + 1}", "name": name, "labl": text,
                              "var_intrvl": "contin", "var_derivation": how,
                              "var_notes": f"{instrument.id} {instrument.version}"})  # fmt: skip
    return found


def _item(instrument: Instrument, item: Item, language: str, number: int) -> dict[str, Any]:
    """A question: its wording and answers, as far as its licence lets these be passed on."""
    texts = instrument.shareable_text(item.id)
    text = texts.get(language) or next(iter(texts.values()))
    found: dict[str, Any] = {"file_id": FILE, "vid": f"V{number}", "name": item.id, "labl": text,
                             "var_intrvl": "contin" if item.type == "number" else "discrete",
                             "var_notes": f"{instrument.id} {instrument.version}; {instrument.licence}"}  # fmt: skip
    if not instrument.shareable:
        return found
    found["var_qstn_qstnlit"] = text
    answers = instrument.response_scale_of(item.id)
    if answers is not None:
        labels = answers.labels_in(language, missing=True)
        found["var_catgry"] = [{"value": str(code), "label": label} for code, label in sorted(labels.items())]
    return found
