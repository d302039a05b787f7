"""A result on fewer than half of the people is called exploratory, as the plan promises."""

import pytest

from lcresearch.reporting.change_content import DropoutShown


@pytest.mark.parametrize(("numbers", "few"), [((4, 5, 0), True), ((4, 2, 3), True), ((5, 5, 0), False), ((5,), False)])
def test_fewer_than_half_twice(numbers, few):
    assert DropoutShown(*numbers).few_stayed is few
