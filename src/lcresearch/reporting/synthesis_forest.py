"""Forest plots of working elements: by sector for everybody, by consortium under neutral names."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from markupsafe import Markup
from matplotlib.figure import Figure

from lcresearch.reporting.canvas import PAPER
from lcresearch.reporting.element_forest import element_forest, forest_description
from lcresearch.reporting.figure_svg import figure_svg
from lcresearch.reporting.synthesis_content import ElementContent, SynthesisContent, value_of
from lcresearch.reporting.synthesis_tables import consortia_table, parts_table
from lcresearch.reporting.tables import Table
from lcresearch.reporting.wording import Wording, slug

MOST_IN_CARD = 15
"""With more consortia the figure of an element shows sectors; that of consortia stands in the appendix."""
_LEVEL = 0.95
_SAME = 0.02
"""Effects that differ by less than this part of the smallest worthwhile effect look the same in a figure."""


@dataclass(frozen=True)
class Forest:
    """A figure of one element, with what a reader who cannot see it needs.

    Attributes
    ----------
    name : str
        Unique in the report: an id, and the name of its files.
    title, description, note : str
    figure : Figure
    table : Table
        Its numbers.
    """

    name: str
    title: str
    description: str
    note: str
    figure: Figure
    table: Table

    @property
    def drawings(self) -> tuple[Forest, ...]:
        """This figure, as the pages ask for it."""
        return (self,)

    @cached_property
    def inline(self) -> str:
        """The figure as SVG to stand in a page."""
        return figure_svg(self.figure, name=self.name, title=self.title, description=self.description)

    @property
    def parts(self) -> list[tuple[Forest, Markup]]:
        """This figure with its SVG."""
        return [(self, Markup(self.inline))]

    def png(self, dpi: int = 144) -> bytes:
        """The figure as PNG; the same figure gives the same bytes."""
        buffer = io.BytesIO()
        self.figure.savefig(buffer, format="png", dpi=dpi, facecolor=PAPER, metadata={"Software": None})
        return buffer.getvalue()

    def svg(self) -> str:
        """The figure as an SVG file of its own, on white paper."""
        width, height = (72 * inches for inches in self.figure.get_size_inches())
        size = f'<svg width="{width:.1f}pt" height="{height:.1f}pt" '
        paper = f'<rect width="100%" height="100%" fill="{PAPER}"/>'
        body = self.inline.replace("<svg ", size, 1).replace("</desc>", f"</desc>{paper}", 1)
        return f'<?xml version="1.0" encoding="utf-8"?>\n{body}\n'


def consortia_in_card(one: ElementContent) -> bool:
    """Whether there is room for a row a consortium in the main part, and these differ."""
    if one.sectors["estimate"].notna().sum() < 2:
        return True
    return consortia_differ(one) and len(_varying(one)) <= MOST_IN_CARD


def consortia_differ(one: ElementContent) -> bool:
    """Whether the model finds any difference between consortia; else all have the pooled effect."""
    estimates = _varying(one)["estimate"].astype(float)
    return len(estimates) > 0 and float(np.ptp(estimates.to_numpy())) > _SAME * one.bound


def sectors_forest(
    one: ElementContent, title: str, content: SynthesisContent, say: Wording, table: Table
) -> Forest | None:
    """A row a sector, all of them together, and what to expect in a new consortium."""
    rows = one.sectors[one.sectors["estimate"].notna()]
    if not len(rows):
        return None
    frame = rows[["estimate", "conf_low", "conf_high"]].assign(
        label=[say.text(content.sector(name)) for name in rows["sector"]]
    )
    heading = say("synthesis.card.forest_sectors", title=title)
    overall = _overall(one).assign(label=say.messages("synthesis.figure.overall.sector"))
    return _forest(f"element-{slug(one.name)}-sectors", heading, "sector", frame, overall, one, say, table, "")


def consortia_forest(
    one: ElementContent, title: str, content: SynthesisContent, say: Wording, table: Table
) -> Forest | None:
    """A row a consortium by sector, with what was pooled of each sector and of all."""
    rows = _varying(one)
    sectors = one.sectors[one.sectors["estimate"].notna()]
    frame = rows[["estimate", "conf_low", "conf_high"]].assign(label=rows["consortium"])
    pooled = _overall(one)
    if one.sectors["sector"].nunique() > 1:
        order = {name: n for n, name in enumerate(content.sectors)}
        place = rows["sector"].map(order).fillna(len(order))
        frame = frame.assign(sector=[say.text(content.sector(name)) for name in rows["sector"]])
        frame = frame.iloc[np.argsort(place.to_numpy(), kind="stable")]
        of_sectors = sectors[["estimate", "conf_low", "conf_high"]].assign(
            sector=[say.text(content.sector(name)) for name in sectors["sector"]]
        )
        pooled = pd.concat([of_sectors, pooled], ignore_index=True)
    if not frame["estimate"].notna().any():
        return None
    left = len(one.consortia) - len(rows)
    note = [say("synthesis.card.consortia_note")] + ([say("synthesis.card.not_varying", n=left)] if left else [])
    key = "forest" if one.sectors["sector"].nunique() > 1 else "forest_consortia"
    heading = say(f"synthesis.card.{key}", title=title)
    name = f"element-{slug(one.name)}-consortia"
    return _forest(name, heading, "consortium", frame, pooled, one, say, table, " ".join(note))


def _varying(one: ElementContent) -> pd.DataFrame:
    """Consortia of which communities differ in the element, in the order of their labels."""
    if not len(one.consortia):
        return one.consortia.assign(estimate=np.nan, conf_low=np.nan, conf_high=np.nan, consortium="", sector="")
    return one.consortia[one.consortia["varies"].astype(bool) & one.consortia["estimate"].notna()]


def _overall(one: ElementContent) -> pd.DataFrame:
    names = ("estimate", "conf_low", "conf_high", "pred_low", "pred_high")
    return pd.DataFrame([{"sector": None} | {name: value_of(one.row, name) for name in names}])


def _forest(
    name: str,
    title: str,
    subject: str,
    frame: pd.DataFrame,
    pooled: pd.DataFrame,
    one: ElementContent,
    say: Wording,
    table: Table,
    note: str,
) -> Forest:
    level = say.messages.percent(_LEVEL)
    axis = say("synthesis.card.axis", outcome=say.text(one.outcome), level=level)
    figure = element_forest(
        frame, pooled, smallest_worthwhile=one.bound, language=say.language, subject=subject, axis=axis
    )
    description = forest_description(frame, pooled, language=say.language, subject=subject)
    return Forest(name, title, description, note, figure, table)


@dataclass(frozen=True)
class ReportForests:
    """All figures of a report in one language, each drawn once.

    Attributes
    ----------
    cards : dict of str to Forest
        By name of the row of elements: the figure in the main part.
    consortia : dict of str to Forest
        Figures by consortium that have no room there.
    """

    cards: dict[str, Forest]
    consortia: dict[str, Forest]

    def all(self) -> list[Forest]:
        """Every figure."""
        return [*self.cards.values(), *self.consortia.values()]


def report_forests(content: SynthesisContent, titles: Mapping[str, str], say: Wording) -> ReportForests:
    """The figures of all elements: in cards by consortium where these have room and differ, else by sector."""
    cards, consortia = {}, {}
    for one in content.elements:
        title, in_card = titles[one.name], consortia_in_card(one)
        make = consortia_forest if in_card else sectors_forest
        shown = make(one, title, content, say, parts_table(one, title, content, say))
        if shown is not None:
            cards[one.name] = shown
        if not in_card and consortia_differ(one):
            more = consortia_forest(one, title, content, say, consortia_table(one, title, say))
            if more is not None:
                consortia[one.name] = more
    return ReportForests(cards, consortia)
