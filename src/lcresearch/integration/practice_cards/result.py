"""Practice and transfer cards: what can be asked of them."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import pandas as pd

from lcresearch.errors import IntegrationError, Problem, nearest
from lcresearch.integration.practice_cards.card import Card
from lcresearch.messages import LANGUAGES, Messages
from lcresearch.results import FittedModel

_NUMBERS = ("estimate", "conf_low", "conf_high", "pred_low", "pred_high", "p_positive_new", "p_worthwhile_new")


@dataclass(frozen=True, repr=False, eq=False)
class Cards(FittedModel):
    """Practice and transfer cards (:func:`lcresearch.integration.cards`).

    Attributes
    ----------
    id : str
        Of the file.
    languages : tuple of str
    simulated : bool
    cards : tuple of Card
        Those that are complete and may be shown.
    problems : tuple of Problem
        Which cards were not made, and why.
    confidential : bool
        Whether it is the researcher's own version.
    """

    title: ClassVar[str] = "Practice and transfer cards"

    id: str
    languages: tuple[str, ...]
    simulated: bool
    cards: tuple[Card, ...]
    problems: tuple[Problem, ...] = ()
    confidential: bool = True

    def __getitem__(self, name: str) -> Card:
        """A card by its name.

        Raises
        ------
        IntegrationError
            Q250: there is no such card.
        """
        known = {one.name: one for one in self.cards}
        if name not in known:
            raise IntegrationError("Q250", name=name, known=list(known), nearest=nearest(name, known) or "–")
        return known[name]

    def tidy(self, conf_level: float = 0.95) -> pd.DataFrame:
        """A row a card and element: ``term`` (the card), ``kind, about, element, expected`` (``range, provisional,
        unknown``), the effect with its interval, what to expect in a new consortium, ``verdict, certainty``, and
        ``n_consortia``. Effects are in standard deviations of the outcome. A shared version leaves the name of a
        community out of ``about``."""
        rows: list[dict[str, Any]] = []
        for card in self.cards:
            named = card.kind == "element" or self.confidential
            head = {"term": card.name, "kind": card.kind, "about": card.about if named else ""}
            for one in card.expected:
                numbers = {name: one.numbers[name] for name in _NUMBERS}
                row = head | {"element": one.element, "expected": one.state} | numbers
                own = card.kind == "element" and not one.words["certainty"]
                certainty = card.certainty if own else one.words["certainty"]
                rows.append(row | {"verdict": one.words["verdict"], "certainty": certainty,
                                   "n_consortia": one.numbers["n_consortia"]})  # fmt: skip
            if not card.expected:
                rows.append(head | {"element": "", "expected": "unknown", "verdict": "", "certainty": card.certainty})
        columns = ["term", "kind", "about", "element", "expected", *_NUMBERS, "verdict", "certainty", "n_consortia"]
        return pd.DataFrame(rows, columns=columns)

    def glance(self) -> pd.DataFrame:
        """One row: cards that were made, by kind, and those that were not."""
        row = {"id": self.id, "n_cards": len(self.cards)}
        row |= {f"n_{name}": sum(one.kind == kind for one in self.cards)
                for name, kind in (("elements", "element"), ("communities", "community"))}  # fmt: skip
        not_made = {str(problem.values["card"]) for problem in self.problems}
        return pd.DataFrame([row | {"n_not_made": len(not_made), "confidential": self.confidential}])

    def texts(self, language: str | None = None) -> pd.DataFrame:
        """What stands on the cards in one language: ``card, part, text``."""
        from lcresearch.reporting.card_views import card_view

        rows = []
        for one in self.cards:
            view = card_view(one, Messages(language).language)
            rows += [{"card": one.name, "part": part.head, "text": text} for part in view.parts for text in part.texts]
        return pd.DataFrame(rows, columns=["card", "part", "text"])

    def shown(self) -> pd.DataFrame:
        """Cards with what to expect elsewhere."""
        return self.tidy()[["term", "kind", "element", "expected", "pred_low", "pred_high", "certainty"]]

    def tables(self) -> dict[str, pd.DataFrame]:
        """Also the texts in each language."""
        return super().tables() | {f"texts_{language}": self.texts(language) for language in self.languages}

    def cautions(self) -> list[str]:
        """What is invented, and which cards were not made."""
        found = [Messages()("integration.cards.simulated")] if self.simulated else []
        return [*found, *(problem.message() for problem in self.problems)]

    def write(
        self,
        folder: str | Path,
        languages: Sequence[str] = LANGUAGES,
        *,
        date: datetime.date | None = None,
        force: bool = False,
    ) -> list[Path]:
        """Write each card as a page of one A4 and a Word file in each language, and all of them as XLSX.

        Raises
        ------
        ReportingError
            G002: a file exists; P002: a language without texts. Nothing was written.
        """
        from lcresearch.reporting.card_files import write_cards

        return write_cards(self, folder, languages, date=date, force=force)
