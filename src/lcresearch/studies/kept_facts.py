"""Facts of a study as a file beside its report, so that integration can fill checklists without running it anew."""

from __future__ import annotations

from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from lcresearch.errors import IntegrationError, Place
from lcresearch.files import write_whole
from lcresearch.integration.checklists.facts import StudyFacts

FILE_NAME = "facts.json"
_MOST_BYTES = 4 * 1024 * 1024


def keep_facts(facts: StudyFacts, folder: Path) -> Path:
    """Write ``facts.json``: what the report shows, and nothing else."""
    text = TypeAdapter(StudyFacts).dump_json(facts, indent=2).decode("utf-8")
    return write_whole(folder / FILE_NAME, text + "\n")


def kept_facts(folder: Path) -> StudyFacts | None:
    """The facts that a run left in its output folder; None when there are none.

    Raises
    ------
    IntegrationError
        Q267: the file is not one that a run writes.
    """
    path = folder / FILE_NAME
    if not path.is_file():
        return None
    try:
        with path.open("rb") as file:
            return TypeAdapter(StudyFacts).validate_json(file.read(_MOST_BYTES))
    except (ValidationError, OSError):
        raise IntegrationError("Q267", where=Place(file=FILE_NAME), file=FILE_NAME) from None
