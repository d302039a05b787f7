"""A whole instrument as a page for a terminal: all that a respondent reads, and what a user must know of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from lcresearch.instruments.model import Block
from lcresearch.instruments.parts import text_in
from lcresearch.instruments.readability import MAX_WORDS, MIN_FLESCH_DOUMA, dutch_questions, figures
from lcresearch.instruments.render import how_scored, level_in_words, wrapped
from lcresearch.instruments.word_frequency import MIN_ZIPF
from lcresearch.messages import Messages

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lcresearch.instruments.evidence import Bridge, ScaleEvidence
    from lcresearch.instruments.model import Instrument, Item, PlannedMissing
    from lcresearch.instruments.parts import Texts


_FIGURES = (
    "alpha", "omega", "n_factors", "cfi", "rmsea", "srmr", "groups", "icc_1", "icc_2", "group_alpha", "r_wg"
)  # fmt: skip


def text_page(instrument: Instrument, language: str | None = None) -> str:
    """The whole instrument as plain text: what it measures, the form as a respondent sees it, scoring, origin."""
    say = Messages(language)
    lines = [f"{text_in(instrument.title, say.language)} ({instrument.id} {instrument.version})"]
    lines += ["=" * len(lines[0]), ""]
    lines += [*wrapped(text_in(instrument.text, say.language), 0, hanging=0), ""]
    facts = {
        "construct": text_in(instrument.construct, say.language),
        "level": level_in_words(instrument.level, instrument.composition, say),
        "status": say("instrument.status." + instrument.status),
        "licence": instrument.licence,
        "languages": ", ".join(instrument.languages),
        "hash": instrument.hash[:12],
    }
    for key, value in facts.items():
        lines += wrapped(f"{say('instrument.page.' + key)}: {value}", 0)
    parts = {
        "items": _form(instrument, say),
        "planned_missing": _planned_missing(instrument.form.planned_missing, say),
        "answers": _answers(instrument, say),
        "scales": _scoring(instrument, say),
        "reading": _reading(instrument, say),
        "evidence": _evidence(instrument, say),
        "bridges": (line for bridge in instrument.bridges for line in _bridge(bridge, say)),
        "source": _source(instrument, say),
    }
    for name, found in parts.items():
        part = list(found)
        lines += ["", say("instrument.page." + name), "", *part] if part else []
    return "\n".join(lines) + "\n"


def _form(instrument: Instrument, say: Messages) -> Iterator[str]:
    """Instructions, and the blocks with their questions, in the order of the form."""
    form = instrument.form
    if form.instructions:
        yield from [*wrapped(text_in(form.instructions, say.language), hanging=0), ""]
    if form.randomise_blocks:
        yield from [*wrapped(say("instrument.page.random_blocks")), ""]
    width = max(len(item.id) for item in instrument.items)
    blocks = form.blocks or (Block(items=tuple(item.id for item in instrument.items)),)
    for n, block in enumerate(blocks):
        heading = _heading(block, n + 1 if len(blocks) > 1 else None, say)
        yield from [*([""] if n else []), *heading, *([""] if heading else [])]
        for name in block.items:
            yield from _question(instrument.item(name), width, say)


def _heading(block: Block, number: int | None, say: Messages) -> list[str]:
    """Number and title of a block, how its questions are ordered, and its text."""
    title = text_in(block.title, say.language) if block.title else ""
    order = f"({say('instrument.page.random_items')})" if block.randomise else ""
    name = say("instrument.page.block", number=number) if number else ""
    line = " ".join(part for part in (f"{name}: {title}" if name and title else name or title, order) if part)
    text = text_in(block.text, say.language) if block.text else ""
    return [*(wrapped(line) if line else []), *(wrapped(text, hanging=0) if text else [])]


def _question(item: Item, width: int, say: Messages) -> Iterator[str]:
    """A question with how it is answered, and under it what else a respondent reads."""
    marks = [_kind(item, say), *(say("instrument.page." + key) for key in _marks(item))]
    text = f"{text_in(item.text, say.language)}  [{'; '.join(marks)}]"
    yield from wrapped(f"{item.id:<{width}}  {text}", hanging=width + 2)
    under = [text_in(item.help, say.language)] if item.help else []
    under += [_labels(item.missing, say.language)] if item.missing else []
    under += [f"{say('instrument.page.taken_from')}: {item.source}"] if item.source else []
    for line in under:
        yield from wrapped(line, width + 4)


def _marks(item: Item) -> list[str]:
    marks = [key for key in ("reversed", "short_form", "required") if getattr(item, key)]
    return marks + ([f"function.{item.function}"] if item.function else [])


def _kind(item: Item, say: Messages) -> str:
    """How a question is answered: the name of its response scale, a number with its limits, or words."""
    if item.type == "number":
        limits = (item.minimum, item.maximum)
        low, high = ("–" if limit is None else f"{limit:g}" for limit in limits)
        shown = "" if limits == (None, None) else say("instrument.page.between", low=low, high=high)
        decimals = say("instrument.page.decimals", n=item.decimals) if item.decimals else ""
        unit = text_in(item.unit, say.language) if item.unit else ""
        return " ".join(part for part in (say("instrument.page.number"), shown, unit, decimals) if part)
    if item.type == "text":
        return say("instrument.page.text")
    several = say("instrument.page.multiple") if item.type == "multiple" else ""
    return f"{item.response_scale}{several and ', '}{several}"


def _planned_missing(design: PlannedMissing | None, say: Messages) -> Iterator[str]:
    """Which respondents get which questions, when a study does not ask everybody everything."""
    if design is None:
        return
    yield from [*wrapped(say("instrument.page.planned_choice"), hanging=0), ""]
    for name, members in design.sets.items():
        yield from wrapped(f"{name}: {', '.join(members)}")
    for n, form in enumerate(design.forms):
        asked = len({item for name in form for item in design.sets[name]})
        yield from wrapped(say("instrument.page.planned_form", number=n + 1, sets=form, n=asked))


def _answers(instrument: Instrument, say: Messages) -> Iterator[str]:
    for name, scale in instrument.response_scales.items():
        labels = _labels({**scale.labels, **scale.missing}, say.language)
        whole = say("instrument.page.from_to", low=scale.minimum, high=scale.maximum) if scale.range else ""
        yield from wrapped(f"{name}: {whole}{labels}")


def _labels(labels: Mapping[int, Texts], language: str) -> str:
    return "; ".join(f"{code} = {text_in(texts, language)}" for code, texts in labels.items())


def _scoring(instrument: Instrument, say: Messages) -> Iterator[str]:
    for name, scale in instrument.scales.items():
        yield from wrapped(f"{name} ({text_in(scale.title, say.language)}): {how_scored(scale, say)}")
        yield from wrapped(", ".join(scale.items), 4)
        if scale.level or scale.composition:
            at = level_in_words(instrument.level_of(name), instrument.composition_of(name), say)
            yield from wrapped(f"{say('instrument.page.level')}: {at}", 4)
        for end in ("low", "high"):
            meaning = getattr(scale, end)
            if meaning:
                yield from wrapped(f"{say('instrument.page.' + end)}: {text_in(meaning, say.language)}", 4)


def _reading(instrument: Instrument, say: Messages) -> Iterable[str]:
    """How hard the Dutch questions are to read, as a whole and the hardest of them."""
    questions = dutch_questions(instrument)
    each = {item: figures([text]) for item, text in questions.items()}
    asked = {item: found for item, found in each.items() if found.words}
    if not asked:
        return []
    whole = figures(questions.values())
    hardest = min(asked, key=lambda item: asked[item].flesch_douma)
    longest = max(asked, key=lambda item: asked[item].words)
    lines = [
        say("instrument.reading.whole", score=say.number(whole.flesch_douma, digits=0), limit=int(MIN_FLESCH_DOUMA)),
        say("instrument.reading.hardest", item=hardest, score=say.number(asked[hardest].flesch_douma, digits=0)),
        say("instrument.reading.longest", item=longest, n=asked[longest].words, limit=MAX_WORDS),
        say(
            "instrument.reading.rarest",
            word=whole.rarest_word.lower(),
            zipf=say.number(whole.rarest_zipf, digits=1),
            limit=say.number(MIN_ZIPF, digits=0),
        ),
    ]
    return [line for text in lines for line in wrapped(text)]


def _evidence(instrument: Instrument, say: Messages) -> Iterator[str]:
    for study in instrument.evidence:
        groups = "" if study.groups is None else say("instrument.page.groups", n=study.groups)
        yield from wrapped(f"- {study.reference} (n = {say.number(study.n, digits=0)}{groups})")
        yield from wrapped(text_in(study.finding, say.language), 4, hanging=0)
        if study.hash is not None and study.hash != instrument.hash:
            yield from wrapped(say("instrument.evidence.other", version=study.version or "–"), 4, hanging=0)
        for name, found in study.scales.items():
            yield from wrapped(f"{name}: {'; '.join(_figures(found, say))}", 4)


def _figures(found: ScaleEvidence, say: Messages) -> Iterator[str]:
    """What a study found for one scale, a few words a figure."""
    yield say("instrument.evidence.n", n=found.n)
    for name in _FIGURES:
        value = getattr(found, name)
        if isinstance(value, int):
            yield say(f"instrument.evidence.{name}", n=value)
        elif value is not None:
            yield say(f"instrument.evidence.{name}", value=say.number(value))
    if found.averaging is not None:
        yield say(f"instrument.evidence.averaging.{found.averaging}")
    for what, allowed in found.comparable.items():
        yield say(f"instrument.evidence.comparable.{allowed}", what=what)


def _bridge(bridge: Bridge, say: Messages) -> Iterator[str]:
    """An older version, whether scores can be compared with it, and what became of its items."""
    known = f" ({bridge.hash[:12]})" if bridge.hash else ""
    yield from wrapped(f"{bridge.version}{known}: {say('instrument.page.comparable.' + bridge.comparable)}")
    yield from wrapped(text_in(bridge.note, say.language), 4, hanging=0)
    for new, old in bridge.items.items():
        key = "new_item" if old is None else "renamed_item"
        yield from wrapped(say("instrument.page." + key, item=new, old=old or ""), 4)


def _source(instrument: Instrument, say: Messages) -> Iterator[str]:
    yield from wrapped(text_in(instrument.source.relation, say.language), hanging=0)
    for citation in instrument.source.literature:
        yield from wrapped(f"- {citation}")
