"""What a coding file does with codings and memos."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from lcresearch.interviews.coding_file import (
    coding,
    memos,
)
from lcresearch.interviews.coding_file.changing import changing, rows_of
from lcresearch.interviews.coding_file.opening import reading
from lcresearch.interviews.coding_file.rows import codings_of


@dataclass(frozen=True)
class FileCodings:
    """Codings and memos of a coding file.

    Attributes
    ----------
    path : Path
    """

    path: Path

    def codings(self, document: str | None = None, coders: Collection[str] | None = None) -> pd.DataFrame:
        """Codings of one text (id) or all, by some coders (ids) or all.

        Returns
        -------
        DataFrame
            The columns of :attr:`Project.codings <lcresearch.interviews.Project>` and ``memo``: what the coder of the
            coding wrote on it.
        """
        with reading(self.path) as connection:
            found = codings_of(connection, document, coders)
            return found.assign(memo=memos.memos_on(connection, found))

    def code(
        self,
        document: str,
        start: int,
        end: int,
        code: str,
        *,
        coder: str,
        memo: str = "",
        id: str | None = None,
    ) -> str:
        """Give a code to a part of a text.

        The same call again, with an ``id`` or without, gives the same coding: a coder has a code at a place once.

        Parameters
        ----------
        document : str
            Id of the text.
        start, end : int
            Code points, end exclusive; both -1 for the text as a whole.
        code, coder : str
            Ids.
        memo : str
            On this coding.
        id : str, optional
            A GUID that the caller made, so that a repeated call is known again.

        Returns
        -------
        str
            Id of the coding.

        Raises
        ------
        InterviewError
            V289: no such text, code or coder; V290: the coder finished this text; V291: the place lies outside it;
            V292: the code is a heading; V294: ``id`` is that of another coding.
        """
        with changing(self.path, "code", coder) as change:
            return coding.give_code(change, document, start, end, code, coder=coder, memo=memo, id=id)

    def uncode(self, coding_id: str, *, coder: str) -> None:
        """Take a coding of one's own back, with the memos on it.

        Raises
        ------
        InterviewError
            V289: it is not there; V290: the coder finished the text; V293: it is of somebody else.
        """
        with changing(self.path, "uncode", coder) as change:
            coding.take_back(change, coding_id, coder=coder)

    def resize(self, coding_id: str, start: int, end: int, *, coder: str) -> None:
        """Let a coding of one's own begin and end elsewhere; as :meth:`code` and :meth:`uncode`."""
        with changing(self.path, "resize", coder) as change:
            coding.set_place(change, coding_id, start, end, coder=coder)

    def set_memo(self, on_kind: str, on_id: str, text: str, *, coder: str, version: int | None = None) -> None:
        """Write what a coder thinks of something; an empty text takes the memo away.

        Parameters
        ----------
        on_kind : {"project", "document", "code", "coding"}
        on_id : str
            Id of it; of the project any word.
        text : str
        coder : str
            Each coder has a memo of their own on each thing.
        version : int, optional
            Of the memo as it was shown, 0 where there was none; by default it is not looked at.

        Raises
        ------
        InterviewError
            V141: another kind; V287: it changed since it was shown; V289: there is no such thing.
        """
        with changing(self.path, "set_memo", coder) as change:
            memos.set_memo(change, on_kind, on_id, text, coder=coder, version=version)

    def memos(self) -> pd.DataFrame:
        """One row a memo and thing it is about: ``memo`` (id), ``on_kind, on_id, name, text, author, version``."""
        with reading(self.path) as connection:
            return memos.memo_frame(rows_of(connection, "notes"))
