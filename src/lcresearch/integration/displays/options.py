"""What a joint display is made of, whatever its kind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from lcresearch.disclosure import Ledger, Policy
from lcresearch.integration.converging import ConvergenceRules, Judgement
from lcresearch.integration.displays.cells import STATISTIC, Sheet, fingerprint, words
from lcresearch.integration.listening.result import Voices
from lcresearch.interviews.project import Project
from lcresearch.interviews.quote_release.record import QuoteRelease
from lcresearch.messages import LANGUAGES, text_keys

_CASES = "integration.display.this_case"


@dataclass(frozen=True)
class Options:
    """What the display is asked to show.

    Attributes
    ----------
    result : object
        Statistics.
    source : str
        What they are called in the source of a cell.
    project : Project
    voices : Voices
    by : str
    interviewed : Series
        Document -> case or group.
    titles : mapping
        Name of an element, scale or group -> title by language.
    value : str, optional
        Column of the statistic, or of the score.
    groups : mapping
        Term -> group that it is about.
    policy, ledger : Policy and Ledger, optional
    releases : sequence of QuoteRelease
    rules, judgements
        Of convergence.
    """

    result: Any
    source: str
    project: Project
    voices: Voices
    by: str
    interviewed: pd.Series[str]
    titles: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    value: str | None = None
    groups: Mapping[str, str] = field(default_factory=dict)
    policy: Policy | None = None
    ledger: Ledger | None = None
    releases: Sequence[QuoteRelease] = ()
    rules: ConvergenceRules | str | Path | None = None
    judgements: Sequence[Judgement] | str | Path | None = None

    @property
    def case(self) -> dict[str, str]:
        """What this case is called, in each language."""
        return words(f"this_case.{self.by if f'{_CASES}.{self.by}' in text_keys() else 'other'}")

    def title(self, name: str) -> dict[str, str]:
        """Title of an element, scale or group: as given, as the code of that element is called, or its name."""
        if self.titles.get(name):
            return dict(self.titles[name])
        linked = [code for code in self.project.codebook if code.links.get("element") == name]
        if len(linked) == 1:
            books = {each: self.project.codebook.in_language(each) for each in LANGUAGES}
            return {each: book[linked[0].id].name for each, book in books.items()}
        return dict.fromkeys(LANGUAGES, name.replace("_", " "))

    def add_statistic(self, sheet: Sheet, row: str, column: str, term: str, numbers: Mapping[Any, Any]) -> None:
        """A statistic with its interval and its source, or why it is not there.

        Of a group in a version that is released, persons must be known and enough; what a synthesis or model says of
        everybody is not about a group.
        """
        value, of_group = float(numbers["value"]), bool(numbers.get("group"))
        n = float(numbers.get("n", float("nan")))
        if value != value:
            sheet.gap(row, column, "few" if numbers.get("hidden") else "no_numbers")
        elif self.policy is not None and of_group and not n >= self.policy.minimum_cell:
            sheet.gap(row, column, "few" if n == n else "unknown_n")
        else:
            interval = [float(numbers["conf_low"]), float(numbers["conf_high"])]
            sheet.cell(
                row, column, STATISTIC, value=value, conf_low=interval[0], conf_high=interval[1], n=n,
                source=f"{self.source}: {term}", fingerprint=fingerprint([value, *interval, n]),
            )  # fmt: skip
