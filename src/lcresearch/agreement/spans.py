"""Coded spans of text as arrays, and the pieces between their boundaries: no character is ever written out.

Positions count characters from 0 and ends are exclusive, so a span of length 1 at the start is 0 to 1.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from lcresearch.agreement.ratings import Array, Codes
from lcresearch.errors import AgreementError, Place, Problem

SHOWN_PROBLEMS = 20


@dataclass(frozen=True)
class Spans:
    """Coded spans of documents, sorted by coder, code and position; overlapping ones of a coder and code are joined.

    Attributes
    ----------
    coder, code, document : arrays of int, shape (n,)
        Positions in ``coders``, ``codes`` and ``documents``.
    start, end : arrays of int, shape (n,)
        First character, and the one after the last.
    lengths : array of int, shape (n_documents,)
        Characters of each document.
    read : array of bool, shape (n_documents, n_coders)
        Who coded which document: text without a code then says that the code is absent.
    n_joined : int
        Spans that were joined with another that they overlap.
    """

    coder: Codes
    code: Codes
    document: Codes
    start: Codes
    end: Codes
    coders: tuple[Any, ...]
    codes: tuple[Any, ...]
    documents: tuple[Any, ...]
    lengths: Codes
    read: npt.NDArray[np.bool_]
    n_joined: int = 0

    @property
    def length(self) -> Codes:
        """Characters of each span, shape (n,)."""
        return self.end - self.start

    @cached_property
    def offsets(self) -> Codes:
        """Where each document starts when all stand behind one another, and the end, shape (n_documents + 1,)."""
        return np.concatenate([[0], np.cumsum(self.lengths)]).astype(np.int64)

    @property
    def pairable(self) -> npt.NDArray[np.bool_]:
        """Documents that at least two coders read, shape (n_documents,)."""
        return np.asarray(self.read.sum(axis=1) >= 2)


def from_spans(
    coder: npt.ArrayLike,
    code: npt.ArrayLike,
    start: npt.ArrayLike,
    end: npt.ArrayLike,
    *,
    document: npt.ArrayLike | None = None,
    lengths: int | Mapping[Any, int],
    coders: Sequence[Any] | None = None,
    codes: Sequence[Any] | None = None,
    read: Mapping[Any, Sequence[Any]] | None = None,
) -> Spans:
    """Spans from arrays with an element a coding.

    Parameters
    ----------
    coder, code, document : array_like, shape (n,)
        Who gave which code in which document; without ``document`` there is one.
    start, end : array_like of int, shape (n,)
        First character (from 0) and the one after the last.
    lengths : int or mapping
        Characters of the document, or of each document by name: also of those in which nobody coded anything.
    coders, codes : sequence, optional
        All coders and codes; by default those that occur, sorted.
    read : mapping, optional
        For each document the coders who coded it. By default every coder read every document: a coder who never saw a
        document must be left out here, else the silence counts as disagreement.

    Returns
    -------
    Spans

    Raises
    ------
    AgreementError
        A004 arrays of unequal length, A014 a span outside its document, A016 a document without a length, A017 a span
        by a coder who did not read the document, or a name that is not among ``coders`` or ``codes``.
    """
    n = np.asarray(start).shape[0] if np.asarray(start).ndim == 1 else -1
    given = {"coder": coder, "code": code, "start": start, "end": end}
    columns = {name: _column(values, n, name) for name, values in given.items()}
    texts = np.zeros(n, dtype=np.int64) if document is None else _column(document, n, "document")
    if isinstance(lengths, Mapping):
        sizes = dict(lengths)
    else:
        names = pd.unique(pd.Series(texts)) if n else [0]
        sizes = dict.fromkeys(names, int(lengths))
    in_document, documents = _positions(texts, list(sizes), "A016", "document")
    of_coder, all_coders = _positions(columns["coder"], coders, "A017", "coder")
    of_code, all_codes = _positions(columns["code"], codes, "A017", "code")
    size = np.array([int(sizes[name]) for name in documents], dtype=np.int64)
    first, last = columns["start"].astype(np.int64), columns["end"].astype(np.int64)
    _inside(first, last, size[in_document] if n else first, columns, texts)
    who = _who_read(read, documents, all_coders)
    if (unread := np.flatnonzero(~who[in_document, of_coder])).size:
        found = [Problem("A017", Place(), {"name": str(columns["coder"][unread[0]]), "n": len(unread)})]
        raise AgreementError(found)
    spans = Spans(of_coder, of_code, in_document, first, last, all_coders, all_codes, documents, size, who)
    return _joined(spans)


def _column(values: npt.ArrayLike, n: int, name: str) -> npt.NDArray[Any]:
    found = np.asarray(values)
    if found.shape != (n,):
        raise AgreementError("A004", name=name, n=max(n, 0), shape=str(tuple(found.shape)))
    return found


def _positions(
    values: npt.NDArray[Any], known: Sequence[Any] | None, problem: str, kind: str
) -> tuple[Codes, tuple[Any, ...]]:
    found, labels = pd.factorize(pd.Series(values), sort=known is None)
    names = [label.item() if isinstance(label, np.generic) else label for label in labels]
    chosen = names if known is None else list(known)
    position = {name: i for i, name in enumerate(chosen)}
    if missing := [name for name in names if name not in position]:
        raise AgreementError(
            [Problem(problem, values={"name": str(name), "n": 1}) for name in missing[:SHOWN_PROBLEMS]]
        )
    lookup = np.array([position[name] for name in names], dtype=np.int64)
    return (lookup[found] if len(found) else np.zeros(0, dtype=np.int64)), tuple(chosen)


def _inside(
    first: Codes, last: Codes, size: Codes, columns: Mapping[str, npt.NDArray[Any]], texts: npt.NDArray[Any]
) -> None:
    wrong = np.flatnonzero((first < 0) | (last <= first) | (last > size))
    if wrong.size:
        raise AgreementError(
            [
                Problem(
                    "A014",
                    Place(item=str(columns["code"][i])),
                    {
                        "coder": str(columns["coder"][i]),
                        "document": str(texts[i]),
                        "start": int(first[i]),
                        "end": int(last[i]),
                        "length": int(size[i]),
                        "n": int(wrong.size),
                    },
                )
                for i in wrong[:SHOWN_PROBLEMS]
            ]
        )


def _who_read(
    read: Mapping[Any, Sequence[Any]] | None, documents: tuple[Any, ...], coders: tuple[Any, ...]
) -> npt.NDArray[np.bool_]:
    if read is None:
        return np.ones((len(documents), len(coders)), dtype=bool)
    return np.array([[coder in set(read.get(name, ())) for coder in coders] for name in documents], dtype=bool).reshape(
        len(documents), len(coders)
    )


def _joined(spans: Spans) -> Spans:
    """Overlapping spans of one coder and code become one; spans that only touch stay two units."""
    order = np.lexsort((spans.start, spans.document, spans.code, spans.coder))
    keys = ("coder", "code", "document")
    coder, code, document = (getattr(spans, name)[order] for name in keys)
    start, end = spans.start[order], spans.end[order]
    if not len(order):
        return spans
    new_group = np.ones(len(order), dtype=bool)
    new_group[1:] = (np.diff(coder) != 0) | (np.diff(code) != 0) | (np.diff(document) != 0)
    # the furthest end so far within a group: a running maximum over groups that are shifted apart
    shift = np.cumsum(new_group) * (int(spans.lengths.max(initial=0)) + 1)
    furthest = np.maximum.accumulate(end + shift) - shift
    begins = new_group.copy()
    begins[1:] |= start[1:] >= furthest[:-1]
    first = np.flatnonzero(begins)
    last = np.concatenate([first[1:], [len(order)]]) - 1
    return Spans(
        coder[first],
        code[first],
        document[first],
        start[first],
        furthest[last],
        spans.coders,
        spans.codes,
        spans.documents,
        spans.lengths,
        spans.read,
        n_joined=len(order) - len(first),
    )


@dataclass(frozen=True)
class Pieces:
    """Stretches of text within which nothing changes, for one or more layers of spans.

    Attributes
    ----------
    layer, document : arrays of int, shape (n_pieces,)
        What each piece belongs to.
    length : array, shape (n_pieces,)
        Characters.
    depth : array of int, shape (n_pieces, n_coders)
        How many spans of a coder cover the piece in this layer.
    bounds : array of int, shape (n_pieces + 1,)
        Where pieces begin, on a line on which documents stand behind one another, and layers behind documents.
    """

    layer: Codes
    document: Codes
    length: Array
    depth: Codes
    bounds: Codes


def pieces(
    spans: Spans,
    layer: Codes,
    n_layers: int,
    *,
    value: Codes | None = None,
    block: int | None = None,
    edges: Codes | None = None,
) -> Pieces:
    """Cut text at the boundaries of spans, by a sweep over sorted boundaries.

    Parameters
    ----------
    spans : Spans
    layer : array of int, shape (n_spans,)
        Layer of each span; each layer covers all documents.
    n_layers : int
    value : array of int, shape (n_spans,), optional
        What a span adds to ``depth`` instead of 1.
    block : int, optional
        Also cut documents every so many characters.
    edges : array of int, optional
        Also cut here, on the line on which documents stand behind one another.
    """
    total, n_coders = int(spans.offsets[-1]), len(spans.coders)
    at = layer * total + spans.offsets[spans.document]
    cuts = [spans.offsets] if edges is None else [spans.offsets, edges]
    if block is not None:
        cuts += [
            np.arange(0, length, block) + start for length, start in zip(spans.lengths, spans.offsets, strict=False)
        ]
    fixed = np.unique(np.concatenate(cuts))
    lines = (np.arange(n_layers)[:, None] * total + fixed[None, :]).ravel()
    bounds = np.unique(np.concatenate([lines, at + spans.start, at + spans.end]))
    size = len(bounds) * n_coders
    added = np.ones(len(layer)) if value is None else value.astype(np.float64)
    opened = np.bincount(np.searchsorted(bounds, at + spans.start) * n_coders + spans.coder, added, minlength=size)
    closed = np.bincount(np.searchsorted(bounds, at + spans.end) * n_coders + spans.coder, added, minlength=size)
    depth = np.cumsum((opened - closed).reshape(len(bounds), n_coders), axis=0)[:-1]
    begin = bounds[:-1]
    document = np.searchsorted(spans.offsets, begin % max(total, 1), side="right") - 1
    return Pieces(
        begin // max(total, 1),
        document.astype(np.int64),
        np.diff(bounds).astype(np.float64),
        np.rint(depth).astype(np.int64),
        bounds,
    )
