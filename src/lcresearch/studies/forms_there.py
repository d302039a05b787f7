"""The forms of a study that were made before, whether here or from a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from lcresearch.errors import LcresearchError, Problem
from lcresearch.instruments.forms import printed
from lcresearch.instruments.forms.exporting import PLATFORMS, form_files
from lcresearch.instruments.forms.paper_layout import paper_forms
from lcresearch.instruments.forms.paper_limits import paper_problems
from lcresearch.instruments.forms.typed_answers import ENTRY_ENDING
from lcresearch.messages import Messages
from lcresearch.studies.forms import FORMS, form_of_study

if TYPE_CHECKING:
    from lcresearch.instruments.forms import Questionnaire
    from lcresearch.studies.study import Study


@dataclass(frozen=True)
class FormThere:
    """The form of a study for a platform.

    Attributes
    ----------
    platform : str
    files : tuple of Path
        Those that are there; none, when it was not made.
    problems : tuple of Problem
        What its format cannot carry.
    differs : bool
        Whether a file is another than would be made now: study.yaml changed since, or somebody changed the file.
    """

    platform: str
    files: tuple[Path, ...]
    problems: tuple[Problem, ...]
    differs: bool = False


def forms_there(study: Study) -> list[FormThere]:
    """The form of a study for each platform, in the folder ``forms``; nothing is written.

    Raises
    ------
    StudyError
        S130, when study.yaml has no part ``form:``.

    Examples
    --------
    >>> from lcresearch import shipped, studies
    >>> found = forms_there(studies.load(shipped.folder("analyses") / "short-cycle-example"))
    >>> found[0].platform, found[0].problems[0].code
    ('limesurvey', 'F031')
    """
    form = form_of_study(study)
    asked = _Asked(repr(form), Messages().language, form)
    return [_there(asked, platform, study.folder / FORMS) for platform in PLATFORMS]


@dataclass(frozen=True)
class _Asked:
    """A form that is compared by what it says."""

    text: str
    language: str
    form: Questionnaire = field(compare=False)


def _there(asked: _Asked, platform: str, folder: Path) -> FormThere:
    try:
        expected, problems = _expected(asked, platform)
    except LcresearchError as error:
        return FormThere(platform, (), error.problems)
    paths = {folder / f"{asked.form.id}{ending}": content for ending, content in expected.items()}
    there = {path: content for path, content in paths.items() if path.is_file()}
    differs = any(content is not None and path.read_bytes() != content for path, content in there.items())
    return FormThere(platform, tuple(there), problems, differs)


@lru_cache(maxsize=4 * len(PLATFORMS))
def _expected(asked: _Asked, platform: str) -> tuple[Mapping[str, bytes | None], tuple[Problem, ...]]:
    """Content by ending; None for what is not made again to compare: a PDF, and a workbook that people type in.

    Every page on forms and every download asks for it; it is made again when the form says something else.
    """
    form = asked.form
    if platform != "print":
        made = form_files(form, platform)
        return made.files, made.problems
    pages = printed.pages([one for language in form.languages for one in paper_forms(form, language)])
    files: dict[str, bytes | None] = {**pages}
    files |= {f"{ending.removesuffix('.html')}.pdf": None for ending in pages}
    return {**files, ENTRY_ENDING: None}, tuple(paper_problems(form))
