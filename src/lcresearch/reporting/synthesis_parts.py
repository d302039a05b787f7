"""Parts of the technical appendix of a report on a programme, and what all of them are written with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lcresearch.reporting.synthesis_content import SynthesisContent
from lcresearch.reporting.synthesis_forest import Forest
from lcresearch.reporting.tables import Table, table
from lcresearch.reporting.wording import Wording


@dataclass(frozen=True)
class Part:
    """A part of the appendix that opens on demand."""

    anchor: str
    title: str
    texts: tuple[str, ...] = ()
    formulas: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()
    forests: tuple[Forest, ...] = ()
    notes: tuple[str, ...] = ()


class PartsWriter:
    """Writes parts in one language.

    Parameters
    ----------
    content : SynthesisContent
    titles : mapping of str to str
        Title of each row of the table of elements.
    forests : mapping of str to Forest
        Figures by consortium that the main part does not have.
    say : Wording
    """

    def __init__(
        self, content: SynthesisContent, titles: Mapping[str, str], forests: Mapping[str, Forest], say: Wording
    ) -> None:
        self.content, self.titles, self.forests, self.say = content, titles, forests, say

    def _part(self, name: str, **parts: tuple[object, ...]) -> Part:
        return Part(f"technical-{name}", self.say(f"synthesis.technical.{name}"), **parts)  # type: ignore[arg-type]

    def _table(self, name: str, rows: list[list[str]], heads: dict[str, str], *texts: str) -> Table:
        """A table of numbers, but for its first column and ``texts``."""
        numeric = [column for column in list(heads)[1:] if column not in texts]
        return table(self.say(f"synthesis.technical.{name}"), rows, heads, numeric=numeric)

    def _planned(self, planned: object) -> str:
        return self.say(f"synthesis.column.{'yes' if bool(planned) else 'no'}")

    def _names(self, names: object) -> str:
        """Titles of what was adjusted for."""
        found = names if isinstance(names, tuple | list) else str(names).split(", ")
        return ", ".join(self.say.text(self.content.name(name)) for name in found) or self.say.number(None)
