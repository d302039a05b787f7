"""A declared model as a formula and the columns of its rows: what each consortium computes, and in which order.

Elements and covariates of communities stand in the model as they are. What is constant within a consortium or a
community, such as the sector or a moderator, is multiplied in afterwards, from the sums: so a package stays small, and
a question that nobody thought of can still be asked, as an exploratory one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from lcresearch.errors import Place, Problem, SynthesisError
from lcresearch.synthesis.programme.model import Covariate, Element, ProgrammeFile, Rows

CONSORTIUM, COMMUNITY, RESPONDENT, WAVE = "consortium", "community", "respondent", "wave"
TIME, CHANGE, SCORE, FIRST = "time", "change", "score", "first_score"


@dataclass(frozen=True)
class ModelPlan:
    """A model of a programme, written out.

    Attributes
    ----------
    name : str
    formula : str
        Of the sums in a package. Random slopes of elements over consortia and sectors come in at the synthesis.
    outcome : str
        Its column: ``change`` or ``score``.
    rows : {"change", "last_wave", "waves"}
    waves : tuple of str
        First and last wave; one for ``last_wave``.
    terms : dict of str to tuple of str
        Element or covariate -> its columns: itself, or one a category but the reference.
    effects : dict of str to str
        Element -> the column whose coefficient is its effect: itself, or its product with time.
    persons : str or None
        The column of persons whose rows are summed with those of others.
    person_columns : tuple of str
        Columns of the model that may vary over persons of one community, the outcome among them.
    shift : dict of str to float
    """

    name: str
    formula: str
    outcome: str
    rows: Rows
    waves: tuple[str, ...]
    score: str
    terms: dict[str, tuple[str, ...]]
    effects: dict[str, str]
    persons: str | None
    person_columns: tuple[str, ...]
    shift: dict[str, float]
    community: str


def plan_of(programme: ProgrammeFile, name: str) -> ModelPlan:
    """Write out a model of the programme.

    Examples
    --------
    >>> from lcresearch.synthesis.programme import example_programme
    >>> plan_of(example_programme(), "growth").formula
    'change ~ shared_purpose + time_to_learn + firm_size_small + (1 | consortium) + (1 | consortium:community)'
    """
    model = programme.models[name]
    elements = programme.elements_of(name)
    terms: dict[str, tuple[str, ...]] = {element: (element,) for element in elements}
    terms |= {covariate: columns_of(covariate, programme.covariates[covariate]) for covariate in model.covariates}
    if model.first_wave:
        terms[FIRST] = (FIRST,)
    own = [covariate for covariate in model.covariates if programme.covariates[covariate].level == RESPONDENT]
    personal = [column for covariate in own for column in terms[covariate]] + [FIRST] * model.first_wave
    by_wave = model.rows == "waves"
    outcome = CHANGE if model.rows == "change" else SCORE
    return ModelPlan(
        name=name,
        formula=_formula(outcome, terms, elements, by_wave=by_wave),
        outcome=outcome,
        rows=model.rows,
        waves=model.waves if model.rows != "last_wave" else model.waves[-1:],
        score=programme.outcomes[model.outcome].score,
        terms=terms,
        effects={element: f"{TIME}:{element}" if by_wave else element for element in elements},
        persons=RESPONDENT if by_wave else None,
        person_columns=(*personal, *([TIME] if by_wave else []), outcome),
        shift=dict(model.shift),
        community=model.community,
    )


def columns_of(name: str, covariate: Covariate) -> tuple[str, ...]:
    """Columns of a covariate in a model: its own name, or one for each category but the reference."""
    if not covariate.levels:
        return (name,)
    return tuple(f"{name}_{category_name(level)}" for level in list(covariate.levels)[1:])


def category_name(level: str) -> str:
    """A category as part of the name of a column.

    Examples
    --------
    >>> category_name("10-49")
    '10_49'
    """
    return "".join(letter if letter.isalnum() else "_" for letter in level)


def _formula(outcome: str, terms: dict[str, tuple[str, ...]], elements: tuple[str, ...], *, by_wave: bool) -> str:
    fixed = [column for columns in terms.values() for column in columns]
    groups = (CONSORTIUM, f"{CONSORTIUM}:{COMMUNITY}")
    if not by_wave:
        return f"{outcome} ~ " + " + ".join([*fixed, *(f"(1 | {group})" for group in groups)])
    products = [f"{TIME}:{element}" for element in elements]
    random = [*(f"(1 + {TIME} | {group})" for group in groups), f"(1 | {CONSORTIUM}:{COMMUNITY}:{RESPONDENT})"]
    return f"{outcome} ~ " + " + ".join([TIME, *fixed, *products, *random])


def rows_of(plan: ModelPlan, programme: ProgrammeFile, frame: pd.DataFrame) -> pd.DataFrame:
    """The rows of a model from the answers of a consortium; incomplete ones have missing values.

    Parameters
    ----------
    frame : DataFrame
        A row a respondent and wave: ``respondent, wave, consortium``, the column of communities, scores, elements and
        covariates.

    Returns
    -------
    DataFrame
        ``consortium, community, respondent``, the columns of the formula; index of ``frame`` (for a change that of the
        last wave).

    Raises
    ------
    SynthesisError
        Y130: columns that the programme names are not there; Y131: a value that is no declared category, or outside
        the limits of an element; Y132: a person twice at one wave.
    """
    _check_columns(plan, programme, frame)
    frame = frame[frame[WAVE].astype("str").isin(plan.waves)]
    twice = frame.duplicated([RESPONDENT, WAVE])
    if twice.any():
        raise SynthesisError("Y132", model=plan.name, n=int(twice.sum()))
    made = {
        CONSORTIUM: frame[CONSORTIUM].astype("str"),
        COMMUNITY: frame[plan.community],
        RESPONDENT: frame[RESPONDENT],
    }
    rows = pd.DataFrame(made | dict(numbers_of(plan, programme, frame)), index=frame.index)
    score = pd.to_numeric(frame[plan.score]).astype("float64")
    if plan.rows == "last_wave":
        return rows.assign(**{SCORE: score})
    last = frame[WAVE].astype("str") == plan.waves[-1]
    if plan.rows == "waves":
        return rows.assign(**{TIME: last.astype("float64"), SCORE: score})
    before = score[~last].set_axis(frame.loc[~last, RESPONDENT])
    first = frame.loc[last, RESPONDENT].map(before)
    rows = rows[last].assign(**{CHANGE: score[last] - first})
    return rows.assign(**{FIRST: first}) if FIRST in plan.terms else rows


def numbers_of(
    plan: ModelPlan, programme: ProgrammeFile, frame: pd.DataFrame
) -> Iterator[tuple[str, pd.Series[float]]]:
    """Columns of the elements and covariates of a plan, by name; their values were checked before."""
    for name, columns in plan.terms.items():
        if name in programme.elements:
            element = programme.elements[name]
            yield name, pd.to_numeric(frame[element.column]).astype("float64") / element.unit
        elif name in programme.covariates:
            covariate = programme.covariates[name]
            values = frame[covariate.column]
            if not covariate.levels:
                yield name, pd.to_numeric(values).astype("float64") - covariate.centre
                continue
            for column, level in zip(columns, list(covariate.levels)[1:], strict=True):
                yield column, (values.astype("str") == level).astype("float64").where(values.notna())


def _check_columns(plan: ModelPlan, programme: ProgrammeFile, frame: pd.DataFrame) -> None:
    elements = {programme.elements[name].column: name for name in plan.terms if name in programme.elements}
    covariates = {programme.covariates[name].column: name for name in plan.terms if name in programme.covariates}
    needed = [RESPONDENT, WAVE, CONSORTIUM, plan.community, plan.score, *elements, *covariates]
    problems = [
        Problem("Y130", Place(column=column), {"model": plan.name, "column": column})
        for column in dict.fromkeys(needed)
        if column not in frame.columns
    ]
    if problems:
        raise SynthesisError(problems)
    problems += [one for column, name in elements.items() for one in _outside(programme, name, frame[column])]
    problems += [one for column, name in covariates.items() for one in _unknown(programme, name, frame[column])]
    if problems:
        raise SynthesisError(problems)


def problems_of_columns(programme: ProgrammeFile, table: pd.DataFrame) -> list[Problem]:
    """Values of elements and of characteristics, of any model or none, that the programme does not declare: Y131."""
    elements = [(name, one.column) for name, one in programme.elements.items() if one.column in table]
    covariates = [(name, one.column) for name, one in programme.covariates.items() if one.column in table]
    return [
        *(one for name, column in elements for one in _outside(programme, name, table[column])),
        *(one for name, column in covariates for one in _unknown(programme, name, table[column])),
    ]


def _outside(programme: ProgrammeFile, name: str, values: pd.Series[float]) -> list[Problem]:
    element = programme.elements[name]
    return _undeclared(element.column, undeclared_values(element, values), allowed_by(element))


def _unknown(programme: ProgrammeFile, name: str, values: pd.Series[str]) -> list[Problem]:
    covariate = programme.covariates[name]
    return _undeclared(covariate.column, undeclared_values(covariate, values), allowed_by(covariate))


def _undeclared(column: str, wrong: pd.Series[Any], known: str) -> list[Problem]:
    if not len(wrong):
        return []
    return [Problem("Y131", Place(column=column), {"value": str(wrong.iloc[0])[:40], "known": known})]


def undeclared_values(declared: Element | Covariate, values: pd.Series[Any]) -> pd.Series[Any]:
    """Values that an element or characteristic may not have: outside its limits, no category of it, or no number."""
    if isinstance(declared, Covariate) and declared.levels:
        if all(str(value) in declared.levels for value in values.dropna().unique()):
            return values.iloc[:0]
        return values[values.notna() & ~values.astype("str").isin(list(declared.levels))]
    if isinstance(values.dtype, np.dtype) and values.dtype.kind in "iuf":
        numbers, wrong = values.to_numpy(), np.zeros(len(values), dtype=bool)
    else:
        numbers = pd.to_numeric(values, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
        wrong = np.isnan(numbers) & values.notna().to_numpy(dtype=bool)
    if isinstance(declared, Element):
        wrong |= (numbers < declared.minimum) | (numbers > declared.maximum)
    return values[wrong]


def allowed_by(declared: Element | Covariate) -> str:
    """The values that an element or characteristic may have, for a message."""
    if isinstance(declared, Element):
        return f"{declared.minimum:g} – {declared.maximum:g}"
    return ", ".join(declared.levels) if declared.levels else "0, 1, 2.5 ..."
