"""Interviews from wherever they are: a study, a project of another program, or transcripts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from lcresearch.errors import InterviewError, LcresearchError, Place
from lcresearch.interviews import Project
from lcresearch.studies.interview_reading import read_project_of
from lcresearch.studies.interview_settings import InterviewsUse
from lcresearch.studies.loading import FILE_NAME, find_file, read_study

PROJECTS = (".qdpx", ".qde", ".qda", ".sqlite3")


def open_interviews(
    source: str | Path | Sequence[str | Path],
    *,
    attributes: str | Path | None = None,
    codings: Sequence[str | Path] = (),
    codebook: str | Path | None = None,
    roles: Mapping[str, str] | None = None,
) -> Project:
    """The interviews of a study, of a project of another program, or of transcripts, with what belongs to them.

    Parameters
    ----------
    source : path or several
        ``study.yaml`` or the folder that holds it; a project (``.qdpx, .qde, .qda, .sqlite3``); or a folder or files
        with transcripts.
    attributes : path, optional
        Table of who was interviewed; a row a file.
    codings : sequence of path
        Tables of codings, for transcripts.
    codebook : path, optional
        File of the codebook of these, or the id of a shipped one.
    roles : mapping of str to str, optional
        Speaker -> role.

    Returns
    -------
    Project
        ``project.log`` says what was found.

    Raises
    ------
    InterviewError, StudyError
        G001: nothing is there; S078: the study has no interviews; S079: codings without a codebook; and what reading
        each file raises.

    Examples
    --------
    >>> from lcresearch import shipped
    >>> open_interviews(shipped.folder("analyses") / "programme-demo")
    <Project 'codings': 40 documents, 53 codes, 882 codings by 2 coders>
    """
    paths = [Path(source)] if isinstance(source, str | Path) else [Path(each) for each in source]
    if len(paths) == 1 and is_study(paths[0]):
        file = find_file(paths[0])
        use = read_study(file)[0].interviews
        if use is None:
            raise LcresearchError("S078", where=Place(file=file.name))
        return read_project_of(use, file.parent)
    if codings and codebook is None:
        raise InterviewError("S079")
    missing = [path for path in paths if not path.exists()]
    if missing:
        raise InterviewError("G001", path=str(missing[0]))
    is_project = len(paths) == 1 and paths[0].suffix.lower() in PROJECTS
    whole = [str(path.resolve()) for path in paths]
    use = InterviewsUse(
        transcripts=() if is_project else tuple(whole),
        project=whole[0] if is_project else None,
        codings=tuple(str(Path(each).resolve()) for each in codings),
        roles=dict(roles or {}),
        attributes=None if attributes is None else str(attributes),
        codebook=None if codebook is None else str(codebook),
    )
    return read_project_of(use, Path())


def is_study(path: Path) -> bool:
    """Whether this names a study: a study.yaml, or a folder that holds one."""
    return path.name == FILE_NAME or path.suffix in (".yaml", ".yml") or (path / FILE_NAME).is_file()
