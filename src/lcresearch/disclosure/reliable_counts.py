"""Whether counts of persons in classes may go out again, beside those of an earlier report."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import numpy as np

from lcresearch.disclosure.ledger import Ledger, Release, digest, pack, persons_of
from lcresearch.disclosure.policy import REPORT, Policy

COUNTS = "counts:"


def counts_may_go_out(
    ledger: Ledger, what: str, persons: Sequence[str], classes: Sequence[str], policy: Policy = REPORT
) -> bool:
    """Whether counts of persons by class tell of nobody who came, went or changed class; stages them if so.

    When four persons came and one left, a class that lost somebody is what the one was in: so those who came, those who
    went and those in another class are each nobody or at least the minimum cell.

    Parameters
    ----------
    ledger : Ledger
    what : str
        What is counted, such as the reliable change of a scale between two waves.
    persons, classes : sequence of str
        A person each, and the class.
    policy : Policy

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     ledger = Ledger(folder)
    ...     first = counts_may_go_out(ledger, "voice", list("abcdef"), ["better"] * 3 + ["same"] * 3)
    ...     ledger.commit("report", date="2026-03-09")
    ...     again = counts_may_go_out(ledger, "voice", list("abcdefg"), ["better"] * 3 + ["same"] * 4)
    >>> first, again
    (True, False)
    """
    value = np.array([float(zlib.crc32(name.encode("utf-8"))) for name in classes], dtype=np.float64)
    statistic, nothing = COUNTS + what, np.zeros(len(persons), dtype=np.int64)
    now = ledger.fingerprints(statistic, list(persons), [""] * len(persons), nothing, value)
    few = range(1, policy.minimum_cell)
    for release in ledger.earlier(statistic):
        then = release.blocks[0]
        came = np.setdiff1d(persons_of(now), persons_of(then))
        went = np.setdiff1d(persons_of(then), persons_of(now))
        n_other = len(np.setdiff1d(now, then)) - len(came)
        if any(n in few for n in (len(came), len(went), n_other)):
            return False
    cell = ((), len(persons), digest(now), pack(now))
    ledger.stage(Release(statistic, None, (), policy.minimum_cell, (cell,)))
    return True
