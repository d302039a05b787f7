"""From study.yaml to a form: what the study itself asks, then its instruments, then questions on context."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from lcresearch.errors import Place, Problem, StudyError
from lcresearch.instruments import forms
from lcresearch.instruments.forms import (
    ExportedForm,
    FormSettings,
    Page,
    Questionnaire,
    consent_page,
    group_page,
    linking_page,
    questionnaire,
)
from lcresearch.responses.form_names import OwnQuestion

if TYPE_CHECKING:
    from lcresearch.instruments import Instrument
    from lcresearch.studies.model import StudyFile
    from lcresearch.studies.study import Study

FORMS = "forms"
"""Folder with forms in the folder of a study."""


def form_of_study(study: Study) -> Questionnaire:
    """The form of a study: consent, groups, self-made code, instruments in their order, questions on context.

    The questions of the study itself are called as study.yaml calls the columns that it reads: so it reads what a
    platform exports from this form without a mapping.

    Parameters
    ----------
    study : Study

    Returns
    -------
    Questionnaire
        ``export(path, platform=...)`` writes it for a survey program.

    Raises
    ------
    StudyError
        S130, when study.yaml has no part ``form:``.

    Examples
    --------
    >>> from lcresearch import shipped, studies
    >>> from lcresearch.errors import StudyError
    >>> try:
    ...     form_of_study(studies.load(shipped.folder("analyses") / "unit-climate"))
    ... except StudyError as error:
    ...     print(error.problems[0].code)
    S130
    """
    settings = study.file.form
    if settings is None:
        raise StudyError("S130", where=Place(file=study.file_name))
    languages = form_languages(study.file, study.instruments)
    asked = ordered_instruments(study.file, study.instruments, settings)
    uses = zip(study.instruments, study.file.instruments, strict=True)
    return questionnaire(
        asked,
        id=study.file.id,
        title={language: study.file.title[language] for language in languages},
        languages=languages,
        short_form=[one.id for one, use in uses if use.short_form],
        items=context_items(study.file, study.instruments, settings),
        before=list(_pages_of_study(study.file, settings, languages)),
        introduction=settings.introduction,
        closing=settings.closing,
        randomise=settings.randomise,
        planned_missing=[one.id for one in _named(study.file, study.instruments, settings.planned_missing)],
    )


def form_languages(file: StudyFile, instruments: Sequence[Instrument]) -> list[str]:
    """Languages of the study that all its instruments have."""
    return [language for language in file.languages if all(language in one.languages for one in instruments)]


def ordered_instruments(file: StudyFile, instruments: Sequence[Instrument], settings: FormSettings) -> list[Instrument]:
    """Instruments in the order in which they are asked: those in ``order``, the others as named, context at the end."""
    first = _named(file, instruments, settings.order)
    last = _named(
        file, instruments, [one.instrument for one in settings.context if one.instrument not in settings.order]
    )
    rest = [one for one in instruments if one not in first and one not in last]
    return [*first, *rest, *(one for one in last if one not in first)]


def context_items(
    file: StudyFile, instruments: Sequence[Instrument], settings: FormSettings
) -> dict[str, tuple[str, ...]]:
    """Instrument on context -> the questions that are asked of it, where these are some."""
    return {
        instrument.id: use.items
        for use in settings.context
        if use.items
        for instrument in _named(file, instruments, [use.instrument])
    }


def _named(file: StudyFile, instruments: Sequence[Instrument], names: Sequence[str]) -> list[Instrument]:
    """Instruments by the names that study.yaml uses for them: the id, or the file."""
    by_name = {use.id: one for one, use in zip(instruments, file.instruments, strict=True)}
    by_name |= {one.id: one for one in instruments}
    return [by_name[name] for name in names]


def _pages_of_study(file: StudyFile, settings: FormSettings, languages: Sequence[str]) -> Iterator[Page]:
    if settings.consent is not None and file.consent is not None:
        yield consent_page(file.consent.column, languages, settings.consent.text)
    groups: dict[str, tuple[str, Sequence[str], Mapping[str, str] | None]] = {
        level: (file.levels[level].column, settings.groups[level], file.levels[level].title)
        for level in file.ordered_levels
        if level in settings.groups
    }
    if groups:
        yield group_page(groups, languages)
    if settings.linking_code and file.linking is not None:
        yield linking_page(file.linking.columns, settings.linking_code, languages)


@dataclass(frozen=True)
class ExportedForms:
    """The forms of a study.

    Attributes
    ----------
    folder : Path
    forms : tuple of ExportedForm
        One a platform.
    problems : tuple of Problem
        What holds for all of them.
    """

    folder: Path
    forms: tuple[ExportedForm, ...]
    problems: tuple[Problem, ...] = ()

    @property
    def files(self) -> tuple[Path, ...]:
        """All files that were written."""
        return tuple(file for form in self.forms for file in form.files)

    def text(self, language: str | None = None) -> str:
        """For each platform its files, the next step and what its format cannot carry; then what holds for all."""
        parts = [form.text(language) for form in self.forms]
        return "\n\n".join([*parts, *(problem.text(language) for problem in self.problems)])


def export_forms(
    study: Study,
    folder: str | Path | None = None,
    platforms: Sequence[str] | None = None,
    languages: Sequence[str] | None = None,
    *,
    force: bool = False,
) -> ExportedForms:
    """Write the form of a study for its platforms; see :meth:`Study.export_forms`."""
    form = form_of_study(study)
    settings = study.file.form or FormSettings()
    target = Path(folder) if folder is not None else study.folder / FORMS
    chosen = list(dict.fromkeys(platforms or settings.platforms))
    answers = [study.folder / use.file for use in study.file.responses]
    made = forms.export_forms(form, target, chosen, languages, force=force, answers=answers)
    left_out = [language for language in study.file.languages if language not in form.languages]
    lacking = {
        language: [one.id for one in study.instruments if language not in one.languages] for language in left_out
    }
    problems = [
        Problem("F029", Place(file=study.file_name), {"language": language, "instruments": ids})
        for language, ids in lacking.items()
    ]
    return ExportedForms(target, tuple(made), tuple(problems))


def own_questions(study: StudyFile) -> list[OwnQuestion]:
    """The questions that the form of a study asks beside those of instruments, for reading their answers back.

    Examples
    --------
    >>> from lcresearch import shipped, studies
    >>> own_questions(studies.load(shipped.folder("analyses") / "unit-climate").file)
    []
    """
    if study.form is None:
        return []
    pages = _pages_of_study(study, study.form, study.languages)
    return [OwnQuestion(question.name, tuple(question.text.values())) for page in pages for question in page.questions]
