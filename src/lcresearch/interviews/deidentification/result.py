"""What becomes of de-identifying: clean texts, the table to review, and the key that is kept apart."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

import pandas as pd

from lcresearch.errors import InterviewError, Problem
from lcresearch.files import private_folder, reason_of
from lcresearch.interviews.corpus import Corpus
from lcresearch.interviews.deidentification.key import Key, write_private
from lcresearch.interviews.deidentification.review import rows_decided
from lcresearch.interviews.deidentification.review_file import REVIEW_FILE, write_review
from lcresearch.interviews.project import Project
from lcresearch.messages import Messages
from lcresearch.results import FittedModel

EARLIER_FILE = Path("private") / "interview-review.earlier.csv"


@dataclass(frozen=True, repr=False, eq=False)
class Deidentified(FittedModel):
    """Texts without names; made by :func:`~lcresearch.interviews.deidentify`.

    Attributes
    ----------
    corpus : Corpus
        The texts to go on with: names replaced, also those of documents, files, speakers and in attributes.
    log : DataFrame
        The table to review, one row a hit; it holds names, so it stays with the key.
    key : Key
        Who is behind each pseudonym.
    project : Project or None
        The coded project, when one was given: codings at their new places.
    layers : DataFrame
        Which layers there are: ``layer, ran, n`` (hits that were replaced) and ``install`` (what to run to have it).
    language : str
    problems : tuple of Problem
    """

    corpus: Corpus
    log: pd.DataFrame
    key: Key
    project: Project | None = None
    layers: pd.DataFrame = field(default_factory=pd.DataFrame)
    language: str = "nl"
    problems: tuple[Problem, ...] = ()
    title: ClassVar[str] = "De-identified interviews"

    def tidy(self, conf_level: float = 0.95) -> pd.DataFrame:
        """One row a kind and layer: ``kind, layer, n`` hits, ``replaced, coarsened, left, unsure``. No names."""
        del conf_level
        frame = self.log
        counts = frame.assign(
            n=1,
            replaced=frame["action"].eq("replaced"),
            coarsened=frame["action"].eq("coarsened"),
            left=frame["action"].eq("left"),
            unsure=~frame["sure"].astype(bool),
        )
        columns = ["n", "replaced", "coarsened", "left", "unsure"]
        return counts.groupby(["kind", "layer"], as_index=False)[columns].sum()

    def glance(self) -> pd.DataFrame:
        """One row: numbers of documents, hits, pseudonyms, and of what needs a look."""
        frame = self.log
        left = frame["action"].eq("left")
        return pd.DataFrame(
            {
                "n_documents": [len(self.corpus)],
                "n_hits": [len(frame)],
                "n_replaced": [int((~left).sum())],
                "n_left": [int(left.sum())],
                "n_unsure": [int((~frame["sure"].astype(bool) & ~left).sum())],
                "n_pseudonyms": [len(self.key)],
            }
        )

    def cautions(self) -> list[str]:
        """What to do before the texts go anywhere."""
        say, counts = Messages(self.language), self.glance().iloc[0]
        ran = [say(f"deidentify.layer.{layer}") for layer in self.layers.loc[self.layers["ran"], "layer"]]
        found = [say("deidentify.note.layers", layers=", ".join(ran))]
        if counts["n_unsure"]:
            found.append(say("deidentify.note.unsure", n=int(counts["n_unsure"])))
        if counts["n_left"]:
            found.append(say("deidentify.note.left", n=int(counts["n_left"])))
        return [
            *found,
            say("deidentify.note.read_review"),
            *(problem.message(self.language) for problem in self.problems),
        ]

    def __repr__(self) -> str:
        return f"<Deidentified: {len(self.corpus)} documents, {len(self.key)} pseudonyms; .log is to be reviewed>"

    @property
    def to_review(self) -> pd.DataFrame:
        """The rows of the log that a person must look at first: what is not sure, and what was left."""
        return self.log[~self.log["sure"].astype(bool) | self.log["action"].eq("left")]

    def save(self, folder: str | Path, *, force: bool = False) -> list[Path]:
        """Write the key and the review table under ``private/`` in a folder, for the owner's eyes only where possible.

        Parameters
        ----------
        folder : str or Path
            Of the study; ``private/interview-key.csv`` and ``private/interview-review.csv`` come in it. Read the
            second, write decisions in its last column, and hand both to the next run.
        force : bool, default False
            Whether files that are there are replaced. A review table with decisions that this one does not hold is kept
            as ``private/interview-review.earlier.csv``.

        Returns
        -------
        list of Path
            Of the key and the table.

        Raises
        ------
        InterviewError
            G002: a review table is there; V114: another key is there; G004: nothing can be written.
        """
        table = Path(folder) / REVIEW_FILE
        if table.exists() and not force:
            raise InterviewError("G002", path=table.as_posix())
        key = self.key.write(folder, force=force)
        try:
            private_folder(table.parent)
            if table.exists() and self._loses_decisions(table):
                write_private(Path(folder) / EARLIER_FILE, table.read_bytes())
        except OSError as error:
            raise InterviewError("G004", path=table.as_posix(), reason=reason_of(error)) from None
        return [key, write_review(self.log, folder)]

    def _loses_decisions(self, table: Path) -> bool:
        """Whether an earlier table holds decisions that are not in this one, or cannot be read."""
        try:
            there = rows_decided(table)
        except InterviewError:
            return True
        decided = self.log["decision"].astype(str).str.strip().ne("")
        return not there <= set(self.log.loc[decided, "hit"].astype(str))
