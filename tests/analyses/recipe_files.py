"""Recipes as files: running one in an empty folder, and the page that shows its prose, code, output and figures.

``python tests/analyses/recipe_files.py [NAME ...]`` runs recipes and writes what belongs to them: the output and
figures beside the script, and the page in docs/recipes/. Look at what changed before keeping it.

A recipe is a script in cells (``# %%``, and ``# %% [markdown]`` for prose in comments). Its docstring is the title.
Each cell that prints begins with a heading of its own, ``print("3. THE INTERACTION")``, by which the page finds what
the cell printed. The comment above ``savefig`` describes the figure. The last cell prints the line of software.
"""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
RECIPES = ROOT / "analyses" / "recipes"
PAGES = ROOT / "docs" / "recipes"
LONGEST = 900  # seconds; machines that do other things too

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
    """Run a recipe as a reader does, in a folder of its own; figures are drawn so that they can be compared."""
    settings = folder.with_name(f"{folder.name}-matplotlibrc")
    settings.write_text("svg.hashsalt: recipe\nsvg.fonttype: none\n", encoding="utf-8")
    own = {"LCRESEARCH_LANGUAGE": "en", "MPLBACKEND": "agg", "MATPLOTLIBRC": str(settings), "SOURCE_DATE_EPOCH": "0"}
    own |= {"PYTHONUTF8": "1", "COLUMNS": "120"}
    done = subprocess.run(
        [sys.executable, str(RECIPES / f"{name}.py")],
        cwd=folder,
        env=os.environ | own,
        capture_output=True,
        encoding="utf-8",
        timeout=LONGEST,
        check=False,
    )
    return Run(done.returncode, done.stdout, done.stderr, folder)


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
