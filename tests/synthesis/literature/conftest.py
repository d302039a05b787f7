"""An invented set of records in the shapes that databases write, and the steps of a synthesis on it."""

from pathlib import Path

import pytest

INVENTED = Path(__file__).parent / "invented"


@pytest.fixture(scope="session")
def invented():
    return INVENTED
