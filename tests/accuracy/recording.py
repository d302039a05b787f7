"""Notes of every comparison that a test makes with a number of a reference file: how far apart, and how far is allowed.

Installed by ``renew.py`` before the tests are collected; the tests themselves know nothing of it. What is noted in a
test counts only when that test passes.
"""

from __future__ import annotations

import inspect
import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from tests.accuracy import provenance
from tests.accuracy.provenance import LOOKED, Place, ReferenceInteger, ReferenceNumber

TESTS = Path(__file__).parents[1]


@dataclass(frozen=True)
class Comparison:
    """One number of ours beside one of theirs."""

    place: Place
    apart: float
    expected: float
    relative: float
    absolute: float
    test: str
    derived: bool

    @property
    def allowed(self) -> float:
        """How far apart the test lets them be."""
        return self.absolute + self.relative * abs(self.expected)


@dataclass
class Loose:
    """A comparison in a marked test whose expected number stands in the test itself."""

    actual: float
    expected: float
    allowed: float
    test: str


class Recorder:
    """A pytest plugin that keeps what was compared."""

    def __init__(self) -> None:
        self.comparisons: list[Comparison] = []
        self.printed: dict[str, list[Loose]] = {}
        self.sources: dict[str, str] = {}
        self._noted: list[Comparison] = []
        self._loose: list[Loose] = []
        self._test = ""

    def note(self, actual: Any, expected: Any, relative: float, absolute: float, *, plain: bool = True) -> None:
        """Note a pair of numbers, if one of them is of a reference file; the other way round too."""
        for ours, theirs in ((actual, expected), (expected, actual)):
            if isinstance(theirs, ReferenceNumber | ReferenceInteger):
                self._add([theirs.place], ours, theirs, relative, absolute, theirs.derived)
                return
        value = _number(expected)
        if value is None:
            return
        # factors may be turned: the sign of a loading is not that of the other program
        places = (LOOKED.places(value) or LOOKED.places(-value)) if plain else []
        if places:
            self._add(places, actual, value, relative, absolute, False)
        elif plain and (ours := _number(actual)) is not None:
            self._loose.append(Loose(ours, value, absolute + relative * abs(value), self._test))

    def _add(
        self, places: list[Place], ours: Any, theirs: float, relative: float, absolute: float, derived: bool
    ) -> None:
        value = _number(ours)
        if value is None or isinstance(ours, ReferenceNumber | ReferenceInteger):
            return
        apart = abs(value - float(theirs))
        for place in places:
            self._noted.append(Comparison(place, apart, float(theirs), relative, absolute, self._test, derived))

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        """A test begins and ends."""
        self._test = item.nodeid.split("[")[0]
        marker = item.get_closest_marker("published")
        if marker is not None:
            self.sources[self._test] = marker.args[0]
        self._noted, self._loose = [], []
        LOOKED.begin()
        return (yield)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """What a test compared counts when it passed."""
        if report.when == "call" and report.passed:
            self.comparisons += self._noted
            if self._test in self.sources:
                self.printed.setdefault(self._test, []).extend(self._loose)
        if report.when == "call":
            self._noted, self._loose = [], []


def _number(value: Any) -> float | None:
    if isinstance(value, bool | np.bool_ | str) or value is None:
        return None
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return number if math.isfinite(number) else None


def _pairs(actual: Any, expected: Any) -> Iterator[tuple[Any, Any]]:
    """Numbers side by side, as numpy broadcasts them; numbers in lists keep their place."""
    left, right = (
        np.asarray(each.to_numpy() if hasattr(each, "to_numpy") else each, dtype=object) for each in (actual, expected)
    )
    try:
        both = np.broadcast(left, right)
    except ValueError:
        return
    yield from both


def install(recorder: Recorder) -> None:
    """Let the ways in which tests compare tell the recorder; call before tests are collected."""
    read_text, loads = provenance.reading_with_places(TESTS / "reference")
    Path.read_text, json.loads = read_text, loads  # type: ignore[method-assign, assignment]
    _watch_numpy(recorder)
    _watch_pandas(recorder)
    scalar = type(pytest.approx(1.0))
    plain_equal = scalar.__eq__

    def equal(self: Any, actual: Any) -> bool:
        ours = _number(actual)
        if ours is not None and _number(self.expected) is not None:
            recorder.note(actual, self.expected, 0.0, float(self.tolerance))
        return plain_equal(self, actual)

    scalar.__eq__ = equal  # type: ignore[method-assign, assignment]
    provenance.on_equal.append(lambda other, number: _noted_if_by_test(recorder, other, number))


def _noted_if_by_test(recorder: Recorder, other: Any, number: Any) -> None:
    """``==`` counts where a test itself asks it, not where a program does to find its way."""
    frame = inspect.currentframe()
    caller = frame.f_back.f_back.f_back if frame and frame.f_back and frame.f_back.f_back else None
    if caller is not None and caller.f_code.co_filename.startswith(str(TESTS)):
        recorder.note(other, number, 0.0, 0.0, plain=False)


def _watch_numpy(recorder: Recorder) -> None:
    plain_close, plain_equal, plain_array = (
        np.testing.assert_allclose,
        np.testing.assert_equal,
        np.testing.assert_array_equal,
    )

    def assert_allclose(
        actual: Any, desired: Any, rtol: float = 1e-7, atol: float = 0, *more: Any, **named: Any
    ) -> None:
        for ours, theirs in _pairs(actual, desired):
            recorder.note(ours, theirs, rtol, atol)
        plain_close(actual, desired, rtol, atol, *more, **named)

    def exactly(plain: Any) -> Any:
        def compare(actual: Any, desired: Any, *more: Any, **named: Any) -> None:
            if isinstance(desired, list | tuple | np.ndarray | pd.Series | int | float):
                for ours, theirs in _pairs(actual, desired):
                    recorder.note(ours, theirs, 0.0, 0.0)
            plain(actual, desired, *more, **named)

        return compare

    np.testing.assert_allclose = assert_allclose
    np.testing.assert_equal = exactly(plain_equal)
    np.testing.assert_array_equal = exactly(plain_array)


def _watch_pandas(recorder: Recorder) -> None:
    plain = {name: getattr(pd.testing, name) for name in ("assert_frame_equal", "assert_series_equal")}

    def watched(name: str) -> Any:
        def compare(left: Any, right: Any, *more: Any, **named: Any) -> None:
            tolerance = (0.0, 0.0) if named.get("check_exact") else (named.get("rtol", 1e-5), named.get("atol", 1e-8))
            if left.shape == right.shape:
                for ours, theirs in _pairs(left, right):
                    recorder.note(ours, theirs, *tolerance)
            plain[name](left, right, *more, **named)

        return compare

    for name in plain:
        setattr(pd.testing, name, watched(name))
