"""Take names out of the interviews of a study, with the key kept apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

from lcresearch import interviews
from lcresearch.errors import InterviewError, Place
from lcresearch.interviews import Deidentified
from lcresearch.interviews.coding_file.creating import take_place
from lcresearch.interviews.coding_file.schema import ENDING
from lcresearch.interviews.deidentification.key import KEY_FILE
from lcresearch.interviews.deidentification.review_file import REVIEW_FILE
from lcresearch.studies.interview_settings import DeidentificationUse
from lcresearch.studies.interview_source import is_study, open_interviews
from lcresearch.studies.loading import find_file, read_study


def deidentify_interviews(
    source: str | Path | Sequence[str | Path],
    output: str | Path,
    *,
    folder: str | Path | None = None,
    names: str | Path | None = None,
    language: Literal["nl", "en"] | None = None,
    dates: Literal["month", "year", "replace", "keep"] | None = None,
    decisions: str | Path | None = None,
    attributes: str | Path | None = None,
    codings: Sequence[str | Path] = (),
    codebook: str | Path | None = None,
    roles: Mapping[str, str] | None = None,
    force: bool = False,
) -> Deidentified:
    """Write interviews without names as a project, and key and review table under ``private/``, or nothing at all.

    Parameters
    ----------
    source, attributes, codings, codebook, roles
        As for :func:`~lcresearch.studies.open_interviews`.
    output : path
        The project to write (``.qdpx`` or ``.lccoding``).
    folder : path, optional
        In which the folder ``private`` with key and review table comes; that of the study, else that of the output. An
        earlier key in it is gone on with, so that persons keep their pseudonyms.
    names : path, optional
        The study's own list of names; what study.yaml says under ``deidentify:`` unless given, like the next two.
    language, dates
        As for :func:`~lcresearch.interviews.deidentify`.
    decisions : path, optional
        The review table with decisions in it; the one that is in the folder unless given.
    force : bool, default False
        Whether an earlier project and review table are replaced. Decisions are kept in the new table.

    Returns
    -------
    Deidentified

    Raises
    ------
    InterviewError, StudyError
        G002: the output or a review table exists; V035: another ending; and what reading and
        :func:`~lcresearch.interviews.deidentify` raise. Nothing is written then.

    See also
    --------
    lcresearch.interviews.deidentify : Does it in memory.
    """
    output, use, home = Path(output), DeidentificationUse(), Path(output).parent
    if isinstance(source, str | Path) and is_study(Path(source)):
        file = find_file(source)
        settings = read_study(file)[0].interviews
        home = file.parent
        use = settings.deidentify if settings is not None and settings.deidentify is not None else use
        names = home / use.names if names is None and use.names is not None else names
    home = Path(folder) if folder is not None else home
    if output.suffix.lower() not in (".qdpx", ENDING):
        raise InterviewError("V035", where=Place(file=output.name), known=[ENDING, ".qdpx"])
    taken = [path for path in (output, home / REVIEW_FILE) if path.exists()]
    if taken and not force:
        raise InterviewError("G002", path=taken[0].as_posix())
    if decisions is None and (home / REVIEW_FILE).exists():
        decisions = home / REVIEW_FILE
    project = open_interviews(source, attributes=attributes, codings=codings, codebook=codebook, roles=roles)
    found = interviews.deidentify(
        project,
        language=language or use.language,
        names=names,
        dates=dates or use.dates,
        key=home if (home / KEY_FILE).exists() else None,
        decisions=decisions,
    )
    assert found.project is not None
    partial = output.with_name(f"{output.stem}.partial{output.suffix.lower()}")
    try:
        interviews.write_project(found.project, partial, force=True)
        found.save(home, force=force)
        take_place(partial, output)
    finally:
        partial.unlink(missing_ok=True)
    return found
