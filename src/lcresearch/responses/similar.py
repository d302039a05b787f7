"""Where an item that was not found may be after all: a column with nearly its text or id, or another sheet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from rapidfuzz import fuzz, process

from lcresearch.messages import LANGUAGES, Messages
from lcresearch.responses.asked import Asked
from lcresearch.responses.tables import Column, shown
from lcresearch.responses.wording import name_key, plain, same_question

_ALIKE_TEXTS, _ALIKE_NAMES = 75, 85
_SHORTEST_NAME = 4
_MAYBE_TEXT, _MAYBE_NAME, _SHORTEST_GUESS = 55, 65, 3


class Leftovers:
    """The columns that no item, level or role took, and the sheets that were not read.

    Parameters
    ----------
    columns : sequence of Column
    sheets : mapping of str to sequence of str
        Sheet -> its header.
    """

    def __init__(self, columns: Sequence[Column], sheets: Mapping[str, Sequence[str]]) -> None:
        self.sheets = sheets
        self.named = {_bare(name): column for column in columns for name in (column.header, *column.names)}
        texts = ((text, column) for column in columns for text in (column.header, column.question, *column.questions))
        self.asking = {plain(text): column for text, column in texts if text}

    def hint(self, item: Asked) -> dict[str, str]:
        """Where the item may be, in a sentence by language; empty when nothing comes near."""
        sheet = next((name for name, headers in self.sheets.items() if _stands_in(item, headers)), None)
        column = None if sheet is not None else self.nearest(item)
        key, name = ("sheet", sheet) if sheet is not None else ("column", column.name) if column else ("none", "")
        return {language: Messages(language)(f"responses.similar.{key}", name=shown(name)) for language in LANGUAGES}

    def nearest(self, item: Asked) -> Column | None:
        """The column whose text, or else whose name, is most like that of the item; None when none is like it.

        Examples
        --------
        >>> left = Leftovers([Column(1, "Ik zeg altijd wat ik denk")], {})
        >>> left.nearest(Asked("tv_01", "choice", frozenset({"ik zeg wat ik denk"}))).number
        1
        """
        found = [_most_like(text, self.asking, _ALIKE_TEXTS) for text in sorted(item.texts)]
        best = max((one for one in found if one is not None), key=lambda one: one[1], default=None)
        if best is None and len(item.id) >= _SHORTEST_NAME:
            best = _most_like(_bare(item.id), self.named, _ALIKE_NAMES)
        return best[0] if best is not None else None


def _bare(name: str) -> str:
    """A name without the signs that programs put in or leave out."""
    return "".join(filter(str.isalnum, name_key(name)))


def _most_like(text: str, among: Mapping[str, Column], cutoff: float) -> tuple[Column, float] | None:
    found = process.extractOne(text, among.keys(), scorer=fuzz.ratio, score_cutoff=cutoff)
    return (among[found[0]], found[1]) if found is not None else None


def _stands_in(item: Asked, headers: Sequence[str]) -> bool:
    texts = {text: frozenset({item.id}) for text in item.texts}
    return any(name_key(header) == name_key(item.id) or same_question(header, texts) for header in headers)


def nearest_items(column: Column, items: Iterable[Asked], most: int = 3) -> list[str]:
    """Items whose question or id is most like what stands above a column, the most likely first: only to be offered.

    Examples
    --------
    >>> asked = [Asked("tv_01", "choice", frozenset({"ik zeg wat ik denk"}))]
    >>> asked += [Asked("tv_02", "choice", frozenset({"wij leren"}))]
    >>> nearest_items(Column(1, "Ik zeg meestal wat ik denk"), asked), nearest_items(Column(2, "TV-2"), asked)
    (['tv_01'], ['tv_02'])
    """
    texts = [plain(text) for text in (column.header, column.question, *column.questions) if text]
    names = [_bare(name) for name in (column.header, *column.names)]
    scored = []
    for item in items:
        by_text = [fuzz.ratio(text, own) for text in texts for own in item.texts]
        by_name = [fuzz.ratio(name, _bare(item.id)) for name in names if len(name) >= _SHORTEST_GUESS]
        best = max(
            [score for score in by_text if score >= _MAYBE_TEXT] + [0.9 * s for s in by_name if s >= _MAYBE_NAME],
            default=0,
        )
        if best:
            scored.append((-best, item.id))
    return [name for _, name in sorted(scored)[:most]]
