"""The command that says how to cite: it calls one public function, and prints."""

from __future__ import annotations

from typing import Annotated, Literal

import typer


def cite(
    style: Annotated[Literal["text", "bibtex", "cff"], typer.Option("--style", help="Form of the reference.")] = "text",
) -> None:
    """Say how to cite the software, in words, for BibTeX, or as CITATION.cff."""
    from lcresearch.citation import citation

    typer.echo(citation(style))
