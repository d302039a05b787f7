"""Counts of persons by class beside those of an earlier report: who came, who went, who is in another class."""

import pytest

from lcresearch.disclosure import Ledger, Policy
from lcresearch.disclosure.reliable_counts import counts_may_go_out

FEWEST = 5
PERSONS = [f"p{number}" for number in range(40)]
FIRST = {name: "better" if number < 20 else "same" for number, name in enumerate(PERSONS[:30])}


def another(*, came=0, went=0, changed=0):
    kept = list(FIRST)[went:]
    now = {name: "worse" if place < changed else FIRST[name] for place, name in enumerate(kept)}
    return now | dict.fromkeys(PERSONS[30 : 30 + came], "same")


@pytest.mark.parametrize("kind", ["came", "went", "changed"])
@pytest.mark.parametrize(("n", "may"), [(0, True), (1, False), (FEWEST - 1, False), (FEWEST, True)])
def test_nobody_or_enough_came_went_or_changed(tmp_path, kind, n, may):
    ledger, policy = Ledger(tmp_path), Policy(minimum_cell=FEWEST)
    assert counts_may_go_out(ledger, "voice", list(FIRST), list(FIRST.values()), policy)
    ledger.commit("report", date="2027-03-01")
    now = another(**{kind: n})
    assert counts_may_go_out(ledger, "voice", list(now), list(now.values()), policy) is may
    assert counts_may_go_out(ledger, "something else", list(now), list(now.values()), policy)


def test_those_who_came_do_not_stand_in_for_those_who_changed(tmp_path):
    ledger, policy = Ledger(tmp_path), Policy(minimum_cell=FEWEST)
    counts_may_go_out(ledger, "voice", list(FIRST), list(FIRST.values()), policy)
    ledger.commit("report", date="2027-03-01")
    now = another(came=FEWEST + 1, changed=2)
    assert not counts_may_go_out(ledger, "voice", list(now), list(now.values()), policy)
