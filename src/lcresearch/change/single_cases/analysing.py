"""Compare the phases of one or more cases: the public function."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd

from lcresearch.change.arguments import COLUMN, FLAG, FRAME, LABEL, NUMBER, takes
from lcresearch.change.arrays import Floats
from lcresearch.change.choices import check_between, check_choice
from lcresearch.change.single_cases import overlap
from lcresearch.change.single_cases.overlap import Estimate
from lcresearch.change.single_cases.result import SingleCase
from lcresearch.change.single_cases.series import Series, series_of, table_of
from lcresearch.errors import Problem

ENOUGH_MEASUREMENTS = 5
"""In each phase; with fewer a case meets no more than part of the standards of What Works Clearinghouse (2022)."""
TREND = 0.40
"""A Kendall correlation of baseline and time from here on is taken for a trend."""


@takes(
    frame=FRAME,
    outcome=COLUMN,
    phase=COLUMN,
    time=COLUMN.or_none,
    case=COLUMN.or_none,
    baseline=LABEL,
    ratio_scale=FLAG,
    conf_level=NUMBER,
)
def single_case(
    frame: pd.DataFrame,
    outcome: str,
    *,
    phase: str = "phase",
    time: str | None = None,
    case: str | None = None,
    baseline: object = "A",
    design: Literal["phases", "alternating"] = "phases",
    improvement: Literal["higher", "lower"] = "higher",
    ratio_scale: bool = False,
    conf_level: float = 0.95,
) -> SingleCase:
    """Compare the baseline of a case with what came after: overlap of phases, and size of the difference.

    A case may be a person, a team or a firm that is measured many times, such as in a weekly pulse. These measures
    describe; whether chance could bring them about is asked with :func:`randomisation_test`.

    Parameters
    ----------
    frame : DataFrame
        A row a measurement.
    outcome : str
        Column with what was measured.
    phase : str
        Column with the phase; ``baseline`` is its value in a baseline, anything else is treatment.
    time : str, optional
        Column to order by; by default the rows are in order.
    case : str, optional
        Column with the case, where there are more.
    design : {"phases", "alternating"}
        Compare each baseline with the phase that follows it (AB, ABAB: ``A1-B1``, ``A2-B2``), or, where conditions
        alternate from measurement to measurement, all of both.
    improvement : {"higher", "lower"}
        Which direction is better; all measures are positive (NAP above .5) for the better.
    ratio_scale : bool
        Whether the outcome has a true zero (counts, minutes); adds the log response ratio.
    conf_level : float
    baseline : object
        The value of ``phase`` in a baseline.

    Returns
    -------
    SingleCase
        Terms ``nap``, ``tau`` (2 NAP - 1), ``tau_u`` and ``tau_u_all_pairs`` (less the trend in the baseline, by two
        definitions), ``pnd``, ``pem``, ``ird``, ``smd`` (within this case) and, for a ratio scale,
        ``log_response_ratio``: see :mod:`lcresearch.change.single_cases.overlap`.

    Raises
    ------
    ChangeError
        C052, C053; C070 no baseline, or nothing else; C071 two measurements at one time.
    MeasurementError
        M001 and others for columns.

    Examples
    --------
    >>> frame = pd.DataFrame({"phase": ["A"] * 4 + ["B"] * 5, "voice": [3, 3, 4, 5, 4, 5, 6, 7, 7]})
    >>> single_case(frame, "voice").tidy().set_index("term")["estimate"].round(2)[["nap", "tau", "tau_u"]].tolist()
    [0.9, 0.8, 0.55]
    """
    check_choice("design", design, ("phases", "alternating"))
    check_choice("improvement", improvement, ("higher", "lower"))
    check_between("conf_level", conf_level, 0, 1)
    series = series_of(frame, outcome, phase=phase, baseline=baseline, time=time, case=case)
    rows: list[tuple[object, ...]] = []
    problems: list[Problem] = []
    for one in series:
        for contrast, before, after in _contrasts(one, design):
            estimates = _measures(before, after, improvement, ratio_scale, conf_level)
            n = (len(before), len(after))
            rows += [
                (one.case, contrast, term, e.value, e.std_error, e.low, e.high, *n) for term, e in estimates.items()
            ]
            problems += _problems(one.case, contrast, before if improvement == "higher" else -before, after)
    names = ["case", "contrast", "term", "estimate", "std_error", "conf_low", "conf_high", "n_baseline", "n_treated"]
    measures = pd.DataFrame(rows, columns=names)
    return SingleCase(measures, table_of(series), outcome, improvement, conf_level, tuple(problems))


def _contrasts(series: Series, design: str) -> list[tuple[str, Floats, Floats]]:
    """Name, baseline and treated measurements of each comparison."""
    if design == "alternating":
        return [("A-B", series.scores[~series.treated], series.scores[series.treated])]
    runs = series.runs
    found: list[tuple[str, Floats, Floats]] = []
    for run in range(int(runs.max())):
        if not series.treated[runs == run].any():
            number = len(found) + 1
            found.append((f"A{number}-B{number}", series.scores[runs == run], series.scores[runs == run + 1]))
    return found or [("A1-B1", series.scores[~series.treated], series.scores[series.treated])]


def _measures(
    before: Floats, after: Floats, improvement: str, ratio_scale: bool, conf_level: float
) -> dict[str, Estimate]:
    sign = 1.0 if improvement == "higher" else -1.0
    low, high = sign * before, sign * after
    nap = overlap.nonoverlap_of_all_pairs(low, high, conf_level)
    found = {
        "nap": nap,
        "tau": Estimate(2 * nap.value - 1, 2 * nap.std_error, 2 * nap.low - 1, 2 * nap.high - 1),
        "tau_u": Estimate(overlap.tau_u(low, high)),
        "tau_u_all_pairs": Estimate(overlap.tau_u(low, high, all_pairs=True)),
        "pnd": Estimate(overlap.nonoverlapping_data(low, high)),
        "pem": Estimate(overlap.exceeding_median(low, high)),
        "ird": Estimate(overlap.improvement_rate_difference(low, high)),
        "smd": overlap.standardised_difference(low, high, conf_level),
    }
    if ratio_scale:
        ratio = overlap.log_response_ratio(before, after, conf_level)
        ends = sorted((sign * ratio.low, sign * ratio.high)) if np.isfinite(ratio.value) else [ratio.low, ratio.high]
        found["log_response_ratio"] = Estimate(sign * ratio.value, ratio.std_error, *ends)
    return found


def _problems(case: str, contrast: str, before: Floats, after: Floats) -> list[Problem]:
    named = {"case": case or "–", "contrast": contrast}
    problems = []
    fewest = min(len(before), len(after))
    if fewest < ENOUGH_MEASUREMENTS:
        problems.append(Problem("C072", values={**named, "n": fewest, "least": ENOUGH_MEASUREMENTS}))
    n_pairs = len(before) * (len(before) - 1) / 2
    if n_pairs >= 3 and overlap.kendall_s(before) / n_pairs >= TREND:
        problems.append(Problem("C073", values={**named, "value": round(overlap.kendall_s(before) / n_pairs, 2)}))
    return problems
