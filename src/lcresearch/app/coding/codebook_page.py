"""The codebook as a page shows it: its tree, one code with all that is said of it, and what was changed when."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pandas as pd
from babel.dates import format_datetime

from lcresearch.app.coding.blind import seen_codings
from lcresearch.interviews.codebook.model import Code, Codebook
from lcresearch.interviews.coding_file import CodingFile
from lcresearch.messages import Messages, text_keys

TEXTS = ("name", "definition", "use_when", "not_when", "example")
RESTORABLE = (*TEXTS, "color")
"""Parts of a code that the page puts back as they were before a change."""
COLORS = ("#0b6e66", "#b4501b", "#5b4bb5", "#a8326e", "#47701b", "#1f5fa8", "#8a6500", "#7a4a2b")
MOST_STEPS = 60


@dataclass(frozen=True)
class Branch:
    """A code in the tree with those below it.

    Attributes
    ----------
    code : Code
    n : int
        Codings with it that this coder sees.
    below : list of Branch
    """

    code: Code
    n: int
    below: list[Branch]


def tree_of(book: Codebook, counts: Mapping[str, int], above: str = "") -> list[Branch]:
    """The codes below one, each with its own."""
    return [Branch(code, counts.get(code.id, 0), tree_of(book, counts, code.id)) for code in book.children(above)]


def counts_of(file: CodingFile, me: str) -> dict[str, int]:
    """Codings by code, of those that a coder sees: no count tells what others do in a text that is coded apart."""
    return dict(Counter(map(str, seen_codings(file.codings(), file.assignments(), me)["code"])))


@dataclass(frozen=True)
class Consequence:
    """What happens to codings when a code goes.

    Attributes
    ----------
    n : int
        Codings with the code that the coder who asks sees.
    n_mine : int
        Of the coder who asks.
    n_texts : int
    n_same : int
        Of these, codings that exist with the other code at the same place by the same coder.
    below : list of str
        Names of codes directly below it.
    n_hidden : int
        Codings of others in texts that are coded apart; how many is not told.
    """

    n: int
    n_mine: int
    n_texts: int
    n_same: int
    below: list[str]
    n_hidden: int


def consequence_of(file: CodingFile, book: Codebook, code: str, into: str, me: str) -> Consequence:
    """What happens when a code is removed (``into`` empty) or merged into another."""
    everything = file.codings()
    codings = seen_codings(everything, file.assignments(), me)
    place = ["document", "start", "end", "coder"]
    own, other = codings[codings["code"] == code], codings[codings["code"] == into]
    return Consequence(
        n=len(own),
        n_mine=int((own["coder"] == me).sum()),
        n_texts=int(own["document"].nunique()),
        n_same=len(own.merge(other[place].drop_duplicates(), on=place)),
        below=[one.name for one in book.children(code)],
        n_hidden=int((everything["code"] == code).sum()) - len(own),
    )


def history_rows(file: CodingFile, book: Codebook, code: str | None = None) -> list[dict[str, Any]]:
    """Changes in words, the last first: ``step, when, who, what, name, part, part_words, before, after, code``."""
    all_rows = file.history()
    rows = all_rows if code is None else all_rows[all_rows["code"] == code]
    names = _names(all_rows, book)
    people = file.coders()
    coders = dict(zip(people["coder"].tolist(), people["name"].tolist(), strict=True))
    say = Messages()
    return [_history_row(row, names, coders, say) for row in rows.tail(MOST_STEPS).iloc[::-1].to_dict("records")]


def _names(history: pd.DataFrame, book: Codebook) -> dict[str, str]:
    """Names of codes, those that are gone as they were called last."""
    whole = history[history["part"].isin(["added", "removed"])]
    gone = {
        str(row["code"]): str(row["before"] or row["after"])
        for row in whole[["code", "before", "after"]].to_dict("records")
    }
    return gone | {one.id: one.name for one in book}


def _history_row(
    row: Mapping[Any, Any], names: Mapping[str, str], coders: Mapping[str, str], say: Messages
) -> dict[str, Any]:
    part = str(row["part"])

    def shown(value: str) -> str:
        if part == "parent":
            return names.get(value, value) or say("app.coding.book.top")
        if part == "codable":
            return say(f"app.coding.book.{'yes' if value == 'true' else 'no'}") if value else ""
        return value

    what = f"app.coding.book.did.{row['what']}"
    words = f"app.coding.book.part.{part}"
    return {
        "step": int(row["step"]),
        "when": format_datetime(datetime.fromisoformat(row["when"]).astimezone(), "d MMM y HH:mm", locale=say.language),
        "who": coders.get(str(row["who"]), "") or say("app.coding.book.nobody"),
        "what": say(what if what in text_keys() else "app.coding.did.other"),
        "name": names.get(str(row["code"]), ""),
        "part": part,
        "part_words": say(words) if words in text_keys() else part,
        "before": shown(str(row["before"])),
        "after": shown(str(row["after"])),
        "raw_before": str(row["before"]),
        "code": str(row["code"]),
    }
