"""The progress table of a programme: numbers counted by hand, and what a reader can and cannot work out."""

import datetime
import json
import math
from pathlib import Path
from typing import get_args

import numpy as np
import pandas as pd
import pytest
from tests.synthesis.progress_table.invented_programme import packages_in, programme_folder, results_of

from lcresearch import synthesis
from lcresearch.errors import SynthesisError
from lcresearch.reporting.progress_page import render_progress
from lcresearch.synthesis.elements.certainty_rules import VerdictName
from lcresearch.synthesis.pooled.saved import SavedSynthesis
from lcresearch.synthesis.programme import example_programme
from lcresearch.synthesis.programme.model import Criterion, ProgrammeFile
from lcresearch.synthesis.programme.reading import digest_of, read_programme
from lcresearch.synthesis.progress_table.communities_counted import Communities
from lcresearch.synthesis.progress_table.counting import counted
from lcresearch.synthesis.progress_table.sources import SharedResults, Sources, sources
from lcresearch.synthesis.progress_table.states import state_of

DAY = datetime.date(2027, 3, 1)


def cell(found, division, group, column="participants"):
    table = found.participation
    return table.loc[(table["division"] == division) & (table["group"] == group), column].item()


def criterion(found, name):
    return found.criteria.set_index("criterion").loc[name]


@pytest.fixture(scope="module")
def sent(tmp_path_factory):
    """Two studies with results, and a package of one consortium alone."""
    folder = tmp_path_factory.mktemp("sent")
    results_of(
        folder / "noord", "noord", parties=(60, 22, 14, 4), sizes=(20, 40), invited=180, communities=6, stopped=1
    )
    results_of(
        folder / "zuid", "zuid", sector="water", parties=(80, 30, 12, 0), sizes=(50, 30), invited=200, communities=7
    )
    packages_in(folder / "packages", ("Vliet", "logistics"), stopped=2)
    return folder


@pytest.fixture(scope="module")
def found(sent):
    places = [sent / "noord", sent / "zuid", sent / "packages"]
    records = programme_folder(sent / "plan") / "progress-records.csv"
    return synthesis.progress(places, sent / "plan", records=records, date=DAY)


def test_persons_add_up_over_studies_at_the_last_wave(found):
    # 100 at t1 in noord, 122 in zuid, 160 behind the sums of the package
    assert found.everybody["participants"].item() == 100 + 122 + 160
    assert [cell(found, "sector", name) for name in ("energy", "water", "logistics")] == [100, 122, 160]
    assert cell(found, "party", "firm") == 60 + 80
    assert cell(found, "firm_size", "large") == 20 + 50 + 80  # half of the package's communities are large
    assert cell(found, "party", "") == 160  # of the package no party is known


def test_response_is_of_those_invited(found):
    # 100 of 180 and 122 of 200; nobody knows how many the package's consortium invited
    assert found.everybody["response"].item() == pytest.approx(round(222 / 380, 2))
    assert cell(found, "sector", "water", "response") == pytest.approx(0.61)
    assert criterion(found, "response")["state"] == "behind"


def test_communities_that_stopped_count_as_records(found):
    assert found.everybody[["communities", "communities_stopped"]].to_numpy().tolist() == [[6 + 7 + 10, 1 + 0 + 2]]
    assert cell(found, "sector", "logistics", "communities_stopped") == 2
    assert criterion(found, "communities")["reached"] == 23


def test_communities_of_which_nobody_says_whether_they_stopped_are_not_running_and_not_zero(sent, tmp_path):
    """A package that names none that stopped, and results without a register: neither says that none did."""
    packages_in(tmp_path / "packages", ("Maas", "water"))
    found = synthesis.progress([tmp_path / "packages", sent / "noord"], sent / "plan", date=DAY)
    assert cell(found, "sector", "water", "communities") == 8
    assert np.isnan(cell(found, "sector", "water", "communities_stopped"))
    assert (
        cell(found, "sector", "energy", "communities_stopped"),
        cell(found, "sector", "energy", "communities_untold"),
    ) == (1, 0)
    whole = found.everybody[["communities", "communities_stopped", "communities_untold"]]
    assert whole.to_numpy().tolist() == [[6 + 8, 1, 8]]
    page = render_progress(found, "en")
    assert "Stopped: 1" in page
    assert "Of 8 communities it is not known whether they stopped" in page
    assert "at least 1" in page
    assert "Het is niet bekend of er communities gestopt zijn" in render_progress(
        synthesis.progress(tmp_path / "packages", sent / "plan", date=DAY), "nl"
    )


@pytest.mark.parametrize(("most", "state"), [(0, "behind"), (1, "unknown")])
def test_too_many_that_stopped_are_too_many_whatever_is_not_known(sent, tmp_path, most, state):
    packages_in(tmp_path, ("Maas", "water"))
    asked = {"title": {"nl": "g", "en": "s"}, "target": most, "at_most": True, "by": "2027-12-31"}
    one = Criterion(id="stopped", measure="communities_stopped", **asked)
    going = Criterion(id="running", measure="communities_running", title={"nl": "l", "en": "r"}, target=5)
    plan = example_programme().model_copy(update={"criteria": (one, going)})
    found = synthesis.progress([tmp_path, sent / "noord"], plan, date=DAY)
    assert found.criteria.set_index("criterion")["state"].to_dict() == {"stopped": state, "running": "unknown"}


def test_sectors_of_a_study_in_which_they_are_a_level(tmp_path):
    folder = results_of(tmp_path / "a", "lab", sector=None, parties=(60, 40, 30, 20), communities=5)
    rows = ["level,parent,group,wave,n_persons", "sector,,energy,t0,300", "sector,,energy,t1,90",
            "sector,,water,t1,60", "community,energy / A,c 1,t0,", "community,energy / A,c 1,t1,20",
            "community,energy / B,c 1,t1,70", "community,water / C,c 1,t0,4",
            "community,water / C,c 2,t1,60"]  # fmt: skip
    (folder / "tables" / "response_by_group.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    found = synthesis.progress(folder, example_programme(), date=DAY)
    assert [cell(found, "sector", name) for name in ("energy", "water")] == [90, 60]
    # five in the register, and of one of these nobody answered, so that its sector is not known
    assert [cell(found, "sector", name, "communities") for name in ("energy", "water", "")] == [2, 2, 1]
    assert found.everybody[["communities", "communities_stopped"]].to_numpy().tolist() == [[5, 0]]


def test_communities_that_packages_leave_out_count_for_the_whole(sent):
    """A study of several sectors: its packages hold the communities that can be compared, its results all of them."""
    programme = read_programme(sent / "plan")
    packages = sources(sent / "packages", programme).packages
    began, stopped = counted(Sources(packages), programme).communities.began, 2
    results = SharedResults(packages[0].manifest.study, None, None, None, communities=began + 5, stopped=stopped + 1)
    found = counted(Sources(packages, (results,)), programme)
    assert found.communities == Communities(began + 5, stopped + 1)
    assert found.by_sector["logistics"] == Communities(began, stopped)


def test_too_little_evidence_is_no_verdict():
    """By the words that a synthesis writes for its verdicts, one element each."""
    words = get_args(VerdictName)
    elements = pd.DataFrame({"element": list("abcde"), "verdict": words})
    saved = SavedSynthesis("example", "", elements, pd.DataFrame())
    assert len(words) == 5
    assert counted(Sources(synthesis=saved), example_programme()).verdicts == 4


def test_what_is_due_of_persons_is_told_in_whole_numbers(found):
    page = render_progress(found, "en")
    assert f">{math.ceil(60 * 365 / 1036)}<" in page
    assert f"{60 * 365 / 1036:.1f}" not in page


def test_records_of_later_days_do_not_count(found, sent):
    assert criterion(found, "publications")["reached"] == 1 + 2
    later = synthesis.progress(
        sent / "packages",
        sent / "plan",
        records=sent / "plan" / "progress-records.csv",
        date=datetime.date(2027, 12, 1),
    )
    assert criterion(later, "publications")["reached"] == 4


def test_what_is_due_is_in_proportion_to_time(found):
    # declared on 2026-03-01, due on 2028-12-31: 365 of 1036 days have passed
    assert criterion(found, "communities")["expected"] == pytest.approx(60 * 365 / 1036)
    assert criterion(found, "communities")["state"] == "on_course"


def test_trend_is_against_the_last_table(found, sent, tmp_path):
    before = synthesis.progress(sent / "noord", sent / "plan", date=datetime.date(2026, 9, 1))
    before.report(tmp_path / "before")
    now = synthesis.progress([sent / "noord", sent / "zuid"], sent / "plan", earlier=tmp_path / "before", date=DAY)
    assert now.everybody["change"].item() == 122
    assert criterion(now, "communities")["change"] == 7
    assert cell(now, "sector", "energy", "change") == 0


def test_a_division_that_no_source_knows_is_not_zero(sent):
    found = synthesis.progress(sent / "packages", example_programme(), date=DAY)
    assert cell(found, "party", "school", "reason") == "not_known"
    assert criterion(found, "schools")["state"] == "unknown"


# what a reader must not be able to work out ---------------------------------------------------------------------------


def test_a_small_party_does_not_follow_by_subtraction(found):
    # government: 4 persons; research, the next smallest, is hidden with it, so that 30 are left together
    assert cell(found, "party", "government", "reason") == "few"
    assert cell(found, "party", "research", "reason") == "complement"
    shown = found.participation[found.participation["division"] == "party"]["participants"]
    assert found.everybody["participants"].item() - shown.sum() == 4 + 26


@pytest.mark.parametrize("extra", [1, 3, 9])
def test_a_few_new_persons_do_not_show(tmp_path, extra):
    plan = example_programme()
    first = results_of(tmp_path / "a", "lab", parties=(60, 40, 30, 20))
    synthesis.progress(first, plan, date=datetime.date(2026, 9, 1)).report(tmp_path / "before")
    later = results_of(tmp_path / "b", "lab", parties=(60, 40 + extra, 30, 20))
    now = synthesis.progress(later, plan, earlier=tmp_path / "before", date=DAY)
    assert now.everybody["participants"].item() == 150
    assert cell(now, "party", "school") == 40
    assert cell(now, "sector", "energy") == 150
    assert criterion(now, "schools")["reached"] == 40


def test_a_few_new_persons_do_not_show_beside_many(tmp_path):
    plan = example_programme()
    first = results_of(tmp_path / "a", "lab", parties=(60, 40, 30, 20))
    synthesis.progress(first, plan, date=datetime.date(2026, 9, 1)).report(tmp_path / "before")
    later = results_of(tmp_path / "b", "lab", parties=(90, 43, 30, 32))
    now = synthesis.progress(later, plan, earlier=tmp_path / "before", date=DAY)
    # everybody moved by 45; three of these are schools. Firms are told; the rest stays, and 15 persons are between them
    assert now.everybody["participants"].item() == 195
    assert [cell(now, "party", name) for name in ("firm", "school", "research", "government")] == [90, 40, 30, 20]
    assert cell(now, "party", "school", "reason") == "kept"


def test_few_persons_in_all_show_nothing(tmp_path):
    found = synthesis.progress(results_of(tmp_path / "a", "lab", parties=(5, 3, 0, 0)), example_programme(), date=DAY)
    assert found.everybody["participants"].isna().all()
    assert found.participation["participants"].fillna(0).eq(0).all()


def test_private_files_are_not_opened(tmp_path):
    folder = results_of(tmp_path / "a", "lab", parties=(60, 40, 30, 20))
    (folder / "private").mkdir(mode=0o000)
    found = synthesis.progress(folder, example_programme(), date=DAY)
    assert found.everybody["participants"].item() == 150
    (folder / "private").chmod(0o700)


# what others send -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("bad", ["-1", "1.5", "1e30", "=1+1", "inf"])
def test_numbers_that_are_none_are_refused(tmp_path, bad):
    folder = results_of(tmp_path / "a", "lab", parties=(60, 40, 30, 20))
    table = folder / "tables" / "response_by_wave.csv"
    table.write_text(f"wave,n_persons\nt0,{bad}\n", encoding="utf-8")
    with pytest.raises(SynthesisError) as refused:
        synthesis.progress(folder, example_programme(), date=DAY)
    assert [one.code for one in refused.value.problems] == ["Y224"]


@pytest.mark.parametrize("content", [b"[1]", b"\xff\xfe", b'{"study": "a", "study": "b"}', b"[" * 100_000])
def test_damaged_records_are_refused(tmp_path, content):
    folder = results_of(tmp_path / "a", "lab", parties=(60, 40, 30, 20))
    (folder / "run.json").write_bytes(content)
    with pytest.raises(SynthesisError, match=r"run\.json"):
        synthesis.progress(folder, example_programme(), date=DAY)


def test_links_to_elsewhere_are_not_followed(tmp_path):
    folder = results_of(tmp_path / "a", "lab", parties=(60, 40, 30, 20))
    secret = tmp_path / "secret.csv"
    secret.write_text("wave,n_persons\nt1,77\n", encoding="utf-8")
    table = folder / "tables" / "response_by_wave.csv"
    table.unlink()
    without = synthesis.progress(folder, example_programme(), date=DAY).everybody["participants"].item()
    table.symlink_to(secret)
    linked = synthesis.progress(folder, example_programme(), date=DAY).everybody["participants"].item()
    assert linked == pytest.approx(without, nan_ok=True)
    assert linked != 77


def test_markup_in_names_is_shown_as_text(tmp_path):
    folder = results_of(tmp_path / "a", "<script>alert(1)</script>", parties=(60, 40, 30, 20))
    plan = example_programme().model_copy(update={"title": {"nl": "<b>x</b>", "en": "<script>x</script>"}})
    synthesis.progress(folder, plan, date=DAY).report(tmp_path / "out")
    page = (tmp_path / "out" / "progress.en.html").read_text(encoding="utf-8")
    assert "<script" not in page
    assert "&lt;script&gt;" in page


def test_a_study_that_is_there_twice_is_refused(tmp_path):
    places = [results_of(tmp_path / name, "lab", parties=(60, 40, 30, 20)) for name in "ab"]
    with pytest.raises(SynthesisError, match="Y225"):
        synthesis.progress(places, example_programme(), date=DAY)


def test_a_package_of_another_programme_is_refused(sent):
    other = example_programme().model_copy(update={"id": "another"})
    with pytest.raises(SynthesisError, match="Y226"):
        synthesis.progress(sent / "packages", other, date=DAY)


def test_a_folder_without_anything_is_named(tmp_path):
    with pytest.raises(SynthesisError, match="Y223"):
        synthesis.progress(tmp_path, example_programme())
    with pytest.raises(SynthesisError, match="G001"):
        synthesis.progress(tmp_path / "nowhere", example_programme())


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("publicaties,2026-05-01,1,", "criterion"),
        ("publications,May,1,", "date"),
        ("publications,2026-05-01,-1,", "number"),
        ("publications,2026-05-01,1,moon", "sector"),
    ],
)
def test_records_that_cannot_be_read_are_named_by_row(sent, tmp_path, row, column):
    file = tmp_path / "progress-records.csv"
    file.write_text(f"criterion,date,number,sector\n{row}\n", encoding="utf-8")
    with pytest.raises(SynthesisError) as refused:
        synthesis.progress(sent / "noord", example_programme(), records=file)
    (problem,) = refused.value.problems
    assert (problem.code, problem.where.row, problem.where.column) == ("Y227", 2, column)


@pytest.mark.parametrize(
    "change", [{"everybody": 3}, {"version": 2}, {"participation": [{"group": 1}]}, {"date": "today"}]
)
def test_a_damaged_earlier_table_is_refused(found, sent, tmp_path, change):
    found.report(tmp_path / "before")
    file = tmp_path / "before" / "progress.json"
    file.write_text(json.dumps(json.loads(file.read_text(encoding="utf-8")) | change), encoding="utf-8")
    with pytest.raises(SynthesisError, match="Y228"):
        synthesis.progress(sent / "noord", sent / "plan", earlier=file, date=DAY)


def test_an_earlier_table_of_another_programme_or_a_later_day_is_refused(found, sent, tmp_path):
    found.report(tmp_path / "before")
    with pytest.raises(SynthesisError, match="Y229"):
        synthesis.progress(sent / "noord", sent / "plan", earlier=tmp_path / "before", date=datetime.date(2026, 5, 1))


# what programme.yaml may say ------------------------------------------------------------------------------------------


def read_with(tmp_path, criteria):
    text = (Path(synthesis.__file__).parent / "programme" / "template" / "programme.yaml").read_text(encoding="utf-8")
    file = tmp_path / "programme.yaml"
    file.write_text(text.split("criteria:")[0] + "criteria:\n" + criteria, encoding="utf-8")
    return read_programme(file)


@pytest.mark.parametrize(
    ("criteria", "code"),
    [
        ("  - {id: a, title: {nl: a, en: a}, measure: consortia}\n" * 2, "Y220"),
        ("  - {id: a, title: {nl: a, en: a}, measure: response, target: 60}\n", "Y221"),
        ("  - {id: a, title: {nl: a, en: a}, measure: elements, of: {sector: energy}}\n", "Y222"),
        ("  - {id: a, title: {nl: a, en: a}, measure: consortia, of: {party: firm}}\n", "Y222"),
        ("  - {id: a, title: {nl: a, en: a}, measure: participants, of: {party: shcool}}\n", "Y142"),
        ("  - {id: a, title: {nl: a}, measure: consortia}\n", "Y133"),
        ("  - {id: a, title: {nl: a, en: a}, measure: consortia, by: 2026-02-31}\n", "Y134"),
    ],
)
def test_criteria_that_cannot_be_are_refused(tmp_path, criteria, code):
    with pytest.raises(SynthesisError, match=code):
        read_with(tmp_path, criteria)


def test_targets_are_no_part_of_the_plan_of_analysis():
    plan = example_programme()
    without = ProgrammeFile.model_validate(plan.model_dump(by_alias=True) | {"criteria": (), "participants": {}})
    assert digest_of(plan) == digest_of(without)


@pytest.mark.parametrize(
    ("value", "state"), [(None, "unknown"), (10, "reached"), (9, "late")], ids=["not known", "enough", "too little"]
)
def test_state_after_the_day(value, state):
    one = Criterion(id="a", title={"en": "A"}, measure="consortia", target=10, by="2026-12-31")
    assert state_of(one, value, 10.0, DAY) == state


def test_a_number_to_stay_below_is_reached_only_when_its_day_has_passed():
    one = Criterion(id="a", title={"en": "A"}, measure="communities_stopped", target=3, at_most=True, by="2027-12-31")
    assert state_of(one, 3, 3.0, DAY) == "on_course"
    assert state_of(one, 4, 3.0, DAY) == "behind"
    assert state_of(one, 3, 3.0, datetime.date(2028, 1, 1)) == "reached"
