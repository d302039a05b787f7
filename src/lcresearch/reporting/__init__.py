"""Tables, figures and reports: the only place that draws or writes prose."""

from lcresearch.reporting.apa_style import apa_estimate, apa_p_value
from lcresearch.reporting.code_plots import co_occurrence_figure, code_matrix_figure, coverage_figure
from lcresearch.reporting.content import (
    Head,
    ItemContent,
    ReportContent,
    ResponseOverview,
    ScaleContent,
)
from lcresearch.reporting.element_forest import element_forest, forest_description
from lcresearch.reporting.export import export_tables
from lcresearch.reporting.figure_svg import figure_svg
from lcresearch.reporting.figures import plot, report_figures
from lcresearch.reporting.html import render, render_confidential
from lcresearch.reporting.literature_files import save_literature
from lcresearch.reporting.multilevel_diagnostics import slopes_figure
from lcresearch.reporting.qca_page import qca_page
from lcresearch.reporting.save import report_names, save_figures, save_report, save_tables
from lcresearch.reporting.software_citation import software_citation
from lcresearch.reporting.synthesis_files import save_synthesis
from lcresearch.results import text_table

__all__ = [
    "Head",
    "ItemContent",
    "ReportContent",
    "ResponseOverview",
    "ScaleContent",
    "apa_estimate",
    "apa_p_value",
    "co_occurrence_figure",
    "code_matrix_figure",
    "coverage_figure",
    "element_forest",
    "export_tables",
    "figure_svg",
    "forest_description",
    "plot",
    "qca_page",
    "render",
    "render_confidential",
    "report_figures",
    "report_names",
    "save_figures",
    "save_literature",
    "save_report",
    "save_synthesis",
    "save_tables",
    "slopes_figure",
    "software_citation",
    "text_table",
]
