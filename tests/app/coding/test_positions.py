"""A browser counts UTF-16 units, the library code points."""

import numpy as np
import pytest

from lcresearch.app.coding.positions import TextPositions
from lcresearch.errors import AppError

TEXT = "Anna: 🐻 leert\n👩‍👩‍👧 é𝒜ok"


def test_each_place_goes_over_and_comes_back():
    both = TextPositions(TEXT)
    points = np.arange(len(TEXT) + 1)
    units = both.units(points)
    assert units.tolist() == [len(TEXT[:n].encode("utf-16-le")) // 2 for n in points]
    assert both.points(units).tolist() == points.tolist()
    assert both.n_units == len(TEXT.encode("utf-16-le")) // 2


def test_a_whole_document_stays_one():
    assert TextPositions(TEXT).units([-1, 0]).tolist() == [-1, 0]


@pytest.mark.parametrize("unit", [7, -1, 10_000])
def test_a_place_within_a_sign_or_outside_the_text_is_refused(unit):
    with pytest.raises(AppError) as refused:
        TextPositions(TEXT).points([unit])
    assert refused.value.problems[0].code == "W103"


def test_an_empty_text_has_one_place():
    both = TextPositions("")
    assert both.points([0]).tolist() == both.units([0]).tolist() == [0]
