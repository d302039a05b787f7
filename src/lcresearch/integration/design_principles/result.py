"""Design principles with what speaks for and against them: what can be asked of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import pandas as pd

from lcresearch.errors import IntegrationError, Problem, nearest
from lcresearch.integration.design_principles.model import Principle, PrinciplesFile
from lcresearch.integration.design_principles.rules import PrincipleRules
from lcresearch.integration.design_principles.vocabulary import Titles
from lcresearch.messages import Messages
from lcresearch.results import FittedModel

_SHOWN = ("principle", "verdict", "n_for", "n_against", "n_open", "judged_by")


@dataclass(frozen=True, repr=False, eq=False)
class DesignPrinciples(FittedModel):
    """Design principles (:func:`design_principles`).

    Attributes
    ----------
    content : PrinciplesFile
        What ``design_principles.yaml`` says.
    table : DataFrame
        A principle a row: see :meth:`tidy`.
    evidence : DataFrame
        A piece of evidence a row: ``principle, listed`` (``for`` or ``against`` in the file), ``kind, pointer, family``
        (``numbers, interviews, cases``), ``says`` (``for, against, open, not looked up``), ``certainty, estimate,
        conf_low, conf_high, detail``.
    names : dict
        ``occasions`` and ``goals``: name -> title by language.
    rules : PrincipleRules
    asked : dict
        ``occasions`` and ``goals`` that :meth:`principles_for` was asked for.
    problems : tuple of Problem
    """

    title: ClassVar[str] = "Design principles"

    content: PrinciplesFile
    table: pd.DataFrame
    evidence: pd.DataFrame
    names: dict[str, Titles]
    rules: PrincipleRules
    asked: Mapping[str, tuple[str, ...]]
    problems: tuple[Problem, ...] = ()

    def tidy(self, conf_level: float = 0.95) -> pd.DataFrame:
        """A principle a row.

        Returns
        -------
        DataFrame
            ``principle``; ``occasions, goals, elements`` (with ``;`` between them); ``status`` by the rules, ``reason``
            (a code, see :meth:`reason_in`) and ``because`` (the evidence that decided); ``n_for, n_against, n_open,
            n_not_looked_up``; ``judgement, judged_by, judged_on`` of the author; ``verdict``: the judgement if there is
            one, else the status.
        """
        return self.table.assign(because=self.table["because"].map("; ".join))

    def glance(self) -> pd.DataFrame:
        """Numbers of principles by verdict, and of pairs of occasion and goal without one."""
        counts = self.table["verdict"].value_counts()
        row: dict[str, Any] = {"n_principles": len(self.table)}
        row |= {f"n_{name}": int(counts.get(name, 0)) for name in ("supported", "contested", "proposed")}
        gaps = self.gaps()
        return pd.DataFrame([row | {"n_pairs_without": int((gaps["state"] == "no principle").sum())}])

    def principles_for(self, occasion: str | None = None, goal: str | None = None) -> DesignPrinciples:
        """The principles for an occasion, a goal, or both; :meth:`gaps` of the answer tells what is missing.

        Parameters
        ----------
        occasion, goal : str, optional
            Names in the file, or of those that come along.

        Raises
        ------
        IntegrationError
            Q227: no such occasion or goal.
        """
        asked = dict(self.asked)
        for key, name in (("occasions", occasion), ("goals", goal)):
            if name is None:
                continue
            known = list(self.names[key])
            if name not in known:
                raise IntegrationError("Q227", name=name, key=key, known=known, nearest=nearest(name, known) or "–")
            asked[key] = (name,)
        kept = [
            name
            for name, one in self.content.principles.items()
            if name in set(self.table["principle"])
            and set(one.occasions) & set(asked["occasions"])
            and set(one.goals) & set(asked["goals"])
        ]
        table = self.table[self.table["principle"].isin(kept)].reset_index(drop=True)
        evidence = self.evidence[self.evidence["principle"].isin(kept)].reset_index(drop=True)
        return replace(self, table=table, evidence=evidence, asked=asked)

    def gaps(self) -> pd.DataFrame:
        """Pairs of occasion and goal for which no principle is supported.

        Returns
        -------
        DataFrame
            ``occasion, goal, n_principles, state``: ``no principle``, ``only contested`` or ``only proposed``; of the
            occasions and goals that were asked for.
        """
        verdicts = dict(zip(self.table["principle"], self.table["verdict"], strict=True))
        rows = []
        for occasion in self.asked["occasions"]:
            for goal in self.asked["goals"]:
                found = [
                    verdicts[name] for name, one in self._shown() if occasion in one.occasions and goal in one.goals
                ]
                if "supported" in found:
                    continue
                state = "no principle" if not found else "only proposed" if "proposed" in found else "only contested"
                rows.append({"occasion": occasion, "goal": goal, "n_principles": len(found), "state": state})
        return pd.DataFrame(rows, columns=["occasion", "goal", "n_principles", "state"])

    def text_in(self, language: str | None = None) -> pd.Series[str]:
        """Each principle as a text: in this situation, do this, then this happens, and that leads to this."""
        say = Messages(language)
        texts = []
        for _, one in self._shown():
            parts = {key: _open_ended(getattr(one, key), say.language) for key in _PARTS}
            texts.append(say("integration.principles.text", **parts))
        return pd.Series(texts, index=self.table.index, name="text", dtype=object)

    def reason_in(self, language: str | None = None) -> pd.Series[str]:
        """Why each principle has its status by the rules, a sentence each."""
        say = Messages(language)
        titles = {
            (one["principle"], one["pointer"]): one["title"].get(say.language) or one["pointer"]
            for one in self.evidence.to_dict("records")
        }
        texts = []
        for row in self.table.to_dict("records"):
            because = dict.fromkeys(titles[row["principle"], pointer] for pointer in row["because"])
            texts.append(say(f"integration.principles.reason.{row['reason']}", because="; ".join(because)))
        return pd.Series(texts, index=self.table.index, name="reason", dtype=object)

    def tables(self) -> dict[str, pd.DataFrame]:
        """Principles with their texts in each language, evidence, gaps, and what speaks against them."""
        own = self.tidy()
        for language in self.content.languages:
            own = own.assign(
                **{f"text_{language}": self.text_in(language), f"reason_{language}": self.reason_in(language)}
            )
        evidence = self.evidence.drop(columns=["key", "note", "title"])
        looked = [
            {"principle": name} | {f"looked_in_{language}": text for language, text in one.against.none_found.items()}
            for name, one in self._shown()
            if one.against.none_found is not None
        ]
        found = {"principles": own, "evidence": evidence, "gaps": self.gaps()}
        return (
            super().tables()
            | found
            | {"nothing_against": pd.DataFrame(looked, columns=None if looked else ["principle"])}
        )

    def shown(self) -> pd.DataFrame:
        """The columns that decide."""
        return self.table[list(_SHOWN)]

    def cautions(self) -> list[str]:
        """What a status does not say, evidence that was not looked up, and judgements that depart from the rules."""
        say = Messages()
        found = [say("integration.principles.caution")]
        found += [say("integration.principles.simulated")] if self.content.simulated else []
        return [*found, *dict.fromkeys(problem.message() for problem in self.problems)]

    def _shown(self) -> list[tuple[str, Principle]]:
        return [(name, self.content.principles[name]) for name in self.table["principle"]]


_PARTS = ("context", "intervention", "mechanism", "outcome")


def _open_ended(text: Mapping[str, str], language: str) -> str:
    """A text without the stop at its end, and with a small first letter, to stand within a sentence."""
    whole = " ".join((text.get(language) or next(iter(text.values()))).split()).rstrip(". ")
    small = len(whole) > 1 and whole[1:2].islower()
    return whole[:1].lower() + whole[1:] if small else whole
