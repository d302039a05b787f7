"""What the reader of a platform consists of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from lcresearch.responses.form_names import Codes
from lcresearch.responses.tables import OpenFile


def one_row(opened: OpenFile) -> int:
    """The header of an export with one header row."""
    return 1


@dataclass(frozen=True)
class Platform:
    """A survey platform.

    Attributes
    ----------
    name : str
        As ``platform=`` and study.yaml name it.
    recognises : callable
        Whether an opened file is an export of this platform; looks at headers and first rows only, and says yes only
        when nothing else makes such files.
    describe : callable
        The file with columns that know their other names, question, option and role.
    header_rows : callable
        How many rows the header of this export has.
    codes : callable or None
        Under which names the platform may keep a question of a form of ours; None where it keeps its name.
    """

    name: str
    recognises: Callable[[OpenFile], bool]
    describe: Callable[[OpenFile], OpenFile]
    header_rows: Callable[[OpenFile], int] = one_row
    codes: Codes | None = None
