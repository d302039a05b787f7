"""A file in which people code together."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pandas as pd

from lcresearch.errors import Problem
from lcresearch.interviews.codebook.model import Code, Codebook
from lcresearch.interviews.coding_agreement.settling import Settlement
from lcresearch.interviews.coding_file import (
    agreeing,
    assigning,
    codebook_changes,
    coders,
    coding,
    deciding,
    history,
    memos,
    renewing,
    suggesting,
    texts,
    undoing,
)
from lcresearch.interviews.coding_file.bringing_in import bring_in
from lcresearch.interviews.coding_file.changing import changing, looking, rows_of
from lcresearch.interviews.coding_file.checking import checked_project, content_hash, look_through_once
from lcresearch.interviews.coding_file.creating import write_new
from lcresearch.interviews.coding_file.erasing import Erased, erase, removed_documents
from lcresearch.interviews.coding_file.known import known
from lcresearch.interviews.coding_file.opening import reading
from lcresearch.interviews.coding_file.rows import codebook_of, codings_of, document_of
from lcresearch.interviews.document import Document
from lcresearch.interviews.project import Project
from lcresearch.interviews.suggestions.result import Suggestions


def create(path: str | Path, project: Project, *, force: bool = False) -> CodingFile:
    """Make a coding file of a project: texts, codes, codings and whatever else it holds.

    Parameters
    ----------
    path : str or Path
        Ends in ``.lccoding``.
    project : Project
    force : bool, default False
        Whether a file that exists is replaced.

    Raises
    ------
    InterviewError
        G002: there is a file already; V035: another ending; V036 to V039: the project does not hold together; V285,
        V288: a text that cannot be kept; G004: the operating system refuses.

    Examples
    --------
    >>> from tempfile import mkdtemp
    >>> from lcresearch.interviews import Code, Codebook, Corpus, Document, Project
    >>> from lcresearch.interviews.project import no_codings
    >>> texts = Corpus((Document("d", "R1", "We help each other. There is no time."),))
    >>> book = Codebook((Code("help", "help"), Code("time", "time")))
    >>> names = pd.DataFrame({"name": pd.Series(dtype="str")})
    >>> file = create(Path(mkdtemp()) / "invented.lccoding", Project("invented", texts, book, no_codings(), names))
    >>> an = file.add_coder("An")
    >>> _ = file.code("d", 0, 18, "help", coder=an)
    >>> _ = file.code("d", 20, 36, "time", coder=an, memo="Said with a sigh.")
    >>> file.undo(an)
    'code'
    >>> file.project().quotes[["path", "coder", "quote"]].values.tolist()
    [['help', 'An', 'We help each other']]
    """
    write_new(Path(path), project, force=force)
    return open_file(path)


def open_file(path: str | Path) -> CodingFile:
    """A coding file that is there.

    Raises
    ------
    InterviewError
        G001: there is no such file; V280: it is no coding file; V281: made by a later version; V282: something else
        was put into it; V283: it is damaged, or what is in it does not hold together; V284: it cannot be opened.
    """
    look_through_once(Path(path))
    return CodingFile(Path(path))


@dataclass(frozen=True)
class CodingFile:
    """Texts, codebook and codings of several coders in one file; made by :func:`create` or :func:`open_file`.

    Several processes and threads may use one file at once: each call opens it, and what a call returned is on disk.
    Ids of documents, codes, coders and codings are those of :class:`~lcresearch.interviews.Project`; places are code
    points. What a coder does can be undone by that coder, also after a restart.

    Attributes
    ----------
    path : Path
    """

    path: Path

    @property
    def revision(self) -> int:
        """A number that rises with each change."""
        with reading(self.path) as connection:
            return int(connection.execute("SELECT value FROM settings WHERE name = 'revision'").fetchone()[0])

    def project(self, coders: Collection[str] | None = None) -> Project:
        """Everything as a project, with the codings of these coders (ids) or of all.

        Raises
        ------
        InterviewError
            V283: the file is damaged, or holds codings of texts and codes that are not in it.
        """
        return checked_project(self.path, coders)

    def content_hash(self) -> str:
        """SHA-256 of what :meth:`project` gives: the same for the same content, however the file keeps it."""
        return content_hash(self.path)

    # Texts ----------------------------------------------------------------------------------------------------------

    def documents(self) -> pd.DataFrame:
        """One row a text: ``document`` (id), ``name, file, n_characters, n_turns, n_speakers, n_codings``."""
        with reading(self.path) as connection:
            counts = dict(connection.execute("SELECT document, count(*) FROM codings GROUP BY document"))
            rows = []
            for row in rows_of(connection, "documents"):
                known = document_of(row, "")
                rows.append(
                    (row["id"], row["name"], row["file"], row["n_characters"], len(known.turns), len(known.speakers),
                     counts.get(row["id"], 0))
                )  # fmt: skip
        columns = ["document", "name", "file", "n_characters", "n_turns", "n_speakers", "n_codings"]
        kinds = dict.fromkeys(columns[:3], "str") | dict.fromkeys(columns[3:], "int64")
        return pd.DataFrame(rows, columns=columns).astype(kinds)

    def document(self, id: str) -> Document:
        """One text with its speakers.

        Raises
        ------
        InterviewError
            V289: it is not there.
        """
        with looking(self.path) as change:
            row = known(change, "documents", id)
            (text,) = change.connection.execute("SELECT text FROM texts WHERE id = ?", (id,)).fetchone()
            return document_of(row, text)

    def add_documents(self, documents: Iterable[Document], *, coder: str = "") -> list[str]:
        """Add texts; one that is there with the same id and words stays as it is.

        Returns
        -------
        list of str
            Ids of the texts that are new.

        Raises
        ------
        InterviewError
            V285, V288: a text that cannot be kept; V294: other words under the same id.
        """
        with changing(self.path, "add_documents", coder) as change:
            return texts.add_documents(change, list(documents), self.path)

    def describe(self, documents: Iterable[Document], *, coder: str = "") -> None:
        """Change what is known of texts: name, roles of speakers, attributes. Their words stay as they are.

        Raises
        ------
        InterviewError
            V289: a text is not there.
        """
        with changing(self.path, "describe", coder) as change:
            renewing.describe(change, list(documents))

    def renew_texts(self, project: Project, *, revision: int) -> None:
        """Put texts in the place of earlier ones for good, such as those that :func:`~lcresearch.interviews.deidentify`
        made of :meth:`project`: codings at their new places, and what was written about them.

        Nothing before this can be undone; suggestions and the history of the codebook go, since words of the earlier
        texts may stand in them. These words are no longer in the bytes of the file.

        Parameters
        ----------
        project : Project
            With the same texts by id.
        revision : int
            Of the file when :meth:`project` was asked.

        Raises
        ------
        InterviewError
            V132: differences between coders were settled in these texts; V287: the file changed since; V289: a text is
            not there; V299: others have the file open, so that not all could be overwritten; repeat it then.
        """
        renewing.renew_texts(self.path, project, revision)

    def remove_document(self, id: str, *, coder: str) -> None:
        """Take a text out, with its codings, memos and assignments; undo brings all of it back.

        The words stay in the file until :meth:`erase`, so that this can be undone.

        Raises
        ------
        InterviewError
            V289: it is not there.
        """
        with changing(self.path, "remove_document", coder) as change:
            texts.remove_document(change, id)

    # Coders ---------------------------------------------------------------------------------------------------------

    def coders(self) -> pd.DataFrame:
        """One row a coder: ``coder`` (id), ``name, n_codings, n_documents``."""
        with reading(self.path) as connection:
            return coders.coder_table(connection)

    def add_coder(self, name: str) -> str:
        """Id of the coder of this name, who is new when nobody is called that.

        Raises
        ------
        InterviewError
            V179: no name, or that of the machine or of what was agreed.
        """
        with changing(self.path, "add_coder", "") as change:
            return coders.add_coder(change, name)

    def assign(self, documents: Iterable[str], coders: Iterable[str], *, coder: str = "") -> None:
        """Let coders (ids) code texts (ids); ``coder`` is who decides that."""
        with changing(self.path, "assign", coder) as change:
            assigning.assign(change, documents, coders)

    def unassign(self, documents: Iterable[str], coders: Iterable[str], *, coder: str = "") -> None:
        """Take texts from coders; codings stay."""
        with changing(self.path, "unassign", coder) as change:
            assigning.unassign(change, documents, coders)

    def finish(self, document: str, coder: str) -> None:
        """A coder has coded a text to its end: codings of this coder in it stay as they are until :meth:`reopen`."""
        with changing(self.path, "finish", coder) as change:
            assigning.set_finished(change, document, coder, finished=True)

    def reopen(self, document: str, coder: str) -> None:
        """A coder goes on with a text."""
        with changing(self.path, "reopen", coder) as change:
            assigning.set_finished(change, document, coder, finished=False)

    def assignments(self) -> pd.DataFrame:
        """One row a text and coder: ``document, coder, state`` (``assigned, started, finished``), ``finished``."""
        with reading(self.path) as connection:
            return assigning.assignments_of(connection)

    # Codings --------------------------------------------------------------------------------------------------------

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

    # Codebook -------------------------------------------------------------------------------------------------------

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

    # Undo -----------------------------------------------------------------------------------------------------------

    def undo(self, coder: str) -> str | None:
        """Take back the last step of a coder; what it was, or None when there is nothing left.

        Assignments and the finishing of texts stay: they have an opposite of their own.

        Raises
        ------
        InterviewError
            V286: others have built on it since; V290: it is in a text that the coder finished.
        """
        return undoing.undo(self.path, coder)

    def redo(self, coder: str) -> str | None:
        """Do again what a coder undid last; as :meth:`undo`."""
        return undoing.redo(self.path, coder)

    def can_undo(self, coder: str) -> tuple[str | None, str | None]:
        """What :meth:`undo` and :meth:`redo` would take back and do again."""
        with reading(self.path) as connection:
            return undoing.next_steps(connection, coder)

    # What others bring ----------------------------------------------------------------------------------------------

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

    # Suggestions ----------------------------------------------------------------------------------------------------

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

    # People who leave -----------------------------------------------------------------------------------------------

    def find_texts(self, is_wanted: Callable[[Document], bool]) -> list[Document]:
        """Texts, without their words, of which something is so: those that were removed among them."""
        with reading(self.path) as connection:
            there = [document_of(row, "") for row in rows_of(connection, "documents")]
            return [each for each in [*there, *removed_documents(connection)] if is_wanted(each)]

    def erase(self, documents: Iterable[str]) -> Erased:
        """Take texts out for good, with everything that was said in them: codings, memos, suggestions, decisions, and
        quotes in codes and memos; also from the journal, the history, and the files of the project it came from.

        Nothing before this can be undone afterwards. The words are no longer in the bytes of the file.

        Parameters
        ----------
        documents : iterable of str
            Ids; texts that were removed before go as well.

        Raises
        ------
        InterviewError
            V299: others have the file open, so that not all could be overwritten; repeat it then.
        """
        return erase(self.path, list(documents))
