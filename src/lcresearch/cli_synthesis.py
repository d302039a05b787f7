"""Commands on evidence: they parse, call one public function, and print."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from lcresearch.cli_words import say
from lcresearch.progress import shown_progress


def pack(
    study: Annotated[Path, typer.Argument(help="study.yaml, or the folder that holds it.")] = Path(),
    preview: Annotated[
        bool, typer.Option("--preview", help="Only say in plain words what would leave the house; writes nothing.")
    ] = False,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="Folder, or a .zip for one consortium [default: evidence/ in the study]"),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace packages that are there.")] = False,
    language: Annotated[
        Literal["nl", "en"] | None, typer.Option("--language", "--lang", help="Language of the preview.")
    ] = None,
) -> None:
    """Write the evidence package of each consortium of a study, or say what would be in it."""
    from lcresearch import studies

    loaded = studies.load(study)
    if preview:
        typer.echo(loaded.preview(language))
    else:
        print_packages(loaded.pack(output, force=force))


def synthesize(
    packages: Annotated[list[Path], typer.Argument(help="Evidence packages (.zip), or folders that hold them.")],
    programme: Annotated[Path, typer.Option("--programme", help="The programme.yaml by which they were packed.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="Folder for the results.")] = Path("synthesis"),
    force: Annotated[bool, typer.Option("--force", help="Replace earlier results in the output folder.")] = False,
    explore: Annotated[
        list[str] | None,
        typer.Option("--explore", help="A moderator that the plan does not name, marked as exploratory; repeatable."),
    ] = None,
) -> None:
    """Put evidence packages of consortia together: which working elements hold everywhere, and which only somewhere."""
    from lcresearch import studies

    with shown_progress() as progress:
        done = studies.synthesize_to(packages, programme, output, force=force, explore=explore, progress=progress)
    typer.echo(done.text())


def print_packages(packed: Any) -> None:
    """Print where packages are, what stays at home, and of which consortia nothing may leave."""
    for problem in packed.problems:
        typer.echo(problem.text())
    if packed.packages:
        where = packed.paths[0] if len(packed.paths) == 1 else packed.paths[0].parent
        typer.echo(say("cli.packages", n=len(packed.paths), path=str(where)))
        typer.echo(say("cli.codes_of_communities", path=str(packed.key)))
