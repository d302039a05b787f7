"""The command that checks a paper: it parses, calls one public function, and prints."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def check_claims(
    study: Annotated[Path, typer.Argument(help="Folder of the study, or its study.yaml.")] = Path(),
    claims: Annotated[
        Path | None, typer.Option("--claims", help="File of the claims [default: claims.yaml in the study]")
    ] = None,
) -> None:
    """Check whether the numbers and quotes of a paper still stand in the results and interviews of its study."""
    from lcresearch import studies

    found = studies.check_claims(study, claims)
    typer.echo(found.summary(), nl=False)
    if not found.stands:
        raise typer.Exit(found.status)
