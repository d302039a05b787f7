"""Exports of REDCap: raw values and labels, and files that only look like them."""

import pytest

from lcresearch import responses
from lcresearch.responses.platforms import open_export

LABELS = {1: "bouw", 2: "zorg", 98: "geen"}


@pytest.fixture
def several(instrument_of):
    item = {"id": "ba_01", "type": "multiple", "text": {"nl": "Wat doet u?", "en": "What do you do?"}}
    labels = {code: {"nl": label, "en": f"{label} (en)"} for code, label in LABELS.items()}
    return instrument_of([item | {"response_scale": "agree5"}], labels=labels, missing={}, ordered=False)


def table(folder, *lines):
    file = folder / "answers.csv"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


RAW = (
    "record_id,redcap_survey_identifier,werk_timestamp,ba_01___1,ba_01___2,ba_01___98,werk_complete",
    "1,jan@example.org,2026-03-01 10:00,1,0,0,2",
    "2,,[not completed],0,0,0,0",
    "3,,2026-03-01 10:05,0,1,1,1",
)
WORDS = (
    "Record ID,Survey Identifier,Survey Timestamp,Wat doet u? (choice=bouw),Wat doet u? (choice=zorg),"
    "Wat doet u? (choice=geen),Complete?",
    "1,,2026-03-01 10:00,Checked,Unchecked,Unchecked,Complete",
    "2,,[not completed],Unchecked,Unchecked,Unchecked,Incomplete",
    "3,,2026-03-01 10:05,Unchecked,Checked,Checked,Unverified",
)


@pytest.mark.parametrize("lines", [RAW, WORDS], ids=["raw", "labels"])
def test_ticks_state_and_time(lines, several, tmp_path):
    data = responses.read(table(tmp_path, *lines), several)
    assert open_export(tmp_path / "answers.csv").platform == "redcap"
    options = ["ba_01_1", "ba_01_2", "ba_01_98"]
    assert data.frame[options].fillna(-1).to_numpy().tolist() == [[1, 0, 0], [-1, -1, -1], [0, 1, 1]]
    assert data.paradata["completed"].tolist() == [True, False, False]
    assert data.paradata["finished"].notna().tolist() == [True, False, True]


def test_nothing_about_persons_leaves_the_file(several, tmp_path):
    data = responses.read(table(tmp_path, *RAW), several)
    assert data.log.loc[data.log["column"] == "redcap_survey_identifier", "code"].tolist() == ["R129"]
    assert not data.frame.astype(str).apply(lambda column: column.str.contains("example")).to_numpy().any()


def test_a_record_at_several_events_is_no_repeated_response(instrument_of, tmp_path):
    voice = instrument_of([{"id": "v1", "response_scale": "agree5", "text": {"nl": "Vraag?", "en": "Question?"}}])
    file = table(tmp_path, "record_id,redcap_event_name,v1,werk_complete", "1,start_arm_1,3,2", "1,end_arm_1,4,2")
    data = responses.read(file, voice, wave="column:redcap_event_name", respondent="record_id")
    assert data.frame[["respondent", "wave", "v1"]].to_numpy().tolist() == [
        ["1", "start_arm_1", 3.0], ["1", "end_arm_1", 4.0],
    ]  # fmt: skip


@pytest.mark.parametrize(
    "header",
    ["record_id,v1,task_completed", "id,v1___2,other", "v1,task_complete,more"],
    ids=["state", "ticks", "no record"],
)
def test_a_table_that_has_one_sign_only_is_a_plain_table(header, tmp_path):
    assert open_export(table(tmp_path, header, "1,2,yes")).platform is None
