"""Commands on integration: they parse, call one public function, and print."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lcresearch.progress import shown_progress


def integrate(
    study: Annotated[Path, typer.Argument(help="study.yaml, or the folder that holds it.")] = Path(),
    synthesis: Annotated[
        Path | None,
        typer.Option("--synthesis", help="Folder with the evidence packages of all consortia [default: the study's]"),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Folder for the pages [default: integration/ in the study]")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace earlier pages in the output folder.")] = False,
) -> None:
    """Bring numbers and interviews together by integration.yaml, and write a page for each working element."""
    from lcresearch import studies

    with shown_progress() as progress:
        done = studies.load(study).integrate(synthesis, output, force=force, progress=progress)
    typer.echo(done.text())
