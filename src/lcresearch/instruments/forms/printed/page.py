"""One version of a form in one language as a page to print."""

from __future__ import annotations

from functools import cache
from importlib import resources

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from lcresearch.instruments.forms.paper_layout import Asked, PaperForm
from lcresearch.instruments.forms.wording import words

_FEW_LETTERS, _MANY_BOXES = 24, 4


def page(form: PaperForm) -> str:
    """A whole HTML page that needs nothing else: no scripts, no network. The same form gives the same bytes."""
    say = words(form.language)
    style = _source("form.css").replace("MARK", _css_text(form.mark))
    style = style.replace("PAGE", _css_text(say("paper_form.page"))).replace("OF", _css_text(say("paper_form.of")))
    template = _environment().get_template("form.html.j2")
    return template.render(form=form, say=say, style=Markup(style), in_columns=_in_columns)


def _in_columns(asked: Asked) -> bool:
    """Whether boxes with few words stand in two columns."""
    return len(asked.boxes) > _MANY_BOXES and all(
        len(box.label) <= _FEW_LETTERS and not box.write for box in asked.boxes
    )


def _css_text(text: str) -> str:
    """A text between quotation marks in a style sheet; only letters, digits and some signs stay as they are."""
    return '"' + "".join(c if c.isalnum() or c in " .-_" else f"\\{ord(c):06x} " for c in text) + '"'


def _source(name: str) -> str:
    return resources.files("lcresearch.instruments.forms.printed").joinpath(name).read_text(encoding="utf-8")


@cache
def _environment() -> Environment:
    return Environment(
        loader=FunctionLoader(_source),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
        keep_trailing_newline=True,
    )
