"""How effects are shown: as they are, or back on the scale that readers know."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.ticker import MaxNLocator

from lcresearch.errors import ReportingError
from lcresearch.messages import Messages
from lcresearch.reporting.text_metrics import text_width

Array = npt.NDArray[np.float64]

_MOST = 15.0
_WIDE = 20.0
_HUGE = 1e6
_RATIOS = tuple(float(f"{step}e{power}") for power in range(-6, 7) for step in (1, 2, 5))
_CORRELATIONS = (-0.99, -0.95, -0.9, -0.8, -0.6, -0.4, -0.2, 0.0, 0.2, 0.4, 0.6, 0.8, 0.9, 0.95, 0.99)
_SHARES = (0.001, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.999)


@dataclass(frozen=True)
class EffectScale:
    """A scale of effects.

    Attributes
    ----------
    name : str
        ``effect`` (as they are), ``ratio``, ``correlation`` or ``share``.
    shown, kept : callable
        From the scale of the analysis to the one that is shown, and back.
    null : float, optional
        No effect, on the scale of the analysis; None where no value means that.
    """

    name: str
    shown: Callable[[Array], Array]
    kept: Callable[[Array], Array]
    null: float | None = 0.0

    def ticks(self, low: float, high: float, most: int = 7) -> Array:
        """Round numbers as shown, at their places on the scale of the analysis; none crowd together."""
        if self.name == "effect":
            found = np.asarray(MaxNLocator(most, steps=[1, 2, 2.5, 5, 10]).tick_values(low, high), dtype=np.float64)
            return found[(found >= low) & (found <= high)]
        ends = self.shown(np.array([low, high]))
        round_ones = {"ratio": _RATIOS, "correlation": _CORRELATIONS, "share": _SHARES}.get(self.name, ())
        places = self._within(np.array(round_ones), low, high)
        if len(places) < 4:
            ticks = np.asarray(MaxNLocator(most, steps=[1, 2, 5, 10]).tick_values(*ends), dtype=np.float64)
            places = self._within(ticks, low, high)
        return _apart(places, (high - low) / (most + 2), self.null)

    def labelled_ticks(
        self, span: tuple[float, float], length: float, size: float, say: Messages
    ) -> tuple[list[float], list[str]]:
        """As many ticks as have room beside each other on a horizontal axis of ``length`` typographic points.

        Numbers on a scale that is not even have the decimals that each needs, others all the same.
        """
        ticks, labels = [0.0], [""]
        for most in (8, 7, 5, 4, 3, 2):
            ticks = self.ticks(*span, most).tolist()
            labels = self.labels(ticks, say)
            room = [text_width(label, size) for label in labels]
            apart = (length * np.diff(ticks) / (span[1] - span[0])).tolist()
            if all(a > (left + right) / 2 + 5 for a, left, right in zip(apart, room[:-1], room[1:], strict=True)):
                break
        return ticks, labels

    def labels(self, ticks: Sequence[float], say: Messages) -> list[str]:
        """Ticks in words, as shown."""
        shown = np.round(self.shown(np.asarray(ticks, dtype=np.float64)), 12).tolist()
        alike = digits_of(shown, most=8)
        digits = [digits_of([value], most=8) if self.name != "effect" else alike for value in shown]
        return [say.number(value, digits=d) for value, d in zip(shown, digits, strict=True)]

    def _within(self, shown: Array, low: float, high: float) -> Array:
        with np.errstate(all="ignore"):
            places = np.round(self.kept(np.asarray(shown, dtype=np.float64)), 12)
        return places[np.isfinite(places) & (places >= low) & (places <= high)]

    def check(self, effects: pd.DataFrame) -> None:
        """Refuse effects that cannot be on this scale.

        Raises
        ------
        ReportingError
            Y083: an effect is out of range.
        """
        values = effects.to_numpy(dtype=np.float64)
        values = values[np.isfinite(values)]
        if self.name != "effect" and len(values) and np.abs(values).max() > _MOST:
            raise ReportingError("Y083", low=float(values.min()), high=float(values.max()), shown_as=self.name)


def _as_it_is(x: Array) -> Array:
    return x


def _exp(x: Array) -> Array:
    return np.asarray(np.exp(x))


def _log(x: Array) -> Array:
    return np.asarray(np.log(x))


def _tanh(x: Array) -> Array:
    return np.asarray(np.tanh(x))


def _arctanh(x: Array) -> Array:
    return np.asarray(np.arctanh(x))


def _logistic(x: Array) -> Array:
    return np.asarray(1 / (1 + np.exp(-x)))


def _logit(p: Array) -> Array:
    return np.asarray(np.log(p / (1 - p)))


SCALES = {
    "effect": EffectScale("effect", _as_it_is, _as_it_is),
    "ratio": EffectScale("ratio", _exp, _log),
    "correlation": EffectScale("correlation", _tanh, _arctanh),
    "share": EffectScale("share", _logistic, _logit, null=None),
}


def effect_scale(shown_as: str | None) -> EffectScale:
    """The scale by its name; None: effects as they are.

    Raises
    ------
    ReportingError
        L092: no such scale.
    """
    if (shown_as or "effect") not in SCALES:
        raise ReportingError("L092", what="shown_as", found=str(shown_as), known=list(SCALES))
    return SCALES[shown_as or "effect"]


def digits_of(values: Sequence[float] | Array, *, least: int = 0, most: int = 4) -> int:
    """As many decimals as tell the values apart."""
    numbers = np.asarray(values, dtype=np.float64)
    return next((d for d in range(least, most) if np.allclose(numbers, np.round(numbers, d), rtol=0, atol=1e-11)), most)


def digits_for(widths: Array) -> int:
    """Decimals for estimates whose intervals are this wide: two, more for narrow ones, fewer for wide ones."""
    widths = widths[np.isfinite(widths) & (widths > 0)]
    if not len(widths):
        return 2
    width = float(np.median(widths))
    return int(np.clip(np.ceil(0.7 - np.log10(width)), 2 if width <= _WIDE else 0, 5))


def written(say: Messages, value: float, digits: int) -> str:
    """A number, or a dash where it is missing; of a huge one, as an interval of two studies may have, that it is."""
    if np.isfinite(value) and abs(value) >= _HUGE:
        return f"{'>' if value > 0 else '<-'}{say.number(_HUGE, digits=0)}"
    return say.number(value if np.isfinite(value) else None, digits=digits)


def _apart(places: Array, least: float, keep: float | None) -> Array:
    """Leave out places that stand too close to one that was kept; ``keep`` stays."""
    kept: list[float] = [float(p) for p in places if keep is not None and abs(p - keep) < 1e-12]
    for place in sorted((float(p) for p in places), key=lambda p: abs(p - (keep or 0.0))):
        if all(abs(place - other) >= least for other in kept):
            kept.append(place)
    return np.sort(np.array(kept, dtype=np.float64))
