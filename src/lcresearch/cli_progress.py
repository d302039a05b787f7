"""``lcresearch progress``: it parses, calls one public function, and prints."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def progress(
    places: Annotated[
        list[Path], typer.Argument(help="Evidence packages, or folders of packages, of studies, or of a synthesis.")
    ],
    programme: Annotated[Path, typer.Option("--programme", help="The programme.yaml with its criteria.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="Folder for the page and tables.")] = Path("progress"),
    records: Annotated[
        Path | None,
        typer.Option("--records", help="What people count themselves [default: progress-records.csv beside it]"),
    ] = None,
    earlier: Annotated[
        Path | None, typer.Option("--earlier", help="The last progress table [default: the one in the output folder]")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace the progress table in the output folder.")] = False,
) -> None:
    """Say how far a programme is, for its steering group: by criterion, party, sector and size of firm."""
    from lcresearch import studies

    done = studies.progress_to(places, programme, output, records=records, earlier=earlier, force=force)
    typer.echo(done.text())
