"""Figures of tables of codes on ordinary axes."""

import numpy as np
import pandas as pd
import pytest

from lcresearch import interviews, shipped
from lcresearch.errors import ReportingError
from lcresearch.reporting import co_occurrence_figure, code_matrix_figure, coverage_figure


@pytest.fixture(scope="module")
def project():
    folder = shipped.folder("analyses") / "programme-demo" / "interviews"
    corpus = interviews.read_transcripts(folder)
    book = interviews.read_codebook("learning-communities")
    return interviews.read_codings(folder / "codings" / "codings.csv", corpus, book)


def drawn(figure):
    figure.canvas.draw()
    return figure.axes[0]


def test_saturation_and_comparison_draw_what_they_hold(project):
    found = interviews.saturation(project)
    axes = drawn(found.plot())
    line = axes.lines[0]
    assert np.allclose(line.get_ydata(), found.curve["expected"])
    compared = interviews.compare_codes(project, "sector")
    axes = drawn(compared.plot())
    assert len(axes.get_yticklabels()) == compared.tests["p_value"].notna().sum()
    assert axes.get_yticklabels()[0].get_text() == "Tijd om te leren"


@pytest.mark.parametrize("by", ["sector", "document"])
def test_heat_map_of_few_and_many_cells(project, by):
    matrix = interviews.code_matrix(project, by)
    axes = drawn(code_matrix_figure(matrix))
    labels = [label.get_text() for label in axes.get_yticklabels()]
    assert labels[0] == "Begeleiding"
    assert len(labels) == 44
    assert len(axes.texts) == (
        0 if by == "document" else int((matrix.drop(columns="n_documents") > 0).to_numpy().sum())
    )


@pytest.mark.parametrize("kind", ["network", "heat_map"])
def test_codes_that_go_together(project, kind):
    axes = drawn(co_occurrence_figure(interviews.co_occurrence(project), kind, least=2))
    assert len(axes.texts) >= 20


def test_coverage(project):
    axes = drawn(coverage_figure(interviews.coverage(project)))
    assert axes.get_yticklabels()[0].get_text() == "interviewer"


def test_nothing_to_draw_is_said():
    empty = pd.DataFrame({"n_documents": [1], "a": [0]}, index=["x"])
    for draw, table in (
        (code_matrix_figure, empty),
        (co_occurrence_figure, pd.DataFrame(columns=["code_1", "code_2", "n_1", "n_2", "n_both"])),
        (coverage_figure, pd.DataFrame(columns=["role", "code", "share"])),
    ):
        with pytest.raises(ReportingError, match="P003"):
            draw(table)
    with pytest.raises(ReportingError, match="L092"):
        co_occurrence_figure(pd.DataFrame(columns=["code_1", "code_2", "n_1", "n_2", "n_both"]), "tree")


def test_bars_and_cells_are_the_numbers_of_the_tables_whatever_the_order_of_rows():
    table = pd.DataFrame({"role": ["interviewer", "", "manager"], "code": "(any)", "share": [0.1, 0.6, 0.35]})
    bars = drawn(coverage_figure(table)).patches
    assert sorted(bar.get_width() for bar in bars) == [0.1, 0.35, 0.6]
    pairs = pd.DataFrame({"code_1": list("aab"), "code_2": list("bcc"), "n_1": [9, 9, 7], "n_2": [7, 5, 5]})
    pairs["n_both"] = [6, 2, 4]
    cells = []
    for each in (pairs, pairs[::-1]):
        axes = drawn(co_occurrence_figure(each, "heat_map"))
        names = [label.get_text() for label in axes.get_yticklabels()]
        cells.append(pd.DataFrame(axes.images[0].get_array().filled(0), names, names).loc[list("abc"), list("abc")])
        assert sorted(int(text.get_text()) for text in axes.texts) == [2, 2, 4, 4, 6, 6]
    assert cells[0].to_numpy().tolist() == cells[1].to_numpy().tolist() == [[0, 6, 2], [6, 0, 4], [2, 4, 0]]
