"""Parts of a validation that may fail: the others go on, and the reader is told why."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import TypeVar

import numpy as np

from lcresearch.errors import LcresearchWarning, MeasurementError, Problem

T = TypeVar("T")


def attempt(compute: Callable[[], T]) -> tuple[T | None, tuple[Problem, ...]]:
    """What was computed, or the reasons why it could not be.

    Examples
    --------
    >>> attempt(lambda: 1)
    (1, ())
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", LcresearchWarning)  # results repeat these among their problems
            return compute(), ()
    except MeasurementError as error:
        return None, error.problems
    except np.linalg.LinAlgError:
        return None, (Problem("M384"),)
