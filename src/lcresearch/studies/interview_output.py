"""What a run writes on interviews for the researcher alone: under ``private/``, never beside the report."""

from __future__ import annotations

import re
from pathlib import Path

from lcresearch.files import private_folder, write_whole
from lcresearch.reporting import Head, render_confidential, report_names
from lcresearch.reporting.interview_tables import named_codes
from lcresearch.reporting.spreadsheets import csv_bytes
from lcresearch.studies.interview_findings import InterviewFindings

PAGE = "interviews"


def save_private_interviews(findings: InterviewFindings, head: Head, folder: Path) -> None:
    """Codes of each interview, findings by attribute as tables, and one page of them in each language."""
    private_folder(folder)
    findings.documents.to_parquet(folder / "interview_codes.parquet", index=False)
    findings.log.to_parquet(folder / "interview_log.parquet", index=False)
    if findings.topics is not None:
        write_whole(folder / "interview_topics.csv", csv_bytes(findings.topics))
    if findings.saturation is not None:
        write_whole(folder / "interview_saturation.csv", csv_bytes(findings.saturation))
    for name, content in findings.confidential.items():
        table = named_codes(content, content.shares)
        write_whole(folder / f"interviews_by_{_plain(name)}.csv", csv_bytes(table))
    if not findings.confidential:
        return
    pages = {language: name.replace("report", PAGE, 1) for language, name in report_names(head.languages).items()}
    for language, name in pages.items():
        page = render_confidential(findings.confidential, head, language, other_reports=pages)
        write_whole(folder / name, page)


def _plain(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9_-]+", "_", name)
