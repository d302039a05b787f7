"""A report that is made after a package: its means times its numbers, less the sums of the package."""

import datetime
from dataclasses import replace

import numpy as np
import pytest

from lcresearch.disclosure import Ledger, Policy, joint_releases, protect
from lcresearch.disclosure.beside_packages import beside_package
from lcresearch.disclosure.joint_sums import rows_that_tell
from lcresearch.disclosure.ledger import Release, SumsOf
from lcresearch.disclosure.ledger import pack as pack_prints
from lcresearch.synthesis import pack
from lcresearch.synthesis.packages.invented import invented_evidence
from lcresearch.synthesis.programme import example_programme

DAY = datetime.date(2026, 1, 1)
SCALE = "learning_culture"
LEVELS = ["consortium", "community"]
ALL = set("12345678")


def members(evidence, place):
    return evidence.frame.loc[evidence.frame["community"].str.endswith(f" {place}"), "respondent"].unique()


def without(evidence, persons, wave):
    frame = evidence.frame
    gone = frame["respondent"].isin(persons) & (frame["wave"] == wave)
    return replace(evidence, frame=frame[~gone].reset_index(drop=True))


def package_of(evidence, folder, rows="change"):
    """A package of this evidence goes out."""
    programme = example_programme()
    growth = programme.models["growth"].model_copy(update={"rows": rows})
    programme = programme.model_copy(update={"models": {"growth": growth}, "comparability": ()})
    return pack(replace(evidence, ledger=Ledger(folder)), folder / "package.zip", programme, date=DAY)


def report_of(evidence, folder, minimum=5):
    """Groups of which a report made now shows the mean, by wave."""
    ledger = Ledger(folder)
    cells = protect(evidence.frame, SCALE, LEVELS, Policy(minimum), ledger=ledger)
    ledger.commit("report", date="2026-02-01")
    shown = cells[cells["released"] & (cells["level"] == "community")]
    return {wave: {key[-1][-1] for key in shown.loc[shown["wave"] == wave, "key"]} for wave in ("t0", "t1")}, cells


def test_the_same_report_again_is_the_same_after_a_package(tmp_path, monkeypatch):
    """A programme of many communities has more sets of persons than can be looked at; what went out still stands."""
    looked = []
    monkeypatch.setattr(joint_releases, "rows_that_tell", lambda *_: looked.append(1) or rows_that_tell(*_, most=0))
    whole = invented_evidence(n_persons=30)
    first, before = report_of(whole, tmp_path)
    package_of(without(whole, [*members(whole, 6)[:4], *members(whole, 1)[:3]], "t1"), tmp_path)
    again, after = report_of(whole, tmp_path)
    assert again == first
    assert after["reason"].tolist() == before["reason"].tolist()
    assert not looked


@pytest.mark.parametrize(("n", "is_shown"), [(0, True), (1, False), (4, False), (5, True)])
def test_a_report_less_an_earlier_package(tmp_path, n, is_shown):
    whole = invented_evidence(n_persons=30)
    others = [one for place in (1, 2) for one in members(whole, place)[:6]]
    evidence = without(whole, [*members(whole, 6)[:n], *others], "t1")
    package = package_of(evidence, tmp_path)
    inside = package.let_through["growth"]
    if n == 1:
        frame = evidence.frame[evidence.frame["community"].str.endswith(" 6")]
        sums = frame.groupby("wave")[SCALE].sum()
        stolen = sums["t1"] - sums["t0"] - inside.loc[inside["community"].str.endswith(" 6"), "change"].sum()
        alone = frame[frame["respondent"] == members(whole, 6)[0]]
        assert stolen == pytest.approx(-alone[SCALE].iloc[0])
    shown, cells = report_of(evidence, tmp_path)
    assert ("6" in shown["t0"] & shown["t1"]) == is_shown
    beside = {"3", "4", "5", "7", "8"}  # one of the two others that differ goes along, or the total tells of the few
    assert beside <= shown["t0"] & shown["t1"]
    assert len({"1", "2"} & shown["t0"] & shown["t1"]) == 1 + is_shown
    if not is_shown:
        assert "earlier" in set(cells["reason"])


def test_a_total_that_differs_by_one_person_is_not_shown(tmp_path):
    whole = invented_evidence(n_persons=30)
    evidence = without(whole, members(whole, 6)[:1], "t1")
    package_of(evidence, tmp_path)
    _, cells = report_of(evidence, tmp_path)
    whole_cells = cells[cells["level"].isin(["all", "consortium"])]
    both = whole_cells.groupby("level")["released"].all()
    assert not both.any()


def test_a_report_of_one_wave_beside_sums_of_that_wave(tmp_path):
    whole = invented_evidence(n_persons=30)
    alone = members(whole, 6)[:1]
    package_of(without(whole, alone, "t0"), tmp_path, rows="last_wave")
    shown, _ = report_of(without(whole, alone, "t0"), tmp_path)
    assert shown["t0"] == shown["t1"] == ALL
    other = tmp_path / "other"
    other.mkdir()
    package_of(without(whole, alone, "t1"), other, rows="last_wave")
    shown, _ = report_of(whole, other)
    assert shown["t0"] == ALL
    assert "6" not in shown["t1"]


def test_a_report_made_again_after_a_package_that_was_made_beside_it_shows_the_same(tmp_path):
    whole = invented_evidence(n_persons=30)
    evidence = without(whole, [*members(whole, 6)[:2], *members(whole, 1)[:7]], "t1")
    first, _ = report_of(evidence, tmp_path)
    package_of(evidence, tmp_path)
    again, _ = report_of(evidence, tmp_path)
    assert first == again == {"t0": ALL, "t1": ALL}


def test_a_score_of_which_no_package_tells_is_not_held_back(tmp_path):
    whole = invented_evidence(n_persons=30)
    evidence = without(whole, members(whole, 6)[:1], "t1")
    package_of(evidence, tmp_path)
    frame = evidence.frame.rename(columns={SCALE: "another"})
    cells = protect(frame, "another", LEVELS, Policy(5), ledger=Ledger(tmp_path))
    assert cells["released"].all()


def test_the_ledger_keeps_what_a_package_is_about(tmp_path):
    package_of(invented_evidence(), tmp_path)
    about = [one.sums_of for one in Ledger(tmp_path).releases if one.sums_of is not None]
    assert {(one.score, one.waves, one.only_change) for one in about} == {
        (SCALE, ("t0", "t1"), True),
        (SCALE, ("t0", "t1"), False),
    }


def prints_of(ledger, persons, waves):
    return ledger.fingerprints("trust", persons, waves, np.zeros(len(persons), dtype=np.int64), np.ones(len(persons)))


@pytest.fixture
def members_of_a_package(tmp_path):
    """Ann answered at t0, Bob at both waves and Cas at t1; the rows of now are theirs and Dan's, turned about."""
    ledger = Ledger(tmp_path)
    cells = tuple(
        (("consortium", "community", waves), 1, "", pack_prints(prints_of(ledger, [person], ["t0"])))
        for waves, person in (("t0", "ann"), ("t0 t1", "bob"), ("t1", "cas"))
    )

    def compared(*, only_change):
        about = SumsOf("trust", ("t0", "t1"), only_change)
        release = Release("growth", None, ("consortium", "community", "waves"), 5, cells, sums_of=about)
        persons, waves = ["bob", "cas", "bob", "dan", "ann", "ann"], ["t1", "t1", "t0", "t1", "t0", "t2"]
        found = beside_package(release, prints_of(ledger, persons, waves), np.array(waves, dtype=object))
        return {one.waves: set(zip(one.now.tolist(), one.block.tolist(), strict=True)) for one in found}

    return compared


def test_sums_of_each_wave_are_compared_with_those_who_answered_at_it(members_of_a_package):
    assert members_of_a_package(only_change=False) == {
        ("t0",): {(2, 1), (4, 0)},  # bob and ann; cas was not there
        ("t1",): {(0, 1), (1, 2), (3, -1)},  # dan is in no package
    }


def test_sums_of_the_change_are_compared_once_a_person_by_the_last_answer(members_of_a_package):
    assert members_of_a_package(only_change=True) == {("t0", "t1"): {(0, 1), (1, 2), (3, -1), (4, 0)}}
