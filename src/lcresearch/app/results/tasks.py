"""Tasks on results and evidence packages that run in a process of their own."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lcresearch.errors import LcresearchWarning, Problem, SynthesisError
from lcresearch.messages import LANGUAGES, Messages
from lcresearch.progress import Progress
from lcresearch.studies.preview import Prepared


def look(arguments: Mapping[str, Any], progress: Progress) -> dict[str, Any]:
    """What packing the study in ``folder`` would write, in both languages; nothing is written."""
    from lcresearch import studies

    progress(Messages()("app.package.step.look"), 0.1)
    prepared = studies.load(Path(arguments["folder"])).prepared()
    return {"of": arguments["of"], "consortia": [_told(one) for one in prepared]}


def pack(arguments: Mapping[str, Any], progress: Progress) -> dict[str, Any]:
    """Write the packages of the study in ``folder``."""
    from lcresearch import studies

    progress(Messages()("app.package.step.make"), 0.1)
    packed = studies.load(Path(arguments["folder"])).pack(force=True)
    if not packed.packages:
        raise SynthesisError(packed.problems)
    return {"packages": [path.name for path in packed.paths]}


def _told(one: Prepared) -> dict[str, Any]:
    found = one.package.manifest if one.package is not None else None
    return {
        "consortium": one.consortium,
        "persons": found.n.respondents if found is not None else 0,
        "communities": found.n.communities if found is not None else 0,
        "cell": found.minimum_cell if found is not None else 0,
        "held": len(found.held_back) if found is not None else 0,
        "in": {language: _in(one, language) for language in LANGUAGES},
    }


def _in(one: Prepared, language: str) -> dict[str, Any]:
    if one.package is None:
        return {"lines": {}, "problems": [_row(problem, language) for problem in one.problems]}
    from lcresearch.synthesis.packages.preview import preview_of

    found = preview_of(one.package, language)
    lines = {
        part.key: {"heading": part.heading, "lines": [[line.about, line.words] for line in part.lines]}
        for part in found.parts
    }
    head = {"title": found.title, "simulated": found.simulated, "intro": found.intro, "size": found.size}
    return head | {"lines": lines, "problems": []}


def _row(problem: Problem, language: str) -> dict[str, str]:
    return {
        "code": problem.code,
        "level": problem.level,
        "place": problem.where.text(language),
        "message": problem.message(language),
        "remedy": problem.remedy(language),
    }


def run(arguments: Mapping[str, Any], progress: Progress) -> dict[str, Any]:
    """Run the study in ``folder``; ``force`` replaces earlier results."""
    from lcresearch import studies

    done = studies.load(Path(arguments["folder"])).run(force=bool(arguments.get("force")), progress=progress)
    for problem in done.notices:
        warnings.warn(LcresearchWarning(str(problem)), stacklevel=1)
    return {"reports": {language: path.name for language, path in done.reports.items()}}


def print_companies(arguments: Mapping[str, Any], progress: Progress) -> dict[str, Any]:
    """Print the company reports of the study in ``folder`` as PDF."""
    from lcresearch import studies

    study = studies.load(Path(arguments["folder"]))
    progress(Messages()("study.step.printing"), 0.2)
    done = studies.redraw_company_reports(study, pdf=True)
    for problem in done.problems:
        warnings.warn(LcresearchWarning(str(problem)), stacklevel=1)
    return {"reports": len(done.reports)}
