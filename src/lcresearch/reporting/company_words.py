"""What a company report says in words: every sentence is a text of the catalogue, chosen by a fixed rule."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import Any

from lcresearch.messages import text_keys
from lcresearch.reporting.change_content import ALL_ANSWERS
from lcresearch.reporting.company_content import (
    CompanyChange,
    CompanyFinding,
    CompanyQuestion,
    CompanyReport,
    CompanyScale,
    CompanyScore,
    TalkingPoint,
    Text,
)
from lcresearch.reporting.wording import Wording, clean, lowered

FEW_PEOPLE = 20
"""Fewer answers than this are said to be few."""
_LOW_END, _HIGH_END = 1 / 3, 2 / 3
"""Between these places a score is said to be in the middle, and no end of the scale is quoted."""
_LONG_RANGE = 20.0
_TITLE, _END, _QUESTION, _CONTACT, _TOPICS = 52, 110, 180, 120, 260
"""Most characters of texts of other people, so that two pages are enough."""
_MOST_TOPICS = 3


class CompanyWords:
    """Says everything of one company report in one language."""

    def __init__(self, report: CompanyReport, language: str) -> None:
        self.report = report
        self.say = Wording(report.head, language)
        self.language = language

    def __call__(self, key: str, **values: Any) -> str:
        """The text under ``company.<key>``, in which the names of the own group and of others are known."""
        return self.say.messages(f"company.{key}", **{"yours": self.yours, "others": self.others, **values})

    @property
    def yours(self) -> str:
        """``uw bedrijf``."""
        return self._of_level("yours")

    @property
    def others(self) -> str:
        """``bedrijven``."""
        return self._of_level("others")

    def _of_level(self, folder: str) -> str:
        level = self.report.level if f"company.{folder}.{self.report.level}" in text_keys() else "organisation"
        return self.say.messages(f"company.{folder}.{level}")

    # names and numbers ------------------------------------------------------------------------

    @property
    def name(self) -> str:
        """Of the company, with the group around it where that is needed."""
        own = self.report
        return cut(f"{own.name} ({own.parent})" if own.parent else own.name, _TITLE + 20)

    def text(self, text: Text, most: int = _END) -> str:
        """A text of others in this language, not longer than fits; empty where there is none."""
        return cut(self.say.text(text), most) if text else ""

    def title(self, scale: CompanyScale) -> str:
        """Name of an outcome."""
        return self.text(scale.title, _TITLE) or cut(scale.name, _TITLE)

    def inside(self, scale: CompanyScale) -> str:
        """Name of an outcome inside a sentence."""
        return lowered(self.title(scale))

    def score(self, scale: CompanyScale, value: float) -> str:
        """A score as people say it: one decimal, none on a long scale."""
        return self.say.number(value, _digits(scale))

    def end(self, value: float) -> str:
        """The lowest or highest score of a scale."""
        return self.say.number(value, 0 if float(value).is_integer() else 1)

    def points(self, value: float) -> str:
        """A number of points, with no more decimals than it has (two at most)."""
        return self.say.number(value, next((n for n in (0, 1) if abs(round(value, n) - value) < 1e-9), 2))

    def signed(self, scale: CompanyScale | None, value: float) -> str:
        """A change with its sign; a change that is not zero is not written as zero where two decimals can tell."""
        digits = _digits(scale)
        digits = digits if round(value, digits) or not round(value, 2) else 2
        number = self.say.number(abs(value), digits)
        return f"{'+' if value > 0 else '−' if value < 0 else ''}{number}" if round(value, digits) else number

    def when(self, wave: str) -> str:
        """``eerst`` or ``nu``."""
        return self("told.now" if wave == self.shown_waves[-1] else "told.first")

    @property
    def shown_waves(self) -> tuple[str, ...]:
        """The waves before and after; of a study that looks at no change the first and the last with a score."""
        design, waves = self.report.design, self.report.waves
        if design is not None and set(waves) & {design.before, design.after}:
            return tuple(wave for wave in (design.before, design.after) if wave in waves)
        return tuple(dict.fromkeys((waves[0], waves[-1]))) if waves else ()

    # sentences ------------------------------------------------------------------------------

    def asked(self) -> str:
        """How many questions, on what."""
        own = self.report
        topics = [self.inside(scale) for scale in own.scales]
        most = _MOST_TOPICS if own.n_more or len(topics) > _MOST_TOPICS + 1 else _MOST_TOPICS + 1
        more = own.n_more + max(len(topics) - most, 0)
        topics = [*topics[:most], *([self("asked.more", n=more)] if more else [])]
        named = cut(self.say.enumeration(topics), _TOPICS)
        return self("asked.items", n=own.n_items, topics=named) if topics else ""

    def who(self) -> str:
        """How many answered in the waves that are shown, of how many."""
        shown = self.shown_waves
        rows = [one for one in self.report.answered if one.wave in shown and one.n_answered is not None]
        if not rows:
            return self("asked.not_shown")
        parts: list[str] = []
        for one in rows:
            if one.n_invited is not None:
                key = "asked.of_invited_again" if parts else "asked.of_invited"
                part = self(key, n=one.n_answered, all=one.n_invited)
            else:
                part = self("asked.answered", n=one.n_answered)
            parts.append(
                self("asked.at", who=part, wave=self.say.wave(one.wave)) if len(self.report.head.waves) > 1 else part
            )
        return self("asked.who", who=self.say.enumeration(parts))

    def level(self, scale: CompanyScale, score: CompanyScore, finding: str = "level") -> str:
        """Where a score stands, in words of the scale itself."""
        words = {"scale": self.inside(scale), "score": self._score(scale, score), "near": self._near(scale, score)}
        return tidy(self(f"told.finding.{finding}", **words))

    def _score(self, scale: CompanyScale, score: CompanyScore) -> str:
        ends = {"low": self.end(scale.minimum or 0.0), "high": self.end(scale.maximum or 0.0)}
        return self("told.score", mean=self.score(scale, score.mean), **ends)

    def _near(self, scale: CompanyScale, score: CompanyScore) -> str:
        place = scale.position(score.mean)
        if _LOW_END < place < _HIGH_END:
            return self("told.middle")
        words = self.text(scale.high if place >= _HIGH_END else scale.low)
        return self("told.near", text=words) if words else ""

    def findings(self) -> list[str]:
        """Two or three findings."""
        return [text for one in self.report.findings if (text := self._finding(one))]

    def _finding(self, one: CompanyFinding) -> str:
        if one.kind == "close":
            return self("told.finding.close")
        scale = self.report.scale(one.scales[0])
        if one.kind == "mixed":
            return self("told.finding.mixed", scale=self.inside(scale))
        score = scale.at(self.report.waves[-1])
        return self.level(scale, score, one.kind) if score is not None and scale.bounded else ""

    def sureness(self, key: str) -> str:
        """The word for how sure a change is; no other words are used for it."""
        return self.say.messages(f"sureness.word.{key}")

    def change(self, one: CompanyChange) -> list[str]:
        """What changed in the main outcome, in short sentences."""
        own, scale = one.own, next((scale for scale in self.report.scales if scale.name == one.scale), None)
        found: list[str] = []
        if own.mean_before is not None and own.mean_after is not None:
            ends = {"before": self.say.number(own.mean_before, _digits(scale)),
                    "after": self.say.number(own.mean_after, _digits(scale))}  # fmt: skip
            found.append(self("changed.means", **ends))
        if one.worthwhile is not None:
            found.append(self("changed.worthwhile", points=self.points(one.worthwhile)))
        if own.shown and own.conf_low is not None and own.conf_high is not None:
            ends = {"low": self.signed(scale, own.conf_low), "high": self.signed(scale, own.conf_high)}
            found.append(self("changed.range", **ends))
        if own.judged_apart:
            found.append(self("changed.judged_within" if own.reason == "unlinked" else "changed.judged_apart"))
        if own.sureness is not None:
            found.append(self.say.messages(f"sureness.means.{own.sureness}"))
        return found

    def about_change(self, one: CompanyChange) -> list[str]:
        """On whom a change rests, and beside what it stands."""
        own, design, found = one.own, self.report.design, []
        if own.shown and own.basis == ALL_ANSWERS:
            found.append(self("changed.all_answers"))
        elif own.shown:
            found.append(
                self("changed.linked", n=own.n_linked) if own.n_linked is not None else self("changed.linked_some")
            )
        if own.shown and design is not None and design.few_stayed:
            found.append(self("changed.few_twice"))
        if own.shown and design is not None:
            found.append(self(f"changed.{design.inference}"))
        if design is not None and not design.takes_part:
            found.append(self("changed.is_comparison"))
        elif one.difference is not None and one.difference.sureness is not None:
            found.append(self("changed.comparison", word=self.sureness(one.difference.sureness)))
        if one.together is not None and one.together.sureness is not None:
            found.append(self("changed.together", word=self.sureness(one.together.sureness)))
        return found

    def answer(self, question: CompanyQuestion, *, most: int) -> str:
        """What the released numbers say to a question of the company, then the words of the researcher."""
        found: list[str] = []
        for name in question.about[:2]:
            scale = next((one for one in self.report.scales if one.name == name), None)
            found += self._answered(scale, question.analysis) if scale is not None else []
        words = self.text(question.answer, most)
        return cut(" ".join(some([*found, words])), most) or self("question.nothing")

    def _answered(self, scale: CompanyScale, analysis: str) -> list[str]:
        if analysis == "words":
            return []
        if analysis == "change":
            change = next((one for one in self.report.changes if one.scale == scale.name), None)
            word = change.own.sureness if change is not None else None
            return (
                [self("changed.secondary_item", scale=self.title(scale), word=self.sureness(word)) + "."]
                if word
                else []
            )
        peers = self.report.peers
        beside = next((one for one in peers.scores if one.scale == scale.name), None) if peers is not None else None
        if analysis == "compare" and beside is not None and peers is not None and beside.own is not None:
            numbers = {"own": self.score(scale, beside.own), "mean": self.score(scale, beside.mean)}
            key = "peers.question" if peers.kind == "packages" else "peers.question_study"
            return [self(key, scale=self.title(scale), **numbers)]
        score = scale.at(self.report.waves[-1]) if self.report.waves else None
        return [self.level(scale, score)] if score is not None and scale.bounded else []

    def quoted(self, question: CompanyQuestion) -> str:
        """A question of the company."""
        return cut(question.question, _QUESTION)

    def peers_intro(self) -> str:
        """Who the others are."""
        peers = self.report.peers
        if peers is None:
            return self("peers.none")
        if peers.kind == "study":
            return self("peers.study", n=peers.n_companies)
        numbers = {"consortia": peers.n_consortia, "communities": peers.n_communities}
        key = "peers.packages_sector" if peers.sector else "peers.packages"
        return self(key, **numbers, **({"sector": cut(peers.sector, _TITLE)} if peers.sector else {}))

    def pooled(self) -> str:
        """The score drawn towards others, of the main outcome; empty where it is not released."""
        scale = next((one for one in self.report.scales if one.is_primary), None)
        score = next((one for one in scale.scores if one.pooled is not None), None) if scale is not None else None
        if scale is None or score is None or score.pooled is None:
            return ""
        values = {"mean": score.pooled, "low": score.pooled_low, "high": score.pooled_high}
        if any(value is None for value in values.values()):
            return ""
        numbers = {name: self.score(scale, value) for name, value in values.items() if value is not None}
        return self("peers.pooled", scale=self.inside(scale), **numbers)

    def grade(self, point: TalkingPoint) -> str:
        """What stands behind a step."""
        named = "; ".join(one.replace(" (", ", ").rstrip(")") for one in point.sources)
        if point.grade == "experience":
            return self("talk.grade.experience")
        return self(f"talk.grade.{point.grade}", sources=f" ({named})" if named else "")

    def unknown(self) -> list[str]:
        """What the report cannot say."""
        own, found = self.report, []
        rows = [one for one in own.answered if one.wave in self.shown_waves]
        if any(one.n_answered is not None and one.n_answered < FEW_PEOPLE for one in rows):
            found.append(self("unknown.few"))
        if any(one.n_invited is None for one in rows):
            found.append(self("unknown.not_invited"))
        elif any((one.n_answered or 0) < (one.n_invited or 0) for one in rows):
            found.append(self("unknown.not_all"))
        if len(self.shown_waves) > 1:
            compared = any(one.difference is not None for one in own.changes)
            found.append(self("unknown.with_comparison" if compared else "unknown.no_comparison"))
            found.append(self("unknown.regression"))
        if own.n_hidden:
            found.append(self("unknown.hidden", n=own.n_hidden))
        found.append(self("unknown.minimum", minimum=own.head.minimum_cell))
        if any(scale.provisional for scale in own.scales):
            found.append(self("unknown.provisional"))
        return found

    def contact(self) -> str:
        """Who to ask."""
        told = self.text(self.report.contact, _CONTACT)
        return self("ask.contact", contact=told.rstrip(".")) if told else self("ask.researcher")


def cut(text: object, most: int) -> str:
    """Clean text of at most so many characters, cut at a word.

    Examples
    --------
    >>> cut("een twee drie", 9)
    'een twee…'
    """
    whole = clean(text)
    if len(whole) <= most:
        return whole
    return textwrap.shorten(whole, most, placeholder="…") if " " in whole[:most] else f"{whole[: most - 1]}…"


def tidy(text: str) -> str:
    """One space between words, also where a value was empty; one full stop after a quotation that has its own."""
    return " ".join(text.split())


def _digits(scale: CompanyScale | None) -> int:
    if scale is None or scale.minimum is None or scale.maximum is None:
        return 1
    return 0 if scale.maximum - scale.minimum > _LONG_RANGE else 1


def some(texts: Sequence[str]) -> list[str]:
    """The texts that are not empty."""
    return [text for text in texts if text]
