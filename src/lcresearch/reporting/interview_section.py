"""The part of a page on interviews: sentences, figures and tables in one language."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from lcresearch.reporting import interview_tables as tables
from lcresearch.reporting.canvas import Drawing
from lcresearch.reporting.interview_content import InterviewContent
from lcresearch.reporting.interview_figures import (
    MOST_CODES,
    codes_figure,
    coverage_figure,
    differences_figure,
    ordered_codes,
    saturation_figure,
)
from lcresearch.reporting.interview_wording import (
    differences_text,
    intro_texts,
    methods_texts,
    most_said_text,
    saturation_text,
    withheld_text,
)
from lcresearch.reporting.network_figure import matrix_figure, network_figure
from lcresearch.reporting.sections import FigureView, problem_texts
from lcresearch.reporting.tables import Table
from lcresearch.reporting.wording import Wording, slug


@dataclass(frozen=True)
class QuoteView:
    """A quote that was released: its words, and what may be said of who spoke."""

    text: str
    speaker: str


@dataclass(frozen=True)
class InterviewView:
    """Interviews on a page."""

    intro: tuple[str, ...]
    withheld: str
    codes: FigureView | None
    codes_note: str
    differences: FigureView | None
    differences_note: str
    together: FigureView | None
    together_note: str
    saturation: FigureView | None
    saturation_note: str
    quotes: tuple[QuoteView, ...]
    coverage: FigureView | None
    matrix: FigureView | None
    agreement: Table | None
    agreement_note: str
    topics: Table | None
    methods: tuple[str, ...]
    notes: tuple[str, ...]


def interview_figures(content: InterviewContent, say: Wording, *, titled: bool = False) -> list[Drawing]:
    """All figures on interviews, in the order of the page."""
    makers: tuple[Callable[..., Drawing | None], ...] = (
        codes_figure,
        differences_figure,
        network_figure,
        saturation_figure,
        coverage_figure,
        matrix_figure,
    )
    drawings = [make(content, say, titled=titled) for make in makers]
    return [drawing for drawing in drawings if drawing is not None]


def interview_view(content: InterviewContent, say: Wording) -> InterviewView:
    """Everything about interviews in one language."""
    drawn = {drawing.name: drawing for drawing in interview_figures(content, say)}

    def figure(name: str, made: Callable[[InterviewContent, Wording], Table], note: str = "") -> FigureView | None:
        drawing = drawn.get(f"interviews-{name}")
        if drawing is None:
            return None
        if content.confidential:  # several of these stand on one page
            drawing = replace(drawing, name=f"{drawing.name}-{slug(content.by)}")
        return FigureView(drawing.title, (drawing,), made(content, say), note)

    more = len(ordered_codes(content)) > MOST_CODES
    return InterviewView(
        intro=intro_texts(content, say),
        withheld=withheld_text(content, say),
        codes=figure("codes", tables.codes_table, say("interviews.most_codes", n=MOST_CODES) if more else ""),
        codes_note=most_said_text(content, say),
        differences=figure("differences", tables.differences_table),
        differences_note=differences_text(content, say),
        together=figure("together", tables.together_table),
        together_note=say("interviews.together_intro", unit=say("interviews.together_least")),
        saturation=figure(
            "saturation", tables.saturation_table, "" if content.confidential else say("interviews.curve_note")
        ),
        saturation_note=saturation_text(content, say),
        quotes=tuple(QuoteView(quote.text, say.text(quote.speaker)) for quote in content.quotes),
        coverage=figure("coverage", tables.coverage_table),
        matrix=figure("together-cells", tables.matrix_table),
        agreement=tables.agreement_table(content, say),
        agreement_note=say("interviews.agreement.note") if len(content.agreement) else "",
        topics=tables.topics_table(content, say),
        methods=methods_texts(content, say),
        notes=problem_texts([one for one in content.problems if one.level != "note"], say),
    )
