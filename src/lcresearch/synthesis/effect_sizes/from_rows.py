"""Effect sizes from rows of persons: the figures of each study are taken first, then the effect."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import numpy as np
import pandas as pd

from lcresearch.errors import SynthesisError
from lcresearch.synthesis.effect_columns import once_named
from lcresearch.synthesis.effect_sizes import two_by_two
from lcresearch.synthesis.effect_sizes.clusters import adjust_for_clusters, intraclass_correlation
from lcresearch.synthesis.effect_sizes.effect_size import chosen_measure, effect_size
from lcresearch.synthesis.effect_sizes.figures import Measure


def effect_size_from_rows(
    measure: str,
    rows: pd.DataFrame,
    outcome: str | Sequence[str],
    *,
    by: str | None = None,
    group: str | None = None,
    reference: Any = None,
    before: str | None = None,
    predictor: str | None = None,
    cluster: str | None = None,
    icc: float | None = None,
    **options: Any,
) -> pd.DataFrame:
    """Effects of studies from rows of persons.

    Parameters
    ----------
    measure : str
        As in :func:`effect_size`: measures of two groups (means or 0/1 outcomes), of change, correlations, shares,
        means and reliability.
    rows : DataFrame
        A person a row; rows with a missing value in a column that is used are counted and left out. A study of which
        no row is left keeps its place, empty.
    outcome : str
        Column of the outcome (of change: the later measurement); for reliability a list of columns of items.
    by : str, optional
        Column that tells studies or consortia apart; without it all rows are one study.
    group, reference : str and value, optional
        Column of two groups, and which of its values is the second group, with which the first is compared.
    before : str, optional
        Column of the earlier measurement, for measures of change.
    predictor : str, optional
        Column that the outcome is correlated with.
    cluster : str, optional
        Column of teams, each wholly in one group. The variance is then enlarged (:func:`adjust_for_clusters`).
    icc : float, optional
        Share of variance between teams; by default estimated in each study (ICC(1), within groups).
    **options
        ``vtype, correct, add, to`` of :func:`effect_size`.

    Returns
    -------
    DataFrame
        A study a row: the figures, ``n_left_out``, ``yi`` and ``vi``; with ``cluster`` also ``icc`` and
        ``design_effect``.

    Raises
    ------
    SynthesisError
        Y005: a column that is not there; Y030: two of that name; Y010: an outcome of text; Y009: no two groups, or an
        outcome that is not 0/1; Y011: a measure whose figures do not follow from rows like these; and those of
        :func:`effect_size`.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = pd.DataFrame({"site": list("aaaaaabbbbbb"), "arm": ["new", "new", "new", "old", "old", "old"] * 2,
    ...                      "trust": [4, 5, 3, 3, 2, 4, 5, 4, 3, 3, 3, 2]})
    >>> effects = effect_size_from_rows("SMD", rows, "trust", by="site", group="arm", reference="old")
    >>> effects.reset_index()[["site", "n1", "n2", "yi", "vi"]].round(3)
      site   n1   n2     yi     vi
    0    a  3.0  3.0  0.798  0.720
    1    b  3.0  3.0  1.303  0.808
    """
    kind = chosen_measure(measure)
    outcomes = [outcome] if isinstance(outcome, str) else list(outcome)
    used = [*outcomes, *(c for c in (by, group, before, predictor, cluster) if c is not None)]
    absent = [column for column in used if column not in rows.columns]
    if absent:
        raise SynthesisError("Y005", column=absent[0], known=[str(c) for c in rows.columns])
    used = list(dict.fromkeys(used))
    complete = once_named(rows, used)[used].dropna()
    _numbers(complete, [*outcomes, *(c for c in (before, predictor) if c is not None)])
    studies = complete[by] if by is not None else pd.Series(0, index=complete.index)
    figures = _figures(kind, complete, studies, outcomes, group, reference, before, predictor)
    figures = _with_empty_studies(figures, rows, by)
    everyone = rows[by].value_counts() if by is not None else pd.Series({0: len(rows)})
    left_out = everyone.reindex(figures.index) - studies.value_counts().reindex(figures.index).fillna(0)
    effects = effect_size(measure, data=figures, **cast("dict[str, Any]", {c: c for c in figures.columns}), **options)
    table = figures.assign(n_left_out=left_out.astype(int), yi=effects["yi"], vi=effects["vi"])
    if cluster is None:
        return table
    correct = bool(options.get("correct", True))
    return _adjusted(kind, table, complete, studies, outcomes[0], group, cluster, icc, correct)


def _with_empty_studies(figures: pd.DataFrame, rows: pd.DataFrame, by: str | None) -> pd.DataFrame:
    """Also a row, empty, for each study of which no person has all answers: it must not vanish without a word."""
    if by is None:
        return figures
    names = [name for name in rows[by].dropna().unique().tolist() if name not in figures.index]
    if not names:
        return figures
    index = figures.index.astype(object).append(pd.Index(names, dtype=object)).rename(figures.index.name)
    return figures.reindex(index)


def _numbers(rows: pd.DataFrame, columns: Sequence[str]) -> None:
    """Refuse columns of text where a figure is taken."""
    text = [column for column in columns if not pd.api.types.is_numeric_dtype(rows[column]) and len(rows)]
    for column in text:
        try:
            rows[column].astype(float)
        except (TypeError, ValueError) as error:
            raise SynthesisError("Y010", figure=column) from error


def _figures(
    kind: Measure,
    rows: pd.DataFrame,
    studies: pd.Series,
    outcomes: list[str],
    group: str | None,
    reference: Any,
    before: str | None,
    predictor: str | None,
) -> pd.DataFrame:
    """Figures a study, by what the measure needs."""
    y = rows[outcomes[0]]
    y = y if pd.api.types.is_numeric_dtype(y) else y.astype(float)
    if {"n1", "n2"} <= set(kind.needs) and group is not None:
        return _of_two_groups(kind, y, studies, _second_group(kind, rows[group], group, reference))
    if kind.needs == two_by_two.CELLS and group is not None:
        second = _second_group(kind, rows[group], group, reference)
        yes = _yes(kind, y, outcomes[0])
        cells = [yes & ~second, ~yes & ~second, yes & second, ~yes & second]
        return pd.DataFrame(
            {name: cell.groupby(studies).sum() for name, cell in zip(two_by_two.CELLS, cells, strict=True)}
        )
    if {"m2", "r"} <= set(kind.needs) and before is not None:
        return _of_change(kind, y.astype(float), rows[before].astype(float), studies)
    if kind.needs == ("r", "n") and predictor is not None:
        x = rows[predictor].astype(float)
        return pd.DataFrame({"r": _correlations(x, y.astype(float), studies), "n": y.groupby(studies).size()})
    if kind.needs == ("x", "m"):
        yes = _yes(kind, y, outcomes[0])
        return pd.DataFrame({"x": yes.groupby(studies).sum(), "n": yes.groupby(studies).size()})
    if kind.needs == ("m", "sd", "n"):
        summed = y.groupby(studies).agg(["mean", "std", "size"])
        return summed.rename(columns={"mean": "m", "std": "sd", "size": "n"})
    if "alpha" in kind.needs and len(outcomes) > 1:
        return _of_items(rows[outcomes].astype(float), studies)
    raise SynthesisError("Y011", measure=kind.code)


def _second_group(kind: Measure, values: pd.Series, column: str, reference: Any) -> pd.Series:
    found = sorted(values.unique().tolist(), key=str)
    if len(found) != 2 or reference not in found:
        raise SynthesisError("Y009", measure=kind.code, column=column, found=found)
    return pd.Series(values == reference, index=values.index)


def _yes(kind: Measure, values: pd.Series, column: str) -> pd.Series:
    found = set(values.unique().tolist())
    if not found <= {0, 1}:
        raise SynthesisError("Y009", measure=kind.code, column=column, found=sorted(found, key=str)[:6])
    return values.astype(bool)


def _of_two_groups(kind: Measure, y: pd.Series, studies: pd.Series, second: pd.Series) -> pd.DataFrame:
    parts: dict[str, pd.Series] = {}
    for number, chosen in (("1", ~second), ("2", second)):
        summed = y[chosen].groupby(studies[chosen]).agg(["mean", "std", "size"])
        parts |= {f"m{number}": summed["mean"], f"sd{number}": summed["std"], f"n{number}": summed["size"]}
    figures = pd.DataFrame(parts).astype(float)
    figures.index.name = studies.name
    return figures[[name for name in figures.columns if name in {*kind.needs, *kind.others}]]


def _of_change(kind: Measure, after: pd.Series, before: pd.Series, studies: pd.Series) -> pd.DataFrame:
    first, second = (values.groupby(studies).agg(["mean", "std", "size"]) for values in (after, before))
    by_raw = kind.code in ("SMCR", "SMCRH")
    figures = pd.DataFrame(
        {
            "m1": first["mean"],
            "m2": second["mean"],
            "sd1": (second if by_raw else first)["std"],
            "sd2": (first if by_raw else second)["std"],
            "n": first["size"].astype(float),
            "r": _correlations(before, after, studies),
        }
    )
    return figures[[name for name in figures.columns if name in {*kind.needs, *kind.others}]]


def _correlations(x: pd.Series, y: pd.Series, studies: pd.Series) -> pd.Series:
    x, y = (values - values.groupby(studies).transform("mean") for values in (x, y))
    sums = [(a * b).groupby(studies).sum() for a, b in ((x, y), (x, x), (y, y))]
    with np.errstate(all="ignore"):
        found: pd.Series = (sums[0] / np.sqrt(sums[1] * sums[2])).clip(-1, 1)
    return found


def _of_items(items: pd.DataFrame, studies: pd.Series) -> pd.DataFrame:
    k = items.shape[1]
    total = items.sum(axis=1).groupby(studies).var()
    alone = items.groupby(studies).var().sum(axis=1)
    return pd.DataFrame(
        {"alpha": k / (k - 1) * (1 - alone / total), "items": float(k), "n": items.groupby(studies).size()}
    )


def _adjusted(
    kind: Measure,
    table: pd.DataFrame,
    rows: pd.DataFrame,
    studies: pd.Series,
    outcome: str,
    group: str | None,
    cluster: str,
    icc: float | None,
    correct: bool,
) -> pd.DataFrame:
    """The table with variances for persons in teams."""
    found = {}
    for study, part in rows.groupby(studies):
        cells = pd.factorize(part[group])[0] if group is not None else np.zeros(len(part), dtype=int)
        names = part[cluster].astype(str) + ("\0" + part[group].astype(str) if group is not None else "")
        found[study] = intraclass_correlation(part[outcome].to_numpy(dtype=np.float64), cells, pd.factorize(names)[0])
    shares = pd.DataFrame.from_dict(found, orient="index", columns=["icc", "size"]).reindex(table.index)
    if icc is not None:
        shares["icc"] = icc
    unknown = shares["icc"].isna() & table["yi"].notna()
    if unknown.any():
        raise SynthesisError("Y012", studies=[str(name) for name in table.index[unknown]])
    sizes = {"n1": table["n1"], "n2": table["n2"]} if kind.code == "SMD" else {}
    adjusted = adjust_for_clusters(table, cluster_size=shares["size"], icc=shares["icc"], correct=correct, **sizes)
    return table.assign(
        yi=adjusted["yi"], vi=adjusted["vi"], icc=shares["icc"], design_effect=adjusted["design_effect"]
    )
