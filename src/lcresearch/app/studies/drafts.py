"""Answers to the planner's questions between one page and the next; nothing is written before the study is made."""

from __future__ import annotations

import secrets
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from threading import Lock
from typing import Any

from lcresearch.errors import AppError

_MOST = 50


@dataclass(frozen=True)
class Draft:
    """A study that is thought of.

    Attributes
    ----------
    id : str
    answers : mapping
        By question, as plain values.
    job : str
        The task that plans it by these answers; empty after they changed.
    """

    id: str
    answers: Mapping[str, Any] = field(default_factory=dict)
    job: str = ""


class Drafts:
    """Keeps drafts as long as the page runs, the latest fifty."""

    def __init__(self) -> None:
        self._drafts: OrderedDict[str, Draft] = OrderedDict()
        self._lock = Lock()

    def new(self) -> Draft:
        """An empty one."""
        return self._keep(Draft(secrets.token_urlsafe(9)))

    def get(self, id: str) -> Draft:
        """A draft.

        Raises
        ------
        AppError
            W020, when it is gone.
        """
        with self._lock:
            if id not in self._drafts:
                raise AppError("W020")
            return self._drafts[id]

    def answer(self, id: str, answers: Mapping[str, Any]) -> Draft:
        """Keep answers; a plan that was made of others no longer holds."""
        draft = self.get(id)
        merged = {**draft.answers, **answers}
        same = merged == draft.answers
        return self._keep(replace(draft, answers=merged, job=draft.job if same else ""))

    def planned_by(self, id: str, job: str) -> Draft:
        """Keep which task plans it."""
        return self._keep(replace(self.get(id), job=job))

    def _keep(self, draft: Draft) -> Draft:
        with self._lock:
            self._drafts[draft.id] = draft
            self._drafts.move_to_end(draft.id)
            while len(self._drafts) > _MOST:
                self._drafts.popitem(last=False)
        return draft
