"""The output folder appears whole or not at all, and only earlier output is ever replaced."""

import pytest

from lcresearch.errors import StudyError
from lcresearch.studies.output import check_free, whole_folder, write_record


def write(folder, text):
    (folder / "report.html").write_text(text, encoding="utf-8")
    write_record(folder, {"lcresearch": "0"})


def test_folder_appears_whole(tmp_path):
    with whole_folder(tmp_path / "deep" / "out") as folder:
        write(folder, "a")
        assert not (tmp_path / "deep" / "out").exists()
    assert sorted(p.name for p in (tmp_path / "deep" / "out").iterdir()) == ["report.html", "run.json"]
    assert [p.name for p in (tmp_path / "deep").iterdir()] == ["out"]


def test_nothing_is_left_after_an_error(tmp_path):
    def broken():
        with whole_folder(tmp_path / "out") as folder:
            write(folder, "a")
            raise RuntimeError("disk full")

    with pytest.raises(RuntimeError, match="disk full"):
        broken()
    assert list(tmp_path.iterdir()) == []


def test_earlier_output_is_replaced_only_by_force(tmp_path):
    out = tmp_path / "out"
    with whole_folder(out) as folder:
        write(folder, "first")
    with pytest.raises(StudyError, match="G002"):
        check_free(out, force=False)
    with whole_folder(out, force=True) as folder:
        write(folder, "second")
    assert (out / "report.html").read_text(encoding="utf-8") == "second"
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize("force", [False, True])
def test_a_folder_with_something_else_is_never_replaced(tmp_path, force):
    (tmp_path / "thesis.docx").write_text("years of work", encoding="utf-8")
    with pytest.raises(StudyError, match="S010"):
        check_free(tmp_path, force=force)


def test_a_file_is_no_folder(tmp_path):
    (tmp_path / "out").write_text("x", encoding="utf-8")
    with pytest.raises(StudyError, match="S010"):
        check_free(tmp_path / "out", force=True)
