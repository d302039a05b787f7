"""Which counts of persons by code may be shown: brute force against what a reader could work out."""

import itertools

import numpy as np
import pandas as pd
import pytest

from lcresearch.disclosure import Ledger, Policy
from lcresearch.interviews.code_tables.counts_of_persons import count_all, count_shown

POLICY = Policy(minimum_cell=5)


def people(sizes, chances, seed):
    rng = np.random.default_rng(seed)
    group = np.repeat([f"g{n}" for n in range(len(sizes))], sizes)
    codes = {f"c{n}": (rng.random(len(group)) < chance).astype(int) for n, chance in enumerate(chances)}
    return pd.DataFrame({"respondent": [f"p{n}" for n in range(len(group))], "group": group, **codes})


def allowed(n_with, n):
    return n >= 5 and (n_with == 0 or n_with >= 3) and n - n_with >= 3


@pytest.mark.parametrize("seed", range(40))
def test_no_sum_or_difference_of_shown_counts_is_about_a_few(seed):
    sizes = [[12, 12, 16], [6, 7, 9, 20], [3, 8, 8], [5, 5]][seed % 4]
    table = people(sizes, np.linspace(0.03, 0.97, 16), seed)
    found = count_shown(table, "sector", POLICY, None)
    total = found.totals.set_index("code")["n_with"]
    for code in [name for name in table if name.startswith("c")]:
        shown = found.shares[found.shares["code"] == code].set_index("group")["n_with"]
        truth = table.groupby("group")[code].sum()
        assert (shown == truth[shown.index]).all()
        for size in range(1, len(shown) + 1):
            for groups in itertools.combinations(shown.index, size):
                inside = table[table["group"].isin(groups)]
                assert all(allowed(truth[group], (table["group"] == group).sum()) for group in groups)
                rest = table.drop(inside.index)
                if code in total and len(rest):
                    # what is left of everybody when any shown groups are taken off
                    left = set(shown.index) - set(groups)
                    if not left:
                        assert allowed(rest[code].sum(), len(rest))
        if code in total:
            assert total[code] == table[code].sum()
            assert allowed(total[code], len(table))


def test_a_group_of_few_is_hidden_and_so_is_what_would_give_it_away():
    table = people([3, 8, 9], [0.5] * 5, 1)
    found = count_shown(table, "sector", POLICY, None)
    assert "g0" not in set(found.groups["group"])
    assert found.n_hidden_groups == 2
    assert len(found.totals)


def test_too_few_persons_show_nothing():
    found = count_shown(people([4], [0.5], 1), "", POLICY, None)
    assert (found.reason, len(found.totals), len(found.shares)) == ("few", 0, 0)


def test_one_person_more_than_in_an_earlier_report_shows_nothing(tmp_path):
    table = people([12, 12], [0.5, 0.4], 3)
    ledger = Ledger(tmp_path)
    assert len(count_shown(table, "sector", POLICY, ledger).totals)
    ledger.commit("first", date="2026-01-01")
    again = Ledger(tmp_path)
    assert len(count_shown(table, "sector", POLICY, again).totals)
    more = pd.concat([table, people([1], [0.5, 0.4], 4).assign(respondent="new")], ignore_index=True)
    assert count_shown(more, "sector", POLICY, again).reason == "earlier"
    # the same people coded otherwise may go out: nobody outside knows whose interview was read again
    recoded = table.assign(c0=1 - table["c0"])
    assert len(count_shown(recoded, "sector", POLICY, Ledger(tmp_path)).totals)


def test_an_earlier_report_by_another_attribute_counts(tmp_path):
    table = people([12, 12], [0.5], 3)
    ledger = Ledger(tmp_path)
    assert len(count_shown(table, "sector", POLICY, ledger).groups) == 2
    ledger.commit("first", date="2026-01-01")
    # two of the first sector go to the other region: the difference of both reports is about these two
    moved = table.assign(group=["g1" if n < 2 else group for n, group in enumerate(table["group"])])
    assert count_shown(moved, "region", POLICY, Ledger(tmp_path)).groups.empty


def test_interviews_do_not_make_the_people_of_a_survey_unrecognisable(tmp_path):
    ledger = Ledger(tmp_path)
    count_shown(people([12, 12], [0.5], 3), "sector", POLICY, ledger)
    ledger.commit("first", date="2026-01-01")
    Ledger(tmp_path).check_recognisable(["somebody else"], ["t0"])


def test_the_researcher_sees_all():
    table = people([3, 4], [0.5, 0.2], 5)
    found = count_all(table)
    assert found.shares["n_with"].sum() == table[["c0", "c1"]].to_numpy().sum()
    assert found.totals["share"].between(0, 1).all()
