"""How far a study is, by the files that are there: which step is done, and which comes now."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from lcresearch.files import file_hash
from lcresearch.studies.file_names import shown_name
from lcresearch.studies.forms import FORMS
from lcresearch.studies.loading import is_there
from lcresearch.studies.run_record import settings_hash

if TYPE_CHECKING:
    from lcresearch.studies.study import Study

StepName = Literal["questionnaire", "answers", "run", "read"]
State = Literal["done", "now", "later"]
RESULTS = "results"
_RECORD = "run.json"


@dataclass(frozen=True)
class Step:
    """A step of a study.

    Attributes
    ----------
    name : str
        ``questionnaire`` (make it), ``answers`` (bring them), ``run`` (make the report) or ``read`` (it).
    state : str
        ``done``, ``now`` or ``later``.
    n, of : int
        For answers: files that are there, of all that study.yaml names. Else 0.
    again : bool
        Whether it was done before, of files that have changed since.
    """

    name: StepName
    state: State
    n: int = 0
    of: int = 0
    again: bool = False


def work_to_do(study: Study) -> tuple[Step, ...]:
    """The steps of a study in the order of the work.

    The report counts as new when ``results/run.json`` names the hashes of study.yaml and of the answers as they are
    now.

    Parameters
    ----------
    study : Study

    Examples
    --------
    >>> from lcresearch import shipped, studies
    >>> steps = work_to_do(studies.load(shipped.folder("analyses") / "unit-climate"))
    >>> [step.name for step in steps]
    ['answers', 'run', 'read']
    """
    return tuple(_steps(study))


def next_step(steps: tuple[Step, ...]) -> Step:
    """What to do first: a report that answers wait for comes before answers that are still to come.

    Examples
    --------
    >>> next_step((Step("answers", "now", 1, 2), Step("run", "now"), Step("read", "later"))).name
    'run'
    """
    now = [step for step in steps if step.state == "now"]
    return next((step for step in now if step.name == "run"), now[0] if now else steps[-1])


def is_made(study: Study) -> bool:
    """Whether the folder with forms holds one of this study."""
    folder = study.folder / FORMS
    return folder.is_dir() and any(each.name.startswith(f"{study.file.id}.") for each in folder.iterdir())


def report_is_new(study: Study, results: Path | None = None) -> bool | None:
    """Whether the report was made of the files as they are now; None, when there is no report."""
    try:
        record = json.loads(((results or study.folder / RESULTS) / _RECORD).read_text(encoding="utf-8"))
        inputs = dict(record["inputs"])
        if record.get("settings") == settings_hash(study.file):
            inputs[study.file_name] = file_hash(study.folder / study.file_name)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError):
        return False
    return all(inputs.pop(name, None) == value for name, value in _hashes(study)) and not _gone(study, inputs)


def _steps(study: Study) -> Iterator[Step]:
    uses = study.file.responses
    there, new = sum(is_there(study.folder, use.file) for use in uses), report_is_new(study)
    if study.file.form is not None:
        yield Step("questionnaire", "done" if is_made(study) or there else "now")
    whole = there == len(uses)
    awaited = study.file.form is None or is_made(study) or there > 0
    yield Step("answers", "done" if whole else "now" if awaited else "later", there, len(uses))
    yield Step("run", "done" if new else "now" if there else "later", again=new is False)
    yield Step("read", "now" if new else "later")


def _hashes(study: Study) -> Iterator[tuple[str, str]]:
    """Each file that is there, by the name and hash that a run writes down."""
    yield study.file_name, file_hash(study.folder / study.file_name)
    for n, use in enumerate(study.file.responses, start=1):
        if is_there(study.folder, use.file):
            path = study.folder / use.file
            yield shown_name(use.file, n), file_hash(path if path.is_file() else _workbook(study.folder, use.file))


def _gone(study: Study, inputs: dict[str, str]) -> bool:
    """Whether the report was made of answers that are not there any more."""
    named = {shown_name(use.file, n) for n, use in enumerate(study.file.responses, start=1)}
    return bool(named & inputs.keys())


def _workbook(folder: Path, name: str) -> Path:
    return folder / name.rpartition("#")[0]
