"""Questions as a report shows them, and whose words they are."""

from __future__ import annotations

from lcresearch.instruments import Instrument
from lcresearch.reporting.content import ItemContent, Origin
from lcresearch.studies.analysis import ScaleUse


def origin_of(instrument: Instrument) -> Origin:
    """Whose words the questions are."""
    reused = instrument.source.items != "new"
    sources = tuple(instrument.source.literature) if reused else ()
    return Origin(instrument.licence, sources, shareable=instrument.shareable)


def items_of(use: ScaleUse) -> tuple[ItemContent, ...]:
    """The items of a scale as a report shows them."""
    instrument: Instrument = use.instrument
    made = []
    for item in instrument.items_of(use.name, short_form=use.short_form):
        scale = instrument.response_scale_of(item.id)
        options = {code: scale.labels.get(code, {}) for code in scale.codes} if scale else {}
        made.append(ItemContent(item.id, instrument.shareable_text(item.id), item.reversed, options, item.type))
    return tuple(made)
