"""The documentation site: python3 -m uv run --group docs sphinx-build -W -b html docs site."""

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE / "_ext"))
sys.path.insert(0, str(HERE.parent / "src"))

import lcresearch  # noqa: E402

project = "lcresearch"
author = "The lcresearch developers"
project_copyright = "The lcresearch developers. Texts CC BY 4.0, code GPL-3.0-or-later"
version = release = lcresearch.__version__
language = "en"

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx_copybutton",
    "site_pages.extension",
]
exclude_patterns = ["_ext", "figures", "pictures"]
root_doc = "index"

# Markdown as code hosts show it; links to files of the repository lead to the pages that site_pages makes of them
myst_heading_anchors = 4
myst_url_schemes = {"http": None, "https": None, "mailto": None, "repository": "{{path}}#{{fragment}}"}

# docstrings: numpy sections; types are prose there, so they are not looked up
napoleon_google_docstring = False
napoleon_use_ivar = True
napoleon_use_rtype = False
autodoc_member_order = "bysource"
autodoc_typehints = "none"
autodoc_preserve_defaults = True
autodoc_class_signature = "separated"
add_module_names = False
python_maximum_signature_line_length = 88
python_display_short_literal_types = True

# nothing is asked of another host, when the site is made or when it is read
html_theme = "furo"
html_title = "lcresearch"
pygments_dark_style = "github-dark"
html_static_path = ["_static"]
html_css_files = ["lcresearch.css"]
html_theme_options = {
    "light_css_variables": {"color-brand-primary": "#0b6e66", "color-brand-content": "#0b6e66"},
    "dark_css_variables": {"color-brand-primary": "#5fc2b6", "color-brand-content": "#5fc2b6"},
    "footer_icons": [],
}
html_copy_source = False
html_show_sourcelink = False
copybutton_exclude = ".linenos, .gp, .go"
copybutton_prompt_text = ">>> "
