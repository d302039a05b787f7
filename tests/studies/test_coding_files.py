"""A study whose interviews are coded in a file of this program."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from tests.interviews.coding_file.invented import invented_project
from typer.testing import CliRunner

from lcresearch import interviews, studies
from lcresearch.cli import app
from lcresearch.interviews import Corpus, coding_file
from lcresearch.studies.interview_reading import read_interviews
from lcresearch.studies.loading import read_study

SAID = [b"elke dag van", b"tijd voor overleg", b"Kwartelkoning"]


@pytest.fixture
def study(small_study, study_texts) -> Path:
    """A small study with a coding file, of whose two texts one is of p02."""
    folder = small_study(study=study_texts.study + "interviews:\n  project: coded.lccoding\n")
    project = invented_project()
    persons = {"d1": "p02", "d2": "p03"}
    texts = tuple(replace(each, attributes={"respondent": persons[each.id]}) for each in project.corpus)
    file = coding_file.create(folder / "coded.lccoding", replace(project, corpus=Corpus(texts)))
    file.code("d1", 0, 35, "c2", coder="a", memo="Kwartelkoning zegt dit")
    file.code("d2", 31, 42, "c3", coder="b")
    return folder


def bytes_of(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.glob("coded.lccoding*"))


def test_the_commands_on_interviews_take_the_file(study: Path, tmp_path: Path) -> None:
    source = str(study / "coded.lccoding")
    written = tmp_path / "codings.csv"
    result = CliRunner().invoke(app, ["interviews", "export", source, "-o", str(written)])
    assert result.exit_code == 0, result.output
    assert "Wij leren elke dag" in written.read_text("utf-8")
    again = tmp_path / "again.lccoding"
    result = CliRunner().invoke(app, ["interviews", "import", source, "-o", str(again)])
    assert result.exit_code == 0, result.output
    assert len(interviews.read_project(again).codings) == 2
    transcripts = tmp_path / "interviews"
    transcripts.mkdir()
    (transcripts / "one.txt").write_text("A: Wij leren.\nB: Wij ook.", encoding="utf-8")
    made = tmp_path / "made.lccoding"
    result = CliRunner().invoke(app, ["interviews", "import", str(transcripts), "-o", str(made)])
    assert result.exit_code == 0, result.output
    assert coding_file.open_file(made).documents()["name"].tolist() == ["one"]
    assert CliRunner().invoke(app, ["interviews", "import", source, "-o", str(made)]).exit_code == 1


def test_names_are_taken_out_into_a_file_of_its_own(study: Path) -> None:
    found = studies.deidentify_interviews(study, study / "clean.lccoding", language="nl")
    assert found.project is not None
    clean = coding_file.open_file(study / "clean.lccoding")
    assert len(clean.codings()) == 2
    assert not list(study.glob("*.partial*"))
    studies.deidentify_interviews(study, study / "clean.lccoding", language="nl", force=True)
    assert len(clean.codings()) == 2


def test_the_hash_of_a_run_follows_the_content(study: Path) -> None:
    use = read_study(study / "study.yaml")[0].interviews
    assert use is not None
    before = read_interviews(use, study).hashes
    assert before == {"coded.lccoding": coding_file.open_file(study / "coded.lccoding").content_hash()}
    coding_file.open_file(study / "coded.lccoding").code("d2", 0, 5, "c3", coder="a")
    assert read_interviews(use, study).hashes != before


def test_who_withdraws_is_out_of_the_bytes_of_the_file(study: Path) -> None:
    assert all(words in bytes_of(study) for words in SAID)
    dry = studies.withdraw(study, "p02", dry_run=True)
    assert ["coded.lccoding", "texts_erased", 1] in dry.actions[["file", "action", "n"]].values.tolist()
    assert all(words in bytes_of(study) for words in SAID)
    done = studies.withdraw(study, "p02")
    assert ["coded.lccoding", "to_check"] not in done.actions[["file", "action"]].values.tolist()
    assert [words for words in SAID if words in bytes_of(study)] == []
    left = interviews.read_project(study / "coded.lccoding")
    assert left.quotes[["document", "quote"]].values.tolist() == [["R2", "Wij werken "]]
    assert "coded.lccoding" in str(done)


def test_a_text_that_a_coder_removed_goes_too(study: Path) -> None:
    coding_file.open_file(study / "coded.lccoding").remove_document("d1", coder="a")
    assert b"elke dag van" in bytes_of(study)
    studies.withdraw(study, "p02")
    assert [words for words in SAID if words in bytes_of(study)] == []


def test_a_file_that_cannot_be_read_is_named(study: Path) -> None:
    (study / "broken.lccoding").write_bytes(b"SQLite format 3\x00 and nothing else")
    found = studies.withdraw(study, "p02", dry_run=True).actions
    assert ["broken.lccoding", "unreadable"] in found[["file", "action"]].values.tolist()
