"""``lcresearch monitor``: it parses, calls one public function, and prints."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def monitor(study: Annotated[Path, typer.Argument(help="study.yaml, or the folder that holds it.")] = Path()) -> None:
    """Say which communities go on, which stopped, and of which something is a reason to call. Writes nothing."""
    from lcresearch import studies

    typer.echo(studies.load(study).monitor().text())
