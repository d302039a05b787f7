"""The output folder appears whole or not at all, and only earlier output is ever replaced."""

import os
import stat
import time
from pathlib import Path

import pytest

from lcresearch.errors import StudyError
from lcresearch.files import private_folder
from lcresearch.output_folder import check_free, whole_folder, write_record

POSIX = pytest.mark.skipif(os.name != "posix", reason="modes are those of POSIX")


def write(folder, text):
    (folder / "report.html").write_text(text, encoding="utf-8")
    (folder / "tables").mkdir()
    (folder / "tables" / "tables.xlsx").write_bytes(b"x")
    write_record(folder, {"study": "small", "lcresearch": "0"})


def report(folder):
    return (folder / "report.html").read_text(encoding="utf-8")


def snapshot(folder):
    return {path: path.read_bytes() if path.is_file() else None for path in folder.rglob("*")}


@pytest.fixture
def out(tmp_path):
    """Results of an earlier run."""
    with whole_folder(tmp_path / "out") as folder:
        write(folder, "first")
    return tmp_path / "out"


def test_folder_appears_whole(tmp_path):
    with whole_folder(tmp_path / "deep" / "out") as folder:
        write(folder, "a")
        assert not (tmp_path / "deep" / "out").exists()
    assert sorted(p.name for p in (tmp_path / "deep" / "out").iterdir()) == ["report.html", "run.json", "tables"]
    assert [p.name for p in (tmp_path / "deep").iterdir()] == ["out"]


def test_nothing_is_left_after_an_error(tmp_path):
    def broken():
        with whole_folder(tmp_path / "out") as folder:
            write(folder, "a")
            raise RuntimeError("disk full")

    with pytest.raises(RuntimeError, match="disk full"):
        broken()
    assert list(tmp_path.iterdir()) == []


def test_earlier_output_is_replaced_only_by_force(out):
    with pytest.raises(StudyError, match="G002"):
        check_free(out, force=False)
    with whole_folder(out, force=True) as folder:
        write(folder, "second")
    assert report(out) == "second"
    assert [p.name for p in out.parent.iterdir()] == ["out"]


@pytest.mark.parametrize("force", [False, True])
def test_a_folder_with_something_else_is_never_replaced(tmp_path, force):
    (tmp_path / "thesis.docx").write_text("years of work", encoding="utf-8")
    with pytest.raises(StudyError, match="S010"):
        check_free(tmp_path, force=force)


def test_a_file_is_no_folder(tmp_path):
    (tmp_path / "out").write_text("x", encoding="utf-8")
    with pytest.raises(StudyError, match="S010"):
        check_free(tmp_path / "out", force=True)


@pytest.mark.parametrize("name", ["study.yaml", "notes.docx", "tables/notes.docx", "private/release-key", "data/a.csv"])
def test_earlier_output_with_something_else_in_it_is_never_replaced(out, name):
    (out / name).parent.mkdir(exist_ok=True)
    (out / name).write_text("mine", encoding="utf-8")
    before = snapshot(out.parent)
    with pytest.raises(StudyError, match="S010") as caught, whole_folder(out, force=True):
        pytest.fail("the work must not begin")
    assert name.startswith(caught.value.problems[0].values["found"])
    assert snapshot(out.parent) == before


def test_what_the_desktop_leaves_in_a_folder_does_not_count(out):
    (out / ".DS_Store").write_bytes(b"x")
    check_free(out, force=True)


@pytest.mark.parametrize("record", ["{}", '{"study": "a"}', "[]", "not json", "[" * 100_000])
def test_run_json_of_another_program_is_no_earlier_output(tmp_path, record):
    (tmp_path / "run.json").write_text(record, encoding="utf-8")
    with pytest.raises(StudyError, match="S010"):
        check_free(tmp_path, force=True)


def test_a_folder_around_the_files_of_the_study_is_never_replaced(out):
    """Even where the answers look like a table that a run wrote."""
    answers = out / "tables" / "answers.csv"
    answers.write_text("v1\n4\n", encoding="utf-8")
    check_free(out, force=True)
    with pytest.raises(StudyError, match="S010"):
        check_free(out, force=True, keep=[answers])
    check_free(out.parent / "new", force=True, keep=[answers])


@pytest.mark.parametrize("refused", ["out", ".partial"])
def test_earlier_results_survive_a_file_that_is_open(out, monkeypatch, refused):
    """Windows refuses to rename a folder in which a file is open."""
    before, rename = snapshot(out.parent), Path.replace

    def refusing(path, target):
        if path.parent == out.parent and path.name.endswith(refused):
            raise PermissionError(13, "Permission denied", str(path))
        return rename(path, target)

    monkeypatch.setattr(Path, "replace", refusing)
    with pytest.raises(StudyError, match="S013") as caught, whole_folder(out, force=True) as folder:
        write(folder, "second")
    assert snapshot(out.parent) == before
    assert caught.value.problems[0].values["kept"] == str(out)


def test_earlier_results_that_cannot_be_removed_do_not_stop_the_run(out, monkeypatch):
    monkeypatch.setattr("shutil.rmtree", lambda path, ignore_errors=False: None if ignore_errors else 1 / 0)
    with whole_folder(out, force=True) as folder:
        write(folder, "second")
    assert report(out) == "second"


def test_last_step_comes_when_the_results_are_in_place(out):
    seen = []
    with whole_folder(out, force=True, last=lambda: seen.append(report(out))) as folder:
        write(folder, "second")
        assert seen == []
    assert seen == ["second"]


def test_earlier_results_come_back_when_the_last_step_fails(out):
    before = snapshot(out.parent)

    def fail():
        raise RuntimeError("no ledger")

    with pytest.raises(RuntimeError, match="no ledger"), whole_folder(out, force=True, last=fail) as folder:
        write(folder, "second")
    assert snapshot(out.parent) == before


@pytest.mark.parametrize("place", ["file/out", "file/deeper/out"])
def test_place_where_nothing_can_be_written(tmp_path, place):
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(StudyError, match="S014"):
        check_free(tmp_path / place, force=False)


def test_place_that_refuses(tmp_path, monkeypatch):
    def refuse(**arguments):
        raise PermissionError(13, "Permission denied", str(tmp_path))

    monkeypatch.setattr("tempfile.mkdtemp", refuse)
    with pytest.raises(StudyError, match="S014"):
        check_free(tmp_path / "new" / "out", force=False)
    assert list(tmp_path.iterdir()) == []


def test_only_old_remains_of_the_same_name_are_removed(tmp_path):
    names = [".out-abcdefgh.partial", ".out-12345678.partial", ".out-2-abcdefgh.partial", ".out-abcdefgh.old"]
    for name in names:
        (tmp_path / name).mkdir()
        if "1234" not in name:
            os.utime(tmp_path / name, (time.time() - 90_000,) * 2)
    with whole_folder(tmp_path / "out") as folder:
        write(folder, "a")
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(["out", *names[1:]])


@POSIX
@pytest.mark.parametrize(("umask", "mode"), [(0o022, 0o755), (0o077, 0o700), (0o027, 0o750)])
def test_modes_follow_the_umask_and_private_is_private(tmp_path, umask, mode):
    earlier = os.umask(umask)
    try:
        with whole_folder(tmp_path / "out") as folder:
            private_folder(folder / "private")
    finally:
        os.umask(earlier)
    assert stat.S_IMODE((tmp_path / "out").stat().st_mode) == mode
    assert stat.S_IMODE((tmp_path / "out" / "private").stat().st_mode) == 0o700
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["private"]
