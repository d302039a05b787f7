"""What a call returned is on disk, whatever happens to the process; and nobody's work is lost beside others'."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from lcresearch.interviews.coding_file import CodingFile, open_file

_WRITER = """
import sys
from lcresearch.interviews.coding_file import open_file
file = open_file(sys.argv[1])
coder = file.add_coder(sys.argv[2])
for number in range(100_000):
    start = number % 40
    id = file.code("d1", start, start + 1 + number // 40 % 20, "c2", coder=coder, id=f"{sys.argv[2]}-{number}")
    sys.stdout.write(id + "\\n")
    sys.stdout.flush()
"""


def writer(path: Path, name: str) -> subprocess.Popen[str]:
    """A process that gives codes one after another, and says which it was told are there."""
    return subprocess.Popen([sys.executable, "-c", _WRITER, str(path), name], stdout=subprocess.PIPE, text=True)


def test_what_was_confirmed_is_there_after_the_processes_are_killed(file: CodingFile) -> None:
    confirmed: set[str] = set()
    running = [writer(file.path, "Cé"), writer(file.path, "Dé")]
    for process in running:
        assert process.stdout is not None
        confirmed |= {process.stdout.readline().strip() for _ in range(10)}
    for process in running:
        process.kill()
    for process in running:
        assert process.stdout is not None
        confirmed |= {line.strip() for line in process.stdout.read().splitlines(keepends=True) if line.endswith("\n")}
        process.stdout.close()
        process.wait()
    found = open_file(file.path).project()
    assert confirmed <= set(found.codings["coding"])
    assert len(confirmed) >= 20
    coder = found.coders.index[found.coders["name"] == "Cé"][0]
    last = found.codings["coding"][found.codings["coder"] == coder].tolist()[-1]
    assert open_file(file.path).undo(coder) == "code"
    assert last not in set(open_file(file.path).codings()["coding"])


def test_many_threads_write_at_once(file: CodingFile) -> None:
    failed: list[BaseException] = []

    def work(number: int) -> None:
        try:
            coder = file.add_coder(f"Coder {number}")
            for start in range(10):
                file.code("d1", start, start + 1, "c2", coder=coder)
            file.set_memo("document", "d1", f"van {number}", coder=coder)
            file.undo(coder)
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert len(file.codings()) == 80
    assert len(file.coders()) == 10
    assert file.memos()["on_kind"].tolist() == ["code"]


def test_a_call_that_fails_halfway_leaves_nothing(file: CodingFile, monkeypatch: pytest.MonkeyPatch) -> None:
    before = file.revision
    monkeypatch.setattr("lcresearch.interviews.coding_file.coding.refuse_finished", lambda change, coder: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        file.code("d1", 0, 3, "c2", coder="a", memo="half")
    assert file.revision == before
    assert file.codings().empty
    assert file.memos()["text"].tolist() == ["Vaak genoemd."]


def test_nothing_stands_beside_the_file_when_nobody_uses_it(file: CodingFile) -> None:
    file.code("d1", 0, 3, "c2", coder="a")
    assert [path.name for path in file.path.parent.iterdir()] == [file.path.name]
