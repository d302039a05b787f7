"""Tasks on programmes that run in a process of their own."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lcresearch.progress import Progress


def synthesize(arguments: Mapping[str, Any], progress: Progress) -> dict[str, Any]:
    """Put the packages of the programme in ``folder`` together."""
    from lcresearch.app.synthesis.frame import OUTPUT
    from lcresearch.studies import synthesize_to
    from lcresearch.studies.received_packages import FOLDER

    folder, explore = Path(arguments["folder"]), list(arguments.get("explore", []))
    done = synthesize_to([folder / FOLDER], folder, folder / OUTPUT, force=True, explore=explore, progress=progress)
    return {"packages": len(done.result.packages)}
