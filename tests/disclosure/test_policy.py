"""The smallest numbers of persons that a study may choose."""

import pytest

from lcresearch.disclosure import Policy
from lcresearch.errors import DisclosureError


@pytest.mark.parametrize("name", ["minimum_cell", "minimum_category"])
@pytest.mark.parametrize("value", [2, 0, -5, True, 5.0])
def test_a_number_that_protects_nobody_is_refused_and_named(name, value):
    with pytest.raises(DisclosureError) as refused:
        Policy(**{name: value})
    message = str(refused.value)
    assert "D001" in message
    assert name in message
    assert str(value) in message
    assert "3" in message  # the lowest that may be


def test_three_is_the_lowest():
    assert Policy(minimum_cell=3, minimum_category=3).minimum_cell == 3
