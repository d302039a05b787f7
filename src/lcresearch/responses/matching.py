"""Which column of a file belongs to which item, level or role. Nothing is guessed: what is not certain is refused."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from lcresearch.errors import Place, Problem, ResponsesError
from lcresearch.responses.asked import Asked, option_named, questions
from lcresearch.responses.form_names import columns_named
from lcresearch.responses.option_columns import Doubt, OptionColumns, follow_texts
from lcresearch.responses.tables import Column, shown
from lcresearch.responses.wording import name_key, same_question
from lcresearch.validation import did_you_mean

_NUMBER = re.compile(r"#\d{1,6}")
RESPONDENT, WAVE, CONSENT = "respondent", "wave", "consent"
_COLUMNS_NAMED = 40
_COLUMNS_OF_TEXT = 3
_Found = TypeVar("_Found")


@dataclass(frozen=True)
class Wanted:
    """What the caller asked for besides items.

    Attributes
    ----------
    levels : dict of str to str
        Level -> name of its column.
    respondent, wave : str or None
        Names of these columns; None if not given, then a column of exactly this name is used if there is one.
    mapping : dict
        Column (its header, or its number: 3 or ``"#3"``) -> item, level, ``respondent`` or ``wave``; None: leave out.
    """

    levels: Mapping[str, str] = field(default_factory=dict)
    respondent: str | None = None
    wave: str | None = None
    mapping: Mapping[str | int, str | None] = field(default_factory=dict)


@dataclass(frozen=True)
class Plan:
    """What each column is.

    ``how`` says for each matched item by what it was found: mapping, id or question; ``doubts`` which options were not
    found where their names say.
    """

    items: dict[str, Column]
    levels: dict[str, Column]
    respondent: Column | None
    wave: Column | None
    how: dict[str, str]
    contradicting: dict[str, tuple[str, ...]]
    doubts: tuple[Doubt, ...] = ()

    @property
    def numbers(self) -> frozenset[int]:
        """Numbers of all columns that are needed."""
        roles = [column for column in (self.respondent, self.wave) if column is not None]
        return frozenset(column.number for column in [*self.items.values(), *self.levels.values(), *roles])


def match(file: str, columns: Sequence[Column], items: Mapping[str, Asked], wanted: Wanted) -> Plan:
    """Give every item and level its column.

    In this order: the mapping, the levels and roles, then for the columns left the id of an item, else the text of
    its question in any language. Of the options of a question with several answers the text goes before the id.

    Raises
    ------
    ResponsesError
        With every problem found: R020 two columns for one item or role, also where the mapping names only one of
        them, R021 one column for two items, R022 and R023 a mapping that names what does not exist, R024 no item
        found, R025 a column missing, R026 a name that two columns have, R027 a column with two roles, or a role in a
        column with the id of an item, R029 a level with the name of an item. R014 for running text.
    """
    work = _matched(file, columns, items, wanted)
    if not work.items and not work.problems and _is_running_text(file, columns):
        raise ResponsesError("R014", where=Place(file=file))
    if not work.items and not work.problems:
        known = work.named_columns()
        asked = [item.id for item in items.values() if item.part_of is None]
        work.problem("R024", items=[*asked[:10], *(["…"] if len(asked) > 10 else [])], known=known)
    if work.problems:
        raise ResponsesError(work.problems)
    found, roles = work.items, work.roles
    levels = {level: roles[level] for level in wanted.levels}
    doubts = tuple(work.options.doubts)
    return Plan(found, levels, roles.get(RESPONDENT), roles.get(WAVE), work.how, work.contradicting, doubts)


def match_as_far(columns: Sequence[Column], items: Mapping[str, Asked], wanted: Wanted) -> dict[int, str]:
    """Number of a column -> its item or role, as far as that is certain, whatever else is wrong; for a page to show."""
    work = _matched("", columns, items, wanted)
    return dict(work.taken)


def _matched(file: str, columns: Sequence[Column], items: Mapping[str, Asked], wanted: Wanted) -> _Matching:
    """The steps of matching, one after the other."""
    work = _Matching(file, columns, items, wanted)
    work.check_names()
    work.follow_mapping()
    work.find_roles()
    work.find_items()
    work.prefer_options()
    return work


def _is_running_text(file: str, columns: Sequence[Column]) -> bool:
    """Whether a text file in which no item was found is more likely an interview: it has hardly any columns."""
    return file.lower().endswith(".txt") and len(columns) <= _COLUMNS_OF_TEXT


def _first(found: Iterable[_Found | None]) -> _Found | None:
    """The first that is not None."""
    return next((one for one in found if one is not None), None)


class _Matching:
    def __init__(self, file: str, columns: Sequence[Column], items: Mapping[str, Asked], wanted: Wanted) -> None:
        self.file, self.columns, self.asked, self.wanted = file, columns, items, wanted
        self.by_name: dict[str, list[Column]] = {}
        for column in columns:
            self.by_name.setdefault(name_key(column.header), []).append(column)
        self.taken: dict[int, str] = {}
        self.left_out: set[int] = set()
        self.items: dict[str, Column] = {}
        self.roles: dict[str, Column] = {}
        self.how: dict[str, str] = {}
        self.contradicting: dict[str, tuple[str, ...]] = {}
        self.options = OptionColumns()
        self.problems: list[Problem] = []

    def problem(self, code: str, column: Column | None = None, /, **values: object) -> None:
        where = Place(file=self.file, column=column.name if column else None)
        self.problems.append(Problem(code, where, values))

    def named_columns(self) -> list[str]:
        named = [shown(column.header, 40) for column in self.columns if column.header]
        return named if len(named) <= _COLUMNS_NAMED else [*named[:_COLUMNS_NAMED], "…"]

    def check_names(self) -> None:
        """A level becomes a column of the frame, so its name must not be taken."""
        for level in self.wanted.levels:
            if level in self.asked or level in (RESPONDENT, WAVE):
                self.problem("R029", name=level)

    def find(self, name: str | int) -> list[Column]:
        """Columns with this name: exactly, else without regard to case; ``#3`` is the third column."""
        named = self.by_name.get(name_key(str(name))) or columns_named(self.columns, str(name))
        if isinstance(name, int) or (not named and _NUMBER.fullmatch(name)):
            number = int(str(name).lstrip("#"))
            return [column for column in self.columns if column.number == number]
        exact = [column for column in named if column.header == name.strip()]
        return exact or named

    def only(self, name: str | int, missing: str, **values: object) -> Column | None:
        """The one column with this name; a problem otherwise."""
        found = self.find(name)
        if len(found) == 1:
            return found[0]
        if found:
            self.problem("R026", found[0], numbers=[column.number for column in found])
        else:
            names = {shown(column.header, 40) for column in self.columns if column.header}
            meant = did_you_mean(str(name), names)
            self.problem(missing, name=str(name), known=self.named_columns(), did_you_mean=meant, **values)
        return None

    def follow_mapping(self) -> None:
        roles = [*self.wanted.levels, RESPONDENT, WAVE]
        for name, target in self.wanted.mapping.items():
            column = self.only(name, "R022")
            if target is not None and target not in self.asked and target not in roles:
                meant = did_you_mean(str(target), [*self.asked, *roles])
                self.problem("R023", column, target=str(target), did_you_mean=meant)
            elif column is not None and target is None:
                self.left_out.add(column.number)
            elif column is not None and target is not None:
                self.claim(column, target)

    def claim(self, column: Column, target: str) -> None:
        """Give a column to an item or role, unless one of the two is taken already."""
        if column.number in self.taken:
            if self.taken[column.number] != target:
                self.problem("R027", column, first=self.taken[column.number], second=target)
            return
        other = self.items.get(target) or self.roles.get(target)
        if other is not None:
            self.problem("R020", item=target, columns=[other.name, column.name])
            return
        self.taken[column.number] = target
        if target in self.asked:
            self.items[target], self.how[target] = column, "mapping"
        else:
            self.roles[target] = column

    def find_roles(self) -> None:
        named = [(level, name, "R025") for level, name in self.wanted.levels.items()]
        named += [(RESPONDENT, self.wanted.respondent, "R028")] if self.wanted.respondent else []
        named += [(WAVE, self.wanted.wave, "R028")] if self.wanted.wave else []
        for role, name, missing in named:
            if role in self.roles:
                self.refuse_second(role, name)
                continue
            column = self.only(name, missing, role=role)
            item = self.item_named(column)
            if column is not None and item is not None and role not in self.asked and item not in self.items:
                self.problem("R027", column, first=item, second=role)
            elif column is not None:
                self.claim(column, role)

    def item_named(self, column: Column | None) -> str | None:
        """The item whose id is the header of a column that the mapping does not give to anything."""
        if column is None or column.number in self.taken:
            return None
        return next((item for item in self.asked if name_key(item) == name_key(column.header)), None)

    def refuse_second(self, role: str, name: str) -> None:
        """A role that the mapping gave to one column, while another has the name under which it is asked for."""
        others = [c for c in self.find(name) if c.number not in self.taken and c.number not in self.left_out]
        if others:
            self.problem("R020", item=role, columns=[self.roles[role].name, *(column.name for column in others)])

    def open_columns(self) -> list[Column]:
        """Columns with a header that nothing took, and that no other column puts together with more."""
        passed = {number for column in self.columns for number in column.joins} | self.left_out | self.taken.keys()
        return [column for column in self.columns if column.header and column.number not in passed]

    def find_items(self) -> None:
        """Match the columns that are left; one that could be two items, or an item in two columns, is refused."""
        texts, ids = questions(self.asked), {name_key(item): item for item in self.asked}
        candidates: dict[str, list[tuple[Column, str]]] = {item: [(c, "mapping")] for item, c in self.items.items()}
        named = [(c, _first(ids.get(name_key(name)) for name in (c.header, *c.names))) for c in self.open_columns()]
        options = [(column, item) for column, item in named if item is not None and self.asked[item].kind == "option"]
        self.options = follow_texts(options, self.asked)
        for column, by_id in named:
            if column.number in self.options.options:
                item = self.options.options[column.number]
                found = [(item, "id" if item == by_id else "question")] if item is not None else []
            elif by_id is not None:
                self.contradict(by_id, self.asked_by(dataclasses.replace(column, header=""), texts, ids))
                found = [(by_id, "id")]
            else:
                mapped = {item for item, claims in candidates.items() if claims[0][1] == "mapping"}
                found = self.find_by_question(column, self.asked_by(column, texts, ids), mapped)
            for item, how in found:
                candidates.setdefault(item, []).append((column, how))
        for item, claims in candidates.items():
            self.settle(item, claims)

    def find_by_question(self, column: Column, asked: frozenset[str], mapped: set[str]) -> list[tuple[str, str]]:
        """The item whose question a column repeats; a problem when that is more than one."""
        if column.role is not None:
            return []
        open_items = asked - mapped or asked
        if len(open_items) > 1:
            self.problem("R021", column, items=sorted(open_items), example=sorted(open_items)[0])
        return [(item, "question") for item in open_items] if len(open_items) == 1 else []

    def asked_by(self, column: Column, texts: dict[str, frozenset[str]], ids: Mapping[str, str]) -> frozenset[str]:
        """Items whose question a column repeats, or the option of a question with several answers that it is."""
        for base in column.option_of if column.option is not None else ():
            asked = {ids[name_key(base)]} if name_key(base) in ids else same_question(base, texts)
            options = {option_named(self.asked[item], column.option or "") for item in asked} - {None}
            if options:
                return frozenset(option for option in options if option)
        texts_of_column = [column.question, column.header, *column.questions]
        found = (same_question(text, texts) for text in texts_of_column if text)
        return _first(asks or None for asks in found) or frozenset()

    def prefer_options(self) -> None:
        """A question whose answers have a column each is read from those, not from the cell that joins them."""
        split = {self.asked[item].part_of for item in self.items}
        self.items = {item: column for item, column in self.items.items() if item not in split}

    def contradict(self, item: str, asks: Iterable[str]) -> None:
        """Remember a column whose name is one item and whose question is another."""
        others = tuple(sorted(set(asks) - {self.asked[item].part_of}))
        if others and item not in others:
            self.contradicting[item] = others

    def settle(self, item: str, claims: list[tuple[Column, str]]) -> None:
        if len(claims) > 1:
            names = [column.name for column, _ in claims]
            numbered = [f"{column.name} (#{column.number})" for column, _ in claims]
            self.problem("R020", item=item, columns=numbered if len(set(names)) < len(names) else names)
            return
        self.items[item], self.how[item] = claims[0]
        self.taken[claims[0][0].number] = item
