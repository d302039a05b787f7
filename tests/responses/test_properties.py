"""What holds for any table: reading gives back what was written, in whatever way a program wrote it."""

import csv
import io
import random
import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lcresearch import responses
from lcresearch.errors import LcresearchError

TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=12)
CELLS = st.sampled_from([1.0, 2.0, 3.0, 4.0, 5.0, np.nan])
ROWS = st.lists(st.tuples(TEXTS, CELLS, CELLS, CELLS), min_size=1, max_size=8)
FAST = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def read(path, instrument, **options):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return responses.read(path, instrument, **options)


@FAST
@given(
    rows=ROWS,
    delimiter=st.sampled_from(",;\t|"),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    end=st.sampled_from(["\n", "\r\n"]),
)
def test_any_dialect_gives_the_same_answers(tmp_path, voice, rows, delimiter, encoding, quoting, end):
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=delimiter, quoting=quoting, lineterminator=end)
    writer.writerow(["begonnen", "opmerking", "tv_01", "tv_02", "tv_03"])
    for text, *codes in rows:
        writer.writerow(["9:00", text, *("" if np.isnan(code) else f"{code:g}" for code in codes)])
    path = tmp_path / "answers.csv"
    path.write_bytes(stream.getvalue().encode(encoding))
    data = read(path, voice)
    expected = [codes for _, *codes in rows]
    np.testing.assert_equal(data.frame[["tv_01", "tv_02", "tv_03"]].to_numpy(), expected)
    assert data.frame["respondent"].tolist() == [f"row-{n}" for n in range(2, len(rows) + 2)]


@FAST
@given(rows=ROWS, order=st.permutations(["tv_01", "tv_02", "tv_03", "naam"]))
def test_order_of_columns_does_not_matter(tmp_path, voice, rows, order):
    frame = pd.DataFrame(rows, columns=["naam", "tv_01", "tv_02", "tv_03"])
    frame["naam"] = "x" + frame["naam"]
    frame[order].to_csv(tmp_path / "a.csv", index=False)
    frame.to_csv(tmp_path / "b.csv", index=False)
    first, second = read(tmp_path / "a.csv", voice), read(tmp_path / "b.csv", voice)
    pd.testing.assert_frame_equal(first.frame, second.frame)


@pytest.mark.parametrize("seed", range(30))
def test_a_damaged_file_is_read_or_refused_but_never_breaks(tmp_path, voice, seed):
    rng = random.Random(seed)
    content = bytearray(b"team;tv_01;tv_02;tv_03\n" + b'A;1;"eens";3\r\nB;2,0;agree;9\n' * 10)
    for _ in range(rng.choice([1, 3, 20])):
        place = rng.randrange(len(content))
        content[place : place + rng.randrange(3)] = bytes(rng.choice(b'";,\t\n\r\xff\x00 =|1A') for _ in range(2))
    path = tmp_path / "answers.csv"
    path.write_bytes(bytes(content))
    refused = ()
    try:
        frame = read(path, voice).frame.iloc[:, 2:]
    except LcresearchError as error:
        refused, frame = error.problems, pd.DataFrame({"tv_01": [np.nan]})
    assert all(problem.message("nl") and problem.message("en") for problem in refused)
    answers = frame.to_numpy()
    assert np.isin(answers[~np.isnan(answers)], [1, 2, 3, 4, 5]).all()
