"""Ready-made studies: to run as they are, or to copy as the start of one's own."""

from __future__ import annotations

import shutil
from pathlib import Path

from lcresearch import shipped
from lcresearch.errors import StudyError, nearest
from lcresearch.files import is_below, reason_of
from lcresearch.integration.plan.reading import FILE_NAME as PLAN
from lcresearch.integration.plan.starting import new_plan, write_schema
from lcresearch.studies.loading import FILE_NAME
from lcresearch.synthesis.programme import ProgrammeFile, new_programme, read_programme
from lcresearch.synthesis.programme.reading import FILE_NAME as PROGRAMME_FILE
from lcresearch.yaml_lines import read_yaml

PROGRAMME = "programme"
"""What :func:`new` makes a programme.yaml of: the plan of a programme in place of a study."""
INTEGRATION = "integration"
"""What it makes an integration.yaml of: how numbers and interviews of a study are brought together."""
_PLANS = (PROGRAMME, INTEGRATION)

_SCHEMA = "study.schema.json"
_LEFT_BEHIND = shutil.ignore_patterns(
    "results", "synthesis", "integration", "progress", "private", "releases.json", "__pycache__", ".*"
)


def templates() -> list[str]:
    """Names of the ready-made studies.

    Returns
    -------
    list of str

    Examples
    --------
    >>> templates()[:4]
    ['cross-consortium', 'formation', 'implementation', 'programme-demo']
    """
    return sorted(path.parent.name for path in shipped.folder("analyses").glob("*/study.yaml"))


def new(template: str, folder: str | Path) -> Path:
    """Copy a ready-made study to a new folder and return that folder.

    What is there is never replaced, and no option does so: it may hold answers of people, or a plan that was filled in.

    Parameters
    ----------
    template : str
        One of :func:`templates`; or ``programme`` or ``integration``, for a programme.yaml or an integration.yaml
        with its schema explained. An integration.yaml has the elements of the programme that the folder's study.yaml
        names, or of the programme.yaml there.
    folder : path
        New or empty folder; for a programme.yaml or integration.yaml any folder that has none.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    StudyError
        S011, when there is no such template; S012, when the folder holds something already; S014, when nothing can
        be written there.
    SynthesisError
        Y143, when the folder has a programme.yaml already; Y codes, when the one that an integration.yaml goes by
        cannot be read.
    IntegrationError
        Q162, when it has an integration.yaml already.
    """
    known, folder = [*_PLANS, *templates()], Path(folder)
    if template in _PLANS:
        return _new_plan(template, folder)
    if template not in known:
        raise StudyError("S011", name=template, known=known, nearest=nearest(template, known) or known[0])
    try:
        taken = folder.exists() and (not folder.is_dir() or any(folder.iterdir()))
        if not taken:
            source = shipped.folder("analyses") / template
            shutil.copytree(source, folder, ignore=_LEFT_BEHIND, dirs_exist_ok=True)
            _bring_schema(folder)
    except OSError as error:
        raise StudyError("S014", path=str(folder), reason=reason_of(error)) from error
    if taken:
        raise StudyError("S012", path=str(folder))
    return folder


def _new_plan(template: str, folder: Path) -> Path:
    try:
        return new_programme(folder) if template == PROGRAMME else new_plan(folder, _programme_of(folder))
    except OSError as error:
        raise StudyError("S014", path=str(folder), reason=reason_of(error)) from error


def _programme_of(folder: Path) -> ProgrammeFile | None:
    """The programme that the study in a folder names, or else the one that lies there.

    The study is not read as a whole: it may name the integration.yaml that is still to be made.
    """
    named = None
    if (folder / FILE_NAME).is_file():
        content = read_yaml(folder / FILE_NAME).content
        named = content.get("programme") if isinstance(content, dict) else None
    path = folder / (named if isinstance(named, str) and is_below(named) else PROGRAMME_FILE)
    return read_programme(path) if path.is_file() else None


def _bring_schema(folder: Path) -> None:
    """The schema that editors read, beside the study.yaml that names it."""
    shutil.copy(shipped.folder("analyses") / _SCHEMA, folder / _SCHEMA)
    if (folder / PLAN).exists():
        write_schema(folder)
    study = folder / FILE_NAME
    study.write_bytes(study.read_bytes().replace(f"$schema=../{_SCHEMA}".encode(), f"$schema={_SCHEMA}".encode(), 1))


def free_folder(name: str) -> Path:
    """``name``, or the first of ``name-2``, ``name-3``... that does not exist yet in the working folder."""
    candidate, number = Path(name), 1
    while candidate.exists():
        number += 1
        candidate = Path(f"{name}-{number}")
    return candidate
