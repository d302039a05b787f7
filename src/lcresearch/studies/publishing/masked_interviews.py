"""Interviews as anyone may read of them: numbers of codes and agreement, and no words of anybody."""

from __future__ import annotations

import dataclasses

import pandas as pd

from lcresearch.interviews.code_tables.counts_of_persons import CodeCounts
from lcresearch.reporting.interview_content import InterviewContent
from lcresearch.studies.publishing.group_codes import GroupCodes


def masked_interviews(
    content: InterviewContent, codes: GroupCodes, minimum: int, counts: CodeCounts
) -> InterviewContent:
    """In how many interviews each code stands, when there are enough; comparisons only where every group is shown.

    Quotes were released for a report, and topics are lists of words that persons used: both stay behind.

    Parameters
    ----------
    content : InterviewContent
        Of the report.
    codes : GroupCodes
    minimum : int
    counts : CodeCounts
        What a bundle may show beside earlier ones: who was interviewed since must be enough persons as well.
    """
    if content.reason:
        return dataclasses.replace(content, quotes=(), topics=pd.DataFrame(), problems=())
    if content.n_persons < minimum or counts.reason:
        return _nothing(content, counts.reason or "few")
    coverage = content.coverage
    if len(coverage):
        coverage = coverage[coverage["n_persons"] >= minimum].reset_index(drop=True)
    groups = content.groups
    whole = content.n_hidden_groups == 0 and (not len(groups) or bool((groups["n_persons"] >= minimum).all()))
    whole = whole and set(groups["group"].astype(str)) <= set(counts.groups["group"].astype(str))
    found = dataclasses.replace(content, coverage=coverage, quotes=(), topics=pd.DataFrame(), problems=())
    if not whole:
        found = dataclasses.replace(
            found, by="", groups=groups.iloc[:0], shares=content.shares.iloc[:0], tests=content.tests.iloc[:0],
            n_hidden_groups=content.n_hidden_groups + len(groups), n_hidden_cells=0,
        )  # fmt: skip
    elif content.by in codes.levels:
        found = dataclasses.replace(
            found, groups=_coded(groups, content.by, codes), shares=_coded(content.shares, content.by, codes)
        )
    return found


def _coded(frame: pd.DataFrame, level: str, codes: GroupCodes) -> pd.DataFrame:
    if not len(frame):
        return frame
    names = pd.Series([codes.joined(level, str(name)) for name in frame["group"]], index=frame.index, dtype=object)
    return frame.assign(group=names)[names.notna()].reset_index(drop=True)


def _nothing(content: InterviewContent, reason: str) -> InterviewContent:
    """That interviews were held, and no more."""
    frames = ("groups", "totals", "shares", "tests", "together", "curve", "coverage", "agreement")
    none = {name: getattr(content, name).iloc[:0] for name in frames}
    return dataclasses.replace(
        content, reason=reason, quotes=(), topics=pd.DataFrame(), problems=(), saturation={}, **none
    )
