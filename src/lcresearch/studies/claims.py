"""Check a paper against the study that it tells of."""

from __future__ import annotations

from pathlib import Path

from lcresearch import integration
from lcresearch.integration.pointers import ClaimsCheck, read_claims
from lcresearch.integration.pointers.model import FILE_NAME
from lcresearch.interviews import Project
from lcresearch.studies.interview_reading import read_project_of
from lcresearch.studies.loading import FILE_NAME as STUDY_FILE
from lcresearch.studies.loading import read_study


def check_claims(study: str | Path = ".", claims: str | Path | None = None) -> ClaimsCheck:
    """Whether the numbers and quotes of a paper still stand; quotes are looked for in the interviews of the study.

    Parameters
    ----------
    study : str or Path
        Folder of the study, or its study.yaml. A folder without one, such as that of a synthesis, has no interviews.
    claims : str or Path, optional
        By default ``claims.yaml`` in the folder.

    Returns
    -------
    ClaimsCheck

    Raises
    ------
    IntegrationError, InterviewError, StudyError
        The files cannot be read: see :func:`lcresearch.integration.check_claims`, and what reading interviews raises.

    See also
    --------
    lcresearch.integration.claim : Makes a claim.
    """
    folder = Path(study) if Path(study).is_dir() else Path(study).parent
    file = folder / FILE_NAME if claims is None else Path(claims)
    has_quotes = any(one.quote is not None for one in read_claims(file).file.claims)
    return integration.check_claims(file, folder, interviews=_interviews(folder) if has_quotes else None)


def _interviews(folder: Path) -> Project | None:
    """The interviews of a study; None when it has none."""
    if not (folder / STUDY_FILE).is_file():
        return None
    use = read_study(folder / STUDY_FILE)[0].interviews
    return None if use is None else read_project_of(use, folder)
