"""Krippendorff's alpha for coders who set the boundaries of what they code: the u-alpha family.

A continuum (a document) is L characters long. m coders each divide it into units with a value (a code) and gaps (value
0) between them; L(...) is the length of a stretch, S_ig is the g-th stretch of coder i.

Observed coincidences (equation 1 of Krippendorff, Mathet, Bouvry & Widlocher, 2016; 32 of Krippendorff, 2019)::

    l_ck = 1 / (m - 1) sum_i sum_j<>i L(stretches that i valued c and j valued k)

Expected coincidences (4; 33): what one would see if stretches of this length were paired at random, each with all
others but not with itself::

    e_ck = l.. (l_c. l_.k - [c = k] S_c) / (l..^2 - sum_c S_c)
    S_c  = sum_i sum_g L(S_ig valued c)^2 for units, S_0 = sum_i sum_g L(S_ig) for gaps, which have no structure

From these follow

- ``u_alpha`` (5a; 34): 1 - (l.. - sum_c l_cc) / (l.. - sum_c e_cc), boundaries and codes together;
- ``bar_u_alpha`` (6; 35), written |u-alpha: 1 - sum_c>0 l_0c / sum_c>0 e_0c, what is coded at all against what is not;
- ``cu_alpha`` (10, 11; 36, 37): 1 - (l*.. - sum l*_cc) / (l*.. - sum e*_cc) over stretches that both coders of a pair
  valued, so that gaps play no part: the codes alone. e* is as e, with
  S*_c = 1 / (m - 1) sum_i sum_j<>i sum_g L(S_ig valued c, where j coded something)^2;
- ``ku_alpha`` (13; 38), written (k)u-alpha: 1 - (e*_k. / l*_k.) (l*_k. - l*_kk) / (e*_k. - e*_kk), one code among the
  coded.

With several documents, sums run over documents; documents that fewer than two coders read are left out, and m is the
number of coders who read a document. When all units are 1 long this is nominal alpha of single characters; when all
have one length and there are no gaps it is nominal alpha of units.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lcresearch.agreement.ratings import Array, Codes
from lcresearch.agreement.spans import Pieces, Spans, pieces
from lcresearch.errors import AgreementError, Place, Problem

SHOWN_PROBLEMS = 10


@dataclass(frozen=True)
class Unitised:
    """What the u-alpha family needs of each resampling unit (document or block), arrays of shape (n_blocks, q).

    Value 0 is the gap, value c > 0 the c-th code.

    Attributes
    ----------
    agreed : array
        l_cc.
    used : array
        l_c. (all pairable length valued c).
    own : array
        S_c.
    agreed_coded, used_coded, own_coded : array
        The same over stretches that both coders of a pair valued (column 0 is 0).
    """

    agreed: Array
    used: Array
    own: Array
    agreed_coded: Array
    used_coded: Array
    own_coded: Array

    def sums(self, weights: Array | None = None) -> Unitised:
        """Sums over blocks, shape (1, q), or weighted sums, shape (n_draws, q), with weights (n_draws, n_blocks)."""
        w = np.ones((1, len(self.agreed))) if weights is None else weights
        parts = (self.agreed, self.used, self.own, self.agreed_coded, self.used_coded, self.own_coded)
        return Unitised(*(np.asarray(w @ part, dtype=np.float64) for part in parts))


def unitised(spans: Spans, value: Codes, n_values: int, block: int | None = None) -> Unitised:
    """Sums for the family from spans whose value is 1 to ``n_values``; each coder has one value at a time.

    Raises
    ------
    AgreementError
        A015 a coder has two values at one place.
    """
    one_layer = np.zeros(len(spans.start), dtype=np.int64)
    covering = pieces(spans, one_layer, 1, block=block)
    if (covering.depth > 1).any():
        raise AgreementError(_twice_coded(spans, covering))
    found = pieces(spans, one_layer, 1, value=value, block=block)
    q = n_values + 1
    readers = spans.read.sum(axis=1)
    keep = readers[found.document] >= 2
    block_of_piece, n_blocks = _blocks(spans, found, block)
    rows, values = block_of_piece[keep], found.depth[keep]
    length, m = found.length[keep], readers[found.document[keep]]
    reads = spans.read[found.document[keep]]
    tables = [np.zeros(n_blocks * q) for _ in range(6)]

    def add(table: int, at: Codes, of_value: Codes, amount: Array) -> None:
        tables[table] += np.bincount(at * q + of_value, amount, minlength=n_blocks * q)

    for i in range(len(spans.coders)):
        mine = reads[:, i]
        add(1, rows[mine], values[mine, i], length[mine])
        gap = mine & (values[:, i] == 0)
        add(2, rows[gap], values[gap, i], length[gap])
        for j in range(len(spans.coders)):
            both = mine & reads[:, j] if i != j else np.zeros(len(rows), dtype=bool)
            share = length / (m - 1)
            same = both & (values[:, i] == values[:, j])
            add(0, rows[same], values[same, i], share[same])
            coded = both & (values[:, i] > 0) & (values[:, j] > 0)
            add(4, rows[coded], values[coded, i], share[coded])
            add(3, rows[coded & same], values[coded & same, i], share[coded & same])
    _own_lengths(spans, value, found, block_of_piece, tables, q)
    return Unitised(*(table.reshape(n_blocks, q) for table in tables))


def _own_lengths(spans: Spans, value: Codes, found: Pieces, block_of_piece: Codes, tables: list[Array], q: int) -> None:
    """Add squared lengths of units (S_c), and of their parts that each other coder coded (S*_c)."""
    kept = spans.pairable[spans.document]
    at = spans.offsets[spans.document]
    first, last = np.searchsorted(found.bounds, at + spans.start), np.searchsorted(found.bounds, at + spans.end)
    size = len(tables[0])
    block = block_of_piece[np.minimum(first, len(block_of_piece) - 1)]
    cell = (block * q + value)[kept]
    tables[2] += np.bincount(cell, spans.length[kept].astype(np.float64) ** 2, minlength=size)
    coded = np.zeros((len(found.bounds), len(spans.coders)))
    coded[1:] = np.cumsum((found.depth > 0) * found.length[:, None], axis=0)
    shared = coded[last] - coded[first]
    shared[np.arange(len(shared)), spans.coder] = 0.0
    m = spans.read.sum(axis=1)[spans.document]
    squares = (shared**2).sum(axis=1) / np.maximum(m - 1, 1)
    tables[5] += np.bincount(cell, squares[kept], minlength=size)


def _blocks(spans: Spans, found: Pieces, block: int | None) -> tuple[Codes, int]:
    """Number of the resampling unit of each piece: its document, or a block of a document."""
    if block is None:
        return found.document, len(spans.documents)
    inside = (found.bounds[:-1] - spans.offsets[found.document]) // block
    per_document = -(-spans.lengths // block)
    before = np.concatenate([[0], np.cumsum(per_document)])
    return (before[found.document] + inside).astype(np.int64), int(before[-1])


def _twice_coded(spans: Spans, found: Pieces) -> list[Problem]:
    piece, coder = np.nonzero(found.depth > 1)
    problems = []
    for p, c in zip(piece[:SHOWN_PROBLEMS], coder[:SHOWN_PROBLEMS], strict=True):
        document = found.document[p]
        here = int(found.bounds[p] - spans.offsets[document])
        covers = (spans.coder == c) & (spans.document == document) & (spans.start <= here) & (spans.end > here)
        names = [str(spans.codes[k]) for k in spans.code[covers]]
        where = {"coder": str(spans.coders[c]), "document": str(spans.documents[document])}
        problems.append(Problem("A015", Place(), where | {"position": here, "codes": names, "n": len(piece)}))
    return problems


@dataclass(frozen=True)
class Family:
    """The u-alpha family, arrays of shape (n_draws,), for codes (n_draws, q) with column 0 for the gap.

    ``coverage`` is the share of the pairable length of a code (column 0: of all) that lies where both coders coded.
    """

    u_alpha: Array
    bar_u_alpha: Array
    cu_alpha: Array
    ku_alpha: Array
    observed: Array
    expected: Array
    coverage: Array


def family(found: Unitised) -> Family:
    """The coefficients from sums; NaN where undefined. All draws of a bootstrap at once."""
    total, by_chance, agreed_by_chance = _expected(found.used, found.own)
    disagreed = total - found.agreed.sum(axis=1)
    expected = total - agreed_by_chance.sum(axis=1)
    gap_off = found.used[:, 0] - found.agreed[:, 0]
    gap_expected = by_chance[:, 0] - agreed_by_chance[:, 0]
    total_coded, by_chance_coded, agreed_by_chance_coded = _expected(found.used_coded, found.own_coded)
    off_coded = total_coded - found.agreed_coded.sum(axis=1)
    expected_coded = total_coded - agreed_by_chance_coded.sum(axis=1)
    of_code = (found.used_coded - found.agreed_coded) * by_chance_coded
    of_code_expected = found.used_coded * (by_chance_coded - agreed_by_chance_coded)
    coverage = _ratio(found.used_coded, found.used)
    coverage[:, 0] = _ratio(total_coded, total)
    return Family(
        1 - _ratio(disagreed, expected),
        1 - _ratio(gap_off, gap_expected),
        1 - _ratio(off_coded, expected_coded),
        1 - _ratio(of_code, of_code_expected),
        1 - _ratio(disagreed, total),
        1 - _ratio(expected, total),
        coverage,
    )


def _expected(used: Array, own: Array) -> tuple[Array, Array, Array]:
    """l.., e_c. and e_cc from l_c. and S_c."""
    total = used.sum(axis=1)
    scale = _ratio(total, total**2 - own.sum(axis=1))[:, None]
    return total, scale * (used * total[:, None] - own), scale * (used**2 - own)


def _ratio(above: Array, below: Array) -> Array:
    scale = 1e-9 * np.maximum(np.abs(above), 1.0)
    usable = (below > scale) & (above >= 0)
    found = np.divide(above, below, out=np.full(usable.shape, np.nan), where=usable)
    return np.asarray(found, dtype=np.float64)


def of_one_code(spans: Spans, code: int) -> Spans:
    """The spans of one code, with all documents and coders."""
    mine: npt.NDArray[np.bool_] = spans.code == code
    parts = (spans.coder[mine], spans.code[mine], spans.document[mine], spans.start[mine], spans.end[mine])
    return Spans(*parts, spans.coders, spans.codes, spans.documents, spans.lengths, spans.read)
