"""What takes longer than a page may: reading, looking for names, taking them out, suggesting, bringing in."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lcresearch.app.coding_material.bringing import COLLEAGUE, Choices, bring_colleague_in
from lcresearch.app.coding_material.cleaning import clean_texts, look_for_names
from lcresearch.app.coding_material.staging import Staging
from lcresearch.app.coding_material.suggesting import made_suggestions
from lcresearch.errors import LcresearchError, LcresearchWarning, Problem
from lcresearch.messages import Messages
from lcresearch.progress import Progress


def read_interviews(arguments: Mapping[str, Any], progress: Progress) -> dict[str, Any]:
    """Read what lies in the staging place of the study in ``folder``, or what its study.yaml names."""
    folder = Path(arguments["folder"])
    return _read(Staging(folder), progress, of_study=bool(arguments.get("of_study")))


def read_colleague(arguments: Mapping[str, Any], progress: Progress) -> dict[str, Any]:
    """Read the project of a colleague, to be looked at."""
    return _read(Staging(Path(arguments["folder"]), COLLEAGUE), progress)


def _read(staging: Staging, progress: Progress, *, of_study: bool = False) -> dict[str, Any]:
    from lcresearch import studies

    say = Messages()
    progress(say("app.material.step.read"), 0.1)
    try:
        project = studies.open_interviews(staging.study) if of_study else staging.source()
        progress(say("app.material.step.keep"), 0.7)
        staging.keep(project)
    except LcresearchError:
        staging.drop()
        raise
    return {"documents": len(project.corpus)}


def find_names(arguments: Mapping[str, Any], progress: Progress) -> dict[str, Any]:
    """Look for names in the texts of the coding file in ``file``, and write key and review table."""
    progress(Messages()("app.material.step.names"), 0.1)
    found = look_for_names(
        Path(arguments["folder"]), Path(arguments["file"]), arguments["language"], arguments["dates"]
    )
    for layer, command in found.missing.items():
        say = Messages()
        warnings.warn(LcresearchWarning(say("app.material.names.missing", layer=layer, command=command)), stacklevel=1)
    return {"n": found.n_found}


def take_names_out(arguments: Mapping[str, Any], progress: Progress) -> dict[str, Any]:
    """Write the texts of the coding file without names, as the review table says."""
    progress(Messages()("app.material.step.clean"), 0.1)
    return clean_texts(Path(arguments["folder"]), Path(arguments["file"]), arguments["language"], arguments["dates"])


def suggest_codes(arguments: Mapping[str, Any], progress: Progress) -> dict[str, Any]:
    """Suggest codes for the texts of the coding file, and write them beside it."""
    found = made_suggestions(
        Path(arguments["file"]), arguments["method"], arguments["unit"], arguments["language"], progress
    )
    tell_problems(found.problems)
    return {"n": len(found.open)}


def bring_in(arguments: Mapping[str, Any], progress: Progress) -> dict[str, Any]:
    """Bring what was read of a colleague into the coding file."""
    progress(Messages()("app.material.step.bring"), 0.2)
    return bring_colleague_in(Path(arguments["folder"]), Path(arguments["file"]), Choices.of(arguments))


def tell_problems(problems: tuple[Problem, ...]) -> None:
    """What the user must know goes on the page of the task."""
    for one in problems:
        warnings.warn(LcresearchWarning(f"{one.message()} {one.remedy()}".strip()), stacklevel=2)
