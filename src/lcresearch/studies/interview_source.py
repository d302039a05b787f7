"""Interviews from wherever they are: a study, a project of another program, or transcripts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from lcresearch.errors import InterviewError, LcresearchError, Place, Problem
from lcresearch.interviews import Project
from lcresearch.interviews.coding_agreement.agreed_coder import people_among
from lcresearch.interviews.coding_agreement.who_read import Read
from lcresearch.interviews.text.segments import Unit
from lcresearch.studies.finished_coding import plan_of, to_compare
from lcresearch.studies.interview_reading import read_project_of, without_withdrawn
from lcresearch.studies.interview_settings import InterviewsUse
from lcresearch.studies.interview_traces import PROJECTS
from lcresearch.studies.loading import FILE_NAME, find_file, read_study


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
        ``study.yaml`` or the folder that holds it; a project (``.lccoding, .qdpx, .qde, .qda, .sqlite3``); or a folder
        or files with transcripts.
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
    study = _only_study(source)
    if study is not None:
        file = find_file(study)
        use = read_study(file)[0].interviews
        if use is None:
            raise LcresearchError("S078", where=Place(file=file.name))
        return read_project_of(use, file.parent)
    paths = [Path(source)] if isinstance(source, str | Path) else [Path(each) for each in source]
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


@dataclass(frozen=True)
class CodersToCompare:
    """Interviews with what decides how their coders are compared.

    Attributes
    ----------
    project : Project
    coders : tuple of str or None
        Those who are compared; None for all of them.
    segment : str
        Part of a text by which they are compared.
    without_roles : tuple of str
        Roles whose words do not count.
    problems : tuple of Problem
    read : "coded" or mapping
        Who read which text, as for :func:`~lcresearch.interviews.coder_agreement`.
    """

    project: Project
    coders: tuple[str, ...] | None
    segment: Unit
    without_roles: tuple[str, ...]
    problems: tuple[Problem, ...] = ()
    read: Read = "coded"


def coders_to_compare(
    source: str | Path | Sequence[str | Path],
    *,
    coders: Sequence[str] | None = None,
    segment: Unit | None = None,
    without_roles: Sequence[str] | None = None,
    attributes: str | Path | None = None,
    codings: Sequence[str | Path] = (),
    codebook: str | Path | None = None,
    roles: Mapping[str, str] | None = None,
) -> CodersToCompare:
    """Interviews and how to compare their coders: of a study as its report does, unless something else is asked.

    Parameters
    ----------
    source, attributes, codings, codebook, roles
        As for :func:`open_interviews`.
    coders, without_roles : sequence of str, optional
    segment : {"turn", "paragraph", "sentence", "document"}, optional
        Of a study by default what ``study.yaml`` says; of other sources all coders, all words and turns.

    Returns
    -------
    CodersToCompare
        Of a study without the persons who withdrew; of a coding file in which texts were given to several coders, those
        texts that all of them finished.

    Raises
    ------
    InterviewError, StudyError
        As :func:`open_interviews`.

    See also
    --------
    lcresearch.interviews.coder_agreement : Compares them.
    """
    project = open_interviews(source, attributes=attributes, codings=codings, codebook=codebook, roles=roles)
    use = InterviewsUse(without_roles=())
    problems: tuple[Problem, ...] = ()
    path = _only_study(source)
    coded = _only_path(source)
    if path is not None:
        file = find_file(path)
        use = read_study(file)[0].interviews or use
        coded = file.parent / use.project if use.project is not None else None
        project, n_gone = without_withdrawn(project, file.parent)
        problems = (Problem("S076", values={"n": n_gone}),) if n_gone else ()
    named = people_among(project, use.coders)
    project, read = to_compare(project, plan_of(coded))
    return CodersToCompare(
        project,
        tuple(coders or named or ()) or None,
        segment or use.unit,
        use.without_roles if without_roles is None else tuple(without_roles),
        problems,
        read,
    )


def _only_study(source: str | Path | Sequence[str | Path]) -> Path | None:
    path = _only_path(source)
    return path if path is not None and is_study(path) else None


def _only_path(source: str | Path | Sequence[str | Path]) -> Path | None:
    paths = [Path(source)] if isinstance(source, str | Path) else [Path(each) for each in source]
    return paths[0] if len(paths) == 1 else None


def is_study(path: Path) -> bool:
    """Whether this names a study: a study.yaml, or a folder that holds one."""
    return path.name == FILE_NAME or path.suffix in (".yaml", ".yml") or (path / FILE_NAME).is_file()
