"""Tasks on studies that run in a process of their own."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lcresearch.progress import Progress


def run(arguments: Mapping[str, Any], progress: Progress) -> dict[str, Any]:
    """Run the study in ``folder``."""
    from lcresearch import studies

    done = studies.load(Path(arguments["folder"])).run(force=bool(arguments.get("force")), progress=progress)
    return {"reports": {language: path.name for language, path in done.reports.items()}}
