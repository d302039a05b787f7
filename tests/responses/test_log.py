"""Logs of readers under each other."""

import pandas as pd
import pytest

from lcresearch.responses.log import COLUMNS, Log, as_log, logs_together

LINE = {"code": "R131", "level": "note", "status": "noted", "item": "v1", "n": 1, "text": "t", "file": "f.csv"}


def raw(**values):
    return pd.DataFrame([LINE | values], columns=list(COLUMNS))


@pytest.mark.parametrize(
    "logs",
    [
        [as_log(raw(row=3)), as_log(raw(value="x"))],
        [as_log(raw(row=3)), Log("g.csv").frame()],
        [Log("g.csv").frame(), Log("g.csv").frame()],
        [as_log(raw(row=3)), raw(value="x")],
        [raw(row=3), as_log(raw(value="x"))],
    ],
    ids=["lines", "none after", "none", "untyped after", "untyped before"],
)
def test_logs_under_each_other_have_the_types_of_one(logs):
    expected = as_log(pd.concat([one.astype(object) for one in logs], ignore_index=True))
    pd.testing.assert_frame_equal(logs_together(logs), expected)
