"""Codings as arrays that statistics take: segments with codes, or spans of the text that counts."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from lcresearch.agreement import Spans, from_spans
from lcresearch.errors import Problem
from lcresearch.interviews.coding_agreement.compared_codings import Compared
from lcresearch.interviews.corpus import Corpus
from lcresearch.interviews.text.segments import Unit, segments
from lcresearch.interviews.text.touching import touching


@dataclass(frozen=True)
class SegmentCodes:
    """Codes given to segments: ``given`` has ``unit`` (row of ``parts``), ``code`` and ``coder``, each once."""

    parts: pd.DataFrame
    given: pd.DataFrame
    problems: tuple[Problem, ...] = ()


def segment_codes(
    found: Compared, codings: pd.DataFrame, segment: Unit, without_roles: Collection[str], least: int
) -> SegmentCodes:
    """Which segments each coding touches; codings that touch none are counted."""
    parts = segments(found.corpus, segment, without_roles=without_roles)
    coding, part = touching(parts, codings, least=least)
    given = codings[["code", "coder"]].iloc[coding].assign(unit=part).drop_duplicates(ignore_index=True)
    nowhere = len(codings) - len(np.unique(coding))
    problems = (Problem("V146", values={"n": nowhere}),) if nowhere else ()
    return SegmentCodes(parts, given, problems)


@dataclass(frozen=True)
class TextThatCounts:
    """Stretches of documents, put behind one another: all text, or the turns of those whose words count.

    Attributes
    ----------
    names : sequence of str
        Ids of documents, in order.
    document, start, end : arrays of int, shape (n_stretches,)
        Row in ``names``, first character and the one after the last, in order.
    lengths : array of int, shape (n_documents,)
        Characters that count.
    """

    names: pd.Index
    document: npt.NDArray[np.int64]
    start: npt.NDArray[np.int64]
    end: npt.NDArray[np.int64]
    lengths: npt.NDArray[np.int64]

    @classmethod
    def of(cls, corpus: Corpus, without_roles: Collection[str]) -> TextThatCounts:
        """All text, or with ``without_roles`` the turns of others."""
        names = pd.Index([document.id for document in corpus])
        if not without_roles:
            size = np.array([len(document.text) for document in corpus], dtype=np.int64)
            return cls(names, np.arange(len(names)), np.zeros(len(names), dtype=np.int64), size, size)
        turns = segments(corpus, "turn", without_roles=without_roles)
        document = names.get_indexer(pd.Index(turns["document"])).astype(np.int64)
        start, end = (turns[name].to_numpy(dtype=np.int64) for name in ("start", "end"))
        order = np.lexsort((start, document))
        lengths = np.bincount(document, end - start, minlength=len(names)).astype(np.int64)
        return cls(names, document[order], start[order], end[order], lengths)

    def place(self, document: npt.NDArray[np.int64], position: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """How many characters that count stand before a position."""
        width = max(int(self.end.max(initial=0)), int(position.max(initial=0))) + 1
        at = np.searchsorted(self.document * width + self.start, document * width + position, side="right") - 1
        before = np.concatenate([[0], np.cumsum(self.end - self.start)])
        of_document = np.concatenate([[0], np.cumsum(self.lengths)])[document]
        known = np.maximum(at, 0)
        here = (at >= 0) & (self.document[known] == document) if len(self.document) else np.zeros(len(at), dtype=bool)
        inside = np.minimum(position - self.start[known], self.end[known] - self.start[known]) if here.any() else 0
        return np.where(here, before[known] + inside - of_document, 0).astype(np.int64)


def spans_that_count(
    found: Compared, codings: pd.DataFrame, codes: Mapping[str, str], without_roles: Collection[str]
) -> tuple[Spans, list[Problem]]:
    """Codings as spans of the text that counts; codings of other text are counted and left out."""
    text = TextThatCounts.of(found.corpus, without_roles)
    document = text.names.get_indexer(pd.Index(codings["document"])).astype(np.int64)
    start = text.place(document, codings["start"].to_numpy(dtype=np.int64))
    end = text.place(document, codings["end"].to_numpy(dtype=np.int64))
    kept = end > start
    names = [each.name for each in found.corpus]
    coders = found.reading.columns
    read = {
        name: [found.coders[str(coder)] for coder in coders[row]]
        for name, row in zip(names, found.reading.to_numpy(dtype=bool), strict=True)
    }
    spans = from_spans(
        codings["coder"].map(found.coders).to_numpy(dtype=object)[kept],
        codings["code"].map(codes).to_numpy(dtype=object)[kept],
        start[kept],
        end[kept],
        document=np.array(names, dtype=object)[document[kept]],
        lengths=dict(zip(names, text.lengths.tolist(), strict=True)),
        coders=list(found.coders.values()),
        codes=list(codes.values()),
        read=read,
    )
    nowhere = int((~kept).sum())
    return spans, [Problem("V146", values={"n": nowhere})] if nowhere else []
