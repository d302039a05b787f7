"""What the rules of screening look at: questions in the order of the form, batteries and their scales."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lcresearch.instruments import Instrument

MAXIMUM_SCALES = 31


@dataclass(frozen=True)
class Question:
    """One question that was read.

    Attributes
    ----------
    id : str
        The item.
    columns : tuple of str
        Its columns in the frame: one, or one an option.
    block : str
        The block of the form that it stands in; without blocks the instrument.
    instrument : str
        Id of the instrument.
    """

    id: str
    columns: tuple[str, ...]
    block: str
    instrument: str


@dataclass(frozen=True)
class Battery:
    """Items of one instrument on one ordered response scale, in the order of the form.

    Attributes
    ----------
    items : tuple of str
        Their columns.
    codes : tuple of float
        The answers to choose from, lowest first.
    key : str
        The same for batteries with the same answers: they look alike to a respondent.
    scales : tuple of tuple of (int, bool)
        For each scale of which the items should go together: place in ``items``, and whether the item is reversed.
    """

    items: tuple[str, ...]
    codes: tuple[float, ...]
    key: str
    scales: tuple[tuple[tuple[int, bool], ...], ...] = ()

    @property
    def middle(self) -> float:
        """The answer that is neither high nor low."""
        return (self.codes[0] + self.codes[-1]) / 2

    @property
    def half_range(self) -> float:
        """From the middle to the highest answer."""
        return (self.codes[-1] - self.codes[0]) / 2


def questions(instruments: Iterable[Instrument], columns: Collection[str]) -> list[Question]:
    """The questions of which the frame has a column, in the order of the forms."""
    found: dict[str, Question] = {}
    for instrument in instruments:
        for block, items in _blocks(instrument):
            for item in items:
                present = tuple(name for name in instrument.columns_of(item) if name in columns)
                if present:
                    found.setdefault(item, Question(item, present, block, instrument.id))
    return list(found.values())


def batteries(instruments: Iterable[Instrument], columns: Collection[str]) -> list[Battery]:
    """The batteries of three answers or more to choose from; an item that two instruments share counts once."""
    made: list[Battery] = []
    taken: set[str] = set()
    for instrument in instruments:
        order = [item for _, items in _blocks(instrument) for item in items if item in columns and item not in taken]
        taken.update(order)
        for name, scale in instrument.response_scales.items():
            items = [
                i for i in order if instrument.item(i).type == "choice" and instrument.item(i).response_scale == name
            ]
            if scale.ordered and len(scale.codes) > 2 and len(items) > 1:
                key = repr((scale.codes, sorted(scale.labels.items())))
                codes = tuple(map(float, scale.codes))
                made.append(Battery(tuple(items), codes, key, _scales(instrument, items)))
    return made


def stretches(made: Iterable[Battery]) -> list[tuple[str, ...]]:
    """Items of all batteries with the same answers, one after the other: a run can go on into the next instrument."""
    joined: dict[str, list[str]] = {}
    for battery in made:
        joined.setdefault(battery.key, []).extend(battery.items)
    return [tuple(items) for items in joined.values()]


def _blocks(instrument: Instrument) -> list[tuple[str, tuple[str, ...]]]:
    if not instrument.form.blocks:
        return [(instrument.id, tuple(item.id for item in instrument.items))]
    return [(f"{instrument.id}/{n}", block.items) for n, block in enumerate(instrument.form.blocks)]


def _scales(instrument: Instrument, items: list[str]) -> tuple[tuple[tuple[int, bool], ...], ...]:
    """Scales of which the items should go together; a total scale gives way to the scales that it is made of."""
    members = {
        name: [item for item in scale.items if item in items]
        for name, scale in instrument.scales.items()
        if scale.method != "index" and instrument.composition_of(name) != "formative_index"
    }
    whole = {a for a, wide in members.items() for b, part in members.items() if a != b and set(part) < set(wide)}
    parts = [found for name, found in members.items() if name not in whole and len(found) > 1]
    place = {item: n for n, item in enumerate(items)}
    return tuple(tuple((place[i], instrument.item(i).reversed) for i in part) for part in parts[:MAXIMUM_SCALES])
