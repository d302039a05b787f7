"""Places: passages of one code that overlap, whoever gave it, with who gave it there and who did not."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from lcresearch.interviews.coding_agreement.compared_codings import Compared
from lcresearch.interviews.corpus import Corpus

Flags = npt.NDArray[np.bool_]
ALIKE, BOUNDARIES, OTHER_CODE, ONE_CODER = "alike", "boundaries", "other_code", "not_all"
_EDGES = " \t\n\r\f\v\xa0.,;:!?…\"'“”‘’()[]-–"


@dataclass(frozen=True)
class Places:
    """Each place where a code was given.

    Attributes
    ----------
    table : DataFrame
        ``document, code, start, end`` (from the first character that anybody coded there to the last one), ``kind`` and
        ``group``: places with other codes in the same text have one group.
    given, read : arrays of bool, shape (n_places, n_coders)
        Who gave the code there, and who read the document.
    first, last : arrays of int, shape (n_places, n_coders)
        Where each coder's passage begins and ends; meaningless for who did not give it.
    coders : tuple of str
        Ids.
    others : DataFrame
        ``place, coder, code``: what those who did not give the code gave there instead.
    """

    table: pd.DataFrame
    given: Flags
    read: Flags
    first: npt.NDArray[np.int64]
    last: npt.NDArray[np.int64]
    coders: tuple[str, ...]
    others: pd.DataFrame


def places(found: Compared, *, tolerance: int = 0) -> Places:
    """All places of the codings that are compared.

    Parameters
    ----------
    found : Compared
    tolerance : int
        Characters by which boundaries may differ and still be the same; blanks and punctuation at edges never count.
    """
    codings = _trimmed(found.codings, found.corpus)
    coders = tuple(map(str, found.reading.columns))
    codings = codings.sort_values(["document", "code", "short_start", "short_end"], kind="stable", ignore_index=True)
    reached = codings.groupby(["document", "code"])["short_end"].cummax()
    before = reached.groupby([codings["document"], codings["code"]]).shift(fill_value=-1)
    place = (codings["short_start"] >= before).cumsum().to_numpy() - 1
    n, m = (int(place[-1]) + 1 if len(place) else 0), len(coders)
    grouped = codings.groupby(place)
    table = grouped.agg(
        document=("document", "first"), code=("code", "first"), start=("start", "min"), end=("end", "max")
    ).reset_index(drop=True)  # fmt: skip
    who = pd.Index(coders).get_indexer(pd.Index(codings["coder"]))
    first, last = _of_coders(codings, place, who, (n, m), "start", "end")
    given = last >= 0
    read = found.reading.reindex(table["document"]).to_numpy(dtype=bool).reshape(n, m)
    other, group = _other_codes(table, given, read, found.corpus)
    silent = (read & ~given).any(axis=1)
    short_first, short_last = _of_coders(codings, place, who, (n, m), "short_start", "short_end")
    differs = np.maximum(_spread(short_first, given), _spread(short_last, given)) > tolerance
    instead = np.isin(np.arange(n), other["place"].to_numpy(dtype=np.int64))
    kind = np.where(silent, np.where(instead, OTHER_CODE, ONE_CODER), np.where(differs, BOUNDARIES, ALIKE))
    other = other.assign(coder=[coders[coder] for coder in other["coder"]])
    return Places(table.assign(kind=kind, group=group), given, read, first, last, coders, other)


def _of_coders(
    codings: pd.DataFrame,
    place: npt.NDArray[np.int64],
    who: npt.NDArray[np.intp],
    shape: tuple[int, int],
    start: str,
    end: str,
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Where each coder begins and ends at each place; -1 for the end where a coder did not give the code."""
    first, last = np.full(shape, np.iinfo(np.int64).max), np.full(shape, -1, dtype=np.int64)
    np.minimum.at(first, (place, who), codings[start].to_numpy(dtype=np.int64))
    np.maximum.at(last, (place, who), codings[end].to_numpy(dtype=np.int64))
    return first, last


def _trimmed(codings: pd.DataFrame, corpus: Corpus) -> pd.DataFrame:
    """With ``short_start, short_end``: without blanks and punctuation at the edges, unless there is nothing else."""
    starts, ends = [], []
    rows = codings[["document", "start", "end"]].itertuples(index=False, name=None)
    for document, start, end in rows:
        said = corpus.by_id[document].text[start:end]
        short = said.strip(_EDGES)
        at = start + (len(said) - len(said.lstrip(_EDGES)) if short else 0)
        starts.append(at)
        ends.append(at + len(short) if short else end)
    return codings.assign(short_start=np.array(starts, dtype=np.int64), short_end=np.array(ends, dtype=np.int64))


def _spread(values: npt.NDArray[np.int64], given: Flags) -> npt.NDArray[np.int64]:
    """How far boundaries of those who gave the code lie apart."""
    if not len(values):
        return np.zeros(0, dtype=np.int64)
    highest = np.where(given, values, -1).max(axis=1)
    lowest = np.where(given, values, np.iinfo(np.int64).max).min(axis=1)
    return np.asarray(highest - lowest, dtype=np.int64)


def _other_codes(
    table: pd.DataFrame, given: Flags, read: Flags, corpus: Corpus
) -> tuple[pd.DataFrame, npt.NDArray[np.int64]]:
    """What those who did not give a code gave in its place, and a number for places that belong together.

    Two places with other codes belong together when they overlap, a coder gave the first and not the second, and
    another the second and not the first. Codes of a whole document stand apart: they overlap with everything.
    """
    i, j = _overlapping(table, corpus)
    swapped = (read[i] & ~given[i] & given[j]).any(axis=1) & (read[j] & ~given[j] & given[i]).any(axis=1)
    i, j = i[swapped], j[swapped]
    n = len(table)
    links = sparse.coo_array((np.ones(len(i)), (i, j)), shape=(n, n))
    group = connected_components(links, directed=False)[1] if n else np.zeros(0)
    one, two = np.concatenate([i, j]), np.concatenate([j, i])
    pair, coder = np.nonzero(read[one] & ~given[one] & given[two])
    codes = table["code"].to_numpy(dtype=object)
    others = pd.DataFrame({"place": one[pair], "coder": coder, "code": codes[two[pair]]})
    return others.drop_duplicates(ignore_index=True), group.astype(np.int64)


def _overlapping(table: pd.DataFrame, corpus: Corpus) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Pairs of places in the same text, each once."""
    lengths = {document.id: len(document.text.strip(_EDGES)) for document in corpus}
    size = table["end"] - table["start"]  # with edges, so that a code of all words is never smaller than the text
    kept = np.flatnonzero((size < table["document"].map(lengths)).to_numpy(dtype=bool))
    number = pd.factorize(table["document"])[0][kept]
    width = int(table["end"].max() if len(table) else 0) + 1
    start = number * width + table["start"].to_numpy(dtype=np.int64)[kept]
    end = number * width + table["end"].to_numpy(dtype=np.int64)[kept]
    order = np.argsort(start, kind="stable")
    start, end, kept = start[order], end[order], kept[order]
    n = np.searchsorted(start, end, side="left") - np.arange(len(start)) - 1
    one = np.repeat(np.arange(len(start)), n)
    two = one + 1 + np.arange(n.sum()) - np.repeat(np.cumsum(n) - n, n)
    return kept[one].astype(np.int64), kept[two].astype(np.int64)
