"""Links on pages lead somewhere, on a code host as well as on the site, and the index reaches every page."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = sorted([*DOCS.glob("*.md"), *(DOCS / "recipes").glob("*.md")])
TOCTREE = re.compile(r"^```\{toctree\}\n(.*?)^```", re.DOTALL | re.MULTILINE)
GENERATED = ("api/", "reference/", "repository/")
"""Made when the site is built."""


def entries():
    """Pages that the index leads to; a pattern stands for the pages that no entry names, as in Sphinx."""
    lines = [
        line for tree in TOCTREE.findall((DOCS / "index.md").read_text(encoding="utf-8")) for line in tree.split("\n")
    ]
    named = [found[1] if (found := re.search(r"<([^>]+)>$", line)) else line.strip() for line in lines]
    patterns = [name for name in named if "*" in name]
    given = [name for name in named if name and not name.startswith(":") and name not in patterns]
    matched = {
        path.relative_to(DOCS).as_posix().removesuffix(".md") for each in patterns for path in DOCS.glob(f"{each}.md")
    }
    return [*given, *sorted(matched - set(given))]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_links_and_figures_of_a_page_exist(page):
    links = re.findall(r"\]\(([^)#\s]+)", page.read_text(encoding="utf-8"))
    missing = [
        link
        for link in links
        if "://" not in link and not link.startswith(("mailto:", *GENERATED)) and not (page.parent / link).exists()
    ]
    assert not missing


def test_index_reaches_every_page_once():
    found = [name for name in entries() if not name.startswith(GENERATED)]
    every = {page.relative_to(DOCS).as_posix().removesuffix(".md") for page in PAGES}
    missing = every - {"index", *found}
    assert not missing, f"put these in a toctree of docs/index.md: {sorted(missing)}"
    assert sorted(found) == sorted(set(found))
    assert not [name for name in found if not (DOCS / f"{name}.md").is_file()]


def test_dutch_pages_have_an_english_one_beside_them():
    dutch = [page.stem for page in PAGES if page.stem.endswith(".nl")]
    assert not [name for name in dutch if not (DOCS / f"{name.removesuffix('.nl')}.md").is_file()]
