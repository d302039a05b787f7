"""Run the tests that compare with reference values, and write ``docs/accuracy.csv`` and ``docs/accuracy.md``.

python tests/accuracy/renew.py              all of them, some minutes
python tests/accuracy/renew.py --page       the page alone, from the table that is there
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

import pytest  # noqa: E402
from tests.accuracy import page, table  # noqa: E402
from tests.accuracy.recording import Recorder, install  # noqa: E402

FOLDERS = ("agreement", "change", "instruments", "integration", "measurement", "multilevel", "responses", "synthesis")


def files() -> list[Path]:
    """Tests that read reference files or are marked as tests of printed values."""
    found = []
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        text = path.read_text(encoding="utf-8")
        below, *others = path.relative_to(ROOT / "tests").parts[:-1] or ("",)
        named = "reference" in text.lower() and (below in FOLDERS or 'REFERENCE / "' in text or "def reference" in text)
        if below == "accuracy" or {"forms", "platforms"} & set(others):  # they read forms and exports, not values
            continue
        if named or "mark.published" in text:
            found.append(path)
    return found


def main(words: list[str]) -> int:
    """Record, write, and say what is compared nowhere."""
    if "--page" not in words:
        recorder = Recorder()
        install(recorder)
        asked = ["-q", "-p", "no:cacheprovider", "-p", "no:randomly", "--rootdir", str(ROOT), *words]
        status = pytest.main([*asked, *map(str, files())], plugins=[recorder])
        if status:
            print("some tests failed: nothing was written")
            return int(status)
        found = [*table.rows(recorder.comparisons), *table.printed_rows(recorder.printed, recorder.sources)]
        table.CSV.write_text(table.write(found), encoding="utf-8")
    rows = table.read(table.CSV.read_text(encoding="utf-8"))
    page.PAGE.write_text(page.page(rows), encoding="utf-8")
    for row in rows:
        if "?" in row.not_compared:
            print(f"{row.file}, {row.quantity}: {row.values - row.compared} of {row.values} compared nowhere")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
