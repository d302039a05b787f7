"""Words of sureness: each means what its definition says, and exists in both languages."""

import math

import numpy as np
import pytest
import scipy.stats

from lcresearch.change import SURENESS, sureness, surenesses
from lcresearch.errors import ChangeError
from lcresearch.messages import Messages


@pytest.mark.parametrize(
    ("low", "high", "word"),
    [
        (0.01, 1.0, "clear_gain"),
        (-1.0, -0.01, "clear_loss"),
        (-0.05, 1.0, "likely_gain"),
        (-1.0, 0.05, "likely_loss"),
        (-0.6, 1.0, "cannot_tell"),
        (-0.3, 0.3, "no_worthwhile_change"),
        (0.05, 0.25, "no_worthwhile_change"),
        (math.nan, math.nan, "cannot_tell"),
        (0.5, 0.5, "cannot_tell"),
    ],
)
def test_word_of_an_interval(low, high, word):
    assert sureness(low, high, 0.3) == word


def test_lower_is_better_turns_gain_and_loss_around():
    assert sureness(0.1, 0.5, improvement="lower") == "clear_loss"
    assert sureness(-0.9, 0.05, improvement="lower") == "likely_gain"


def test_other_levels_follow_from_the_degrees_of_freedom():
    error, df = 1.0, 4
    half = scipy.stats.t.ppf(0.975, df)
    for statistic, word in ((half + 0.01, "clear_gain"), (scipy.stats.t.ppf(0.9, df) + 0.01, "likely_gain")):
        assert sureness(statistic - half * error, statistic + half * error, df=df) == word
    below = scipy.stats.t.ppf(0.9, df) - 0.01
    assert sureness(below - half, below + half, df=df) == "cannot_tell"


def test_words_are_wrong_as_often_as_they_say_when_nothing_changed():
    rng = np.random.default_rng(1)
    changes = rng.normal(0, 1, (20_000, 8))
    error, df = changes.std(axis=1, ddof=1) / np.sqrt(8), np.full(20_000, 7.0)
    words = np.array(surenesses(changes.mean(axis=1), error, df))
    clear = np.char.startswith(words, "clear").mean()
    assert clear == pytest.approx(0.05, abs=4 * np.sqrt(0.05 * 0.95 / 20_000))
    likely = clear + np.char.startswith(words, "likely").mean()
    assert likely == pytest.approx(0.20, abs=4 * np.sqrt(0.20 * 0.80 / 20_000))


def test_no_worthwhile_change_is_wrong_in_at_most_five_per_cent_at_the_bound():
    rng = np.random.default_rng(2)
    changes = rng.normal(0.5, 1, (20_000, 60))
    error, df = changes.std(axis=1, ddof=1) / np.sqrt(60), np.full(20_000, 59.0)
    words = np.array(surenesses(changes.mean(axis=1), error, df, 0.5))
    assert (words == "no_worthwhile_change").mean() == pytest.approx(0.05, abs=4 * np.sqrt(0.05 * 0.95 / 20_000))


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_word_has_a_sentence(language):
    say = Messages(language)
    assert len({say(f"sureness.word.{word}") for word in SURENESS}) == 6
    assert all(say(f"sureness.means.{word}") for word in SURENESS)


@pytest.mark.parametrize("given", [{"worthwhile": 0}, {"improvement": "up"}, {"conf_level": 95}])
def test_what_has_no_meaning_is_refused(given):
    with pytest.raises(ChangeError) as raised:
        sureness(0.1, 0.2, **given)
    assert raised.value.problems[0].code == "C007"


def test_words_of_many_changes_are_those_of_one_at_a_time_and_none_of_none():
    estimate, error, df = np.array([0.5, -0.5, 0.1, np.nan]), np.array([0.1, 0.3, 0.3, 0.2]), np.array([7.0, 7, 30, 7])
    half = scipy.stats.t.ppf(0.975, df) * error
    alone = [surenesses(*(np.array([part[i]]) for part in (estimate, error, df)))[0] for i in range(4)]
    assert surenesses(estimate, error, df) == alone
    assert alone[0] == sureness(estimate[0] - half[0], estimate[0] + half[0])
    assert alone[3] == "cannot_tell"
    nothing = np.array([])
    assert surenesses(nothing, nothing, nothing) == []


def test_the_word_of_an_interval_is_that_of_the_p_values_of_t_tests():
    """Clear below 5%, likely below 20%, and no worthwhile change where both one-sided tests are below 5%."""
    rng, said, expected = np.random.default_rng(3), [], []
    for mean, n in [(0.2, 20), (0.6, 12), (-0.5, 12), (0.0, 60), (0.0, 12), (-0.1, 35)] * 8:
        changes = rng.normal(mean, 1, n)
        test = scipy.stats.ttest_1samp(changes, 0)
        sides = [scipy.stats.ttest_1samp(changes, -0.45, alternative="greater").pvalue]
        sides.append(scipy.stats.ttest_1samp(changes, 0.45, alternative="less").pvalue)
        if max(sides) < 0.05:
            expected.append("no_worthwhile_change")
        elif test.pvalue < 0.20:
            sure = "clear" if test.pvalue < 0.05 else "likely"
            expected.append(f"{sure}_{'gain' if changes.mean() > 0 else 'loss'}")
        else:
            expected.append("cannot_tell")
        said.append(sureness(*test.confidence_interval(), 0.45, df=n - 1))
    assert said == expected
    assert set(said) == set(SURENESS)
