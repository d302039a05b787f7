"""Tables of a report as HTML: plain elements with heads and scopes, since the page styles them itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

import pandas as pd
from markupsafe import Markup, escape

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
    shown = [str(name) for name in content.frame if name != content.blocks]
    classes = [' class="number"' if name in content.numeric else "" for name in shown[1:]]
    lines = ["<table>", f"<caption>{escape(clean(content.caption))}</caption>"]
    lines += ["<thead>", *_heads(content, shown, classes), "</thead>", "<tbody>"]
    for block, rows in _blocks(content):
        if block is not None:
            lines.append(f'<tr><th colspan="{len(shown)}" scope="colgroup" class="block">{escape(block)}</th></tr>')
        columns = (column for name, column in rows.items() if name != content.blocks)
        for head, *cells in zip(*columns, strict=True):
            row = "".join(f"<td{given}>{escape(cell)}</td>" for given, cell in zip(classes, cells, strict=True))
            lines.append(f'<tr><th scope="row">{escape(head)}</th>{row}</tr>')
    return Markup("\n".join([*lines, "</tbody>", "</table>"]))


def _heads(content: Table, shown: Sequence[str], classes: Sequence[str]) -> list[str]:
    """One row of heads, or two where heads stand above several columns."""
    above = {name: label for label, names in content.spanners.items() for name in names}
    tall = ' rowspan="2"' if above else ""
    first, second = [], []
    for label, together in groupby(zip(shown, ["", *classes], strict=True), key=lambda column: above.get(column[0])):
        cells = [f'scope="col"{given}>{escape(content.labels[name])}</th>' for name, given in together]
        if label is None:
            first += [f"<th{tall} {cell}" for cell in cells]
        else:
            wide = f'colspan="{len(cells)}" scope="colgroup"' if len(cells) > 1 else 'scope="col"'
            first.append(f'<th {wide} class="spanner">{escape(label)}</th>')
            second += [f"<th {cell}" for cell in cells]
    return [f"<tr>{''.join(cells)}</tr>" for cells in (first, second) if cells]


def _blocks(content: Table) -> Iterator[tuple[str | None, pd.DataFrame]]:
    """Rows below the head of each block, in the order in which blocks first appear."""
    if content.blocks is None:
        yield None, content.frame
    else:
        for block, rows in content.frame.groupby(content.blocks, sort=False):
            yield str(block), rows
