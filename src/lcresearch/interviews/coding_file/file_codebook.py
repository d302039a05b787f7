"""What a coding file does with its codebook."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from lcresearch.interviews.codebook.model import Code, Codebook
from lcresearch.interviews.coding_file import (
    codebook_changes,
    history,
)
from lcresearch.interviews.coding_file.changing import changing, rows_of
from lcresearch.interviews.coding_file.opening import reading
from lcresearch.interviews.coding_file.rows import codebook_of


@dataclass(frozen=True)
class FileCodebook:
    """Codes of a coding file, and their history.

    Attributes
    ----------
    path : Path
    """

    path: Path

    def codebook(self) -> Codebook:
        """The codes as they are now."""
        with reading(self.path) as connection:
            return codebook_of(connection)

    def code_versions(self) -> dict[str, int]:
        """Code -> a number that rises with each change of it."""
        with reading(self.path) as connection:
            return {row["id"]: row["version"] for row in rows_of(connection, "codes")}

    def add_code(
        self,
        name: str,
        *,
        coder: str,
        parent: str = "",
        before: str | None = None,
        id: str | None = None,
        **parts: Any,
    ) -> str:
        """Add a code.

        Parameters
        ----------
        name : str
        coder : str
            Who adds it.
        parent : str
            Id of the code it belongs to; empty at the top.
        before : str, optional
            Id of the code that it comes in front of; by default it comes last.
        id : str, optional
            A GUID that the caller made, so that a repeated call is known again.
        **parts
            Other parts of :class:`~lcresearch.interviews.Code`: ``definition, use_when, not_when, example, color,
            codable, maps_to, patterns, ...``.

        Returns
        -------
        str
            Id of the code.

        Raises
        ------
        InterviewError
            V289: no such parent; V294: ``id`` is that of another code; V297: no name; V298: the name is taken.
        """
        with changing(self.path, "add_code", coder) as change:
            return codebook_changes.add_code(change, Code(id or "", name, parent, **parts), before)

    def change_code(self, id: str, *, coder: str, version: int | None = None, **parts: Any) -> None:
        """Change parts of a code (``name, definition, use_when, not_when, example, color, codable, ...``).

        Raises
        ------
        InterviewError
            V287: it changed since ``version``; V289: it is not there; V297: no name; V298: the name is taken.
        """
        with changing(self.path, "change_code", coder) as change:
            codebook_changes.change_code(change, id, version, parts)

    def move_code(
        self, id: str, parent: str, *, coder: str, version: int | None = None, before: str | None = None
    ) -> None:
        """Move a code with all below it: below another (empty: to the top), last or in front of a code.

        Raises
        ------
        InterviewError
            V287, V289, V298, as :meth:`change_code`; V296: below itself.
        """
        with changing(self.path, "move_code", coder) as change:
            codebook_changes.move_code(change, id, parent, version, before)

    def merge_codes(self, id: str, into: str, *, coder: str, version: int | None = None) -> None:
        """Make one code of two: codings, memos and codes below the first go to the second, and the first is gone.

        Raises
        ------
        InterviewError
            V287, V289, as :meth:`change_code`; V296: into itself.
        """
        with changing(self.path, "merge_codes", coder) as change:
            codebook_changes.merge_codes(change, id, into, version)

    def remove_code(self, id: str, *, coder: str, version: int | None = None, with_codings: bool = False) -> None:
        """Take a code out; codes below it go to the one above.

        Raises
        ------
        InterviewError
            V287, V289, as :meth:`change_code`; V295: there are codings with it, and ``with_codings`` is False.
        """
        with changing(self.path, "remove_code", coder) as change:
            codebook_changes.remove_code(change, id, version, with_codings=with_codings)

    def history(self, code: str | None = None) -> pd.DataFrame:
        """Every change of the codebook, or of one code, the first change first.

        Returns
        -------
        DataFrame
            ``step`` (rows of one step belong together), ``when`` (UTC), ``who`` (id of a coder), ``what``
            (``add_code, change_code, move_code, merge_codes, remove_code, bring_in, undo, redo``), ``code`` (id),
            ``part`` (``added, removed, name, parent, definition, ...``), ``before, after``.
        """
        with reading(self.path) as connection:
            return history.history_of(connection, code)
