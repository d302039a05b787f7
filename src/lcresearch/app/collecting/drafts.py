"""What one person does with a questionnaire: begin, go on, save, send in, stop; each is one change of the file."""

from __future__ import annotations

import json
import secrets
import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hmac import compare_digest
from typing import Any, Literal

from lcresearch.app.collecting.asked import Asked
from lcresearch.app.collecting.checking import LANGUAGE, MARK, faults, refuses, unfinished
from lcresearch.app.collecting.codes import OF_PERSON, code_hash, new_code
from lcresearch.app.collecting.round_file import Round

MOST = 5_000
"""Questionnaires that may be open at once: more than any room holds."""
Lost = Literal["gone", "done"]


@dataclass(frozen=True)
class Draft:
    """A questionnaire that somebody is filling in.

    Attributes
    ----------
    id : bytes
    back : str
        Code to go on with on another device.
    personal : bool
        Whether that code is the one on a slip.
    drawn : dict of str to int
        The versions that this person got.
    answers : dict
    page : int
    n : int
        How often it was saved.
    save : str
        Name of the last save.
    """

    id: bytes
    back: str
    personal: bool
    drawn: dict[str, int]
    answers: dict[str, Any]
    page: int
    n: int
    save: str


@dataclass(frozen=True)
class Outcome:
    """What became of a save.

    Attributes
    ----------
    state : str
        saved, on disk; elsewhere, when another browser saved meanwhile; refused, when the answers are none of this
        form; gone, when there is no such draft; done, when it was sent in before; closed, when the round is over.
    names : list of str
        What was refused.
    refusal : bool
        Whether somebody said not to take part.
    """

    state: Literal["saved", "elsewhere", "refused", "gone", "done", "closed"]
    names: list[str] = field(default_factory=list)
    refusal: bool = False


@dataclass(frozen=True)
class Entered:
    """What a code led to: ``ok`` with a new key for the browser, or ``wrong``, ``used`` or ``full``."""

    state: Literal["ok", "wrong", "used", "full"]
    key: str = ""


def enter(one: Round, asked: Asked, code: str) -> Callable[[sqlite3.Connection], Entered]:
    """Begin with the code of the room or of a slip, or go on with the code of a slip or of one's own."""

    def change(connection: sqlite3.Connection) -> Entered:
        hashed = code_hash(code)
        if one.code and compare_digest(hashed, code_hash(one.code)):
            return _begin(connection, asked, new_code(OF_PERSON), personal=False)
        open_one = connection.execute("SELECT id FROM draft WHERE back_hash = ?", (hashed,)).fetchone()
        if open_one is not None:
            return _with_key(connection, open_one[0])
        slip = connection.execute("SELECT state FROM slip WHERE hash = ?", (hashed,)).fetchone()
        if slip is None:
            return Entered("wrong")
        if slip[0] != "unused":
            return Entered("used")
        connection.execute("UPDATE slip SET state = 'used' WHERE hash = ?", (hashed,))
        return _begin(connection, asked, code, personal=True)

    return change


def _begin(connection: sqlite3.Connection, asked: Asked, back: str, *, personal: bool) -> Entered:
    if connection.execute("SELECT count(*) FROM draft").fetchone()[0] >= MOST:
        return Entered("full")
    id = secrets.token_bytes(16)
    drawn = {name: _draw(connection, name, n) for name, n in asked.versions.items()}
    connection.execute(
        "INSERT INTO draft VALUES (?, ?, ?, ?, ?, '{}', 0, 0, '')",
        (id, back, code_hash(back), int(personal), json.dumps(drawn)),
    )
    return _with_key(connection, id)


def _draw(connection: sqlite3.Connection, field: str, n: int) -> int:
    """A version by lot, of those that the fewest people have: so all are about as frequent, also in a small room."""
    had = dict(connection.execute("SELECT version, n FROM drawn WHERE field = ?", (field,)).fetchall())
    fewest = min(had.get(version, 0) for version in range(1, n + 1))
    chosen = secrets.choice([version for version in range(1, n + 1) if had.get(version, 0) == fewest])
    connection.execute("INSERT OR REPLACE INTO drawn VALUES (?, ?, ?)", (field, chosen, fewest + 1))
    return chosen


def _with_key(connection: sqlite3.Connection, draft: bytes) -> Entered:
    key = secrets.token_urlsafe(32)
    connection.execute("INSERT INTO key VALUES (?, ?)", (code_hash(key), draft))
    return Entered("ok", key)


def find(key: str) -> Callable[[sqlite3.Connection], Draft | Lost]:
    """The draft that a browser has the key of; ``done`` when it was sent in, ``gone`` when there is none."""

    def change(connection: sqlite3.Connection) -> Draft | Lost:
        return _found(connection, code_hash(key))

    return change


def _found(connection: sqlite3.Connection, hashed: bytes) -> Draft | Lost:
    row = connection.execute(
        "SELECT id, back, personal, drawn, answers, page, n, save FROM draft "
        "WHERE id = (SELECT draft FROM key WHERE hash = ?)",
        (hashed,),
    ).fetchone()
    if row is not None:
        id, back, personal, drawn, answers, page, n, name = row
        return Draft(id, back, bool(personal), json.loads(drawn), json.loads(answers), page, n, name)
    return "done" if connection.execute("SELECT 1 FROM done WHERE hash = ?", (hashed,)).fetchone() else "gone"


def save(
    key: str, asked: Asked, answers: Any, *, page: int, after: int, name: str
) -> Callable[[sqlite3.Connection], Outcome]:
    """Keep answers so far, when the browser knows the latest; the same save twice counts once.

    Parameters
    ----------
    key : str
        Of the browser.
    asked : Asked
    answers : object
        Anything; what is not an answer to this form is refused.
    page : int
    after : int
        How often the draft was saved as far as the browser knows.
    name : str
        Of this save, drawn by the browser.
    """

    def change(connection: sqlite3.Connection) -> Outcome:
        found = _found(connection, code_hash(key))
        if not isinstance(found, Draft):
            return Outcome(found)
        wrong = faults(asked, answers, found.drawn)
        if wrong:
            return Outcome("refused", wrong)
        if (found.n, found.save) == (after + 1, name):
            return Outcome("saved")
        if found.n != after:
            return Outcome("elsewhere")
        connection.execute(
            "UPDATE draft SET answers = ?, page = ?, n = ?, save = ? WHERE id = ?",
            (_text(answers), page, after + 1, name, found.id),
        )
        return Outcome("saved")

    return change


def send(key: str, asked: Asked, answers: Any, *, after: int) -> Callable[[sqlite3.Connection], Outcome]:
    """Take answers in: from then on nothing says from which browser or slip they came."""

    def change(connection: sqlite3.Connection) -> Outcome:
        found = _found(connection, code_hash(key))
        if not isinstance(found, Draft):
            return Outcome(found)
        wrong = faults(asked, answers, found.drawn) or unfinished(asked, answers, found.drawn)
        if wrong:
            return Outcome("refused", wrong)
        if found.n != after:
            return Outcome("elsewhere")
        refused = refuses(asked, answers)
        kept = _of_refusal(asked, answers) if refused else answers
        connection.execute("INSERT INTO sent VALUES (?, ?)", (secrets.token_bytes(16), _text(kept)))
        connection.execute("INSERT INTO done SELECT hash FROM key WHERE draft = ?", (found.id,))
        _forget(connection, found)
        return Outcome("saved", refusal=refused)

    return change


def _of_refusal(asked: Asked, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Of who does not take part only that is kept."""
    return {name: answers[name] for name in (asked.consent, MARK, LANGUAGE) if name is not None and name in answers}


def stop(key: str) -> Callable[[sqlite3.Connection], Outcome]:
    """Take a draft away; a slip can be used anew."""

    def change(connection: sqlite3.Connection) -> Outcome:
        found = _found(connection, code_hash(key))
        if not isinstance(found, Draft):
            return Outcome(found)
        if found.personal:
            connection.execute("UPDATE slip SET state = 'unused' WHERE hash = ?", (code_hash(found.back),))
        _forget(connection, found)
        return Outcome("saved")

    return change


def _forget(connection: sqlite3.Connection, draft: Draft) -> None:
    connection.execute("DELETE FROM key WHERE draft = ?", (draft.id,))
    connection.execute("DELETE FROM draft WHERE id = ?", (draft.id,))


def _text(answers: Any) -> str:
    return json.dumps(answers, ensure_ascii=False)
