"""Suggested codes: a table of their own, beside the codings of people and never among them."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import ClassVar

import pandas as pd

from lcresearch.errors import InterviewError, Problem, nearest
from lcresearch.messages import Messages
from lcresearch.results import Result

COLUMNS = ("suggestion", "document", "name", "start", "end", "code", "path", "score", "strength", "because", "text")
"""Columns of the suggestions. ``suggestion`` is a GUID, the same for the same place and code; ``because`` holds the
reason as JSON, so that it can be told in Dutch and in English."""
REJECTED = ("suggestion", "coder", "rejected", "why")
_SHOWN, _WIDTH = 12, 70


@dataclass(frozen=True, repr=False, eq=False)
class Suggestions(Result):
    """Codes that somebody may want to give; made by :func:`~lcresearch.interviews.suggest_codes`.

    They hold what people said, word for word, and stay in the house like the interviews.

    Attributes
    ----------
    method, model : str
        What made them, with its version.
    created : str
        Time in UTC.
    coders : tuple of str
        Names of the people whose codings were learned from; empty when nothing was.
    found : DataFrame
        One row a suggestion, the most certain first: :data:`COLUMNS`. ``score`` is the estimated chance that these
        coders would give the code, missing when nothing was learned; ``strength`` is the scale of the method itself.
    rejected : DataFrame
        Suggestions that a person turned down, now or before: ``suggestion, coder, rejected, why``.
    texts : dict of str to str
        Id of a document -> SHA-256 of its text, so that places still mean the same words.
    n_segments, n_read, n_codes : int
        Segments that were looked at, those in documents that the coders read, and codes that could be suggested.
    problems : tuple of Problem
    """

    title: ClassVar[str] = "Suggested codes"
    method: str
    model: str
    created: str
    coders: tuple[str, ...]
    found: pd.DataFrame
    rejected: pd.DataFrame
    texts: dict[str, str]
    n_segments: int
    n_read: int
    n_codes: int
    problems: tuple[Problem, ...] = field(default=())

    def tidy(self, conf_level: float = 0.95) -> pd.DataFrame:
        """One row a suggestion that was not rejected: ``suggestion, name, path, start, end, score, reason, text, ...``.

        Reasons are in the language of the terminal.
        """
        found = self.open
        return pd.DataFrame(
            {
                "suggestion": found["suggestion"],
                "name": found["name"],
                "start": found["start"],
                "end": found["end"],
                "path": found["path"],
                "score": found["score"],
                "strength": found["strength"],
                "reason": self.reasons(),
                "text": found["text"],
                "method": self.method,
                "model": self.model,
                "created": self.created,
            }
        )

    @property
    def open(self) -> pd.DataFrame:
        """Rows of ``found`` that nobody rejected."""
        return self.found[~self.found["suggestion"].isin(self.rejected["suggestion"])].reset_index(drop=True)

    def reasons(self, language: str | None = None) -> list[str]:
        """Why each of the open ones is suggested, in words."""
        return reasons_of(self.open, language)

    def glance(self) -> pd.DataFrame:
        """One row: ``method, model, n_suggestions, n_rejected, n_codes, n_segments, n_read``."""
        row = {"method": self.method, "model": self.model, "n_suggestions": len(self.open)}
        row |= {"n_rejected": len(self.rejected), "n_codes": self.n_codes}
        return pd.DataFrame([row | {"n_segments": self.n_segments, "n_read": self.n_read}])

    def shown(self) -> pd.DataFrame:
        """The first suggestions, cut to a line each."""
        rows = self.tidy().head(_SHOWN)
        cut = {name: [_cut(words) for words in rows[name]] for name in ("reason", "text")}
        return rows[["name", "path", "score"]].assign(**cut)

    def cautions(self) -> list[str]:
        """What the reader must know, in the language of the terminal."""
        say = Messages()
        learned = say("suggestions.learned", coders=", ".join(self.coders)) if self.coders else say("suggestions.not")
        more = len(self.open) - _SHOWN
        rest = [say("suggestions.more", n=more)] if more > 0 else []
        return [*rest, learned, *(problem.message() for problem in self.problems)]

    def by_code(self) -> pd.DataFrame:
        """One row a code: ``path, n, highest, lowest``, the code with the most suggestions first."""
        grouped = self.open.groupby("path", sort=False)["score"]
        table = grouped.agg(n="size", highest="max", lowest="min").reset_index()
        return table.sort_values("n", ascending=False, kind="stable").reset_index(drop=True)

    def pick(self, ids: list[str]) -> pd.DataFrame:
        """Rows of ``found`` with these ids, in that order.

        Raises
        ------
        InterviewError
            V175: one that is not there.
        """
        known = self.found.set_index("suggestion")
        for id in ids:
            if id not in known.index:
                raise InterviewError("V175", found=id, nearest=nearest(id, list(known.index)) or "–")
        return known.loc[list(dict.fromkeys(ids))].reset_index()

    def reject(self, ids: list[str] | str, coder: str, why: str = "") -> Suggestions:
        """The same suggestions, with some turned down by a person: they are not offered again.

        Parameters
        ----------
        ids : list of str
            From the column ``suggestion``.
        coder : str
            Who decides.
        why : str
            In a word, for the others.

        Raises
        ------
        InterviewError
            V175: a suggestion that is not there.
        """
        rows = self.pick([ids] if isinstance(ids, str) else list(ids))
        new = pd.DataFrame({"suggestion": rows["suggestion"], "coder": coder, "rejected": now(), "why": why})
        rejected = pd.concat([self.rejected, new], ignore_index=True).drop_duplicates("suggestion", keep="last")
        return replace(self, rejected=rejected.reset_index(drop=True))

    def take_back(self, ids: list[str] | str) -> Suggestions:
        """The same suggestions without the rejection of some, so that they can be accepted after all.

        Parameters
        ----------
        ids : list of str
            From the column ``suggestion`` of ``rejected``.

        Raises
        ------
        InterviewError
            V175: one that was not rejected.
        """
        wanted = [ids] if isinstance(ids, str) else list(ids)
        known = self.rejected["suggestion"].tolist()
        for id in wanted:
            if id not in known:
                raise InterviewError("V175", found=id, nearest=nearest(id, known) or "–")
        kept = self.rejected[~self.rejected["suggestion"].isin(wanted)]
        return replace(self, rejected=kept.reset_index(drop=True))


def reasons_of(rows: pd.DataFrame, language: str | None = None) -> list[str]:
    """Why suggestions were made, in words."""
    say = Messages(language)
    return [_in_words(because, say) for because in rows["because"]]


def nothing_rejected() -> pd.DataFrame:
    """An empty table of rejected suggestions."""
    return pd.DataFrame({name: pd.Series(dtype="str") for name in REJECTED})


def now() -> str:
    """The time in UTC, to the second."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _in_words(because: str, say: Messages) -> str:
    values = json.loads(because)
    return say(f"suggestions.reason.{values.pop('kind')}", **values)


def _cut(words: str) -> str:
    line = " ".join(words.split())
    return line if len(line) <= _WIDTH else line[: _WIDTH - 1] + "…"
