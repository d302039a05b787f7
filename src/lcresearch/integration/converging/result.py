"""The result: proposals and judgements, with what contradicts itself first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import pandas as pd

from lcresearch.errors import IntegrationError, Problem, nearest
from lcresearch.integration.converging.evidence import COUNTS, KEYS, NUMBERS
from lcresearch.integration.converging.rules import PROPOSALS
from lcresearch.integration.converging.weighing import CONFLICT, EARLIER
from lcresearch.messages import LANGUAGES, Messages
from lcresearch.results import Result

if TYPE_CHECKING:
    from lcresearch.integration.displays.result import JointDisplay

FIRST = ("divergent", "complementary", "convergent", "silent", "not shown")
"""The order in which verdicts are shown: what contradicts itself comes first."""
_SHOWN = ("element", "outcome", "numbers", "voices", "proposal", "judgement", "judged_by", "judged_on", "verdict")
_TEXTS = "integration.convergence"


@dataclass(frozen=True, repr=False, eq=False)
class Convergence(Result):
    """Whether numbers and interviews agree (:func:`lcresearch.integration.convergence`).

    Attributes
    ----------
    rows : DataFrame
        An element and outcome a row, contradictions first, without the sentences: see :attr:`table`.
    reasons : list of dict
        Why each row got its proposal, in ``nl`` and ``en``.
    judged : list of dict
        Every judgement: ``element, outcome, model, adjustment, judgement, by, date, because, settles``; ``state``
        (``current``, ``earlier evidence``, ``conflict``, ``settled`` or ``replaced``) and ``changes`` since, in ``nl``
        and ``en``.
    thresholds : dict
        ``persons, cases, share`` of the rules.
    by : str
        What a case is.
    confidential : bool
        Whether counts are those of the researcher's own version.
    """

    title: ClassVar[str] = "Convergence of numbers and interviews"

    rows: pd.DataFrame
    reasons: list[dict[str, str]]
    judged: list[dict[str, Any]]
    thresholds: dict[str, float] = field(default_factory=dict)
    by: str = "community"
    confidential: bool = True

    @property
    def table(self) -> pd.DataFrame:
        """An element and outcome a row, in the language of the terminal; see :meth:`frame`."""
        return self.frame()

    def frame(self, language: str | None = None) -> pd.DataFrame:
        """The table with its sentences.

        Returns
        -------
        DataFrame
            ``element, outcome, model, adjustment``; ``numbers`` and ``voices`` (states); ``proposal``, ``silent``
            (which side is: ``numbers, voices, both``), ``rule`` and ``reason``; ``judgement, judged_by, judged_on,
            judged_because, judgement_state``; ``verdict``: the judgement if there is one, else the proposal; then the
            numbers and counts.
        """
        language = Messages(language).language
        reason = pd.Series([one[language] for one in self.reasons], index=self.rows.index, dtype=object)
        whole = self.rows.assign(reason=reason)
        columns = list(self.rows.columns)
        after = columns.index("rule") + 1
        return whole[[*columns[:after], "reason", *columns[after:]]]

    def judgements(self, language: str | None = None) -> pd.DataFrame:
        """Every judgement, a row each: also those that were replaced or settled."""
        language = Messages(language).language
        names = (*KEYS, "judgement", "by", "date", "because", "settles", "state", "changes")
        rows = [one | {"changes": one["changes"][language]} for one in self.judged]
        return pd.DataFrame(rows, columns=list(names))

    def disagreements(self, language: str | None = None) -> pd.DataFrame:
        """Rows in which numbers and interviews contradict each other, or researchers do."""
        table = self.frame(language)
        return table[(table["verdict"] == "divergent") | (table["judgement_state"] == CONFLICT)]

    def explain(self, element: str, language: str | None = None) -> str:
        """All rows of one element in plain words, with what its outcome means.

        Raises
        ------
        IntegrationError
            Q124: there is no such element.
        """
        table = self.frame(language)
        known = [str(name) for name in dict.fromkeys(table["element"])]
        if element not in known:
            values = {"key": "element", "value": element, "known": known, "nearest": nearest(element, known) or "–"}
            raise IntegrationError(Problem("Q124", values=values))
        rows = table[table["element"] == element].to_dict("records")
        return "\n\n".join(self._explained(row, Messages(language)) for row in rows)

    def _explained(self, row: Mapping[Any, Any], say: Messages) -> str:
        verdict = word("outcome", row["verdict"], say.language)
        name = str(row["element"]) + (f" ({row['outcome']})" if row["outcome"] else "")
        lines = [f"{name}: {verdict}", str(row["reason"]), say(f"{_TEXTS}.meaning.{_key(row['verdict'])}")]
        if row["judgement_state"]:
            judgement = word("outcome", row["judgement"], say.language) if row["judgement"] else ""
            values = {"by": row["judged_by"], "on": say.date(row["judged_on"]), "judgement": judgement}
            key = str(row["judgement_state"]).replace(" ", "_")
            lines.append(say(f"{_TEXTS}.judged.{key}", because=row["judged_because"], **values))
        return "\n".join(lines)

    def display(
        self,
        *,
        titles: Mapping[str, Mapping[str, str]] | None = None,
        source: str = "effects",
        simulated: bool = False,
    ) -> JointDisplay:
        """The convergence coding matrix as a joint display, to be written as a page, a workbook or a Word file.

        Parameters
        ----------
        titles : mapping, optional
            Title by language of elements and outcomes.
        source : str
            What the effects are called in the source of a cell.
        simulated : bool
            Whether the data are invented; the display then says so.
        """
        from lcresearch.integration.displays.convergence_matrix import matrix_sheet
        from lcresearch.integration.displays.result import JointDisplay

        known = {} if titles is None else titles

        def title(name: str) -> dict[str, str]:
            return dict(known[name]) if known.get(name) else dict.fromkeys(LANGUAGES, name.replace("_", " "))

        rows, columns, cells = matrix_sheet(self, title, source).frames()
        hidden = int((self.rows["proposal"] == "not shown").sum())
        problems = tuple(self.problems())
        return JointDisplay(
            "convergence", rows, columns, cells, self.by, self.confidential, (), hidden, simulated, problems
        )

    def tidy(self, conf_level: float = 0.95) -> pd.DataFrame:
        """A row an element and outcome: ``term``, the effect with its interval, states, proposal and verdict."""
        columns = ["element", "outcome", "estimate", "conf_low", "conf_high", "numbers", "voices", "proposal"]
        columns += ["judgement", "judgement_state", "verdict"]
        return self.rows[columns].rename(columns={"element": "term"})

    def glance(self) -> pd.DataFrame:
        """One row: numbers of elements, of each verdict, of judgements, and of conflicts."""
        counts = self.rows["verdict"].value_counts()
        row = {"n_elements": int(self.rows["element"].nunique())}
        row |= {f"n_{_key(name)}": int(counts.get(name, 0)) for name in PROPOSALS}
        row |= {"n_judged": int((self.rows["judgement_state"] != "").sum())}
        row |= {"n_conflicts": int((self.rows["judgement_state"] == CONFLICT).sum())}
        row |= {"n_on_earlier_evidence": int((self.rows["judgement_state"] == EARLIER).sum())}
        return pd.DataFrame([row])

    def shown(self) -> pd.DataFrame:
        """The columns that decide, contradictions first."""
        return self.rows[[name for name in _SHOWN if self.rows[name].astype("str").ne("").any() or name == "verdict"]]

    def cautions(self) -> list[str]:
        """That proposals are no conclusions; conflicts, judgements on earlier evidence, and what may not be shown."""
        return [Messages()(f"{_TEXTS}.proposals_only"), *(problem.message() for problem in self.problems())]

    def problems(self) -> list[Problem]:
        """What a reader must know of judgements and of voices."""
        found = []
        for row in self.rows.to_dict("records"):
            values = {"element": str(row["element"]), "by": row["judged_by"], "on": row["judged_on"]}
            if row["judgement_state"] == CONFLICT:
                found.append(Problem("Q131", values=values))
            elif row["judgement_state"] == EARLIER:
                found.append(Problem("Q130", values=values))
        hidden = int((self.rows["proposal"] == "not shown").sum())
        not_asked = [str(name) for name in self.rows.loc[self.rows["voices"] == "not_asked", "element"]]
        found += [Problem("Q135", values={"n": hidden})] if hidden else []
        return found + ([Problem("Q136", values={"elements": list(dict.fromkeys(not_asked))})] if not_asked else [])


COLUMNS = (
    *KEYS,
    "numbers",
    "voices",
    "new_setting",
    "proposal",
    "silent",
    "rule",
    "judgement",
    "judged_by",
    "judged_on",
    "judged_because",
    "judgement_state",
    "verdict",
    *NUMBERS,
    "effect_verdict",
    "certainty",
    *COUNTS,
)


def contradictions_first(rows: pd.DataFrame) -> list[int]:
    """Places of rows in the order in which they are shown."""
    order = rows["verdict"].map({name: place for place, name in enumerate(FIRST)}).to_numpy(dtype=np.int64)
    conflict = (rows["judgement_state"] == CONFLICT).to_numpy(dtype=np.bool_)
    return [int(place) for place in np.lexsort((order, ~conflict & (order > 0)))]


def word(kind: str, name: object, language: str | None = None) -> str:
    """A state, outcome or state of a judgement in the reader's language."""
    return Messages(language)(f"{_TEXTS}.{kind}.{_key(name)}")


def _key(name: object) -> str:
    return str(name).replace(" ", "_")
