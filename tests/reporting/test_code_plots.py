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
