"""How people answered: a stacked bar an item and wave, with the share of each answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.colors import LinearSegmentedColormap, to_hex

from lcresearch.reporting.canvas import INK, MARGIN, MUTED, SIMULATED, Canvas, Drawing, readable_on
from lcresearch.reporting.content import ItemContent, ScaleContent, Text
from lcresearch.reporting.text_metrics import shortened, text_width, wrapped
from lcresearch.reporting.wording import Wording, codes_label, records, slug

WIDTH = 712.0
_BAR, _BAR_GAP, _ITEM_GAP, _LINE = 25.0, 4.0, 18.0, 18.0
_SMALL, _TEXT = 12.0, 13.5
# Brown to teal, told apart by readers with any of the common colour deficiencies (after Brewer's BrBG)
_DIVERGING = LinearSegmentedColormap.from_list("lcresearch", ["#a3601b", "#dcb877", "#ecebe6", "#80c4b9", "#0b6e66"])


def answer_colours(codes: list[int]) -> dict[int, str]:
    """A colour for each answer code, from one end of the scale to the other."""
    places = np.linspace(0, 1, len(codes)) if len(codes) > 1 else [0.5]
    return {code: to_hex(_DIVERGING(place)) for code, place in zip(codes, places, strict=True)}


@dataclass(frozen=True)
class _Segment:
    low: int
    high: int
    share: float
    colour: str

    @property
    def merged(self) -> bool:
        return self.low != self.high


def _segments(rows: pd.DataFrame, codes: list[int]) -> list[_Segment]:
    def colour(low: int, high: int) -> str:
        places = [codes.index(code) for code in codes if low <= code <= high] or [0]
        return to_hex(_DIVERGING(float(np.mean(places)) / max(len(codes) - 1, 1)))

    rows = rows.sort_values("low")
    triples = zip(rows["low"].astype(int), rows["high"].astype(int), rows["share"].astype(float), strict=True)
    return [_Segment(low, high, share, colour(low, high)) for low, high, share in triples]


def answers_figure(scale: ScaleContent, say: Wording, *, titled: bool = False) -> Drawing | None:
    """Draw the distribution of the answers to each item of a scale.

    The bars run from 0 to 100%; answers that were merged to protect respondents carry their codes. Returns None when
    nothing was released.
    """
    if scale.distribution.empty:
        return None
    waves = say.waves_of(scale.distribution)
    gutter = max(text_width(say.wave(wave), _SMALL) for wave in waves) + 12 if len(waves) > 1 else 0.0
    gutter = min(gutter, 150.0)
    title = say("figure.likert_title", scale=say.text(scale.title))
    layout = _Layout(scale, say, waves, gutter, title if titled else None)
    canvas = Canvas(WIDTH, layout.draw(None), margin=MARGIN if titled else 0)
    layout.draw(canvas)
    return Drawing(f"{slug(scale.name)}-answers", canvas, title, _description(scale, say, waves))


@dataclass(frozen=True)
class _Layout:
    """Where everything goes. Drawn twice: once without a canvas, to know the height."""

    scale: ScaleContent
    say: Wording
    waves: list[str]
    gutter: float
    title: str | None

    def draw(self, canvas: Canvas | None) -> float:
        """Draw from top to bottom and return the height used."""
        y = 4.0
        if self.title:
            y = _lines(canvas, [shortened(self.title, WIDTH, 15)], y + 2, size=15, bold=True) + 8
        legend: Mapping[int, Text] = {}
        for item in (item for item in self.scale.items if item.kind == "choice"):
            if item.options != legend:
                legend = item.options
                y = self._legend(canvas, legend, y)
            y = self._item(canvas, item, y) + _ITEM_GAP
        if self.say.head.simulated:
            if canvas:
                text = self.say("simulated.short").upper()
                canvas.text(0, y + 2, text, size=11, colour=SIMULATED, bold=True)
            y += 12
        return y

    def _legend(self, canvas: Canvas | None, options: Mapping[int, Text], y: float) -> float:
        colours = answer_colours(sorted(options))
        x = 0.0
        for code in sorted(options):
            label = shortened(f"{code}  {self.say.text(options[code])}", WIDTH - 20, _SMALL)
            width = 20 + text_width(label, _SMALL)
            if x and x + width > WIDTH:
                x, y = 0.0, y + 21
            if canvas:
                canvas.rectangle(x, y, 14, 14, colours[code])
                canvas.text(x + 20, y + 7, label, size=_SMALL, colour=INK)
            x += width + 16
        return y + 21 + 13

    def _item(self, canvas: Canvas | None, item: ItemContent, y: float) -> float:
        text = self.say.text(item.text)
        if item.reversed:
            text += f" ({self.say('scale.reversed')})"
        y = _lines(canvas, wrapped(text, WIDTH, _TEXT), y, size=_TEXT) + 3
        frame = self.scale.distribution
        for wave in self.waves:
            if canvas:
                if self.gutter:
                    label = shortened(self.say.wave(wave), self.gutter - 8, _SMALL)
                    canvas.text(0, y + _BAR / 2, label, size=_SMALL, colour=MUTED)
                rows = frame[(frame["item"] == item.id) & (frame["wave"].astype(str) == wave)]
                self._bar(canvas, _segments(rows, sorted(item.options)), y)
            y += _BAR + _BAR_GAP
        return y

    def _bar(self, canvas: Canvas, segments: list[_Segment], y: float) -> None:
        if not segments:
            text = self.say("figure.not_shown")
            canvas.text(self.gutter, y + _BAR / 2, text, size=_SMALL, colour=MUTED, italic=True)
        x = self.gutter
        for segment in segments:
            width = segment.share * (WIDTH - self.gutter)
            canvas.rectangle(x, y, width, _BAR, segment.colour)
            label = self._label(segment, width - 3)
            if label:
                colour = readable_on(segment.colour)
                canvas.text(x + width / 2, y + _BAR / 2, label, size=_SMALL, colour=colour, anchor="center")
            x += width

    def _label(self, segment: _Segment, room: float) -> str:
        share = self.say.messages.percent(segment.share)
        codes = codes_label(segment.low, segment.high)
        wishes = [f"{codes}: {share}", codes] if segment.merged else [share]
        return next((wish for wish in wishes if text_width(wish, _SMALL) <= room), "")


def _lines(canvas: Canvas | None, lines: list[str], y: float, **style: object) -> float:
    for line in lines:
        if canvas:
            canvas.text(0, y + _LINE / 2, line, **style)  # type: ignore[arg-type]
        y += _LINE
    return y


def _description(scale: ScaleContent, say: Wording, waves: list[str]) -> str:
    """In words: what is drawn, and for each item the answer chosen most at the last wave."""
    last = scale.distribution[scale.distribution["wave"].astype(str) == waves[-1]]
    sentences = [say("figure.likert_desc", n=sum(item.kind == "choice" for item in scale.items))]
    if len(waves) > 1:
        sentences.append(say("figure.likert_wave", wave=say.wave(waves[-1])))
    for item in scale.items:
        rows = last[last["item"] == item.id]
        if rows.empty:
            continue
        share_of = rows["share"].to_numpy(dtype=np.float64, na_value=np.nan)
        most = 0 if np.isnan(share_of).all() else int(np.nanargmax(share_of))
        top = next(records(rows.iloc[[most]]))
        answer = say.options(item.options, int(top.low), int(top.high))
        share = say.messages.percent(float(top.share))
        sentences.append(say("figure.likert_most", item=say.text(item.text), answer=answer, share=share))
    return " ".join(sentences)
