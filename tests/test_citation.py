"""How the software is cited: one file says it, and it tells of the version that is installed."""

import re

import pytest
import yaml
from typer.testing import CliRunner

import lcresearch
from lcresearch.citation import citation
from lcresearch.cli import app
from lcresearch.shipped import citation_file

CITATION = yaml.safe_load(citation_file().read_text(encoding="utf-8"))


def test_file_is_of_the_format_and_of_this_version():
    required = {"cff-version", "message", "title", "authors"}  # of the schema of Citation File Format 1.2.0
    assert required <= set(CITATION)
    assert CITATION["cff-version"] == "1.2.0"
    assert CITATION["version"] == lcresearch.__version__


def test_reference_names_authors_year_title_and_version():
    assert citation() == (
        f"The lcresearch developers ({CITATION['date-released'].year}). {CITATION['title']}"
        f" (version {lcresearch.__version__}) [Computer software]."
    )


def test_bibtex_has_balanced_braces_and_the_same_facts():
    entry = citation("bibtex")
    assert entry.count("{") == entry.count("}")
    assert re.search(r"version = \{(.*?)\}", entry).group(1) == lcresearch.__version__


def test_unknown_style_is_refused():
    with pytest.raises(ValueError, match="'ris'"):
        citation("ris")


def test_command_prints_the_same():
    assert CliRunner().invoke(app, ["cite"]).stdout == citation() + "\n"
