"""Renew the pinned versions in pyproject.toml from a fresh resolution: ``uv lock --upgrade && python .ci/pin.py``.

uv.lock itself stays out of the repository, since it names package hosts; the versions alone do not.
"""

import re
import tomllib
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
START, END = "constraint-dependencies = [\n", "]\n"


def pins() -> list[str]:
    """One requirement a locked package; where Python versions differ, one a marker."""
    versions: dict[str, list[tuple[str, list[str]]]] = defaultdict(list)
    for package in tomllib.loads((ROOT / "uv.lock").read_text(encoding="utf-8"))["package"]:
        if "version" in package and "editable" not in package.get("source", {}):
            versions[package["name"]].append((package["version"], package.get("resolution-markers", [])))
    lines = []
    for name, found in sorted(versions.items()):
        for version, markers in found:
            spans = [re.findall(r"python_full_version [<>=]+ '[^']+'", text) for text in markers]
            python = sorted({" and ".join(span) for span in spans if span})
            marker = f" ; {' or '.join(python)}" if len(found) > 1 and python else ""
            lines.append(f"{name}=={version}{marker}")
    return lines


def main() -> None:
    """Write the pins between the markers of ``[tool.uv]``."""
    path = ROOT / "pyproject.toml"
    text = path.read_text(encoding="utf-8")
    body = "".join(f'  "{line}",\n' for line in pins())
    before, rest = text.split(START, 1)
    path.write_text(before + START + body + END + rest.split(END, 1)[1], encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
