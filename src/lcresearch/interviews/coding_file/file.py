"""A file in which people code together."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from lcresearch.interviews.coding_file import (
    assigning,
    coders,
    renewing,
    texts,
    undoing,
)
from lcresearch.interviews.coding_file.changing import changing, looking, rows_of
from lcresearch.interviews.coding_file.checking import checked_project, content_hash, look_through_once
from lcresearch.interviews.coding_file.creating import write_new
from lcresearch.interviews.coding_file.erasing import Erased, erase, removed_documents
from lcresearch.interviews.coding_file.file_codebook import FileCodebook
from lcresearch.interviews.coding_file.file_codings import FileCodings
from lcresearch.interviews.coding_file.file_together import FileTogether
from lcresearch.interviews.coding_file.known import known
from lcresearch.interviews.coding_file.opening import reading
from lcresearch.interviews.coding_file.rows import document_of
from lcresearch.interviews.document import Document
from lcresearch.interviews.project import Project


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
class CodingFile(FileCodings, FileCodebook, FileTogether):
    """Texts, codebook and codings of several coders in one file; made by :func:`create` or :func:`open_file`.

    Several processes and threads may use one file at once: each call opens it, and what a call returned is on disk.
    Ids of documents, codes, coders and codings are those of :class:`~lcresearch.interviews.Project`; places are code
    points. What a coder does can be undone by that coder, also after a restart.

    Attributes
    ----------
    path : Path
    """

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
        """A coder goes on with a text.

        Raises
        ------
        InterviewError
            V320: something was decided on it already; take that back first.
        """
        with changing(self.path, "reopen", coder) as change:
            assigning.set_finished(change, document, coder, finished=False)

    def assignments(self) -> pd.DataFrame:
        """One row a text and coder: ``document, coder, state`` (``assigned, started, finished``), ``finished``."""
        with reading(self.path) as connection:
            return assigning.assignments_of(connection)

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
