"""Tasks on studies that run in a process of their own."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lcresearch.messages import Messages
from lcresearch.progress import Progress


def check(arguments: Mapping[str, Any], progress: Progress) -> dict[str, Any]:
    """Check the study in ``folder``: rows of problems."""
    from lcresearch import studies
    from lcresearch.app.pages import problem_rows

    progress(Messages()("app.check.reading"), 0.1)
    return {"problems": problem_rows(studies.load(Path(arguments["folder"])).check())}


def plan(arguments: Mapping[str, Any], progress: Progress) -> dict[str, Any]:
    """Plan a short-cycle study by ``answers``: arguments of the planner, with the first day as text."""
    from lcresearch import studies

    progress(Messages()("app.new.planning"), 0.1)
    answers = dict(arguments["answers"])
    if "start" in answers:
        answers["start"] = datetime.date.fromisoformat(answers["start"])
    return {"plan": studies.plan_short_cycle(**answers).to_dict()}


def make(arguments: Mapping[str, Any], progress: Progress) -> dict[str, Any]:
    """Write the ``plan`` to ``folder``."""
    from lcresearch.studies import ShortCyclePlan

    progress(Messages()("app.new.making"), 0.1)
    return {"folder": ShortCyclePlan.from_dict(dict(arguments["plan"])).write(Path(arguments["folder"])).name}


def forms(arguments: Mapping[str, Any], progress: Progress) -> dict[str, Any]:
    """Write the form of the study in ``folder`` for ``platforms``; forms that are there are replaced."""
    from lcresearch import studies
    from lcresearch.app.pages import problem_rows

    progress(Messages()("app.forms.making"), 0.1)
    study = studies.load(Path(arguments["folder"]))
    made = study.export_forms(platforms=arguments["platforms"], force=True)
    return {"problems": problem_rows(made.problems), "platforms": [one.platform for one in made.forms]}
