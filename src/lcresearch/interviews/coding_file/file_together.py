"""What a coding file does with work of others: colleagues, discussions, and programs that suggest."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pandas as pd

from lcresearch.errors import Problem
from lcresearch.interviews.coding_agreement.settling import Settlement
from lcresearch.interviews.coding_file import (
    agreeing,
    deciding,
    suggesting,
)
from lcresearch.interviews.coding_file.bringing_in import bring_in
from lcresearch.interviews.coding_file.changing import changing, looking, rows_of
from lcresearch.interviews.coding_file.opening import reading
from lcresearch.interviews.project import Project
from lcresearch.interviews.suggestions.result import Suggestions


@dataclass(frozen=True)
class FileTogether:
    """What others bring into a coding file.

    Attributes
    ----------
    path : Path
    """

    path: Path

    def bring_in(
        self, project: Project, *, coder: str = "", different_texts: Literal["refuse", "separate"] = "refuse"
    ) -> tuple[Problem, ...]:
        """Take over what another project has beside this: texts, codes, coders, codings, memos, cases and sets.

        Parameters
        ----------
        project : Project
            As for :func:`~lcresearch.interviews.merge_projects`, of which this is the first.
        coder : str
            Who brings it in, and can undo that.
        different_texts : {"refuse", "separate"}

        Returns
        -------
        tuple of Problem
            What was matched and what clashed.

        Raises
        ------
        InterviewError
            V050: a text differs.
        """
        with changing(self.path, "bring_in", coder) as change:
            return bring_in(change, project, different_texts, self.path)

    def settle(
        self,
        id: str,
        outcome: str,
        *,
        document: str,
        start: int,
        end: int,
        code: str,
        coder: str,
        agreed_code: str = "",
        agreed_boundaries: str = "",
        remark: str = "",
        version: int | None = None,
    ) -> None:
        """Keep what was decided on a disagreement, with who decided it, when and why.

        Parameters
        ----------
        id : str
            Of a row of :class:`~lcresearch.interviews.Disagreements`.
        outcome : {"kept", "dropped", "replaced", "open"}
            ``open`` takes the decision away.
        document, start, end, code
            As ``document_id, start, end, code_id`` in that row.
        coder : str
            Who decides.
        agreed_code : str
            Id of the code instead, where it is ``replaced``.
        agreed_boundaries : str
            Id of the coder whose boundaries hold, or places as ``120-180``; empty for the widest.
        remark : str
            Why.
        version : int, optional
            Of the decision as it was shown, 0 where there was none.

        Raises
        ------
        InterviewError
            V141: another outcome; V287: decided by somebody else since; V289: there is no such text, code or coder.
        """
        with changing(self.path, "settle", coder) as change:
            deciding.settle(
                change, id, outcome, document=document, start=start, end=end, code=code, coder=coder,
                agreed_code=agreed_code, agreed_boundaries=agreed_boundaries, remark=remark, version=version,
            )  # fmt: skip

    def decide(self, answers: pd.DataFrame, *, who: str, versions: Mapping[str, int] | None = None) -> None:
        """Keep what was decided where coders differ in texts that all of them finished, all of it or nothing.

        Of the texts in which no difference is open any more, what all gave and what was decided become codings of the
        coder *agreed*. What coders gave themselves stays as it is.

        Parameters
        ----------
        answers : DataFrame
            Indexed by ``id`` of a difference: ``outcome`` (``open`` takes a decision away), ``agreed_code``,
            ``agreed_boundaries, remark``, as :meth:`settle` has them.
        who : str
            Who decided, in words: several people, most often.
        versions : mapping of str to int, optional
            Id -> version of the decision as it was shown, 0 where there was none.

        Raises
        ------
        InterviewError
            V154: a difference that is not there, or no longer; V141, V287, V289 as :meth:`settle`.
        """
        with changing(self.path, "decide", "") as change:
            agreeing.decide(change, answers, who=who, versions=versions or {})

    def decisions(self) -> pd.DataFrame:
        """What was decided, one row a disagreement, for :func:`~lcresearch.interviews.settle`.

        Returns
        -------
        DataFrame
            Indexed by ``id``: ``document, start, end, code, outcome, agreed_code, agreed_boundaries, remark, who,
            when, version``.
        """
        with reading(self.path) as connection:
            return deciding.decision_frame(rows_of(connection, "decisions"))

    def keep_agreed(self, settlement: Settlement, *, coder: str) -> None:
        """Put the agreed codings of a settlement of this project beside those of the coders."""
        with changing(self.path, "keep_agreed", coder) as change:
            deciding.keep_agreed(change, settlement, self.path)

    def keep_suggestions(self, suggestions: Suggestions) -> None:
        """Keep suggestions in the place of earlier ones of the same method; what was rejected stays rejected."""
        with changing(self.path, "keep_suggestions", "") as change:
            suggesting.keep(change, suggestions)

    def suggestions(self, method: str | None = None) -> Suggestions | None:
        """Suggestions that were kept, the last or those of a method, with what was rejected; None without any."""
        with looking(self.path) as change:
            return suggesting.kept(change, method)

    def reject_suggestions(self, ids: Collection[str], *, coder: str, why: str = "") -> None:
        """Turn suggestions down: they are not offered again.

        Raises
        ------
        InterviewError
            V175: a suggestion that is not there.
        """
        with changing(self.path, "reject_suggestions", coder) as change:
            suggesting.reject(change, list(ids), coder=coder, why=why)

    def take_back_rejections(self, ids: Collection[str], *, coder: str) -> None:
        """Offer suggestions again that were rejected."""
        with changing(self.path, "take_back_rejections", coder) as change:
            suggesting.take_back(change, list(ids))

    def accept_suggestions(self, ids: Collection[str], *, coder: str, language: str | None = None) -> None:
        """Take suggestions over as codings of a coder, with a memo of where they came from.

        Raises
        ------
        InterviewError
            As :func:`~lcresearch.interviews.accept_suggestions`; V290: the coder finished one of the texts.
        """
        with changing(self.path, "accept_suggestions", coder) as change:
            suggesting.accept(change, list(ids), coder=coder, language=language, path=self.path)

    def accept_other(self, id: str, code: str, *, coder: str, language: str | None = None) -> str:
        """Give another code where a suggestion is; the suggestion is turned down, and a memo says what it was.

        Returns
        -------
        str
            Id of the coding.

        Raises
        ------
        InterviewError
            V175: a suggestion that is not there; V178: its text changed since; V289, V290, V292, as :meth:`code`.
        """
        with changing(self.path, "accept_other", coder) as change:
            return suggesting.accept_other(change, id, code, coder=coder, language=language)
