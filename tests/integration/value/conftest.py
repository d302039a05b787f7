"""Invented communities for tests of costs and benefits."""

import pytest

from lcresearch.integration.value import ValueFile

TITLE = {"nl": "Noord (verzonnen)", "en": "North (invented)"}


def titled(name, **parts):
    return {"title": {"nl": name, "en": name}, **parts}


@pytest.fixture
def made():
    """A model with one party unless told otherwise: lines are dicts of keys that differ from a plain line."""

    def build(costs, benefits=None, parties=("firms",), **rest):
        plain = {"party": "firms", "evidence": "measured"}
        cost = {"kind": "cash", **plain}
        given = {"title": TITLE, "base_year": 2025, "horizon": 1, "discount_rate": 0.0, "simulated": True, **rest}
        return ValueFile.model_validate(
            given
            | {
                "parties": {name: titled(name) for name in parties},
                "costs": {name: titled(name, **cost) | line for name, line in costs.items()},
                "benefits": {
                    name: titled(name, **plain, attribution=1.0) | line for name, line in (benefits or {}).items()
                },
            }
        )

    return build
