"""Bringing the project of a colleague into the coding file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lcresearch.app.coding_material.staging import Staging
from lcresearch.errors import AppError
from lcresearch.interviews import coding_file
from lcresearch.interviews.fitting_in import fitted_in

COLLEAGUE = "interviews-of-colleague"
"""Folder under ``private/`` in which the project of a colleague waits."""


@dataclass(frozen=True)
class Choices:
    """What was decided about a project that comes in.

    Attributes
    ----------
    coder : str
        Id of who brings it in.
    revision : int
        Of the coding file when the page was shown.
    separate : bool
        Whether texts that differ come in as texts of their own; else they stay out.
    different : tuple of str
        Ids of these texts.
    codes, coders : mapping of str to str
        Id there -> id here, for codes and people that are the same.
    """

    coder: str
    revision: int
    separate: bool = False
    different: tuple[str, ...] = ()
    codes: Mapping[str, str] = field(default_factory=dict)
    coders: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, arguments: Mapping[str, Any]) -> Choices:
        """From the arguments of a task."""
        return cls(
            str(arguments["coder"]),
            int(arguments["revision"]),
            bool(arguments["separate"]),
            tuple(arguments["different"]),
            dict(arguments["codes"]),
            dict(arguments["coders"]),
        )


def bring_colleague_in(folder: Path, file: Path, choices: Choices) -> dict[str, Any]:
    """Take over what a project of a colleague has beside the coding file.

    Raises
    ------
    AppError
        W008: the coding file changed since the page was shown.
    """
    staging, opened = Staging(folder, COLLEAGUE), coding_file.open_file(file)
    if opened.revision != choices.revision:
        raise AppError("W008")
    out = () if choices.separate else choices.different
    theirs = fitted_in(
        staging.opened().project(), opened.project(), without_texts=out, codes=choices.codes, coders=choices.coders
    )
    before = len(opened.codings())
    opened.bring_in(theirs, coder=choices.coder, different_texts="separate")
    staging.drop()
    return {"codings": len(opened.codings()) - before}
