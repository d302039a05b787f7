"""What stands where on the page: the content of a study put into the words, figures and tables of one language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from lcresearch.errors import Problem
from lcresearch.reporting import report_tables
from lcresearch.reporting.canvas import Drawing
from lcresearch.reporting.content import PlanFacts, ReportContent, ScaleContent
from lcresearch.reporting.likert import answers_figure
from lcresearch.reporting.overview_figure import overview_figure, overview_groups
from lcresearch.reporting.plan_words import kind_word
from lcresearch.reporting.scores_figure import MANY_GROUPS, MOST_GROUPS, n_groups, scores_figures
from lcresearch.reporting.summary import last_verdict, opened_only, score_in_words
from lcresearch.reporting.svg import inline_svg
from lcresearch.reporting.tables import Table
from lcresearch.reporting.wording import Wording, clean, records, slug

_NOT_MEANT = "S060"


@dataclass(frozen=True)
class FigureView:
    """Drawings that belong together and the table with their numbers."""

    title: str
    drawings: tuple[Drawing, ...]
    table: Table
    note: str = ""

    @property
    def parts(self) -> list[tuple[Drawing, Markup]]:
        """Each drawing with its SVG."""
        return [(drawing, Markup(inline_svg(drawing))) for drawing in self.drawings]


@dataclass(frozen=True)
class VerdictView:
    """Whether averaging is warranted at one wave, with its reasons."""

    wave: str
    warranted: str
    sentence: str
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class ScaleView:
    """A scale as the company reads it."""

    anchor: str
    title: str
    kind: str
    description: str
    items: tuple[tuple[str, bool], ...]
    scores: tuple[str, ...]
    score_range: str
    ends: tuple[str, ...]
    notes: tuple[str, ...]
    answers: FigureView | None
    groups: tuple[FigureView, ...]
    elsewhere: tuple[str, ...]
    caution: str
    verdict_title: str
    verdict_level: str
    verdicts: tuple[VerdictView, ...]


@dataclass(frozen=True)
class TechnicalScale:
    """A scale as the researcher reads it."""

    anchor: str
    title: str
    instrument: str
    origin: str
    tables: tuple[Table, ...]
    figures: tuple[FigureView, ...]
    notes: tuple[str, ...]


def scale_view(scale: ScaleContent, say: Wording, plan: PlanFacts | None = None) -> ScaleView:
    """Everything about one scale for the main text."""
    levels = _levels(scale, say)
    few = [level for level in levels if n_groups(scale.scores, level) <= MANY_GROUPS]
    many = [level for level in levels if level not in few]
    applicable = any(verdict.warranted != "not_applicable" for verdict in scale.verdicts.values())
    doubtful = last_verdict(scale, say) in ("mixed", "no", "unknown")
    level = say.level(scale.agreement_level) if scale.agreement_level else ""
    return ScaleView(
        anchor=f"scale-{slug(scale.name)}",
        title=say.text(scale.title),
        kind=kind_word(plan, scale.name, say),
        description=say.text(scale.description),
        items=tuple((say.text(item.text), item.reversed) for item in scale.items),
        scores=_score_sentences(scale, say),
        score_range=_score_range(scale, say),
        ends=_ends(scale, say),
        notes=_notes(scale, say),
        answers=_answers(scale, say),
        groups=tuple(view for level_name in few if (view := _groups(scale, level_name, say))),
        elsewhere=tuple(_elsewhere(scale, name, say) for name in many),
        caution=say("scale.caution") if doubtful else "",
        verdict_title=say("scale.may_average"),
        verdict_level=say("scale.may_average_level", level=level) if level and applicable else "",
        verdicts=_verdicts(scale, say),
    )


@dataclass(frozen=True)
class OverviewView:
    """The scales of one instrument side by side."""

    anchor: str
    title: str
    figure: FigureView


def overviews(content: ReportContent, say: Wording) -> tuple[OverviewView, ...]:
    """A figure for each instrument with several scales of the same range."""
    views = []
    for number, scales in enumerate(overview_groups(content.scales), start=1):
        drawing = overview_figure(scales, say)
        if drawing is not None:
            figure = FigureView(drawing.title, (drawing,), report_tables.overview_table(scales, say))
            views.append(OverviewView(f"overview-{number}", drawing.title, figure))
    return tuple(views)


def technical_scale(scale: ScaleContent, say: Wording) -> TechnicalScale:
    """Everything about one scale for the technical part."""
    makers = (
        report_tables.reliability_table,
        report_tables.items_table,
        report_tables.agreement_table,
        report_tables.thresholds_table,
        report_tables.agreement_groups_table,
    )
    tables = tuple(made for make in makers if (made := make(scale, say)))
    many = [level for level in _levels(scale, say) if n_groups(scale.scores, level) > MANY_GROUPS]
    hash_shown = clean(scale.instrument_hash)[:12]
    instrument = say(
        "technical.instrument",
        instrument=say.text(scale.instrument_title),
        id=clean(scale.instrument_id),
        version=clean(scale.instrument_version),
        hash=hash_shown,
    )
    reliable = scale.reliability is not None and len(scale.reliability)
    explained = any(problem.code == _NOT_MEANT for problem in scale.problems)
    notes = [] if reliable or explained else [say("technical.no_reliability")]
    return TechnicalScale(
        anchor=f"technical-{slug(scale.name)}",
        title=say("technical.scale", scale=say.text(scale.title)),
        instrument=instrument,
        origin=_origin(scale, say),
        tables=tables,
        figures=tuple(view for level in many if (view := _groups(scale, level, say))),
        notes=(*notes, *problem_texts(scale.problems, say)),
    )


def _origin(scale: ScaleContent, say: Wording) -> str:
    """Licence of the questions, where they were taken from, and why their words are not shown."""
    origin = scale.origin
    parts = [say("technical.licence", licence=clean(origin.licence))]
    if origin.sources:
        parts.append(say("technical.taken_from", sources=clean("; ".join(origin.sources))))
    if not origin.shareable:
        parts.append(say("scale.not_shared"))
    return " ".join(parts)


def problem_texts(problems: Sequence[Problem], say: Wording) -> tuple[str, ...]:
    """Each problem in words with its place; the same words once."""
    texts = []
    for problem in problems:
        place = problem.where.text(say.language)
        message = problem.message(say.language)
        texts.append(clean(f"{place}: {message}" if place else message[:1].upper() + message[1:]))
    return tuple(dict.fromkeys(texts))


def method_texts(content: ReportContent, say: Wording) -> tuple[str, ...]:
    """How the numbers of this report were computed, with sources; only what is in it."""
    names = ["means"]
    if len(content.response.by_wave) > 1:
        names.append("difference")
    if any(scale.reliability is not None for scale in content.scales):
        names.append("reliability")
    if any(scale.agreement is not None for scale in content.scales):
        names.append("agreement")
    names.append("disclosure")
    return tuple(say(f"method.{name}", minimum_cell=content.head.minimum_cell) for name in names)


def licence_text(content: ReportContent, say: Wording) -> str:
    """Under which licence the texts may be used, and whose are not ours."""
    others = dict.fromkeys(say.text(scale.instrument_title) for scale in content.scales if not scale.origin.shareable)
    text = say("footer.licence")
    return f"{text} {say('footer.not_ours', instruments=', '.join(others))}" if others else text


def _levels(scale: ScaleContent, say: Wording) -> list[str]:
    found = [str(level) for level in scale.scores["level"].unique()]
    return [level for level in say.head.levels if level in found] + [x for x in found if x not in say.head.levels]


def _score_sentences(scale: ScaleContent, say: Wording) -> tuple[str, ...]:
    shown = scale.overall[scale.overall["mean"].notna()]
    key = "scale.score_wave" if len(say.head.waves) > 1 else "scale.score_once"
    return tuple(
        say(key, wave=say.wave(str(row.wave)), mean=say.number(row.mean), certainty=_certainty(row, scale, say))
        for row in records(shown)
    )


def _certainty(row: Any, scale: ScaleContent, say: Wording) -> str:
    """The interval of a mean in words; that there is none to speak of when it is wider than the scale itself."""
    if scale.bounded and row.conf_low < scale.minimum and row.conf_high > scale.maximum:
        return say("scale.no_interval", n=say.count(row.n))
    return say("scale.interval", low=say.number(row.conf_low), high=say.number(row.conf_high), n=say.count(row.n))


def _ends(scale: ScaleContent, say: Wording) -> tuple[str, ...]:
    """What a low and a high score mean."""
    ends = {"low": scale.low, "high": scale.high}
    return tuple(say(f"scale_ends.{end}", text=say.text(text)) for end, text in ends.items() if text)


def _score_range(scale: ScaleContent, say: Wording) -> str:
    """What the numbers mean: the range, and between which answers the last mean lies."""
    if not scale.bounded:
        return say("scale_ends.open")
    text = say("scale.range", low=say.shortest(scale.minimum), high=say.shortest(scale.maximum))
    shown = scale.overall[scale.overall["mean"].notna()]
    if shown.empty:
        return text
    last = say.waves_of(shown)[-1]
    mean = float(shown.loc[shown["wave"].astype(str) == last, "mean"].iloc[0])
    words = score_in_words(mean, scale, say)
    key = "scale.in_words" if len(shown) > 1 else "scale.in_words_once"
    return f"{text} {say(key, words=words)}" if words else text


def _notes(scale: ScaleContent, say: Wording) -> tuple[str, ...]:
    notes = list(problem_texts([problem for problem in scale.problems if problem.level != "note"], say))
    if scale.provisional:
        instrument = say.text(scale.instrument_title)
        notes.insert(0, say("scale.provisional", instrument=instrument, version=clean(scale.instrument_version)))
    return (*notes, *([] if scale.origin.shareable else [say("scale.not_shared")]))


def _answers(scale: ScaleContent, say: Wording) -> FigureView | None:
    drawing = answers_figure(scale, say)
    if drawing is None:
        return None
    merged = scale.distribution[scale.distribution["low"] != scale.distribution["high"]]
    note = ""
    if len(merged):
        example = f"{int(merged['low'].iloc[0])}–{int(merged['high'].iloc[0])}"
        note = say("figure.merged", example=example)
    return FigureView(drawing.title, (drawing,), report_tables.answers_table(scale, say), note)


def _groups(scale: ScaleContent, level: str, say: Wording) -> FigureView | None:
    drawings = scores_figures(scale, level, say)
    if not drawings:
        return None
    title = say("scale.level_title", level=say.level(level))
    return FigureView(title, tuple(drawings), report_tables.scores_table(scale, level, say))


def _elsewhere(scale: ScaleContent, level: str, say: Wording) -> str:
    n = n_groups(scale.scores, level)
    if n <= MOST_GROUPS:
        return say("scale.many_groups", groups=say.groups(level, n))
    rows = scale.scores[scale.scores["level"] == level]
    shown = len(
        rows.loc[rows["mean"].notna(), ["parent", "group"] if "parent" in rows else ["group"]].drop_duplicates()
    )
    return say("scale.most_groups", groups=say.groups(level, n), shown=shown)


def _verdicts(scale: ScaleContent, say: Wording) -> tuple[VerdictView, ...]:
    waves = [wave for wave in say.head.waves if wave in scale.verdicts]
    waves += [wave for wave in scale.verdicts if wave not in waves]
    views = []
    for wave in waves:
        verdict = scale.verdicts[wave]
        label = say.wave(wave) if len(waves) > 1 and verdict.warranted != "not_applicable" else ""
        sentence = say.messages(verdict.code)
        views.append(VerdictView(label, verdict.warranted, sentence, problem_texts(verdict.reasons, say)))
    return tuple(dict.fromkeys(views))


def persons_answered(content: ReportContent, say: Wording) -> str:
    """How many answered, and how many opened the form only."""
    response = content.response
    if response.n_answered is None:
        return say("response.took_part", n=response.n_persons)
    return f"{say('response.persons', n=response.n_answered)} {opened_only(content, say)}".strip()


def groups_answered(content: ReportContent, say: Wording) -> str:
    """``2 sectoren, 3 consortia en 12 learning communities``; empty without levels."""
    frame = content.response.by_group
    parts = []
    for level in say.head.levels:
        n = n_groups(frame, level)
        if n:
            parts.append(say.groups(level, n))
    return say("response.groups", groups=say.enumeration(parts)) if parts else ""
