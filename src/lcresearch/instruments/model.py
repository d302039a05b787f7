"""What an instrument is: questions, how they are answered, and how answers become scores.

These classes are the format of the YAML files; ``instruments/schema.json`` is made from them. They hold no more than
one file says. What the parts of a file say about each other is checked in ``consistency.py``.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field, PrivateAttr, Strict

from lcresearch.instruments.evidence import Bridge, Evidence, Source
from lcresearch.instruments.licences import OPEN_LICENCES
from lcresearch.instruments.parts import (
    Composition,
    Identifier,
    Identifiers,
    ItemType,
    Language,
    LearningFunction,
    Level,
    Method,
    Number,
    Part,
    Status,
    Text,
    Texts,
    plain,
    text_in,
)
from lcresearch.validation import FILE_ID, VERSION

if TYPE_CHECKING:
    import pandas as pd

    from lcresearch.instruments.forms import ExportedForm


class ResponseScale(Part):
    """The answers to choose from, each with its code and its label."""

    labels: Annotated[dict[int, Texts], Field(min_length=1)]
    """Code of an answer: its label in each language."""
    missing: dict[int, Texts] = {}
    """Answers that count as no answer, such as 'don't know': code and label."""
    range: Annotated[tuple[int, int], Strict(False)] | None = None
    """Lowest and highest code, when not every code between them has a label: [0, 10]."""
    ordered: bool = True
    """False for a list without order, such as sectors. Only ordered answers can be scored."""
    other: int | None = None
    """The code that goes with a line to fill in: 'other, namely ...'."""

    @property
    def codes(self) -> tuple[int, ...]:
        """All codes that are an answer, lowest first, without the missing codes."""
        if self.range is not None:
            return tuple(range(self.range[0], self.range[1] + 1))
        return tuple(sorted(self.labels))

    @property
    def minimum(self) -> int:
        """The lowest code."""
        return self.range[0] if self.range is not None else min(self.labels)

    @property
    def maximum(self) -> int:
        """The highest code."""
        return self.range[1] if self.range is not None else max(self.labels)

    def labels_in(self, language: str, *, missing: bool = False) -> dict[int, str]:
        """Label by code, in a language; with ``missing`` also those of the missing codes."""
        labelled = self.labels | (self.missing if missing else {})
        return {code: text_in(texts, language) for code, texts in labelled.items()}


class Item(Part):
    """One question or statement. Its id stays with its wording: other words are another item, with an id of its own."""

    id: Identifier
    """Short name: letters, digits and underscores. Also the name of the column in data. Other words get another id."""
    text: Texts
    """The question or statement as the respondent reads it."""
    type: ItemType = "choice"
    """How it is answered: choice (one answer), multiple (several answers), number, or text."""
    response_scale: str | None = None
    """Name of the response scale, for choice and multiple."""
    reversed: bool = False
    """True when agreeing means less of what the scale measures."""
    short_form: bool = False
    """True when the item is part of the short form."""
    help: Texts | None = None
    """A line of help under the question."""
    required: bool = False
    """True when a form should insist on an answer."""
    minimum: Number | None = None
    """Lowest number that can be right (number)."""
    maximum: Number | None = None
    """Highest number that can be right (number)."""
    decimals: Annotated[int, Field(ge=0, le=6)] = 0
    """Digits after the decimal mark (number)."""
    unit: Texts | None = None
    """What the number counts, such as hours a week (number)."""
    missing: dict[int, Texts] = {}
    """Numbers that stand for no answer (number): code and label."""
    function: LearningFunction | None = None
    """Which function of learning it is about: conditional, reactive or proactive."""
    source: str | None = None
    """Where the item comes from, when it is reused: citation and licence."""

    def text_in(self, language: str) -> str:
        """The wording in a language."""
        return text_in(self.text, language)


class Scale(Part):
    """Items that together give one score."""

    title: Texts
    """What a report calls the scale."""
    items: Identifiers
    """Ids of its items."""
    method: Method = "mean"
    """mean, sum, weighted (weighted mean) or index (0 to 100, for indicators that need not go together)."""
    weights: dict[str, Annotated[Number, Field(gt=0)]] | None = None
    """Item: weight, for the method weighted."""
    minimum_answered: Annotated[int, Field(ge=1)] | None = None
    """Fewest answered items that still give a score; all items when left out."""
    level: Level | None = None
    """Level of this scale, when it differs from that of the instrument."""
    composition: Composition | None = None
    """Composition of this scale, when it differs from that of the instrument."""
    low: Texts | None = None
    """What a low score means, for a reader in a company."""
    high: Texts | None = None
    """What a high score means."""


class Example(Part):
    """Answers of one person and the scores that must come out."""

    answers: dict[str, Number | None]
    """Item: code of the answer; null, or left out, when it was not answered."""
    scores: dict[str, Number | None]
    """Scale: score, to two decimals or more; null when too few items were answered."""
    short_form: bool = False
    """True when only the short form was asked."""


class Readability(Part):
    """What the check on plain language must know."""

    known_words: dict[Language, Annotated[tuple[Text, ...], Strict(False)]] = {}
    """Long words, by language, that the readers of this instrument know well."""


class Block(Part):
    """Questions that stand together on a form."""

    items: Identifiers
    """Ids of the questions, in order."""
    title: Texts | None = None
    """Heading above them."""
    text: Texts | None = None
    """Text under the heading."""
    randomise: bool = False
    """True when each respondent gets the questions in another order."""


class PlannedMissing(Part):
    """A design in which each respondent gets some of the items, at random: a choice beside the full form."""

    sets: Annotated[dict[Identifier, Identifiers], Field(min_length=2)]
    """Name of a set: its items."""
    forms: Annotated[tuple[Annotated[tuple[str, ...], Strict(False)], ...], Strict(False), Field(min_length=2)]
    """Each form as the sets it holds; respondents are divided over the forms."""


class Form(Part):
    """How the questions are put to a respondent. Without it: all items, in the order of the file."""

    instructions: Texts | None = None
    """What the respondent reads before the first question."""
    blocks: Annotated[tuple[Block, ...], Strict(False)] = ()
    """The questions in blocks, in order; when given, every item stands in one block."""
    randomise_blocks: bool = False
    """True when each respondent gets the blocks in another order."""
    planned_missing: PlannedMissing | None = None
    """Sets of items, when not everybody gets all of them."""


class Instrument(Part):
    """An instrument: what is asked, at which level it means something, and how answers become scores.

    ``instruments.load`` reads one from the library or from a YAML file. ``print`` shows it.

    Examples
    --------
    >>> from lcresearch import instruments
    >>> voice = instruments.load("psychological-safety")
    >>> voice.level, list(voice.scales)
    ('team', ['psychological_safety'])
    """

    id: Annotated[str, Field(pattern=FILE_ID, max_length=64)]
    """Name of the instrument and of its file: small letters, digits and hyphens."""
    version: Annotated[str, Field(pattern=VERSION)]
    """Three numbers. The first changes when scores cannot be compared any more, the second when wording changes."""
    status: Status = "provisional"
    """provisional until there is evidence that it measures well; then piloted or validated."""
    evidence: Annotated[tuple[Evidence, ...], Strict(False)] = ()
    """The studies behind a status other than provisional."""
    languages: Annotated[tuple[Language, ...], Strict(False), Field(min_length=1)]
    """Languages of all texts, the first being the one it was written in."""
    title: Texts
    """Name, as a report shows it."""
    text: Texts
    """What it asks about and for whom, in a few sentences."""
    definition: Texts = Field(alias="construct")
    """Definition of what it measures."""
    level: Level
    """Whose property it measures: individual, team, organisation or community."""
    composition: Composition
    """How answers of persons add up to that level (Chan, 1998)."""
    source: Source
    """Where it comes from."""
    licence: Text
    """Licence of the wording, as an SPDX name such as CC-BY-4.0, or in words."""
    response_scales: dict[str, ResponseScale] = {}
    """Response scales by name."""
    items: Annotated[tuple[Item, ...], Strict(False), Field(min_length=1)]
    """The questions, in order."""
    scales: dict[Identifier, Scale] = {}
    """Scales by name; the name is that of the column with scores. None for plain questions on context."""
    form: Form = Form()
    """How the questions are put on a form."""
    readability: Readability = Readability()
    """What the check on plain language must know."""
    bridges: Annotated[tuple[Bridge, ...], Strict(False)] = ()
    """Older versions and what became of their items."""
    examples: Annotated[tuple[Example, ...], Strict(False)] = ()
    """Worked examples: the tests run them."""

    _path: Path | None = PrivateAttr(default=None)

    @property
    def construct(self) -> dict[str, str]:  # type: ignore[override]
        """Definition of what it measures, in each language."""
        return self.definition

    @property
    def path(self) -> Path | None:
        """The file it was read from."""
        return self._path

    @property
    def hash(self) -> str:
        """SHA-256 of what is asked and how it is scored, in 64 hexadecimal digits.

        Covered: the languages, the items with their wording, order, help and answers, the form, the response scales
        in use, and of each scale the items, method, weights and minimum. Not covered: comments and layout of the
        file, titles, interpretation, source, licence, status, evidence, examples and the version number.
        """
        content = json.dumps(self._asked_and_scored(), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(content.encode("utf-8")).hexdigest()

    def _asked_and_scored(self) -> dict[str, Any]:
        used = {item.response_scale for item in self.items}
        scored = {"items", "method", "weights", "minimum_answered"}
        return {
            "id": self.id,
            "languages": list(self.languages),
            "items": [plain(item, exclude={"source", "function"}) for item in self.items],
            "form": plain(self.form),
            "response_scales": {name: plain(scale) for name, scale in self.response_scales.items() if name in used},
            "scales": {name: plain(scale, include=scored) for name, scale in self.scales.items()},
        }

    def item(self, item_id: str) -> Item:
        """The item with this id; raises :class:`InstrumentError` when there is none."""
        from lcresearch.instruments.lookup import find_item

        return find_item(self, item_id)

    def items_of(self, scale: str, *, short_form: bool = False) -> list[Item]:
        """The items of a scale in order, or only those of its short form."""
        from lcresearch.instruments.lookup import find_scale

        members = [self.item(name) for name in find_scale(self, scale).items]
        return [item for item in members if item.short_form] if short_form else members

    @property
    def shareable(self) -> bool:
        """Whether the licence lets the wording stand in what goes out, such as a report."""
        return self.licence in OPEN_LICENCES

    def shareable_text(self, item_id: str) -> dict[str, str]:
        """The wording of an item by language; its id where the wording belongs to somebody else."""
        item = self.item(item_id)
        return dict(item.text) if self.shareable else dict.fromkeys(self.languages, item.id)

    def response_scale_of(self, item_id: str) -> ResponseScale | None:
        """The response scale of an item; None for a number or an open text."""
        name = self.item(item_id).response_scale
        return None if name is None else self.response_scales[name]

    def columns_of(self, item_id: str) -> tuple[str, ...]:
        """Columns of an item in data: its id, or ``id_code`` for each answer of a question with several answers."""
        item, answers = self.item(item_id), self.response_scale_of(item_id)
        if item.type != "multiple" or answers is None:
            return (item.id,)
        return tuple(f"{item.id}_{code}" for code in sorted({*answers.codes, *answers.missing}))

    def level_of(self, scale: str) -> Level:
        """Level at which a scale means something."""
        return self.scales[scale].level or self.level

    def composition_of(self, scale: str) -> Composition:
        """How answers to a scale add up to its level."""
        return self.scales[scale].composition or self.composition

    def range_of(self, scale: str) -> tuple[float, float]:
        """Lowest and highest score that a scale can have; infinite where a number has no limit."""
        from lcresearch.instruments.scoring import score_range

        return score_range(self, scale)

    def score(self, frame: pd.DataFrame, *, short_form: bool = False, partial: bool = False) -> pd.DataFrame:
        """Scores of each respondent, a column a scale; see :func:`lcresearch.instruments.scoring.score`."""
        from lcresearch.instruments import scoring

        return scoring.score(self, frame, short_form=short_form, partial=partial)

    def reversed(self, frame: pd.DataFrame, scale: str | None = None, *, short_form: bool = False) -> pd.DataFrame:
        """Answers in the direction of the scale; see :func:`lcresearch.instruments.scoring.in_scale_direction`."""
        from lcresearch.instruments import scoring

        return scoring.in_scale_direction(self, frame, scale, short_form=short_form)

    def items_frame(self, language: str | None = None) -> pd.DataFrame:
        """The items as a table: ``item, text, scale, reversed, short_form, type, response_scale``."""
        from lcresearch.instruments.render import items_frame

        return items_frame(self, language)

    def export(
        self,
        path: str | Path,
        platform: str = "limesurvey",
        languages: Sequence[str] | None = None,
        *,
        short_form: bool = False,
        force: bool = False,
    ) -> ExportedForm:
        """Write a form for a survey platform or on paper; see :func:`lcresearch.instruments.forms.export_form`."""
        from lcresearch.instruments.forms import export_form, questionnaire

        form = questionnaire([self], languages=languages, short_form=[self.id] if short_form else [])
        return export_form(form, path, platform, force=force)

    def text_page(self, language: str | None = None) -> str:
        """The whole instrument as plain text, for a terminal."""
        from lcresearch.instruments.page import text_page

        return text_page(self, language)

    def __str__(self) -> str:
        from lcresearch.instruments.render import summary

        return summary(self)

    def __repr__(self) -> str:
        return f"<Instrument {self.id} {self.version}: {len(self.items)} items, print() shows it>"
