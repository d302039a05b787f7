"""What was withheld from a bundle, by which rule and how often, and what went out of the study earlier."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from lcresearch.disclosure.ledger import Release
from lcresearch.disclosure.policy import PACKAGE
from lcresearch.reporting.content import ReportContent
from lcresearch.reporting.wording import records

LEFT_BEHIND = (
    "rows_of_persons", "names_of_groups", "open_answers", "quotes", "topics", "company_reports", "evidence_packages",
    "response_by_characteristic", "notes_on_files", "key_and_fingerprints",
)  # fmt: skip
"""What never is in a bundle, by its key in the catalogue."""


def disclosure_log(
    report: ReportContent,
    shown: ReportContent,
    releases: Sequence[Release],
    study: str,
    bundles: Sequence[Release] = (),
) -> dict[str, Any]:
    """The log as JSON; numbers of groups, never persons or fingerprints.

    Parameters
    ----------
    report : ReportContent
        What the report to the own community shows.
    shown : ReportContent
        What the bundle shows.
    releases : sequence of Release
        What went out earlier.
    study : str
        Id of the study, under which reports were recorded.
    bundles : sequence of Release
        What earlier bundles showed.
    """
    merged = [scale.distribution for scale in shown.scales if len(scale.distribution)]
    answers = pd.concat(merged) if merged else pd.DataFrame({"low": [], "high": []})
    interviews = shown.interviews
    return {
        "rules": {
            "minimum_persons": shown.head.minimum_cell,
            "minimum_persons_in_the_report": report.head.minimum_cell,
            "minimum_persons_in_a_category": PACKAGE.minimum_category,
            "complementary_suppression": True,
            "groups_by_a_code": True,
        },
        "withheld_groups": _withheld(shown),
        "withheld_groups_in_the_report": _withheld(report),
        "answer_categories_shown": len(answers),
        "answer_categories_merged": int((answers["low"] != answers["high"]).sum()),
        "scores_hidden_for_everybody": sum(int(scale.overall["mean"].isna().sum()) for scale in shown.scales),
        "waves_hidden_beside_an_earlier_bundle": hidden_waves(report, shown),
        "interviews": None if interviews is None else {
            "hidden": bool(interviews.reason),
            "hidden_codes": interviews.n_hidden_codes,
            "hidden_groups": interviews.n_hidden_groups,
            "quotes_left_behind": 0 if report.interviews is None else len(report.interviews.quotes),
        },
        "left_behind": list(LEFT_BEHIND),
        "earlier_releases": earlier(releases, study, bundles),
    }  # fmt: skip


def hidden_waves(report: ReportContent, shown: ReportContent) -> list[str]:
    """Waves of which a score of all together is in the report, of persons enough, and not in the bundle.

    Too few came or went since an earlier bundle then: nothing else hides the score of ten persons and more.
    """
    found = set()
    for then, now in zip(report.scales, shown.scales, strict=True):
        there = then.overall["mean"].notna() & (then.overall["n"] >= shown.head.minimum_cell)
        left = set(now.overall.loc[now.overall["mean"].notna(), "wave"].astype(str))
        found |= set(then.overall.loc[there, "wave"].astype(str)) - left
    return [wave for wave in map(str, report.head.waves) if wave in found]


def earlier(releases: Sequence[Release], study: str, bundles: Sequence[Release] = ()) -> list[dict[str, Any]]:
    """By day and kind, how many statistics of how many groups went out."""
    found: dict[tuple[str, str], list[Release]] = {}
    kinds = [(one, "report" if one.report == study else "evidence_package") for one in releases]
    for one, kind in [*kinds, *((one, "bundle") for one in bundles)]:
        found.setdefault((one.date, kind), []).append(one)
    return [
        {"date": date, "kind": kind, "statistics": len({(one.statistic, one.wave) for one in of_day}),
         "groups": len({(one.columns, key) for one in of_day for key, *_ in one.cells if key})}
        for (date, kind), of_day in sorted(found.items())
    ]  # fmt: skip


def _withheld(content: ReportContent) -> list[dict[str, Any]]:
    return [
        {"level": str(row.level), "wave": str(row.wave), "reason": str(row.reason), "groups": int(row.n_groups)}
        for row in records(content.withheld)
    ]
