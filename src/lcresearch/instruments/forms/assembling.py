"""From instruments and settings to one form."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from lcresearch.instruments.forms.model import Answer, Page, Question, Questionnaire, ScoredScale, Versions

if TYPE_CHECKING:
    from lcresearch.instruments.model import Instrument, Item


def questionnaire(
    instruments: Sequence[Instrument],
    *,
    id: str | None = None,
    title: Mapping[str, str] | None = None,
    languages: Sequence[str] | None = None,
    short_form: Sequence[str] = (),
    items: Mapping[str, Sequence[str]] | None = None,
    before: Sequence[Page] = (),
    after: Sequence[Page] = (),
    introduction: Mapping[str, str] | None = None,
    closing: Mapping[str, str] | None = None,
    randomise: bool = True,
    planned_missing: Sequence[str] = (),
) -> Questionnaire:
    """Put instruments together into one form.

    Parameters
    ----------
    instruments : sequence of Instrument
        In the order in which they are asked.
    id, title : str, mapping of str to str
        Of the form; those of the first instrument by default.
    languages : sequence of str
        Those that all instruments have, by default.
    short_form : sequence of str
        Ids of instruments of which only the short form is asked.
    items : mapping of str to sequence of str
        Instrument -> the items that are asked of it; all when it is not named.
    before, after : sequence of Page
        Pages of the study itself: consent, the firm, a code.
    introduction, closing : mapping of str to str
    randomise : bool
        False leaves all questions in the order of the file.
    planned_missing : sequence of str
        Ids of instruments of which each respondent gets one version of ``form.planned_missing``.

    Examples
    --------
    >>> from lcresearch import instruments
    >>> form = questionnaire([instruments.load("learning-identity"), instruments.load("psychological-safety")])
    >>> form.languages, len(form.questions), form.questions[0].name
    (('nl', 'en'), 18, 'li01')
    """
    chosen = tuple(languages or _languages(instruments))
    wanted = {one.id: set((items or {}).get(one.id, [item.id for item in one.items])) for one in instruments}
    for one in instruments:
        if one.id in short_form:
            wanted[one.id] &= {item.id for item in one.items if item.short_form}
    mixed = [one.id for one in instruments if randomise and one.form.randomise_blocks]
    versions = tuple(_versions(one, wanted[one.id]) for one in instruments if one.id in planned_missing)
    pages = [
        page
        for one in instruments
        for page in _pages(one, wanted[one.id], randomise=randomise, always=one.id in mixed or _may_skip(one, versions))
    ]
    return Questionnaire(
        id=id or instruments[0].id,
        title=dict(title or instruments[0].title),
        languages=chosen,
        pages=(*before, *pages, *after),
        introduction=dict(introduction or {}),
        closing=dict(closing or {}),
        randomised_instruments=tuple(mixed),
        versions=versions,
        instruments=tuple((one.id, one.version, one.hash) for one in instruments),
        scales=tuple(scale for one in instruments for scale in _scales(one, wanted[one.id], one.id in short_form)),
    )


def _scales(instrument: Instrument, wanted: set[str], short_form: bool) -> Iterator[ScoredScale]:
    """Scales of which at least one question is asked."""
    for name, scale in instrument.scales.items():
        members = [item for item in instrument.items_of(name, short_form=short_form) if item.id in wanted]
        if members:
            partly_summed = scale.method == "sum" and len(members) < len(scale.items)
            lowest, highest = (-math.inf, math.inf) if partly_summed else instrument.range_of(name)
            least = scale.minimum_answered or len(scale.items)
            yield ScoredScale(
                name=name,
                instrument=instrument.id,
                title=dict(scale.title),
                items=tuple(item.id for item in members),
                reversed_items=tuple(item.id for item in members if item.reversed),
                method=scale.method,
                weights=dict(scale.weights or {}),
                minimum_answered=math.ceil(least * len(members) / len(scale.items)),
                minimum=lowest,
                maximum=highest,
            )


def _languages(instruments: Sequence[Instrument]) -> list[str]:
    return [language for language in instruments[0].languages if all(language in one.languages for one in instruments)]


def _may_skip(instrument: Instrument, versions: Sequence[Versions]) -> bool:
    """Whether somebody may not see the first page of an instrument, since a version has no question of it."""
    first = set(instrument.form.blocks[0].items) if instrument.form.blocks else set()
    dealt = {design.instrument: design.versions for design in versions}.get(instrument.id, ())
    return bool(first) and first <= set[str]().union(*dealt) and not all(first & set(version) for version in dealt)


def _pages(instrument: Instrument, wanted: set[str], *, randomise: bool, always: bool) -> Iterator[Page]:
    """The pages; instructions stand above the first, or above each when nobody knows which comes first."""
    name, form = instrument.id.replace("-", "_"), instrument.form
    instructions = dict(form.instructions or {})
    if not form.blocks:
        questions = tuple(question_of(instrument, item) for item in instrument.items if item.id in wanted)
        yield Page(name, questions, dict(instrument.title), instructions, instrument=instrument.id)
        return
    for n, block in enumerate(form.blocks, start=1):
        asked = tuple(question_of(instrument, instrument.item(each)) for each in block.items if each in wanted)
        if asked:
            text = _joined(instructions, dict(block.text or {}))
            title = dict(block.title or instrument.title)
            yield Page(f"{name}_{n}", asked, title, text, block.randomise and randomise, instrument.id)
            instructions = instructions if always else {}


def _joined(first: Mapping[str, str], second: Mapping[str, str]) -> dict[str, str]:
    """Two texts by language, one after the other."""
    both = dict.fromkeys([*first, *second])
    return {language: " ".join(filter(None, (first.get(language), second.get(language)))) for language in both}


def question_of(instrument: Instrument, item: Item) -> Question:
    """An item as a question of a form."""
    scale = instrument.response_scale_of(item.id)
    answers: list[Answer] = []
    if scale is not None:
        answers = [Answer(code, dict(scale.labels.get(code, {}))) for code in scale.codes]
        answers += [Answer(code, dict(label), missing=True) for code, label in scale.missing.items()]
    else:
        answers = [Answer(code, dict(label), missing=True) for code, label in item.missing.items()]
    return Question(
        name=item.id,
        kind=item.type,
        text=dict(item.text),
        help=dict(item.help or {}),
        answers=tuple(answers),
        response_scale=None
        if item.response_scale is None
        else f"{instrument.id}_{item.response_scale}".replace("-", "_"),
        other=None if scale is None else scale.other,
        required=item.required,
        minimum=item.minimum,
        maximum=item.maximum,
        decimals=item.decimals,
        unit=dict(item.unit or {}),
        instrument=instrument.id,
    )


def _versions(instrument: Instrument, wanted: set[str]) -> Versions:
    design = instrument.form.planned_missing
    if design is None:
        return Versions(instrument.id, ())
    versions = [tuple(item for name in form for item in design.sets[name] if item in wanted) for form in design.forms]
    return Versions(instrument.id, tuple(versions))
