"""What a coding file lets be compared: the texts that all who were to code them have finished, as on the local page."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from lcresearch.interviews import Project, coding_file
from lcresearch.interviews.coding_agreement.finished import finished_texts
from lcresearch.interviews.coding_agreement.who_read import Read
from lcresearch.interviews.coding_file.schema import ENDING


def plan_of(file: Path | None) -> pd.DataFrame | None:
    """Who codes what and how far, of a coding file; None of other files."""
    if file is None or file.suffix != ENDING or not file.is_file():
        return None
    return coding_file.open_file(file).assignments()


def to_compare(project: Project, plan: pd.DataFrame | None) -> tuple[Project, Read]:
    """The texts to compare coders on, and who read which.

    Where texts were given to several coders, only those count that all of these finished: who finished a text and gave
    no code agrees that it has none. Without such a plan all texts count for who gave a code in them.
    """
    if plan is None:
        return project, "coded"
    texts = finished_texts(project, plan)
    return (texts.project, texts.read) if texts.read else (project, "coded")
