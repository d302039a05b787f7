"""`check` says how many rows do not count for lack of consent, before anything runs."""

import pandas as pd
import pytest

from lcresearch import studies

FILES = ("antwoorden-t0.csv", "antwoorden-t1.csv")


@pytest.mark.parametrize(("n", "words"), [(0, None), (1, "1 rij is weggelaten"), (4, "4 rijen zijn weggelaten")])
def test_rows_without_consent_are_counted_in_a_check(lcresearch, tmp_path, monkeypatch, n, words):
    monkeypatch.setenv("LCRESEARCH_LANGUAGE", "nl")
    folder = studies.new("short-cycle-example", tmp_path / "study")
    for name, k in zip(FILES, (n // 2, n - n // 2), strict=True):
        answers = pd.read_csv(folder / name, dtype="str")
        answers.loc[answers.index[:k], "toestemming"] = "0"
        answers.to_csv(folder / name, index=False)
    found = [one for one in studies.load(folder).check() if one.code == "S145"]
    assert [one.values["n"] for one in found] == [n] * bool(n)
    status, out, err = lcresearch("check", folder)
    assert status == 0
    assert ("S145" in out + err) == bool(n)
    assert words is None or words in out + err
