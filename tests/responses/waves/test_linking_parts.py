"""What linking rests on: close pairs, coincidence, and the order of waves."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from lcresearch.responses.waves.chance_links import coincidence
from lcresearch.responses.waves.codes import close_pairs
from lcresearch.responses.waves.order import wave_order


def test_coincidence_counts_pairs_of_one_wave():
    # t0: ab11 ab11 ab12 cd55 in one group: 6 pairs, 1 the same, 2 near; the other group has 1 pair
    codes = np.array(["ab11", "ab11", "ab12", "cd55", "xx77", "yy88"], dtype=object)
    found = coincidence(codes, np.array([0, 0, 0, 0, 1, 1]), np.zeros(6, dtype=np.int64), 1, 4)
    assert (found.same, found.near, found.n_pairs) == (pytest.approx(1 / 7), pytest.approx(2 / 7), 15)
    none = coincidence(codes[:1], np.zeros(1, dtype=np.int64), np.zeros(1, dtype=np.int64), 1, 4)
    assert (none.same, none.near) == (0.0, 0.0)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text("ab1é😀", max_size=5), unique=True, max_size=14), st.sampled_from([0, 1, 2]))
def test_close_pairs_are_those_of_comparing_all_with_all(codes, tolerance):
    texts = np.array([*codes, None], dtype=object)[:-1]
    left, right, distance = close_pairs(texts, np.zeros(len(codes), dtype=np.int64), tolerance)
    found = {(a, b): d for a, b, d in zip(left.tolist(), right.tolist(), distance.tolist(), strict=True)}
    every = {(a, b): OSA.distance(codes[a], codes[b]) for b in range(len(codes)) for a in range(b)}
    assert found == {pair: d for pair, d in every.items() if d <= tolerance}


@pytest.mark.parametrize(
    ("labels", "order"),
    [
        (["t10", "t9", "t0"], ("t0", "t9", "t10")),
        (["nameting", "voormeting"], ("voormeting", "nameting")),
        (["2026", "2025", None], ("2025", "2026")),
    ],
)
def test_waves_stand_in_order_of_time(labels, order):
    assert wave_order(labels) == order
    assert wave_order(labels, given=order[::-1]) == order[::-1]
