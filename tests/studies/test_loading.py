"""What study.yaml says about itself is checked when it is loaded, each problem with its line."""

import pytest

from lcresearch import studies
from lcresearch.errors import StudyError


def problems(folder):
    with pytest.raises(StudyError) as caught:
        studies.load(folder)
    return [(problem.code, problem.where.line, dict(problem.values)) for problem in caught.value.problems]


@pytest.mark.parametrize("name", ["answers#2.csv", "#.csv", "answers.csv"])
def test_file_name_with_a_number_sign(small_study, study_texts, name):
    folder = small_study(study=study_texts.study.replace("[answers.csv]", f'["{name}"]'), answers=None)
    (folder / name).write_text(study_texts.answers, encoding="utf-8")
    assert len(studies.load(folder).read().frame) == 16


def test_sheet_of_a_workbook_that_is_not_there(small_study, study_texts):
    folder = small_study(study=study_texts.study.replace("[answers.csv]", '["answers.xlsx#one"]'))
    assert problems(folder) == [("G001", 9, {"path": "answers.xlsx#one"})]
    (folder / "answers.xlsx").write_bytes(b"")
    assert studies.load(folder).file.responses[0].file == "answers.xlsx#one"


@pytest.mark.parametrize("again", ["voice.yaml", "./voice.yaml", "{id: voice.yaml, short_form: true}"])
def test_instrument_named_twice(small_study, study_texts, again):
    study = study_texts.study.replace("instruments: [voice.yaml]", f"instruments:\n  - voice.yaml\n  - {again}")
    ((code, line, _),) = problems(small_study(study=study))
    assert (code, line) == ("S004", 10)


def test_language_named_twice(small_study, study_texts):
    study = study_texts.study.replace("languages: [nl, en]", "languages: [nl, nl]")
    assert problems(small_study(study=study)) == [("S003", 5, {"language": "nl"})]


@pytest.mark.parametrize(
    ("old", "new", "line", "key", "language"),
    [
        ("title: {nl: Klein onderzoek, en: Small study}", "title: {nl: Klein onderzoek}", 3, "title", "en"),
        ("description: {nl: Verzonnen., en: Invented.}", "description: {en: Invented.}", 4, "description", "nl"),
        (
            "levels: {organisation: firm}",
            "levels: {organisation: {column: firm, title_plural: {nl: bedrijven}}}",
            6,
            "levels.organisation.title_plural",
            "en",
        ),
        ("respondent: person", "respondent: person\nwaves: {labels: {t0: {nl: voor}}}", 8, "waves.labels.t0", "en"),
    ],
)
def test_text_that_misses_a_language_of_the_report(small_study, study_texts, old, new, line, key, language):
    assert old in study_texts.study
    folder = small_study(study=study_texts.study.replace(old, new))
    assert problems(folder) == [("S002", line, {"key": key, "language": language})]
    one_language = study_texts.study.replace(old, new).replace("[nl, en]", "[en]" if language == "nl" else "[nl]")
    assert studies.load(small_study(study=one_language))
