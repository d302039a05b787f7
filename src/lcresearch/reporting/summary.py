"""The main points of a report in plain words, made from its numbers.

Certainty is said on the scale of :mod:`lcresearch.change.sureness`: a *clear* difference, *probably* a difference, or
that we cannot tell. Groups are never ranked, and nothing is said about causes.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

import pandas as pd

from lcresearch.change.sureness import sureness
from lcresearch.reporting.change_wording import change_point
from lcresearch.reporting.content import ReportContent, ScaleContent, Text
from lcresearch.reporting.interview_wording import interview_point
from lcresearch.reporting.overview_figure import overview_groups
from lcresearch.reporting.wording import Wording, is_missing, lowered

Difference = Literal["clear_up", "clear_down", "likely_up", "likely_down", "none"]
_DIFFERENCES: dict[str, Difference] = {
    "clear_gain": "clear_up", "clear_loss": "clear_down", "likely_gain": "likely_up", "likely_loss": "likely_down",
    "cannot_tell": "none",
}  # fmt: skip
RELIABLE_ENOUGH = 0.70
"""Reliability below which a main point warns (exploratory research: Nunnally, via Lance, Butts & Michels 2006)."""

_WORDS_FOR = 3
_MOST_NAMED = 6


def main_points(content: ReportContent, say: Wording, *, plain: bool = False) -> list[str]:
    """Three to seven sentences: who answered, scores, differences, averaging, uncertainty, what was withheld.

    Without scales there is only to say who answered. ``plain`` is for a page that has the scores as a list of their own
    (:func:`mean_scores`) and readers who take no averages themselves.
    """
    if not content.scales:
        return [_respondents(content, say)]
    changes = _changes(content.scales, say) if content.change is None else [change_point(content.change, say)]
    points = [_respondents(content, say), "" if plain else _scores(content, say), *changes]
    points += [*([] if plain else _averaging(content.scales, say)), *_uncertain(content, say)]
    points += [interview_point(content.interviews, say)] if content.interviews is not None else []
    points += [_withheld(content, say)]
    return [point for point in points if point]


def mean_scores(content: ReportContent, say: Wording) -> tuple[str, str, list[tuple[str, str, str]]]:
    """The last wave (empty when there is one), the range that scales share, and of each its title, mean, and place.

    Of a few scales the words of the answers say where a mean lies; the range stands beside it where it is not shared.
    """
    waves, rows = _all_waves(content.scales, say), []
    for scale in content.scales:
        row = _wave(scale, waves[-1]) if waves else None
        if row is not None and not is_missing(row["mean"]):
            rows.append((scale, float(row["mean"])))
    ranges = {_on_scale(scale, say) for scale, _ in rows}
    found = []
    for scale, mean in rows:
        words = score_in_words(mean, scale, say) if len(rows) <= _WORDS_FOR else ""
        where = [part for part in (_on_scale(scale, say) if len(ranges) > 1 else "", words) if part]
        found.append((say.text(scale.title), say.number(mean, 1), ", ".join(where)))
    return (say.wave(waves[-1]) if len(waves) > 1 else ""), (ranges.pop() if len(ranges) == 1 else ""), found


def _on_scale(scale: ScaleContent, say: Wording) -> str:
    ends = {"low": say.shortest(scale.minimum), "high": say.shortest(scale.maximum)}
    return say("points.on_scale", **ends).removeprefix(", ") if scale.bounded else ""


def difference(first: Mapping[str, Any], last: Mapping[str, Any]) -> Difference | None:
    """How sure two means differ, on the scale of :mod:`lcresearch.change.sureness`; None when a number is missing.

    The interval of the difference is that of means of different people. Where many people answered twice it is too
    wide, so that the words are said too seldom rather than too often.

    Examples
    --------
    >>> before = {"mean": 3.1, "conf_low": 2.9, "conf_high": 3.3}
    >>> difference(before, {"mean": 3.6, "conf_low": 3.4, "conf_high": 3.8})
    'clear_up'
    >>> difference(before, {"mean": 3.3, "conf_low": 3.1, "conf_high": 3.5})
    'likely_up'
    >>> difference(before, before)
    'none'
    """
    names = ("mean", "conf_low", "conf_high")
    if any(is_missing(wave[name]) for wave in (first, last) for name in names):
        return None
    half = math.hypot(*((float(wave["conf_high"]) - float(wave["conf_low"])) / 2 for wave in (first, last)))
    moved = float(last["mean"]) - float(first["mean"])
    return _DIFFERENCES[sureness(moved - half, moved + half)]


def score_in_words(mean: float, scale: ScaleContent, say: Wording) -> str:
    """Where a mean lies between the answers: close to one, or between two; empty without words for them."""
    options = _common_options(scale)
    if options is None:
        return ""
    codes = sorted(options)
    nearest = min(codes, key=lambda code: abs(code - mean))
    if abs(nearest - mean) <= 0.25:
        label = say.text(options[nearest])
        return say("points.near", label=label) if label else ""
    lower = max((code for code in codes if code <= mean), default=codes[0])
    upper = min((code for code in codes if code >= mean), default=codes[-1])
    ends = {"lower": say.text(options[lower]), "upper": say.text(options[upper])}
    return say("points.between", **ends) if all(ends.values()) else ""


def _common_options(scale: ScaleContent) -> Mapping[int, Text] | None:
    options = scale.items[0].options if scale.items else {}
    if not options or any(item.options != options for item in scale.items):
        return None
    on_codes = (float(min(options)), float(max(options))) == (float(scale.minimum), float(scale.maximum))
    return options if on_codes else None


def name_of(scale: ScaleContent, say: Wording) -> str:
    """Title of a scale inside a sentence."""
    return lowered(say.text(scale.title))


def _names(scales: Iterable[ScaleContent], say: Wording) -> str:
    """The scales by name, or how many there are when a sentence cannot hold them all."""
    names = [name_of(scale, say) for scale in scales]
    return say.enumeration(names) if len(names) <= _MOST_NAMED else say("points.n_scales", n=len(names))


def _respondents(content: ReportContent, say: Wording) -> str:
    response, waves = content.response, len(content.response.by_wave)
    over = "_waves" if waves > 1 else ""
    if response.n_answered is None:
        return say(f"points.took_part{over}", n=response.n_persons, waves=waves)
    answered = say(f"points.respondents{over}", n=response.n_answered, waves=waves)
    return f"{answered} {opened_only(content, say)}".strip()


def opened_only(content: ReportContent, say: Wording) -> str:
    """How many opened the form without answering a question; empty when nobody did, or where that is not shown."""
    response = content.response
    n = 0 if response.n_answered is None else response.n_persons - response.n_answered
    return say(f"points.opened_only{'_scored' if content.scales else ''}", n=n) if n else ""


def _wave(scale: ScaleContent, wave: str) -> dict[str, Any] | None:
    rows = scale.overall[scale.overall["wave"].astype(str) == wave]
    return None if rows.empty else {str(name): value for name, value in rows.iloc[0].items()}


def _scores(content: ReportContent, say: Wording) -> str:
    waves = _all_waves(content.scales, say)
    rows = [(scale, row) for scale in content.scales if waves and (row := _wave(scale, waves[-1]))]
    shown = [(scale, float(row["mean"])) for scale, row in rows if not is_missing(row["mean"])]
    if not shown:
        return say("points.no_scores")
    in_words = len(shown) <= _WORDS_FOR
    if len(shown) > _MOST_NAMED:
        return _many_scores(shown, waves, say)
    ranges = {(scale.minimum, scale.maximum) for scale, _ in shown}
    shared = ranges.pop() if len(ranges) == 1 and not in_words else None
    scores = "; ".join(_score(scale, mean, in_words, say, alone=shared is not None) for scale, mean in shown)
    on = say("points.on_scale", low=say.shortest(shared[0]), high=say.shortest(shared[1])) if shared else ""
    if len(waves) > 1:
        return say("points.scores_wave", wave=say.wave(waves[-1]), scores=scores, on=on)
    return say("points.scores", scores=scores, on=on)


def _many_scores(shown: list[tuple[ScaleContent, float]], waves: list[str], say: Wording) -> str:
    """Scales that stand side by side in a figure by their lowest and highest mean, the others one by one."""
    means = {scale.name: mean for scale, mean in shown}
    groups = overview_groups([scale for scale, _ in shown])
    parts = [_from_to(group, means, say) for group in groups]
    grouped = {scale.name for group in groups for scale in group}
    parts += [_score(scale, mean, False, say, alone=False) for scale, mean in shown if scale.name not in grouped]
    wave = {"wave": say.wave(waves[-1])} if len(waves) > 1 else {}
    return say("points.scores_wave" if wave else "points.scores", scores="; ".join(parts), on="", **wave)


def _from_to(scales: Sequence[ScaleContent], means: Mapping[str, float], say: Wording) -> str:
    low, *_, high = sorted(scales, key=lambda scale: means[scale.name])
    ends = {"low": say.number(means[low.name], 1), "high": say.number(means[high.name], 1)}
    return say(
        "points.from_to",
        n=len(scales),
        instrument=say.text(scales[0].instrument_title),
        lowest=name_of(low, say),
        highest=name_of(high, say),
        minimum=say.shortest(low.minimum),
        maximum=say.shortest(low.maximum),
        **ends,
    )


def _score(scale: ScaleContent, mean: float, in_words: bool, say: Wording, *, alone: bool) -> str:
    """A scale and its mean; with the range of the scale behind it, unless the number is to stand alone."""
    values = {"scale": name_of(scale, say), "mean": say.number(mean, 1)}
    if alone:
        return f"{values['scale']} {values['mean']}"
    if not scale.bounded:
        return f"{values['scale']} {values['mean']}"
    words = score_in_words(mean, scale, say) if in_words else ""
    if words:
        return say("points.score_words", words=words, **values)
    return say("points.score", low=say.shortest(scale.minimum), high=say.shortest(scale.maximum), **values)


def _all_waves(scales: Iterable[ScaleContent], say: Wording) -> list[str]:
    frames = [scale.overall[scale.overall["mean"].notna()] for scale in scales]
    return say.waves_of(pd.concat(frames)) if frames else []


def _changes(scales: tuple[ScaleContent, ...], say: Wording) -> list[str]:
    waves = _all_waves(scales, say)
    if len(waves) < 2:
        return []
    found: dict[Difference, list[ScaleContent]] = {}
    for scale in scales:
        first, last = _wave(scale, waves[0]), _wave(scale, waves[-1])
        kind = difference(first, last) if first and last else None
        if kind:
            found.setdefault(kind, []).append(scale)
    order: tuple[Difference, ...] = ("clear_up", "clear_down", "likely_up", "likely_down", "none")
    parts = [say(f"points.change.{kind}", scales=_names(found[kind], say)) for kind in order if kind in found]
    if not parts:
        return []
    ends = {"first": say.wave(waves[0]), "last": say.wave(waves[-1])}
    sentence = say("points.change.between", differences=say.enumeration(parts), **ends)
    return [f"{sentence} {say('points.change.cause')}" if set(found) - {"none"} else sentence]


def _averaging(scales: tuple[ScaleContent, ...], say: Wording) -> list[str]:
    """One sentence a verdict, of the last wave that has one."""
    sentences = []
    for warranted in ("yes", "mixed", "no", "unknown"):
        of_this = [scale for scale in scales if last_verdict(scale, say) == warranted]
        if of_this:
            sentences.append(say(f"points.averaging.{warranted}", scales=_names(of_this, say)))
    return [" ".join(sentences)] if sentences else []


def last_verdict(scale: ScaleContent, say: Wording) -> str:
    """``yes``, ``mixed``... at the last wave that has a verdict."""
    waves = [wave for wave in [*say.head.waves, *scale.verdicts] if wave in scale.verdicts]
    order = [wave for wave in say.head.waves if wave in scale.verdicts] or waves
    return scale.verdicts[order[-1]].warranted if order else "not_applicable"


def reliability_of(scale: ScaleContent, say: Wording) -> float | None:
    """Alpha of persons at the last wave that has it."""
    frame = scale.reliability
    if frame is None:
        return None
    rows = frame[(frame["level"] == "individual") & (frame["term"] == "cronbach_alpha") & frame["estimate"].notna()]
    waves = say.waves_of(rows)
    if not waves:
        return None
    return float(rows.loc[rows["wave"].astype(str) == waves[-1], "estimate"].iloc[0])


def _uncertain(content: ReportContent, say: Wording) -> list[str]:
    scales = content.scales
    alphas = {scale.name: reliability_of(scale, say) for scale in scales}
    weak = [scale for scale in scales if (alpha := alphas[scale.name]) is not None and alpha < RELIABLE_ENOUGH]
    provisional = [scale for scale in scales if scale.provisional]
    points = [say("points.uncertain_reliability", scales=_names(weak, say))] if weak else []
    if provisional and len(provisional) == len(scales):
        points.append(say("points.provisional"))
    elif provisional:
        points.append(say("points.provisional_some", scales=_names(provisional, say)))
    return [" ".join(points)] if points else []


def _withheld(content: ReportContent, say: Wording) -> str:
    n = int(content.withheld["n_groups"].sum()) if len(content.withheld) else 0
    return say("points.withheld", n=n) if n else say("points.nothing_withheld")
