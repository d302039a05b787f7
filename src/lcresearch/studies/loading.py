"""From study.yaml to a study, or to everything that is wrong with it."""

from __future__ import annotations

from pathlib import Path

from lcresearch import instruments
from lcresearch.errors import LcresearchError, Place, Problem, StudyError
from lcresearch.instruments import Instrument
from lcresearch.studies.model import InstrumentUse, StudyFile
from lcresearch.validation import validated
from lcresearch.yaml_lines import LinedYaml, read_yaml

FILE_NAME = "study.yaml"


def find_file(path: str | Path) -> Path:
    """The study.yaml that a path names: the file itself, or the one in the folder.

    Raises
    ------
    StudyError
        G001, when nothing is there; S001, when the folder holds no study.yaml.
    """
    path = Path(path)
    if not path.exists():
        raise StudyError("G001", path=str(path))
    if path.is_dir():
        if not (path / FILE_NAME).is_file():
            raise StudyError("S001", where=Place(file=str(path)))
        return path / FILE_NAME
    return path


def read_study(path: Path) -> tuple[StudyFile, list[Instrument]]:
    """The content of study.yaml and the instruments it names.

    Raises
    ------
    StudyError
        Every problem of the file and of the instruments, together.
    """
    parsed = read_yaml(path)
    problems = list(parsed.problems)
    if not isinstance(parsed.content, dict):
        raise StudyError(problems or [Problem("G045", Place(file=path.name, line=1))])
    content, found = validated(StudyFile, parsed.content)
    problems += [Problem(one.code, Place(file=path.name, line=parsed.line(one.path)), one.values) for one in found]
    if content is None:
        raise StudyError(problems)
    loaded: list[Instrument] = []
    for n, use in enumerate(content.instruments):
        try:
            loaded.append(_instrument(use, path.parent))
        except LcresearchError as error:
            problems += [_at(problem, parsed, path.name, n) for problem in error.problems]
    problems += _consistency(content, parsed, path)
    if problems:
        raise StudyError(problems)
    return content, loaded


def _instrument(use: InstrumentUse, folder: Path) -> Instrument:
    return instruments.load(folder / use.id if use.id.endswith(".yaml") else use.id)


def _at(problem: Problem, parsed: LinedYaml, file: str, n: int) -> Problem:
    """A problem of an instrument keeps its own file and line; one without a file is on the line that names it."""
    if problem.where.file is not None:
        return problem
    return Problem(problem.code, Place(file=file, line=parsed.line(("instruments", n))), problem.values)


def _consistency(content: StudyFile, parsed: LinedYaml, path: Path) -> list[Problem]:
    """What the parts of the file say about each other and about the files beside it."""
    found: list[Problem] = []
    waves = list(content.waves.labels) if content.waves else []
    for n, responses in enumerate(content.responses):
        place = Place(file=path.name, line=parsed.line(("responses", n)))
        file = path.parent / responses.file.partition("#")[0]
        if not file.is_file():
            found.append(Problem("G001", place, {"path": responses.file}))
        if responses.wave is not None and responses.wave not in waves:
            found.append(Problem("S007", place, {"wave": responses.wave, "known": waves}))
        if len(waves) > 1 and responses.wave is None and content.waves and content.waves.column is None:
            found.append(Problem("S009", place, {"file": responses.file}))
    if len(waves) > 1 and content.respondent is None:
        found.append(Problem("S008", Place(file=path.name, line=parsed.line(("waves",)))))
    for n, use in enumerate(content.instruments):
        if use.group is not None and use.group not in content.levels:
            place = Place(file=path.name, line=parsed.line(("instruments", n)))
            found.append(Problem("S005", place, {"level": use.group, "known": list(content.levels)}))
    return found
