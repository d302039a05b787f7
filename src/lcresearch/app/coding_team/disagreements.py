"""The page of places where coders differ: choosing one, reading it with what stands around it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

import pandas as pd
from starlette.requests import Request
from starlette.responses import Response

from lcresearch.app.coding.coder import coder_of
from lcresearch.app.coding_team.comparing import Comparable, comparable, differences, people
from lcresearch.app.handing_out import written
from lcresearch.app.pages import address, page
from lcresearch.app.studies.frame import frame, study_name
from lcresearch.errors import AppError
from lcresearch.interviews import Disagreements, write_disagreements
from lcresearch.interviews.codebook.model import PATH_SEPARATOR
from lcresearch.interviews.coding_agreement.agreed_coder import AGREED
from lcresearch.interviews.coding_agreement.agreed_codings import settled_texts
from lcresearch.interviews.coding_agreement.disagreements import KINDS
from lcresearch.interviews.coding_agreement.discussion_list import DROPPED, KEPT, REPLACED, own_boundaries
from lcresearch.interviews.document import Document
from lcresearch.messages import Messages

STATES = ("open", "settled")
FILTERS = ("code", "document", "kind", "state")
MOST_LISTED = 60
"""Places in the list beside the one that is read; of longer lists those around it."""


@dataclass(frozen=True)
class Wanted:
    """Which places, and which of them is read.

    Attributes
    ----------
    filters : dict of str to str
        Of :data:`FILTERS`, those that were chosen.
    place : str
        Its id, or empty.
    """

    filters: Mapping[str, str]
    place: str = ""

    @classmethod
    def of(cls, fields: Mapping[str, str]) -> Wanted:
        """As an address or a form has it."""
        return cls({name: fields[name] for name in FILTERS if fields.get(name)}, fields.get("place", ""))

    def query(self, place: str = "") -> str:
        """Behind the ? of an address."""
        return urlencode({**self.filters} | ({"place": place} if place else {}))


def show_disagreements(request: Request) -> Response:
    """The list, one place with what stands around it, and the form to settle it."""
    found = comparable(request)
    differ = differences(found)
    wanted = Wanted.of(request.query_params)
    values: dict[str, Any] = {"total": 0}
    if differ is not None and len(differ.table):
        values = _shown(request, found, differ, wanted)
    return page(
        request,
        "coding_disagreements.html",
        study=frame(request, "coding"),
        coder=coder_of(request),
        finished=bool(found.texts.read),
        wanted=wanted,
        **values,
    )


def _shown(request: Request, found: Comparable, differ: Disagreements, wanted: Wanted) -> dict[str, Any]:
    decided = decisions_by_place(found, differ)
    table = listed(differ, decided, wanted.filters)
    at = position_of(table, wanted.place)
    ids = table["id"].tolist()
    first = max(0, min(at - MOST_LISTED // 2, len(ids) - MOST_LISTED))
    window = table.iloc[first : first + MOST_LISTED]
    n_settled = len(decided)
    return {
        "total": len(differ.table),
        "settled": n_settled,
        "items": [_line(row, decided) for row in window.to_dict("records")],
        "first": first,
        "n": len(ids),
        "at": at,
        "place": _place(found, differ, decided, table.iloc[at].to_dict()) if ids else None,
        "before": ids[at - 1] if at > 0 else "",
        "after": ids[at + 1] if at + 1 < len(ids) else "",
        "choices": _choices(differ),
        "codes": [(code.id, found.texts.project.codebook.path(code.id)) for code in found.texts.project.codebook
                  if code.codable],
        "stale": len(found.file.decisions()) - n_settled,
        "n_whole": len(settled_texts(differ, decided)),
        "n_finished": len(differ.documents),
        "agreed_name": str(found.texts.project.coders["name"].get(AGREED, "")),
        "who": _last_who(decided) or coder_of(request),
        "here_list": address("studies", study_name(request), "coding", "disagreements"),
    }  # fmt: skip


def decisions_by_place(found: Comparable, differ: Disagreements) -> dict[str, dict[str, Any]]:
    """Id of a place -> what was decided, for places that are still as they were."""
    known = set(differ.table["id"])
    rows = found.file.decisions().reset_index().to_dict("records")
    return {str(row["id"]): {str(name): value for name, value in row.items()} for row in rows if row["id"] in known}


def listed(differ: Disagreements, decided: Mapping[str, object], filters: Mapping[str, str]) -> pd.DataFrame:
    """The places that the filters leave, in the order of discussion; code by code when one code was asked."""
    table = differ.table
    kept = pd.Series(True, index=table.index)
    for name, column in (("code", "code_id"), ("document", "document_id"), ("kind", "kind")):
        if name in filters:
            kept &= table[column] == filters[name]
    if filters.get("state") in STATES:
        kept &= table["id"].isin(decided) == (filters["state"] == "settled")
    return table[kept].reset_index(drop=True)


def position_of(table: pd.DataFrame, place: str) -> int:
    """Row of a place; the first when it is not there."""
    at = table.index[table["id"] == place]
    return int(at[0]) if len(at) else 0


def _line(row: Mapping[Any, Any], decided: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    text = str(row["text"])
    return {
        "id": row["id"],
        "name": str(row["code"]).rpartition(PATH_SEPARATOR)[2],
        "text": text if len(text) <= 70 else text[:69] + "…",
        "outcome": decided[row["id"]]["outcome"] if row["id"] in decided else "",
    }


def _place(
    found: Comparable, differ: Disagreements, decided: Mapping[str, Mapping[str, Any]], row: Mapping[Any, Any]
) -> dict[str, Any]:
    """All that is known of one place."""
    project = found.texts.project
    document = project.corpus[row["document_id"]]
    code = project.codebook.by_id.get(row["code_id"])
    start, end = int(row["start"]), int(row["end"])
    first, last = max(0, start - 300), min(len(document.text), end + 300)
    spans = {coder: (int(a), int(b)) for coder, (a, b) in row["boundaries_of"].items()}
    beside = differ.table[(differ.table["item"] == row["item"]) & (differ.table["id"] != row["id"])]
    return {
        **{name: row[name] for name in ("id", "code", "kind", "speaker", "document", "given_by", "not_given_by")},
        "document_id": document.id,
        "around": {"before": document.text[first:start], "text": document.text[start:end],
                   "after": document.text[end:last], "cut_before": first > 0, "cut_after": last < len(document.text)},
        "start": start, "end": end, "first": first,
        "definition": "" if code is None else code.definition,
        "instead": [one for one in str(row["other_codes"]).split("; ") if one],
        "passages": [(coder, differ.coders[coder], document.text[a:b], f"{a}-{b}") for coder, (a, b) in spans.items()],
        "beside": [(one["id"], one["code"], one["given_by"]) for one in beside.to_dict("records")],
        "memos": _memos(found, differ, document.id, start, end),
        **_chosen(found, document, decided.get(row["id"])),
    }  # fmt: skip


def _memos(found: Comparable, differ: Disagreements, document: str, start: int, end: int) -> list[tuple[str, str, str]]:
    """What coders wrote with codings that overlap the place: name, code, memo."""
    rows = found.file.codings(document, coders=list(found.texts.read[document]))
    here = rows[(rows["start"] < end) & (rows["end"] > start) & (rows["memo"].fillna("") != "")]
    book = found.texts.project.codebook
    return [
        (
            differ.coders.get(str(one["coder"]), ""),
            book.path(one["code"]) if one["code"] in book.by_id else "",
            one["memo"],
        )
        for one in here.to_dict("records")
    ]


def _chosen(found: Comparable, document: Document, decided: Mapping[str, Any] | None) -> dict[str, Any]:
    """What was decided, and how the form shows it."""
    if decided is None:
        return {"decision": None, "chosen": "", "whose": "", "own": ""}
    book, outcome = found.texts.project.codebook, decided["outcome"]
    code, boundaries = str(decided["agreed_code"]), str(decided["agreed_boundaries"])
    own = own_boundaries(boundaries)
    chosen = {KEPT: "boundaries" if boundaries else "with", DROPPED: "without", REPLACED: "other"}[outcome]
    decision = {
        **decided,
        "agreed_path": book.path(code) if code in book.by_id else "",
        "boundaries_of": people(found.file).get(boundaries, ""),
        "text": document.quote(*own) if own else "",
        "day": datetime.fromisoformat(str(decided["when"])).astimezone().date(),
    }
    return {
        "decision": decision,
        "chosen": chosen,
        "whose": "own" if own else boundaries,
        "own": boundaries if own else "",
    }


def _last_who(decided: Mapping[str, Mapping[str, Any]]) -> str:
    """Who decided last: most often the same people decide on the next."""
    last = max(decided.values(), key=lambda one: str(one["when"]), default=None)
    return "" if last is None else str(last["who"])


def _choices(differ: Disagreements) -> dict[str, list[tuple[str, str]]]:
    """What the filters offer, each with how many places it has."""
    table, say = differ.table, Messages()

    def counted(id: str, name: str) -> list[tuple[str, str]]:
        grouped = table.groupby(id, sort=False).agg(name=(name, "first"), n=("id", "size"))
        return [(str(key), f"{row['name']} ({row['n']})") for key, row in grouped.iterrows()]

    kinds = table["kind"].value_counts()
    return {
        "code": sorted(counted("code_id", "code"), key=lambda one: one[1].casefold()),
        "document": counted("document_id", "document"),
        "kind": [(one, f"{say(f'app.coding_team.kind.{one}')} ({kinds[one]})") for one in KINDS if one in kinds],
        "state": [(one, say(f"app.coding_team.settle.state_{one}")) for one in STATES],
    }


def download_list(request: Request) -> Response:
    """The list to fill in elsewhere; it holds what people said."""
    differ = differences(comparable(request))
    if differ is None:
        raise AppError("W122")
    name = f"{Messages()('app.coding_team.list.file')}.xlsx"
    return written(name, lambda path: write_disagreements(differ, path, language=Messages().language))
