"""A study that takes part in a programme: it keeps a copy of the plan that its consortium received."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from lcresearch.errors import LcresearchError, Place, StudyError
from lcresearch.files import version_of, write_whole
from lcresearch.studies.editing import edit_study, undo_edit
from lcresearch.studies.loading import find_file, read_study
from lcresearch.studies.opening import load
from lcresearch.synthesis.programme import read_programme
from lcresearch.synthesis.programme.editing import EARLIER
from lcresearch.synthesis.programme.reading import FILE_NAME
from lcresearch.yaml_lines import YamlPath

LEVELS = ("consortium", "sector")
"""What a study must know of its answers; where no column tells, it is one and the same for all."""


def lacking(study: str | Path) -> list[str]:
    """Which of consortium and sector no column of the answers tells: these are to be given.

    Examples
    --------
    >>> from lcresearch import shipped
    >>> lacking(shipped.folder("analyses") / "unit-climate"), lacking(shipped.folder("analyses") / "programme-demo")
    (['consortium', 'sector'], [])
    """
    file, _ = read_study(find_file(study))
    return [name for name in LEVELS if name not in file.levels]


def join_programme(
    study: str | Path,
    programme: str | Path,
    *,
    consortium: str | None = None,
    sector: str | None = None,
    version: str | None = None,
) -> Path:
    """Put a study into a programme: its plan is copied beside study.yaml, which then names it.

    Parameters
    ----------
    study : path
        study.yaml, or its folder.
    programme : path
        programme.yaml, or its folder.
    consortium, sector : str, optional
        Of the whole study, where no column of the answers tells.
    version : str, optional
        :func:`lcresearch.files.version_of` the study.yaml that the user looked at.

    Returns
    -------
    Path
        The copy of the plan. Of a study that is in the programme already, the plan is replaced by the one of now; the
        earlier copy stays beside it.

    Raises
    ------
    SynthesisError
        What is wrong with programme.yaml.
    StudyError
        W061, when another plan lies in the folder of the study; W008, when study.yaml changed meanwhile; S101 to S106,
        what the study lacks of what the programme asks. Nothing is changed then.
    """
    path = find_file(study)
    source = Path(programme) / FILE_NAME if Path(programme).is_dir() else Path(programme)
    read_programme(source)
    file, _ = read_study(path)
    target = path.parent / (file.programme or FILE_NAME)
    before = target.read_bytes() if target.is_file() else None
    same_file = target.exists() and target.samefile(source)
    if before is not None and file.programme is None and before != source.read_bytes():
        raise StudyError("W061", where=Place(file=target.name), file=target.name)
    if version is not None and version != version_of(path):
        raise StudyError("W008", where=Place(file=path.name))
    if not same_file and before != source.read_bytes():
        if before is not None:
            write_whole(target.with_name(EARLIER), before)
        write_whole(target, source.read_bytes())
    given = {"consortium": consortium, "sector": sector}
    changes: dict[YamlPath, Any] = {("programme",): target.relative_to(path.parent).as_posix()}
    for name in LEVELS:
        if name not in file.levels and given[name]:
            changes[(name,)] = given[name]
    text = path.read_bytes()
    try:
        edit_study(path, changes, version=version)
        load(path)
    except LcresearchError:
        if path.read_bytes() != text:
            undo_edit(path)
        if not same_file:
            _put_back(target, before)
        raise
    return target


def _put_back(target: Path, before: bytes | None) -> None:
    if before is None:
        target.unlink(missing_ok=True)
    else:
        write_whole(target, before)
