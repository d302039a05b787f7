"""The scales of one instrument side by side: a dot with its interval for each, in the order of the instrument."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import pandas as pd

from lcresearch.reporting.canvas import Drawing
from lcresearch.reporting.content import ScaleContent
from lcresearch.reporting.scores_figure import Panels, Row
from lcresearch.reporting.wording import Wording, is_missing, records, slug

FEWEST = 3
"""Scales of one range that make a figure worth its room."""


def overview_groups(scales: Sequence[ScaleContent]) -> list[tuple[ScaleContent, ...]]:
    """Scales of one instrument with one range of scores, together, in the order of the study."""
    found: dict[tuple[str, float, float], list[ScaleContent]] = {}
    for scale in scales:
        if scale.bounded and scale.overall["mean"].notna().any():
            found.setdefault((scale.instrument_id, scale.minimum, scale.maximum), []).append(scale)
    return [tuple(group) for group in found.values() if len(group) >= FEWEST]


def overview_frame(scales: Sequence[ScaleContent], say: Wording) -> pd.DataFrame:
    """``group`` (title of the scale), ``wave, n, mean, conf_low, conf_high``."""
    parts = [scale.overall.assign(group=say.text(scale.title), parent=scale.name) for scale in scales]
    return pd.concat(parts, ignore_index=True)


def overview_figure(scales: Sequence[ScaleContent], say: Wording, *, titled: bool = False) -> Drawing | None:
    """Draw the mean of everybody on each scale; None when nothing is shown."""
    frame = overview_frame(scales, say)
    waves = say.waves_of(frame[frame["mean"].notna()])
    if not waves:
        return None
    rows = [Row(say.text(scale.title), (scale.name, say.text(scale.title))) for scale in scales]
    title = say("overview.title", instrument=say.text(scales[0].instrument_title))
    nobody = scales[0].overall.iloc[:0]
    axis = dataclasses.replace(scales[0], overall=nobody, items=scales[0].items if _same_options(scales) else ())
    panels = Panels(axis, frame, say, waves, rows, title if titled else None, dots="overview.mean")
    ends = "-".join(str(round(end)) for end in (scales[0].minimum, scales[0].maximum))
    name = f"{slug(scales[0].instrument_id)}-scales-{ends}"
    return Drawing(name, panels.draw(), title, _description(frame, len(scales), say, waves))


def _same_options(scales: Sequence[ScaleContent]) -> bool:
    """Whether the words of the lowest and highest answer hold for all these scales."""
    options = [item.options for scale in scales for item in scale.items]
    return all(one == options[0] for one in options)


def _description(frame: pd.DataFrame, n: int, say: Wording, waves: Sequence[str]) -> str:
    sentences = [say("overview.description", n=n)]
    for wave in waves:
        shown = frame[(frame["wave"].astype(str) == wave) & frame["mean"].notna()].sort_values("mean")
        low, *_, high = [*records(shown), next(records(shown.tail(1)))]
        if not is_missing(low.mean):
            ends = {"low": say.number(low.mean), "lowest": low.group, "high": say.number(high.mean)}
            sentences.append(say("overview.ends", wave=say.wave(wave), highest=high.group, **ends))
    return " ".join(sentences)
