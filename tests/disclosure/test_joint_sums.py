"""Which sums together tell of few persons, beside the attacker who tries all sets."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from lcresearch.disclosure.joint_sums import JointSums, rows_that_tell

sys.path.insert(0, str(Path(__file__).parent))
from manager import told_of_few


@pytest.mark.parametrize("seed", range(60))
def test_as_the_attacker_says(seed):
    rng = np.random.default_rng(seed)
    n_persons, n_rows = int(rng.integers(6, 14)), int(rng.integers(2, 6))
    sums, entries = [], []
    for row in range(n_rows):
        who = np.flatnonzero(rng.random(n_persons) < rng.uniform(0.3, 0.9))
        kind = int(rng.integers(0, 3))
        parts = [(0, 1)] if kind == 0 else [(1, 1)] if kind == 1 else [(0, -1), (1, 1)]
        sums.append({(int(person), answer): sign for person in who for answer, sign in parts})
        entries += [(int(person), answer, row, sign) for person in who for answer, sign in parts]
    person, answer, row, sign = (np.array(column) for column in zip(*entries, strict=True))
    joint = JointSums(person, answer, row, sign.astype(float))
    found = rows_that_tell(joint, np.ones(n_rows, dtype=bool), 4)
    assert bool(found) == bool(told_of_few(sums, 4))


def test_what_is_known_already_counts_no_more():
    person = np.array([0, 1, 0, 1, 2, 3, 4])
    joint = JointSums(person, np.zeros(7, int), np.array([0, 0, 1, 1, 1, 1, 1]), np.ones(7))
    assert rows_that_tell(joint, np.array([True, False]), 3)
    # the two persons of the first sum are known of; the second tells of three more
    assert not rows_that_tell(joint, np.array([False, True]), 3)


def test_too_many_sets_to_look_at_tell_too_much():
    n = 40
    person = np.concatenate([np.arange(n), np.arange(n - 1)])
    answer = np.zeros(2 * n - 1, dtype=int)
    row = np.concatenate([np.zeros(n, dtype=int), np.ones(n - 1, dtype=int)])
    joint = JointSums(person, answer, row, np.ones(2 * n - 1))
    assert rows_that_tell(joint, np.array([True, True]), 3, most=0)
