"""Where an effect holds: sectors, and levels of what it depends on, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from lcresearch.integration.elements.hearing import KEYS
from lcresearch.messages import LANGUAGES, Messages
from lcresearch.synthesis import Synthesis
from lcresearch.synthesis.programme import ProgrammeFile

Text = dict[str, str]
_TEXTS = "integration.elements"


def where_it_works(result: Synthesis | None, row: Mapping[Any, Any], place: int) -> Text:
    """Sectors or levels at which an element works, of the row at a place of the table; empty without a synthesis."""
    if result is None or row["verdict"] not in ("sector-specific", "conditional"):
        return _unknown() if row["verdict"] in ("sector-specific", "conditional") else {}
    programme, moderator = result.programme, deciding_moderator(result, place)
    if row["verdict"] == "sector-specific":
        names = [str(name) for name in _working(result.sectors, row)["sector"]]
        return _joined([text_of(programme.sectors.get(name), name) for name in names])
    table = result.moderators
    levels = [str(level) for level in _working(table[table["moderator"] == moderator], row)["level"]]
    every = [str(level) for level in _of(table[table["moderator"] == moderator], row)["level"]]
    texts = [_level(programme, moderator, level, every) for level in levels]
    title = title_of(programme, moderator)
    found = _joined(texts)
    return {language: f"{title[language]}: {text}" for language, text in found.items()} if texts else _unknown()


def deciding_element(result: Synthesis | None, row: Mapping[Any, Any], place: int) -> Text | None:
    """Title of the element on which a conditional effect rests, where it works more with more of that; else None."""
    if result is None or row["verdict"] != "conditional":
        return None
    moderator = deciding_moderator(result, place)
    if moderator not in result.programme.elements:
        return None
    table = _of(result.moderators[result.moderators["moderator"] == moderator], row)
    levels = pd.to_numeric(table["level"], errors="coerce")
    if len(levels) < 2 or levels.isna().any():
        return None
    highest, lowest = (float(table["estimate"].iloc[at]) for at in (int(levels.argmax()), int(levels.argmin())))
    return title_of(result.programme, moderator) if highest > lowest else None


def deciding_moderator(result: Synthesis, place: int) -> str:
    """Id of the moderator on which the verdict in a row rests; empty where there is none."""
    return str(result.working_elements.reasons[place]["values"].get("moderator", ""))


def title_of(programme: ProgrammeFile, name: str) -> Text:
    """Title of an element or a covariate; its name where there is none."""
    known = programme.elements.get(name) or programme.covariates.get(name)
    return text_of(None if known is None else known.title, name)


def text_of(text: Mapping[str, str] | None, name: str) -> Text:
    """A text in each language: where one is lacking, what there is; the name where there is none."""
    found = dict(text or {})
    return {language: found.get(language) or next(iter(found.values()), name) for language in LANGUAGES}


def _of(table: pd.DataFrame, row: Mapping[Any, Any]) -> pd.DataFrame:
    same = pd.Series(True, index=table.index)
    for name in KEYS:
        same &= table[name].astype("str") == str(row[name])
    return table[same]


def _working(table: pd.DataFrame, row: Mapping[Any, Any]) -> pd.DataFrame:
    """Rows of an effect beyond the smallest worthwhile one, in its direction, with an interval that leaves out zero."""
    own, sign = _of(table, row), -1.0 if row["direction"] == "negative" else 1.0
    estimate = sign * own["estimate"].astype(float)
    beyond = own["conf_low"].astype(float) > 0 if sign > 0 else own["conf_high"].astype(float) < 0
    return own[(estimate > float(row["smallest_worthwhile"])) & beyond]


def _level(programme: ProgrammeFile, moderator: str, level: str, every: list[str]) -> Text:
    """A level as readers call it; of a number whether it is high or low."""
    covariate = programme.covariates.get(moderator)
    if covariate is not None and level in covariate.levels:
        return text_of(covariate.levels[level], level)
    numbers = pd.to_numeric(pd.Series([level, *every]), errors="coerce")
    if numbers.isna().any():
        return text_of(None, level)
    word = "high" if numbers[0] > numbers[1:].mean() else "low"
    return {language: Messages(language)(f"{_TEXTS}.level.{word}") for language in LANGUAGES}


def _joined(texts: list[Text]) -> Text:
    return {language: ", ".join(text[language] for text in texts) for language in LANGUAGES} if texts else _unknown()


def _unknown() -> Text:
    return {language: Messages(language)(f"{_TEXTS}.where_unknown") for language in LANGUAGES}
