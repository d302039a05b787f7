"""From packages and results on disk to a folder with the progress table of a programme."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from lcresearch import output_folder
from lcresearch.declared_files import declared_path
from lcresearch.files import file_hash
from lcresearch.messages import Messages
from lcresearch.reporting.progress_files import save_progress_table
from lcresearch.reporting.progress_page import criteria_table
from lcresearch.reporting.wording import page_wording
from lcresearch.synthesis import ProgressTable, progress
from lcresearch.synthesis.programme.reading import FILE_NAME
from lcresearch.synthesis.progress_table import earlier as earlier_table
from lcresearch.synthesis.progress_table import recorded


@dataclass(frozen=True, repr=False, eq=False)
class ProgressOutput:
    """A progress table, and where it was written.

    Attributes
    ----------
    result : ProgressTable
    page : Path
        In the first language.
    """

    result: ProgressTable
    page: Path

    def text(self) -> str:
        """Each criterion in a line, for a terminal, and where the page is."""
        say, states = Messages(), self.result.criteria["state"].value_counts()
        late = int(states.get("behind", 0) + states.get("late", 0))
        numbers = {
            "reached": int(states.get("reached", 0)),
            "on_course": int(states.get("on_course", 0)),
            "behind": late,
        }
        lines = [say("cli.progress.head", date=say.date(self.result.date), **numbers), ""]
        table = criteria_table(self.result, page_wording(self.result.programme.title, say.language))
        if table is None:
            lines[0] = say("cli.progress.no_criteria")
        else:
            for row in table.frame.to_dict("records"):
                words = {"title": row["criterion"], "reached": row["reached"], "target": row["target"]}
                lines.append("  " + say("cli.progress.line", state=row["state"], **words))
            lines.append("")
        return "\n".join([*lines, say("cli.progress.page", path=str(self.page))])

    def __repr__(self) -> str:
        return f"<ProgressOutput {self.page}>"


def progress_to(
    places: Sequence[str | Path],
    programme: str | Path,
    output: str | Path,
    *,
    records: str | Path | None = None,
    earlier: str | Path | None = None,
    force: bool = False,
    date: datetime.date | None = None,
) -> ProgressOutput:
    """Count how far a programme is and write pages, tables, figure and ``progress.json``.

    Parameters
    ----------
    places : sequence of path
        As :func:`lcresearch.synthesis.progress` takes them.
    programme : path
        The programme.yaml, or its folder.
    output : path
        Folder for the result; it appears whole or not at all.
    records : path, optional
        By default ``progress-records.csv`` beside programme.yaml, if it is there.
    earlier : path, optional
        By default the progress table that ``output`` holds, if any.
    force : bool
        Replace that one.
    date : date, optional
        Today by default.

    Returns
    -------
    ProgressOutput
        Where everything is.

    Raises
    ------
    SynthesisError
        As :func:`lcresearch.synthesis.progress`.
    StudyError
        G002, S010, S013, S014: the folder cannot take the output.

    See also
    --------
    lcresearch.synthesis.progress : The same in memory.
    """
    folder, plan = Path(output), declared_path(programme, FILE_NAME)
    beside = plan.parent / recorded.FILE_NAME
    table = Path(records) if records is not None else beside if beside.is_file() else None
    last = folder / earlier_table.FILE_NAME
    before = earlier if earlier is not None else last if last.is_file() else None
    files = [plan, *([table] if table is not None else []), *(Path(one) for one in places if Path(one).is_file())]
    output_folder.check_free(folder, force=force, keep=files, kind=output_folder.PROGRESS)
    result = progress(places, plan, records=table, earlier=before, date=date)
    inputs = {path.name: file_hash(path) for path in files}
    return ProgressOutput(result, save_progress_table(result, folder, force=force, inputs=inputs, keep=files))
