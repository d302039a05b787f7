"""The files of a bundle by name: made here one by one, and nothing copied from the folder with results."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from typing import Any

from lcresearch import output_folder
from lcresearch.messages import LANGUAGES
from lcresearch.reporting.export import about, export_tables
from lcresearch.reporting.figures import report_figures
from lcresearch.reporting.files_by_language import linked, page_names, table_files
from lcresearch.reporting.html import render
from lcresearch.reporting.png import png_file
from lcresearch.reporting.publication_index import render_index
from lcresearch.reporting.publication_readme import licence_text, readme
from lcresearch.reporting.publication_summary import render_summary, summary_names
from lcresearch.reporting.publication_words import PublicationFacts
from lcresearch.reporting.svg import svg_file
from lcresearch.reporting.wording import records
from lcresearch.studies.publishing.citation import citation_file
from lcresearch.studies.publishing.datacite import datacite
from lcresearch.studies.publishing.dataverse import dataverse
from lcresearch.studies.publishing.ddi import ddi
from lcresearch.studies.publishing.materials import codebook_files, in_library, instrument_files
from lcresearch.studies.publishing.published import Published
from lcresearch.studies.publishing.replay import replay_columns, replay_files
from lcresearch.studies.publishing.settings import LICENCES

Files = dict[str, str | bytes]
MANIFEST = "manifest-sha256.txt"
KIND = output_folder.Kind(
    "publication",
    ("index*.html", "summary.*.html", "report*.html", "README.md", "CITATION.cff", "LICENSE.txt", MANIFEST),
    {
        "tables": ("*.csv", "*.xlsx"),
        "figures": ("*.svg", "*.png"),
        "instruments": ("*.yaml", "*.json"),
        "codebook": ("*.json",),
        "metadata": ("*.json",),
        "logs": ("*.json",),
        "replay": ("*.yaml",),
    },
)
"""What a folder with a bundle holds; nothing else is ever replaced."""


def bundle_files(one: Published) -> Files:
    """Everything of a bundle by its name, the manifest last. The same study gives the same bytes."""
    files: Files = {**_pages(one), **_numbers(one), **instrument_files(one.instruments), **codebook_files(one.codebook)}
    metadata = {"datacite": datacite(one), "dataverse": dataverse(one), "ddi-codebook": ddi(one)}
    files |= {f"metadata/{name}.json": _json(content) for name, content in metadata.items()}
    files |= {"logs/decisions.json": _json(decision_log(one)), "logs/disclosure.json": _json(one.disclosure),
              "logs/methods.json": _json(method_register(one))}  # fmt: skip
    files |= replay_files(one)
    facts = facts_of(one)
    names = page_names("index", one.languages)
    files |= {
        name: render_index(one.content, facts, language, sorted(files), other_reports=linked(names))
        for language, name in names.items()
    }
    files |= {"README.md": readme(facts, one.languages), "CITATION.cff": citation_file(one),
              "LICENSE.txt": licence_text(facts)}  # fmt: skip
    files[output_folder.RECORD] = _json(record_of(one))
    files[MANIFEST] = manifest(files)
    return files


def _pages(one: Published) -> Files:
    names = page_names("report", one.languages)
    pages: Files = {
        name: render(one.content, language, other_reports=linked(names)) for language, name in names.items()
    }
    facts = facts_of(one)
    return pages | {
        name: render_summary(one.content, facts, language, other_reports=summary_names())
        for language, name in summary_names().items()
    }


def _numbers(one: Published) -> Files:
    tables = table_files(export_tables(one.content), about(one.content))
    files: Files = {f"tables/{name}": content for name, content in tables.items()}
    for language in one.languages:
        for drawing in report_figures(one.content, language):
            files[f"figures/{drawing.name}.{language}.svg"] = svg_file(drawing)
            files[f"figures/{drawing.name}.{language}.png"] = png_file(drawing)
    return files


def facts_of(one: Published) -> PublicationFacts:
    """What pages say beside numbers."""
    use, before = one.use, one.decisions.beforehand
    name, address = LICENCES[str(use.licence)]
    return PublicationFacts(
        study=one.file.id,
        title=one.title,
        description=one.description,
        creators=tuple((c.name, c.affiliation.name if c.affiliation is not None else "") for c in use.creators),
        contact=(use.contact.name, use.contact.email) if use.contact is not None else ("", ""),
        publisher=str(use.publisher),
        funders=tuple(funder.name for funder in use.funders),
        licence=(str(use.licence), name, address),
        purpose=str(use.purpose),
        evidence=str(use.evidence),
        citation=one.citation,
        version=use.version,
        date=one.date,
        available=one.available if use.embargo else "",
        simulated=one.file.simulated,
        instruments=tuple((i.id, i.version, i.title, i.licence, i.shareable, in_library(i)) for i in one.instruments),
        decisions=tuple((each.name, each.planned, each.done, each.state) for each in one.decisions.made),
        results=tuple((scale.title, before.facts.kind(scale.name)) for scale in one.content.scales),
        plan=before.facts,
        disclosure=one.disclosure,
        software={"lcresearch": str(one.record["lcresearch"])} | dict(one.record["software"]),
        columns=replay_columns(one.file),
        has_codebook=one.codebook is not None and bool(one.codebook.codes),
    )  # fmt: skip


def decision_log(one: Published) -> dict[str, Any]:
    """Decisions beforehand and afterwards, and the kind of each result."""
    decisions, quality = one.decisions, one.content.quality
    before = decisions.beforehand
    rows = [] if quality is None else [
        {"reason": str(row.reason), "rows": "1-2" if row.n != row.n else int(row.n)}
        for row in records(quality.rows)
    ]  # fmt: skip
    return {
        "study": one.file.id,
        "purpose": one.use.purpose,
        "evidence": one.use.evidence,
        "plan": {
            "date": before.plan_date or None,
            "registered": before.registered or None,
            "fingerprint": before.plan_fingerprint or None,
            "short_cycle_fingerprint": before.short_cycle_fingerprint or None,
        },
        "done": {"date": one.date, "fingerprint": decisions.fingerprint},
        "decisions": [
            {"decision": each.name, "planned": each.planned, "done": each.done, "state": each.state}
            for each in decisions.made
        ],
        "results": [
            {"scale": scale.name, "kind": before.facts.kind(scale.name)} for scale in one.content.scales
        ],
        "rows": rows,
        "columns_with_personal_data_left_out": int(
            dict(one.record.get("left_out", {})).get("columns_with_personal_data", 0)
        ),
    }  # fmt: skip


def method_register(one: Published) -> dict[str, Any]:
    """Which version of what computed which part."""
    seed = one.record.get("seed")
    return {
        "lcresearch": one.record["lcresearch"],
        "software": dict(one.record["software"]),
        "seed": seed if isinstance(seed, int) else None,
        "instruments": {i.id: {"version": i.version, "hash": i.hash, "status": i.status} for i in one.instruments},
        "codebook": None if one.codebook is None else {"name": one.codebook.name, "version": one.codebook.version},
        "scores": [
            {"scale": name, "instrument": i.id, "method": scale.method, "items": list(scale.items),
             "minimum_answered": scale.minimum_answered or len(scale.items)}
            for i in one.instruments for name, scale in i.scales.items()
            if name in {shown.name for shown in one.content.scales}
        ],
        "analyses": list(one.file.analyses),
    }  # fmt: skip


def record_of(one: Published) -> dict[str, Any]:
    """``run.json`` of the bundle: versions, and hashes of study.yaml and instruments; one of all answers."""
    inputs: Mapping[str, str] = one.record["inputs"]
    study = next((name for name in inputs if name.endswith((".yaml", ".yml"))), "")
    return {
        "publication": one.file.id,
        "version": one.use.version,
        "date": one.date,
        "lcresearch": one.record["lcresearch"],
        "software": dict(one.record["software"]),
        "simulated": one.file.simulated,
        "minimum_cell": one.content.head.minimum_cell,
        "languages": sorted({*one.languages, *LANGUAGES}),
        "study_file": inputs.get(study, ""),
        "inputs_together": together(inputs),
        "instruments": dict(one.record["instruments"]),
        "decisions": one.decisions.fingerprint,
    }


def together(inputs: Mapping[str, str]) -> str:
    """One hash of all that was read; names of files stay behind, since they may hold that of a firm or person."""
    return hashlib.sha256("\n".join(sorted(inputs.values())).encode("ascii")).hexdigest()


def manifest(files: Mapping[str, str | bytes]) -> str:
    """A line a file, as ``sha256sum --check`` reads it."""
    lines = [f"{hashlib.sha256(_bytes(content)).hexdigest()}  {name}" for name, content in sorted(files.items())]
    return "\n".join(lines) + "\n"


def zipped(files: Mapping[str, str | bytes], folder: str, date: str) -> bytes:
    """A ZIP of all files in one folder, dated by the run."""
    year, month, day = (int(part) for part in date.split("-"))
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in sorted(files.items()):
            member = zipfile.ZipInfo(f"{folder}/{name}", (year, month, day, 0, 0, 0))
            member.compress_type, member.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            member.create_system = 3
            made.writestr(member, _bytes(content))
    return stream.getvalue()


def _bytes(content: str | bytes) -> bytes:
    return content.encode("utf-8") if isinstance(content, str) else content


def _json(content: Any) -> str:
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"
