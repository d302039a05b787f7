"""A plan on disk: a folder with everything to start a study."""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from lcresearch import shipped
from lcresearch.errors import StudyError
from lcresearch.files import reason_of, write_whole
from lcresearch.messages import LANGUAGES, Messages
from lcresearch.reporting.prose_document import prose_docx
from lcresearch.reporting.spreadsheets import csv_bytes
from lcresearch.studies.loading import FILE_NAME
from lcresearch.studies.planning.icalendar import calendar_file
from lcresearch.studies.planning.papers import PAPERS, paper, paper_name, study_yaml

if TYPE_CHECKING:
    from lcresearch.studies.planning.result import ShortCyclePlan

PLAN = "plan.json"
"""What was decided, for programs."""
INVITED = "invited.csv"
_SCHEMA = "study.schema.json"


def write_plan(plan: ShortCyclePlan, folder: Path) -> Path:
    """Write everything of a plan; see :meth:`ShortCyclePlan.write`."""
    from lcresearch.studies.opening import load

    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise StudyError("S012", path=str(folder))
        folder = folder.resolve()
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}-", suffix=".partial") as made:
            partial = Path(made) / folder.name
            for name, content in plan_files(plan).items():
                (partial / name).parent.mkdir(parents=True, exist_ok=True)
                write_whole(partial / name, content)
            shutil.copy(shipped.folder("analyses") / _SCHEMA, partial / _SCHEMA)
            load(partial).export_forms()
            if folder.exists():
                folder.rmdir()
            partial.rename(folder)
    except OSError as error:
        raise StudyError("S014", path=str(folder), reason=reason_of(error)) from error
    return folder


def plan_files(plan: ShortCyclePlan) -> dict[str, str | bytes]:
    """The files of a plan by their names in its folder, without the forms."""
    say = Messages(plan.language)
    found: dict[str, str | bytes] = {
        FILE_NAME: study_yaml(plan),
        f"{say('short_cycle.file.read_me')}.md": paper(plan, "read_me", plan.language),
        INVITED: csv_bytes(_invited(plan, say)),
        PLAN: json.dumps({"fingerprint": plan.fingerprint} | plan.to_dict(), indent=2, ensure_ascii=False) + "\n",
    }
    for language in LANGUAGES:
        here = Messages(language)("short_cycle.file.documents")
        for name in PAPERS:
            text, file = paper(plan, name, language), paper_name(name, language)
            found[f"{here}/{file}.md"] = text
            found[f"{here}/{file}.docx"] = prose_docx(text, language)
        found[f"{here}/{paper_name('calendar', language)}.ics"] = calendar_file(plan, language)
    return found


def _invited(plan: ShortCyclePlan, say: Messages) -> pd.DataFrame:
    """How many people are invited, by firm and wave: to be corrected by who knows."""
    firms = (*plan.firms, *plan.comparison)
    rows = [(firm, wave, n) for wave in plan.moments["wave"] for firm, n in zip(firms, plan.people, strict=True)]
    return pd.DataFrame(rows, columns=[say("short_cycle.file.firm_column"), "wave", "invited"])
