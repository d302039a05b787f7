"""Find a part of an instrument by name, or say which names there are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lcresearch.errors import InstrumentError, Place
from lcresearch.validation import did_you_mean

if TYPE_CHECKING:
    from lcresearch.instruments.model import Instrument, Item, Scale


def find_item(instrument: Instrument, item_id: str) -> Item:
    """The item with this id."""
    for item in instrument.items:
        if item.id == item_id:
            return item
    raise _unknown(instrument, item_id, [item.id for item in instrument.items])


def find_scale(instrument: Instrument, name: str) -> Scale:
    """The scale with this name."""
    if name not in instrument.scales:
        raise _unknown(instrument, name, list(instrument.scales))
    return instrument.scales[name]


def _unknown(instrument: Instrument, name: str, names: list[str]) -> InstrumentError:
    values = {"name": name, "instrument": instrument.id, "known": names, "did_you_mean": did_you_mean(name, names)}
    return InstrumentError("I054", where=Place(file=instrument.path.name if instrument.path else None), **values)
