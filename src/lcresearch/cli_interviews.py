"""Commands on interviews: they parse, call one public function, and print."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from lcresearch.cli_words import say
from lcresearch.progress import shown_progress

interviews_app = typer.Typer(
    help="Interviews: bring them in, take names out, compare coders, find topics, get suggestions, and take them out.",
    no_args_is_help=True,
)

Source = Annotated[
    list[Path],
    typer.Argument(
        help="A study, a coded project (.lccoding, .qdpx, .qde, .qda, .sqlite3), or a folder or files of transcripts."
    ),
]
Attributes = Annotated[
    Path | None,
    typer.Option("--attributes", help="Table of who was interviewed: a row a file, with community, role."),
]
Codings = Annotated[
    list[Path] | None,
    typer.Option("--codings", help="Table of codings (document, coder, quote, code); may be given again."),
]
Codebook = Annotated[
    str | None, typer.Option("--codebook", help="Codebook of these codings: a file, or the id of a shipped one.")
]
Role = Annotated[
    list[str] | None, typer.Option("--role", help="Role of a speaker, as 'Anna=interviewer'; may be given again.")
]
Force = Annotated[bool, typer.Option("--force", help="Replace a file that exists.")]
Unit = Literal["turn", "paragraph", "sentence", "document"]


class Target(StrEnum):
    """Programs that a project is fitted to."""

    ATLAS_TI = "atlas.ti"
    NVIVO = "nvivo"
    MAXQDA = "maxqda"
    QUALCODER = "qualcoder"


@interviews_app.command("import")
def import_interviews(
    source: Source,
    output: Annotated[Path, typer.Option("--output", "-o", help="Project to write (.qdpx, or .lccoding to code in).")],
    attributes: Attributes = None,
    codings: Codings = None,
    codebook: Codebook = None,
    role: Role = None,
    force: Force = False,
) -> None:
    """Make one project of transcripts or of another program's project, and list what was found and what is wrong."""
    from lcresearch import interviews

    project = _open(source, attributes, codings, codebook, role)
    written = interviews.write_project(project, output, force=force)
    _print([*project.problems, *written.problems])
    _written(written, project)
    if any(problem.level == "error" for problem in project.problems):
        raise typer.Exit(1)


@interviews_app.command("export")
def export_interviews(
    source: Source,
    output: Annotated[
        Path,
        typer.Option("--output", "-o", help="File to write: .qdpx, .lccoding, .qdc (codes), .csv or .xlsx (codings)."),
    ],
    target: Annotated[Target | None, typer.Option("--target", help="Program that will open a .qdpx.")] = None,
    attributes: Attributes = None,
    codings: Codings = None,
    codebook: Codebook = None,
    role: Role = None,
    force: Force = False,
) -> None:
    """Write interviews for another program, their codebook, or a table of codings with their quotes."""
    from lcresearch import interviews

    project = _open(source, attributes, codings, codebook, role)
    written = interviews.export_project(project, output, target=target and target.value, force=force)
    _print(written.problems)
    _written(written, project)


@interviews_app.command("agreement")
def agreement(
    source: Source,
    coder: Annotated[
        list[str] | None,
        typer.Option("--coder", help="Coder to compare; may be given again [default: as the study says, or all]"),
    ] = None,
    unit: Annotated[
        Literal["segment", "character", "span"], typer.Option("--unit", help="What is compared.")
    ] = "segment",
    segment: Annotated[
        Unit | None, typer.Option("--segment", help="What a segment is [default: as the study says, or turn]")
    ] = None,
    without_role: Annotated[
        list[str] | None,
        typer.Option(
            "--without-role",
            help="Role whose words do not count, such as interviewer [default: as the study says, or none]",
        ),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Table of codes to write (.csv or .xlsx).")
    ] = None,
    disagreements: Annotated[
        Path | None, typer.Option("--disagreements", help="List of places to talk about (.csv or .xlsx), with quotes.")
    ] = None,
    attributes: Attributes = None,
    codings: Codings = None,
    codebook: Codebook = None,
    role: Role = None,
    force: Force = False,
) -> None:
    """Compare coders: agreement a code and on all codes together, as they coded before they talked it over.

    Of a study it is what the report says.
    """
    from lcresearch import interviews, studies
    from lcresearch.interviews.table_files import write_table

    with shown_progress() as progress:
        progress(say("study.step.interviews"), 0.0)
        asked = studies.coders_to_compare(
            _one_or_several(source), coders=coder or None, segment=segment, without_roles=without_role or None,
            attributes=attributes, codings=codings or (), codebook=codebook, roles=_roles(role),
        )  # fmt: skip
    found = interviews.coder_agreement(
        asked.project,
        asked.coders,
        unit=unit,
        segment=asked.segment,
        without_roles=asked.without_roles,
        read=asked.read,
    )
    tables = []
    if disagreements is not None:
        places = interviews.find_disagreements(asked.project, asked.coders, read=asked.read)
        tables.append(interviews.write_disagreements(places, disagreements, force=force))
    if output is not None:
        tables.append(write_table(found.by_code(), output, sheet="agreement", force=force))
    typer.echo(found.summary(), nl=False)
    _print(asked.problems)
    for path in tables:
        typer.echo(say("cli.interviews.table", path=str(path)))


@interviews_app.command("deidentify")
def deidentify(
    source: Source,
    output: Annotated[
        Path, typer.Option("--output", "-o", help="Project without names to write (.qdpx or .lccoding).")
    ],
    folder: Annotated[
        Path | None,
        typer.Option("--folder", help="Where private/ with key and review table comes [default: of study or output]"),
    ] = None,
    names: Annotated[
        Path | None, typer.Option("--names", help="Your own list of people, firms and places (.yaml or .csv).")
    ] = None,
    language: Annotated[Literal["nl", "en"] | None, typer.Option("--language", help="Of the talks [default: nl]")] = (
        None
    ),
    dates: Annotated[
        Literal["month", "year", "replace", "keep"] | None,
        typer.Option("--dates", help="What is left of dates [default: month]"),
    ] = None,
    decisions: Annotated[
        Path | None, typer.Option("--decisions", help="Review table with your decisions [default: the one in private/]")
    ] = None,
    attributes: Attributes = None,
    codings: Codings = None,
    codebook: Codebook = None,
    role: Role = None,
    force: Force = False,
) -> None:
    """Take names, firms, places and numbers out. Read the review table afterwards: no program finds all names."""
    from lcresearch import studies

    found = studies.deidentify_interviews(
        _one_or_several(source), output, folder=folder, names=names, language=language, dates=dates,
        decisions=decisions, attributes=attributes, codings=codings or (), codebook=codebook, roles=_roles(role),
        force=force,
    )  # fmt: skip
    typer.echo(found.summary(), nl=False)
    typer.echo(say("cli.interviews.deidentified", path=str(output)))


@interviews_app.command("topics")
def topics(
    source: Source,
    output: Annotated[Path, typer.Option("--output", "-o", help="Table of topics to write (.csv or .xlsx).")],
    codes: Annotated[
        Path | None, typer.Option("--codes", help="Write the topics as candidate codes too (.qdc).")
    ] = None,
    unit: Annotated[Unit, typer.Option("--unit", help="What is put in a topic.")] = "turn",
    method: Annotated[
        Literal["bertopic", "factorisation"] | None, typer.Option("--method", help="[default: by size of the corpus]")
    ] = None,
    n_topics: Annotated[int | None, typer.Option("--topics", help="At most so many [default: as are found]")] = None,
    seed: Annotated[int | None, typer.Option("--seed", help="The same number gives the same topics.")] = None,
    cache: Annotated[
        Path | None, typer.Option("--cache", help="Study folder that keeps vectors, so that a second run is quick.")
    ] = None,
    attributes: Attributes = None,
    role: Role = None,
    force: Force = False,
) -> None:
    """Find what people speak of, as a first look. Take names out first: words of a topic may be names."""
    from lcresearch import interviews
    from lcresearch.interviews.table_files import write_table

    project = _open(source, attributes, None, None, role)
    with shown_progress() as progress:
        found = interviews.find_topics(
            project.corpus, unit=unit, method=method, n_topics=n_topics, seed=seed, cache=cache, progress=progress
        )
    path = write_table(found.tidy(), output, sheet="topics", force=force)
    if codes is not None:
        interviews.write_codebook(found.candidate_codes(), codes, force=force)
    typer.echo(found.summary(), nl=False)
    typer.echo(say("cli.interviews.table", path=str(path)))


@interviews_app.command("suggest")
def suggest(
    source: Source,
    output: Annotated[Path, typer.Option("--output", "-o", help="File to write, such as coded.suggestions.json.")],
    method: Annotated[
        str | None, typer.Option("--method", help="How, such as rules: search phrases of the codebook.")
    ] = None,
    coder: Annotated[
        list[str] | None, typer.Option("--coder", help="Coder to learn from; may be given again [default: all]")
    ] = None,
    unit: Annotated[Unit, typer.Option("--unit", help="What gets a suggestion.")] = "turn",
    attributes: Attributes = None,
    codings: Codings = None,
    codebook: Codebook = None,
    role: Role = None,
    force: Force = False,
) -> None:
    """Suggest codes for a person to accept or reject. Nothing is coded."""
    from lcresearch import interviews
    from lcresearch.results import text_table

    project = _open(source, attributes, codings, codebook, role)
    chosen: dict[str, Any] = {"method": method} if method else {}
    found = interviews.suggest_codes(project, coders=coder or None, unit=unit, **chosen)
    path = interviews.write_suggestions(found, output, force=force)
    typer.echo(text_table(found.by_code()), nl=False)
    _print(found.problems)
    typer.echo(say("cli.interviews.suggested", n=len(found.open), path=str(path)))


def _open(
    source: list[Path],
    attributes: Path | None,
    codings: list[Path] | None,
    codebook: str | None,
    role: list[str] | None,
) -> Any:
    from lcresearch import studies

    with shown_progress() as progress:
        progress(say("study.step.interviews"), 0.0)
        return studies.open_interviews(
            _one_or_several(source),
            attributes=attributes,
            codings=codings or (),
            codebook=codebook,
            roles=_roles(role),
        )


def _one_or_several(source: list[Path]) -> Any:
    return source[0] if len(source) == 1 else source


def _roles(role: list[str] | None) -> dict[str, str]:
    return dict(_pair(one) for one in role or ())


def _pair(text: str) -> tuple[str, str]:
    name, mark, value = text.rpartition("=")
    if not mark or not name.strip() or not value.strip():
        raise typer.BadParameter(say("cli.interviews.role", found=text), param_hint="--role")
    return name.strip(), value.strip()


def _written(written: Any, project: Any) -> None:
    if written.path.suffix.lower() == ".qdc":  # holds no texts
        typer.echo(say("cli.interviews.codebook", path=str(written.path), n=len(project.codebook)))
        return
    n = {"documents": len(project.corpus), "codes": len(project.codebook), "codings": len(project.codings)}
    typer.echo(say("cli.interviews.written", path=str(written.path), **n))


def _print(problems: Any) -> None:
    for problem in problems:
        typer.echo(problem.text())
