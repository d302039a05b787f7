"""Decisions on differences, and the agreed coding that follows from them, in one step."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from lcresearch.errors import InterviewError
from lcresearch.interviews.coding_agreement.agreed_coder import AGREED
from lcresearch.interviews.coding_agreement.agreed_codings import agreed_codings
from lcresearch.interviews.coding_agreement.disagreements import Disagreements, find_disagreements
from lcresearch.interviews.coding_agreement.finished import FinishedTexts, finished_texts
from lcresearch.interviews.coding_file.assigning import assignments_of
from lcresearch.interviews.coding_file.changing import Change, rows_of
from lcresearch.interviews.coding_file.deciding import decision_frame, settle
from lcresearch.interviews.coding_file.memos import without_thing
from lcresearch.interviews.coding_file.rows import coding_rows, project_of
from lcresearch.messages import Messages


def decide(change: Change, answers: pd.DataFrame, *, who: str, versions: Mapping[str, int]) -> None:
    """Keep decisions, and the agreed codings of the texts in which nothing is open any more.

    Raises
    ------
    InterviewError
        V154: a difference that is not there; and those of :func:`~.deciding.settle`.
    """
    texts = finished_texts(project_of(change.connection), assignments_of(change.connection))
    found = find_disagreements(texts.project, texts.coders, read=texts.read) if texts.read else None
    places: Mapping[Any, Any] = {} if found is None else found.table.set_index("id").to_dict("index")
    for id, answer in answers.iterrows():
        place = places.get(id)
        if place is None:
            raise InterviewError("V154", id=str(id), twice=False)
        settle(
            change,
            str(id),
            answer["outcome"],
            document=place["document_id"],
            start=place["start"],
            end=place["end"],
            code=place["code_id"],
            coder="",
            who=who,
            agreed_code=answer["agreed_code"],
            agreed_boundaries=answer["agreed_boundaries"],
            remark=answer["remark"],
            version=versions.get(str(id)),
        )
    if found is not None:
        keep_agreed(change, agreed_of(change, texts, found), texts)


def agreed_of(change: Change, texts: FinishedTexts, found: Disagreements) -> pd.DataFrame:
    """Agreed codings as the decisions in the file have them."""
    return agreed_codings(texts.project, found, decision_frame(rows_of(change.connection, "decisions")))


def keep_agreed(change: Change, agreed: pd.DataFrame, texts: FinishedTexts) -> None:
    """Put agreed codings in the place of earlier ones of these texts; no coding of a coder is touched."""
    wanted = {row["id"]: row for row in coding_rows(agreed)}
    if wanted and change.get("coders", AGREED) is None:
        change.put("coders", {"id": AGREED, "name": Messages()("coder_agreement.agreed")})
    for row in list(change.where("codings", "coder = ?", (AGREED,))):
        if row["document"] in texts.read and row["id"] not in wanted:
            without_thing(change, row["id"])
            change.drop("codings", row["id"])
    for id, row in wanted.items():
        if change.get("codings", id) is None:
            change.put("codings", row)
