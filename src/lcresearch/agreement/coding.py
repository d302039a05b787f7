"""Agreement of coders on many codes at once: a code is a rating of 0 or 1 of each segment or character."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from lcresearch.agreement import bootstrap
from lcresearch.agreement.categories import prevalence_and_bias
from lcresearch.agreement.coded_ratings import Cells, CodedRatings, by_code, grouped
from lcresearch.agreement.coefficients import Estimate
from lcresearch.agreement.pooling import pooled
from lcresearch.agreement.rating import (
    FEW_CLUSTERS,
    FEW_UNITS,
    MOSTLY,
    PAIR_COLUMNS,
    check_interval,
    coefficients,
    pair_rows,
    rows_of,
    table_of,
)
from lcresearch.agreement.ratings import Codes, Ratings
from lcresearch.agreement.result import RaterAgreement
from lcresearch.agreement.spans import Spans, pieces
from lcresearch.errors import AgreementError, Problem

AMONG = ("all", "coded")
RARE = 10
SHOWN_CODES = 8
INTERVALS = ("fisher", "linearised", "bootstrap")


def code_agreement(
    code: npt.ArrayLike,
    unit: npt.ArrayLike,
    rater: npt.ArrayLike,
    *,
    units: int | Sequence[Any],
    codes: Sequence[Any] | None = None,
    raters: Sequence[Any] | None = None,
    rated: npt.ArrayLike | None = None,
    documents: npt.ArrayLike | None = None,
    among: str = "all",
    interval: str = "fisher",
    n_draws: int = 2000,
    seed: int | None = None,
) -> RaterAgreement:
    """Agreement of coders who gave codes to the same segments: a code a row, and all codes together.

    A segment may have several codes. Every code is a rating of its own: 1 for segments that a coder gave it, 0 for the
    others. Time and memory grow with the number of codings, not with segments times codes.

    Parameters
    ----------
    code, unit, rater : array_like, shape (n_codings,)
        A coding an element: which code was given to which segment by whom; the same coding twice counts once.
    units : int or sequence
        All segments that were to be coded: their names, or their number when ``unit`` counts from 0. Segments to which
        nobody gave a code tell that coders agree it has none, so they must not be forgotten.
    codes, raters : sequence, optional
        All codes and raters; by default those that occur, sorted.
    rated : array_like of bool, shape (n_units, n_raters), optional
        Which rater coded which segment; by default all.
    documents : array_like, shape (n_units,), optional
        The document of each segment: errors and intervals are then over documents, since segments of one are alike.
    among : str
        ``all`` segments, or ``coded``: only those to which at least one coder gave at least one code. Percent
        agreement, Brennan-Prediger and AC1 rise with every segment that everybody skipped; kappa and alpha hardly do.
    interval : str
        Of alpha: ``fisher``, ``linearised`` or ``bootstrap``, see :func:`rater_agreement`.
    n_draws, seed : int
        For the bootstrap.

    Returns
    -------
    RaterAgreement
        Rows by code, and rows without a code for all codes together: 1 less the sum of disagreements over the sum of
        those expected by chance (pooled kappa; De Vries et al., 2008), for percent agreement the mean.

    Raises
    ------
    AgreementError
        A004 arrays of unequal length, A007 an unknown option, A013 too few draws, A017 a name that is not among codes,
        units or raters, or a coding by a rater who did not rate the unit, A019 no codes.

    References
    ----------
    De Vries, Elliott, Kanouse & Teleki (2008), Field Methods 20, 272-282; see :func:`rater_agreement` for the others.

    Examples
    --------
    >>> found = code_agreement(
    ...     code=["trust", "trust", "trust", "time", "time"],
    ...     unit=[0, 0, 1, 2, 2],
    ...     rater=["An", "Bo", "An", "An", "Bo"],
    ...     units=6,
    ... )
    >>> found.by_code()[["code", "cohen_kappa", "positive_agreement"]].round(3).to_dict("list")
    {'code': ['(all)', 'time', 'trust'], 'cohen_kappa': [0.75, 1.0, 0.571], 'positive_agreement': [0.8, 1.0, 0.667]}
    """
    _options(among, interval, n_draws)
    n = np.asarray(code).shape[0] if np.asarray(code).ndim == 1 else -1
    names = list(range(units)) if isinstance(units, int) else list(units)
    of_code, all_codes = _positions(code, codes, n, "code")
    of_unit, _ = _positions(unit, names, n, "unit")
    of_rater, all_raters = _positions(rater, raters, n, "rater")
    reads = _rated(rated, len(names), len(all_raters))
    if (wrong := np.flatnonzero(~reads[of_unit, of_rater])).size:
        raise AgreementError("A017", name=str(all_raters[of_rater[wrong[0]]]), n=int(wrong.size))
    cluster = None if documents is None else _documents(documents, len(names))
    in_use = np.ones(len(names), dtype=bool)
    if among == "coded":
        in_use[:] = False
        in_use[of_unit] = True
    keep = in_use[of_unit]
    cells = Cells.of(of_code[keep], of_unit[keep], of_rater[keep], len(names), len(all_raters))
    data = by_code(cells, reads, in_use, cluster, len(all_codes))
    return _result(data, all_codes, all_raters, "unit", {"among": among, "interval": interval}, n_draws, seed)


def character_agreement(
    spans: Spans, *, among: str = "all", interval: str = "fisher", n_draws: int = 2000, seed: int | None = None
) -> RaterAgreement:
    """Agreement on each character of text: a code a row, and all codes together.

    Every character is a unit that a coder did or did not give the code. Text is cut at the boundaries of spans, and
    stretches count by their length. Characters of a document are anything but independent, so errors and intervals are
    over documents.

    Parameters
    ----------
    spans : Spans
        From :func:`from_spans`.
    among : str
        ``all`` text, or ``coded``: only text to which at least one coder gave at least one code.
    interval, n_draws, seed
        As in :func:`code_agreement`.

    Returns
    -------
    RaterAgreement

    Examples
    --------
    >>> from lcresearch.agreement import from_spans
    >>> spans = from_spans(["An", "Bo"], ["trust", "trust"], [10, 20], [60, 60], lengths=100)
    >>> character_agreement(spans).by_code()[["percent_agreement", "positive_agreement"]].round(3).to_dict("list")
    {'percent_agreement': [0.9, 0.9], 'positive_agreement': [0.889, 0.889]}
    """
    _options(among, interval, n_draws)
    edges = _coded_edges(spans) if among == "coded" else None
    found = pieces(spans, spans.code, len(spans.codes), edges=edges)
    reads = spans.read[found.document]
    states = np.where(reads, (found.depth > 0).astype(np.int64), -1)
    keep = found.length > 0
    if among == "coded":
        total = pieces(spans, np.zeros_like(spans.code), 1, edges=edges)
        line = found.bounds[:-1] % max(int(spans.offsets[-1]), 1)
        anything = np.asarray((total.depth > 0).any(axis=1), dtype=bool)
        keep &= anything[np.searchsorted(total.bounds, line, side="right") - 1]
    data = grouped(found.layer[keep], found.document[keep], states[keep], found.length[keep], len(spans.codes))
    settings = {"among": among, "interval": interval}
    joined = [Problem("A028", values={"n": spans.n_joined})] if spans.n_joined else []
    return _result(CodedRatings(data, None), spans.codes, spans.coders, "character", settings, n_draws, seed, joined)


def _coded_edges(spans: Spans) -> Codes:
    """Where text that has any code begins and ends, on the line of all documents."""
    at = spans.offsets[spans.document]
    return np.unique(np.concatenate([at + spans.start, at + spans.end]))


def _options(among: str, interval: str, n_draws: int) -> None:
    if among not in AMONG:
        raise AgreementError("A007", found=among, known=", ".join(AMONG))
    check_interval(interval, INTERVALS, n_draws)


def _positions(values: npt.ArrayLike, known: Sequence[Any] | None, n: int, kind: str) -> tuple[Codes, tuple[Any, ...]]:
    column = np.asarray(values)
    if column.shape != (n,):
        raise AgreementError("A004", name=kind, n=max(n, 0), shape=str(tuple(column.shape)))
    found, labels = pd.factorize(pd.Series(column), sort=known is None)
    names = [label.item() if isinstance(label, np.generic) else label for label in labels]
    chosen = names if known is None else list(known)
    position = {name: i for i, name in enumerate(chosen)}
    if missing := [name for name in names if name not in position]:
        raise AgreementError([Problem("A017", values={"name": str(name), "n": 1}) for name in missing[:20]])
    lookup = np.array([position[name] for name in names], dtype=np.int64)
    return (lookup[found] if n else np.zeros(0, dtype=np.int64)), tuple(chosen)


def _rated(rated: npt.ArrayLike | None, n_units: int, n_raters: int) -> npt.NDArray[np.bool_]:
    if rated is None:
        return np.ones((n_units, n_raters), dtype=bool)
    found = np.asarray(rated, dtype=bool)
    if found.shape != (n_units, n_raters):
        raise AgreementError("A004", name="rated", n=n_units, shape=str(tuple(found.shape)))
    return found


def _documents(documents: npt.ArrayLike, n: int) -> Codes:
    column = np.asarray(documents)
    if column.shape != (n,):
        raise AgreementError("A004", name="documents", n=n, shape=str(tuple(column.shape)))
    return np.asarray(pd.factorize(column)[0], dtype=np.int64)


def _result(
    data: CodedRatings,
    codes: tuple[Any, ...],
    raters: tuple[Any, ...],
    unit: str,
    settings: dict[str, Any],
    n_draws: int,
    seed: int | None,
    problems: Sequence[Problem] = (),
) -> RaterAgreement:
    if not codes:
        raise AgreementError("A019")
    plain = np.eye(2)
    found = [coefficients(ratings, plain, "nominal") for ratings in data.ratings]
    together = [row for term in zip(*found, strict=True) if (row := pooled(term, data)) is not None]
    rows = [
        row
        for name, ratings, parts in zip(codes, data.ratings, found, strict=True)
        for row in rows_of(parts, ratings, name)
    ]
    table = table_of(together + rows)
    table["fisher"] = (table["term"] == "krippendorff_alpha") & (settings["interval"] == "fisher")
    draws = np.empty((0, 0))
    if settings["interval"] == "bootstrap":
        drawn = (table["term"] == "krippendorff_alpha") & table["code"].notna() & table["estimate"].notna()
        known = [r for r, parts in zip(data.ratings, found, strict=True) if _alpha(parts).reason is None]
        rng = np.random.default_rng(seed)
        if known:
            draws = np.stack([bootstrap.resampled_alpha(ratings, "nominal", n_draws, rng) for ratings in known])
        table.loc[drawn, "draws"] = np.arange(len(known))
    names = [str(name) for name in raters]
    pairs = [
        row for name, ratings in zip(codes, data.ratings, strict=True) for row in pair_rows(ratings, plain, names, name)
    ]
    shares = pd.DataFrame([_share(name, ratings) for name, ratings in zip(codes, data.ratings, strict=True)])
    first = data.ratings[0]
    clustered = first.cluster is not None
    size = {"n_units": int(first.n_pairable), "n_left_out": int(first.frequency.sum() - first.n_pairable)}
    size |= {"n_raters": len(raters), "n_codes": len(codes)} | ({"n_clusters": first.n_clusters} if clustered else {})
    return RaterAgreement(
        table=table,
        categories=shares,
        pairs=pd.DataFrame(pairs, columns=PAIR_COLUMNS),
        draws=draws,
        unit=unit,
        settings=settings | {"metric": "nominal", "weights": "identity", "n_draws": n_draws, "seed": seed},
        size=size,
        problems=(*_problems(data, shares, settings["among"], unit), *problems),
    )


def _alpha(estimates: Sequence[Estimate]) -> Estimate:
    return next(e for e in estimates if e.term == "krippendorff_alpha")


def _share(name: Any, ratings: Ratings) -> dict[str, Any]:
    """Prevalence of a code: units to which anybody gave it, share of ratings, indexes of Byrt et al."""
    pairable = ratings.size >= 2
    given = (ratings.codes == 1).any(axis=1) & pairable
    prevalence, bias = prevalence_and_bias(ratings)
    row = {"code": name, "n_given": float(ratings.frequency @ given), "share": (prevalence + 1) / 2}
    return row | {"prevalence_index": prevalence, "bias_index": bias}


def _problems(data: CodedRatings, shares: pd.DataFrame, among: str, unit: str) -> list[Problem]:
    first = data.ratings[0]
    found = []
    if left_out := int(first.frequency.sum() - first.n_pairable):
        found.append(Problem("A023", values={"n": left_out}))
    if first.cluster is not None and 0 < first.n_clusters < FEW_CLUSTERS:
        found.append(Problem("A025", values={"n": first.n_clusters}))
    elif first.cluster is None and 0 < first.n_pairable < FEW_UNITS:
        found.append(Problem("A024", values={"n": int(first.n_pairable)}))
    rare = shares["n_given"] < RARE if unit == "unit" else shares["n_given"] == 0
    if rare.any():
        names = ", ".join(map(str, shares.loc[rare, "code"].head(SHOWN_CODES)))
        found.append(Problem("A027", values={"n": int(rare.sum()), "codes": names, "least": RARE}))
    if among == "all" and first.n_pairable and (shares["share"] < 1 - MOSTLY).any():
        found.append(Problem("A029", values={"n": int((shares["share"] < 1 - MOSTLY).sum())}))
    return found
