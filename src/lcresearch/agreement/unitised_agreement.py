"""Agreement of coders who set the boundaries of what they code: the u-alpha family with intervals over documents."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from lcresearch.agreement.rating import FEW_CLUSTERS, PAIR_COLUMNS, check_interval, table_of
from lcresearch.agreement.ratings import Array, Codes
from lcresearch.agreement.result import RaterAgreement
from lcresearch.agreement.spans import Spans, pieces
from lcresearch.agreement.unitising import Unitised, family, of_one_code, unitised
from lcresearch.errors import AgreementError, Problem

OVERLAP = ("refuse", "separate", "combinations")
INTERVALS = ("jackknife", "bootstrap")


def unitised_agreement(
    spans: Spans,
    *,
    overlap: str = "refuse",
    block: int | None = None,
    interval: str = "jackknife",
    n_draws: int = 2000,
    seed: int | None = None,
) -> RaterAgreement:
    """Krippendorff's alpha for unitised text: where coders begin and end a passage, and the code they give it.

    Parameters
    ----------
    spans : Spans
        From :func:`from_spans`.
    overlap : str
        What to do when a coder may give several codes to the same text: ``refuse`` (each place has one code at most,
        else A015), ``separate`` (each code is compared on its own with all other text; together: 1 less the sum of
        disagreements over the sum of those expected) or ``combinations`` (the set of codes at a place is its value).
    block : int, optional
        Resample blocks of so many characters instead of documents, for a single long document. A block should be longer
        than most passages.
    interval : str
        ``jackknife`` (t interval on the scale of Fisher's z, with the error of leaving out one document at a time) or
        ``bootstrap`` (percentiles).
    n_draws, seed : int
        For the bootstrap.

    Returns
    -------
    RaterAgreement
        Rows without a code: ``u_alpha`` (boundaries and codes), ``bar_u_alpha`` (coded or not), ``cu_alpha`` (codes,
        where both coded). Rows by code: ``u_alpha`` of this code against all else, and ``ku_alpha`` (this code among
        the coded).
        For the equations see :mod:`lcresearch.agreement.unitising`.

    Raises
    ------
    AgreementError
        A007 an unknown option, A013 too few draws, A015 two codes at one place, A019 no codes.

    References
    ----------
    Krippendorff, Mathet, Bouvry & Widlocher (2016), Quality & Quantity 50, 2347-2364; Krippendorff (2019), Content
    analysis, 4th edition, section 12.6.

    Examples
    --------
    >>> from lcresearch.agreement import from_spans
    >>> spans = from_spans(
    ...     ["An", "An", "An", "Bo", "Bo", "Cor", "Cor"],
    ...     ["a", "a", "b", "a", "b", "a", "b"],
    ...     start=[2, 9, 12, 2, 7, 2, 10],
    ...     end=[5, 11, 20, 5, 15, 5, 15],
    ...     lengths=20,
    ... )
    >>> unitised_agreement(spans).tidy().set_index("term")["estimate"].iloc[:3].round(3).to_dict()
    {'u_alpha': 0.474, 'bar_u_alpha': 0.433, 'cu_alpha': 0.779}
    """
    if overlap not in OVERLAP:
        raise AgreementError("A007", found=overlap, known=", ".join(OVERLAP))
    check_interval(interval, INTERVALS, n_draws)
    if not spans.codes:
        raise AgreementError("A019")
    single = [
        unitised(part, np.ones(len(part.start), dtype=np.int64), 1, block)
        for part in (of_one_code(spans, code) for code in range(len(spans.codes)))
    ]
    samples = _Samples.of(single[0], interval, n_draws, seed)
    table = _Table(samples, n_raters=len(spans.coders), n_units=int(spans.lengths[spans.pairable].sum()))
    whole, names = None, spans.codes
    if overlap == "separate":
        table.add(None, "u_alpha", *_together(single, samples.weights))
    else:
        coded, value, names = _values(spans, overlap)
        whole = unitised(coded, value, len(names), block)
        found = family(whole.sums(samples.weights))
        table.add(None, "u_alpha", found.u_alpha, found.observed[0], found.expected[0])
        table.add(None, "bar_u_alpha", found.bar_u_alpha)
        table.add(None, "cu_alpha", found.cu_alpha)
    for name, part in zip(spans.codes, single, strict=True):
        of_code = family(part.sums(samples.weights))
        table.add(name, "u_alpha", of_code.u_alpha, of_code.observed[0], of_code.expected[0])
    if whole is not None and len(names) > 1:
        among_coded = family(whole.sums(samples.weights)).ku_alpha
        for column, name in enumerate(names, start=1):
            table.add(name, "ku_alpha", among_coded[:, column])
    size = {"n_documents": int(spans.pairable.sum()), "n_raters": len(spans.coders), "n_codes": len(spans.codes)}
    size |= {"n_spans": len(spans.start), "n_characters": table.n_units, "n_resampled": samples.n}
    return RaterAgreement(
        table=table.frame(),
        categories=_coverage(single, spans),
        pairs=pd.DataFrame(columns=PAIR_COLUMNS),
        draws=np.array(table.drawn) if table.drawn else np.empty((0, 0)),
        unit="span",
        settings={"overlap": overlap, "block": block, "interval": interval, "n_draws": n_draws, "seed": seed},
        size=size,
        problems=tuple(_problems(spans, samples.n)),
    )


@dataclass(frozen=True)
class _Samples:
    """Weights of documents or blocks: all once, each left out in turn, and draws with replacement.

    ``weights`` has shape (1 + n + n_draws, n_blocks), with n the blocks that hold text of two coders.
    """

    weights: Array
    n: int

    @classmethod
    def of(cls, found: Unitised, interval: str, n_draws: int, seed: int | None) -> _Samples:
        in_use = np.flatnonzero(found.used.sum(axis=1) > 0)
        n, n_blocks = len(in_use), len(found.used)
        every = np.zeros(n_blocks)
        every[in_use] = 1.0
        left_out = np.tile(every, (n, 1))
        left_out[np.arange(n), in_use] = 0.0
        drawn = np.zeros((0, n_blocks))
        if interval == "bootstrap" and n > 1:
            drawn = np.zeros((n_draws, n_blocks))
            drawn[:, in_use] = np.random.default_rng(seed).multinomial(n, np.full(n, 1 / n), size=n_draws)
        return cls(np.vstack([every, left_out, drawn]), n)


class _Table:
    """Rows of the table of results from the values of a coefficient in all samples."""

    def __init__(self, samples: _Samples, n_raters: int, n_units: int) -> None:
        self.n, self.n_raters, self.n_units = samples.n, n_raters, n_units
        self.rows: list[dict[str, Any]] = []
        self.drawn: list[Array] = []

    def add(
        self, code: Any, term: str, found: Array, observed: float = float("nan"), expected: float = float("nan")
    ) -> None:
        """A row from the value in all documents, then without each of them, then in bootstrap samples."""
        estimate, left_out, drawn = float(found[0]), found[1 : 1 + self.n], found[1 + self.n :]
        known = left_out[~np.isnan(left_out)]
        error = float("nan")
        if len(known) == self.n > 1:
            error = float(np.sqrt((self.n - 1) / self.n * ((known - known.mean()) ** 2).sum()))
        draw = -1
        if len(drawn) and not np.isnan(drawn).all() and not np.isnan(estimate):
            draw = len(self.drawn)
            self.drawn.append(drawn)
        row = {"code": code, "term": term, "estimate": estimate, "std_error": error, "df": float(max(self.n - 1, 0))}
        row |= {"observed": observed, "expected": expected, "chance": expected, "n_units": self.n_units}
        row |= {"n_raters": self.n_raters, "n_independent": self.n, "draws": draw, "fisher": True}
        self.rows.append(row | {"reason": "A021" if np.isnan(estimate) else ""})

    def frame(self) -> pd.DataFrame:
        return table_of(self.rows)


def _together(single: list[Unitised], weights: Array) -> tuple[Array, float, float]:
    """All codes, each against all other text: 1 less the sum of disagreements over the sum of those expected."""
    observed, expected = np.zeros(len(weights)), np.zeros(len(weights))
    for part in single:
        found = family(part.sums(weights))
        known = ~np.isnan(found.u_alpha)
        observed += np.where(known, 1 - found.observed, 0.0)
        expected += np.where(known, 1 - found.expected, 0.0)
    ratio = np.divide(observed, expected, out=np.full(len(weights), np.nan), where=expected > 0)
    return 1 - ratio, float(1 - observed[0] / len(single)), float(1 - expected[0] / len(single))


def _values(spans: Spans, overlap: str) -> tuple[Spans, Codes, tuple[Any, ...]]:
    """Spans of which each place has one at most, with their values from 1, and the names of the values."""
    if overlap == "refuse":
        return spans, spans.code + 1, spans.codes
    return _combinations(spans)


def _combinations(spans: Spans) -> tuple[Spans, Codes, tuple[Any, ...]]:
    """Cut the spans of each coder where the set of codes changes; the set is the value.

    A passage with one code and within it a passage with two becomes three units.
    """
    n_codes, n_coders, total = len(spans.codes), len(spans.coders), int(spans.offsets[-1])
    # each coder is a layer and each code takes the place of a coder, so that depth tells which codes cover a piece
    turned = replace(spans, coder=spans.code, coders=tuple(range(n_codes)))
    found = pieces(turned, spans.coder, n_coders)
    covered = found.depth > 0
    keep = covered.any(axis=1)
    sets, value = np.unique(covered[keep], axis=0, return_inverse=True)
    names = tuple(" + ".join(str(spans.codes[k]) for k in np.flatnonzero(row)) for row in sets)
    begin = found.bounds[:-1][keep] % max(total, 1)
    start = begin - spans.offsets[found.document[keep]]
    end = start + found.length[keep].astype(np.int64)
    value = value.reshape(-1).astype(np.int64)
    parts = (found.layer[keep], value, found.document[keep], start.astype(np.int64), end)
    cut = Spans(*parts, spans.coders, names, spans.documents, spans.lengths, spans.read)
    return cut, value + 1, names


def _coverage(single: list[Unitised], spans: Spans) -> pd.DataFrame:
    """A row a code: spans, share of the text that has it (mean over coders), share that at least two coders share."""
    rows = []
    for code, (name, part) in enumerate(zip(spans.codes, single, strict=True)):
        sums = part.sums()
        share, used = float(sums.used[0].sum()), float(sums.used[0, 1])
        row = {"code": name, "n_spans": int((spans.code == code).sum()), "share": used / share if share else np.nan}
        rows.append(row | {"coverage": float(family(sums).coverage[0, 1])})
    return pd.DataFrame(rows)


def _problems(spans: Spans, n: int) -> list[Problem]:
    found = []
    if alone := int((~spans.pairable).sum()):
        found.append(Problem("A018", values={"n": alone}))
    if spans.n_joined:
        found.append(Problem("A028", values={"n": spans.n_joined}))
    if n < FEW_CLUSTERS:
        found.append(Problem("A025", values={"n": n}))
    return found
