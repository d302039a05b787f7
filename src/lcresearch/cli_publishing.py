"""``lcresearch publish``: it parses, calls one public function, and prints."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lcresearch.progress import shown_progress


def publish(
    study: Annotated[Path, typer.Argument(help="study.yaml, or the folder that holds it.")] = Path(),
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="Folder for the bundle [default: publication/ in the study folder]"),
    ] = None,
    results: Annotated[
        Path | None,
        typer.Option("--results", help="Folder with the results [default: results/ in the study folder]"),
    ] = None,
    zip_too: Annotated[bool, typer.Option("--zip", help="Write the bundle as a ZIP to upload as well.")] = False,
    preview: Annotated[bool, typer.Option("--preview", help="Only say what would be in it; writes nothing.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace an earlier bundle.")] = False,
) -> None:
    """Make an open bundle of a study that was run, ready for a data repository: report, tables, metadata and logs."""
    from lcresearch import studies

    with shown_progress() as progress:
        made = studies.publish(
            study, output, results=results, zip_too=zip_too, preview=preview, force=force, progress=progress
        )
    typer.echo(made.text())
