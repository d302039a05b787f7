"""Tables of a report as HTML: made by great-tables, then given a caption and rid of what the page styles itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import lxml.html
import pandas as pd
from lxml.html import HtmlElement
from markupsafe import Markup

from lcresearch.reporting.wording import clean


@dataclass(frozen=True)
class Table:
    """A table of texts, ready to be shown.

    Attributes
    ----------
    caption : str
        What the table holds.
    frame : DataFrame of str
        The cells; the first column holds the heads of the rows.
    labels : mapping of str to str
        Heads of the columns by name.
    numeric : set of str
        Columns to align on the right.
    blocks : str or None
        Column whose values head the blocks of rows below them.
    spanners : mapping of str to list of str
        Heads above several columns, with the names of those columns.
    """

    caption: str
    frame: pd.DataFrame
    labels: Mapping[str, str]
    numeric: frozenset[str] = field(default_factory=frozenset)
    blocks: str | None = None
    spanners: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @property
    def html(self) -> Markup:
        """The ``<table>`` element."""
        return html_table(self)


def table(
    caption: str,
    rows: Sequence[Sequence[str]],
    labels: Mapping[str, str],
    *,
    numeric: Sequence[str] = (),
    blocks: str | None = None,
    spanners: Mapping[str, Sequence[str]] | None = None,
) -> Table:
    """A table from rows of texts in the order of ``labels``; block heads are left out if all rows share one.

    Examples
    --------
    >>> made = table("Respondenten", [["voorjaar", "12"]], {"wave": "Meetmoment", "n": "n"}, numeric=["n"])
    >>> "<caption>Respondenten</caption>" in made.html
    True
    """
    frame = pd.DataFrame([[clean(cell) for cell in row] for row in rows], columns=list(labels), dtype=object)
    if blocks is not None and frame[blocks].nunique() < 2:
        frame = frame.drop(columns=blocks)
        labels = {name: label for name, label in labels.items() if name != blocks}
        blocks = None
    return Table(caption, frame, labels, frozenset(numeric), blocks, spanners or {})


def html_table(content: Table) -> Markup:
    """The table as HTML with a caption, ``scope`` on every head, and all text escaped."""
    import great_tables as gt  # slow to load, and few pages hold tables

    names = [str(name) for name in content.frame]
    heads = next(name for name in names if name != content.blocks)
    made = gt.GT(content.frame, rowname_col=heads, groupname_col=content.blocks, id="t")
    made = made.cols_label(
        {name: label for name, label in content.labels.items() if name not in (heads, content.blocks)}
    )
    made = made.tab_stubhead(label=content.labels[heads])
    body = [name for name in names if name not in (heads, content.blocks)]
    for side, aligned in (("right", content.numeric & set(body)), ("left", set(body) - content.numeric)):
        if aligned:
            made = made.cols_align(side, columns=sorted(aligned, key=body.index))
    for label, columns in content.spanners.items():
        made = made.tab_spanner(label, columns=list(columns))
    element = lxml.html.fragment_fromstring(made.as_raw_html(inline_css=False)).find(".//table")
    return Markup(lxml.html.tostring(_tidied(element, content.caption), encoding="unicode", with_tail=False))


def _tidied(element: HtmlElement, caption: str) -> HtmlElement:
    """Only the classes that the page's style uses, no ids, and the title as a caption."""
    for name in list(element.attrib):
        del element.attrib[name]
    for cell in element.iter("tr", "th", "td", "thead", "tbody"):
        classes = cell.attrib.get("class", "").split()
        kept = [name for name in ("gt_right", "gt_group_heading", "gt_column_spanner_outer") if name in classes]
        for name in ("class", "id", "headers", "style"):
            cell.attrib.pop(name, None)
        for name in ("rowspan", "colspan"):
            if cell.get(name) == "1":
                del cell.attrib[name]
        if kept:
            cell.set(
                "class",
                kept[0]
                .removeprefix("gt_")
                .replace("group_heading", "block")
                .replace("right", "number")
                .replace("column_spanner_outer", "spanner"),
            )
    title = lxml.html.Element("caption")
    title.text = clean(caption)
    element.insert(0, title)
    return element
