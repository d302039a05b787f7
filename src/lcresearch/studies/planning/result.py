"""A plan of a short-cycle study: what was decided, why, and what it will and will not show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import pandas as pd

from lcresearch.messages import Messages
from lcresearch.results import Result
from lcresearch.studies.change_settings import DesignName
from lcresearch.studies.planned import plan_fingerprint
from lcresearch.studies.planning.calendar import calendar_of
from lcresearch.studies.planning.choices import design_named
from lcresearch.studies.planning.words import doubts, precision_in_words

Texts = Mapping[str, str]


@dataclass(frozen=True, repr=False, eq=False)
class ShortCyclePlan(Result):
    """What :func:`plan_short_cycle` gives.

    Attributes
    ----------
    id : str
        Of study.yaml.
    name : mapping of str to str
        Title by language.
    goal : str
        Name of the goal.
    question, about : mapping of str to str
        What the study is to find out, and what people are told it is about.
    design : str
    because : mapping of str to str
        Why this design.
    weeks : int
    start : str
        The Monday of week 1, as 2027-01-04.
    firms, comparison : tuple of str
        Names of firms that take part, and of those in which nothing new happens.
    people, both : tuple of int
        By firm, those of the comparison last: people expected to answer, and to answer at every wave.
    returning : float
    instrument, instrument_version, instrument_hash : str
    short_form : bool
        Whether only the short form is asked.
    primary : str
        The scale that the conclusion is about.
    primary_title : mapping of str to str
    secondary : tuple of str
        Other scales.
    worthwhile : float
        Smallest worthwhile change, in points of the scale.
    suggested : bool
        Whether that is a suggestion, still to be talked over with the firms.
    spread, stability : float
        Standard deviation and correlation that were assumed.
    moments : DataFrame
        ``wave, week, opens, reminder, closes``.
    starts : mapping of str to str
        Firm -> the wave before which it starts, where that was drawn by lot.
    precision : DataFrame
        One row: see :func:`lcresearch.studies.planning.precision.expected_precision`.
    minimum_cell : int
    platforms : tuple of str
    language : str
    seed : int
    simulated : bool
        Whether the answers will be made up, to practise with: study.yaml then marks every page as simulated data.
    """

    title: ClassVar[str] = "Plan of a short-cycle study"

    id: str
    name: Texts
    goal: str
    question: Texts
    about: Texts
    design: DesignName
    because: Texts
    weeks: int
    start: str
    firms: tuple[str, ...]
    comparison: tuple[str, ...]
    people: tuple[int, ...]
    both: tuple[int, ...]
    returning: float
    instrument: str
    instrument_version: str
    instrument_hash: str
    short_form: bool
    primary: str
    primary_title: Texts
    secondary: tuple[str, ...]
    worthwhile: float
    suggested: bool
    spread: float
    stability: float
    moments: pd.DataFrame
    starts: Mapping[str, str]
    precision: pd.DataFrame
    minimum_cell: int
    platforms: tuple[str, ...]
    language: str
    seed: int
    simulated: bool = False

    @property
    def group_report(self) -> bool:
        """Whether enough people are expected for any report on a group."""
        return sum(self.both) >= self.minimum_cell

    @property
    def firms_with_report(self) -> tuple[str, ...]:
        """Firms in which enough people are expected at every wave for a report of their own."""
        numbered = zip((*self.firms, *self.comparison), self.both, strict=True)
        return tuple(firm for firm, n in numbered if n >= self.minimum_cell)

    @property
    def fingerprint(self) -> str:
        """SHA-256 of what was decided: another fingerprint is another plan."""
        return plan_fingerprint(self.to_dict())

    def tidy(self, conf_level: float = 0.95) -> pd.DataFrame:
        """A row a change: the smallest worthwhile one, and the smallest that is found in 80 of 100 studies.

        ``term, estimate`` (points), ``std_dev`` (the same in standard deviations), ``std_error`` (points), and
        ``power``: the share of studies that finds it. Empty when there will be no report on a group.
        """
        if not self.group_report:
            return pd.DataFrame(columns=["term", "estimate", "std_dev", "std_error", "power"])
        found = self.precision.iloc[0]
        worth = {"term": "worthwhile", "estimate": self.worthwhile, "power": found["chance"]}
        least = {"term": "detectable", "estimate": float(found["detectable"]), "power": 0.8}
        table = pd.DataFrame([worth, least]).assign(std_error=float(found["std_error"]))
        return table.assign(std_dev=table["estimate"] / self.spread)[
            ["term", "estimate", "std_dev", "std_error", "power"]
        ]

    def glance(self) -> pd.DataFrame:
        """One row: design, weeks, waves, firms, people, the outcome and its smallest worthwhile change."""
        row = {
            "design": self.design,
            "weeks": self.weeks,
            "n_waves": len(self.moments),
            "n_firms": len(self.firms),
            "n_comparison": len(self.comparison),
            "n_people": sum(self.people),
            "n_people_both": sum(self.both),
            "primary": self.primary,
            "worthwhile": self.worthwhile,
        }
        return pd.DataFrame([row])

    def calendar(self, language: str | None = None) -> pd.DataFrame:
        """What is done when: ``week, day, until, what, who``; days as texts (2027-01-04).

        Parameters
        ----------
        language : {"nl", "en"}, optional
            That of the plan by default.
        """
        return calendar_of(self, language or self.language)

    def cautions(self) -> list[str]:
        """What this plan cannot promise."""
        return doubts(self, self.language)

    def summary(self) -> str:
        """The plan in plain words, for a terminal."""
        say, design = Messages(self.language), design_named(self.design)
        spoken = say.language
        lines = [self.name[spoken], "", self.question[spoken], ""]
        if not self.group_report:
            return "\n".join([*lines, *precision_in_words(self, spoken), *self.cautions()]) + "\n"
        lines += [f"{say('short_cycle.head.design')}: {design.name[spoken]}", f"  {design.how[spoken]}"]
        lines += [f"  {self.because[spoken]}", "", say("short_cycle.head.can")]
        lines += [f"  + {text}" for text in design.can[spoken]] + ["", say("short_cycle.head.cannot")]
        lines += [f"  - {text}" for text in design.cannot[spoken]] + ["", say("short_cycle.head.precision")]
        lines += [f"  {text}" for text in precision_in_words(self, spoken)]
        lines += ["", *(f"{say('short_cycle.head.careful')} {text}" for text in self.cautions())]
        return "\n".join(lines).rstrip() + "\n"

    def write(self, folder: str | Path) -> Path:
        """Write study.yaml, forms, analysis plan, letters, mails and calendar to a new folder, whole or not at all.

        Parameters
        ----------
        folder : path
            New or empty.

        Raises
        ------
        StudyError
            S012: the folder holds something already; S014: nothing can be written there.
        """
        from lcresearch.studies.planning.writing import write_plan

        return write_plan(self, Path(folder))

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> ShortCyclePlan:
        """The plan that :meth:`to_dict` wrote."""
        found = super().from_dict(values)
        lists = {name: tuple(value) for name, value in vars(found).items() if isinstance(value, list)}
        return cls(**(vars(found) | lists))
