"""The code on documentation pages that bring their own data runs as it is written, from the first block to the last."""

import re
from pathlib import Path

import matplotlib as mpl
import pytest

ROOT = Path(__file__).parents[1]
BLOCK = re.compile(r"^```python\n(.*?)^```", re.DOTALL | re.MULTILINE)
SELF_CONTAINED = ("multilevel",)


@pytest.mark.parametrize("name", SELF_CONTAINED)
def test_code_of_a_page(name, tmp_path, monkeypatch, capsys):
    page = ROOT / "docs" / f"{name}.md"
    monkeypatch.chdir(tmp_path)
    mpl.use("Agg")
    names = {}
    text = page.read_text(encoding="utf-8").replace("tests/reference", (ROOT / "tests" / "reference").as_posix())
    for block in BLOCK.finditer(text):
        line = text[: block.start()].count("\n") + 2
        code = compile("\n" * (line - 1) + block[1], str(page), "exec")
        exec(code, names)
