"""The order in which files of tests go to workers, and in which these import them."""

from tests.imported_in_turn import in_turn
from tests.longest_first import ONE_BY_ONE, ROOT, main, seconds_by_file


def test_files_that_take_long_are_there_and_stand_in_order():
    known = seconds_by_file()
    assert [name for name in (*known, *ONE_BY_ONE) if not (ROOT / name).is_file()] == []
    assert list(known.values()) == sorted(known.values(), reverse=True)


def test_times_of_a_run_are_summed_by_file(tmp_path, monkeypatch):
    run = tmp_path / "run.xml"
    case = '<testcase classname="tests.{}" name="test" time="{}"/>'
    cases = "".join(case.format(name, time) for name, time in (("test_cli", 3), ("test_errors", 20.2), ("test_cli", 4)))
    run.write_text(f"<testsuites><testsuite>{cases}{case.format('test_gone', 90)}</testsuite></testsuites>")
    monkeypatch.setattr("tests.longest_first.TIMES", tmp_path / "times.csv")
    main(str(run))
    assert seconds_by_file() == {"tests/test_errors.py": 20.0, "tests/test_cli.py": 7.0}


def test_each_worker_begins_at_another_file_and_imports_all():
    names = ["a", "b", "c", "d", "e"]
    turns = [in_turn(names, worker, 3) for worker in range(3)]
    assert [turn[0] for turn in turns] == ["a", "b", "d"]
    assert all(sorted(turn) == names for turn in turns)
