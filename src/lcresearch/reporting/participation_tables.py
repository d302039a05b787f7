"""Tables on who took part and how the answers came in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from lcresearch.reporting.content import (
    Characteristic,
    ContextContent,
    ContextItem,
    Participation,
    Quality,
    ResponseByContent,
)
from lcresearch.reporting.scores_figure import group_rows
from lcresearch.reporting.tables import Table, table
from lcresearch.reporting.wording import Wording, is_missing, records

_MOST_TOGETHER = 4
_COUNTS = ("n_1", "n_2", "n_stayed", "n_joined", "n_returned", "n_left", "n_away")


def turnover_table(participation: Participation, say: Wording) -> Table | None:
    """Who stayed, came and left between waves; None for fewer than two pairs of waves, which a sentence says better."""
    frame = participation.turnover
    if len(frame) < 2:
        return None
    rows = [[_pair(row, say), *(say.count(getattr(row, name)) for name in _COUNTS)] for row in records(frame)]
    labels = {"pair": say("participation.from_to")} | {name: say(f"participation.{name}") for name in _COUNTS}
    return table(say("participation.turnover"), rows, labels, numeric=list(_COUNTS))


def _pair(row: Any, say: Wording) -> str:
    return f"{say.wave(row.wave_1)} – {say.wave(row.wave_2)}"


def invited_table(participation: Participation, level: str, say: Wording) -> Table | None:
    """Invited, answered and response of each group of a level; None where nothing is known."""
    frame = participation.invited[participation.invited["level"] == level]
    if frame.empty:
        return None
    rows = [
        [say.wave(str(row.wave)), row.group, say.count(row.n_invited), say.count(row.n_persons), _share(row, say)]
        for wave in say.waves_of(frame)
        for parent, group in group_rows(frame)
        for row in records(_cell(frame, wave, parent, group))
    ]
    labels = {"wave": say("table.wave"), "group": say.level(level).capitalize()}
    labels |= {"n_invited": say("participation.n_invited"), "n_persons": say("table.persons")}
    labels |= {"share": say("participation.share")}
    caption = f"{say('participation.by_invited')}: {say.level(level)}"
    return table(caption, rows, labels, numeric=["n_invited", "n_persons", "share"], blocks="wave")


def response_by_table(content: ResponseByContent, one: Characteristic, say: Wording) -> Table | None:
    """Respondents by value of a characteristic a wave, with those invited where that is known; None for no value."""
    frame = content.counts[content.counts["characteristic"] == one.name]
    if frame.empty:
        return None
    has_invited = bool(frame["n_invited"].notna().any())
    rows = []
    for wave in say.waves_of(frame):
        cells = {str(row.value): row for row in records(frame[frame["wave"].astype(str) == wave])}
        for value in (value for value in one.labels if value in cells):
            row = cells[value]
            invited = [say.count(row.n_invited) if not is_missing(row.n_invited) else say.messages.percent(None)]
            label = say.text(one.labels[value]) or value
            shown = [say.wave(wave), label, *(invited if has_invited else []), say.count(row.n_persons)]
            rows.append([*shown, *([_share(row, say)] if has_invited else [])])
    title = say.text(one.title)
    labels = {"wave": say("table.wave"), "value": title[:1].upper() + title[1:]}
    labels |= {"n_invited": say("participation.n_invited")} if has_invited else {}
    labels |= {"n_persons": say("table.persons")}
    labels |= {"share": say("participation.share")} if has_invited else {}
    caption = say("participation.by_value", title=title)
    return table(
        caption, rows, labels, numeric=[name for name in labels if name not in ("wave", "value")], blocks="wave"
    )


def _cell(frame: pd.DataFrame, wave: str, parent: str, group: str) -> pd.DataFrame:
    parents = frame["parent"].fillna("").astype(str)
    return frame[(frame["wave"].astype(str) == wave) & (parents == parent) & (frame["group"].astype(str) == group)]


def _share(row: Any, say: Wording) -> str:
    if is_missing(row.share):
        return say.messages.percent(None)
    low, high = (say.messages.percent(float(end)) for end in (row.conf_low, row.conf_high))
    return f"{say.messages.percent(float(row.share))} [{low} – {high}]"


def context_table(content: ContextContent, item: ContextItem, say: Wording) -> Table | None:
    """How many respondents gave each answer to a question on context; None where no wave is shown."""
    frame = content.counts[content.counts["item"] == item.id]
    if frame.empty:
        return None
    waves = say.waves_of(frame)
    hidden = content.withheld[content.withheld["item"] == item.id]
    found = {*frame.loc[frame["n"] > 0, "codes"], *(one for one in hidden["codes"] if one)}
    # what was put together stands last, unless the answers have an order
    codes = sorted(found, key=lambda codes: (len(codes) > 1 and not item.ordered, codes))
    cells = {(row.wave, row.codes): row for row in records(frame)}
    rows = []
    for group in codes:
        row = [answer_label(item, group, say)]
        for wave in waves:
            row += _context_cells(cells.get((wave, group)), say)
        rows.append(row)
    totals = [say.count(frame.loc[frame["wave"] == wave, "n_answered"].iloc[0]) for wave in waves]
    rows.append([say("context.answered"), *(cell for total in totals for cell in (total, ""))])
    labels = {"answer": say("context.answer")}
    labels |= {f"{name}_{wave}": say(f"table.{name}") for wave in waves for name in ("n", "share")}
    names = {wave: [f"n_{wave}", f"share_{wave}"] for wave in waves}
    spanners = {say.wave(wave): columns for wave, columns in names.items()} if len(waves) > 1 else {}
    numeric = [name for columns in names.values() for name in columns]
    return table(say.text(item.text), rows, labels, numeric=numeric, spanners=spanners)


def _context_cells(row: Any, say: Wording) -> list[str]:
    if row is None:
        return [say("figure.not_shown"), ""]
    return [say.count(row.n), say.messages.percent(float(row.share))]


def answer_label(item: ContextItem, codes: Sequence[int], say: Wording) -> str:
    """An answer in words, or several that were put together: by name, or as all others when they are many."""
    if len(codes) > _MOST_TOGETHER and not item.ordered:
        return say("context.others")
    labels = [say.text(item.options.get(code, {})) or str(code) for code in codes]
    return labels[0] if len(labels) == 1 else say("context.together", answers="; ".join(labels))


def numbers_table(content: ContextContent, say: Wording) -> Table | None:
    """Mean and median of the answers to questions that ask for a number."""
    texts = {item.id: item.text for item in content.items}
    rows = [
        [
            say.text(texts[row.item]),
            say.wave(row.wave),
            say.count(row.n),
            say.number(row.mean, 1),
            say.number(row.median, 1),
        ]
        for row in records(content.numbers)
    ]
    if not rows:
        return None
    labels = {"item": say("table.item"), "wave": say("table.wave"), "n": say("table.n"), "mean": say("table.mean")}
    labels |= {"median": say("context.median")}
    return table(say("context.numbers"), rows, labels, numeric=["n", "mean", "median"])


def rows_table(quality: Quality, say: Wording) -> Table:
    """From the rows in the files to those behind the report."""
    rows = [
        [
            say(f"quality.{row.reason}"),
            say.count(row.n) if row.reason in ("read", "used") else f"− {_left_out(row.n, say)}",
        ]
        for row in records(quality.rows)
    ]
    labels = {"reason": say("quality.step"), "n": say("quality.n_rows")}
    return table(say("quality.rows"), rows, labels, numeric=["n"])


def _left_out(n: Any, say: Wording) -> str:
    return say("participation.few") if is_missing(n) else say.count(n)


def rules_table(quality: Quality, say: Wording) -> Table | None:
    """How many forms stand out by each rule."""
    rows = [
        [
            _sentence(say.messages(f"screening.rule.{row.rule}")),
            say.count(row.n_judged),
            _flagged(row.n_flagged, row.reason, say),
            say.messages.percent(None if is_missing(row.share) else float(row.share)),
        ]
        for row in records(quality.rules)
    ]
    if not rows:
        return None
    share = quality.n_flagged / quality.n_screened if quality.n_flagged is not None else None
    any_rule = _flagged(quality.n_flagged, "few" if quality.few_flagged else "protected", say)
    rows.append([say("quality.any_rule"), say.count(quality.n_screened), any_rule, say.messages.percent(share)])
    labels = {name: say(f"quality.{name}") for name in ("rule", "n_judged", "n_flagged")}
    labels |= {"share": say("table.share")}
    return table(say("quality.by_rule"), rows, labels, numeric=["n_judged", "n_flagged", "share"])


def _flagged(n: Any, reason: Any, say: Wording) -> str:
    if not is_missing(n):
        return say.count(n)
    return say("participation.few" if reason == "few" else "figure.not_shown")


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def linking_table(quality: Quality, say: Wording) -> Table | None:
    """Persons recognised by their own code, a row a pair of waves."""
    rows = [
        [
            _pair(row, say),
            say.count(row.n_exact),
            say.count(row.n_approximate),
            say.messages.percent(None if is_missing(row.share) else float(row.share)),
            say.number(row.expected_false, 1),
        ]
        for row in records(quality.linking)
    ]
    if not rows:
        return None
    names = ("n_exact", "n_approximate", "share_linked", "expected_false")
    labels = {"pair": say("participation.from_to")} | {name: say(f"quality.{name}") for name in names}
    return table(say("quality.linking"), rows, labels, numeric=list(names))
