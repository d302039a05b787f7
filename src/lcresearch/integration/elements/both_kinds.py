"""Bring the evidence on working elements together: effects, interviews, and combinations of elements."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from lcresearch.errors import IntegrationError
from lcresearch.integration.configurations.result import QCA
from lcresearch.integration.converging.result import Convergence
from lcresearch.integration.elements.advice_rules import AdviceRules, advice_rules
from lcresearch.integration.elements.advising import advice_table
from lcresearch.integration.elements.combining import (
    chosen_solutions,
    combinations_of,
    conditions_of,
    is_necessary,
    necessity_table,
    terms_table,
)
from lcresearch.integration.elements.gaps import Compared, gaps_table
from lcresearch.integration.elements.hearing import with_interviews
from lcresearch.integration.elements.places import deciding_element, text_of, title_of, where_it_works
from lcresearch.integration.elements.result import ElementsOfBothKinds
from lcresearch.integration.listening.result import Voices
from lcresearch.integration.plan.model import IntegrationFile
from lcresearch.messages import LANGUAGES
from lcresearch.synthesis import Synthesis
from lcresearch.synthesis.programme import ProgrammeFile

_NEEDED = ("element", "estimate", "verdict", "certainty")


def elements_of_both_kinds(
    evidence: Synthesis | pd.DataFrame,
    voices: Voices | None = None,
    convergence: Convergence | None = None,
    qca: Mapping[str, QCA] | None = None,
    *,
    plan: IntegrationFile | None = None,
    programme: ProgrammeFile | None = None,
    necessity: Mapping[str, pd.DataFrame] | None = None,
    failed: Mapping[str, Mapping[str, str]] | None = None,
    rules: AdviceRules | str | Path | None = None,
) -> ElementsOfBothKinds:
    """The elements table of a synthesis with what people said, what combinations elements are part of, and advice.

    Parameters
    ----------
    evidence : Synthesis or DataFrame
        The synthesis, or its table ``elements``.
    voices : Voices, optional
        Of :func:`~lcresearch.integration.voices`: released by a policy when the result is to be shared.
    convergence : Convergence, optional
        Of :func:`~lcresearch.integration.convergence`.
    qca : mapping of str to QCA, optional
        Comparisons of cases by the name that they have in the plan.
    plan : IntegrationFile, optional
        It tells which condition stands for which element, and has sentences of the author.
    programme : ProgrammeFile, optional
        For titles; that of the synthesis where it is one.
    necessity : mapping of str to DataFrame, optional
        Analysis -> ``condition`` (``a`` or ``~a``), ``consistency, coverage``.
    failed : mapping of str to mapping, optional
        Analysis -> why it could not be done, by language.
    rules : AdviceRules, str or Path, optional
        Rules for advice, or the file that holds them; by default those of :func:`advice_rules`.

    Returns
    -------
    ElementsOfBothKinds

    Raises
    ------
    IntegrationError
        Q167: the table lacks columns; problems of a file of rules.

    Examples
    --------
    >>> table = pd.DataFrame({"element": ["coaching"], "estimate": [0.3], "std_error": [0.1], "df": [9.0]})
    >>> table = table.assign(verdict="generic", direction="positive", certainty="low", smallest_worthwhile=0.1)
    >>> found = elements_of_both_kinds(table)
    >>> found.advice_in("en").tolist()
    ['Try this and see whether it helps in your setting too.']
    >>> sorted(found.gaps["part"])
    ['combinations', 'convergence', 'voices']
    """
    result = evidence if isinstance(evidence, Synthesis) else None
    table = evidence.elements if isinstance(evidence, Synthesis) else evidence
    missing = [name for name in _NEEDED if name not in table.columns]
    if missing:
        raise IntegrationError("Q167", missing=missing)
    programme = result.programme if programme is None and result is not None else programme
    plan, qca = plan or IntegrationFile(), qca or {}
    names = list(dict.fromkeys(str(name) for name in table["element"]))
    stands_for = conditions_of(plan, programme)
    terms = terms_table(qca, stands_for, elements=names)
    needed = necessity_table(necessity or {}, stands_for, plan.qca, elements=names)
    table = with_interviews(table.reset_index(drop=True), voices, convergence)
    elements = [str(name) for name in table["element"]]
    table["necessary"] = pd.Series([is_necessary(name, needed) for name in elements], dtype=object)
    table["combinations"] = pd.Series([combinations_of(name, terms) for name in elements], dtype=object)
    rows = table.to_dict("records")
    set_titles = _set_titles(plan, stands_for, programme)
    advice = advice_table(
        table,
        rules if isinstance(rules, AdviceRules) else advice_rules(rules),
        terms=terms,
        sides={} if convergence is None else _sides(convergence),
        titles=set_titles,
        moderators=[deciding_element(result, row, place) for place, row in enumerate(rows)],
        where=[where_it_works(result, row, place) for place, row in enumerate(rows)],
        plan=plan,
        barriers=_barriers(programme),
    )
    return ElementsOfBothKinds(
        table=table,
        voices=_nothing("element", "n_cases", "of_cases") if voices is None else voices.elements,
        mechanisms=_nothing("element", "code", "name", "kind") if voices is None else voices.mechanisms,
        quotes=_nothing("element", "quote", "described") if voices is None else voices.quotes,
        convergence=_nothing("element", "verdict") if convergence is None else _with_reasons(convergence),
        terms=terms,
        necessity=needed,
        advice=advice,
        gaps=gaps_table(table, voices, convergence, _compared(qca, plan, stands_for, failed or {})),
        titles={name: text_of(None, name) if programme is None else title_of(programme, name) for name in names},
        set_titles=set_titles,
    )


def _compared(
    qca: Mapping[str, QCA],
    plan: IntegrationFile,
    stands_for: Mapping[str, Mapping[str, str]],
    failed: Mapping[str, Mapping[str, str]],
) -> Compared:
    elements_of = {name: frozenset(own.values()) for name, own in stands_for.items()}
    return Compared(
        planned=bool(plan.qca),
        elements=frozenset(element for name in qca for element in elements_of.get(name, ())),
        failed=failed,
        without_solution=tuple(name for name, one in qca.items() if not chosen_solutions(one)),
        elements_of=elements_of,
    )


def _barriers(programme: ProgrammeFile | None) -> frozenset[str]:
    """Elements that are thought to hinder."""
    return frozenset(name for name, one in programme.elements.items() if one.barrier) if programme else frozenset()


def _set_titles(
    plan: IntegrationFile, stands_for: Mapping[str, Mapping[str, str]], programme: ProgrammeFile | None
) -> dict[str, dict[str, dict[str, str]]]:
    """Analysis -> condition, or ``outcome`` -> title: its own, else that of the element."""
    found: dict[str, dict[str, dict[str, str]]] = {}
    for name, one in plan.qca.items():
        titles = {"outcome": text_of(one.outcome.title or one.title, name)}
        for key, condition in one.conditions.items():
            element = stands_for[name].get(key)
            if condition.title is None and element is not None and programme is not None:
                titles[key] = title_of(programme, element)
            else:
                titles[key] = text_of(condition.title, key)
        found[name] = titles
    return found


def _with_reasons(found: Convergence) -> pd.DataFrame:
    reasons = {f"reason_{language}": [one[language] for one in found.reasons] for language in LANGUAGES}
    return found.rows.assign(**reasons)


def _sides(convergence: Convergence) -> dict[str, str]:
    return dict(zip(convergence.rows["element"].astype("str"), convergence.rows["voices"].astype("str"), strict=True))


def _nothing(*columns: str) -> pd.DataFrame:
    return pd.DataFrame(columns=list(columns))
