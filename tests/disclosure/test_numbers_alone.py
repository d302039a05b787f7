"""Numbers of persons without their answers, table after table: what is left of them for who subtracts."""

import numpy as np

from lcresearch.disclosure.numbers_alone import shown_numbers


def told(found):
    return {name: one.persons for name, one in found.items()}


def test_a_group_that_moved_by_just_enough_is_told_and_one_that_moved_by_less_stays_with_another():
    before = {"firm": 100, "school": 50, "research": 60}
    assert told(shown_numbers({"firm": 110, "school": 50, "research": 60}, before, 10))["firm"] == 110
    # nine came: alone they would be told, so nothing moves
    assert told(shown_numbers({"firm": 109, "school": 50, "research": 60}, before, 10)) == before
    # beside a group in which enough moved the nine stay, and so does the least of the others
    now = {"firm": 109, "school": 70, "research": 90}
    assert told(shown_numbers(now, before, 10)) == {"firm": 100, "school": 50, "research": 90}


def test_hidden_sum_is_never_of_a_few():
    """Whatever the numbers, what is missing from the total is nobody or enough persons of several groups."""
    for small in range(1, 10):
        for other in range(0, 40, 3):
            shown = shown_numbers({"a": 200, "b": small, "c": other, "d": 35}, {}, 10)
            missing = [
                {"a": 200, "b": small, "c": other, "d": 35}[name] for name, one in shown.items() if one.persons is None
            ]
            assert len(missing) >= 2
            assert sum(missing) >= 10


def test_what_is_not_shown_together_never_moves_by_a_few():
    """A reader subtracts the numbers shown from everybody, at both tables: what is left may not tell of a few."""
    before = {"firm": 100, "school": None, "research": None}
    found = shown_numbers({"firm": 110, "school": 33, "research": 4}, before, 10, whole_before=134)
    assert found["firm"].persons == 100  # at 110 the other two together would have gained three
    random, names = np.random.default_rng(11), list("abcd")
    for first, moved in zip(
        random.choice([0, 3, 8, 12, 15, 30, 60], (2000, 4)), random.choice([0, 0, 0, 2, -2, 5, 9, 12, 25], (2000, 4)),
        strict=True,
    ):  # fmt: skip
        one, other = dict(zip(names, first.tolist(), strict=True)), {}
        other = {name: max(0, n + int(moved[i])) for i, (name, n) in enumerate(one.items())}
        if sum(one.values()) < 10 or 0 < abs(sum(other.values()) - sum(one.values())) < 10:
            continue
        told = {name: x.persons for name, x in shown_numbers(one, {}, 10).items()}
        later = shown_numbers(other, told, 10, whole_before=sum(one.values()))
        unseen = {name for name in names if told[name] is None or later[name].persons is None or later[name].reason}
        change = abs(sum(other[name] - one[name] for name in unseen))
        assert change == 0 or change >= 10, (one, other)
