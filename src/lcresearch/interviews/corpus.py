"""All texts of a study, and the parts that they are made of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

import pandas as pd

from lcresearch.errors import Problem
from lcresearch.interviews.document import Document


@dataclass(frozen=True, repr=False)
class Corpus:
    """Texts, in order; made by :func:`~lcresearch.interviews.read_transcripts`.

    Attributes
    ----------
    documents : tuple of Document
        Ids and names differ.
    problems : tuple of Problem
        What was found while reading, with the file: texts that were left out, and what was made of the others.
    """

    documents: tuple[Document, ...] = ()
    problems: tuple[Problem, ...] = field(default=())

    @cached_property
    def by_id(self) -> dict[str, Document]:
        """Id -> document."""
        return {document.id: document for document in self.documents}

    @cached_property
    def by_name(self) -> dict[str, Document]:
        """Name -> document."""
        return {document.name: document for document in self.documents}

    def __iter__(self) -> Iterator[Document]:
        return iter(self.documents)

    def __len__(self) -> int:
        return len(self.documents)

    def __getitem__(self, document: str) -> Document:
        """A document by its id or its name."""
        return self.by_id[document] if document in self.by_id else self.by_name[document]

    @property
    def frame(self) -> pd.DataFrame:
        """One row a document: ``document, name, file, n_characters, n_turns, n_speakers`` and the attributes."""
        rows = [
            {
                "document": each.id,
                "name": each.name,
                "file": each.file,
                "n_characters": len(each.text),
                "n_turns": len(each.turns),
                "n_speakers": len(each.speakers),
            }
            | dict(each.attributes)
            for each in self.documents
        ]
        return pd.DataFrame(rows)

    @property
    def attributes(self) -> pd.DataFrame:
        """One row a document, indexed by id: what is known of its case."""
        return pd.DataFrame(
            [dict(each.attributes) for each in self.documents], index=pd.Index(self.by_id, name="document")
        )

    @property
    def speakers(self) -> pd.DataFrame:
        """One row a name of a speaker, in order of first words: ``speaker, role, n_documents, n_turns``.

        A name that has another role in another text has the role of its first text.
        """
        said = [(turn.speaker, each.id) for each in self.documents for turn in each.turns if turn.speaker]
        roles = {name: role for each in reversed(self.documents) for name, role in each.roles.items()}
        turns = pd.DataFrame(said, columns=["speaker", "document"])
        grouped = turns.groupby("speaker", sort=False)["document"]
        found = grouped.agg(n_documents="nunique", n_turns="size").reset_index()
        found.insert(1, "role", [roles.get(name, "") for name in found["speaker"]])
        return found

    @property
    def log(self) -> pd.DataFrame:
        """One row a problem: ``code, level, place, message``."""
        rows = [(each.code, each.level, each.where.text(), each.message()) for each in self.problems]
        return pd.DataFrame(rows, columns=["code", "level", "place", "message"])

    def __repr__(self) -> str:
        words = sum(len(each.text.split()) for each in self.documents)
        return f"<Corpus: {len(self)} documents, {words} words>"
