"""Persons and cases by element: all of it for the researcher, and what may be shown.

A count of persons is shown when nobody or at least ``minimum_category`` persons are in it, and at least as many are
not, by the rule that holds for counts of codes (:mod:`lcresearch.interviews.code_tables.counts_of_persons`). Some
counts lie within others: who says that an element helps also speaks of it, and so does who names a mechanism; who
names a value with it is among those whom it helps; and who says that it helps, or misses it, is among those who value
it. The smaller one is hidden when the difference is one or two persons, since these would be singled out by
subtraction; the counts of single codes, which a report shows elsewhere, are among the larger ones. Where two
groups make up a third, how many are in both follows from three counts (who say that it helps and who miss it; who have
either code of an element): when these are one or two persons, one of the three is hidden.

A count of cases (communities) is shown when the count of its persons is; when no or at least ``minimum_category`` cases
are in it, and as many are not; and when the persons interviewed in the cases that are in it, and in those that are not,
are nobody or at least ``minimum_cell``. That all cases are in it says something of each of them: it is shown only when
each has ``minimum_cell`` persons. The same must hold for the cases that are left when those that are shown by name are
taken off, and a count within another (cases where it helps, of those that mention it) must differ by none or enough.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import pandas as pd

from lcresearch.disclosure import Ledger, Policy
from lcresearch.integration.listening.mentions import Mentions
from lcresearch.interviews.code_tables.counts_of_persons import count_shown

ANY, HELPING, LACKING, HINDERING = "", "_helping", "_lacking", "_hindering"
VALUING = "_valuing"
"""Helping or lacking; persons only."""
OF_CASES = (ANY, HELPING, LACKING, HINDERING)
SIDES = (*OF_CASES, VALUING)
_PERSON, _GROUP = "respondent", "group"
_NO_CASE = ""


@dataclass(frozen=True)
class Question:
    """Something that a person said or did not say.

    Attributes
    ----------
    element : str
    side : str
        Of :data:`SIDES`; empty for mechanisms.
    code : str
        Of the mechanism; empty for the element itself.
    """

    element: str
    side: str = ANY
    code: str = ""


@dataclass(frozen=True)
class Interviewed:
    """Who was interviewed.

    Attributes
    ----------
    persons, cases : Series
        By document; a document without a case is not in ``cases``.
    """

    persons: pd.Series[str]
    cases: pd.Series[str]

    @property
    def pairs(self) -> pd.DataFrame:
        """``person, case``, each pair once."""
        both = pd.DataFrame({"person": self.persons, "case": self.cases.reindex(self.persons.index)})
        return both.dropna().drop_duplicates(ignore_index=True)

    @property
    def first_case(self) -> pd.Series[str]:
        """Person -> the case of the first interview."""
        return self.pairs.drop_duplicates("person").set_index("person")["case"]

    @property
    def persons_of_case(self) -> pd.Series[int]:
        """Case -> persons interviewed."""
        return self.pairs.groupby("case")["person"].nunique()


@dataclass(frozen=True)
class Counted:
    """Counts by question; a question that is not in a mapping is hidden.

    Attributes
    ----------
    persons, cases : mapping of Question to int
    by_case : mapping of (Question, str) to int
    n_hidden : int
    reason : str
        Why nothing is shown, or empty.
    """

    persons: Mapping[Question, int]
    cases: Mapping[Question, int]
    by_case: Mapping[tuple[Question, str], int]
    n_hidden: int = 0
    reason: str = ""


def who_said(mentions: Mentions, questions: Iterable[Question]) -> dict[Question, pd.DataFrame]:
    """Of each question who said it, and in which case: ``person, case``, each pair once."""
    found: dict[Question, pd.DataFrame] = {}
    of_elements = dict(tuple(mentions.elements.groupby("element")))
    of_mechanisms = dict(tuple(mentions.mechanisms.groupby(["element", "code"])))
    for one in questions:
        if one.code:
            rows = of_mechanisms.get((one.element, one.code), mentions.mechanisms.iloc[:0])
        else:
            rows = of_elements.get(one.element, mentions.elements.iloc[:0])
            rows = rows[rows[one.side.strip("_")]] if one.side else rows
        found[one] = rows[["person", "case"]].drop_duplicates(ignore_index=True)
    return found


def count_everything(said: Mapping[Question, pd.DataFrame], interviewed: Interviewed) -> Counted:
    """Every count, for the researcher; cases where nobody said something have 0."""
    every = interviewed.persons_of_case.index
    persons = {one: int(rows["person"].nunique()) for one, rows in said.items()}
    cases = {one: int(rows["case"].nunique()) for one, rows in said.items() if one.side in OF_CASES}
    by_case = {
        (one, str(case)): int(n)
        for one, rows in said.items()
        for case, n in rows.groupby("case")["person"].nunique().reindex(every, fill_value=0).items()
        if not one.code and one.side in OF_CASES
    }
    return Counted(persons, cases, by_case)


def count_to_show(
    said: Mapping[Question, pd.DataFrame],
    interviewed: Interviewed,
    singles: Mapping[str, Sequence[frozenset[str]]],
    by: str,
    policy: Policy,
    ledger: Ledger | None,
    *,
    untold: Collection[Question] = (),
) -> Counted:
    """The counts that may be shown, by the rules of this module.

    Parameters
    ----------
    said : mapping of Question to DataFrame
        As :func:`who_said` gives it.
    interviewed : Interviewed
    singles : mapping of str to sequence of frozenset
        Element -> persons with each single code of it; mechanism (its code) -> persons with it anywhere.
    by : str
        What a case is.
    policy : Policy
    ledger : Ledger, optional
    untold : collection of Question
        Sides that no code tells of: that nobody took them says nothing of persons, so they are 0 wherever the element
        has a count.
    """
    questions = [one for one in said if one not in untold]
    everybody = interviewed.persons.drop_duplicates().to_numpy()
    whole = {one: frozenset(rows["person"]) for one, rows in said.items()}
    presence = pd.DataFrame(
        {str(place): [int(person in whole[one]) for person in everybody] for place, one in enumerate(questions)}
    )
    presence.insert(0, _GROUP, interviewed.first_case.reindex(everybody).astype(object).to_numpy())
    presence.insert(0, _PERSON, everybody)
    counts = count_shown(presence, by, policy, ledger)
    everything = count_everything(said, interviewed)
    if counts.reason:
        return Counted({}, {}, {}, sum(map(bool, everything.persons.values())), counts.reason)
    persons = {
        questions[int(code)]: int(n) for code, n in zip(counts.totals["code"], counts.totals["n_with"], strict=True)
    }
    persons = {
        one: n for one, n in persons.items() if _tells_no_difference(whole[one], _around(one, whole, singles), policy)
    }
    persons = _without_overlaps(persons, whole, singles, len(everybody), policy)
    by_case = _by_case(counts.shares, questions, presence, persons, policy)
    cases = _cases(said, interviewed, persons, by_case, policy)
    _add_untold(untold, persons, cases, by_case)
    hidden = sum(1 for one, n in everything.persons.items() if n and one not in persons and one not in untold)
    hidden += sum(1 for one, n in everything.cases.items() if n and not one.code and one not in cases)
    return Counted(persons, cases, by_case, hidden)


def _around(
    one: Question, whole: Mapping[Question, frozenset[str]], singles: Mapping[str, Sequence[frozenset[str]]]
) -> list[frozenset[str]]:
    """Groups of persons whose number is known and that lie around, or within, those of a question."""
    if one.code:
        return [*(whole[Question(one.element, side)] for side in SIDES), *singles.get(one.code, ())]
    around = list(singles.get(one.element, ()))
    outer = {ANY: (), VALUING: (ANY,), HINDERING: (ANY,)}.get(one.side, (ANY, VALUING))
    return [*(whole[Question(one.element, side)] for side in outer), *around]


def _without_overlaps(
    persons: Mapping[Question, int],
    whole: Mapping[Question, frozenset[str]],
    singles: Mapping[str, Sequence[frozenset[str]]],
    n_persons: int,
    policy: Policy,
) -> dict[Question, int]:
    """Without counts that tell, beside those of the groups that they are made of, of a few who are in several of these.

    Where two groups make up a third, the three counts tell how many are in both; where more do, a small surplus tells
    that a few are in several. The smaller of the two goes, but counts of single codes stand in a report: where both
    are of these, the count of all together goes.
    """
    kept = dict(persons)
    for element in dict.fromkeys(one.element for one in persons if not one.code):
        known = [
            group
            for group in singles.get(element, ())
            if policy.minimum_category <= len(group) <= n_persons - policy.minimum_category
        ]
        while (telling := _tells_overlap(element, kept, whole, known, policy.minimum_category)) is not None:
            del kept[telling]
    return kept


def _tells_overlap(
    element: str,
    persons: Mapping[Question, int],
    whole: Mapping[Question, frozenset[str]],
    known: Sequence[frozenset[str]],
    minimum: int,
) -> Question | None:
    """A count of an element to hide; None when its counts tell of no overlap of a few."""
    sides = [one for one in persons if one.element == element and not one.code]
    for outer in sides:
        inside = [one for one in sides if one != outer and whole[one] and whole[one] <= whole[outer]]
        groups = list(dict.fromkeys([*(whole[one] for one in inside), *(one for one in known if one <= whole[outer])]))
        for first, second in combinations(groups, 2):
            if first | second == whole[outer] and 0 < len(first & second) < minimum:
                loose = [one for one in inside if whole[one] in (first, second) and whole[one] not in known]
                return min(loose, key=lambda one: persons[one]) if loose else outer
        own = [one for one in known if one <= whole[outer]]
        surplus = sum(map(len, own)) - len(whole[outer])
        if len(own) > 2 and frozenset().union(*own) == whole[outer] and 0 < surplus < minimum:
            return outer
    return None


def _add_untold(
    untold: Collection[Question],
    persons: dict[Question, int],
    cases: dict[Question, int],
    by_case: dict[tuple[Question, str], int],
) -> None:
    """Add 0 for sides that no code tells of, and who value it where they only can help or only can miss it."""
    known = {one.element for one in persons if not one.code}
    shown = list(dict.fromkeys((one.element, case) for one, case in by_case))
    for one in untold:
        if one.side != VALUING and one.element in known:
            persons[one] = cases[one] = 0
            by_case |= {(one, case): 0 for element, case in shown if element == one.element}
    for one in untold:
        sides = [Question(one.element, side) for side in (HELPING, LACKING)]
        if one.side == VALUING and all(side in persons for side in sides):
            persons[one] = sum(persons[side] for side in sides)


def _tells_no_difference(persons: frozenset[str], others: Iterable[frozenset[str]], policy: Policy) -> bool:
    """Whether no group that holds these persons, or lies within them, differs by a few."""
    differences = (len(persons ^ other) for other in others if persons <= other or persons >= other)
    return all(not 0 < n < policy.minimum_category for n in differences)


def _by_case(
    shares: pd.DataFrame,
    questions: Sequence[Question],
    presence: pd.DataFrame,
    persons: Mapping[Question, int],
    policy: Policy,
) -> dict[tuple[Question, str], int]:
    """Counts of persons of single cases, by the rules of this module.

    Those of a direction are shown where they do not differ by a few from those who speak of the element at all; and
    what is left of everybody when they are taken off must be a count that could be shown too.
    """
    columns = {one: str(place) for place, one in enumerate(questions)}
    groups = presence[_GROUP].astype(object).where(presence[_GROUP].notna(), _NO_CASE)
    found = presence[list(columns.values())].groupby(groups.to_numpy()).sum()
    sizes = groups.value_counts().reindex(found.index).to_numpy(dtype=int)
    kept: dict[tuple[Question, str], int] = {}
    for one in persons:
        if one.code or one.side not in OF_CASES:
            continue
        cells = shares[shares["code"] == columns[one]]
        shown = set(cells["group"])
        table = pd.DataFrame(
            {"n": sizes, "with": found[columns[one]], "of": found[columns[Question(one.element)]]}, index=found.index
        )
        for case in _that_tell_nothing(table, shown, policy):
            kept[one, str(case)] = int(table["with"].loc[case])
    return kept


def _that_tell_nothing(table: pd.DataFrame, shown: set[str], policy: Policy) -> list[str]:
    """Cases whose counts may be shown beside the count of everybody: the smallest are hidden until this holds.

    Parameters
    ----------
    table : DataFrame
        By case: ``n`` persons, ``with`` who said it, ``of`` those who speak of the element.
    shown : set of str
        Cases whose count may be shown by itself.
    policy : Policy
    """
    few = (table["of"] - table["with"]).between(1, policy.minimum_category - 1)
    open_cases = [str(case) for case in table.index if case in shown and not few[case]]
    while open_cases:
        rest = table.drop(index=open_cases).sum()
        n, n_with, outer = int(rest["n"]), int(rest["with"]), int(rest["of"])
        singles = 0 < n_with < policy.minimum_category or n - n_with < policy.minimum_category
        differs = 0 < outer - n_with < policy.minimum_category
        if n == 0 or (n >= policy.minimum_cell and not singles and not differs):
            break
        open_cases.remove(min(open_cases, key=lambda case: (int(table["n"].loc[case]), case)))
    return open_cases


def _cases(
    said: Mapping[Question, pd.DataFrame],
    interviewed: Interviewed,
    persons: Mapping[Question, int],
    by_case: Mapping[tuple[Question, str], int],
    policy: Policy,
) -> dict[Question, int]:
    sizes = {str(case): int(n) for case, n in interviewed.persons_of_case.items()}
    within = {one: frozenset(map(str, rows["case"].dropna())) for one, rows in said.items()}
    shown: dict[Question, int] = {}
    for one in said:
        if one.side not in OF_CASES:
            continue
        named = {case for (other, case) in by_case if other == one}
        left = {case: n for case, n in sizes.items() if case not in named}
        fits = one in persons and _may_count_cases(within[one], sizes, policy)
        fits = fits and (len(left) in (0, len(sizes)) or _may_count_cases(within[one] & left.keys(), left, policy))
        if one.side or one.code:
            outer = within[Question(one.element)]
            fits = fits and not 0 < len(outer - within[one]) < policy.minimum_category
        if fits:
            shown[one] = len(within[one])
    return shown


def _may_count_cases(inside: Iterable[str], sizes: Mapping[str, int], policy: Policy) -> bool:
    """Whether the number of cases in which something was said may be shown."""
    inside = set(inside)
    outside = set(sizes) - inside
    if inside and not outside:
        return all(sizes[case] >= policy.minimum_cell for case in inside)
    return all(
        not cases
        or (len(cases) >= policy.minimum_category and sum(sizes[case] for case in cases) >= policy.minimum_cell)
        for cases in (inside, outside)
    )
