"""Writing a form for a platform."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import get_args

from lcresearch.errors import FormError, Place, Problem, nearest
from lcresearch.files import reason_of, write_whole
from lcresearch.instruments.forms.model import FormFiles, Questionnaire
from lcresearch.instruments.forms.own_columns import taken_names
from lcresearch.instruments.forms.settings import PlatformName
from lcresearch.instruments.forms.typed_answers import ENTRY_ENDING, may_hold_answers
from lcresearch.messages import Messages

PLATFORMS: tuple[PlatformName, ...] = get_args(PlatformName)
_ALSO_CALLED: dict[str, PlatformName] = {
    "kobo": "xlsform", "kobotoolbox": "xlsform", "odk": "xlsform", "ona": "xlsform", "xls": "xlsform",
    "lss": "limesurvey", "qsf": "qualtrics", "docx": "word", "microsoft word": "word", "paper": "print",
    "papier": "print", "pdf": "print", "html": "print", "ddi": "codebook", "codeboek": "codebook",
}  # fmt: skip
"""What people call a platform that has another name here."""
Writer = Callable[[Questionnaire, Sequence[str]], FormFiles]
_WRITERS: dict[str, str] = {
    "limesurvey": "lcresearch.instruments.forms.limesurvey",
    "qualtrics": "lcresearch.instruments.forms.qualtrics",
    "xlsform": "lcresearch.instruments.forms.xlsform",
    "surveyjs": "lcresearch.instruments.forms.surveyjs",
    "redcap": "lcresearch.instruments.forms.redcap",
    "word": "lcresearch.instruments.forms.word",
    "print": "lcresearch.instruments.forms.printed",
    "codebook": "lcresearch.instruments.forms.codebook",
}
"""Platform -> package or module with a function ``write(form, languages)``."""


@dataclass(frozen=True)
class ExportedForm:
    """What was written, and what the format could not carry.

    Attributes
    ----------
    platform : str
    files : tuple of Path
    problems : tuple of Problem
    """

    platform: str
    files: tuple[Path, ...]
    problems: tuple[Problem, ...]

    def text(self, language: str | None = None) -> str:
        """Files, what to do with them, then everything that the format cannot carry, in words."""
        say = Messages(language)
        lines = [*map(str, self.files), say(f"form.next.{self.platform}")]
        return "\n".join([*lines, *(problem.text(language) for problem in self.problems)])


def export_form(
    form: Questionnaire, path: str | Path, platform: str, languages: Sequence[str] | None = None, *, force: bool = False
) -> ExportedForm:
    """Write a form for a platform.

    Parameters
    ----------
    form : Questionnaire
    path : path
        A folder, which gets all files of the platform; or one file, with an ending that the platform has.
    platform : str
        limesurvey, qualtrics, xlsform, surveyjs, redcap, word, print or codebook.
    languages : sequence of str
        Those of the form, by default.
    force : bool
        Replace files that are there.

    Raises
    ------
    FormError
        F001 for an unknown platform, F002 for a language that the form does not have, F003 for an ending that the
        platform does not have, F004 when a file is there already, F005 when nothing can be written there, F007 for a
        workbook in which somebody typed answers, F008 for each question that is called as a column of the platform.
    """
    (made,) = export_forms(form, path, [platform], languages, force=force)
    return made


def export_forms(
    form: Questionnaire,
    path: str | Path,
    platforms: Sequence[str],
    languages: Sequence[str] | None = None,
    *,
    force: bool = False,
    answers: Collection[Path] = (),
) -> list[ExportedForm]:
    """Write a form for several platforms: all of them, or none when one cannot be written.

    Parameters
    ----------
    form, path, languages, force
        As :func:`export_form`.
    platforms : sequence of str
    answers : collection of Path
        Files with answers, there or still to come: no form takes their place, whatever ``force`` says.

    Raises
    ------
    FormError
        As :func:`export_form`; F004 with the first file of each platform that is there already; F006 for each file that
        is one of ``answers``; F009 when several platforms were asked for in one file.
    """
    target = Path(path)
    made = [(platform, form_files(form, platform, languages)) for platform in platforms]
    contents = [_named(form, files, target) for _, files in made]
    left = [_not_written(files, target) for _, files in made]
    places = [file for each in contents for file in each]
    if len(set(places)) < len(places):
        raise FormError("F009", path=str(target), platforms=list(platforms))
    kept = [problem for each in contents for problem in _with_answers(each, answers)]
    if kept:
        raise FormError(kept)
    taken = [next((file for file in each if file.exists()), None) for each in contents]
    problems = [Problem("F004", Place(file=file.name), {"path": str(file)}) for file in taken if file is not None]
    if problems and not force:
        raise FormError(problems)
    try:
        for file, content in (pair for each in contents for pair in each.items()):
            file.parent.mkdir(parents=True, exist_ok=True)
            write_whole(file, content)
    except OSError as error:
        raise FormError("F005", path=str(target), reason=reason_of(error)) from error
    written = zip(made, contents, left, strict=True)
    return [ExportedForm(name, tuple(each), (*files.problems, *more)) for (name, files), each, more in written]


def _with_answers(files: Collection[Path], answers: Collection[Path]) -> Iterator[Problem]:
    """Each file that would take the place of answers of people."""
    named = {_place(file) for file in answers}
    for file in files:
        if _place(file) in named:
            yield Problem("F006", Place(file=file.name), {"path": str(file)})
        elif file.name.endswith(ENTRY_ENDING) and may_hold_answers(file):
            yield Problem("F007", Place(file=file.name), {"path": str(file)})


def _place(file: Path) -> str:
    """Where a file lies; names that differ in capitals only are one file on many computers."""
    return str(file.resolve()).casefold()


def form_files(form: Questionnaire, platform: str, languages: Sequence[str] | None = None) -> FormFiles:
    """What the writer of a platform makes of a form, in memory.

    Parameters
    ----------
    form : Questionnaire
    platform : str
        As for :func:`export_form`.
    languages : sequence of str
        Those of the form, by default.

    Raises
    ------
    FormError
        F001, F002 or F008.
    """
    if platform not in PLATFORMS:
        meant = _ALSO_CALLED.get(platform.lower()) or nearest(platform, PLATFORMS)
        raise FormError("F001", platform=platform, known=list(PLATFORMS), nearest=meant)
    chosen = list(languages or form.languages)
    unknown = [language for language in chosen if language not in form.languages]
    if unknown:
        raise FormError("F002", languages=unknown, known=list(form.languages))
    taken = list(taken_names(form, platform))
    if taken:
        raise FormError(taken)
    writer: Writer = import_module(_WRITERS[platform]).write
    return writer(form, chosen)


def _named(form: Questionnaire, made: FormFiles, target: Path) -> dict[Path, bytes]:
    """Where each file goes: into a folder, or the one that was asked for."""
    if not target.suffix or target.is_dir():
        return {target / f"{form.id}{ending}": content for ending, content in made.files.items()}
    fitting = _fitting(made, target)
    if not fitting:
        raise FormError("F003", ending=target.suffix, known=list(made.files))
    return {target: made.files[fitting[0]]}


def _fitting(made: FormFiles, target: Path) -> list[str]:
    """Endings of the files that could stand in this one."""
    return [ending for ending in made.files if target.suffix == f".{ending.rpartition('.')[2]}"]


def _not_written(made: FormFiles, target: Path) -> tuple[Problem, ...]:
    """A file in another language or version has no place when one file was asked for: say so."""
    if not target.suffix or target.is_dir():
        return ()
    written, *others = _fitting(made, target)
    values = {"written": written, "others": others}
    return (Problem("F073", Place(file=target.name), values),) if others else ()
