"""The search for small cuts, beside one that tries every way to part the vertices."""

from itertools import product

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from lcresearch.disclosure.cuts import _lightest_with_neighbour, across_small_cut, meet, small_cut


def lightest_cut(left: list[int], right: list[int], weight: list[float]) -> float:
    """Weight of the lightest nonempty cut over all ways to part the blocks; -1 is one vertex, the ground."""
    vertices = sorted({("left", u) for u in left if u >= 0} | {("right", v) for v in right if v >= 0})
    lightest = np.inf
    for sides in product([False, True], repeat=len(vertices)):
        side = dict(zip(vertices, sides, strict=True))
        ends = [(side.get(("left", u), False), side.get(("right", v), False)) for u, v in zip(left, right, strict=True)]
        cut = sum(w for (a, b), w in zip(ends, weight, strict=True) if a != b)
        lightest = min(lightest, cut or np.inf)
    return lightest


edges = st.lists(st.tuples(st.integers(-1, 3), st.integers(-1, 3), st.sampled_from([0.5, 1, 2, 3])), max_size=14)


@settings(max_examples=100, deadline=None)
@given(edges=edges, minimum=st.integers(3, 6))
def test_a_small_cut_is_found_when_there_is_one(edges, minimum):
    left, right, weight = (list(part) for part in zip(*edges, strict=True)) if edges else ([], [], [])
    graph = meet(np.array(left, dtype=int), np.array(right, dtype=int), np.array(weight, dtype=float))
    side = small_cut(graph, minimum)
    assert (side is not None) == (lightest_cut(left, right, weight) < minimum)
    if side is not None:
        assert not side[0]
        cut = graph.weight[side[graph.left] != side[graph.right]].sum()
        assert 0 < cut < minimum


def test_a_cut_that_no_single_block_shows():
    # two squares of heavy sides that hang together by two light edges
    left, right = np.array([0, 0, 1, 1, 2, 2, 3, 3, 0, 2]), np.array([0, 1, 0, 1, 2, 3, 2, 3, 2, 0])
    weight = np.array([3.0] * 8 + [1.0, 1.0])
    side = small_cut(meet(left, right, weight), 4)
    assert side is not None
    assert side.sum() == 4
    assert small_cut(meet(left, right, weight), 2) is None


def test_a_block_that_was_published_as_it_is_may_be_tolerated_but_not_what_it_gives_away_with_others():
    # two persons, a block of one table, are in a large block of the other
    rows = np.array([0, 0, 1]), np.array([0, 1, 1]), np.array([9.0, 8.0, 2.0])
    across = across_small_cut(*rows, 3)
    assert across is not None
    assert across.tolist() == [False, False, True]
    assert across_small_cut(*rows, 3, tolerate_blocks=True) is None
    # two persons are a block of one table, and with one more a block of the other: the difference is that one
    rows = np.array([0, 1, 1]), np.array([0, 1, 0]), np.array([9.0, 2.0, 1.0])
    across = across_small_cut(*rows, 4, tolerate_blocks=True)
    assert across is not None
    assert across.tolist() == [False, False, True]


def test_a_tolerated_block_stays_with_the_block_it_shares_most_persons_with():
    # left block 1 (three persons) shares two with right block 1 and one with right block 0
    graph = meet(np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1]), np.array([9.0, 9.0, 1.0, 2.0]))
    vertices, others = _lightest_with_neighbour(graph, 4)
    assert vertices.tolist() == [2]
    assert others.tolist() == [4]
