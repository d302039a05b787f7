"""A form that numbers its answers from 0 where the instrument starts at 1 is refused, not scored one too low."""

import pytest


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
