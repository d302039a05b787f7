"""A page for each public module, with its names in groups, and a page for each name."""

from __future__ import annotations

import ast
import inspect
import sys
from importlib import import_module
from itertools import groupby
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.domains.python import PyObject
from sphinx.ext.napoleon.docstring import GoogleDocstring

from site_pages.mentions import in_tests, on_pages
from site_pages.public_names import KINDS, MODULES, ROOT, Name, holders, makers, names_of

HEADINGS = {
    "function": "Functions",
    "result": "Results",
    "class": "Data, files and settings",
    "error": "Errors",
    "constant": "Constants",
}
MANY = 12
"""More names of a kind than this are shown by the folder in which they stand."""
TESTS_SHOWN = 3


def pages() -> dict[str, str]:
    """Path within docs/api: text, in reStructuredText, the language of the docstrings."""
    found = {"index.md": overview()}
    for module in MODULES:
        found[f"{module}.rst"] = module_page(module)
        found |= {f"{name.page}.rst": name_page(name) for name in names_of(module)}
    return found


def overview() -> str:
    """The modules in one table."""
    rows = [f"| [{module}]({module}.rst) | {first_line(module)} | {len(names_of(module))} |" for module in MODULES]
    return "\n".join(
        [
            "# Python: modules and names",
            "",
            "Made from the docstrings of the code. Every name below is public: it stays, or a changelog says what to"
            " do. `from lcresearch import multilevel` loads a module on first use.",
            "",
            "| module | what it is for | names |",
            "|---|---|---:|",
            *rows,
            "",
            "Whatever a function returns can be asked the same things: `tidy()`, `glance()`, `summary()`, `to_dict()`,"
            " `to_latex()`, `to_docx(path)`, `plot()`; see [results.Result](results.Result.rst).",
            "",
            "```{toctree}",
            ":hidden:",
            "",
            *MODULES,
            "```",
            "",
        ]
    )


def first_line(module: str) -> str:
    """What the docstring of a module begins with."""
    return " ".join((import_module(f"lcresearch.{module}").__doc__ or "").strip().partition("\n\n")[0].split())


def module_page(module: str) -> str:
    """What the module is for, and its names by kind with a sentence each."""
    names = names_of(module)
    lines = [module, "=" * len(module), "", inspect.cleandoc(import_module(f"lcresearch.{module}").__doc__ or ""), ""]
    for kind in KINDS:
        of_kind = [name for name in names if name.kind == kind]
        if not of_kind:
            continue
        lines += [HEADINGS[kind], "-" * len(HEADINGS[kind]), ""]
        if len(of_kind) <= MANY or len({name.part for name in of_kind}) < 3:
            lines += table(of_kind)
            continue
        for part, group in groupby(sorted(of_kind, key=lambda name: (name.part, name.name.lower())), _part):
            if part:
                title = part.replace("_", " ").capitalize()
                lines += [title, "~" * len(title), ""]
            lines += table(list(group))
    return "\n".join([*lines, *formulas(module)])


def formulas(module: str) -> list[str]:
    """What files of a module say with formulas at their top: they stand once, where they are computed."""
    lines: list[str] = []
    for path in sorted((ROOT / "src" / "lcresearch" / module).rglob("*.py")):
        text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
        if ":math:" not in text:
            continue
        title = path.stem.replace("_", " ").capitalize()
        code = f"Code: {file_link(_inside(path))}"
        lines += [title, "~" * len(title), "", text, "", code, ""]
    return ["Formulas", "--------", "", *lines] if lines else []


def _part(name: Name) -> str:
    return name.part


def table(names: list[Name]) -> list[str]:
    """Rows of name and first sentence."""
    lines = [".. list-table::", "   :widths: 35 65", "   :class: names", ""]
    for name in names:
        lines += [f"   * - :doc:`{name.name} <{name.page}>`", f"     - {name.summary}"]
    return [*lines, ""]


def name_page(name: Name) -> str:
    """Signature and docstring, then where it is made, shown, computed and tested."""
    directive = {"function": "autofunction", "constant": "autodata", "error": "autoexception"}.get(
        name.kind, "autoclass"
    )
    options = ["   :no-value:"] if name.kind == "constant" else ["   :members:"] if directive != "autofunction" else []
    if name.kind == "result":  # nobody makes one by hand
        options.append("   :exclude-members: __init__")
    return "\n".join(
        [
            ":orphan:",
            "",
            name.short,
            "=" * len(name.short),
            "",
            f".. currentmodule:: lcresearch.{name.module}",
            "",
            f"Of module :doc:`{name.module}`.",
            "",
            f".. {directive}:: lcresearch.{name.module}.{name.name}",
            *options,
            "",
            *how_computed(name),
            *elsewhere(name),
        ]
    )


def how_computed(name: Name) -> list[str]:
    """The docstring of the file, when it says more than one paragraph: formulas and definitions stand there."""
    if name.kind != "function":
        return []
    where = sys.modules[inspect.unwrap(name.value).__module__]
    text = inspect.cleandoc(where.__doc__ or "")
    if ":math:" in text:  # stands on the page of the module
        return []
    if where.__name__ == f"lcresearch.{name.module}" or "\n\n" not in text:
        return []
    return ["How it is computed", "------------------", "", text, ""]


def elsewhere(name: Name) -> list[str]:
    """Links to what makes it, shows it, holds its code and tests it."""
    lines = []
    if name.kind in ("class", "result") and (made := makers().get(name.value)):
        lines.append("Made by " + ", ".join(f":doc:`{maker.short} <{maker.page}>`" for maker in made))
    if name.kind in ("class", "result") and (held := holders().get(name.value)):
        lines.append("Part of " + ", ".join(f":doc:`{holder.short} <{holder.page}>`" for holder in held))
    if shown := on_pages().get(name.short):
        lines.append("Used on the page " + ", ".join(f":doc:`/{page.stem}`" for page in shown))
    if name.source:
        path, line = name.source
        lines.append(f"Code: {file_link(path, line)}")
    if tests := in_tests().get(name.short):
        more = f" and {len(tests) - TESTS_SHOWN} more" if len(tests) > TESTS_SHOWN else ""
        lines.append("Tested in " + ", ".join(file_link(_inside(path)) for path in tests[:TESTS_SHOWN]) + more)
    if not lines:
        return []
    return ["More", "----", "", *(f"- {line}" for line in lines), ""]


def _inside(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def file_link(path: str, line: int | None = None) -> str:
    """A link from a page in docs/api to the page of a file of the repository."""
    from site_pages.repository import wanted

    wanted.add(path)
    anchor = f"#line-{line}" if line else ""
    return f"`{path} <../files/{path}.html{anchor}>`__"


def setup(app: Sphinx) -> None:
    """Read attributes as they are written.

    Their names are no references, since ``method`` would lead to another class that has one; ``outcome, method : str``
    are two attributes; and in the docstring of a property no type stands before a colon.
    """
    for field in PyObject.doc_field_types:
        if field.name == "variable":
            field.rolename, field.label = "", "Attributes"
    consume = GoogleDocstring._consume_fields

    def each_by_itself(self: GoogleDocstring, parse_type: bool = True, prefer_type: bool = False, **_: bool) -> Any:
        return consume(self, parse_type, prefer_type, multiple=not prefer_type)

    def all_of_it(self: GoogleDocstring) -> tuple[str, list[str]]:
        return "", self._dedent(self._consume_to_end())

    GoogleDocstring._consume_fields = each_by_itself  # type: ignore[method-assign]
    GoogleDocstring._consume_inline_attribute = all_of_it  # type: ignore[method-assign]
