"""Where a public name is used: on documentation pages, whose code the tests run, and in the tests."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from site_pages.public_names import MODULES, ROOT

BLOCK = re.compile(r"^```python\n(.*?)^```", re.DOTALL | re.MULTILINE)
DOTTED = re.compile(rf"\b({'|'.join(MODULES)})\.(\w+)")
IMPORTED = re.compile(
    rf"^ *from lcresearch\.({'|'.join(MODULES)})(?:\.[\w.]+)? import (?:\(([^)]*)\)|(.*))$", re.MULTILINE
)


def used(code: str) -> Iterator[str]:
    """Names such as ``multilevel.fit_lmm`` in Python code, once for each time they occur."""
    for module, name in DOTTED.findall(code):
        yield f"{module}.{name}"
    words: Counter[str] = Counter()
    for module, within, line in IMPORTED.findall(code):
        words = words or Counter(re.findall(r"\w+", code))
        for part in (within or line).split(","):
            name = part.partition("#")[0].split(" as ")[0].strip()
            if name:
                yield from [f"{module}.{name}"] * max(1, words[name] - 1)


@cache
def on_pages() -> dict[str, list[Path]]:
    """Name: pages whose code uses it."""
    found: dict[str, list[Path]] = {}
    for page in sorted((ROOT / "docs").glob("*.md")):
        code = "\n".join(BLOCK.findall(page.read_text(encoding="utf-8")))
        for name in sorted(set(used(code))):
            found.setdefault(name, []).append(page)
    return found


@cache
def in_tests() -> dict[str, list[Path]]:
    """Name: test files that use it, most often first."""
    counts: dict[str, dict[Path, int]] = {}
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for name in used(path.read_text(encoding="utf-8")):
            of_name = counts.setdefault(name, {})
            of_name[path] = of_name.get(path, 0) + 1
    return {name: sorted(files, key=lambda path: (-files[path], path)) for name, files in counts.items()}
