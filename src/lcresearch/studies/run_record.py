"""What a run leaves beside its report: the record of versions and inputs, and rows of persons under ``private/``."""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

import lcresearch
from lcresearch import output_folder
from lcresearch.files import file_hash, private_folder
from lcresearch.instruments import Instrument
from lcresearch.responses import Responses
from lcresearch.studies.file_names import shown_name
from lcresearch.studies.gathering import Gathered
from lcresearch.studies.interview_findings import TOPICS_SEED
from lcresearch.studies.interview_reading import ReadInterviews
from lcresearch.studies.loading import is_there
from lcresearch.studies.model import StudyFile
from lcresearch.studies.planned import plan_files

_TOGETHER = "rows_without_consent_withdrawn_or_careless"
_FEW = "1-2"


def run_record(
    file: StudyFile,
    path: Path,
    instruments: Sequence[Instrument],
    data: Responses,
    talks: ReadInterviews | None,
    date: datetime.date,
) -> dict[str, Any]:
    """What stands in run.json: versions, and a hash of each file that was read (``path`` is study.yaml)."""
    numbered = [(n, use) for n, use in enumerate(file.responses, start=1) if is_there(path.parent, use.file)]
    answers = {shown_name(use.file, n): one.sha256 for (n, use), one in zip(numbered, data.sources, strict=True)}
    tables = [
        file.programme,
        file.communities.file if file.communities is not None else None,
    ]
    named = [(Path(name).name, name) for name in tables if name] + [(name, name) for name in plan_files(file)]
    beside = {key: file_hash(path.parent / name) for key, name in named if (path.parent / name).is_file()}
    return {
        "study": file.id,
        "date": date.isoformat(),
        "lcresearch": lcresearch.__version__,
        "software": output_folder.software(),
        "simulated": file.simulated,
        "consortium": file.consortium,
        "sector": file.sector,
        "minimum_cell": file.privacy.minimum_cell,
        "settings": settings_hash(file),
        "inputs": {path.name: file_hash(path)} | answers | beside | (dict(talks.hashes) if talks is not None else {}),
        "instruments": {one.id: {"version": one.version, "hash": one.hash} for one in instruments},
        "left_out": {},
        "seed": TOPICS_SEED if talks is not None and talks.use.topics else None,
    }


def settings_hash(file: StudyFile) -> str:
    """SHA-256 of all that study.yaml says but ``publication:``, of which results depend on what was planned alone.

    Whoever fills the rest of that part in when the report is ready need not run the study again.
    """
    content = file.model_dump(mode="json", exclude={"publication"})
    if file.publication is not None and (file.publication.planned or file.publication.plan is not None):
        content["publication"] = file.publication.model_dump(mode="json", include={"planned", "plan"})
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def left_out(log: pd.DataFrame, rows: pd.DataFrame) -> dict[str, int | str]:
    """What privacy kept out, in numbers: those that the account of rows in the report shows, and no others."""
    n = rows.set_index("reason")["n"]
    columns: dict[str, int | str] = {"columns_with_personal_data": int((log["code"] == "R129").sum())}
    if "persons" in n.index:
        return {_TOGETHER: _FEW if pd.isna(n["persons"]) else int(n["persons"])} | columns
    told: dict[str, int | str] = {"rows_without_consent": int(n.get("no_consent", 0))}
    return told | {"rows_of_persons_who_withdrew": int(n.get("withdrew", 0))} | columns


def outputs(folder: Path) -> dict[str, str]:
    """The hash of each report, table and figure of a run, by which is known that nobody changed them afterwards."""
    found = [*folder.glob("report*.html"), folder / "facts.json"]
    found += [one for name in ("tables", "figures") for one in (folder / name).glob("*")]
    return {one.relative_to(folder).as_posix(): file_hash(one) for one in sorted(found) if one.is_file()}


def provenance(record: Mapping[str, Any]) -> dict[str, str]:
    """What the footer of the report prints."""
    inputs = {f"{name}": digest[:12] for name, digest in record["inputs"].items()}
    return {
        "version": record["lcresearch"],
        "date": record["date"],
        "input": ", ".join(f"{name} ({digest})" for name, digest in inputs.items()),
    }


def save_private(folder: Path, scores: pd.DataFrame, gathered: Gathered) -> None:
    """Rows of persons, and the log of reading, which may repeat what persons wrote."""
    private_folder(folder)
    tables = {"scores": scores, "reading_log": gathered.data.log}
    if len(gathered.data.kept.columns):
        tables["kept"] = gathered.data.frame[["respondent", "wave"]].join(gathered.data.kept.add_prefix("kept_"))
    if gathered.screening is not None:
        tables["screening"] = gathered.screening.rows
    if gathered.linked is not None:
        names = ("links", "ambiguous", "unlinked")
        tables |= {f"linking_{name}": getattr(gathered.linked, name) for name in names}
    tables |= {f"membership_{level}": one.weights for level, one in gathered.memberships.items()}
    for name, table in tables.items():
        table.to_parquet(folder / f"{name}.parquet", index=False)
