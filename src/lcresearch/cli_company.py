"""The command on reports to companies: it parses, calls one public function, and prints."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def company_reports(
    study: Annotated[Path, typer.Argument(help="study.yaml, or the folder that holds it.")] = Path(),
    organisation: Annotated[
        str | None, typer.Option("--organisation", help="Only this company, by its name or its folder.")
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="Folder with the results [default: results/ in the study folder]"),
    ] = None,
    pdf: Annotated[bool, typer.Option("--pdf", help="Print each report to a PDF file of two pages as well.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace reports that say something else.")] = False,
) -> None:
    """Draw the reports to companies again from what the last run released, and print them."""
    from lcresearch import studies

    loaded = studies.load(study)
    done = studies.redraw_company_reports(loaded, output, organisation=organisation, pdf=pdf, force=force)
    typer.echo(done.text())
