"""What packages let through beside all rows, at the edge."""

import pytest

from lcresearch.errors import SynthesisError
from lcresearch.synthesis import beside_all_rows, prepare_packages
from lcresearch.synthesis.packages.invented import invented_evidence
from lcresearch.synthesis.programme import example_programme


def test_a_model_that_the_programme_does_not_have_is_refused():
    plan, evidence = example_programme(), [invented_evidence("A", "water", n_communities=4, n_persons=14, seed=1)]
    with pytest.raises(SynthesisError):
        beside_all_rows(prepare_packages(evidence, plan), evidence, plan, "grwth")
