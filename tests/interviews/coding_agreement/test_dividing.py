"""Texts over coders: what is drawn, how it is spread, and that a seed gives the same again."""

import pandas as pd
import pytest
import scipy.stats

from lcresearch.errors import InterviewError
from lcresearch.interviews.coding_agreement.dividing import divide_texts

SIZES = {f"R{n}": 1000 + 137 * (n % 7) for n in range(40)}


def test_every_text_is_coded_and_the_share_is_coded_by_as_many_as_asked():
    plan = divide_texts(SIZES, ["An", "Bo", "Cé"], share=0.2, together=2, seed=3)
    n = plan.groupby("document")["coder"].nunique()
    assert set(n.index) == set(SIZES)
    assert n.value_counts().to_dict() == {1: 32, 2: 8}
    assert (plan["together"] == plan["document"].map(n).gt(1)).all()
    assert list(dict.fromkeys(plan["document"])) == list(SIZES)


def test_everybody_reads_about_as_much_and_takes_turns_in_what_is_shared():
    plan = divide_texts(SIZES, ["An", "Bo", "Cé"], share=0.3, seed=5)
    load = plan.assign(size=plan["document"].map(SIZES)).groupby("coder")["size"].sum()
    assert load.max() / load.min() < 1.1
    assert plan[plan["together"]].groupby("coder").size().tolist() == [8, 8, 8]


def test_the_same_seed_gives_the_same_division_and_another_seed_another():
    one, again, other = (divide_texts(SIZES, ["An", "Bo"], seed=seed) for seed in (1, 1, 2))
    pd.testing.assert_frame_equal(one, again)
    assert not one.equals(other)


def test_which_texts_are_shared_is_drawn_evenly():
    """Of 300 seeds each text is shared in about a quarter."""
    sizes = {name: SIZES[name] for name in list(SIZES)[:8]}
    plans = pd.concat(divide_texts(sizes, ["An", "Bo"], share=0.25, seed=seed) for seed in range(300))
    shared = plans[plans["together"]].drop_duplicates().groupby("document").size()
    often = plans[plans["together"] & (plans["coder"] == "An")].groupby("document").size()
    assert len(shared) == 8
    assert often.between(45, 105).all()  # 75 expected, standard deviation 7.5


@pytest.mark.parametrize(
    ("coders", "options", "code"),
    [(["An"], {}, "V140"), (["An", "Bo"], {"share": 1.2}, "V141"), (["An", "Bo"], {"together": 1}, "V141")],
)
def test_what_cannot_be_divided_is_refused(coders, options, code):
    with pytest.raises(InterviewError) as refused:
        divide_texts(SIZES, coders, **options)
    assert [one.code for one in refused.value.problems] == [code]


def test_alone_without_a_share_everything_is_yours():
    assert divide_texts({"R1": 5, "R2": 3}, ["An"], share=0)["coder"].tolist() == ["An", "An"]


def test_each_text_has_the_same_chance_to_be_read_by_both():
    """Ten texts of one size, of which two are read by both: each in a fifth of 300 draws, by the test of Pearson."""
    sizes = {f"R{n}": 1000 for n in range(10)}
    drawn = pd.concat([divide_texts(sizes, ["An", "Bo"], seed=seed) for seed in range(300)])
    both = drawn[drawn["together"] & (drawn["coder"] == "An")]["document"].value_counts()
    assert both.sum() == 600
    assert scipy.stats.chisquare(both.reindex(list(sizes), fill_value=0)).pvalue > 0.001
    alone = drawn[~drawn["together"]]["coder"].value_counts()
    assert scipy.stats.chisquare(alone).pvalue > 0.001
