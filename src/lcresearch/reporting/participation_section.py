"""What the page says of who took part and how the answers came in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from lcresearch.reporting import participation_tables as tables
from lcresearch.reporting.content import ContextContent, Participation, Quality, ResponseByContent
from lcresearch.reporting.tables import Table
from lcresearch.reporting.wording import Wording, is_missing, records

_EVERYBODY = "all"
_FEW = 3
_MOST_RULES = 3


@dataclass(frozen=True)
class ContextView:
    """A table of a question on context with what to know about it."""

    table: Table | None
    notes: tuple[str, ...]


@dataclass(frozen=True)
class ParticipationView:
    """Who took part, for the main text; ``invited`` and ``response_by`` stand in the technical part."""

    sentences: tuple[str, ...]
    turnover: Table | None
    n_questions: int
    intro: str
    context: tuple[ContextView, ...]
    notes: tuple[str, ...]
    invited: tuple[Table, ...]
    response_by: tuple[ContextView, ...]


@dataclass(frozen=True)
class QualityView:
    """A sentence for the main text, and the technical part."""

    sentence: str
    rows: Table
    unfinished: str
    intro: str
    rules: Table | None
    linking: Table | None
    ambiguous: str


def participation_view(participation: Participation, say: Wording) -> ParticipationView:
    """Who took part, in words and tables."""
    context = participation.context
    views = tuple(view for item in context.items if (view := _context_view(context, item.id, say)))
    numbers = tables.numbers_table(context, say)
    views += (ContextView(numbers, ()),) if numbers else ()
    shown = {*context.counts["item"], *context.numbers["item"]}
    hidden = [say.text(item.text) for item in context.items if item.id not in shown]
    levels = [level for level in say.head.levels if level in set(participation.invited["level"])]
    notes = (say("context.hidden", questions="; ".join(hidden)),) if hidden and views else ()
    return ParticipationView(
        sentences=(*_invited(participation, say), *_turnover(participation, say), *_moves(participation, say)),
        turnover=tables.turnover_table(participation, say),
        n_questions=len(shown),
        intro=say("context.intro" if views else "context.nothing") if context.items else "",
        context=views,
        notes=notes,
        invited=tuple(made for level in levels if (made := tables.invited_table(participation, level, say))),
        response_by=tuple(_response_by(participation.response_by, say)),
    )


def _once(say: Wording) -> str:
    """End of the key of a text that names no wave, for studies with one."""
    return "" if len(say.head.waves) > 1 else "_once"


def _response_by(content: ResponseByContent | None, say: Wording) -> Iterable[ContextView]:
    """A table a characteristic, with how many of its values are not shown."""
    for one in content.characteristics if content is not None else ():
        assert content is not None
        hidden = content.withheld[content.withheld["characteristic"] == one.name]
        made = tables.response_by_table(content, one, say)
        notes = [
            say(
                f"participation.by_hidden{_once(say)}",
                n=int(row.n_values),
                wave=say.wave(row.wave),
                title=say.text(one.title),
            )
            for row in records(hidden)
        ]
        yield ContextView(made, tuple(notes))


def _context_view(content: ContextContent, item_id: str, say: Wording) -> ContextView | None:
    item = next(one for one in content.items if one.id == item_id)
    made = tables.context_table(content, item, say)
    if made is None:
        return None
    frame = content.counts[content.counts["item"] == item_id]
    notes = [say("context.several")] if item.kind == "multiple" else []
    notes += [say("context.nobody_chose")] if (frame.groupby("codes")["n"].sum() == 0).any() else []
    hidden = content.withheld[(content.withheld["item"] == item_id) & (content.withheld["reason"] == "similar")]
    notes += [say(f"context.similar{_once(say)}", wave=say.wave(wave)) for wave in say.waves_of(hidden)]
    return ContextView(made, tuple(notes))


def _invited(participation: Participation, say: Wording) -> Iterable[str]:
    frame = participation.invited[participation.invited["level"] == _EVERYBODY]
    key = "participation.invited_wave" if len(say.head.waves) > 1 else "participation.invited"
    for row in records(frame):
        if not is_missing(row.share):
            share = say.messages.percent(float(row.share))
            values = {"invited": say.count(row.n_invited), "n": say.count(row.n_persons), "share": share}
            yield say(key, wave=say.wave(row.wave), **values)


def _turnover(participation: Participation, say: Wording) -> Iterable[str]:
    """One sentence for two waves; more waves have a table."""
    if len(participation.turnover) == 1:
        row = next(records(participation.turnover))
        parts = [say("participation.both", n=int(row.n_stayed))]
        parts.append(say("participation.first_only", n=int(row.n_left)))
        parts.append(say("participation.second_only", n=int(row.n_joined)))
        yield f"{say.enumeration(parts)}."


def _moves(participation: Participation, say: Wording) -> Iterable[str]:
    between = "" if len(say.head.waves) == 2 else "_between"
    for row in records(participation.moves):
        values = {"level": say.level(row.level), "first": say.wave(row.wave_1), "last": say.wave(row.wave_2)}
        if row.n_changed == 0:
            yield say(f"participation.nobody_moved{between}", **values)
        else:
            changed = say("participation.few") if is_missing(row.n_changed) else say.count(row.n_changed)
            yield say(f"participation.moved{between}", changed=changed, known=say.count(row.n_known), **values)


def quality_view(quality: Quality, say: Wording) -> QualityView:
    """How the answers came in, in words and tables."""
    rules = tables.rules_table(quality, say)
    n = quality.n_unfinished
    unfinished = say("quality.unfinished", n=n) if n >= _FEW else say("quality.unfinished_few") if n else ""
    return QualityView(
        sentence=_standing_out(quality, say),
        rows=tables.rows_table(quality, say),
        unfinished=unfinished,
        intro=say("quality.intro" if rules else "quality.not_shown"),
        rules=rules,
        linking=tables.linking_table(quality, say),
        ambiguous=say("quality.ambiguous", n=quality.n_ambiguous) if quality.n_ambiguous else "",
    )


def _standing_out(quality: Quality, say: Wording) -> str:
    """Only when three or more forms stand out."""
    if not quality.n_flagged:
        return ""
    share = say.messages.percent(quality.n_flagged / quality.n_screened)
    hit = quality.rules[quality.rules["n_flagged"].fillna(0) > 0].sort_values(
        "n_flagged", ascending=False, kind="stable"
    )
    rules = [f"{say.messages(f'screening.rule.{row.rule}')} ({say.count(row.n_flagged)})" for row in records(hit)]
    all_named = len(rules) <= _MOST_RULES and not quality.rules["reason"].notna().any()
    key = "flagged_by" if all_named else "flagged_mostly"
    values = {"n": quality.n_flagged, "total": quality.n_screened, "share": share}
    sentence = say(f"quality.{key if rules else 'flagged'}", rules="; ".join(rules[:_MOST_RULES]), **values)
    return " ".join([sentence, say("quality.left_out" if quality.excluded else "quality.kept"), say("quality.see")])
