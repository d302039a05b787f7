"""What became of each claim of a paper."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import pandas as pd

from lcresearch.errors import IntegrationError, Problem
from lcresearch.messages import Messages
from lcresearch.results import Result

SAME, RENEWED = "same", "renewed"
FINE = (SAME, RENEWED)
STATES = (
    *FINE,
    "changed",
    "gone",
    "outside",
    "words_changed",
    "words_differ",
    "withdrawn",
    "unchecked",
    "not_in_text",
)
COLUMNS = ("claim", "kind", "source", "was", "now", "state", "line")


@dataclass(frozen=True, repr=False, eq=False)
class ClaimsCheck(Result):
    """Whether everything that a text says still stands (:func:`lcresearch.integration.check_claims`).

    Attributes
    ----------
    table : DataFrame
        A claim a row: ``claim, kind`` (``number`` or ``quote``), ``source, was, now, state, line``. ``state`` is
        ``same``; ``renewed``: the file was made anew and the number is, in the decimals of the text, the same;
        ``changed``; ``gone``: no such file, table, row or column; ``outside`` the study, or private;
        ``words_changed``: the interview says something else now, or is gone; ``words_differ``: the words printed are
        not those that were released; ``withdrawn``: the release is not in the record, or holds no more; ``unchecked``:
        there are no interviews to look in; ``not_in_text``: the document says something else.
    problems : tuple of Problem
        One for each claim that does not stand, and notes.
    """

    title: ClassVar[str] = "Claims of a text"

    table: pd.DataFrame
    problems: tuple[Problem, ...] = ()

    @property
    def errors(self) -> tuple[Problem, ...]:
        """Problems that stop a build."""
        return tuple(problem for problem in self.problems if problem.level == "error")

    @property
    def stands(self) -> bool:
        """Whether every claim stands."""
        return not self.errors

    @property
    def status(self) -> int:
        """Exit status for a build: 0 when every claim stands, else 1."""
        return 0 if self.stands else 1

    def require(self) -> ClaimsCheck:
        """The same result when every claim stands.

        Raises
        ------
        IntegrationError
            Q140 to Q147, Q149: every claim that does not stand.
        """
        if self.errors:
            raise IntegrationError(self.errors)
        return self

    def tidy(self, conf_level: float = 0.95) -> pd.DataFrame:
        """A claim a row."""
        return self.table.copy()

    def glance(self) -> pd.DataFrame:
        """One row: numbers of claims, of those that stand, and of each state."""
        counts = self.table["state"].value_counts()
        row = {"n_claims": len(self.table), "n_standing": int(self.table["state"].isin(FINE).sum())}
        return pd.DataFrame([row | {f"n_{name}": int(counts.get(name, 0)) for name in STATES}])

    def cautions(self) -> list[str]:
        """Claims that do not stand, each with its place."""
        return [f"{problem.where.text()}: {problem.message()}" for problem in self.problems]

    def summary(self) -> str:
        """What stands and what does not, for a terminal."""
        say, n = Messages(), self.glance().iloc[0]
        head = say("integration.pointers.summary", n_claims=int(n["n_claims"]), n_standing=int(n["n_standing"]))
        return "\n".join([head, *(problem.text() for problem in self.problems)]) + "\n"
