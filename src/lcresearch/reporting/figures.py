"""Every figure: those of a report, and ``plot`` for a single result."""

from __future__ import annotations

from matplotlib.figure import Figure

from lcresearch.errors import ReportingError
from lcresearch.messages import LANGUAGES
from lcresearch.reporting.canvas import Drawing
from lcresearch.reporting.content import ReportContent
from lcresearch.reporting.likert import answers_figure
from lcresearch.reporting.scores_figure import scores_figures
from lcresearch.reporting.wording import Wording
from lcresearch.results import Result

__all__ = ["plot", "report_figures"]


def report_figures(content: ReportContent, language: str) -> list[Drawing]:
    """All figures of a report with their titles in them, in the order of the page.

    Raises
    ------
    ReportingError
        P002: there are no texts in this language.
    """
    if language not in LANGUAGES:
        raise ReportingError("P002", language=language, known=LANGUAGES)
    say = Wording(content.head, language)
    drawings: list[Drawing] = []
    for scale in content.scales:
        answers = answers_figure(scale, say, titled=True)
        drawings += [answers] if answers else []
        for level in dict.fromkeys(scale.scores["level"]):
            drawings += scores_figures(scale, level, say, titled=True)
    return drawings


def plot(result: Result) -> Figure:
    """A figure of a result."""
    raise ReportingError("P001", kind=type(result).__name__, known=())
