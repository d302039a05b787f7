"""What there is to choose from: goals and designs, as ``goals.yaml`` and ``designs.yaml`` say."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any, Literal

import pandas as pd
from pydantic import Field

from lcresearch.errors import StudyError, nearest
from lcresearch.file_parts import Part, Text
from lcresearch.messages import Messages
from lcresearch.studies.change_settings import DesignName
from lcresearch.yaml_lines import parse_yaml

PULSE: DesignName = "pulse"
Texts = dict[str, list[str]]


class Goal(Part):
    """What a study wants to see change, the instrument for it, and what is assumed of its scores."""

    instrument: str
    primary: str
    worthwhile: float = Field(gt=0, strict=False)
    spread: float = Field(gt=0, strict=False)
    stability: float = Field(gt=0, lt=1, strict=False)
    design: Literal["pulse"] | None = None
    name: Text
    question: Text
    about: Text


class Needs(Part):
    """The least that a design needs."""

    weeks: int
    firms: int
    comparison: int = 0
    pulses: int = 2


class Design(Part):
    """A design, with what it can and cannot show in plain words."""

    name: Text
    needs: Needs
    how: Text
    can: Texts
    cannot: Texts


class Bounds(Part):
    """A number that must lie between these."""

    least: int | None = None
    most: int | None = None

    def hold(self, number: int) -> bool:
        """Whether the number lies between the bounds."""
        return (self.least is None or number >= self.least) and (self.most is None or number <= self.most)


class Rule(Part):
    """When a design is proposed, and why."""

    design: DesignName
    when: dict[str, Bounds | str]
    because: Text

    def holds(self, facts: Mapping[str, int], goal: Goal) -> bool:
        """Whether every condition holds."""
        return all(
            goal.design == bounds if isinstance(bounds, str) else bounds.hold(facts[name])
            for name, bounds in self.when.items()
        )


class _Designs(Part):
    designs: dict[DesignName, Design]
    rules: list[Rule]


class _Goals(Part):
    goals: dict[str, Goal]


def _read(name: str) -> Any:
    text = resources.files("lcresearch.studies.planning").joinpath(name).read_text(encoding="utf-8")
    return parse_yaml(text).content


@cache
def all_goals() -> Mapping[str, Goal]:
    """Goals by name."""
    return _Goals.model_validate({"goals": _read("goals.yaml")}).goals


@cache
def _all_designs() -> _Designs:
    return _Designs.model_validate(_read("designs.yaml"))


def design_named(name: DesignName) -> Design:
    """A design by its name."""
    return _all_designs().designs[name]


def goals(language: str | None = None) -> pd.DataFrame:
    """The goals that a short-cycle study can have.

    Parameters
    ----------
    language : {"nl", "en"}, optional
        Of the texts; that of the terminal by default.

    Returns
    -------
    DataFrame
        ``goal, question, instrument, primary, worthwhile``: the smallest worthwhile change is a suggestion to talk over
        with the firms beforehand, in points of the scale.

    Examples
    --------
    >>> goals("en").set_index("goal").loc["team_learning", ["instrument", "primary"]].tolist()
    ['team-learning', 'team_learning']
    """
    spoken = Messages(language).language
    rows = [
        {
            "goal": name,
            "question": one.question[spoken],
            "instrument": one.instrument,
            "primary": one.primary,
            "worthwhile": one.worthwhile,
        }
        for name, one in all_goals().items()
    ]
    return pd.DataFrame(rows)


def goal_named(name: str) -> tuple[str, Goal]:
    """A goal and its name as it is written; hyphens will do for underscores.

    Raises
    ------
    StudyError
        S135, when there is no such goal.
    """
    known, wanted = all_goals(), name.strip().lower().replace("-", "_").replace(" ", "_")
    if wanted not in known:
        raise StudyError("S135", name=name, known=list(known), nearest=nearest(wanted, known) or "–")
    return wanted, known[wanted]


def goal_name(name: str) -> str:
    """The name of a goal as it is written; see :func:`goal_named`."""
    return goal_named(name)[0]


def proposed(facts: Mapping[str, int], goal: Goal) -> Rule:
    """The first rule that holds.

    Parameters
    ----------
    facts : mapping
        ``firms, comparison, weeks, pulses, total, smallest``.
    goal : Goal

    Examples
    --------
    >>> three = {"firms": 3, "comparison": 0, "weeks": 8, "pulses": 0, "total": 24, "smallest": 8}
    >>> proposed(three, all_goals()["learning_culture"]).design
    'before_after'
    >>> proposed(three | {"firms": 12, "total": 96, "weeks": 10}, all_goals()["learning_culture"]).design
    'staggered_start'
    """
    return next(rule for rule in _all_designs().rules if rule.holds(facts, goal))


def checked_design(name: str, facts: Mapping[str, int]) -> DesignName:
    """A design that was asked for, when it fits.

    Raises
    ------
    StudyError
        S137 for an unknown design, S138 for one that needs more than there is.
    """
    known = _all_designs().designs
    wanted = next((one for one in known if one == name.strip().lower().replace("-", "_")), None)
    if wanted is None:
        raise StudyError("S137", name=name, known=list(known), nearest=nearest(name, known) or "–")
    needs = known[wanted].needs
    lacking = {
        part: (getattr(needs, part), facts[part])
        for part in ("weeks", "firms", "comparison")
        if facts[part] < getattr(needs, part)
    }
    if lacking:
        words = [
            {
                language: ", ".join(
                    Messages(language)(f"short_cycle.count.{part}", n=pair[place]) for part, pair in lacking.items()
                )
                for language in ("nl", "en")
            }
            for place in (0, 1)
        ]
        raise StudyError("S138", design=dict(known[wanted].name), needed=words[0], found=words[1])
    return wanted
