"""A matplotlib figure as SVG inside a page: real text, a name and a description, no ids that could clash."""

from __future__ import annotations

import io
import re
from html import escape

import matplotlib as mpl
from matplotlib.figure import Figure

from lcresearch.reporting.wording import clean

_FONTS = "Helvetica, Arial, DejaVu Sans, sans-serif"
_REFERENCES = re.compile(r'(\bid="|href="#|url\(#)([A-Za-z_])')
_NOT_FOR_A_PAGE = re.compile(
    r"<metadata>.*?</metadata>|<style.*?</style>", re.DOTALL
)  # such styles hold all over the page
_STYLE = re.compile(r"'DejaVu Sans'[^;\"]*")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")


def figure_svg(figure: Figure, *, name: str, title: str, description: str) -> str:
    """SVG to stand inside HTML; the page gives it its size. The same figure gives the same bytes.

    Parameters
    ----------
    figure : Figure
    name : str
        Unique on the page: letters, digits, ``-`` and ``_``. All ids begin with it.
    title, description : str
        For readers who cannot see the figure: what it is, and its main numbers.

    Returns
    -------
    str
        ``<svg ... role="img">`` without XML declaration.

    Raises
    ------
    ValueError
        The name is not one that an id can begin with.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> svg = figure_svg(Figure(figsize=(1, 1)), name="element-1", title="Effect", description="A & B")
    >>> 'role="img" aria-labelledby="element-1-title element-1-desc"' in svg, "<desc" in svg
    (True, True)
    """
    if not _NAME.fullmatch(name):
        raise ValueError(f"not a name for an id: {name!r}")
    buffer = io.StringIO()
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": name}):
        figure.savefig(buffer, format="svg", facecolor="none", metadata={"Date": None, "Creator": None})
    svg = buffer.getvalue()
    view = re.search(r'viewBox="([^"]*)"', svg)
    body = svg[svg.index(">", svg.index("<svg")) + 1 :].rstrip()
    body = _REFERENCES.sub(rf"\g<1>{name}-\g<2>", _NOT_FOR_A_PAGE.sub("", body))
    body = _STYLE.sub(_FONTS, body)
    named = f'<title id="{name}-title">{escape(clean(title), quote=False)}</title>'
    named += f'<desc id="{name}-desc">{escape(clean(description), quote=False)}</desc>'
    head = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
    head += f'viewBox="{view[1] if view else ""}" stroke-linejoin="round" stroke-linecap="butt" '
    return f'{head}role="img" aria-labelledby="{name}-title {name}-desc">{named}{body}'
