"""Topics of a corpus, to look at: their words, their segments, who speaks of them, and how far to trust them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from lcresearch.disclosure import REPORT, Policy
from lcresearch.errors import Problem
from lcresearch.interviews.codebook.model import Codebook
from lcresearch.interviews.topics.candidates import candidate_codebook
from lcresearch.interviews.topics.groups import by_group, shares_by_group
from lcresearch.interviews.topics.settings import Settings
from lcresearch.interviews.topics.stability import DOUBTFUL, STABLE
from lcresearch.results import FittedModel

NAME_WORDS = 3
_SHOWN_WORDS = 8


@dataclass(frozen=True, repr=False, eq=False)
class Topics(FittedModel):
    """Topics; made by :func:`~lcresearch.interviews.find_topics`.

    What people said is in ``segments``: that table is for the researcher. :meth:`to_dict` and files hold tables of
    words and numbers only; :meth:`shareable` gives what a report may show.

    Attributes
    ----------
    segments : DataFrame
        A row a segment of the corpus, in its order: ``pointer`` (``document#start-end:hash``), ``document, name, start,
        end, speaker, role, person, text``; ``kind`` (``topic``, ``outlier``: fits no topic, or ``short``: says too
        little); ``topic`` (from 0, the largest first; -1 without one); ``score`` (how near it lies to the middle of its
        topic, cosine); ``nearest`` and ``nearest_score`` (the topic that lies nearest, also for outliers).
    words : DataFrame
        ``topic, rank, word, weight, n_segments, n_persons``: words by which a topic differs from the others.
    by_topic : DataFrame
        A row a topic; what :meth:`tidy` shows.
    attributes : DataFrame
        Attributes of the documents, indexed by id.
    method : str
        ``bertopic`` or ``factorisation``.
    settings : Settings
        What the methods were told, which follows from the number of segments.
    model, language, unit : str
    seed : int
        Gives the same topics again.
    agreement : float
        Mean adjusted Rand index with topics of resamples.
    n_resampled_topics : tuple of int
        How many topics each resample found.
    diversity : float
        Share of the words of all topics that differ.
    software : dict of str to str
        Versions of the packages that found the topics.
    problems : tuple of Problem
    """

    title: ClassVar[str] = "Topics"
    segments: pd.DataFrame
    words: pd.DataFrame
    by_topic: pd.DataFrame
    attributes: pd.DataFrame
    method: str
    settings: Settings
    model: str
    language: str
    unit: str
    seed: int
    agreement: float
    n_resampled_topics: tuple[int, ...]
    diversity: float
    software: dict[str, str]
    problems: tuple[Problem, ...] = ()

    @property
    def n_topics(self) -> int:
        """How many topics there are."""
        return len(self.by_topic)

    def tidy(self, conf_level: float = 0.95) -> pd.DataFrame:
        """One row a topic.

        ``topic, name`` (its first words), ``n_segments, share`` (of the segments that say enough), ``n_persons,
        largest_person`` (share of its segments by the person who speaks of it most), ``coherence`` (NPMI),
        ``stability`` (mean Jaccard index over resamples), ``verdict`` (``stable, doubtful, unstable``), ``words``.
        """
        return self.by_topic.copy()

    def glance(self) -> pd.DataFrame:
        """One row: method, numbers of segments and topics, share of outliers, coherence, diversity, stability, seed."""
        kinds = self.segments["kind"].value_counts()
        enough = len(self.segments) - int(kinds.get("short", 0))
        row = {
            "method": self.method,
            "n_topics": self.n_topics,
            "n_segments": len(self.segments),
            "n_short": int(kinds.get("short", 0)),
            "n_outliers": int(kinds.get("outlier", 0)),
            "share_outliers": float(kinds.get("outlier", 0)) / max(enough, 1),
            "n_persons": self.segments["person"].nunique(),
            "coherence": float(self.by_topic["coherence"].mean()),
            "diversity": self.diversity,
            "agreement": self.agreement,
            "n_stable": int((self.by_topic["verdict"] == "stable").sum()),
            "seed": self.seed,
        }
        return pd.DataFrame([row])

    def shown(self) -> pd.DataFrame:
        """The table of topics without what repeats their words."""
        return self.by_topic.drop(columns="name").assign(
            words=self.by_topic["words"].str.split(", ").str[:_SHOWN_WORDS].str.join(", ")
        )

    def cautions(self) -> list[str]:
        """What the reader must know, in the language of the terminal."""
        return [problem.message() for problem in self.problems]

    def tables(self) -> dict[str, pd.DataFrame]:
        """Tables that travel: ``tidy, glance, words``; no texts."""
        return super().tables() | {"words": self.words}

    def representative(self, topic: int | None = None, n: int = 5) -> pd.DataFrame:
        """Segments in the middle of each topic, by different persons where there are: read these first.

        What people said stays in the house until they released it: this table is for the researcher.

        Returns
        -------
        DataFrame
            ``topic, pointer, name, speaker, score, text``, n a topic.
        """
        found = self.segments[self.segments["kind"] == "topic"]
        found = found[found["topic"] == topic] if topic is not None else found
        found = found.drop_duplicates(["topic", "text"]).sort_values(
            ["topic", "score"], ascending=[True, False], kind="stable"
        )
        turn = found.groupby(["topic", "person"], sort=False).cumcount()  # everybody's best first, then the second best
        order = np.lexsort((-found["score"].to_numpy(), turn.to_numpy(), found["topic"].to_numpy()))
        found = found.iloc[order].groupby("topic", sort=False).head(n)
        return found[["topic", "pointer", "name", "speaker", "score", "text"]].reset_index(drop=True)

    def outliers(self) -> pd.DataFrame:
        """Segments that fit no topic, with the topic that lies nearest; those that come nearest first.

        They stay outliers here: whoever wants them with a topic decides so. For the researcher only.

        Returns
        -------
        DataFrame
            ``pointer, name, speaker, nearest, nearest_score, text``.
        """
        found = self.segments[self.segments["kind"] == "outlier"].sort_values(
            "nearest_score", ascending=False, kind="stable"
        )
        return found[["pointer", "name", "speaker", "nearest", "nearest_score", "text"]].reset_index(drop=True)

    def by(self, attribute: str) -> pd.DataFrame:
        """Topics by group of documents, all of them: for the researcher.

        Parameters
        ----------
        attribute : str
            ``document`` (its name) or an attribute of documents.

        Returns
        -------
        DataFrame
            ``group, topic, name, n_segments, n_persons, n_group`` (persons of the group), ``share`` (of the segments of
            the group that say enough); -1 for outliers.

        Raises
        ------
        InterviewError
            V101: an attribute that nobody has.
        """
        return by_group(self.segments, self.by_topic, self.attributes, attribute)

    def shareable(self, attribute: str | None = None, policy: Policy = REPORT) -> tuple[pd.DataFrame, pd.DataFrame]:
        """What a report may show: persons are counted, small numbers are withheld on both sides, words need users.

        Parameters
        ----------
        attribute : str, optional
            Group of documents; all together by default.
        policy : Policy
            ``minimum_cell`` persons in a group, ``minimum_category`` who speak of a topic and who do not. A word is
            shown when so many used it in this topic.

        Returns
        -------
        shown : DataFrame
            ``group, topic, words, n_persons, n_group, share`` of the persons.
        withheld : DataFrame
            ``group, topic`` (missing where the whole group is withheld), ``reason``: ``few``, ``alike`` (all but
            few speak of it), or ``others`` (it would follow from the others and the total).
        """
        return shares_by_group(self.segments, self.words, self.n_topics, self.attributes, attribute, policy)

    def candidate_codes(self, n_examples: int = 3) -> Codebook:
        """A codebook to start from: a code a topic, with its words and pointers to segments to read.

        The definition is yours to write: a topic is what is spoken of, and a code is what that means for the question.
        Topics that do not come back in resamples say so.
        """
        return candidate_codebook(self.by_topic, self.representative(n=n_examples), self.language)


def verdict(jaccard: float) -> str:
    """What the stability of a topic means (Hennig 2007).

    Examples
    --------
    >>> [verdict(value) for value in (0.8, 0.7, 0.4, float("nan"))]
    ['stable', 'doubtful', 'unstable', 'not_known']
    """
    if np.isnan(jaccard):
        return "not_known"
    return "stable" if jaccard >= STABLE else "doubtful" if jaccard >= DOUBTFUL else "unstable"
