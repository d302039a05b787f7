"""Findings of interviews and of comparisons of cases: what people told, and in which combinations it works."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any, Protocol

import pandas as pd

from lcresearch import interviews
from lcresearch.disclosure import REPORT, Ledger, Policy
from lcresearch.integration.converging.rules import convergence_rules
from lcresearch.integration.converging.states import SIDES, side_states
from lcresearch.integration.logic_models.findings import Finding, Names, Values, called
from lcresearch.integration.logic_models.model import LogicModelFile
from lcresearch.interviews import Codebook, Project
from lcresearch.interviews.code_tables.counts_of_persons import count_shown, pairs_shown, presence_of
from lcresearch.interviews.code_tables.passages import names_of_columns

PERSON = "respondent"
_AIMS = ("individual_capacity", "collective_capacity", "innovation", "outcome")
"""Kinds of constructs that elements are meant for."""


class Told(Protocol):
    """What was told of elements: :class:`~lcresearch.integration.Voices` has it."""

    @property
    def elements(self) -> pd.DataFrame:
        """An element a row."""

    @property
    def mechanisms(self) -> pd.DataFrame:
        """An element and code a row."""


_DIRECTIONS = {"helping": "positive", "missed": "positive", "valued": "positive", "hindering": "negative"}
"""What the sides that people take say of an arrow."""


def of_elements(
    name: str, table: pd.DataFrame, names: Names, model: LogicModelFile, agreed: pd.DataFrame | None = None
) -> Iterator[Finding]:
    """What was told of each element, which speaks of its arrows to capacities, innovation and outcomes.

    That an element helps, is missed or is in the way says nothing on how: arrows to a process are told of by
    mechanisms. Elements of which nothing may be shown are passed over.

    Direction is that of the side that people take in the convergence (``agreed``: ``element, voices``), so that the two
    never differ; without it, by the thresholds of its own rules. Where few take a side, or where that is hidden, it is
    unclear. Who misses an element speaks for it, just as those do who say that it helps.
    """
    states = (
        {} if agreed is None or "voices" not in agreed else dict(zip(agreed["element"], agreed["voices"], strict=True))
    )
    columns = [*table.columns, *(name for name in SIDES if name not in table)]
    sides = side_states(table.reindex(columns=columns), convergence_rules().voices)
    for row, side in zip(table.to_dict("records"), sides, strict=True):
        element = str(row["element"])
        if not _count(row, "n_persons") > 0:
            continue
        state = str(states.get(element, side))
        direction = "mixed" if state == "divided" else _DIRECTIONS.get(state, "unclear")
        values: Values = {"kind": "interviews", "result": name, "term": element, "direction": direction}
        values |= {"n_persons": _count(row, "n_persons"), "of_persons": _count(row, "of_persons"), "clear": False}
        causes = called(names.elements, element)
        effects = frozenset(
            arrow.target
            for arrow in model.arrows
            if arrow.source in causes and model.constructs[arrow.target].kind in _AIMS
        )
        yield Finding(values, causes, effects, cause=element)


def of_mechanisms(
    name: str,
    table: pd.DataFrame,
    names: Names,
    spellings: Mapping[str, tuple[str, ...]],
    spoken: pd.DataFrame | None = None,
) -> Iterator[Finding]:
    """Mechanisms that were told with an element: from the element to the construct that has the code.

    Of how many persons stands with the elements (``spoken``), as all were asked of all.
    """
    asked = (
        {} if spoken is None else {str(row["element"]): _count(row, "of_persons") for row in spoken.to_dict("records")}
    )
    for row in table.to_dict("records"):
        element, code = str(row["element"]), str(row["code"])
        told = str(row.get("name") or code)
        values: Values = {"kind": "interviews", "result": name, "term": f"{element} + {told}", "direction": "unclear"}
        values |= {"n_persons": _count(row, "n_persons"), "of_persons": asked.get(element, math.nan)}
        values |= {"clear": False, "detail": str(row.get("kind", ""))}
        effects = called(names.codes, code, told, *spellings.get(code, ()))
        yield Finding(values, called(names.elements, element), effects, cause=element, effect=told, either_way=True)


def of_project(
    name: str,
    project: Project,
    names: Names,
    policy: Policy | None = REPORT,
    ledger: Ledger | None = None,
    mechanisms: pd.DataFrame | None = None,
) -> Iterator[Finding]:
    """Codes of two constructs that stand in one turn: in how many persons' interviews, as far as that may be shown.

    Parameters
    ----------
    name : str
    project : Project
    names : Names
    policy : Policy, optional
        Both codes must have counts that may be shown, and so must the two together; None shows everything, for the
        researcher's own folder.
    ledger : Ledger, optional
        What went out earlier; what goes out now is staged in it.
    mechanisms : DataFrame, optional
        Mechanisms of elements that are shown too (``code, n_persons``): who has the code of a mechanism with one code
        of an element is among those who have it with any, so a pair that differs from these by a few is left out.
    """
    persons = pd.Series({each.id: str(each.attributes.get(PERSON) or each.id) for each in project.corpus}, dtype="str")
    n_persons = int(persons.nunique())
    by = PERSON if PERSON in project.corpus.attributes.columns else "document"
    pairs = interviews.co_occurrence(project, by=by)
    ids = {path: code for code, path in names_of_columns(project).items()}
    pairs = pairs.assign(code_1=pairs["code_1"].map(ids), code_2=pairs["code_2"].map(ids))
    if policy is not None:
        counts = count_shown(presence_of(project, persons, None), "", policy, ledger)
        pairs = pairs_shown(pairs, counts, n_persons, policy)
        pairs = _apart_from(pairs, mechanisms, policy) if mechanisms is not None and len(mechanisms) else pairs
    spellings = spellings_of(project.codebook)
    for row in pairs.to_dict("records"):
        codes = (str(row["code_1"]), str(row["code_2"]))
        first, second = (called(names.codes, *spellings.get(code, ())) for code in codes)
        if not first or not second or first == second:
            continue
        told = [project.codebook[code].name for code in codes]
        values: Values = {"kind": "interviews", "result": name, "term": " + ".join(told)}
        values |= {"n_persons": float(row["n_cases"]), "of_persons": float(n_persons), "direction": "unclear"}
        yield Finding(
            values | {"clear": False}, first, second, cause=told[0], effect=told[1], either_way=True,
        )  # fmt: skip


def _apart_from(pairs: pd.DataFrame, mechanisms: pd.DataFrame, policy: Policy) -> pd.DataFrame:
    """Pairs that no count of a mechanism exceeds by a few persons."""
    fits = pd.Series(True, index=pairs.index)
    for code, n in zip(mechanisms["code"].astype(str), mechanisms["n_persons"].astype(float), strict=True):
        own = (pairs["code_1"] == code) | (pairs["code_2"] == code)
        fits &= ~(own & (n - pairs["n_cases"]).between(1, policy.minimum_category - 1))
    return pairs[fits]


def only_shown(table: pd.DataFrame | None, policy: Policy, spoken: pd.DataFrame | None = None) -> pd.DataFrame | None:
    """Rows of confidential voices whose counts of persons single nobody out.

    Parameters
    ----------
    table : DataFrame, optional
        Elements, or mechanisms.
    policy : Policy
        So many persons must be asked, so many must have said it, and so many must not.
    spoken : DataFrame, optional
        Elements, where the table itself does not hold ``of_persons``.
    """
    if table is None:
        return None
    persons = (table if "of_persons" in table else spoken if spoken is not None else table).get("of_persons")
    asked = math.nan if persons is None else float(persons.max())
    n, least = table["n_persons"].astype(float), policy.minimum_category
    return table[(n >= least) & (asked - n >= least) & (asked >= policy.minimum_cell)]


def of_cases(
    name: str, terms: pd.DataFrame, names: Names, titles: Mapping[str, Mapping[str, Mapping[str, str]]]
) -> Iterator[Finding]:
    """Terms of solutions of a comparison of cases, a row an element and term.

    Parameters
    ----------
    name : str
    terms : DataFrame
    names : Names
    titles : mapping
        Analysis -> ``outcome`` -> title by language, by which the outcome is known where the terms do not name it.
    """
    for row in terms.to_dict("records"):
        element, analysis = str(row["element"]), str(row.get("analysis") or name)
        outcome = str(row.get("outcome") or "")
        values: Values = {"kind": "cases", "result": analysis, "term": str(row["term"]), "outcome": outcome}
        values |= {"direction": "positive" if row["present"] else "negative", "clear": False}
        numbers = {key: float(row.get(key, math.nan)) for key in ("consistency", "coverage", "n_cases")}
        values |= {"detail": numbers | {"solution": str(row.get("solution", ""))}}
        written = [outcome] if outcome else [analysis, *titles.get(analysis, {}).get("outcome", {}).values()]
        causes = called(names.elements, element) | called(names.outcomes, element)
        yield Finding(values, causes, called(names.outcomes, *written), cause=element, effect=outcome or analysis)


def spellings_of(book: Codebook) -> dict[str, tuple[str, ...]]:
    """Code -> how it may be written: short name, id, name or path of it or of a code above it."""
    found = {}
    for code in book:
        line = [*book.ancestors(code.id), code]
        names = [text for one in line for text in (one.id, one.key, one.name, book.path(one.id))]
        names += [texts["name"] for one in line for texts in one.translations.values() if texts.get("name")]
        found[code.id] = tuple(dict.fromkeys(filter(None, names)))
    return found


def titles_of(book: Codebook) -> dict[str, dict[str, str]]:
    """Name of a code -> its name by language, where the codebook has it in more than one."""
    return {
        code.name: {language: words["name"] for language, words in code.translations.items() if words.get("name")}
        for code in book
        if code.translations
    }


def _count(row: dict[Any, Any], key: str) -> float:
    value = row.get(key)
    return math.nan if value is None or pd.isna(value) else float(value)
