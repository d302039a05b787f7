"""The command line: it parses, calls one public function, and prints."""

from __future__ import annotations

import os
import sys
import warnings
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from lcresearch.cli_app import app as open_page
from lcresearch.cli_citation import cite
from lcresearch.cli_claims import check_claims
from lcresearch.cli_company import company_reports
from lcresearch.cli_forms import export_instrument, form
from lcresearch.cli_integration import integrate
from lcresearch.cli_interviews import interviews_app
from lcresearch.cli_literature import literature_app
from lcresearch.cli_monitoring import monitor
from lcresearch.cli_planning import new
from lcresearch.cli_progress import progress as progress_table
from lcresearch.cli_publishing import publish
from lcresearch.cli_synthesis import pack, print_packages, synthesize
from lcresearch.cli_words import say
from lcresearch.progress import shown_progress
from lcresearch.text_columns import keep_as_python_strings

app = typer.Typer(
    name="lcresearch",
    help="Research on learning communities: from survey answers to scores, checks and a report.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
instruments_app = typer.Typer(help="The library of instruments, and checks of your own.", no_args_is_help=True)
app.add_typer(instruments_app, name="instruments")
app.add_typer(interviews_app, name="interviews")
app.add_typer(literature_app, name="literature")

_WITHOUT_TABLES = ("explain", "cite")
"""Commands that answer before pandas could be loaded."""
Force = Annotated[bool, typer.Option("--force", help="Replace earlier results in the output folder.")]
LanguageOption = Annotated[Literal["nl", "en"], typer.Option("--language", "--lang", help="Language of the texts.")]


def _version(asked: bool) -> None:
    if asked:
        from lcresearch import __version__

        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def options(
    context: typer.Context,
    language: Annotated[
        Literal["nl", "en"] | None, typer.Option("--language", help="Language of messages in the terminal.")
    ] = None,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and stop.")
    ] = False,
) -> None:
    """Options that hold for every command."""
    if language:
        os.environ["LCRESEARCH_LANGUAGE"] = language
    if context.invoked_subcommand not in _WITHOUT_TABLES and "--help" not in sys.argv:
        keep_as_python_strings()


@app.command()
def demo(
    folder: Annotated[Path | None, typer.Argument(help="New folder for the study and its results.")] = None,
) -> None:
    """Run a small simulated programme from answers to pages of working elements, and say where these are."""
    from lcresearch import studies

    with shown_progress() as progress:
        done = studies.demo(folder, progress=progress)
    _print_results(done.results)
    typer.echo(f"\n{done.synthesis.text()}\n\n{done.progress.text()}\n\n{done.integration.text()}")
    if done.not_installed is not None:
        typer.echo(f"\n{done.not_installed.text()}")


app.command()(new)


@app.command()
def check(study: Annotated[Path, typer.Argument(help="study.yaml, or the folder that holds it.")] = Path()) -> None:
    """Say what became of each column, and what is wrong with a study before anything runs. Writes nothing."""
    from lcresearch import studies

    problems, columns = studies.load(study).checked()
    if columns:
        typer.echo(columns + "\n")
    _print_problems(problems)


@app.command()
def run(
    study: Annotated[Path, typer.Argument(help="study.yaml, or the folder that holds it.")] = Path(),
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="Folder for the results [default: results/ in the study folder]"),
    ] = None,
    pdf: Annotated[bool, typer.Option("--pdf", help="Print reports to companies to PDF files as well.")] = False,
    force: Force = False,
) -> None:
    """Run all analyses of a study and write its report, tables, figures, company reports and evidence packages."""
    from lcresearch import studies

    with shown_progress() as progress:
        results = studies.load(study).run(output, force=force, pdf=pdf, progress=progress)
    _print_results(results)


app.command()(form)
app.command()(pack)
app.command()(synthesize)
app.command("progress")(progress_table)
app.command("check-claims")(check_claims)
app.command()(cite)
app.command()(integrate)
app.command("company-reports")(company_reports)
app.command()(monitor)
app.command()(publish)
app.command("app")(open_page)


@app.command()
def withdraw(
    person: Annotated[str, typer.Argument(help="Id of the person as it stands in the answers, or the pseudonym.")],
    study: Annotated[Path, typer.Argument(help="study.yaml, or the folder that holds it.")] = Path(),
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be removed.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask for confirmation.")] = False,
) -> None:
    """Remove a person from the answers, the key, the results and the transcripts of a study."""
    from lcresearch import studies

    if dry_run or not yes:
        typer.echo(studies.withdraw(study, person, dry_run=True).summary())
    if dry_run:
        return
    if not yes and not typer.confirm(say("privacy.withdraw.ask")):
        typer.echo(say("privacy.withdraw.stopped"))
        raise typer.Exit(1)
    typer.echo(studies.withdraw(study, person).summary())


@app.command()
def explain(
    code: Annotated[str, typer.Argument(help="The code between brackets in a message, for example I012.")],
) -> None:
    """Explain what a message means and what to do."""
    from lcresearch.errors import explanation

    typer.echo(explanation(code))


@instruments_app.command("list")
def list_instruments() -> None:
    """List the instruments of the library."""
    from lcresearch.instruments.library import overview

    typer.echo(overview(), nl=False)


@instruments_app.command("show")
def show_instrument(
    name: Annotated[str, typer.Argument(help="Id of the library, or a file that ends in .yaml.")],
    language: LanguageOption = "nl",
) -> None:
    """Show the form, answers, scoring and sources of an instrument."""
    from lcresearch import instruments

    typer.echo(instruments.load(name).text_page(language), nl=False)


@instruments_app.command("check")
def check_instrument(
    path: Annotated[Path, typer.Argument(help="The YAML file of an instrument, or an id of the library.")],
) -> None:
    """Check an instrument file and name every problem in it."""
    from lcresearch import instruments
    from lcresearch.instruments.library import library_files

    _print_problems(instruments.check(path if path.exists() else library_files().get(str(path), path)))


@instruments_app.command("validate")
def validate_instrument(
    name: Annotated[str, typer.Argument(help="Id of the library, or a file that ends in .yaml.")],
    data: Annotated[Path, typer.Argument(help="File with answers: an export of a survey platform, or a table.")],
    group: Annotated[
        list[str] | None, typer.Option("--group", help="Column that names a group, such as team; may be given again.")
    ] = None,
    wave: Annotated[str | None, typer.Option("--wave", help="The wave to look at [default: the first]")] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Folder for the report [default: validation-ID]")
    ] = None,
    language: Annotated[
        list[str] | None, typer.Option("--language", "--lang", help="nl or en; may be given again [default: both]")
    ] = None,
    minimum_cell: Annotated[int, typer.Option("--minimum-cell", help="Fewest persons behind a figure.")] = 5,
    dif: Annotated[bool, typer.Option("--dif", help="Add differential item functioning.")] = False,
    short_form: Annotated[int | None, typer.Option("--short-form", help="Add a form of so many items.")] = None,
    seed: Annotated[int, typer.Option("--seed", help="Of random data and starts.")] = 0,
    simulated: Annotated[bool, typer.Option("--simulated", help="The answers were made up: mark all pages.")] = False,
    platform: Annotated[str | None, typer.Option("--platform", help="Survey platform, when not recognised.")] = None,
    reference: Annotated[str | None, typer.Option("--reference", help="Citation for the evidence.")] = None,
    force: Force = False,
) -> None:
    """Look at how well an instrument measures in a file of answers, and write a report of it."""
    from lcresearch import measurement, output_folder

    folder = output or Path(f"validation-{Path(name).stem}")
    output_folder.check_free(folder, force=force, kind=output_folder.VALIDATION, keep=[data])
    with shown_progress() as progress:
        found = measurement.validation(
            name, data, groups=group, wave=wave, minimum_cell=minimum_cell, dif=dif, short_form=short_form,
            seed=seed, simulated=simulated, platform=platform, progress=progress,
        )  # fmt: skip
    report = found.report(folder, languages=language or ("nl", "en"), force=force, reference=reference, keep=[data])
    typer.echo(found.summary() + "\n" + say("cli.validation", path=str(report)))


instruments_app.command("export")(export_instrument)


def _print_problems(problems: list[Any]) -> None:
    """Print problems in words; status 1 when one of them stops the work."""
    for problem in problems:
        typer.echo(problem.text())
    errors = sum(problem.level == "error" for problem in problems)
    typer.echo(say("cli.problems", n=errors) if errors else say("cli.no_problems"))
    if errors:
        raise typer.Exit(1)


def _print_results(results: Any) -> None:
    for problem in results.notices:
        typer.echo(problem.text(), err=True)
    for language, report in results.reports.items():
        typer.echo(say("cli.report", language=say(f"cli.language_{language}"), path=str(report)))
    if results.packed is not None:
        print_packages(results.packed)
    if results.companies is not None:
        typer.echo(say("cli.companies", n=len(results.companies.reports), path=str(results.folder / "companies")))
        typer.echo(say("cli.companies_index", path=str(results.folder / "private" / "companies.html")))
    typer.echo(say("cli.private", path=str(results.folder / "private")))


def _plain_warning(message: Warning | str, *args: Any, **kwargs: Any) -> None:
    typer.echo(str(message), err=True)


def main() -> None:
    """Entry point of the ``lcresearch`` command: status 0 fine, 1 a problem with data or files, 2 wrong usage."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    warnings.showwarning = _plain_warning
    from lcresearch.errors import LcresearchError

    try:
        app()
    except LcresearchError as error:
        typer.echo(str(error), err=True)
        raise SystemExit(1) from None
    except OSError as error:
        from lcresearch.files import reason_of

        found = LcresearchError("G004", path=str(error.filename or "?"), reason=reason_of(error))
        typer.echo(str(found), err=True)
        raise SystemExit(1) from None
