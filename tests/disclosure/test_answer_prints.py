"""Fingerprints of answers: the same for the same person and answer, another for anything that differs."""

import numpy as np
import pandas as pd
import pytest

from lcresearch.disclosure import Ledger
from lcresearch.disclosure.answer_prints import answer_prints
from lcresearch.disclosure.ledger import persons_of


@pytest.fixture
def ledger(tmp_path):
    return Ledger(tmp_path)


PEOPLE = pd.DataFrame({
    "respondent": ["ann", "bob", "cas"], "wave": ["t0", "t0", "t0"],
    "trust_1": [1.0, 2.0, np.nan], "trust_2": [4.0, 2.0, 3.0],
})  # fmt: skip


def prints(ledger, frame, *, wave="wave", leaf=None, value=None, answers=("trust_1", "trust_2")):
    places = np.zeros(len(frame), dtype=np.int64) if leaf is None else np.asarray(leaf)
    return answer_prints(ledger, "trust", frame, places, value, wave=wave, person="respondent", answers=answers)[0]


@pytest.mark.parametrize(("row", "column", "now"), [
    (0, "trust_1", 2.0), (1, "trust_2", 3.0), (2, "trust_1", 1.0), (0, "trust_2", np.nan),
])  # fmt: skip
def test_a_change_of_any_of_several_answers_shows_in_the_print_of_that_person_alone(ledger, row, column, now):
    later = PEOPLE.copy()
    later.loc[row, column] = now
    first, second = prints(ledger, PEOPLE), prints(ledger, later)
    assert np.flatnonzero(first != second).tolist() == [row]
    assert persons_of(first).tolist() == persons_of(second).tolist()


def test_answers_that_trade_places_show(ledger):
    later = PEOPLE.assign(trust_1=PEOPLE["trust_2"], trust_2=PEOPLE["trust_1"])
    changed = prints(ledger, PEOPLE) != prints(ledger, later)
    assert changed.tolist() == [True, False, True]  # bob gave the same answer twice


def test_prints_belong_to_rows_whatever_their_order_and_index(ledger):
    turned = PEOPLE.iloc[[2, 0, 1]]
    assert prints(ledger, turned).tolist() == prints(ledger, PEOPLE)[[2, 0, 1]].tolist()


def test_without_a_wave_each_row_is_of_the_same_unnamed_one(ledger):
    found, waves = answer_prints(
        ledger, "trust", PEOPLE, np.zeros(3, dtype=np.int64), None, wave=None, person="respondent",
        answers=["trust_1", "trust_2"],
    )  # fmt: skip
    assert waves.tolist() == ["", "", ""]
    empty = PEOPLE.assign(wave="")
    assert found.tolist() == prints(ledger, empty).tolist()
    assert (found != prints(ledger, PEOPLE)).all()


def test_a_person_in_two_groups_of_a_wave_has_a_print_in_each_by_the_order_of_groups(ledger):
    twice = pd.DataFrame({"respondent": ["ann", "bob", "ann"], "wave": "t0", "trust_1": [3.0, 3.0, 3.0]})
    value = twice["trust_1"].to_numpy()
    found = prints(ledger, twice, leaf=[1, 0, 0], value=value, answers=())
    assert len(set(found.tolist())) == 3
    assert len(set(persons_of(found).tolist())) == 2
    turned = prints(ledger, twice.iloc[::-1], leaf=[0, 0, 1], value=value, answers=())
    assert turned.tolist() == found[::-1].tolist()


def test_another_key_gives_other_prints(ledger, tmp_path):
    other = Ledger(tmp_path / "other")
    assert not set(persons_of(prints(ledger, PEOPLE))) & set(persons_of(prints(other, PEOPLE)))


def test_prints_of_a_person_with_several_rows_in_a_group_do_not_hang_on_who_else_is_there(ledger):
    few = pd.DataFrame({"respondent": ["ann", "bob"] * 3, "wave": "t0", "answer": [1.0, 2.0, 3.0, 4.0, 5.0, 1.0]})
    others = pd.DataFrame({"respondent": [f"p{place}" for place in range(400)], "wave": "t0", "answer": 3.0})
    many = pd.concat([others[:200], few, others[200:]], ignore_index=True)
    alone = prints(ledger, few, value=few["answer"].to_numpy(), answers=())
    leaf = [place % 7 for place in range(200)] + [0] * 6 + [place % 5 for place in range(200)]
    among = prints(ledger, many, leaf=leaf, value=many["answer"].to_numpy(), answers=())
    assert among[200:206].tolist() == alone.tolist()
