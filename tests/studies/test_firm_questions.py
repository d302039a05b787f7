"""Questions of firms: what the file may say, and who sees which question."""

from pathlib import Path

import pytest

from lcresearch import studies
from lcresearch.errors import StudyError
from lcresearch.studies.firm_questions import read_firm_questions

SCALES = ("team_learning", "psychological_safety")
TWO = """
schema: 1
questions:
  - group: Bakker bv
    question: Durven onze mensen te zeggen dat er iets misging?
    about: psychological_safety
  - question: Leren we van elkaar?
    about: [team_learning]
    analysis: change
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "firm_questions.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_firm_sees_its_own_question_first_and_never_that_of_another(tmp_path: Path) -> None:
    found = read_firm_questions(written(tmp_path, TWO), SCALES, waves=2)
    assert [one.about for one in found.of("Bakker bv")] == [("psychological_safety",), ("team_learning",)]
    assert [one.about for one in found.of("De Vries")] == [("team_learning",)]


@pytest.mark.parametrize(
    ("entry", "codes"),
    [
        ("{question: Leren we?, about: team_learnig}", ["S180"]),
        ("{question: Leren we?}", ["S181"]),
        ("{question: Leren we?, about: team_learning, analysis: words}", ["S181"]),
        ("{question: Leren we?, about: team_learning, analysis: change}", ["S182"]),
        ("{question: Leren we?, answer: {en: We cannot tell.}}", ["S183"]),
        ("{question: 'Vraag van j.bakker@example.org: leren we?', about: team_learning}", ["S184"]),
        ("{question: Leren we?, about: [a, b], analysis: change}", ["S180", "S180", "S182"]),
    ],
)
def test_everything_that_is_wrong_is_named_together_with_its_line(tmp_path: Path, entry: str, codes: list[str]) -> None:
    path = written(tmp_path, f"questions:\n  - {entry}\n")
    with pytest.raises(StudyError) as caught:
        read_firm_questions(path, SCALES, waves=1, languages=["nl"])
    assert [problem.code for problem in caught.value.problems] == codes
    assert {problem.where.line for problem in caught.value.problems} == {2}


def test_check_names_what_is_wrong_with_them(tmp_path: Path) -> None:
    folder = studies.new("unit-climate", tmp_path / "study")
    study = folder / "study.yaml"
    study.write_text(study.read_text(encoding="utf-8") + "firm_questions: firm_questions.yaml\n", encoding="utf-8")
    written(folder, "questions:\n  - {question: Is de leiding goed?, about: leading}\n")
    assert "S180" in [problem.code for problem in studies.load(folder).check()]


def test_a_question_of_a_firm_that_is_not_in_the_answers_is_named(tmp_path: Path) -> None:
    folder = studies.new("short-cycle-example", tmp_path / "study")
    study = folder / "study.yaml"
    scale = studies.load(folder).scales[0].name
    text = study.read_text(encoding="utf-8")
    if "firm_questions:" not in text:
        study.write_text(text + "\nfirm_questions: firm_questions.yaml\n", encoding="utf-8")
    written(folder, f"questions:\n  - {{group: Nergens bv, question: Leren wij van elkaar?, about: {scale}}}\n")
    found = [problem for problem in studies.load(folder).check() if problem.code == "S168"]
    assert [problem.level for problem in found] == ["warning"]
    assert "Nergens bv" in found[0].message("nl")
