"""What a benchmark ran on: processor, memory, linear algebra and versions; no names of hosts, users or folders."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
from pathlib import Path

import numpy as np

KIND = "part"


def machine() -> dict[str, str]:
    """What a reader needs to judge times."""
    found = {
        "processor": _processor(),
        "cores": str(os.cpu_count()),
        "memory": _memory(),
        "operating system": _system(),
        "Python": platform.python_version(),
        "numpy": np.__version__,
        "linear algebra of numpy": _blas(),
    }
    if shutil.which("Rscript"):
        code = 'cat(R.version$major, ".", R.version$minor, "\\n", basename(sessionInfo()$BLAS), sep = "")'
        lines = subprocess.run(["Rscript", "-e", code], capture_output=True, text=True, check=False).stdout.splitlines()
        found |= dict(zip(("R", "linear algebra of R"), lines, strict=False))
    return {name: value for name, value in found.items() if value}


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    if info.exists():
        names = [
            line.split(":", 1)[1].strip() for line in info.read_text().splitlines() if line.startswith("model name")
        ]
        if names:
            return names[0]
    return platform.processor() or platform.machine()


def _memory() -> str:
    try:
        size = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, OSError, ValueError):
        return ""
    return f"{size / 2**30:.0f} GiB"


def _system() -> str:
    try:
        return platform.freedesktop_os_release().get("PRETTY_NAME", platform.system())
    except OSError:
        return f"{platform.system()} {platform.release()}"


def _blas() -> str:
    config = np.show_config(mode="dicts")
    blas = config.get("Build Dependencies", {}).get("blas", {}) if config else {}
    return f"{blas.get('name', '')} {blas.get('version', '')}".strip()
