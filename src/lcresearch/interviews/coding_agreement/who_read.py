"""Which coder read which document: without it silence cannot be told from absence."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Literal, TypeAlias

import pandas as pd

from lcresearch.errors import InterviewError, Problem, nearest
from lcresearch.interviews.code_tables.passages import coder_ids
from lcresearch.interviews.coding_agreement.agreed_coder import agreed_ids
from lcresearch.interviews.project import Project
from lcresearch.interviews.suggestion_coder import suggestion_coders
from lcresearch.messages import LANGUAGES, Messages

Read: TypeAlias = Literal["coded", "all"] | Mapping[str, Collection[str]]
ASSUMED = ("coded", "all")
_SHOWN = 5


def compared_coders(project: Project, coders: Collection[str] | None) -> tuple[list[str], list[Problem]]:
    """Ids of the coders to compare; by default all who gave a code.

    Raises
    ------
    InterviewError
        V100: a coder who is not there; V140: fewer than two; V157: codings that were agreed in discussion; V267:
        suggestions of a machine.
    """
    agreed, machine = set(agreed_ids(project)), suggestion_coders(project)
    problems: list[Problem] = []
    if coders is None:
        found = list(dict.fromkeys(map(str, project.codings["coder"])))
        ids = [coder for coder in map(str, project.coders.index) if coder in found and coder not in agreed | machine]
        if agreed & set(found):
            problems.append(Problem("V149", values={"n": int(project.codings["coder"].isin(agreed).sum())}))
        if machine & set(found):
            problems.append(Problem("V266", values={"n": int(project.codings["coder"].isin(machine).sum())}))
    else:
        ids = list(dict.fromkeys(coder_ids(project, coders)))
        if agreed & set(ids):
            raise InterviewError("V157", coder=", ".join(project.coders["name"][list(agreed & set(ids))]))
        if machine & set(ids):
            raise InterviewError("V267", coder=", ".join(project.coders["name"][sorted(machine & set(ids))]))
    if len(ids) < 2:
        raise InterviewError("V140", n=len(ids), found=[str(project.coders["name"][coder]) for coder in ids] or ["–"])
    return ids, problems


def who_read(project: Project, coders: list[str], read: Read) -> tuple[pd.DataFrame, list[Problem]]:
    """Documents by coders, True where the coder read the document.

    Parameters
    ----------
    project : Project
    coders : list of str
        Ids.
    read : {"coded", "all"} or mapping
        A coder read the documents that have a code by this coder; all documents; or, for each document (name or id),
        the coders (names or ids) who read it.

    Raises
    ------
    InterviewError
        V141: another word; V150: a document that is not there, or a coding where ``read`` says the coder did not read.
    """
    documents = [document.id for document in project.corpus]
    given = project.codings[project.codings["coder"].isin(coders)]
    seen = pd.crosstab(given["document"], given["coder"]).reindex(index=documents, columns=coders, fill_value=0) > 0
    if isinstance(read, str):
        if read not in ASSUMED:
            raise InterviewError("V141", name="read", found=read, known=list(ASSUMED))
        if read == "all":
            return pd.DataFrame(True, index=seen.index, columns=seen.columns), [
                Problem("V152", values={"what": _assumed("all")})
            ]
        silent = int(((seen.sum(axis=1) > 0) & (seen.sum(axis=1) < len(coders))).sum())
        return seen, [
            Problem("V143", values={"n": silent}) if silent else Problem("V152", values={"what": _assumed("coded")})
        ]
    table = _as_said(project, coders, documents, read)
    wrong = seen & ~table
    if wrong.to_numpy().any():
        raise InterviewError(_unread(project, wrong))
    return table, []


def _assumed(how: str) -> dict[str, str]:
    return {language: Messages(language)(f"coder_agreement.assumed.{how}") for language in LANGUAGES}


def _as_said(
    project: Project, coders: list[str], documents: list[str], read: Mapping[str, Collection[str]]
) -> pd.DataFrame:
    table = pd.DataFrame(False, index=documents, columns=coders)
    names = {document.name: document.id for document in project.corpus} | {each: each for each in documents}
    unknown = [str(name) for name in read if name not in names]
    if unknown:
        near = nearest(unknown[0], names) or "–"
        raise InterviewError("V150", n=len(unknown), found=", ".join(unknown[:_SHOWN]), nearest=near)
    for name, readers in read.items():
        who = coder_ids(project, [readers] if isinstance(readers, str) else readers)
        table.loc[names[name], [coder for coder in who if coder in coders]] = True
    return table


def _unread(project: Project, wrong: pd.DataFrame) -> list[Problem]:
    places = [(str(document), str(coder)) for document, coder in wrong.stack()[lambda cell: cell].index]
    return [
        Problem(
            "V161",
            values={"coder": str(project.coders["name"][coder]), "document": project.corpus[document].name},
        )
        for document, coder in places[:_SHOWN]
    ]
