"""Recipes as files: running one in an empty folder, and the page that shows its prose, code, output and figures.

``python tests/analyses/recipe_files.py [NAME ...]`` runs recipes and writes what belongs to them: the output and
figures beside the script, and the page in docs/recipes/. Look at what changed before keeping it.

A recipe is a script in cells (``# %%``, and ``# %% [markdown]`` for prose in comments). Its docstring is the title.
Each cell that prints begins with a heading of its own, ``print("3. THE INTERACTION")``, by which the page finds what
the cell printed. The comment above ``savefig`` describes the figure. The last cell prints the line of software.
"""

from __future__ import annotations

import ast
import multiprocessing
import os
import re
import runpy
import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

import matplotlib as mpl

from lcresearch.pdf_printing import Printed

ROOT = Path(__file__).parents[2]
RECIPES = ROOT / "analyses" / "recipes"
PAGES = ROOT / "docs" / "recipes"
LONGEST = 900  # seconds; machines that do other things too

_STARTING = multiprocessing.get_context("spawn" if sys.platform == "win32" else "forkserver")
_STARTING.set_forkserver_preload(["tests.analyses.imported_once", "tests.analyses.recipe_files"])

_PRINTING = "lcresearch.instruments.forms.printed.writing.print_to_pdf"
_CELL = re.compile(r"^# %%(.*)\n", re.MULTILINE)
_HEADING = re.compile(r'print\(f?"(?:\\n)*(\d+\. [A-Z][A-Z ,-]+)"\)')
_FIGURE = re.compile(r'((?:^ *# .*\n)*)^.*savefig\("([^"]+)"', re.MULTILINE)
_SOFTWARE = re.compile(r"^(Software: ).*$", re.MULTILINE)


@dataclass(frozen=True)
class Run:
    """What a recipe printed, and the folder it ran in."""

    status: int
    out: str
    err: str
    folder: Path

    @property
    def figures(self) -> dict[str, str]:
        """SVG by file name."""
        return {path.name: path.read_text(encoding="utf-8") for path in sorted(self.folder.glob("*.svg"))}


def names() -> list[str]:
    """All recipes."""
    return sorted(path.stem for path in RECIPES.glob("*.py"))


def run(name: str, folder: Path) -> Run:
    """Run a recipe in a process and a folder of its own, as a reader does; figures are drawn so that they compare.

    What all recipes import is imported once: each process starts as a copy of one in which nothing else was done.
    """
    own = {"LCRESEARCH_LANGUAGE": "en", "MPLBACKEND": "agg", "SOURCE_DATE_EPOCH": "0", "PYTHONUTF8": "1"}
    printed = folder.with_name(f"{folder.name}-printed")
    printed.mkdir()
    with mock.patch.dict(os.environ, own | {"COLUMNS": "120"}):
        started = _STARTING.Process(target=_run, args=(RECIPES / f"{name}.py", folder, printed))
        started.start()
    started.join(LONGEST)
    if started.is_alive():
        started.kill()
        started.join()
    out, err = ((printed / stream).read_text(encoding="utf-8") for stream in ("out", "err"))
    shutil.rmtree(printed)
    return Run(started.exitcode or 0, out, err, folder)


def _run(script: Path, folder: Path, printed: Path) -> None:
    """What the process does."""
    for stream, file in ((sys.stdout, "out"), (sys.stderr, "err")):
        stream.flush()
        os.dup2(os.open(printed / file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), stream.fileno())
    os.chdir(folder)
    mpl.rcParams.update({"svg.hashsalt": "recipe", "svg.fonttype": "none"})
    sys.argv = [str(script)]
    with mock.patch("lcresearch.reporting.save.png_file", _no_picture), mock.patch(_PRINTING, _no_pdf):
        runpy.run_path(str(script), run_name="__main__")


def _no_picture(drawing: object) -> bytes:
    """In place of the picture of a figure in a report: no recipe shows one, and tests/reporting looks at them."""
    return b""


def _no_pdf(page: Path, target: Path) -> Printed:
    """In place of what a browser makes of a form on paper, which tests/instruments/forms looks at."""
    target.write_bytes(b"")
    return Printed(target)


def without_versions(text: str) -> str:
    """The output without versions of software, which differ from place to place."""
    return _SOFTWARE.sub(r"\1...", text)


def page(name: str, printed: str) -> str:
    """The page of a recipe in Markdown: cells of prose as prose, code with what it printed, figures below it."""
    script = (RECIPES / f"{name}.py").read_text(encoding="utf-8")
    marks = list(_CELL.finditer(script))
    ends = [*(mark.start() for mark in marks[1:]), len(script)]
    cells = [(mark[1].strip(), script[mark.end() : end].strip("\n")) for mark, end in zip(marks, ends, strict=True)]
    outputs = _by_heading(printed)
    parts = [_prose(text) if kind == "[markdown]" else _code(text, outputs) for kind, text in cells]
    files = f"[`{name}.py`](../../analyses/recipes/{name}.py) ([output](../../analyses/recipes/{name}.txt))"
    title = str(ast.get_docstring(ast.parse(script))).rstrip(".")
    head = f"# {title}\n\nThis page shows {files}. All [recipes](../recipes.md)."
    return "\n\n".join([head, *parts, *(_block(outputs.pop(left)) for left in list(outputs))]) + "\n"


def _prose(text: str) -> str:
    return "\n".join(line.removeprefix("#").removeprefix(" ") for line in text.splitlines())


def _code(text: str, outputs: dict[str, str]) -> str:
    printed = "\n\n".join(outputs.pop(heading) for heading in _HEADING.findall(text) if heading in outputs)
    if text.lstrip().startswith("print(f") and "Software:" in text:
        printed = outputs.pop("Software", "")
    figures = [
        f"![{_said(said)}](../../analyses/recipes/{file})\n\n*{_said(said)}*" for said, file in _FIGURE.findall(text)
    ]
    return "\n\n".join([f"```python\n{text}\n```", *([_block(printed)] if printed else []), *figures])


def _said(comment: str) -> str:
    return " ".join(line.strip().removeprefix("#").strip() for line in comment.splitlines())


def _block(printed: str) -> str:
    return f"```text\n{printed}\n```"


def _by_heading(printed: str) -> dict[str, str]:
    """What was printed, by the numbered heading above it; what came before the first under ``""``."""
    parts: dict[str, list[str]] = {"": []}
    for line in printed.splitlines():
        if re.fullmatch(r"\d+\. [A-Z][A-Z ,-]+", line):
            parts[line] = []
        elif line.startswith("Software: "):
            parts["Software"] = []
        parts[list(parts)[-1]].append(line)
    texts = {heading: "\n".join(lines).strip("\n") for heading, lines in parts.items()}
    return {heading: text for heading, text in texts.items() if text}


def renew(name: str) -> None:
    """Run a recipe and keep its output, figures and page."""
    with tempfile.TemporaryDirectory() as folder:
        done = run(name, Path(folder))
        if done.status or done.err:
            sys.exit(f"{name}: status {done.status}\n{done.err}")
        (RECIPES / f"{name}.txt").write_text(done.out, encoding="utf-8")
        for old in RECIPES.glob(f"{name}-*.svg"):
            old.unlink()
        for figure in done.figures:
            shutil.copy(Path(folder) / figure, RECIPES / figure)
    PAGES.mkdir(exist_ok=True)
    (PAGES / f"{name}.md").write_text(page(name, done.out), encoding="utf-8")


if __name__ == "__main__":
    for asked in sys.argv[1:] or names():
        renew(asked)
        print(f"{asked}: written")
