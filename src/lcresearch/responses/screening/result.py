"""What screening found: a row a respondent x wave, a row a rule, and the words for it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import pandas as pd

from lcresearch.errors import Problem
from lcresearch.messages import Messages
from lcresearch.responses.screening.rules import RULES, Rule, rules_named
from lcresearch.results import Result

_TEXT = ("respondent", "wave", "file", "last_question")
_WHOLE = ("n_asked", "n_answered", "n_after_last", "n_skipped_blocks", "n_in_skipped_blocks", "n_scattered")
_WHOLE_TOO = ("row", "n_in_batteries", "longest_run", "contradicting_run", "n_flags")


@dataclass(frozen=True, repr=False, eq=False)
class Screening(Result):
    """Rows that stand out. Nothing is dropped: a flag is a reason to look, and seldom proof.

    Attributes
    ----------
    rows : DataFrame
        A row a respondent x wave, with the index of the answers. Measures (see :func:`screen`), then a flag a rule:
        True, False, or missing where the rule cannot judge the row; ``n_flags`` counts them without notes. About
        persons: keep it where the answers are kept.
    limits : dict of str to float
        The limits that were used.
    reasons : dict of str to str
        Rule: why some or all rows were not judged.
    n_batteries : int
        Batteries: items of one instrument on one response scale of three answers or more.
    problems : tuple of Problem
        In words what each rule found, and what could not be judged; no persons.
    """

    title: ClassVar[str] = "Screening of answers"

    rows: pd.DataFrame
    limits: dict[str, float]
    reasons: dict[str, str]
    n_batteries: int
    problems: tuple[Problem, ...]

    def flagged(self, rules: str | Iterable[str] | None = None) -> pd.Series:
        """Rows that at least one of these rules flags; without ``rules`` any rule, apart from notes.

        Returns
        -------
        Series of bool
            With the index of the answers: ``data.frame[~screening.flagged("too_fast")]``. What is not judged is not
            flagged.

        Raises
        ------
        ResponsesError
            R172, when no rule has this name.
        """
        names = [rule.name for rule in rules_named(rules)]
        return self.rows[names].fillna(False).astype(bool).any(axis=1)

    def tidy(self, conf_level: float = 0.95) -> pd.DataFrame:
        """One row a rule: ``rule, code, measure, limit, n_judged, n_flagged, share, n_not_judged, reason``.

        ``share`` is of the rows judged; ``reason`` tells in a word why others were not. ``conf_level`` plays no part:
        these are counts of the rows at hand.
        """
        return pd.DataFrame([self._line(rule) for rule in RULES])

    def _line(self, rule: Rule) -> dict[str, Any]:
        flags = self.rows[rule.name]
        judged, flagged = int(flags.notna().sum()), int(flags.fillna(False).sum())
        line: dict[str, Any] = {"rule": rule.name, "code": rule.code, "measure": rule.measure}
        line |= {"limit": self.limits[rule.limit], "n_judged": judged, "n_flagged": flagged}
        line["share"] = flagged / judged if judged else float("nan")
        return line | {"n_not_judged": len(flags) - judged, "reason": self.reasons.get(rule.name)}

    def glance(self) -> pd.DataFrame:
        """One row: rows, respondents, waves, batteries, rows with one flag or more, rules that could judge."""
        flagged = self.flagged()
        row: dict[str, Any] = {
            "n": len(self.rows),
            "n_respondents": self.rows["respondent"].nunique(),
            "n_waves": self.rows["wave"].nunique(),
            "n_batteries": self.n_batteries,
            "n_flagged": int(flagged.sum()),
            "share_flagged": float(flagged.mean()) if len(flagged) else float("nan"),
            "n_rules": sum(bool(self.rows[rule.name].notna().any()) for rule in RULES),
        }
        return pd.DataFrame([row])

    def shown(self) -> pd.DataFrame:
        """The table with the rules in words, as :meth:`summary` prints it."""
        say = Messages()
        table = self.tidy()[["rule", "code", "limit", "n_judged", "n_flagged", "share"]]
        return table.assign(rule=[say(f"screening.rule.{rule.name}") for rule in RULES])

    def cautions(self) -> list[str]:
        """What was found and what could not be judged, a line each."""
        return [f"[{problem.code}] {problem.message()}" for problem in self.problems]

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Self:
        """The result that :meth:`to_dict` wrote."""
        bare = super().from_dict(values)
        flags = {rule.name: "boolean" for rule in RULES}
        kinds = flags | dict.fromkeys(_TEXT, "str") | dict.fromkeys((*_WHOLE, *_WHOLE_TOO), "int64")
        kinds |= {"copy_group": "Int64"}
        kinds = {name: kinds.get(name, "float64") for name in bare.rows.columns}
        return cls(bare.rows.astype(kinds), bare.limits, bare.reasons, bare.n_batteries, tuple(bare.problems))
