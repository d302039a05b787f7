"""What went out earlier counts: a second report gives away no more than the first."""

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lcresearch.disclosure import Ledger, Policy, protect
from lcresearch.errors import DisclosureError


def people(wave: str = "t0", **sizes: int) -> pd.DataFrame:
    team = [name for name, size in sizes.items() for _ in range(size)]
    who = [f"{name}{i}" for name, size in sizes.items() for i in range(size)]
    voice = [float(i % 3 + 1) for size in sizes.values() for i in range(size)]
    return pd.DataFrame({"respondent": who, "wave": wave, "team": team, "voice": voice})


def report(folder, frame: pd.DataFrame, name: str = "report", **options) -> dict:
    """Protect, commit, and give back why each group was hidden."""
    ledger = Ledger(folder)
    cells = protect(frame, "voice", ["team"], ledger=ledger, **options)
    ledger.commit(name, date="2026-03-09")
    return {cell.group or "all": cell.reason for cell in cells.itertuples()}


def test_same_report_again_is_the_same_and_adds_nothing(tmp_path):
    frame = people(a=8, b=9, c=3)
    first = report(tmp_path, frame)
    written = (tmp_path / "releases.json").read_bytes()
    assert report(tmp_path, frame.sample(frac=1, random_state=1)) == first
    assert (tmp_path / "releases.json").read_bytes() == written


def test_one_more_person_is_held_back_and_five_more_go_out(tmp_path):
    report(tmp_path, people(a=8, b=9, c=10))
    assert report(tmp_path, people(a=9, b=9, c=10)) == {"all": "earlier", "a": "earlier", "b": None, "c": None}
    assert report(tmp_path, people(a=13, b=9, c=10)) == {"all": None, "a": None, "b": None, "c": None}


def test_five_more_persons_who_all_answer_alike_are_held_back(tmp_path):
    report(tmp_path, people(a=8, b=9))
    more = people(a=13, b=9)
    more.loc[more["respondent"].isin(["a8", "a9", "a10", "a11", "a12"]), "voice"] = 5.0
    assert report(tmp_path, more) == {"all": "earlier", "a": "earlier", "b": None}


def test_changed_answer_counts_as_a_person_who_differs(tmp_path):
    frame = people(a=8, b=9)
    report(tmp_path, frame)
    frame.loc[0, "voice"] = 5.0
    assert report(tmp_path, frame)["a"] == "earlier"
    frame.loc[:4, "voice"] = [5.0, 4.0, 5.0, 4.0, 5.0]
    assert report(tmp_path, frame)["a"] is None


def test_person_taken_out_is_protected(tmp_path):
    report(tmp_path, people(a=8, b=9))
    assert report(tmp_path, people(a=7, b=9)) == {"all": "earlier", "a": "earlier", "b": None}


def test_growth_of_one_group_does_not_give_the_newcomer_of_another_away(tmp_path):
    # all grew by seven: six in b, which may be shown again, and one in a: the difference of the totals less b's is one
    report(tmp_path, people(a=8, b=9, c=10))
    after = report(tmp_path, people(a=9, b=15, c=10))
    assert after["a"] == "earlier"
    assert after["all"] is not None or after["b"] is not None


def test_growth_of_one_group_does_not_give_three_who_changed_in_another_away(tmp_path):
    report(tmp_path, people(a=8, b=9, c=10))
    later = people(a=8, b=15, c=10)
    later.loc[later["respondent"].isin(["a0", "a1", "a2"]), "voice"] = [5.0, 4.0, 5.0]
    after = report(tmp_path, later)
    assert after["a"] == "earlier"
    assert after["all"] is not None or after["b"] is not None


def test_group_in_which_all_answered_anew_goes_out(tmp_path):
    frame = people(a=8, b=9)
    report(tmp_path, frame)
    assert report(tmp_path, frame.assign(voice=6 - frame["voice"] / 2)) == {"all": None, "a": None, "b": None}


def test_one_who_came_hides_a_group_in_which_all_others_answered_anew(tmp_path):
    # no answer is in both reports, so that nothing but the count of who came tells
    report(tmp_path, people(a=8, b=9))
    anew = people(a=9, b=9)
    anew["voice"] = 6 - anew["voice"] / 2
    assert report(tmp_path, anew) == {"all": "earlier", "a": "earlier", "b": None}


def test_one_who_answered_otherwise_hides_a_group_to_which_enough_others_came(tmp_path):
    report(tmp_path, people(a=8, b=9))
    more = people(a=13, b=9)
    more.loc[more["respondent"] == "a0", "voice"] = 5.0
    assert report(tmp_path, more) == {"all": "earlier", "a": "earlier", "b": None}


def test_package_after_a_report_needs_ten_to_differ(tmp_path):
    report(tmp_path, people(a=18, b=19, c=20))
    grown = people(a=25, b=19, c=20)
    assert report(tmp_path, grown, policy=Policy(10))["a"] == "earlier"
    assert report(tmp_path, people(a=28, b=19, c=20), policy=Policy(10))["a"] is None


def test_hidden_group_that_was_shown_before_still_counts_as_known(tmp_path):
    # before, a and b went out and the total did not; now the total would give c away
    frame = people(a=8, b=9, c=3)
    ledger = Ledger(tmp_path)
    protect(frame[frame["team"] != "c"], "voice", ["team"], ledger=ledger)
    ledger.commit("first")
    after = report(tmp_path, frame)
    assert after["all"] == "earlier"


def test_other_wave_and_other_statistic_are_no_repetition(tmp_path):
    report(tmp_path, people(a=8, b=9))
    assert report(tmp_path, people("t1", a=9, b=9)) == {"all": None, "a": None, "b": None}
    ledger = Ledger(tmp_path)
    cells = protect(people(a=9, b=9).rename(columns={"voice": "trust"}), "trust", ["team"], ledger=ledger)
    assert cells["released"].all()


def test_renamed_group_is_recognised_by_its_persons(tmp_path):
    report(tmp_path, people(a=8, b=9))
    grown = people(a=9, b=9)
    grown["team"] = grown["team"].map({"a": "alpha", "b": "b"})
    assert report(tmp_path, grown)["alpha"] == "earlier"


def test_nothing_is_written_before_commit_and_nothing_names_a_person(tmp_path):
    ledger = Ledger(tmp_path)
    frame = people(a=8, b=9).assign(respondent=[f"mevrouw-de-vries-{i}" for i in range(17)])
    protect(frame, "voice", ["team"], ledger=ledger)
    assert list(tmp_path.iterdir()) == []
    ledger.commit("report", date="2026-03-09")
    text = (tmp_path / "releases.json").read_text(encoding="utf-8")
    assert "vries" not in text
    assert json.loads(text)["releases"][0]["date"] == "2026-03-09"
    assert sorted(p.name for p in tmp_path.rglob("*")) == ["private", "release-key", "releases.json"]


def test_key_makes_the_fingerprints(tmp_path):
    prints = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        report(tmp_path / name, people(a=8, b=9))
        prints.append(json.loads((tmp_path / name / "releases.json").read_text(encoding="utf-8"))["releases"])
    assert prints[0][0]["cells"][1]["residual"] != prints[1][0]["cells"][1]["residual"]


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: "",
        lambda text: text[: len(text) // 2],
        lambda text: "[]",
        lambda text: '{"version": 1}',
        lambda text: text.replace('"residual": "', '"residual": "!'),
        lambda text: text.replace('"n_persons": 17', '"n_persons": "many"'),
        lambda text: "[" * 100_000,
    ],
)
def test_damaged_file_is_refused_and_left_alone(tmp_path, damage):
    report(tmp_path, people(a=8, b=9))
    file = tmp_path / "releases.json"
    damaged = damage(file.read_text(encoding="utf-8"))
    file.write_text(damaged, encoding="utf-8")
    with pytest.raises(DisclosureError) as error:
        Ledger(tmp_path)
    assert error.value.problems[0].code == "D003"
    assert file.read_text(encoding="utf-8") == damaged


def test_file_of_other_bytes_is_refused(tmp_path):
    (tmp_path / "releases.json").write_bytes(b"\xff\xfe\x00\x01")
    with pytest.raises(DisclosureError) as error:
        Ledger(tmp_path)
    assert error.value.problems[0].code == "D003"


@pytest.mark.parametrize(("key", "code"), [(None, "D004"), ("00" * 32, "D005"), ("no key", "D005")])
def test_lost_or_other_key_is_refused(tmp_path, key, code):
    report(tmp_path, people(a=8, b=9))
    file = tmp_path / "private" / "release-key"
    if key is None:
        file.unlink()
    else:
        file.write_text(key, encoding="utf-8")
    with pytest.raises(DisclosureError) as error:
        Ledger(tmp_path)
    assert error.value.problems[0].code == code


def test_newer_format_is_refused(tmp_path):
    report(tmp_path, people(a=8, b=9))
    file = tmp_path / "releases.json"
    file.write_text(file.read_text(encoding="utf-8").replace('"version": 1', '"version": 2'), encoding="utf-8")
    with pytest.raises(DisclosureError) as error:
        Ledger(tmp_path)
    assert error.value.problems[0].code == "D006"


@st.composite
def two_versions(draw):
    n = draw(st.integers(8, 24))
    team = draw(st.lists(st.sampled_from("abc"), min_size=n, max_size=n))
    voice = draw(st.lists(st.sampled_from([1.0, 2.0, 3.0]), min_size=n, max_size=n))
    then = draw(st.lists(st.booleans() | st.just(True), min_size=n, max_size=n))
    now = draw(st.lists(st.booleans() | st.just(True), min_size=n, max_size=n))
    changed = draw(st.sets(st.integers(0, n - 1), max_size=3))
    frame = pd.DataFrame({"respondent": [f"r{i:02}" for i in range(n)], "wave": "t0", "team": team, "voice": voice})
    later = frame.copy()
    later.loc[sorted(changed), "voice"] = 4.0
    return frame[np.array(then)], later[np.array(now)]


@settings(max_examples=40, deadline=None)
@given(versions=two_versions(), minimum=st.integers(3, 4))
def test_attacker_with_both_reports_finds_nobody(attacker, tmp_path_factory, versions, minimum):
    folder = tmp_path_factory.mktemp("study")
    known = []
    for frame in versions:
        ledger = Ledger(folder)
        cells = protect(frame, "voice", ["team"], Policy(minimum), ledger=ledger)
        ledger.commit("report", date="2026-03-09")
        known += attacker.sets(frame, cells, "voice", [("team",)])
    assert attacker.small(known, minimum) == []


def test_two_first_runs_at_once_cannot_leave_a_record_without_its_key(tmp_path):
    first, second = Ledger(tmp_path), Ledger(tmp_path)
    first.commit("report", date="2026-03-09")
    with pytest.raises(DisclosureError, match="D005"):
        second.commit("report", date="2026-03-09")
    assert Ledger(tmp_path).releases == []


def test_who_came_and_who_went_are_counted_apart(tmp_path):
    report(tmp_path, people(a=8, b=9))
    now = people(a=12, b=9).query("respondent != 'a0'")
    ledger = Ledger(tmp_path)
    assert ledger.came_and_went("voice", "t0", now["respondent"].tolist()) == [(4, 1)]
    assert ledger.came_and_went("voice", "t1", now["respondent"].tolist()) == []
    assert ledger.came_and_went("mood", "t0", now["respondent"].tolist()) == []


def test_who_came_and_went_is_told_of_a_total_without_groups_and_not_of_groups_without_a_total(tmp_path):
    ledger = Ledger(tmp_path)
    protect(people(a=8, b=9), "voice", [], ledger=ledger)
    ledger.commit("whole", date="2026-03-09")
    now = people(a=9, b=8)["respondent"].tolist()
    assert ledger.came_and_went("voice", "t0", now) == [(1, 1)]
    parts = tuple(cell for cell in ledger.releases[0].cells if cell[0])
    ledger.releases[0] = replace(ledger.releases[0], cells=parts)
    assert ledger.came_and_went("voice", "t0", now) == []


def test_a_study_with_other_persons_is_refused_with_how_many_of_them_are_there(tmp_path):
    report(tmp_path, people(a=8, b=9), wave="wave")
    ledger = Ledger(tmp_path)
    ledger.check_recognisable([f"a{i}" for i in range(8)] + ["b0"], ["t0"])
    with pytest.raises(DisclosureError) as refused:
        ledger.check_recognisable([f"a{i}" for i in range(8)] + ["c0"], ["t0"])
    (problem,) = refused.value.problems
    assert problem.code == "D009"
    assert problem.values == {"earlier": "2026-03-09", "found": 8, "n": 17}
