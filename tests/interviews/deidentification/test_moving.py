"""Positions move along: properties of any text with any replacements."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from lcresearch.interviews.deidentification.moving import replaced


@st.composite
def replacements(draw):
    text = draw(st.text(alphabet="abc d🙂é\n", min_size=0, max_size=40))
    cuts = sorted(draw(st.sets(st.integers(0, len(text)), max_size=8)))
    parts = [
        (a, b, draw(st.text(alphabet="XYZ", min_size=1, max_size=6)))
        for a, b in zip(cuts[::2], cuts[1::2], strict=False)
    ]
    return text, [part for part in parts if part[0] < part[1]]


@given(replacements(), st.integers(0, 40), st.integers(0, 40))
def test_a_selection_holds_what_it_held_with_whole_replacements(case, first, last):
    text, parts = case
    low, high = sorted((min(first, len(text)), min(last, len(text))))
    new = replaced(text, parts)
    start, end = (int(each) for each in new.moved(low, high))
    if low == high:
        assert start == end
        return
    # widened to whole parts, the selection is the text with the parts in it replaced
    for a, b, _ in parts:
        low = a if a < low < b else low
        high = b if a < high < b else high
    inside = [(a - low, b - low, said) for a, b, said in parts if low <= a and b <= high]
    assert new.text[start:end] == replaced(text[low:high], inside).text


@given(replacements())
def test_positions_rise_and_whole_documents_stay(case):
    text, parts = case
    new = replaced(text, parts)
    places = np.arange(len(text) + 1)
    start, end = new.moved(places, places)
    assert (np.diff(start) >= 0).all()
    assert (start == end).all()
    low, high = new.moved([0, -1], [len(text), -1])
    assert (low.tolist(), high.tolist()) == ([0, -1], [len(new.text), -1])


@given(replacements())
def test_outside_of_parts_every_character_stays_what_it_was(case):
    text, parts = case
    new = replaced(text, parts)
    changed = {n for a, b, _ in parts for n in range(a, b)}
    free = [n for n in range(len(text)) if n not in changed]
    start, end = new.moved(free, [n + 1 for n in free])
    assert [new.text[a:b] for a, b in zip(start, end, strict=True)] == [text[n] for n in free]
