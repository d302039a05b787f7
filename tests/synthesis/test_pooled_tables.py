"""Tables of two groups pooled without effect sizes: what does not matter, and what cannot be pooled."""

import numpy as np
import pytest

from lcresearch import synthesis
from lcresearch.errors import SynthesisError

CELLS = {"a": [10, 6, 3], "n1": [50, 40, 25], "c": [16, 9, 8], "n2": [52, 38, 27]}
NUMBERS = ["estimate", "std_error", "p_value"]


def numbers(found):
    return found.tidy()[NUMBERS].iloc[0].to_numpy(dtype=float)


def turned(cells):
    return {name: values[::-1] for name, values in cells.items()}


def swapped(cells):
    return {"a": cells["c"], "n1": cells["n2"], "c": cells["a"], "n2": cells["n1"]}


@pytest.mark.parametrize("measure", ["OR", "RR", "RD"])
def test_order_of_studies_does_not_matter_and_groups_turn_the_sign_of_mantel_haenszel(measure):
    found = numbers(synthesis.mantel_haenszel(measure, **CELLS))
    np.testing.assert_allclose(numbers(synthesis.mantel_haenszel(measure, **turned(CELLS))), found)
    np.testing.assert_allclose(numbers(synthesis.mantel_haenszel(measure, **swapped(CELLS))), found * [-1, 1, 1])


def test_order_of_studies_does_not_matter_and_groups_turn_the_sign_of_peto():
    found = numbers(synthesis.peto(**CELLS))
    np.testing.assert_allclose(numbers(synthesis.peto(**turned(CELLS))), found)
    np.testing.assert_allclose(numbers(synthesis.peto(**swapped(CELLS))), found * [-1, 1, 1])


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"a": [10], "n1": [50], "c": [16], "n2": [52]}, "Y015"),
        ({"a": [0, 0], "n1": [50, 40], "c": [0, 0], "n2": [52, 30]}, "Y026"),
        ({"a": [50, 40], "n1": [50, 40], "c": [52, 30], "n2": [52, 30]}, "Y026"),
    ],
)
def test_tables_that_cannot_be_pooled(cells, code):
    for pool in (lambda: synthesis.mantel_haenszel("OR", **cells), lambda: synthesis.peto(**cells)):
        with pytest.raises(SynthesisError) as refused:
            pool()
        assert refused.value.problems[0].code == code
