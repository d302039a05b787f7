"""Packages and reports of one study in turn, with people who come, go and answer otherwise, compared by hand."""

import datetime
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

from lcresearch.disclosure import Ledger, Policy, protect
from lcresearch.errors import SynthesisError
from lcresearch.synthesis import pack
from lcresearch.synthesis.packages.invented import invented_evidence
from lcresearch.synthesis.programme import example_programme

PROGRAMME = example_programme()


def moved_on(rng, whole, present):
    """Another set of persons: in each community nobody, a few or many come or go."""
    communities = whole.frame.drop_duplicates("respondent").set_index("respondent")["community"]
    found = set(present)
    for own in communities.groupby(communities).groups.values():
        some = rng.permutation(np.asarray(own))[: rng.choice([0, 0, 1, 4, 9, 12])]
        found ^= set(some)
    return found


def study(whole, persons, dropped, changed):
    frame = whole.frame[whole.frame["respondent"].isin(persons)]
    frame = frame[~(frame["respondent"].isin(dropped) & (frame["wave"] == "t1"))].reset_index(drop=True)
    here = frame["respondent"].isin(changed) & (frame["wave"] == "t1")
    frame.loc[here, "learning_culture"] = 5.5 - frame.loc[here, "learning_culture"]
    return replace(whole, frame=frame)


def behind(rows):
    """Community -> person with what went into the sums."""
    return {
        community: set(zip(own["respondent"], own["change"].round(9), strict=True))
        for community, own in rows.groupby("community")
    }


def n_persons(left, right):
    return len({person for person, _ in left ^ right})


@pytest.mark.parametrize("seed", range(4))
def test_no_two_releases_give_a_few_away(tmp_path, seed):
    rng = np.random.default_rng(seed)
    whole = invented_evidence(n_communities=6, n_persons=40, seed=seed)
    everyone = whole.frame["respondent"].unique()
    present = set(rng.permutation(everyone)[:190])
    packages, reports = [], []
    for turn in range(4):
        dropped = set(rng.permutation(everyone)[: rng.integers(0, 25)])
        changed = set(rng.permutation(everyone)[: rng.choice([0, 0, 3, 60])])
        have = study(whole, present, dropped, changed)
        if turn in (0, 2):
            ledger = Ledger(tmp_path)
            cells = protect(have.frame, "learning_culture", ["community"], Policy(5), ledger=ledger)
            ledger.commit("report", date=f"2026-0{turn + 1}-01")
            shown = cells[cells["released"] & (cells["level"] == "community")]
            reports.append(
                (
                    len(packages),
                    {(c, w): persons_at(have, c, w) for c, w in zip(shown["group"], shown["wave"], strict=True)},
                )
            )
        date = datetime.date(2026, turn + 1, 2)
        packages.append(packed_or_nothing(replace(have, ledger=Ledger(tmp_path)), tmp_path / f"{turn}.zip", date))
        present = moved_on(rng, whole, present)
    assert sum(len(one.keys() & other.keys()) for one, other in combinations(packages, 2)) > 0
    for one, other in combinations(packages, 2):
        for community in one.keys() & other.keys():
            apart = n_persons(one[community], other[community])
            assert apart == 0 or apart >= 10, (community, apart)
    for before, means in reports:
        for package in packages[before:]:
            for community, sums in package.items():
                if (community, "t0") in means and (community, "t1") in means:
                    ours = {person for person, _ in sums}
                    apart = len((means[community, "t0"] ^ ours) | (means[community, "t1"] ^ ours))
                    assert apart == 0 or apart >= 5, (community, apart)


def packed_or_nothing(evidence, path, date):
    """What went into the sums of each community; nothing when all communities differ by few persons."""
    try:
        return behind(pack(evidence, path, PROGRAMME, date=date).let_through["growth"])
    except SynthesisError:
        return {}


def persons_at(have, community, wave):
    frame = have.frame
    return set(frame.loc[(frame["community"] == community) & (frame["wave"] == wave), "respondent"])
