"""Whether answers may be averaged to a group: the verdict itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import pandas as pd

from lcresearch.errors import Problem

Warranted = Literal["yes", "mixed", "no", "not_applicable", "unknown"]


@dataclass(frozen=True)
class Verdict:
    """Whether a scale may be averaged to the group, and why.

    Attributes
    ----------
    code : str
        Key of the sentence in the message catalogue: ``Messages("nl")(verdict.code)``.
    warranted : {"yes", "mixed", "no", "not_applicable", "unknown"}
        The verdict in one word.
    reasons : tuple of Problem
        What the verdict rests on, most important first; each has words in Dutch and English.
    thresholds : DataFrame
        ``statistic, value, direction, threshold, source, met``: a row a rule. ``direction`` is ``at_least``,
        ``at_most`` or ``below``; ``met`` is None where the value is missing.
    """

    code: str
    warranted: Warranted
    reasons: tuple[Problem, ...] = ()
    thresholds: pd.DataFrame = field(default_factory=pd.DataFrame)
