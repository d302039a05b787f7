"""From implementation.yaml to what it says, or to everything that is wrong with it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from importlib import resources
from pathlib import Path

from lcresearch.declared_files import Finding, read_declared
from lcresearch.errors import StudyError, nearest
from lcresearch.files import write_whole
from lcresearch.responses.persons.within_names import holds_personal
from lcresearch.studies.implementation.model import ImplementationFile

FILE_NAME = "implementation.yaml"


def read_implementation(path: str | Path, waves: Collection[str] = ()) -> ImplementationFile:
    """Read implementation.yaml, or the one in a folder.

    Parameters
    ----------
    path : path
    waves : collection of str
        Waves of the study; without them none is checked.

    Raises
    ------
    StudyError
        Everything that is wrong with the file, together: G codes for what any YAML file may have; S186 a part that is
        not declared, S187 a wave that the study does not have, S188 a group twice at one wave, S189 personal data.

    Examples
    --------
    >>> example = resources.files("lcresearch.studies.implementation") / "template" / FILE_NAME
    >>> sorted(read_implementation(str(example)).parts)
    ['agreements', 'reflection', 'shared_start']
    """

    def check(content: ImplementationFile) -> Iterator[Finding]:
        yield from _findings(content, waves)

    return read_declared(path, ImplementationFile, FILE_NAME, check, error=StudyError)


def _findings(content: ImplementationFile, waves: Collection[str]) -> Iterator[Finding]:
    known, seen = list(content.parts), set[tuple[str, str | None]]()
    for n, record in enumerate(content.records):
        place = ("records", n)
        for name in record.delivered:
            if name not in content.parts:
                yield "S186", (*place, "delivered", name), _unknown("part", name, known)
        for m, one in enumerate(record.adaptations):
            if one.part not in content.parts:
                yield "S186", (*place, "adaptations", m), _unknown("part", one.part, known)
            if holds_personal(one.why):
                yield "S189", (*place, "adaptations", m, "why"), {}
        if record.wave is not None and waves and record.wave not in waves:
            yield "S187", (*place, "wave"), _unknown("wave", record.wave, list(waves))
        if (record.group, record.wave) in seen:
            yield "S188", place, {"group": record.group}
        seen.add((record.group, record.wave))


def _unknown(kind: str, name: str, known: list[str]) -> dict[str, object]:
    return {kind: name, "known": known, "nearest": nearest(name, known) or "–"}


def new_implementation(folder: str | Path) -> Path:
    """Write an implementation.yaml to start from, on invented firms.

    Raises
    ------
    StudyError
        G002, when the folder has one already.
    """
    folder = Path(folder)
    if (folder / FILE_NAME).exists():
        raise StudyError("G002", path=str(folder / FILE_NAME))
    folder.mkdir(parents=True, exist_ok=True)
    template = resources.files("lcresearch.studies.implementation") / "template" / FILE_NAME
    write_whole(folder / FILE_NAME, template.read_text(encoding="utf-8"))
    return folder
