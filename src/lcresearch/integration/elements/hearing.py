"""The elements table of a synthesis with what interviews say: columns that it gains."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from lcresearch.errors import IntegrationError
from lcresearch.integration.converging.result import Convergence
from lcresearch.integration.listening.result import Voices

KEYS = ("element", "outcome", "model", "adjustment")
"""What tells the rows of the table of a synthesis apart."""
COUNTS = {
    "n_cases_mentioning": "n_cases",
    "of_cases": "of_cases",
    "n_cases_helping": "n_cases_helping",
    "n_cases_lacking": "n_cases_lacking",
    "n_cases_hindering": "n_cases_hindering",
}
"""Columns that the table gains, and what they are called in :class:`~lcresearch.integration.Voices`."""


def with_interviews(
    evidence: pd.DataFrame, voices: Voices | None = None, convergence: Convergence | None = None
) -> pd.DataFrame:
    """The elements table of a synthesis with columns from interviews.

    Parameters
    ----------
    evidence : DataFrame
        ``Synthesis.elements``.
    voices : Voices, optional
    convergence : Convergence, optional

    Returns
    -------
    DataFrame
        With ``n_cases_mentioning, of_cases, n_cases_helping, n_cases_lacking`` (people miss it) and
        ``n_cases_hindering`` (NaN where unknown or hidden), ``mechanism`` (id of the code that most persons named with
        it, or empty) and ``convergence`` (the verdict: ``convergent, complementary, divergent, silent``, ``not shown``;
        empty where it was not looked at).

    Raises
    ------
    IntegrationError
        Q167: the table has no column ``element``.

    Examples
    --------
    >>> table = pd.DataFrame({"element": ["facilitation"], "estimate": [0.2]})
    >>> with_interviews(table)[["n_cases_mentioning", "mechanism"]].to_numpy().tolist()
    [[nan, '']]
    """
    if "element" not in evidence:
        raise IntegrationError("Q167", missing=["element"])
    heard = {} if voices is None else {str(row["element"]): row for row in voices.elements.to_dict("records")}
    ways = {} if voices is None else dict(zip(*_typical(voices), strict=True))
    verdicts = _verdicts(convergence)
    names = evidence["element"].astype("str").tolist()
    found: dict[str, list[Any]] = {
        new: [float(heard[name][old]) if name in heard else float("nan") for name in names]
        for new, old in COUNTS.items()
    }
    found["mechanism"] = [ways.get(name, "") for name in names]
    found["convergence"] = [verdicts.get(key_of(row), "") for row in evidence.to_dict("records")]
    return evidence.assign(**found)


def key_of(row: Mapping[Any, Any]) -> tuple[str, ...]:
    """What tells a row of the table apart, as texts; empty where a column is not there."""
    return tuple("" if pd.isna(row.get(name, "")) else str(row.get(name, "")) for name in KEYS)


def _typical(voices: Voices) -> tuple[list[str], list[str]]:
    found = voices.typical()
    return found["element"].astype("str").tolist(), found["code"].astype("str").tolist()


def _verdicts(convergence: Convergence | None) -> dict[tuple[str, ...], str]:
    if convergence is None:
        return {}
    return {key_of(row): str(row["verdict"]) for row in convergence.rows.to_dict("records")}
