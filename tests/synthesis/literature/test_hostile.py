"""Whatever a file holds, it is read or refused with a message; nothing else happens."""

import string
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from lcresearch.errors import SynthesisError
from lcresearch.responses.log import Log
from lcresearch.synthesis import deduplicate, read_records
from lcresearch.synthesis.literature.records import as_records, as_ris
from lcresearch.synthesis.literature.tagged import RIS, entries

LINES = st.one_of(
    st.sampled_from(
        ["TY  - JOUR", "ER  - ", "ER  -", "", "TI  - A title", "AU  - A, B.", "PY  - 2020", "PT J", "FN x"]
    ),
    st.text(alphabet=string.printable + "é€\u2028\u0000\ufeff", max_size=40),
    st.builds(
        "{}  - {}".format, st.sampled_from(["TI", "T1", "AU", "DO", "UR", "PY", "KW", "XX"]), st.text(max_size=20)
    ),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(LINES, max_size=25), st.sampled_from(["ris", "txt", "csv", "nbib"]))
def test_any_lines_are_read_or_refused(lines, ending):
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"file.{ending}"
        path.write_bytes("\n".join(lines).encode("utf-8", "surrogatepass"))
        try:
            records = read_records(path)
        except SynthesisError:
            return
        assert len(records) > 0
        assert records.frame["record"].is_unique
        found = deduplicate(records)
        assert len(found.records) + len(found.merged) == len(records)
        as_ris(records.frame)


@settings(max_examples=100, deadline=None)
@given(st.lists(LINES, max_size=30))
def test_every_start_of_a_record_is_a_record(lines):
    text = "\n".join(line.replace("\u2028", " ") for line in lines)
    starts = sum(line.startswith("TY  - ") for line in text.splitlines())
    found = entries(text, RIS, Log("x"))
    assert len(found) >= starts if starts else True
    assert len(as_records([])) == 0


def test_a_very_long_line_takes_no_time(tmp_path):
    path = tmp_path / "long.ris"
    path.write_text("TY  - JOUR\nTI  - " + "<" * 200_000 + "\nDO  - " + "10." * 100_000 + "\nER  - \n")
    records = read_records(path)
    assert len(deduplicate(records).records) == 1
