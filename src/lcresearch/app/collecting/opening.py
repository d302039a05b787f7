"""From a study to an open round: its form, its codes, and where its answers will go."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from lcresearch.app.collecting.asked import what_is_asked
from lcresearch.app.collecting.codes import OF_ROUND, new_code
from lcresearch.app.collecting.round_file import Round, add_slips, create, opened
from lcresearch.app.workspace import safe_name
from lcresearch.errors import AppError
from lcresearch.files import private_folder
from lcresearch.messages import LANGUAGES, Messages

if TYPE_CHECKING:
    from lcresearch.instruments.forms import Questionnaire
    from lcresearch.studies.study import Study

MOST_SLIPS = 500
_FOLDER, _FILE = "collecting", "round.sqlite"


def round_path(folder: Path) -> Path:
    """Where the file of an open round of a study lies."""
    return folder / "private" / _FOLDER / _FILE


def offered_languages(form: Questionnaire) -> list[str]:
    """Languages that the form and its pages have."""
    return [language for language in form.languages if language in LANGUAGES]


def open_round(
    study: Study, *, wave: str | None, languages: Sequence[str], slips: int, host: str, today: datetime.date
) -> Path:
    """Make the file of a round; nothing is served yet.

    Parameters
    ----------
    study : Study
    wave : str or None
        One of its waves; None for a study without.
    languages : sequence of str
        Of the form.
    slips : int
        Codes for one person each; 0 for one code that all use.
    host : str
        Address of this computer on the network.
    today : datetime.date

    Raises
    ------
    AppError
        W080, when a round is open; W083, without a language of the form; W084, for a wave that the study does not
        have; W085, for more than 500 slips.
    StudyError
        S130, when the study has no form.
    """
    from lcresearch.instruments.forms import surveyjs
    from lcresearch.studies.forms import form_of_study

    path = round_path(study.folder)
    form = form_of_study(study)
    chosen = [language for language in offered_languages(form) if language in languages]
    if path.exists():
        raise AppError("W080")
    if not chosen:
        raise AppError("W083", known=list(form.languages))
    waves = study.file.waves
    known = list(waves.labels) if waves is not None else []
    if wave not in (known or [""]):
        raise AppError("W084", name=wave or "–", known=known)
    if not 0 <= slips <= MOST_SLIPS:
        raise AppError("W085", most=MOST_SLIPS)
    made = surveyjs.write(form, chosen)
    survey, theme = (json.loads(content) for content in made.files.values())
    one = Round(
        wave or None,
        waves.column if waves is not None else None,
        chosen,
        "" if slips else new_code(OF_ROUND),
        study.file.form is not None and study.file.form.keep_unfinished,
        today.isoformat(),
        next(_free_names(study, wave)),
        host,
        0,
        {language: form.title[language] for language in chosen},
        {language: form.closing.get(language, "") for language in chosen},
        {language: Messages(language)("form.consent.thanks") for language in chosen},
    )
    private_folder(path.parent.parent)
    private_folder(path.parent)
    asked = what_is_asked(form, survey, chosen)
    create(path, one, {"survey": survey, "theme": theme, "asked": asked.as_json(), "open": True})
    if slips:
        with opened(path) as connection:
            add_slips(connection, slips)
    return path


def _free_names(study: Study, wave: str | None) -> Iterator[str]:
    """Names for the file with answers that nothing has, also no file that study.yaml still waits for."""
    word = Messages(study.file.languages[0] if study.file.languages[0] in LANGUAGES else "en")(
        "app.collecting.file_of_answers"
    )
    stem = safe_name("-".join([word, *([wave] if wave else [])]).replace(" ", "-"))[:60]
    taken = {use.file.casefold() for use in study.file.responses}
    for n in range(1, 10_000):
        name = f"{stem}{f'-{n}' if n > 1 else ''}.json"
        if name.casefold() not in taken and not (study.folder / name).exists():
            yield name
