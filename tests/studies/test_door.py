"""What a study says about consent, ids, personal data and time is done before anything else sees the answers."""

import datetime
import json

import pandas as pd
import pytest
from typer.testing import CliRunner

from lcresearch import studies
from lcresearch.cli import app
from lcresearch.errors import LcresearchWarning
from lcresearch.responses.persons.pseudonyms import KEY_FILE, KeyFile, is_pseudonym

DATE = datetime.date(2026, 3, 9)


@pytest.fixture
def study(small_study, study_texts):
    """The small study with lines added to study.yaml and columns added to its answers."""

    def _study(lines="", columns=None, answers=None):
        rows = (answers or study_texts.answers).splitlines()
        for name, values in (columns or {}).items():
            rows = [f"{row},{value}" for row, value in zip(rows, [name, *values], strict=True)]
        return small_study(study=study_texts.study + lines, answers="\n".join(rows) + "\n")

    return _study


def record_of(results):
    return json.loads((results.folder / "run.json").read_text(encoding="utf-8"))


def shown_groups(results):
    scores = results.content.scales[0].scores
    return set(scores["group"][scores["mean"].notna()].astype(str))


CONSENT = ["ja"] * 13 + ["nee", "", "weet niet"]


@pytest.mark.usefixtures("without_pages")
def test_rows_without_consent_are_left_out_and_counted(study):
    folder = study("consent: {column: toestemming}\n", {"toestemming": CONSENT})
    results = studies.load(folder).run(date=DATE)
    assert len(results.scores) == 13
    assert record_of(results)["left_out"]["rows_without_consent"] == 3
    log = results.responses.log
    assert log[log["code"] == "R127"]["row"].tolist() == [16, 15, 17]


def test_the_study_says_which_answers_are_consent(study):
    folder = study("consent: {column: toestemming, accept: [1, meedoen]}\n", {"toestemming": [1, "meedoen", *"3" * 14]})
    assert len(studies.load(folder).read().frame) == 2


@pytest.mark.parametrize(
    ("lines", "code"),
    [("consent: {column: toestemmin}\n", "R125"), ("consent: {column: toestemming, accept: [graag]}\n", "R126")],
)
def test_without_a_column_or_without_anybody_nothing_is_read(study, lines, code, refused):
    folder = study(lines, {"toestemming": CONSENT})
    assert refused(studies.load(folder).read) == [code]
    assert [problem.code for problem in studies.load(folder).check()] == [code]


WAVES = """waves: {labels: {t0: {nl: eerst, en: first}, t1: {nl: later, en: later}}}
consent: {column: toestemming, once: true}
"""


@pytest.fixture
def two_waves(study, study_texts):
    """Two files, of which only the first asked for consent; p17 comes in the second."""

    def _two_waves(first="toestemming"):
        folder = study(WAVES, {first: CONSENT})
        text = (folder / "study.yaml").read_text(encoding="utf-8")
        files = "responses: [{file: answers.csv, wave: t0}, {file: second.csv, wave: t1}]"
        (folder / "study.yaml").write_text(text.replace("responses: [answers.csv]", files), encoding="utf-8")
        (folder / "second.csv").write_text(study_texts.answers + "p17,Aa,1,5,1\n", encoding="utf-8")
        return folder

    return _two_waves


def test_consent_that_was_asked_once_holds_for_the_other_waves(two_waves):
    data = studies.load(two_waves()).read()
    assert data.frame.groupby("wave")["respondent"].nunique().to_dict() == {"t0": 13, "t1": 13}
    left_out = data.log[(data.log["code"] == "R127") & (data.log["file"] == "second.csv")]
    assert left_out["row"].tolist() == [15, 16, 17, 18]


def test_somebody_must_have_been_asked(two_waves, refused):
    assert refused(studies.load(two_waves("something")).read) == ["R125"]


def test_consent_once_needs_ids(study, study_texts, refused):
    folder = study("consent: {column: toestemming, once: true}\n", {"toestemming": CONSENT})
    text = (folder / "study.yaml").read_text(encoding="utf-8").replace("respondent: person\n", "")
    (folder / "study.yaml").write_text(text, encoding="utf-8")
    assert refused(studies.load, folder) == ["S039"]


@pytest.mark.usefixtures("without_pages")
def test_persons_have_pseudonyms_that_last_from_run_to_run(study):
    folder = study()
    first = studies.load(folder).run(date=DATE)
    again = studies.load(folder).run(date=DATE, force=True)
    ids = first.scores["respondent"]
    assert ids.map(is_pseudonym).all()
    pd.testing.assert_series_equal(ids, again.scores["respondent"])
    assert KeyFile(folder / KEY_FILE).originals(ids).tolist() == [f"p{n:02}" for n in range(1, 17)]


def test_no_file_of_the_results_holds_an_id(study, study_texts):
    folder = study(answers=study_texts.answers.replace("\np", "\nperson-"))
    results = studies.load(folder).run(date=DATE)
    for path in results.folder.rglob("*"):
        assert not path.is_file() or b"person-" not in path.read_bytes(), path.name


def test_a_check_writes_nothing(study):
    folder = study()
    studies.load(folder).check()
    assert not (folder / "private").exists()


def test_pseudonyms_can_be_left_out(study):
    folder = study("privacy: {pseudonyms: false}\n")
    assert studies.load(folder).read().frame["respondent"].iloc[0] == "p01"


def test_but_not_when_the_ids_are_addresses(study, study_texts, refused):
    answers = study_texts.answers
    for n in range(1, 17):
        answers = answers.replace(f"p{n:02}", f"p{n:02}@example.org")
    assert refused(studies.load(study("privacy: {pseudonyms: false}\n", answers=answers)).read) == ["S038"]
    assert studies.load(study(answers=answers)).read().frame["respondent"].map(is_pseudonym).all()


@pytest.mark.usefixtures("without_tables")
def test_the_report_is_the_same_whatever_the_pseudonyms(study):
    folder = study()
    before = studies.load(folder).run(date=DATE).reports["nl"].read_bytes()
    (folder / KEY_FILE).unlink()
    again = studies.load(folder).run(date=DATE, force=True)
    assert again.reports["nl"].read_bytes() == before


LATE = "p17,Aa,1,5,1\n"


@pytest.mark.parametrize("lost", [False, True])
@pytest.mark.usefixtures("without_pages")
def test_a_lost_key_does_not_let_a_difference_of_one_person_through(study, study_texts, lost):
    folder = study()
    early = studies.load(folder).run(date=DATE)
    if lost:
        (folder / KEY_FILE).unlink()
    (folder / "answers.csv").write_text(study_texts.answers + LATE, encoding="utf-8")
    late = studies.load(folder).run(date=DATE, force=True)
    assert shown_groups(early) == {"Aa", "Bb"}
    assert "Aa" not in shown_groups(late)


def test_personal_columns_are_left_out_and_those_with_a_reason_kept_in_private(study, tmp_path):
    mails = [f"name{n}@example.org" for n in range(16)]
    columns = {"mail": mails, "telefoon": [f"06123456{n:02}" for n in range(16)]}
    folder = study("privacy: {keep: {mail: to invite for an interview}}\n", columns)
    results = studies.load(folder).run(date=DATE)
    kept = pd.read_parquet(results.folder / "private" / "kept.parquet")
    assert kept["kept_mail"].tolist() == mails
    assert record_of(results)["left_out"]["columns_with_personal_data"] == 1
    for path in results.folder.rglob("*"):
        if path.is_file() and "private" not in path.parts:
            assert b"@example.org" not in path.read_bytes()


def test_a_reason_for_a_column_that_does_not_exist(study, refused):
    folder = study("privacy: {keep: {male: to invite for an interview}}\n")
    assert refused(studies.load(folder).read) == ["R133"]


@pytest.mark.parametrize(
    ("days", "codes"), [(200, []), (30, ["S030"]), (-1, ["S031"])], ids=["in time", "soon", "too late"]
)
@pytest.mark.usefixtures("without_pages")
def test_the_date_is_reminded_of_by_check_and_run(study, days, codes):
    until = datetime.date.today() + datetime.timedelta(days=days)
    loaded = studies.load(study(f"retention: {{until: {until.isoformat()}, contact: data manager}}\n"))
    assert [problem.code for problem in loaded.check() if problem.code.startswith("S03")] == codes
    if codes:
        with pytest.warns(LcresearchWarning, match=codes[0]):
            loaded.run(date=DATE)


@pytest.mark.parametrize("until", ["31-12-2030", "2030-13-01", "soon"])
def test_a_date_that_is_none(study, until, refused):
    assert refused(studies.load, study(f"retention: {{until: {until}}}\n")) == ["S035"]


@pytest.mark.usefixtures("without_pages")
def test_a_fresh_export_is_read_without_those_who_withdrew(study, study_texts):
    folder = study()
    studies.load(folder).run(date=DATE)
    studies.withdraw(folder, "p02")
    (folder / "answers.csv").write_text(study_texts.answers, encoding="utf-8")
    results = studies.load(folder).run(date=DATE, force=True)
    assert len(results.scores) == 15
    left_out = record_of(results)["left_out"]
    assert left_out["rows_without_consent_withdrawn_or_careless"] == "1-2"
    log = results.responses.log
    assert log[log["code"] == "R128"]["row"].tolist() == [3]
    assert KeyFile(folder / KEY_FILE).pseudonym("p02") is None


@pytest.mark.usefixtures("without_pages")
def test_after_a_withdrawal_the_group_is_not_shown_until_enough_differs(study):
    folder = study()
    studies.load(folder).run(date=DATE)
    studies.withdraw(folder, "p02")
    results = studies.load(folder).run(date=DATE, force=True)
    assert "Aa" not in shown_groups(results)


def test_the_command_asks_first(study):
    folder = study()
    before = (folder / "answers.csv").read_bytes()
    said = CliRunner().invoke(app, ["withdraw", "p02", str(folder)], input="n\n")
    assert said.exit_code == 1
    assert (folder / "answers.csv").read_bytes() == before
    assert CliRunner().invoke(app, ["withdraw", "p02", str(folder), "--dry-run"]).exit_code == 0
    assert (folder / "answers.csv").read_bytes() == before
    said = CliRunner().invoke(app, ["withdraw", "p02", str(folder), "--yes"])
    assert said.exit_code == 0
    assert "answers.csv" in said.output
    assert b"p02" not in (folder / "answers.csv").read_bytes()
