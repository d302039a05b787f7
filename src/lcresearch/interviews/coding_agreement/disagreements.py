"""Where coders differ, with what stands around it: a list to discuss."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np
import pandas as pd

from lcresearch.errors import InterviewError, Problem
from lcresearch.interviews.coding_agreement.compared_codings import Compared, compared
from lcresearch.interviews.coding_agreement.places import ALIKE, BOUNDARIES, ONE_CODER, OTHER_CODE, Places, places
from lcresearch.interviews.coding_agreement.who_read import Read
from lcresearch.interviews.document import Document, text_hash
from lcresearch.interviews.project import Project
from lcresearch.results import Result

KINDS = (OTHER_CODE, ONE_CODER, BOUNDARIES)
ORDERS = ("text", "code")
COLUMNS = ("id", "item", "document", "start", "end", "speaker", "before", "text", "after", "code", "kind", "given_by",
           "not_given_by", "boundaries", "other_codes")  # fmt: skip
_MOST = 2_000
_SHOWN = 20


@dataclass(frozen=True, repr=False, eq=False)
class Disagreements(Result):
    """Places where coders differ; made by :func:`~lcresearch.interviews.find_disagreements`.

    Attributes
    ----------
    table : DataFrame
        One row a place and code, see :func:`~lcresearch.interviews.find_disagreements`, with the ids ``document_id``
        and ``code_id``, and ``boundaries_of``: id of a coder who gave the code -> first character and the one after
        the last.
    alike : DataFrame
        Places where all who read the text gave the code: ``document_id, code_id, start, end``.
    by_code : DataFrame
        ``code, n_places, n_alike, n_other_code, n_not_all, n_boundaries``.
    coders : dict of str to str
        Id -> name.
    documents : tuple of str
        Ids of the documents that were compared.
    problems : tuple of Problem
    """

    title: ClassVar[str] = "Disagreements between coders"
    table: pd.DataFrame
    alike: pd.DataFrame
    by_code: pd.DataFrame
    coders: Mapping[str, str]
    documents: tuple[str, ...]
    problems: tuple[Problem, ...] = ()

    def tidy(self, conf_level: float = 0.95) -> pd.DataFrame:
        """One row a place and code, in the order of discussion."""
        return self.table[list(COLUMNS)].copy()

    def glance(self) -> pd.DataFrame:
        """One row: ``n_places, n_alike``, places by kind, ``n_items`` to discuss."""
        numbers = self.by_code.drop(columns="code").sum().to_dict()
        return pd.DataFrame([{**numbers, "n_items": int(self.table["item"].nunique())}]).astype(int)

    def shown(self) -> pd.DataFrame:
        """The first rows, cut to what a terminal has room for."""
        rows = self.table[["item", "document", "text", "code", "kind", "given_by", "not_given_by"]].head(_SHOWN)
        return rows.assign(text=[text if len(text) <= 40 else text[:39] + "…" for text in rows["text"]])

    def cautions(self) -> list[str]:
        """What was left out."""
        return [problem.message() for problem in self.problems]


def find_disagreements(
    project: Project,
    coders: Collection[str] | None = None,
    *,
    codes: Collection[str] | None = None,
    read: Read = "coded",
    order: Literal["text", "code"] = "text",
    tolerance: int = 0,
    width: int = 80,
) -> Disagreements:
    """Each place where coders who read the same text differ, to talk about.

    Passages of one code that overlap are one place, whoever gave it. What is said of documents that one coder read is
    as in :func:`~lcresearch.interviews.coder_agreement`.

    Parameters
    ----------
    project : Project
    coders, codes, read
        As in :func:`~lcresearch.interviews.coder_agreement`.
    order : {"text", "code"}
        Through the documents, or code by code.
    tolerance : int
        Characters by which boundaries may differ without being listed; blanks and punctuation at edges never count.
    width : int
        Characters shown before and after the place.

    Returns
    -------
    Disagreements
        A row a place and code: ``id`` (the same as long as text and codings stay), ``item`` (places with other codes in
        the same text are one item), ``document`` (name), ``start, end``, ``speaker, before, text, after``, ``code``,
        ``kind`` (``other_code``: another coder gave another code there; ``not_all``: some gave the code, and others
        nothing that competes with it; ``boundaries``: all gave it, from or to another place), ``given_by,
        not_given_by, boundaries, other_codes``. Texts are cut after 2,000 characters.

    Raises
    ------
    InterviewError
        V141: another order; and those of :func:`~lcresearch.interviews.coder_agreement`.

    Examples
    --------
    >>> from lcresearch.interviews import Code, Codebook, Corpus, Document
    >>> rows = [(0, 19, "help", "An"), (0, 19, "time", "Bo"), (20, 37, "time", "An"), (20, 29, "time", "Bo")]
    >>> codings = pd.DataFrame(rows, columns=["start", "end", "code", "coder"]).assign(document="d")
    >>> invented = Project(
    ...     "invented",
    ...     Corpus((Document("d", "R1", "We help each other. There is no time."),)),
    ...     Codebook((Code("help", "help"), Code("time", "time"))),
    ...     codings,
    ...     pd.DataFrame({"name": ["An", "Bo"]}, index=["An", "Bo"]),
    ... )
    >>> find_disagreements(invented).tidy()[["item", "text", "code", "kind", "given_by"]].values.tolist()
    [[1, 'We help each other.', 'help', 'other_code', 'An'], [1, 'We help each other.', 'time', 'other_code', 'Bo'],
     [2, 'There is no time.', 'time', 'boundaries', 'An, Bo']]
    """
    if order not in ORDERS:
        raise InterviewError("V141", name="order", found=str(order), known=list(ORDERS))
    found = compared(project, coders, codes=codes, read=read, whole_documents="everywhere")
    all_places = places(found, tolerance=tolerance)
    table = all_places.table
    differ = np.flatnonzero((table["kind"] != ALIKE).to_numpy())
    rows = _Rows(found, all_places, width).of(differ)
    position = {document.id: number for number, document in enumerate(project.corpus)}
    rows = rows.assign(_document=rows["document_id"].map(position).astype("int64"))
    rows["_first"] = rows.groupby("item")["start"].transform("min")
    keys = ["code", "_document", "start"] if order == "code" else ["_document", "_first", "item", "start", "code"]
    rows = rows.sort_values(keys, kind="stable", ignore_index=True).drop(columns=["_document", "_first"])
    rows["item"] = pd.factorize(rows["item"])[0] + 1
    rows["id"] = _apart(rows)
    alike = table[table["kind"] == ALIKE][["document", "code", "start", "end"]]
    return Disagreements(
        table=rows,
        alike=alike.rename(columns={"document": "document_id", "code": "code_id"}).reset_index(drop=True),
        by_code=_by_code(table, found.codes),
        coders=dict(found.coders),
        documents=tuple(document.id for document in found.corpus),
        problems=found.problems,
    )


def _apart(rows: pd.DataFrame) -> list[str]:
    """Ids of places, also where two documents have the same text."""
    twice = rows["id"].duplicated(keep=False)
    both = zip(rows["id"], rows["document_id"], twice, strict=True)
    return [f"v-{text_hash(id + document)[:12]}" if again else id for id, document, again in both]


def _by_code(table: pd.DataFrame, names: Mapping[str, str]) -> pd.DataFrame:
    counts = pd.crosstab(table["code"], table["kind"]) if len(table) else pd.DataFrame(index=pd.Index([], dtype="str"))
    counts = counts.reindex(index=list(names), columns=[ALIKE, *KINDS], fill_value=0)
    frame = counts.rename(columns=lambda kind: f"n_{kind}").rename_axis(columns=None)
    frame.insert(0, "n_places", frame.sum(axis=1))
    frame.insert(0, "code", list(names.values()))
    return frame.reset_index(drop=True)


class _Rows:
    """The rows of the list, with words around each place."""

    def __init__(self, found: Compared, all_places: Places, width: int) -> None:
        self.found, self.places, self.width = found, all_places, width
        self.names = [found.coders[coder] for coder in all_places.coders]
        self.instead: dict[int, list[str]] = {}
        for place, coder, code in all_places.others.itertuples(index=False, name=None):
            words = f"{found.coders[coder]}: {found.codes.get(code, code)}"
            self.instead.setdefault(place, []).append(words)
        self.turns = {document.id: [turn.start for turn in document.turns] for document in found.corpus}
        self.hashes = {document.id: document.sha256 for document in found.corpus}
        columns = ["document", "code", "start", "end", "kind", "group"]
        self.values = list(all_places.table[columns].itertuples(index=False, name=None))

    def of(self, numbers: Iterable[int]) -> pd.DataFrame:
        """One row a place."""
        rows = [self._row(int(number)) for number in numbers]
        return pd.DataFrame(rows, columns=[*COLUMNS, "document_id", "code_id", "boundaries_of"])

    def _row(self, number: int) -> dict[str, object]:
        place = self.places
        name, code, start, end, kind, group = self.values[number]
        document = self.found.corpus.by_id[name]
        given, read = place.given[number], place.read[number]
        said = document.text[start:end]
        mark = text_hash("\x1f".join([self.hashes[name], str(start), str(end), code, self._key(number)]))[:12]
        boundaries = [
            f"{who}: {place.first[number, coder]}-{place.last[number, coder]}"
            for coder, who in enumerate(self.names)
            if given[coder]
        ]
        return {
            "id": f"v-{mark}",
            "item": group,
            "document": document.name,
            "start": start,
            "end": end,
            "speaker": self._speaker(document, start),
            "before": _line(_from_word(document.text[max(start - self.width, 0) : start], start > self.width)),
            "text": _line(said if len(said) <= _MOST else said[:_MOST] + " […]"),
            "after": _line(_to_word(document.text[end : end + self.width], end + self.width < len(document.text))),
            "code": self.found.codes[code],
            "kind": kind,
            "given_by": ", ".join(who for who, yes in zip(self.names, given, strict=True) if yes),
            "not_given_by": ", ".join(who for who, no in zip(self.names, read & ~given, strict=True) if no),
            "boundaries": "; ".join(boundaries) if kind == BOUNDARIES else "",
            "other_codes": "; ".join(dict.fromkeys(self.instead.get(number, []))),
            "document_id": name,
            "code_id": code,
            "boundaries_of": {
                coder: (int(place.first[number, at]), int(place.last[number, at]))
                for at, coder in enumerate(place.coders)
                if given[at]
            },
        }

    def _key(self, number: int) -> str:
        """Who gave the code from where to where, so that a list tells when codings changed."""
        given = np.flatnonzero(self.places.given[number])
        return ";".join(
            f"{self.places.coders[coder]}:{self.places.first[number, coder]}-{self.places.last[number, coder]}"
            for coder in given
        )

    def _speaker(self, document: Document, start: int) -> str:
        at = bisect_right(self.turns[document.id], start) - 1
        return document.turns[at].speaker if at >= 0 and start < document.turns[at].end else ""


def _line(text: str) -> str:
    """On one line, without halves of characters that no table can hold."""
    return re.sub(r"\s+", " ", re.sub("[\ud800-\udfff]", "\ufffd", text)).strip()


def _from_word(text: str, cut: bool) -> str:
    """The end of a text, from the first whole word."""
    _, space, tail = text.partition(" ")
    return f"… {tail}" if cut and space else text


def _to_word(text: str, cut: bool) -> str:
    head, space, _ = text.rpartition(" ")
    return f"{head} …" if cut and space else text
