"""A form that numbers its answers from 0 where the instrument starts at 1 is refused, not scored one too low."""

import numpy as np
import pandas as pd
import pyreadstat
import pytest

from lcresearch import responses
from lcresearch.errors import ResponsesError
from lcresearch.responses.answers import decode
from lcresearch.responses.asked import Asked
from lcresearch.responses.log import Log
from lcresearch.responses.shifted import Numbering
from lcresearch.responses.tables import Coding, Column

LABELS = ["helemaal mee oneens", "oneens", "niet mee eens, niet mee oneens", "eens", "helemaal mee eens"]


def file_of(answers):
    return "tv_01,tv_02,tv_03\n" + "\n".join(",".join(map(str, row)) for row in answers) + "\n"


FROM_ZERO = [(n % 5, (n + 1) % 5, (n * 2) % 5) for n in range(20)]


@pytest.mark.parametrize("step", [0, 2])
def test_answers_that_are_all_one_too_low_or_too_high_are_refused(write, voice, refused, step):
    answers = [tuple(answer + step for answer in row) for row in FROM_ZERO]
    assert refused(write(file_of(answers)), voice) == ["R038"]


def test_a_number_outside_beside_answers_over_the_whole_scale_is_a_missing_answer(write, voice, quiet):
    answers = [tuple(answer + 1 for answer in row) for row in FROM_ZERO] + [(0, 0, 0)]
    data = quiet(write(file_of(answers)), voice)
    assert data.frame.iloc[-1, -3:].isna().all()
    assert data.frame["tv_01"].max() == 5


def test_words_are_not_numbered(write, voice, quiet):
    answers = [("oneens", "eens", "eens")] * 20
    assert quiet(write(file_of(answers)), voice).frame["tv_01"].tolist() == [2] * 20


def test_a_few_odd_numbers_are_no_numbering(write, voice, quiet):
    answers = [(1, 2, 3), (4, 4, 2), (3, 2, 1)] * 40 + [(0, 1, 2)]
    assert len(quiet(write(file_of(answers)), voice).frame) == 121


def battery(name, n, shift=0, codes=5):
    return {f"{name}{k}": [(row * 3 + k) % codes + 1 + shift for row in range(n)] for k in range(3)}


def table(columns):
    rows = zip(*columns.values(), strict=True)
    return ",".join(columns) + "\n" + "".join(",".join(map(str, row)) + "\n" for row in rows)


@pytest.fixture
def two_batteries(instrument_of):
    texts = [
        (f"{name}{k}", {"nl": f"Vraag {name}{k}?", "en": f"Question {name}{k}?"}) for name in "ab" for k in range(3)
    ]
    return instrument_of([{"id": item, "text": text} for item, text in texts])


def test_a_battery_beside_one_that_is_right_is_refused_alone(write, two_batteries):
    content = table(battery("a", 15, shift=-1) | battery("b", 15))
    with pytest.raises(ResponsesError) as caught:
        responses.read(write(content), two_batteries)
    (problem,) = caught.value.problems
    assert (problem.code, problem.values["items"], problem.values["n"]) == ("R038", ["a0", "a1", "a2"], 9)
    assert "0–4" in problem.text("en")
    assert "5 in 0" in problem.text("en")


def test_a_few_strays_hide_nothing(write, two_batteries, refused):
    columns = battery("a", 15, shift=-1) | battery("b", 15, shift=-1)
    columns["a0"][3], columns["a1"][4], columns["b2"][5] = 99, 5, 77
    assert refused(write(table(columns)), two_batteries) == ["R038"]


@pytest.mark.parametrize(("own", "found"), [((0, 1), (1, 2)), ((1, 2), (0, 1))])
def test_yes_and_no_numbered_otherwise_are_refused_without_a_guess(write, instrument_of, items, own, found):
    labels = {own[0]: {"nl": "nee", "en": "no"}, own[1]: {"nl": "ja", "en": "yes"}}
    columns = {f"tv_0{k}": [found[(row + k) % 2] for row in range(8)] for k in (1, 2, 3)}
    with pytest.raises(ResponsesError) as caught:
        responses.read(write(table(columns)), instrument_of(items, labels=labels, missing={}))
    (problem,) = caught.value.problems
    assert problem.code == "R089"
    assert f"{own[0]} (nee / no)" in problem.text("nl")


def test_a_code_for_no_answer_that_other_questions_have_too_is_no_numbering(write, two_batteries, quiet):
    columns = battery("a", 20) | battery("b", 20)
    columns["a0"] = [min(code, 4) for code in columns["a0"]]
    for n, column in enumerate(columns.values()):
        column[n], column[n + 3], column[n + 9] = 0, 0, 0
    data = quiet(write(table(columns)), two_batteries)
    assert {problem.code for problem in data.problems} == {"R040"}


def test_somebody_who_mistypes_is_no_numbering(write, two_batteries, quiet):
    columns = {item: [min(code, 4) for code in codes] for item, codes in (battery("a", 12) | battery("b", 12)).items()}
    for column in columns.values():
        column[7] = 0
    data = quiet(write(table(columns)), two_batteries)
    assert {problem.code for problem in data.problems} == {"R040"}


def test_too_few_answers_to_tell_are_a_warning(write, two_batteries, quiet):
    columns = {item: [2, 3, 4, 3, 2, 4, 3, 4] for item in battery("a", 1) | battery("b", 1)}
    columns["a0"][0] = columns["b1"][1] = columns["a2"][1] = 0
    data = quiet(write(table(columns)), two_batteries)
    (problem,) = (problem for problem in data.problems if problem.code != "R040")
    assert (problem.code, problem.values["beside"], problem.values["absent"]) == ("R093", "0", "5")


def test_numbers_whose_labels_say_what_they_are_may_count_from_zero(tmp_path, voice, quiet):
    labels = {float(code): label for code, label in enumerate(LABELS)}
    frame = pd.DataFrame({f"tv_0{k}": [float((row + k) % 5) for row in range(30)] for k in (1, 2, 3)})
    pyreadstat.write_sav(frame, str(tmp_path / "a.sav"), variable_value_labels=dict.fromkeys(frame, labels))
    data = quiet(tmp_path / "a.sav", voice)
    assert data.frame[[*frame]].equals(frame + 1)


@pytest.mark.parametrize("n", [8, 15, 30])
def test_honest_answers_with_typing_errors_are_hardly_ever_refused(n):
    """Skewed questions, some of which nobody gives the highest answer, with 1% typing errors."""
    generator = np.random.default_rng(n)
    shares = [[0.35, 0.4, 0.2, 0.05, 0], [0.3, 0.35, 0.25, 0.08, 0.02], [0, 0.03, 0.12, 0.45, 0.4]]
    item = Asked("a", "choice", frozenset(), {float(code): () for code in range(1, 6)})
    refused = 0
    for _ in range(100):
        numbering, log = Numbering(), Log("a.csv")
        for share in shares * 2:
            codes = generator.choice([1, 2, 3, 4, 5], n, p=share)
            codes = np.where(generator.random(n) < 0.01, generator.choice([0, 6, 55], n), codes)
            coding = Coding()
            coding.add_cells([str(code) for code in codes])
            coded = coding.finish()
            numbering.add(item, coded, decode(coded, Column(1, "a"), item))
        numbering.report(log)
        refused += any(problem.code == "R038" for problem in log.problems)
    assert refused <= 1
