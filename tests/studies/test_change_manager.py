"""A manager keeps every report of a study, and adds up what they show: nothing about few persons may come out.

Studies run as a lecturer runs them, only that no pages are drawn. Each number of the content is traced to the answers
behind it, and must be their mean or change: else the manager would reckon with other sums than the reports show.
"""

from __future__ import annotations

import datetime
import sys
import warnings
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.studies.conftest import no_pages

from lcresearch import studies
from lcresearch.reporting.content import ReportContent
from lcresearch.studies import change, company_output

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[1] / "disclosure"))
from change_studies import write_study
from manager import told_of_few
from random_studies import random_course

MINIMUM = 5


def run_without_pages(folder: Path, out: str) -> ReportContent:
    """The content of a run, written as ever but for all reports; nothing is imputed for its words."""
    with no_pages(), pytest.MonkeyPatch.context() as patch, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        patch.setattr(change, "imputed_change", lambda changed: None)
        patch.setattr(company_output, "reports_of", lambda study, content: None)
        return studies.load(folder).run(folder / out, date=datetime.date(2026, 3, 9)).content


def reports_of(course, folder: Path) -> tuple[list[dict], list[tuple[str, ReportContent, pd.DataFrame]]]:
    """Sums behind all numbers of all reports on the scale voice, and the reports themselves."""
    found, contents = [], []
    more = f"comparison: [{', '.join(course.comparison)}]" if course.comparison else ""
    for number, frame in enumerate(course.runs):
        answers = frame.rename(columns={"respondent": "person", "organisation": "firm"})
        answers = answers.assign(voice1=answers["score"], voice2=answers["score"], trust1=3, trust2=answers["score"])
        write_study(folder, answers.drop(columns="score"), more=more)
        path = folder / "study.yaml"
        path.write_text(path.read_text(encoding="utf-8") + "analyses: [scores]\n", encoding="utf-8")
        content = run_without_pages(folder, f"out{number}")
        found += sums_of(content, frame, course.comparison)
        contents.append((f"out{number}", content, frame))
    return found, contents


def sums_of(content: ReportContent, frame: pd.DataFrame, comparison: tuple[str, ...]) -> list[dict]:
    """The answers behind each number on voice that a report shows."""
    score = {(row.respondent, row.wave): row.score for row in frame.itertuples()}
    firm = {(row.respondent, row.wave): row.organisation for row in frame.itertuples()}
    found = []

    def people(wave, keep):
        return [who for who, when in score if when == wave and keep(firm[who, when])]

    def mean(wave, who, shown, n=None):
        assert shown == pytest.approx(sum(score[one, wave] for one in who) / len(who), abs=0.0051)
        assert n is None or n == len(who)
        found.append({(one, (wave, score[one, wave])): 1 for one in who})

    scale = next(one for one in content.scales if one.name == "voice")
    for row in scale.overall.dropna(subset=["mean"]).itertuples():
        mean(row.wave, people(row.wave, lambda name: True), row.mean, row.n)
    for row in scale.scores.dropna(subset=["mean"]).itertuples():
        mean(row.wave, people(row.wave, lambda name, row=row: name == row.group), row.mean, row.n)
    if content.change is None:
        return found
    shown, primary = content.change, content.change.primary
    sides = [(primary.overall, lambda name: name not in comparison)]
    sides += [(primary.comparison, lambda name: name in comparison)] if primary.comparison is not None else []
    for one, keep in [*sides, *((g, lambda name, g=g: name == g.group) for g in primary.groups)]:
        here, there = people(shown.before, keep), people(shown.after, keep)
        both = [who for who in here if who in there]
        if one.mean_before is not None:
            mean(shown.before, here, one.mean_before, one.n_before)
        if one.mean_after is not None:
            mean(shown.after, there, one.mean_after, one.n_after)
        if one.basis == "linked":
            gains = [score[who, shown.after] - score[who, shown.before] for who in both]
            if shown.inference == "these_firms" or one.group:
                assert one.estimate == pytest.approx(sum(gains) / len(gains), abs=0.0051)
            found.append(
                {(who, (shown.after, score[who, shown.after])): 1 for who in both}
                | {(who, (shown.before, score[who, shown.before])): -1 for who in both}
            )
        elif one.basis == "all_answers":
            assert one.estimate == pytest.approx(one.mean_after - one.mean_before)
        if one is primary.overall and primary.dropout is not None and primary.dropout.mean_stayed is not None:
            mean(shown.before, both, primary.dropout.mean_stayed)
            mean(shown.before, [who for who in here if who not in both], primary.dropout.mean_left)
    return found


def check_counts(contents: list[tuple[str, ReportContent, pd.DataFrame]]) -> None:
    """No class of one or two persons, in a report or between two."""
    counted: dict[tuple[str, str], list[set]] = {}
    for _, content, frame in contents:
        shown = content.change.primary.reliable if content.change is not None else None
        if shown is None:
            continue
        values = [shown.n_improved, shown.n_unchanged, shown.n_worse, shown.n_not_improved, shown.n_not_worse]
        assert all(n == 0 or n >= 3 for n in values if n is not None)
        assert sum(n for n in values if n is not None) == shown.n >= MINIMUM
        ends = (content.change.before, content.change.after)
        asked = {wave: set(frame.loc[frame["wave"] == wave, "respondent"]) for wave in ends}
        both = asked[ends[0]] & asked[ends[1]]
        for earlier in counted.setdefault(ends, []):
            for some in (both - earlier, earlier - both):
                assert not some or len(some) >= MINIMUM
        counted[ends].append(both)


@settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(seed=st.integers(0, 10**6), n_firms=st.integers(3, 8), n_waves=st.integers(2, 3))
def test_a_manager_with_all_reports_learns_of_no_few(tmp_path_factory, seed: int, n_firms: int, n_waves: int):
    course = random_course(seed, n_firms, n_waves, small=False)
    sums, contents = reports_of(course, tmp_path_factory.mktemp("course"))
    assert told_of_few(sums, MINIMUM) == []
    check_counts(contents)
