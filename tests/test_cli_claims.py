"""The command that checks a paper: its status stops a build."""

import inspect
import shutil

import pandas as pd
import pytest

from lcresearch import integration, interviews, shipped, studies
from lcresearch.cli_claims import check_claims
from lcresearch.reporting.spreadsheets import csv_bytes


@pytest.fixture
def study(tmp_path):
    """A folder with results and a claim on one number of them, without interviews."""
    table = tmp_path / "results" / "tables" / "elements.csv"
    table.parent.mkdir(parents=True)
    table.write_bytes(csv_bytes(pd.DataFrame({"element": ["coaching"], "estimate": [0.31]})))
    one = integration.claim(tmp_path / "results", "elements", {"element": "coaching"}, "estimate")
    integration.write_claims([one], tmp_path / "claims.yaml")
    return tmp_path


def test_status_is_0_when_all_stands_and_1_when_a_number_changed(lcresearch, study):
    assert lcresearch("check-claims", study)[:2] == (0, "1 of 1 claims still stand.\n")
    table = study / "results" / "tables" / "elements.csv"
    table.write_bytes(csv_bytes(pd.DataFrame({"element": ["coaching"], "estimate": [0.21]})))
    status, out, _ = lcresearch("check-claims", study, "--claims", study / "claims.yaml")
    assert status == 1
    assert "[Q142]" in out
    assert "says 0.31, and the results say 0.21" in out


def test_a_file_that_is_not_there_is_an_error(lcresearch, tmp_path):
    status, _, err = lcresearch("check-claims", tmp_path)
    assert (status, "[G001]" in err) == (1, True)


def test_quotes_are_looked_for_in_the_interviews_of_the_study(lcresearch, tmp_path):
    folder = tmp_path / "study"
    shutil.copytree(shipped.folder("analyses") / "programme-demo", folder)
    (folder / "quote-releases.yaml").unlink()
    project = studies.open_interviews(folder)
    pointer = interviews.quotes(project, "facilitation")["pointer"].iloc[0]
    recognised = interviews.recognisability(project, ["sector"])
    release = {"released_by": "researcher", "consent_on": "2026-11-01", "date": "2026-11-25"}
    interviews.release_quote(project, pointer, folder, recognised, **release)
    one = integration.quote_claim(folder, pointer, name="facilitation")
    integration.write_claims([one], folder / "claims.yaml")
    assert lcresearch("check-claims", folder / "study.yaml")[0] == 0
    interviews.withdraw_quotes(folder, pointer=pointer)
    status, out, _ = lcresearch("check-claims", folder)
    assert (status, "[Q144]" in out) == (1, True)


def test_the_command_has_the_choices_of_the_function():
    command, function = (inspect.signature(one).parameters for one in (check_claims, studies.check_claims))
    assert list(command) == list(function)


def test_a_study_is_checked_as_its_file_of_claims_is_and_a_changed_number_of_pandas_is_found(study):
    whole, alone = studies.check_claims(study), integration.check_claims(study / "claims.yaml", study)
    pd.testing.assert_frame_equal(whole.table, alone.table)
    assert (whole.status, alone.status) == (0, 0)
    pd.DataFrame({"element": ["coaching"], "estimate": [0.5]}).to_csv(study / "results" / "tables" / "elements.csv")
    changed = studies.check_claims(study)
    assert (changed.status, changed.table["state"].tolist()) == (1, ["changed"])
