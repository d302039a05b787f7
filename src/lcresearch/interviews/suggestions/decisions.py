"""What a person makes of suggestions: codings of that person, with a record of where they came from."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

import pandas as pd

from lcresearch.errors import InterviewError
from lcresearch.interviews.guids import guid_of, is_guid, new_guid
from lcresearch.interviews.project import CODING_COLUMNS, Note, Project
from lcresearch.interviews.refi_qda.notes import coder_frame
from lcresearch.interviews.suggestion_coder import NOT_A_PERSON, suggestion_coder_name, suggestion_coders
from lcresearch.interviews.suggestions.result import Suggestions, now, reasons_of
from lcresearch.messages import Messages


def accept_suggestions(
    project: Project, suggestions: Suggestions, ids: Collection[str] | str, *, coder: str, language: str | None = None
) -> Project:
    """A project in which a person took over suggestions as codings of their own.

    A memo on these codings says which method suggested them, when, with what score and why; it travels with the
    project to other programs.

    Parameters
    ----------
    project : Project
    suggestions : Suggestions
    ids : collection of str
        From the column ``suggestion``.
    coder : str
        Name or id of the person; a new one is added.
    language : {"nl", "en"}, optional
        Of the memo; by default that of the terminal.

    Returns
    -------
    Project
        A place that this person gave the code already stays as it was.

    Raises
    ------
    InterviewError
        V175: a suggestion that is not there; V178: a text that changed since; V179: the coder is not a person;
        V269: a suggestion that was rejected, unless that was taken back.
    """
    wanted = [ids] if isinstance(ids, str) else list(ids)
    refused = suggestions.rejected[suggestions.rejected["suggestion"].isin(wanted)]
    if len(refused):
        first = refused.iloc[0]
        raise InterviewError("V269", n=len(refused), first=first["suggestion"], coder=first["coder"])
    rows = suggestions.pick(wanted)
    _check_texts(project, suggestions, rows)
    project, person = _with_coder(project, coder)
    mine = project.codings[project.codings["coder"] == person]
    place = ["document", "start", "end", "code"]
    known = set(mine[place].itertuples(index=False, name=None))
    new = rows[[each not in known for each in rows[place].itertuples(index=False, name=None)]]
    if new.empty:
        return project
    made = _codings(new, person, "accepted")
    say = Messages(language)
    note = Note(
        id=new_guid(),
        name=say("suggestions.memo.name", method=say(f"suggestions.method.{suggestions.method}")),
        text=_memo(suggestions, new, language),
        on=tuple(("coding", coding) for coding in made["coding"]),
        author=person,
    )
    return replace(project, codings=_together(project.codings, made), notes=(*project.notes, note))


def with_suggestions(project: Project, suggestions: Suggestions) -> Project:
    """A project for another program in which suggestions stand as codings of a coder that is clearly no person.

    Ask for it only to look at suggestions in that program. Nothing learns from this coder, and it belongs in no
    agreement; what a person wants to keep they code themselves.

    Parameters
    ----------
    project : Project
    suggestions : Suggestions

    Returns
    -------
    Project

    Raises
    ------
    InterviewError
        V178: a text that changed since.

    See also
    --------
    accept_suggestions : Takes over what a coder agrees with.
    """
    rows = suggestions.open
    _check_texts(project, suggestions, rows)
    id = NOT_A_PERSON[suggestions.method]
    name = suggestion_coder_name(suggestions.method, suggestions.model)
    coders = pd.concat([project.coders[project.coders.index != id], coder_frame({id: name})])
    others = project.codings[project.codings["coder"] != id]
    made = _codings(rows, id, "suggested")
    return replace(project, codings=_together(others, made), coders=coders.rename_axis("coder"))


def _check_texts(project: Project, suggestions: Suggestions, rows: pd.DataFrame) -> None:
    """Refuse to place codings in a text that is not the one that was looked at."""
    for document, name in rows[["document", "name"]].drop_duplicates().itertuples(index=False, name=None):
        mine = project.corpus.by_id.get(document)
        if mine is None or mine.sha256 != suggestions.texts.get(document):
            raise InterviewError("V178", name=name)


def _with_coder(project: Project, coder: str) -> tuple[Project, str]:
    """The project with this person among its coders, and the id."""
    machine = suggestion_coders(project)
    if coder in machine or not coder.strip():
        raise InterviewError("V179", found=coder)
    if coder in project.coders.index:
        return project, coder
    named = project.coders.index[project.coders["name"] == coder]
    if len(named):
        if named[0] in machine:
            raise InterviewError("V179", found=coder)
        return project, str(named[0])
    id = coder if is_guid(coder) else guid_of("coder", coder)
    coders = pd.concat([project.coders, coder_frame({id: coder})]).rename_axis("coder")
    return replace(project, coders=coders), id


def _codings(rows: pd.DataFrame, coder: str, kind: str) -> pd.DataFrame:
    """Codings of a coder at the places of suggestions."""
    made = rows[["document", "start", "end", "code"]].assign(
        coding=[guid_of(kind, "coding", coder, id) for id in rows["suggestion"]],
        selection=[guid_of(kind, "selection", coder, id) for id in rows["suggestion"]],
        coder=coder,
        created=pd.Timestamp(now()),
    )
    return made[list(CODING_COLUMNS)]


def _together(first: pd.DataFrame, second: pd.DataFrame) -> pd.DataFrame:
    if first.empty or second.empty:
        return (second if first.empty else first).reset_index(drop=True)
    both = [
        each.assign(created=pd.to_datetime(each["created"], utc=True).astype("datetime64[us, UTC]"))
        for each in (first, second)
    ]
    return pd.concat(both, ignore_index=True)


def _memo(suggestions: Suggestions, rows: pd.DataFrame, language: str | None) -> str:
    """What was accepted and why it was suggested."""
    say = Messages(language)
    reasons = reasons_of(rows, language)
    method = say(f"suggestions.method.{suggestions.method}")
    head = say("suggestions.memo.head", method=method, model=suggestions.model, created=suggestions.created)
    scores = [say.number(score, digits=2) if score == score else "–" for score in rows["score"]]
    cells = zip(rows["name"], rows["start"], rows["end"], rows["path"], scores, reasons, strict=True)
    return "\n".join([head, *(say("suggestions.memo.line", **dict(zip(_CELLS, each, strict=True))) for each in cells)])


_CELLS = ("name", "start", "end", "path", "score", "reason")
