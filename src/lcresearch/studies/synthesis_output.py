"""From evidence packages on disk to a folder with the results of a programme."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lcresearch import output_folder, reporting
from lcresearch.files import file_hash
from lcresearch.messages import Messages
from lcresearch.progress import Progress, tell
from lcresearch.reporting.save import report_names
from lcresearch.synthesis import Synthesis, synthesize
from lcresearch.synthesis.elements.wording import word
from lcresearch.synthesis.programme.reading import FILE_NAME


@dataclass(frozen=True, repr=False, eq=False)
class SynthesisOutput:
    """A synthesis, and where it was written.

    Attributes
    ----------
    result : Synthesis
    folder : Path
    """

    result: Synthesis
    folder: Path

    def text(self) -> str:
        """Verdicts in words, for a terminal, with what to be careful with and where the rest is."""
        say, found = Messages(), self.result.glance().iloc[0]
        table = self.result.elements
        sizes = {name: int(found[f"n_{name}"]) for name in ("consortia", "communities", "persons")}
        lines = [say("cli.synthesis.sizes", **sizes), ""]
        several = table["outcome"].nunique() > 1
        for row in table.to_dict("records"):
            element = self._title(self.result.programme.elements, row["element"])
            outcome = f" ({self._title(self.result.programme.outcomes, row['outcome'])})" if several else ""
            verdict = word("verdict_name", str(row["verdict"]), say.language)
            certainty = word("level_name", str(row["certainty"]), say.language)
            planned = "planned" if row["planned"] else "exploratory"
            words = {"element": element + outcome, "verdict": verdict, "certainty": certainty}
            lines.append("  " + say(f"cli.synthesis.{planned}", **words))
        lines += ["", say("report.synthesis.points.not_by_lot")]
        lines += [say("cli.synthesis.note", text=problem.message()) for problem in self.result.problems]
        return "\n".join([*lines, "", *self._written()])

    def _title(self, known: Mapping[str, Any], name: str) -> str:
        text = known[name].title if name in known else {}
        return str(text.get(Messages().language) or name)

    def _written(self) -> list[str]:
        """Where the reports are; the folder when there are none."""
        say = Messages()
        names = report_names(list(self.result.programme.languages))
        pages = {language: self.folder / name for language, name in names.items()}
        there = {language: page for language, page in pages.items() if page.exists()}
        lines = [say("cli.report", language=say(f"cli.language_{one}"), path=str(there[one])) for one in there]
        return lines or [say("cli.synthesized", path=str(self.folder))]

    def __repr__(self) -> str:
        return f"<SynthesisOutput of {len(self.result.packages)} packages>"


def synthesize_to(
    packages: Sequence[str | Path],
    programme: str | Path,
    output: str | Path,
    *,
    force: bool = False,
    explore: Sequence[str] | None = None,
    date: datetime.date | None = None,
    progress: Progress | None = None,
) -> SynthesisOutput:
    """Put evidence packages together and write report, tables, ``synthesis.json`` and ``run.json``.

    Parameters
    ----------
    packages : sequence of path
        Zip files, or folders that hold them.
    programme : path
        The programme.yaml by which they were packed, or its folder.
    output : path
        Folder for the results; it appears whole or not at all.
    force : bool
        Replace an earlier synthesis there. What changed since is in the result.
    explore : sequence of str, optional
        Moderators that the plan does not name; what they show is marked as exploratory.
    date : date, optional
        Today by default.
    progress : callable, optional
        Called with each step in words and the share that is done.

    Returns
    -------
    SynthesisOutput
        Where everything is.

    Raises
    ------
    SynthesisError
        As :func:`lcresearch.synthesis.synthesize`.
    StudyError
        G002, S010, S013, S014: the folder cannot take the output.

    See also
    --------
    lcresearch.synthesis.synthesize : The same in memory.
    """
    folder, say = Path(output), Messages()
    files = _files(packages)
    plan = Path(programme) / FILE_NAME if Path(programme).is_dir() else Path(programme)
    keep = [*files, plan]
    output_folder.check_free(folder, force=force, keep=keep, kind=output_folder.SYNTHESIS)
    earlier = folder / "synthesis.json"
    tell(progress, say("study.step.synthesizing"), 0.05)
    result = synthesize(files, plan, earlier=earlier if earlier.is_file() else None, explore=explore or ())
    tell(progress, say("study.step.reporting"), 0.6)
    inputs = {plan.name: file_hash(plan)} | {path.name: file_hash(path) for path in files}
    reporting.save_synthesis(result, folder, force=force, inputs=inputs, date=date, keep=keep)
    tell(progress, say("study.step.done"), 1.0)
    return SynthesisOutput(result, folder)


def _files(packages: Sequence[str | Path]) -> list[Path]:
    """All zip files, those of folders too; a file that stands there twice counts once."""
    found: dict[Path, Path] = {}
    for one in map(Path, packages):
        for path in sorted(one.glob("*.zip")) if one.is_dir() else [one]:
            found.setdefault(path.resolve(), path)
    return list(found.values())
