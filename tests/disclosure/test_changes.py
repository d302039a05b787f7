"""No report on change tells, with all others, of fewer persons than the minimum."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lcresearch.disclosure import Ledger, Policy, protect
from lcresearch.disclosure.changes import protect_change

sys.path.insert(0, str(Path(__file__).parent))
from manager import told_of_few
from random_studies import random_course

POLICY = Policy(minimum_cell=5)


def sums_shown(frame: pd.DataFrame, cells: pd.DataFrame, change, waves, comparison) -> list[dict]:
    """What a reader of one report can add up: the answers behind each number that is shown."""
    unit = {(row.respondent, row.wave): (row.respondent, (row.wave, row.score)) for row in frame.itertuples()}
    firm = {(row.respondent, row.wave): row.organisation for row in frame.itertuples()}

    def of(wave, keep):
        return [who for (who, when) in unit if when == wave and keep(firm[who, when])]

    found = []
    for cell in cells[cells["released"]].itertuples():
        inside = of(cell.wave, lambda name, cell=cell: not cell.key or name == cell.key[-1])
        found.append({unit[who, cell.wave]: 1 for who in inside})
    before, after = waves
    for row in change.table.itertuples():
        keep = (
            (lambda name, row=row: name == row.key[-1])
            if row.key
            else (lambda name, row=row: (name not in comparison) == row.takes_part)
        )
        here, there = of(before, keep), of(after, keep)
        both = [who for who in here if who in there]
        assert (len(here), len(there), len(both)) == (row.n_before, row.n_after, row.n_linked)
        if row.before_shown:
            found.append({unit[who, before]: 1 for who in here})
        if row.after_shown:
            found.append({unit[who, after]: 1 for who in there})
        if row.linked_shown:
            found.append({unit[who, after]: 1 for who in both} | {unit[who, before]: -1 for who in both})
        if change.stayed_shown and row.takes_part and not row.key:
            found.append({unit[who, before]: 1 for who in both})
    return found


def all_reports(course, *, with_ledger: bool = True, with_ids: bool = True) -> list[dict]:
    """The sums of all reports that a study makes over time.

    Without ids persons are recognised by a code, and the ledger knows their answers of each wave by another name.
    """
    found = []
    with tempfile.TemporaryDirectory() as folder:
        for frame in course.runs:
            there = [wave for wave in ("t0", "t1", "t2") if (frame["wave"] == wave).any()]
            ledger = Ledger(folder) if with_ledger else None
            known = frame["respondent"] if with_ids else frame["respondent"] + frame["wave"]
            cells = protect(frame.assign(respondent=known), "score", ["organisation"], POLICY, ledger=ledger)
            waves = (there[0], there[-1])
            if len(there) > 1:
                there_now = set(frame["organisation"])
                comparison = [name for name in course.comparison if name in there_now]
                change = protect_change(
                    frame.assign(known=known), "score", ["organisation"], "organisation", waves, cells, POLICY,
                    comparison=comparison, ledger=ledger, known_as="known",
                )  # fmt: skip
                found += sums_shown(frame, cells, change, waves, comparison)
            if ledger is not None:
                ledger.commit("report", date="2026-03-01")
    return found


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
@given(seed=st.integers(0, 10**6), n_firms=st.integers(2, 8), n_waves=st.integers(2, 3), with_ids=st.booleans())
def test_a_manager_with_all_reports_learns_of_no_few(seed: int, n_firms: int, n_waves: int, with_ids: bool):
    course = random_course(seed, n_firms, n_waves)
    assert told_of_few(all_reports(course, with_ids=with_ids), POLICY.minimum_cell) == []


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
@given(seed=st.integers(0, 10**6))
def test_a_change_settles_no_answer_that_was_open(seed: int):
    """All answers of a tiny study on a scale of three that fit what is shown, with and without the change."""
    rng = np.random.default_rng(seed)
    rows = []
    for person in range(int(rng.integers(4, 7))):
        for wave in ("t0", "t1"):
            if rng.random() < 0.8:
                rows.append((f"p{person}", wave, "firm", int(rng.integers(1, 4))))
    frame = pd.DataFrame(rows, columns=["respondent", "wave", "organisation", "score"])
    if set(frame["wave"]) != {"t0", "t1"}:
        return
    policy, waves = Policy(minimum_cell=3), ("t0", "t1")
    cells = protect(frame, "score", ["organisation"], policy)
    change = protect_change(frame, "score", ["organisation"], "organisation", waves, cells, policy)
    sums = sums_shown(frame, cells, change, waves, [])
    levels = [one for one in sums if all(sign > 0 for sign in one.values())]
    if len(levels) == len(sums):
        return
    answers = [(row.respondent, (row.wave, row.score)) for row in frame.itertuples()]
    true = np.array([answer[1][1] for answer in answers])
    fitting = np.indices((3,) * len(answers), dtype=np.float32).reshape(len(answers), -1).T + 1  # multiplied by BLAS

    def settled(shown):
        table = np.array([[one.get(answer, 0) for answer in answers] for one in shown]).reshape(-1, len(answers))
        left = fitting[(fitting @ table.T == table @ true).all(axis=1)]
        return (left == left[0]).all(axis=0)

    assert not (settled(sums) & ~settled(levels)).any()


def test_without_sides_a_change_of_everybody_needs_both_means_of_everybody():
    people = pd.DataFrame({"respondent": [*range(24)] * 2, "wave": ["t0"] * 24 + ["t1"] * 24})
    people["firm"] = np.where(people["respondent"] < 12, "a", "b")
    people["voice"] = np.random.default_rng(3).integers(1, 6, 48)
    cells = protect(people, "voice", ["firm"])
    asked = people, "voice", ["firm"], "firm", ("t0", "t1")
    assert protect_change(*asked, cells).table["linked_shown"].tolist() == [True, True, True]
    hidden = cells.assign(released=cells["released"] & ~((cells["level"] == "all") & (cells["wave"] == "t1")))
    assert not protect_change(*asked, hidden).table["linked_shown"].iloc[0]
