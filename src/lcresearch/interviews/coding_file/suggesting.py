"""Suggestions that are kept beside the codings, and what people made of them."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pandas as pd

from lcresearch.errors import InterviewError
from lcresearch.interviews.coding_file.bringing_in import put_difference
from lcresearch.interviews.coding_file.changing import Change, raise_revision
from lcresearch.interviews.coding_file.coding import give_code
from lcresearch.interviews.coding_file.finished import refuse_finished
from lcresearch.interviews.coding_file.known import known
from lcresearch.interviews.coding_file.rows import project_of
from lcresearch.interviews.document import text_hash
from lcresearch.interviews.guids import guid_of
from lcresearch.interviews.suggestions.decisions import accept_suggestions
from lcresearch.interviews.suggestions.file import suggestions_in
from lcresearch.interviews.suggestions.result import REJECTED, Suggestions, now
from lcresearch.messages import Messages


def keep(change: Change, suggestions: Suggestions) -> None:
    """Keep suggestions in the place of those of the same method."""
    for id, coder, rejected, why in suggestions.rejected[list(REJECTED)].itertuples(index=False, name=None):
        if change.get("rejections", id) is None:
            change.put("rejections", {"id": id, "coder": coder, "rejected": rejected, "why": why})
    change.connection.execute("DELETE FROM suggestions WHERE id = ?", (suggestions.method,))
    change.connection.execute(
        "INSERT INTO suggestions (id, content) VALUES (?, ?)", (suggestions.method, content_of(suggestions))
    )
    raise_revision(change.connection)


def content_of(suggestions: Suggestions) -> str:
    """Suggestions as text."""
    return json.dumps(suggestions.to_dict(), ensure_ascii=True)


def understood(content: str) -> Suggestions | None:
    """What :func:`content_of` wrote; None when it is something else."""
    try:
        return suggestions_in(json.loads(content))
    except (ValueError, RecursionError):
        return None


def kept(change: Change, method: str | None) -> Suggestions | None:
    """Suggestions of a method, or the last that were kept, with what was rejected."""
    condition, values = ("id = ?", (method,)) if method is not None else ("1", ())
    row = change.connection.execute(
        f"SELECT content FROM suggestions WHERE {condition} ORDER BY n DESC LIMIT 1", values
    ).fetchone()
    if row is None:
        return None
    found = understood(row[0])
    if found is None:
        raise InterviewError("V283")
    rows = [[row["id"], row["coder"], row["rejected"], row["why"]] for row in change.where("rejections")]
    return replace(found, rejected=pd.DataFrame(rows, columns=list(REJECTED)).astype("str"))


def _all(change: Change) -> list[Suggestions]:
    methods = [str(id) for (id,) in change.connection.execute("SELECT id FROM suggestions ORDER BY n DESC")]
    return [each for method in methods if (each := kept(change, method)) is not None]


def reject(change: Change, ids: list[str], *, coder: str, why: str) -> None:
    """Turn suggestions down."""
    known(change, "coders", coder)
    for id in ids:
        _holding(change, id)
        if change.get("rejections", id) is None:
            change.put("rejections", {"id": id, "coder": coder, "rejected": now(), "why": why})


def take_back(change: Change, ids: list[str]) -> None:
    """Offer them again."""
    for id in ids:
        known(change, "rejections", id)
        change.drop("rejections", id)


def accept(change: Change, ids: list[str], *, coder: str, language: str | None, path: Path) -> None:
    """Codings of a coder where suggestions are."""
    known(change, "coders", coder)
    before = project_of(change.connection, with_files=False)
    after = before
    by_method: dict[str, tuple[Suggestions, list[str]]] = {}
    for id in ids:
        found = _holding(change, id)
        by_method.setdefault(found.method, (found, []))[1].append(id)
    for found, wanted in by_method.values():
        after = accept_suggestions(after, found, wanted, coder=coder, language=language)
    put_difference(change, before, after, path, tables=("codings", "notes"))
    refuse_finished(change, coder)


def accept_other(change: Change, id: str, code: str, *, coder: str, language: str | None) -> str:
    """A coding with another code where a suggestion is, which is turned down; the id of the coding."""
    found = _holding(change, id)
    row = found.pick([id]).iloc[0]
    text = change.connection.execute("SELECT text FROM texts WHERE id = ?", (row["document"],)).fetchone()
    if text is None or text_hash(text[0]) != found.texts.get(row["document"]):
        raise InterviewError("V178", name=row["name"])
    name = str(known(change, "codes", code)["name"])
    memo = Messages(language)(
        "suggestions.memo.other",
        method=Messages(language)(f"suggestions.method.{found.method}"),
        model=found.model, created=found.created, path=row["path"], name=name,
    )  # fmt: skip
    place = (str(row["document"]), int(row["start"]), int(row["end"]))
    coding = give_code(change, *place, code, coder=coder, memo=memo, id=guid_of("instead", coder, id, code))
    reject(change, [id], coder=coder, why=name)
    return coding


def _holding(change: Change, id: str) -> Suggestions:
    """The suggestions among which one is; the last when none has it, so that its own error is raised."""
    found = _all(change)
    if not found:
        raise InterviewError("V175", found=id, nearest="–")
    holding = next((each for each in found if id in set(each.found["suggestion"])), found[0])
    holding.pick([id])
    return holding
