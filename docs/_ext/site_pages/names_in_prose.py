"""Names such as ``multilevel.fit_lmm`` in the prose of a page lead to what the docstring says."""

from __future__ import annotations

import re
from functools import cache

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.nodes import make_refnode

from site_pages.public_names import MODULES, all_names

WRITTEN = re.compile(rf"(?:lcresearch\.)?((?:{'|'.join(MODULES)})\.\w+)(?:\.[\w.]+)?(?:\(.*\))?", re.DOTALL)


@cache
def known() -> dict[str, str]:
    """Every public name, as prose writes it, and its page."""
    return {name.short: f"api/{name.page}" for name in all_names()}


def link_names(app: Sphinx, doctree: nodes.document, page: str) -> None:
    """Make links of literals that name something public; headings and links stay as they are."""
    for literal in list(doctree.findall(nodes.literal)):
        found = WRITTEN.fullmatch(literal.astext())
        if found is None or known().get(found[1], page) == page:
            continue
        if isinstance(literal.parent, nodes.reference | nodes.title):
            continue
        link = make_refnode(app.builder, page, known()[found[1]], None, literal.deepcopy())
        literal.replace_self(link)


def setup(app: Sphinx) -> None:
    """After references are known."""
    app.connect("doctree-resolved", link_names)
