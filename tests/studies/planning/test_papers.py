"""What a plan writes: a study that loads and checks, letters with what the law asks, and a calendar that opens."""

from __future__ import annotations

import datetime
import io
import json
import re

import docx
import jsonschema
import pytest
import yaml

from lcresearch import studies
from lcresearch.errors import StudyError
from lcresearch.studies.planned import fixed_beforehand
from lcresearch.studies.planning.papers import PAPERS, paper, study_yaml
from lcresearch.studies.planning.writing import plan_files
from lcresearch.studies.schema import json_schema

START = datetime.date(2027, 1, 4)
DESIGNS = {
    "before_after": {},
    "before_after_comparison": {"comparison": ["Van Dam"]},
    "staggered_start": {"firms": 6, "weeks": 10, "people": 6, "design": "staggered_start"},
    "pulse": {"wave_every": 1, "goal": "team_learning"},
    "single_case": {"firms": ["Smit; Jansen, 'en co'"], "weeks": 10, "people": 9},
}


_MADE = {}


def plan(**changed):
    """The same plan is made once: a staggered start takes seconds to simulate."""
    usual = {"goal": "learning_culture", "weeks": 8, "firms": 3, "people": 8, "start": START, "n_sims": 10}
    key = repr(sorted(changed.items()))
    if key not in _MADE:
        _MADE[key] = studies.plan_short_cycle(**(usual | changed))
    return _MADE[key]


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    return plan().write(tmp_path_factory.mktemp("plan") / "mijn-onderzoek")


@pytest.mark.parametrize("design", DESIGNS)
def test_the_plan_that_is_written_is_the_plan_of_its_study(design, tmp_path):
    made = plan(**DESIGNS[design])
    for name in ("study.yaml", "plan.json", "invited.csv"):
        content = plan_files(made)[name]
        (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    study = studies.load(tmp_path)
    found = fixed_beforehand(study.file, study.instruments, study.folder).facts
    assert found.fingerprint == made.fingerprint
    assert (found.there, found.scales) == (True, (made.primary,))


@pytest.mark.parametrize("design", DESIGNS)
@pytest.mark.parametrize("language", ["nl", "en"])
def test_study_yaml_of_each_design_loads_and_has_nothing_wrong(design, language, tmp_path):
    made = plan(**DESIGNS[design], language=language)
    assert made.design == design
    (tmp_path / "study.yaml").write_text(study_yaml(made), encoding="utf-8")
    (tmp_path / "invited.csv").write_text("bedrijf,wave,invited\n", encoding="utf-8")
    study = studies.load(tmp_path)
    assert [problem.code for problem in study.check() if problem.level != "note"] == []
    assert study.file.change.design == design
    assert study.file.languages[0] == language
    assert study.file.form.groups["organisation"] == made.firms + made.comparison
    assert study.file.change.starts == dict(made.starts)
    stored = yaml.safe_load(study_yaml(made))  # as another program reads it
    assert stored["change"]["goal"] == dict(study.file.change.goal)
    assert stored["form"]["groups"]["organisation"] == [*made.firms, *made.comparison]
    judge = jsonschema.Draft202012Validator(json_schema())
    assert [error.message for error in judge.iter_errors(json.loads(json.dumps(stored, default=str)))] == []


def test_the_folder_holds_what_the_read_me_names(written):
    text = (written / "LEES-MIJ.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`(documenten/[\w-]+|[\w.-]+\.(?:yaml|csv)|forms/)`", text))
    there = {path.relative_to(written).as_posix() for path in written.rglob("*")}
    for name in named - {"antwoorden-t0.csv"}:
        assert any(path.startswith(name.rstrip("/")) for path in there), name
    for ending in ("md", "docx"):
        for name in ("informatiebrief", "toestemming", "uitnodiging", "herinnering", "analyseplan", "planning"):
            assert f"documenten/{name}.{ending}" in there
    assert any(path.startswith("forms/") and path.endswith(".html") for path in there)


def test_a_folder_with_something_in_it_stays_as_it_is(written):
    before = sorted(written.rglob("*"))
    with pytest.raises(StudyError, match="S012"):
        plan().write(written)
    assert sorted(written.rglob("*")) == before
    assert [path.name for path in written.parent.iterdir()] == [written.name]


@pytest.mark.parametrize(
    ("language", "facts"),
    [
        ("nl", ["vrijwillig", "altijd stoppen", "AVG", "ten minste 5 mensen", "ondernemingsraad", "toestemming",
                "intrekken", "Autoriteit Persoonsgegevens", "functionaris", "26 februari 2028", "klacht", "code"]),
        ("en", ["voluntary", "stop at any time", "GDPR", "at least 5 people", "works council", "consent", "withdraw",
                "Data Protection Authority", "protection officer", "26 February 2028", "complain", "code"]),
    ],
)  # fmt: skip
def test_the_letter_says_what_people_have_a_right_to_know(language, facts):
    text = paper(plan(), "information_letter", language)
    assert [fact for fact in facts if fact not in text] == []


def test_a_letter_to_few_people_promises_no_figures():
    text = paper(plan(firms=1, people=3), "information_letter", "nl")
    assert "geen cijfers over uw bedrijf" in text
    assert "ten minste 5 mensen samen" not in text


def test_the_analysis_plan_fixes_outcome_change_model_and_words():
    made = plan()
    text = paper(made, "analysis_plan", "nl")
    for fact in ("`learning_culture`", "0,5 punt", "vaste bedrijven", "95%", "verkennend", made.fingerprint[:16],
                 "duidelijk vooruit", "niet te zeggen", "4 januari 2027"):  # fmt: skip
        assert fact in text
    assert "mag verschillen" in paper(plan(firms=6, weeks=8), "analysis_plan", "nl")


@pytest.mark.parametrize("design", DESIGNS)
@pytest.mark.parametrize("language", ["nl", "en"])
def test_no_paper_has_an_empty_blank_or_a_word_of_code(design, language):
    made = plan(**DESIGNS[design], language=language)
    for name in (*PAPERS, "read_me"):
        text = paper(made, name, language)
        assert not re.search(r"\{\{|\}\}|\{%|None|nan\b|short_cycle\.", text), name
        assert "\n\n\n" not in text, name


def test_blanks_to_fill_in_are_yellow_in_word(written):
    file = docx.Document(io.BytesIO((written / "documenten" / "informatiebrief.docx").read_bytes()))
    yellow = [run.text for one in file.paragraphs for run in one.runs if run.font.highlight_color is not None]
    assert "[vul in: naam van de onderzoeker]" in yellow
    assert all(text.startswith("[vul in:") for text in yellow)


def unfolded(file):
    content = file.read_bytes()
    assert content.endswith(b"\r\n")
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    return content.decode("utf-8").replace("\r\n ", "").split("\r\n")


def test_the_calendar_is_one_that_programs_open(written):
    lines = unfolded(written / "documenten" / "planning.ics")
    assert lines[:2] == ["BEGIN:VCALENDAR", "VERSION:2.0"]
    assert lines.count("BEGIN:VEVENT") == lines.count("END:VEVENT") == len(plan().calendar())
    ids = [line for line in lines if line.startswith("UID:")]
    assert len(set(ids)) == len(ids) == lines.count("BEGIN:VEVENT")
    starts = [line for line in lines if line.startswith("DTSTART;VALUE=DATE:")]
    assert starts == sorted(starts)
    opened = lines.index("SUMMARY:Vragenlijst open: bij het begin")
    assert lines[opened - 2 : opened] == ["DTSTART;VALUE=DATE:20270111", "DTEND;VALUE=DATE:20270118"]


def test_the_calendar_goes_from_letter_to_talk_in_order_within_the_weeks():
    table = plan().calendar("en")
    within = table[table["week"].notna()]
    assert within["week"].min() == 1
    assert within["week"].max() == 8
    what = table["what"].tolist()
    steps = ["Send the information letter", "Questionnaire open: at the start", "Work with the approach",
             "Questionnaire open: afterwards", "Make the report", "Talk with each firm",
             "Remove the answers"]  # fmt: skip
    places = [next(n for n, text in enumerate(what) if text.startswith(step)) for step in steps]
    assert places == sorted(places)
    assert table["day"].tolist() == sorted(table["day"])


def test_the_same_plan_gives_the_same_bytes(tmp_path):
    first, second = plan().write(tmp_path / "a"), plan().write(tmp_path / "b")
    for file in first.rglob("*.docx"):
        assert file.read_bytes() == (second / file.relative_to(first)).read_bytes()
    assert (first / "plan.json").read_bytes() == (second / "plan.json").read_bytes()
