"""The page on all answers of a study: which files there are, what is wrong, what the library counts."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from lcresearch.app.answers.reading import StudyRead, read_study
from lcresearch.app.answers.unused import unused_files
from lcresearch.app.answers.words import ENDINGS, platform_choices, wave_words
from lcresearch.app.pages import page, problem_rows
from lcresearch.app.studies.frame import frame, study_folder
from lcresearch.errors import LcresearchError
from lcresearch.files import version_of
from lcresearch.messages import Messages
from lcresearch.studies.answer_files import FileRead
from lcresearch.studies.editing import can_undo

_AWAITED = "S131"
"""Said by the card of a file already."""


def show_answers(request: Request) -> Response:
    """All files with answers; without a readable study.yaml what is wrong with it."""
    study, folder = frame(request, "answers"), study_folder(request)
    version, undo = version_of(folder / "study.yaml"), can_undo(folder)
    try:
        read = read_study(folder)
    except LcresearchError as error:
        return page(
            request,
            "answers_fault.html",
            study=study,
            problems=problem_rows(error.problems),
            version=version,
            undo=undo,
        )
    waves = wave_words(read.study)
    return page(
        request,
        "answers.html",
        study=study,
        files=[_file(n, one, waves) for n, one in enumerate(read.files)],
        there=any(one.there for one in read.files),
        waves=list(waves.items()) if read.study.file.waves is not None else [],
        wave_column=read.study.file.waves is not None,
        taken=taken_waves(read),
        platforms=platform_choices(),
        endings=ENDINGS,
        simulated=read.study.file.simulated,
        errors=problem_rows(read.errors),
        warnings=problem_rows(one for one in read.warnings if one.code != _AWAITED),
        totals=_totals(read, waves),
        unused=unused_files(read.study),
        version=version,
        undo=undo,
    )


def taken_waves(read: StudyRead) -> list[str]:
    """Waves that have a file with answers already; ``""`` for a file without a wave of its own."""
    return [one.use.wave or "" for one in read.files if one.there]


def _file(n: int, one: FileRead, waves: dict[str, str]) -> dict[str, Any]:
    """A file as a card."""
    say = Messages()
    found = sum(column.fate == "item" for column in one.columns)
    names = [waves.get(wave, wave) for wave in ([one.use.wave] if one.use.wave else one.waves)]
    errors = [problem for problem in one.problems if problem.level == "error"]
    state = "awaited" if not one.there else "wrong" if errors else "look" if one.missing else "good"
    return {
        "number": n,
        "name": one.use.file,
        "waves": names,
        "platform": say(f"app.answers.platform.{one.platform}") if one.platform else "",
        "n_rows": one.n_rows,
        "n_used": one.n_used,
        "n_found": found,
        "n_missing": len(one.missing),
        "n_errors": len(errors),
        "state": state,
    }


def _totals(read: StudyRead, waves: dict[str, str]) -> dict[str, Any] | None:
    if read.totals is None:
        return None
    say, totals = Messages(), read.totals
    rules = [
        (
            row["rule"],
            say.number(row["n_flagged"], digits=0) if row["n_judged"] else "–",
            say.number(row["n_judged"], digits=0),
        )
        for row in totals.screening
    ]
    return {
        "n": totals.n,
        "n_persons": totals.n_persons,
        "missing": say.percent(totals.share_missing, digits=1),
        "waves": [(waves.get(wave, wave), n) for wave, n in totals.waves.items()],
        "dropped": totals.dropped,
        "rules": rules,
        "linked": read.study.file.recognises_persons,
    }
