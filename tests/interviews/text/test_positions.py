"""Positions of other programs mean the same characters here, and go back as they came."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lcresearch.interviews.text.position_rules import CHARACTERS, LINE_ENDS_AS_ONE, RULES, UTF16, find_rule
from lcresearch.interviews.text.positions import (
    PositionRule,
    boundaries,
    from_code_points,
    inner_text,
    to_code_points,
)

RAW = "\ufeffWij 🙂 leren.\r\nElke dag, één voor één.\r\n"
raw_texts = st.text(st.sampled_from("ab é🙂\n\r.\u200b"), max_size=30)


@given(raw_texts, st.booleans())
def test_characters_are_counted_as_a_language_with_that_unit_counts_them(text, mark):
    raw = "\ufeff" * mark + text.lstrip("\ufeff")
    inner = inner_text(raw)
    written = raw[mark:]
    utf16 = boundaries(raw, UTF16).counted
    as_written = boundaries(raw, CHARACTERS).counted
    in_bytes = boundaries(raw, PositionRule("byte", "as_written")).counted
    assert len(utf16) == len(as_written) == len(inner) + 1
    assert utf16[-1] == len(written.encode("utf-16-le")) // 2
    assert as_written[-1] == len(written)
    assert in_bytes[-1] == len(written.encode())
    assert boundaries(raw, LINE_ENDS_AS_ONE).counted.tolist() == list(range(len(inner) + 1))
    for place, character in enumerate(inner):
        piece = written[as_written[place] : as_written[place + 1]]
        assert inner_text(piece) == character


@given(raw_texts, st.sampled_from(RULES), st.data())
def test_what_goes_out_comes_back(raw, rule, data):
    text = inner_text(raw)
    if not text:
        return
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    found = boundaries(raw, rule)
    first, last = from_code_points(found, [start], [end])
    spans = to_code_points(found, first, last)
    assert (spans.start[0], spans.end[0], spans.exact[0]) == (start, end, True)


def test_a_place_inside_a_character_takes_the_whole_character():
    spans = to_code_points(boundaries(RAW, UTF16), [5], [7])
    assert inner_text(RAW)[spans.start[0] : spans.end[0]] == "🙂 "
    assert not spans.exact[0]


def test_a_place_beyond_the_text_is_cut_to_it_and_said():
    spans = to_code_points(boundaries("kort", UTF16), [2, 9], [99, 12])
    assert spans.start.tolist() == [2, 4]
    assert spans.end.tolist() == [4, 4]
    assert not spans.exact.any()
    with pytest.raises(IndexError):
        from_code_points(boundaries("kort", UTF16), [0], [5])


@pytest.mark.parametrize("rule", RULES, ids=str)
def test_the_rule_of_a_project_is_found_from_quotes(rule):
    text = inner_text(RAW)
    words = [(4, 5), (6, 11), (13, 21), (23, 35)]
    start, end = from_code_points(boundaries(RAW, rule), *np.transpose(words))
    found = find_rule([RAW], [start], [end], [[text[a:b] for a, b in words]])
    spans = to_code_points(boundaries(RAW, found.rule), start, end)
    assert list(zip(spans.start.tolist(), spans.end.tolist(), strict=True)) == words
    assert found.quotes_equal == 1


def test_the_rule_of_a_project_is_found_from_borders_of_words():
    text = inner_text(RAW)
    words = [(6, 11), (13, 21), (23, 26), (27, 31)]
    assert [text[a:b] for a, b in words] == ["leren", "Elke dag", "één", "voor"]
    for rule in (UTF16, CHARACTERS, LINE_ENDS_AS_ONE):
        start, end = from_code_points(boundaries(RAW, rule), *np.transpose(words))
        found = find_rule([RAW], [start], [end], [["", "", "", ""]])
        assert found.rule == rule
        assert np.isnan(found.quotes_equal)
        assert found.margin > 0


def test_one_slip_of_the_hand_does_not_overturn_a_known_program():
    slip = find_rule(["boeks lezen"], [np.array([0])], [np.array([4])], [[""]], "NVivo for Windows 12.6")
    assert slip.rule == UTF16
    text = "tijd lezen is alles"
    first, last = np.array([0, 5, 11, 14]), np.array([3, 9, 12, 18])  # the end is the last character
    many = find_rule([text], [first], [last], [[""] * 4], "NVivo for Windows 12.6")
    assert many.rule.end_inclusive


def test_without_selections_the_program_decides():
    assert find_rule([], [], [], [], "NVivo for Windows 12.6").rule == UTF16
    assert find_rule(["tekst"], [np.array([], int)], [np.array([], int)], [[]], "ATLAS.ti 9").rule == LINE_ENDS_AS_ONE
