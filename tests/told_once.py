"""A worker tells of a test once, unless its preparation or what comes after it fails.

Of each test there are three reports: preparing it, the test, and clearing away. Workers of ``pytest -n`` send all three
to the process that prints them, which shows only the second of a test that passed; for tests that take a thousandth of
a second that took longer than the test.
"""

from __future__ import annotations

import pytest
from _pytest.runner import runtestprotocol


class ToldOnce:
    """Plugin of a worker."""

    @pytest.hookimpl
    def pytest_runtest_protocol(self, item: pytest.Item, nextitem: pytest.Item | None) -> bool:
        """Run a test as pytest does, and tell of it in one report with the time of all three."""
        item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
        reports = runtestprotocol(item, log=False, nextitem=nextitem)
        told = [report for report in reports if report.when == "call" or not report.passed]
        for report in told:
            report.duration = sum(each.duration for each in reports) if report is told[0] else report.duration
            item.ihook.pytest_runtest_logreport(report=report)
        item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
        return True
