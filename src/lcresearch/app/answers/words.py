"""Names of waves, items, platforms and columns in the language of the user."""

from __future__ import annotations

from collections.abc import Mapping

from lcresearch.app.answers.reading import StudyRead
from lcresearch.messages import Messages
from lcresearch.responses.formats.opening import READERS
from lcresearch.responses.tables import shown
from lcresearch.studies import Study
from lcresearch.studies.answer_files import ColumnRead, known_platforms

ENDINGS = tuple(READERS)
"""Ends of the names of files that can hold answers."""
_ITEM_WIDTH = 90


def in_language(text: Mapping[str, str]) -> str:
    """A text in the language of the user, else in the first one that it has."""
    return text.get(Messages().language) or next(iter(text.values()), "")


def wave_words(study: Study) -> dict[str, str]:
    """Wave -> its label."""
    return {wave: in_language(label) for wave, label in study.waves.items()}


def item_words(study: Study) -> dict[str, str]:
    """Id of an item -> the question; of one with several answers also each of these."""
    words: dict[str, str] = {}
    for instrument in study.instruments:
        for item in instrument.items:
            text = in_language(item.text) if item.text else item.id
            for name in dict.fromkeys((item.id, *instrument.columns_of(item.id))):
                words[name] = text if name == item.id else f"{text} ({name})"
    return words


def role_words(read: StudyRead) -> dict[str, str]:
    """What a column can be beside an item -> in words: levels, person, wave, and columns that study.yaml names."""
    say, file = Messages(), read.study.file
    names = {level: in_language(file.levels[level].title or {}) or level for level in file.ordered_levels}
    words: dict[str, str] = {level: say("app.answers.role.level", name=name) for level, name in names.items()}
    words["respondent"] = say("app.answers.role.respondent")
    words["wave"] = say("app.answers.role.wave")
    if file.consent is not None:
        words[file.consent.column] = say("app.answers.role.consent")
    for column in file.linking.columns if file.linking is not None else ():
        words[column] = say("app.answers.role.code", name=column)
    for column in file.privacy.keep:
        words.setdefault(column, say("app.answers.role.kept", name=column))
    return words


def platform_choices() -> list[tuple[str, str]]:
    """Survey platforms with their names, for a select."""
    say = Messages()
    named = sorted(((one, say(f"app.answers.platform.{one}")) for one in known_platforms()), key=lambda one: one[1])
    return [("", say("app.answers.platform.recognised")), *named]


def values_words(one: ColumnRead) -> str:
    """What kind of values a column holds."""
    say, column = Messages(), one.column
    low, high = (say.number(bound, digits=0) for bound in (column.low, column.high))
    if column.values == "few_numbers" and low == high:
        return say("app.answers.values.one_number", low=low)
    return say(f"app.answers.values.{column.values}", low=low, high=high)


def fate_words(one: ColumnRead, items: Mapping[str, str], roles: Mapping[str, str]) -> str:
    """What a column became."""
    say, target = Messages(), one.column.target
    if one.fate == "item" and target:
        return f"{target}: {shown(items.get(target, target), _ITEM_WIDTH)}"
    if one.fate == "role" and target in roles:
        return roles[target]
    return say(f"app.answers.fate.{one.fate}")
