"""Texts that all who were to code them have finished: only these are compared, and only these are shown to all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import pandas as pd

from lcresearch.interviews.corpus import Corpus
from lcresearch.interviews.project import Project

FINISHED = "finished"


@dataclass(frozen=True)
class FinishedTexts:
    """What can be compared already.

    Attributes
    ----------
    project : Project
        The texts that several coders were to code and all of them finished, with the codings of these coders.
    read : dict of str to tuple of str
        Id of each of these texts -> ids of its coders, for ``read=`` of
        :func:`~lcresearch.interviews.coder_agreement`: who finished a text and gave no code agrees that it has none.
    n_shared : int
        Texts that several coders were to code, finished or not.
    """

    project: Project
    read: Mapping[str, tuple[str, ...]]
    n_shared: int

    @property
    def coders(self) -> list[str]:
        """Ids of the coders of these texts, in the order of the project."""
        among = {coder for coders in self.read.values() for coder in coders}
        return [str(coder) for coder in self.project.coders.index if coder in among]


def finished_texts(project: Project, assignments: pd.DataFrame) -> FinishedTexts:
    """Keep the texts that all of their coders finished.

    Parameters
    ----------
    project : Project
    assignments : DataFrame
        A row a text and coder: ``document, coder, state`` (``assigned, started, finished``), with ids.

    Examples
    --------
    >>> from lcresearch.interviews import Codebook, Document
    >>> from lcresearch.interviews.project import no_codings
    >>> texts = Corpus((Document("1", "R1", "We learn."), Document("2", "R2", "We wait.")))
    >>> names = pd.DataFrame({"name": ["An", "Bo"]}, index=["a", "b"])
    >>> rows = [("1", "a", "finished"), ("1", "b", "finished"), ("2", "a", "finished"), ("2", "b", "started")]
    >>> plan = pd.DataFrame(rows, columns=["document", "coder", "state"])
    >>> found = finished_texts(Project("invented", texts, Codebook(), no_codings(), names), plan)
    >>> found.read, found.n_shared
    ({'1': ('a', 'b')}, 2)
    """
    rows = assignments[assignments["document"].isin([each.id for each in project.corpus])]
    read: dict[str, tuple[str, ...]] = {}
    n_shared = 0
    for document, mine in rows.groupby("document", sort=False):
        coders = tuple(map(str, dict.fromkeys(mine["coder"])))
        n_shared += len(coders) > 1
        if len(coders) > 1 and (mine["state"] == FINISHED).all():
            read[str(document)] = coders
    corpus = Corpus(tuple(each for each in project.corpus if each.id in read), project.corpus.problems)
    pairs = {(document, coder) for document, coders in read.items() for coder in coders}
    found = project.codings
    kept = [pair in pairs for pair in zip(found["document"], found["coder"], strict=True)]
    ordered = {each.id: read[each.id] for each in corpus}
    return FinishedTexts(replace(project, corpus=corpus, codings=found[kept].reset_index(drop=True)), ordered, n_shared)
