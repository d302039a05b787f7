"""Which segments carry a code, and which were read without one."""

import pytest

from lcresearch.errors import InterviewError
from lcresearch.interviews.suggestions.coded_segments import coded_segments


def at(coded, document, start, code):
    row = coded.segments.index[(coded.segments["document"] == document) & (coded.segments["start"] == start)][0]
    return bool(coded.labels[row, coded.codes.index(code)])


def test_a_turn_has_a_code_when_a_coding_lies_in_it(project):
    coded = coded_segments(project)
    assert at(coded, "d1", 19, "mistakes")
    assert at(coded, "d1", 68, "together")
    assert not at(coded, "d1", 68, "mistakes")
    assert coded.codes == ("mistakes", "together", "time", "money")  # a heading is no code


def test_a_sentence_has_a_code_when_half_of_it_is_coded(project):
    coded = coded_segments(project, unit="sentence")
    assert at(coded, "d1", 31, "time")
    assert not at(coded, "d1", 31, "mistakes")
    assert at(coded, "d3", 19, "mistakes")


def test_only_documents_with_a_coding_in_them_were_read(project):
    coded = coded_segments(project, coders=["An de Coder"])
    read = set(coded.segments.loc[coded.read, "document"])
    assert read == {"d1", "d2", "d3"}  # d4 is Bo's; in d5 the whole document was coded
    assert coded.n_whole == 1
    told = coded_segments(project, coders=["An"], read=["Interview 4"])
    assert set(told.segments.loc[told.read, "document"]) == {"d1", "d2", "d3", "d4"}


def test_what_another_coder_marked_is_not_learned_but_not_suggested_again(project):
    coded = coded_segments(project, coders=["An"])
    row = coded.segments.index[(coded.segments["document"] == "d2") & (coded.segments["start"] == 19)][0]
    column = coded.codes.index("time")
    assert not coded.labels[row, column]
    assert coded.by_anyone[row, column]


def test_unknown_names_are_told(project):
    for options, code in (({"codes": ["tid"]}, "V107"), ({"read": ["x"]}, "V172"), ({"coders": ["x"]}, "V100")):
        with pytest.raises(InterviewError) as caught:
            coded_segments(project, **options)
        assert caught.value.problems[0].code == code
