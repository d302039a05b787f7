"""Commands on forms: they parse, call one public function, and print."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

_PLATFORMS = "limesurvey, qualtrics, xlsform, surveyjs, redcap, word, print or codebook"
Languages = Annotated[
    list[str] | None,
    typer.Option("--language", "--lang", help="nl or en; may be given again [default: all]"),
]
Force = Annotated[bool, typer.Option("--force", help="Replace forms that are there.")]


def form(
    study: Annotated[Path, typer.Argument(help="study.yaml, or the folder that holds it.")] = Path(),
    platform: Annotated[
        list[str] | None,
        typer.Option("--platform", help=f"{_PLATFORMS}; may be given again [default: those in study.yaml]"),
    ] = None,
    language: Languages = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Folder for the forms [default: forms/ in the study folder]")
    ] = None,
    force: Force = False,
) -> None:
    """Make the forms of a study for survey platforms or paper, and say what each cannot carry and what to do next."""
    from lcresearch import studies

    typer.echo(studies.load(study).export_forms(output, platform, language, force=force).text())


def export_instrument(
    name: Annotated[str, typer.Argument(help="Id of the library, or a file that ends in .yaml.")],
    platform: Annotated[str, typer.Option("--platform", help=f"{_PLATFORMS}.")] = "limesurvey",
    output: Annotated[
        Path, typer.Option("--output", "-o", help="Folder, or one file with an ending that the platform has.")
    ] = Path(),
    language: Languages = None,
    short_form: Annotated[bool, typer.Option("--short-form", help="Only the questions of the short form.")] = False,
    force: Force = False,
) -> None:
    """Make a form of one instrument, for a survey platform or on paper."""
    from lcresearch import instruments

    made: Any = instruments.load(name).export(output, platform, language, short_form=short_form, force=force)
    typer.echo(made.text())
