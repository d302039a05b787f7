"""Elements and covariates that a programme names: where they come from, and whether they are what it says.

They stand in the files of answers, in the table of communities, or they are a question or a level of the study. A value
that does not fit is named with its place; what is to be the same for a whole community is checked, and given to all.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Literal

import pandas as pd

from lcresearch.errors import Place, Problem, StudyError
from lcresearch.responses import Responses
from lcresearch.responses.tables import shown
from lcresearch.responses.written_numbers import plain_number
from lcresearch.studies.characteristics import is_personal
from lcresearch.studies.communities import COMMUNITY, CONSORTIUM, ROW, CommunityTable, unmatched
from lcresearch.synthesis.programme import ProgrammeFile

Holder = Literal["respondent", "community", "consortium"]
_NAMED = 3


@dataclass(frozen=True)
class AskedColumn:
    """A column that the programme names.

    Attributes
    ----------
    holder : {"respondent", "community", "consortium"}
        What it is a characteristic of.
    limits : tuple of float or None
        Lowest and highest value, of an element.
    categories : tuple of str
        Of a covariate with categories; empty for numbers.
    required : bool
        Whether a model or a declared moderator needs it.
    group : bool
        Whether it names the groups of a model.
    """

    holder: Holder
    limits: tuple[float, float] | None = None
    categories: tuple[str, ...] = ()
    required: bool = False
    group: bool = False

    @property
    def allowed(self) -> str:
        """What may stand in it, for a message."""
        if self.limits is not None:
            return f"{self.limits[0]:g} – {self.limits[1]:g}"
        return ", ".join(self.categories) if self.categories else "0, 1, 2.5 …"


@dataclass(frozen=True)
class ProgrammeColumns:
    """What was found.

    Attributes
    ----------
    frame : DataFrame
        A row a row of the answers: elements and numbers as numbers, categories as text.
    communities : CommunityTable or None
    problems : tuple of Problem
        Warnings.
    """

    frame: pd.DataFrame
    communities: CommunityTable | None = None
    problems: tuple[Problem, ...] = field(default=())


def asked_columns(programme: ProgrammeFile) -> dict[str, AskedColumn]:
    """Columns that the programme names, by their name.

    Examples
    --------
    >>> from lcresearch.synthesis.programme import example_programme
    >>> found = asked_columns(example_programme())
    >>> list(found), found["firm_size"].allowed
    (['element_shared_purpose', 'element_time_to_learn', 'firm_size'], 'large, small')
    """
    used: set[str] = set()
    for name, model in programme.models.items():
        elements = programme.elements_of(name)
        used |= {*elements, *model.covariates, *(other for one in elements for other in programme.moderators_of(one))}
    found = {
        element.column: AskedColumn("community", (element.minimum, element.maximum), required=name in used)
        for name, element in programme.elements.items()
    }
    for name, covariate in programme.covariates.items():
        categories = tuple(covariate.levels)
        found[covariate.column] = AskedColumn(covariate.level, categories=categories, required=name in used)
    for model in programme.models.values():
        if model.community != COMMUNITY:
            found[model.community] = AskedColumn("community", required=True, group=True)
    return found


def programme_columns(
    asked: Mapping[str, AskedColumn],
    data: Responses,
    table: CommunityTable | None,
    *,
    reasons: Collection[str] = (),
) -> ProgrammeColumns:
    """The columns that a programme names, for each row of the answers.

    Parameters
    ----------
    asked : mapping
        As :func:`asked_columns` gives it.
    data : Responses
        Columns that are neither questions nor levels stand in ``kept``.
    table : CommunityTable or None
    reasons : collection of str
        Columns of which the study says why it needs them, though they look like personal data.

    Raises
    ------
    StudyError
        S117 a column that is nowhere, S118 personal data, S119 a value that the programme does not allow, S120 a
        community or consortium with two values: all of them together.
    """
    problems: list[Problem] = []
    found: dict[str, pd.Series[float] | pd.Series[str]] = {}
    for column, one in asked.items():
        texts = _texts(column, one, data, table)
        if texts is None:
            if one.required:
                problems.append(Problem("S117", values={"column": column}))
        elif _from_answers(column, data, table) and is_personal(column, texts, data.log, reasons):
            problems.append(Problem("S118", values={"column": shown(column, 40)}))
        else:
            wrong = _wrong_values(column, one, texts, data, table)
            differing = _differing(column, one, texts, data)
            problems += wrong or differing
            if not wrong and not differing:
                found[column] = _values(one, _of_group(one, texts, data))
    if problems:
        raise StudyError(problems)
    told = unmatched(table, data.frame) if table is not None else []
    return ProgrammeColumns(pd.DataFrame(found, index=data.frame.index), table, tuple(told))


def _from_answers(column: str, data: Responses, table: CommunityTable | None) -> bool:
    """Whether a column comes from a file of answers, and is no question or level, which are looked at elsewhere."""
    return column in data.kept.columns and (table is None or column not in table.columns)


def _texts(column: str, one: AskedColumn, data: Responses, table: CommunityTable | None) -> pd.Series[str] | None:
    """Values as text, index as the answers; None when the column is nowhere."""
    if table is not None and column in table.columns:
        return table.beside(column, data.frame)
    if column in data.levels:
        return data.frame[column].astype("str")
    if column in data.items:
        numbers = data.frame[column]
        return numbers.map(lambda number: f"{number:g}" if pd.notna(number) else None).astype("str")
    if column in data.kept.columns:
        texts = data.kept[column].str.strip()
        return texts.where(texts != "").astype("str")
    return None


def _fits(one: AskedColumn, text: str) -> bool:
    if one.categories or one.group:
        return one.group or text in one.categories
    number = plain_number(text)
    return number is not None and (one.limits is None or one.limits[0] <= number <= one.limits[1])


def _wrong_values(
    column: str, one: AskedColumn, texts: pd.Series[str], data: Responses, table: CommunityTable | None
) -> list[Problem]:
    """S119 for each value that the programme does not allow, at the first place where it stands."""
    from_table = table is not None and column in table.columns
    values = table.rows[column] if table is not None and from_table else texts
    wrong = [text for text in values.dropna().unique().tolist() if not _fits(one, text)]
    problems = []
    for text in wrong[:_NAMED]:
        first = (values == text).to_numpy().argmax()
        if table is not None and from_table:
            place = Place(file=table.file, row=int(table.rows[ROW].iloc[first]), column=column)
        else:
            origin = data.origin.iloc[first]
            place = Place(file=str(origin["file"]), row=int(origin["row"]), column=column)
        problems.append(Problem("S119", place, {"value": shown(text, 40), "known": one.allowed}))
    return problems


def _keys(one: AskedColumn, data: Responses) -> list[str]:
    """Levels that name the group that a column describes, as far as the study has them."""
    wanted = {"respondent": (), "community": (CONSORTIUM, COMMUNITY), "consortium": (CONSORTIUM,)}[one.holder]
    return [level for level in wanted if level in data.levels]


def _differing(column: str, one: AskedColumn, texts: pd.Series[str], data: Responses) -> list[Problem]:
    """S120 when one community or consortium has two values."""
    if one.holder == "respondent":
        return []
    keys = _keys(one, data)
    values = _values(one, texts)
    if not keys:
        several = ["–"] if values.nunique() > 1 else []
    else:
        counts = values.groupby([data.frame[key] for key in keys]).nunique()
        several = [_named(key) for key in counts.index[counts > 1].tolist()]
    if not several:
        return []
    listed = ", ".join(several[:_NAMED]) + (" …" if len(several) > _NAMED else "")
    return [Problem("S120", Place(column=column), {"n": len(several), "groups": listed})]


def _named(key: object) -> str:
    return str(key[-1]) if isinstance(key, tuple) else str(key)


def _of_group(one: AskedColumn, texts: pd.Series[str], data: Responses) -> pd.Series[str]:
    """The value of the group in each of its rows, where a file has it in some only."""
    keys = _keys(one, data)
    if not keys:
        known = texts.dropna()
        whole = one.holder != "respondent" and len(known)
        return texts.where(texts.notna(), known.iloc[0]) if whole else texts
    return texts.groupby([data.frame[key] for key in keys]).transform("first").astype("str")


def _values(one: AskedColumn, texts: pd.Series[str]) -> pd.Series[float] | pd.Series[str]:
    if one.categories or one.group:
        return texts
    numbers = {text: plain_number(text) for text in texts.dropna().unique().tolist()}
    return texts.map(numbers).astype("float64")
