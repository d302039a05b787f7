import dataclasses

import pandas as pd
import pytest

from lcresearch.measurement import Verdict
from lcresearch.reporting.html import render
from lcresearch.reporting.summary import difference, main_points, score_in_words
from lcresearch.reporting.wording import Wording


def _wave(mean: float, half: float) -> dict[str, float]:
    return {"mean": mean, "conf_low": mean - half, "conf_high": mean + half}


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (_wave(3.0, 0.1), _wave(3.5, 0.1), "clear_up"),
        (_wave(3.5, 0.1), _wave(3.0, 0.1), "clear_down"),
        (_wave(3.0, 0.2), _wave(3.3, 0.2), "clear_up"),  # intervals overlap, that of the difference leaves out zero
        (_wave(3.0, 0.2), _wave(3.2, 0.2), "likely_up"),
        (_wave(3.2, 0.2), _wave(3.0, 0.2), "likely_down"),
        (_wave(3.0, 0.2), _wave(3.1, 0.2), "none"),
        (_wave(3.0, 0.1), _wave(3.3, 0.5), "none"),
        (_wave(3.0, float("nan")), _wave(3.5, 0.1), None),
    ],
)
def test_words_of_certainty_follow_from_the_intervals(first, last, expected):
    assert difference(first, last) == expected


@pytest.mark.parametrize(
    ("mean", "words"),
    [
        (4.1, "close to ‘agree’"),
        (3.75, "close to ‘agree’"),
        (3.5, "between ‘neither agree nor disagree’ and ‘agree’"),
        (1.0, "close to ‘strongly disagree’"),
    ],
)
def test_a_mean_is_placed_between_the_answers(content, mean, words):
    assert score_in_words(mean, content.scales[0], Wording(content.head, "en")) == words


def test_a_sum_score_is_not_placed_between_the_answers(content):
    scale = dataclasses.replace(content.scales[0], minimum=4, maximum=20)
    assert score_in_words(14.0, scale, Wording(content.head, "en")) == ""


def test_the_main_points_of_the_invented_report(content):
    assert main_points(content, Wording(content.head, "en")) == [
        "189 respondents answered the questions, over 2 waves.",
        "Mean scores at the last wave (autumn 2026): learning culture 3.6, between ‘neither agree nor disagree’ and "
        "‘agree’; trust 3.6, between ‘neither agree nor disagree’ and ‘agree’.",
        "Between the first wave (spring 2026) and the last (autumn 2026) we see a clear difference for learning "
        "culture (the score is higher) and no sure difference for trust: whether anything changed there, we cannot "
        "tell. "
        "This report does not show what a difference comes from.",
        "For learning culture you may summarise the answers as one mean per group.",
        "The items about learning culture are still being developed. See those results as the start of a "
        "conversation, not as a judgement.",
        "To protect the respondents, 4 results of groups are left out of this report.",
    ]


def test_unreliable_scales_and_doubtful_averages_are_said_plainly(content):
    scale = content.scales[0]
    weak = dataclasses.replace(
        scale,
        reliability=scale.reliability.assign(estimate=0.55),
        verdicts={"t1": Verdict("aggregation.not_warranted", "no")},
    )
    points = main_points(dataclasses.replace(content, scales=(weak,)), Wording(content.head, "nl"))
    assert any("leercultuur" in point and "passen nog niet goed bij elkaar" in point for point in points)
    assert any(point.startswith("Gebruik geen gemiddelde per groep bij leercultuur") for point in points)


def test_one_wave_says_nothing_on_differences(content):
    scales = tuple(dataclasses.replace(scale, overall=scale.overall.iloc[:1]) for scale in content.scales)
    response = dataclasses.replace(content.response, by_wave=content.response.by_wave.iloc[:1])
    one = dataclasses.replace(content, scales=scales, response=response, withheld=pd.DataFrame())
    points = main_points(one, Wording(content.head, "en"))
    assert points[0] == "189 respondents answered the questions."
    assert not any("spring" in point for point in points)
    assert points[-1] == "All groups were large enough to be shown."


def test_who_only_opened_the_form_did_not_answer(content):
    say = Wording(content.head, "en")
    response = dataclasses.replace(content.response, by_wave=content.response.by_wave.iloc[:1], n_answered=100)
    text = main_points(dataclasses.replace(content, response=response), say)[0]
    assert text == (
        "100 respondents answered the questions. "
        "89 others opened the form without answering any question that counts for a score."
    )
    bare = dataclasses.replace(content, response=response, scales=())
    assert main_points(bare, say)[0].endswith("89 others opened the form without answering any question.")
    response = dataclasses.replace(response, n_answered=None)
    few = dataclasses.replace(content, response=response)
    assert main_points(few, say)[0] == "189 respondents took part."
    assert "In total 189 respondents took part." in render(few, "en")


def test_no_group_is_called_best_or_worst(content):
    for language in ("nl", "en"):
        text = " ".join(main_points(content, Wording(content.head, language))).lower()
        assert not any(group.lower() in text for group in content.scales[0].scores["group"])
