"""Codes that a phone's camera reads, as drawings."""

from __future__ import annotations

import io

import segno


def qr_svg(text: str) -> bytes:
    """An SVG file without scripts or styles in it; the white edge that cameras need is part of it.

    Examples
    --------
    >>> qr_svg("http://192.0.2.7:8780/").startswith(b"<?xml")
    True
    """
    made = io.BytesIO()
    segno.make(text, error="m", micro=False).save(made, kind="svg", border=4, dark="#000", light="#fff", omitsize=True)
    return made.getvalue()


def qr_in_page(text: str) -> str:
    """The same as the source of an image, for a page that prints many.

    Examples
    --------
    >>> qr_in_page("http://192.0.2.7:8780/")[:19]
    'data:image/svg+xml;'
    """
    return segno.make(text, error="m", micro=False).svg_data_uri(border=2, dark="#000", light="#fff", omitsize=True)
