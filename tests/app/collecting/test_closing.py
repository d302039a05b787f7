"""What a round leaves behind: answers that the study reads, and nothing that tells who or when."""

from __future__ import annotations

import json

import pandas as pd
import pytest
from tests.app.collecting.conftest import ITEMS, body, code_of

from lcresearch import instruments, responses, studies
from lcresearch.app.collecting import closing
from lcresearch.app.collecting.closing import close_round
from lcresearch.app.collecting.round_file import opened
from lcresearch.errors import AppError, LcresearchWarning
from lcresearch.studies import answer_files


def fill_in(path, answering, sets, *, send=True):
    for given in sets:
        client = answering(path)
        client.post("/begin", data={"code": code_of(path)})
        client.post("/send" if send else "/save", json=body(given))


def test_the_study_reads_what_was_answered_and_scores_are_those_of_the_answers(
    open_round, answering, answers, study_folder
):
    path = open_round()
    tables = [{name: 1 + (n + person) % 5 for n, name in enumerate(ITEMS)} for person in range(6)]
    days = [f"{day:02}" for day in range(1, 7)]
    sets = [answers(learning_culture_1=table, code_dag=day) for table, day in zip(tables, days, strict=True)]
    fill_in(path, answering, [*sets, answers(toestemming=0)])
    one, closed = close_round(study_folder)
    assert (closed.sent, closed.unfinished, closed.removed) == (7, 0, 0)
    assert not path.exists()
    assert list(path.parent.iterdir()) == []
    study = studies.load(study_folder)
    uses = [(use.file, use.wave, use.platform) for use in study.file.responses]
    assert uses == [(one.file, "t0", "surveyjs"), ("antwoorden-t1.csv", "t1", None)]
    asked = instruments.load("learning-culture")
    frame = responses.read(study_folder / one.file, asked).frame
    read = frame.loc[frame[list(ITEMS)].notna().all(axis=1), list(ITEMS)].astype(int)
    meant = pd.DataFrame(tables).sort_values(list(ITEMS)).reset_index(drop=True)
    got = read.sort_values(list(ITEMS)).reset_index(drop=True)
    pd.testing.assert_frame_equal(got, meant, check_dtype=False)
    pd.testing.assert_frame_equal(asked.score(got), asked.score(meant), check_dtype=False)


def test_nothing_tells_when_somebody_answered(open_round, answering, answers, study_folder):
    path = open_round()
    exact = [(217_850_001 + 97 * n, 61.5 + 13 * n) for n in range(8)]
    days = [f"{n + 1:02}" for n in range(8)]
    fill_in(
        path,
        answering,
        [
            answers(form_opened=opened_at, form_seconds=took, code_dag=day)
            for (opened_at, took), day in zip(exact, days, strict=True)
        ],
    )
    one, _ = close_round(study_folder)
    rows = json.loads((study_folder / one.file).read_text(encoding="utf-8"))
    assert {row["form_opened"] for row in rows} == {217_814_400}  # the day of the round
    assert all(row["form_seconds"] % 10 == 0 for row in rows)
    assert {tuple(row) for row in rows} == {tuple(rows[0])}
    assert sorted(row["code_dag"] for row in rows) == days


def test_the_order_of_rows_is_drawn(open_round, answering, answers, study_folder, monkeypatch):
    path = open_round()
    drawn = []
    monkeypatch.setattr(
        closing.secrets.SystemRandom, "shuffle", lambda _, rows: (drawn.append(len(rows)), rows.sort(key=str))
    )
    fill_in(path, answering, [answers(), answers(bedrijf="Smit")])
    close_round(study_folder)
    assert drawn == [2]


@pytest.mark.parametrize("kept", [True, False])
def test_unfinished_answers_count_only_with_consent_and_when_the_study_says_so(
    open_round, answering, answers, study_folder, kept
):
    file = study_folder / "study.yaml"
    if kept:
        text = file.read_text(encoding="utf-8")
        file.write_text(text.replace("form:\n", "form:\n  keep_unfinished: true\n", 1), encoding="utf-8")
    path = open_round()
    shown = answering(path).get("/?language=nl").text
    assert ("stopt u halverwege" in shown) is kept
    part = {"toestemming": 1, "bedrijf": "Smit", "code_dag": "99", "learning_culture_1": {"lc01": 5}}
    fill_in(path, answering, [part, {"bedrijf": "Smit"}, {"toestemming": 0}, {"toestemming": 1}], send=False)
    one, closed = close_round(study_folder)
    assert (closed.sent, closed.unfinished, closed.removed) == ((0, 1, 3) if kept else (0, 0, 4))
    if kept:
        (row,) = json.loads((study_folder / one.file).read_text(encoding="utf-8"))
        assert row["learning_culture_1"] == {name: 5 if name == "lc01" else None for name in ITEMS}
        assert row["code_dag"] is None  # the form would not have taken it
    else:
        assert not (study_folder / one.file).exists()
        assert len(studies.load(study_folder).file.responses) == 2


def test_closing_again_after_a_crash_writes_the_same_file_and_names_it_once(
    open_round, answering, answers, study_folder, monkeypatch
):
    path = open_round()
    fill_in(path, answering, [answers()])

    def falls_over(path):
        raise RuntimeError("power cut")

    with monkeypatch.context() as broken:
        broken.setattr(closing, "remove", falls_over)
        with pytest.raises(RuntimeError):
            close_round(study_folder)
    one, closed = close_round(study_folder)
    assert closed.sent == 1
    assert [use.file for use in studies.load(study_folder).file.responses].count(one.file) == 1
    with pytest.raises(AppError, match="W081"):
        close_round(study_folder)


def test_rounds_follow_each_other_also_of_one_wave(open_round, answering, answers, study_folder):
    names = []
    for wave in ("t0", "t0", "t1"):
        path = open_round(wave=wave)
        fill_in(path, answering, [answers()])
        answering.close()
        names.append(close_round(study_folder)[0].file)
    assert names == ["antwoorden-t0.json", "antwoorden-t0-2.json", "antwoorden-t1.json"]
    uses = [(use.file, use.wave) for use in studies.load(study_folder).file.responses]
    assert uses == [("antwoorden-t0.json", "t0"), ("antwoorden-t1.json", "t1"), ("antwoorden-t0-2.json", "t0")]


@pytest.mark.parametrize(
    ("chosen", "code"),
    [({"wave": "t9"}, "W084"), ({"wave": None}, "W084"), ({"languages": ["fr"]}, "W083"), ({"slips": 501}, "W085")],
)
def test_what_cannot_be_opened_is_refused(open_round, study_folder, chosen, code):
    with pytest.raises(AppError, match=code):
        open_round(**chosen)
    assert not (study_folder / "private" / "collecting").exists()


def test_one_round_at_a_time(open_round):
    path = open_round()
    with pytest.raises(AppError, match="W080"):
        open_round()
    if path.stat().st_mode & 0o777 != 0o666:  # systems with modes
        assert path.stat().st_mode & 0o077 == 0
    with opened(path) as connection:
        text = " ".join(str(row) for row in connection.execute("SELECT sql FROM sqlite_master"))
    assert not any(word in text.lower() for word in ("time", "date", "address", "agent", "name of"))


def test_a_question_that_nobody_answered_was_asked_and_counts_as_missing(open_round, answering, answers, study_folder):
    path = open_round()
    table = {name: 4 for name in ITEMS if name != "lc02"}
    fill_in(path, answering, [answers(learning_culture_1=table, code_dag=day) for day in ("01", "02")])
    one, _ = close_round(study_folder)
    study = studies.load(study_folder)
    read = answer_files.read_answer_file(study, study.file.responses[0])
    assert read.missing == {}
    with pytest.warns(LcresearchWarning, match="R053"):
        frame = responses.read(study_folder / one.file, instruments.load("learning-culture")).frame
    assert frame["lc02"].isna().all()
    assert frame[[name for name in ITEMS if name != "lc02"]].notna().to_numpy().all()
