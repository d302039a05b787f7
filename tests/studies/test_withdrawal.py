"""A person who withdraws is gone from every file, and every other byte stays as it was."""

import json
import os
import re
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from tests.studies.conftest import everything
from tests.studies.stopped_withdrawal import KILLED, withdraw_until_killed

from lcresearch import studies
from lcresearch.errors import StudyError
from lcresearch.responses.persons.pseudonyms import KEY_FILE, KeyFile
from lcresearch.responses.persons.withdrawn import Withdrawn
from lcresearch.studies import changes
from lcresearch.studies.withdrawal import Withdrawal, withdraw


@pytest.fixture
def after_a_run(small_study):
    """The small study with a key, results of a run, and transcripts."""
    folder = small_study()
    key = KeyFile(folder / KEY_FILE)
    key.pseudonyms(pd.Series([f"p{n:02}" for n in range(1, 17)]))
    key.commit()
    private = folder / "results" / "private"
    private.mkdir(parents=True)
    (folder / "results" / "run.json").write_text('{"study": "small", "lcresearch": "0"}', encoding="utf-8")
    scores = pd.DataFrame({"respondent": [key.pseudonym("p01"), key.pseudonym("p02")], "voice": [4.0, 5.0]})
    scores.to_parquet(private / "scores.parquet", index=False)
    log = pd.DataFrame({"file": "answers.csv", "row": [2, 3, None], "value": ["x", "what p02 wrote", None]})
    log.astype({"row": "Int64"}).to_parquet(private / "reading_log.parquet", index=False)
    interviews = folder / "interviews"
    interviews.mkdir()
    (interviews / "list.csv").write_text("respondent;file\np01;one.txt\np02;two.txt\n", encoding="utf-8")
    (interviews / "one.txt").write_text("A: about p02, and p021.", encoding="utf-8")
    (interviews / "two.txt").write_text("A: my own story.", encoding="utf-8")
    (interviews / "three.txt").write_text("A: about p021 only.", encoding="utf-8")
    return folder


def test_every_trace_of_the_person_goes(after_a_run):
    pseudonym = KeyFile(after_a_run / KEY_FILE).pseudonym("p02")
    found = withdraw(after_a_run, "p02")
    assert found.tidy()[["file", "action"]].to_numpy().tolist() == [
        ["answers.csv", "rows_removed"],
        ["private/respondent-key.csv", "key_removed"],
        ["results/private/reading_log.parquet", "rows_removed"],
        ["results/private/scores.parquet", "rows_removed"],
        ["interviews/list.csv", "rows_removed"],
        ["interviews/two.txt", "file_deleted"],
        ["interviews/one.txt", "to_check"],
        ["private/withdrawn.json", "remembered"],
    ]
    left = everything(after_a_run)
    assert Path("interviews/two.txt") not in left
    assert Path("interviews/three.txt") in left
    for path, content in left.items():
        assert pseudonym.encode() not in content, path
        assert path.name == "one.txt" or not re.search(rb"(?<!\w)p02(?!\w)", content), path
    assert Withdrawn(after_a_run).among(pd.Series(["p01", "p02"])).tolist() == [False, True]
    assert len(KeyFile(after_a_run / KEY_FILE)) == 15


def test_tables_of_cases_made_with_the_person_are_named_to_be_made_again(after_a_run):
    for name, study in (("integration", "small"), ("older/pages", "small"), ("other", "another")):
        private = after_a_run / name / "private"
        private.mkdir(parents=True)
        (private / "voices-by-community.csv").write_text("case,n_persons\nAa,1\n", encoding="utf-8")
        (private.parent / "run.json").write_text(f'{{"integration": "{study}", "lcresearch": "0"}}', encoding="utf-8")
    found = withdraw(after_a_run, "p02", dry_run=True)
    named = found.tidy().query("action == 'made_with_person'")["file"].tolist()
    assert named == ["integration/private", "older/pages/private"]
    assert any("lcresearch integrate --force" in caution for caution in found.cautions())
    assert found.glance()["n_files"].item() == withdraw(after_a_run, "p02").glance()["n_files"].item() == 7
    with pytest.raises(StudyError):  # who is nowhere else is not found by a folder that is there
        withdraw(after_a_run, "p99")


def test_the_pseudonym_serves_as_well_as_the_id(after_a_run):
    pseudonym = KeyFile(after_a_run / KEY_FILE).pseudonym("p02")
    found = withdraw(after_a_run, pseudonym.lower())
    assert "p02," not in (after_a_run / "answers.csv").read_text(encoding="utf-8")
    assert "p02" not in str(found.to_dict())


def test_a_dry_run_changes_nothing_and_finds_the_same(after_a_run):
    before = everything(after_a_run)
    tried = withdraw(after_a_run, "p02", dry_run=True)
    assert everything(after_a_run) == before
    pd.testing.assert_frame_equal(tried.tidy(), withdraw(after_a_run, "p02").tidy())
    assert not tried.done


def test_a_second_time_nobody_is_found(after_a_run, refused):
    withdraw(after_a_run, "p02")
    (after_a_run / "interviews" / "one.txt").unlink()
    assert refused(withdraw, after_a_run, "p02") == ["S033"]


@pytest.mark.parametrize("person", ["p2", "P02", "p0", "02", "person", "", "Aa", "../p02"])
def test_only_the_whole_id_is_the_person(small_study, person, refused):
    folder = small_study()
    before = everything(folder)
    assert refused(withdraw, folder, person) == ["S033"]
    assert everything(folder) == before


def test_without_ids_nobody_can_withdraw(small_study, study_texts, refused):
    folder = small_study(study=study_texts.study.replace("respondent: person\n", ""))
    assert refused(withdraw, folder, "p02") == ["S032"]


def test_a_file_without_the_column_stops_everything(small_study, study_texts, refused):
    folder = small_study(answers=study_texts.answers.replace("person,", "somebody,"))
    assert refused(withdraw, folder, "p02") == ["S037"]


def test_all_files_or_none(small_study, study_texts, tmp_path, refused):
    book = openpyxl.Workbook()
    book.active.append(["person", "firm", "v1"])
    book.active.append(["p02", "Aa", "=1+1"])
    folder = small_study(study=study_texts.study.replace("[answers.csv]", "[answers.csv, more.xlsx]"))
    book.save(folder / "more.xlsx")
    before = everything(folder)
    assert refused(withdraw, folder, "p02") == ["S034"]
    assert everything(folder) == before


def test_when_the_system_refuses_halfway_all_is_put_back(after_a_run, monkeypatch, refused):
    before = everything(after_a_run)
    replace = Path.replace

    def stubborn(self, target):
        if Path(target).name == "scores.parquet" and self.name.endswith(".withdraw-new"):
            raise PermissionError(13, "Permission denied")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", stubborn)
    assert refused(withdraw, after_a_run, "p02") == ["S036"]
    assert everything(after_a_run) == before


def test_nothing_is_left_under_a_temporary_name(after_a_run):
    withdraw(after_a_run, "p02")
    assert not [path for path in after_a_run.rglob("*") if ".withdraw-" in path.name]


@pytest.mark.parametrize("name", ["../answers.csv", "/etc/hostname", "..\\voice.yaml", ""])
def test_a_table_of_transcripts_cannot_delete_other_files(after_a_run, name):
    table = after_a_run / "interviews" / "list.csv"
    table.write_text(f"respondent;file;more\np02;{name};x\n", encoding="utf-8")
    withdraw(after_a_run, "p02")
    assert (after_a_run / "answers.csv").exists()
    assert (after_a_run / "voice.yaml").exists()


def test_results_of_another_study_stay(after_a_run):
    record = after_a_run / "results" / "run.json"
    record.write_text(json.dumps({"study": "other", "lcresearch": "0"}), encoding="utf-8")
    found = withdraw(after_a_run, "p02")
    assert not found.tidy()["file"].str.startswith("results/").any()


def test_the_result_survives_writing_and_prints_what_is_left_to_do(after_a_run):
    found = withdraw(after_a_run, "p02")
    again = Withdrawal.from_dict(json.loads(json.dumps(found.to_dict())))
    pd.testing.assert_frame_equal(again.tidy(), found.tidy(), check_dtype=False)
    assert len(found.cautions()) == 4
    assert "p02" in str(found)


@pytest.mark.skipif(os.name != "posix", reason="modes and links of POSIX")
def test_a_file_keeps_its_mode_and_a_link_its_target(tmp_path):
    target, link = tmp_path / "real.csv", tmp_path / "answers.csv"
    target.write_bytes(b"before")
    target.chmod(0o600)
    link.symlink_to(target)
    changes.change_together({link: b"after"}, tmp_path)
    assert link.is_symlink()
    assert target.read_bytes() == b"after"
    assert target.stat().st_mode & 0o777 == 0o600


def test_changes_make_a_folder_that_only_the_owner_can_open(tmp_path):
    changes.change_together({tmp_path / "private" / "new": b"x"}, tmp_path)
    assert (tmp_path / "private" / "new").read_bytes() == b"x"


@pytest.mark.parametrize("by", ["id", "pseudonym"])
def test_without_the_key_nothing_is_removed_by_halves(after_a_run, refused, by):
    pseudonym = KeyFile(after_a_run / KEY_FILE).pseudonym("p02")
    (after_a_run / KEY_FILE).unlink()
    before = everything(after_a_run)
    person, code = {"id": ("p02", "S044"), "pseudonym": (pseudonym, "S043")}[by]
    assert refused(withdraw, after_a_run, person) == [code]
    assert everything(after_a_run) == before


def test_without_key_and_results_the_id_still_serves(small_study):
    folder = small_study()
    withdraw(folder, "p02")
    assert "p02" not in (folder / "answers.csv").read_text(encoding="utf-8")


def test_a_pseudonym_that_nobody_has_is_no_person(after_a_run, refused):
    assert refused(withdraw, after_a_run, "P-777777") == ["S043"]


def test_ids_that_look_like_it_are_named_and_stay(small_study, study_texts):
    folder = small_study(answers=study_texts.answers + "P02,Aa,1,2,3\np 2,Bb,1,2,3\np20,Bb,1,2,3\n")
    tried = withdraw(folder, "p02", dry_run=True)
    assert tried.near == ("P02", "p 2")
    assert "P02, p 2" in tried.cautions()[0]
    withdraw(folder, "p02")
    left = (folder / "answers.csv").read_text(encoding="utf-8")
    assert [name in left for name in ("p02,", "P02,", "p 2,")] == [False, True, True]


def test_nobody_has_the_id_but_somebody_nearly(small_study):
    with pytest.raises(StudyError) as caught:
        withdraw(small_study(), "P2")
    assert "p02" in caught.value.problems[0].message("en")


def test_a_fresh_export_with_another_spelling_is_counted(small_study, study_texts):
    folder = small_study()
    withdraw(folder, "p02")
    assert "S042" not in [problem.code for problem in studies.load(folder).check()]
    (folder / "answers.csv").write_text(study_texts.answers.replace("p02", "P2"), encoding="utf-8")
    warned = [problem for problem in studies.load(folder).check() if problem.code == "S042"]
    assert [problem.values["n"] for problem in warned] == [1]


def test_an_id_that_is_a_number_takes_no_answer_of_somebody_else(after_a_run):
    kept = after_a_run / "results" / "private" / "kept.parquet"
    key = KeyFile(after_a_run / KEY_FILE)
    rows = pd.DataFrame({"respondent": [key.pseudonym("p01"), key.pseudonym("p02")], "boss": ["p02", "p01"]})
    rows.to_parquet(kept, index=False)
    withdraw(after_a_run, "p02")
    assert pd.read_parquet(kept)["respondent"].tolist() == [key.pseudonym("p01")]


def test_results_in_any_folder_of_the_study_are_searched(after_a_run):
    (after_a_run / "results").rename(after_a_run / "moved")
    (after_a_run / "results").mkdir()
    (after_a_run / "moved").rename(after_a_run / "results" / "2026-11")
    pseudonym = KeyFile(after_a_run / KEY_FILE).pseudonym("p02")
    withdraw(after_a_run, "p02")
    scores = pd.read_parquet(after_a_run / "results" / "2026-11" / "private" / "scores.parquet")
    assert pseudonym not in scores["respondent"].tolist()
    assert len(scores) == 1


def test_results_with_pseudonyms_that_the_key_does_not_know_are_to_be_checked(after_a_run):
    pd.DataFrame({"respondent": ["P-333333"]}).to_parquet(after_a_run / "results" / "private" / "old.parquet")
    found = withdraw(after_a_run, "p02").tidy()
    assert found.loc[found["file"].str.endswith("old.parquet"), "action"].tolist() == ["to_check"]


def test_a_damaged_file_of_results_is_named(after_a_run):
    (after_a_run / "results" / "private" / "scores.parquet").write_bytes(b"junk")
    before = everything(after_a_run)
    with pytest.raises(StudyError) as caught:
        withdraw(after_a_run, "p02")
    problem = caught.value.problems[0]
    assert (problem.code, problem.where.file) == ("S045", "results/private/scores.parquet")
    assert everything(after_a_run) == before


def test_a_transcript_that_cannot_be_read_is_named_and_stops_nothing(after_a_run):
    (after_a_run / "interviews" / "~$two.docx").write_bytes(b"\x05Somebody")
    (after_a_run / "interviews" / "empty.docx").write_bytes(b"")
    found = withdraw(after_a_run, "p02").tidy().set_index("file")["action"]
    assert found["interviews/~$two.docx"] == "lock_file"
    assert found["interviews/empty.docx"] == "unreadable"
    assert "p02," not in (after_a_run / "answers.csv").read_text(encoding="utf-8")


def test_a_transcript_that_others_are_in_too_is_not_deleted(after_a_run):
    table = after_a_run / "interviews" / "list.csv"
    table.write_text("respondent;file\np01;two.txt\np02;two.txt\n", encoding="utf-8")
    found = withdraw(after_a_run, "p02").tidy().set_index("file")["action"]
    assert found["interviews/two.txt"] == "to_check"
    assert (after_a_run / "interviews" / "two.txt").exists()


@pytest.mark.parametrize(("column", "action"), [("person", "rows_removed"), ("who", "to_check")])
def test_the_list_of_invited_persons_is_searched(small_study, study_texts, column, action):
    folder = small_study(study=study_texts.study + "invited: invited.csv\n")
    invited = folder / "invited.csv"
    invited.write_text(f"{column},firm,mail\np01,Aa,a@x.nl\np02,Aa,b@x.nl\n", encoding="utf-8")
    row = withdraw(folder, "p02").tidy().set_index("file").loc["invited.csv"]
    assert (row["action"], row["rows"]) == (action, "3")
    assert ("p02" in invited.read_text(encoding="utf-8")) == (action == "to_check")


@pytest.mark.parametrize(("then", "after"), [("check", 0), ("check", 1), ("check", 2), ("check", 5), ("withdraw", 4)])
def test_what_was_stopped_halfway_is_finished_or_forgotten(after_a_run, then, after):
    before = everything(after_a_run)
    assert withdraw_until_killed(after_a_run, after) == KILLED
    if then == "check":
        warned = [problem.code for problem in studies.load(after_a_run).check()]
        begun = after >= 2  # the journal itself takes two
        assert ("S046" in warned) == begun
        if not begun:
            left = everything(after_a_run)
            assert {path: left[path] for path in before} == before
        else:
            (after_a_run / "interviews" / "one.txt").unlink()
            with pytest.raises(StudyError):
                withdraw(after_a_run, "p02")
    else:
        withdraw(after_a_run, "p02")
    names = [path.name for path in after_a_run.rglob("*")]
    assert not [name for name in names if ".withdraw-" in name or "journal" in name]
    gone = "p02," not in (after_a_run / "answers.csv").read_text(encoding="utf-8")
    assert gone == (then == "withdraw" or after >= 2)
    assert ("two.txt" in names) != gone


def test_a_fresh_file_that_came_in_between_is_not_replaced(tmp_path):
    answers = tmp_path / "answers.csv"
    answers.write_bytes(b"before")
    (tmp_path / "private").mkdir()
    changes._write_journal(tmp_path / changes.JOURNAL, "ready", {answers: b"after"})
    (tmp_path / "answers.csv.withdraw-new").write_bytes(b"after")
    answers.write_bytes(b"fresh")
    assert changes.finish_changes(tmp_path) == ["answers.csv"]
    assert answers.read_bytes() == b"fresh"
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["answers.csv"]


def test_a_journal_that_cannot_be_read_stops_the_reading(small_study):
    folder = small_study()
    (folder / "private").mkdir()
    (folder / changes.JOURNAL).write_text("{", encoding="utf-8")
    assert [problem.code for problem in studies.load(folder).check()] == ["S047"]
