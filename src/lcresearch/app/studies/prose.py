"""A paper in Markdown as parts for a template, which escapes whatever stands in it."""

from __future__ import annotations

from typing import Any


def prose(text: str) -> list[dict[str, Any]]:
    """Blocks: ``kind``; ``level`` of a heading; ``lines`` of marked pieces; ``head`` and ``rows`` of a table.

    Examples
    --------
    >>> prose("# Letter\\n\\nDear **all**,")
    [{'kind': 'heading', 'level': 1, 'lines': [[('plain', 'Letter')]]}, \
{'kind': 'paragraph', 'lines': [[('plain', 'Dear '), ('bold', 'all'), ('plain', ',')]]}]
    """
    from lcresearch.reporting.prose_document import blocks

    return [_block(lines) for lines in blocks(text)]


def _block(lines: list[str]) -> dict[str, Any]:
    from lcresearch.reporting.prose_document import kind_of, marked, table_parts

    kind = kind_of(lines[0])
    if kind == "heading":
        marks, _, words = lines[0].partition(" ")
        return {"kind": kind, "level": len(marks), "lines": [list(marked(words))]}
    if kind == "table":
        header, body = table_parts(lines)
        rows = [[list(marked(cell)) for cell in row] for row in body]
        return {"kind": kind, "head": [list(marked(cell)) for cell in header], "rows": rows}
    if kind == "paragraph":
        return {"kind": kind, "lines": [list(marked(" ".join(lines)))]}
    return {"kind": kind, "lines": [list(marked(line.split(" ", 1)[1])) for line in lines]}
