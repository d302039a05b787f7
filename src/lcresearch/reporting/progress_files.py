"""A progress table on disk: a page in each language, tables, a figure, and what the next one is compared with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from lcresearch import output_folder
from lcresearch.files import write_whole
from lcresearch.reporting.files_by_language import (
    linked,
    made_now,
    page_names,
    simulated_line,
    table_files,
    write_beside,
)
from lcresearch.reporting.png import png_file
from lcresearch.reporting.progress_figure import progress_drawing
from lcresearch.reporting.progress_page import render_progress
from lcresearch.reporting.report_languages import check_languages
from lcresearch.reporting.svg import svg_file
from lcresearch.reporting.wording import page_wording
from lcresearch.synthesis import ProgressTable
from lcresearch.synthesis.progress_table.earlier import save_progress


def save_progress_table(
    found: ProgressTable,
    folder: str | Path,
    *,
    languages: Sequence[str] | None = None,
    force: bool = False,
    inputs: Mapping[str, str] | None = None,
    keep: Sequence[Path] = (),
) -> Path:
    """Write ``progress.html`` in each language, ``figures/``, ``tables/``, ``progress.json`` and ``run.json``.

    Parameters
    ----------
    found : ProgressTable
    folder : path
        It appears whole or not at all.
    languages : sequence of "nl" and "en", optional
        Those of the programme by default; the first is ``progress.html``.
    force : bool
        Replace an earlier progress table.
    inputs : mapping of str to str, optional
        File -> hash, for ``run.json``.
    keep : sequence of path
        Files that must stay.

    Returns
    -------
    Path
        The page in the first language.

    Raises
    ------
    StudyError
        G002, S010, S013, S014: the folder cannot take the output.
    ReportingError
        P002: there are no texts in a language.
    """
    used = list(languages or found.programme.languages)
    check_languages(used)
    folder, names, provenance = Path(folder), page_names("progress", used), made_now(found.date)
    about = {
        "title": found.programme.id,
        **provenance,
        **simulated_line("a computer made up the answers" if found.simulated else ""),
    }
    with output_folder.whole_folder(folder, force=force, kind=output_folder.PROGRESS, keep=keep) as made:
        for language, name in names.items():
            page = render_progress(found, language, provenance=provenance, other_reports=linked(names))
            write_whole(made / name, page)
        _figures(found, made / "figures", used)
        write_beside(table_files(found.tables(), about), made / "tables")
        save_progress(found, made)
        output_folder.write_record(made, _record(found, provenance, inputs or {}))
    return folder / next(iter(names.values()))


def _figures(found: ProgressTable, folder: Path, languages: Sequence[str]) -> None:
    folder.mkdir()
    for language in languages:
        say = page_wording(found.programme.title, language, simulated=found.simulated)
        drawing = progress_drawing(found, say)
        if drawing is not None:
            write_whole(folder / f"{drawing.name}.{language}.svg", svg_file(drawing))
            write_whole(folder / f"{drawing.name}.{language}.png", png_file(drawing))


def _record(found: ProgressTable, provenance: Mapping[str, str], inputs: Mapping[str, str]) -> dict[str, object]:
    return {
        "progress": found.programme.id,
        "date": provenance["date"],
        "lcresearch": provenance["version"],
        "software": output_folder.software(),
        "simulated": found.simulated,
        "minimum_cell": found.minimum_cell,
        "inputs": dict(inputs),
    }
