"""Commands on a literature synthesis in a folder: they parse, call one public function, and print."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from lcresearch.cli_words import say

literature_app = typer.Typer(
    help="A literature synthesis: read records, screen with two, note findings, and write it up.", no_args_is_help=True
)

Folder = Annotated[Path, typer.Argument(help="Folder of the synthesis.")]
Files = Annotated[list[Path], typer.Argument(help="Files of records: RIS, PubMed, Web of Science, CSV or Excel.")]
Output = Annotated[Path, typer.Option("--output", "-o", help="Folder of the synthesis: new or empty.")]
FoundBy = Annotated[
    list[str] | None,
    typer.Option("--found-by", help="How a file was found, as 'list.csv=citation' (register, website, ...)."),
]


@literature_app.command("start")
def start_literature(
    files: Files,
    output: Output,
    found_by: FoundBy = None,
    screener: Annotated[
        list[str] | None, typer.Option("--screener", help="Name of a screener; give two [default: A and B]")
    ] = None,
    language: Annotated[
        Literal["nl", "en"], typer.Option("--language", "--lang", help="Language of the forms.")
    ] = "nl",
) -> None:
    """Read records, merge those that stand there twice, and write what a person is to look at first."""
    from lcresearch.synthesis.literature import folder

    names = screener or ["A", "B"]
    _written(folder.start(files, output, found_by=_ways(found_by), screeners=names, language=language))
    _status(output)


@literature_app.command("add")
def add_literature(
    files: Files,
    folder: Annotated[Path, typer.Option("--to", help="Folder of the synthesis.")],
    found_by: FoundBy = None,
) -> None:
    """Add the records of a later search; what was decided stays."""
    from lcresearch.synthesis.literature import folder as literature

    _written(literature.add(files, folder, found_by=_ways(found_by)))
    _status(folder)


@literature_app.command("status")
def show_status(folder: Folder = Path()) -> None:
    """Say how far each form is filled in, and what comes next."""
    _status(folder)


@literature_app.command("next")
def next_forms(folder: Folder = Path()) -> None:
    """Write the forms of the next step; those that are there are never replaced."""
    from lcresearch.synthesis.literature import folder as literature

    _written(literature.proceed(folder))
    _status(folder)


@literature_app.command("report")
def report_literature(
    folder: Folder = Path(),
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Folder for the report [default: report/ in the folder]")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace an earlier report there.")] = False,
) -> None:
    """Write the flow, the map of what is known, the included studies and all tables."""
    from lcresearch import reporting
    from lcresearch.synthesis.literature import folder as literature

    page = reporting.save_literature(literature.finish(folder), output or folder / "report", force=force)
    typer.echo(say("cli.synthesized", path=str(page)))


def _ways(found_by: list[str] | None) -> dict[str, str]:
    """``list.csv=citation`` as a mapping."""
    for one in found_by or []:
        if "=" not in one:
            raise typer.BadParameter(say("cli.found_by", found=one))
    return {name.strip(): way.strip() for name, _, way in (one.rpartition("=") for one in found_by or [])}


def _status(folder: Path) -> None:
    from lcresearch.synthesis.literature import folder as literature

    found = literature.status(folder)
    for row in found.table.to_dict("records"):
        typer.echo("  " + say("cli.form_filled", file=row["file"], done=int(row["n_done"]), total=int(row["n"])))
    for line in found.cautions():
        typer.echo(line[:1].upper() + line[1:])


def _written(paths: list[Path]) -> None:
    for path in paths:
        typer.echo(say("cli.written", path=str(path)))
