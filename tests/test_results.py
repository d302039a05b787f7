"""What every result can do."""

import math
from dataclasses import dataclass

import docx
import pandas as pd
import pytest

from lcresearch.errors import LcresearchError
from lcresearch.results import Result, text_table


@dataclass(frozen=True, repr=False, eq=False)
class Slope(Result):
    """A made-up result of one number."""

    title = "Slope"
    table: pd.DataFrame
    limit: float

    def tidy(self, conf_level=0.95):
        return self.table

    def glance(self):
        return pd.DataFrame({"n": [12]})

    def cautions(self):
        return ["made up"]


@pytest.fixture
def slope():
    table = {"term": ["x_1", "50% <b>"], "estimate": [0.5, math.nan], "p_value": [0.0001, 0.25]}
    return Slope(pd.DataFrame(table), math.inf)


def test_summary_shows_the_table_and_what_to_know(slope):
    assert str(slope) == (
        "Slope\n\n  n: 12\n\n  term     estimate  p_value\n  x_1         0.500    <.001\n"
        "  50% <b>               .250\n\nNote: made up\n"
    )


def test_dictionary_gives_the_result_back(slope):
    back = Slope.from_dict(slope.to_dict())
    pd.testing.assert_frame_equal(back.table, slope.table)
    assert back.limit == math.inf


def test_latex_and_html_escape_what_is_special(slope):
    assert r"x\_1" in slope.to_latex()
    assert r"50\% <b>" in slope.to_latex()
    assert "&lt;b&gt;" in slope._repr_html_()


def test_word_file_holds_the_table_and_is_not_overwritten(slope, tmp_path):
    path = slope.to_docx(tmp_path / "slope.docx")
    cells = [cell.text for row in docx.Document(str(path)).tables[0].rows for cell in row.cells]
    assert cells[:6] == ["term", "estimate", "p_value", "x_1", "0.500", "<.001"]
    with pytest.raises(LcresearchError, match="G002"):
        slope.to_docx(path)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["slope.docx"]


def test_whole_numbers_of_which_some_are_missing_are_written_whole_and_empty():
    frame = pd.DataFrame(
        {"code": ["a", "b"], "n": pd.array([12, None], dtype="Int64"), "on": pd.to_datetime([None] * 2)}
    )
    assert text_table(frame) == "  code   n  on\n  a     12\n  b\n"


def test_p_values_of_any_kind_are_never_written_as_zero():
    frame = pd.DataFrame({"q_p_value": [0.00002], "sector_p": [0.0], "pri": [0.0]})
    assert text_table(frame) == "  q_p_value  sector_p    pri\n      <.001     <.001  0.000\n"
