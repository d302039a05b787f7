"""From the file of a round to answers that the readers take: closing a wave."""

from __future__ import annotations

import datetime
import json
import os
import secrets
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lcresearch.app.collecting.asked import Asked
from lcresearch.app.collecting.checking import (
    COMMENT,
    LANGUAGE,
    MARK,
    OPENED,
    SECONDS,
    START,
    agrees,
    faults,
    flat,
    within,
)
from lcresearch.app.collecting.opening import round_path
from lcresearch.app.collecting.round_file import Round, kept, opened, remove, round_of
from lcresearch.errors import AppError
from lcresearch.files import reason_of, write_whole

if TYPE_CHECKING:
    from lcresearch.studies.study import Study

_FIRST_DAY = datetime.date(2020, 1, 1)
"""From which forms for SurveyJS count seconds."""
_FINE, _COARSE, _LONGEST = 10, 60, 3_600
_CLOCKS = frozenset({START, OPENED, SECONDS})


@dataclass(frozen=True)
class Closed:
    """What came of a round.

    Attributes
    ----------
    sent : int
        Questionnaires that were sent in.
    unfinished : int
        Those that were not, and are kept: of people who agreed to take part.
    removed : int
        Those that were not, and are gone.
    """

    sent: int
    unfinished: int
    removed: int


def write_answers(connection: sqlite3.Connection, path: Path) -> Closed:
    """Write all answers of a round as results of SurveyJS, in an order drawn by lot.

    The moment of opening becomes the day of the round; how long it took is rounded to ten seconds, from ten minutes on
    to minutes, and is at most an hour. When this returns, the file is on disk.

    Parameters
    ----------
    connection : sqlite3.Connection
    path : Path
        Is replaced when it is there: the answers of this round, written before.
    """
    one, asked = round_of(connection), Asked.from_json(kept(connection, "asked"))
    sent = [json.loads(text) for (text,) in connection.execute("SELECT answers FROM sent")]
    drafts = [
        (json.loads(answers), json.loads(drawn))
        for answers, drawn in connection.execute("SELECT answers, drawn FROM draft")
    ]
    partly = [
        part
        for answers, drawn in drafts
        if one.keeps_unfinished and agrees(asked, answers) and (part := _valid(asked, answers, drawn))
    ]
    rows = [_row(one, asked, answers) for answers in (*sent, *partly)]
    secrets.SystemRandom().shuffle(rows)
    lines = ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    write_whole(path, f"[\n{lines}\n]\n")
    with path.open("rb+") as written:
        os.fsync(written.fileno())
    return Closed(len(sent), len(partly), len(drafts) - len(partly))


def _valid(asked: Asked, answers: Mapping[str, Any], drawn: Mapping[str, int]) -> dict[str, Any]:
    """Unfinished answers without those that the form itself would not have taken; empty when none is left."""
    wrong = set(faults(asked, answers, drawn))
    given = flat(asked, answers)
    wrong |= {name for name, value in given.items() if not within(asked.fields[name], value)}
    left = {name: value for name, value in answers.items() if name not in wrong}
    return left if set(flat(asked, left)) - {asked.consent} else {}


def _row(one: Round, asked: Asked, answers: Mapping[str, Any]) -> dict[str, Any]:
    """A row as SurveyJS gives it, in the order of the form, whatever the order in which somebody answered."""
    order = [*_names(asked), *sorted(asked.versions), MARK, LANGUAGE]
    given = {**answers, **_with_left_open(asked, answers)}
    made = {name: given[name] for name in order if name in given and name not in _CLOCKS}
    made[MARK] = asked.mark
    made[LANGUAGE] = answers.get(LANGUAGE) or "en"
    made[OPENED] = (datetime.date.fromisoformat(one.day) - _FIRST_DAY).days * 86_400
    made[SECONDS] = rounded_seconds(answers.get(SECONDS, 0))
    if one.wave is not None and one.wave_column is not None:
        made[one.wave_column] = one.wave
    return made


def _with_left_open(asked: Asked, answers: Mapping[str, Any]) -> dict[str, Any]:
    """All questions, also without an answer, so that one which nobody answered has its column: it was asked."""
    tables: dict[str, dict[str, Any]] = {}
    alone: dict[str, Any] = {}
    for name, field in asked.fields.items():
        if field.matrix is None:
            alone[name] = answers.get(name)
        else:
            given = answers.get(field.matrix)
            tables.setdefault(field.matrix, {})[name] = given.get(name) if isinstance(given, dict) else None
    return {**alone, **tables}


def _names(asked: Asked) -> Iterator[str]:
    """Fields of answers, a table where its first row stands."""
    seen = set()
    for name, field in asked.fields.items():
        holder = field.matrix or name
        if holder not in seen:
            seen.add(holder)
            yield holder
            yield f"{holder}{COMMENT}"


def rounded_seconds(seconds: float) -> int:
    """How long filling in took, so that it tells no person apart.

    Examples
    --------
    >>> [rounded_seconds(each) for each in (3, 184, 1234, 50_000)]
    [10, 180, 1260, 3600]
    """
    step = _FINE if seconds < 600 else _COARSE
    return int(min(max(step * round(seconds / step), _FINE), _LONGEST))


def close_round(folder: Path) -> tuple[Round, Closed]:
    """Write the answers of the round of a study, name the file in study.yaml, then take the round's file away.

    Done again after a crash, it writes the same file and names it once. Whoever serves the round stopped before.

    Raises
    ------
    AppError
        W081, when no round is open; W087, when the answers cannot be written.
    StudyError
        When study.yaml has faults: nothing is lost then, and closing can be done again.
    """
    from lcresearch import studies

    path = round_path(folder)
    try:
        with opened(path) as connection:
            one = round_of(connection)
            closed = write_answers(connection, folder / one.file)
    except FileNotFoundError as error:
        raise AppError("W081") from error
    except OSError as error:
        raise AppError("W087", name=path.name, reason=reason_of(error)) from error
    if closed.sent + closed.unfinished:
        _register(studies.load(folder), one)
    else:
        (folder / one.file).unlink()
    remove(path)
    return one, closed


def _register(study: Study, one: Round) -> None:
    """Name the file in study.yaml: in the place of one that was to come for this wave, else as one more."""
    from lcresearch.studies.editing import edit_study

    uses = study.file.responses
    if any(use.file == one.file for use in uses):
        return
    to_come = [
        n for n, use in enumerate(uses) if use.wave == one.wave and not use.wide and not _there(study.folder, use.file)
    ]
    use = {"file": one.file, "platform": "surveyjs"}
    if one.wave is not None and one.wave_column is None:
        use["wave"] = one.wave
    edit_study(study.folder, {("responses", to_come[0] if to_come else len(uses)): use})


def _there(folder: Path, name: str) -> bool:
    return (folder / name).exists() or (folder / name.rpartition("#")[0]).is_file()
