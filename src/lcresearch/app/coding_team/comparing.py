"""What can be compared in a coding file now: texts that all of their coders finished, and where these coders differ."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from starlette.requests import Request

from lcresearch.app.coding.file import coding_file_of
from lcresearch.app.studies.frame import study_folder
from lcresearch.interviews import Disagreements, coding_file, find_disagreements
from lcresearch.interviews.coding_agreement.agreed_coder import AGREED
from lcresearch.interviews.coding_agreement.finished import FinishedTexts, finished_texts
from lcresearch.interviews.coding_file import CodingFile
from lcresearch.interviews.suggestion_coder import NOT_A_PERSON, is_suggestion_coder
from lcresearch.studies.interview_settings import InterviewsUse

_NOBODY = {AGREED, *NOT_A_PERSON.values()}


@dataclass(frozen=True)
class Comparable:
    """A coding file at one moment.

    Attributes
    ----------
    file : CodingFile
    texts : FinishedTexts
    use : InterviewsUse
        What study.yaml says of its interviews.
    """

    file: CodingFile
    texts: FinishedTexts
    use: InterviewsUse


def comparable(request: Request) -> Comparable:
    """What can be compared in the study of an address ``/studies/{study}/...``.

    Raises
    ------
    AppError
        W001, W100: no such study, or no coding file yet.
    """
    from lcresearch import studies

    file = coding_file_of(request)
    use = studies.load(study_folder(request)).file.interviews or InterviewsUse()
    return Comparable(file, _texts(file.path, file.revision), use)


def differences(found: Comparable) -> Disagreements | None:
    """Where coders differ; None as long as no text is finished by all."""
    if not found.texts.read:
        return None
    return _differences(found.file.path, found.file.revision)


@lru_cache(maxsize=4)
def _texts(path: Path, revision: int) -> FinishedTexts:
    file = coding_file.open_file(path)
    return finished_texts(file.project(), file.assignments())


@lru_cache(maxsize=4)
def _differences(path: Path, revision: int) -> Disagreements:
    texts = _texts(path, revision)
    return find_disagreements(texts.project, texts.coders, read=texts.read)


def people(file: CodingFile) -> dict[str, str]:
    """Id -> name of the people who code in a file: not what was agreed, and not a machine."""
    table = file.coders()
    names = {str(one): str(name) for one, name in zip(table["coder"], table["name"], strict=True)}
    return {one: name for one, name in names.items() if one not in _NOBODY and not is_suggestion_coder(name)}
