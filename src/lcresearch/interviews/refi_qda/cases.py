"""Variables, and the cases and sources that they are known of."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date

import pandas as pd
from lxml import etree

from lcresearch.interviews.guids import plain_guid
from lcresearch.interviews.refi_qda.log import Log, own_id

NAME = "name"
"""Column of the cases that holds their names; a variable of that name gets another column."""
VALUE_OF = {
    "Text": "TextValue",
    "Boolean": "BooleanValue",
    "Integer": "IntegerValue",
    "Float": "FloatValue",
    "Date": "DateValue",
    "DateTime": "DateTimeValue",
}
"""Type of a variable -> the element that holds a value of it."""
_KINDS = {
    "Text": "str",
    "Boolean": "boolean",
    "Integer": "Int64",
    "Float": "Float64",
    "Date": "object",
    "DateTime": "datetime64[us, UTC]",
}


@dataclass(frozen=True)
class Variable:
    """A variable as the file declares it.

    Attributes
    ----------
    id, column, kind : str
        GUID, name of its column (names may be there twice in a file), and type in the words of the standard.
    """

    id: str
    column: str
    kind: str


@dataclass
class ReadCases:
    """Cases and variables of a project.

    Attributes
    ----------
    frame : DataFrame
        Indexed by id: ``name`` and a column a variable that a case has a value of.
    documents : DataFrame
        ``case, document``.
    selections : list of (str, str)
        Case and the GUID of a selection that belongs to it.
    variables : dict of str to Variable
        By id.
    elements : dict of str to element
    id_of : dict of str to str
        GUID as written -> id.
    """

    frame: pd.DataFrame
    documents: pd.DataFrame
    selections: list[tuple[str, str]] = field(default_factory=list)
    variables: dict[str, Variable] = field(default_factory=dict)
    elements: dict[str, etree._Element] = field(default_factory=dict)
    id_of: dict[str, str] = field(default_factory=dict)


def read_variables(top: etree._Element | None, log: Log) -> dict[str, Variable]:
    """Variables by id; each has a column of its own."""
    found: dict[str, Variable] = {}
    columns = {NAME}
    for element in top.iterchildren("Variable") if top is not None else ():
        name = element.get("name") or "variable"
        column, number = name, 1
        while column in columns:
            number += 1
            column = f"{name} ({number})"
        if column != name:
            log.count("V033", column, element)
        columns.add(column)
        id = plain_guid(element.get("guid", ""))
        kind = element.get("typeOfVariable", "Text")
        found[id] = Variable(id, column, kind if kind in VALUE_OF else "Text")
    return found


def read_cases(
    top: etree._Element | None, variables: dict[str, Variable], sources: Callable[[str], Iterable[str]], log: Log
) -> ReadCases:
    """Cases with their values and texts.

    Parameters
    ----------
    top : element or None
        ``Cases``.
    variables : dict of str to Variable
    sources : callable
        GUID of a source as written -> ids of the texts that it brings.
    log : Log
    """
    names: dict[str, str] = {}
    values: dict[str, dict[str, object]] = {}
    links: list[tuple[str, str]] = []
    found = ReadCases(pd.DataFrame(), pd.DataFrame(), variables=variables)
    for number, element in enumerate(top.iterchildren("Case") if top is not None else ()):
        id = own_id(element, names, "case", number, log)
        found.id_of.setdefault(plain_guid(element.get("guid", "")), id)
        found.elements[id] = element
        names[id] = element.get("name", "")
        values[id] = read_values(element, variables, log)
        documents = [text for each in _targets(element, "SourceRef") for text in sources(each)]
        links += [(id, document) for document in dict.fromkeys(documents)]
        found.selections += [(id, each) for each in _targets(element, "SelectionRef")]
    found.frame = _frame(names, values, variables)
    found.documents = pd.DataFrame(links, columns=["case", "document"], dtype="str")
    return found


def read_values(element: etree._Element, variables: dict[str, Variable], log: Log) -> dict[str, object]:
    """Column -> value, of the ``VariableValue`` elements of a case or source."""
    found: dict[str, object] = {}
    for each in element.iterchildren("VariableValue"):
        reference = each.find("VariableRef")
        variable = variables.get(plain_guid(reference.get("targetGUID", ""))) if reference is not None else None
        if variable is None:
            log.count("V034", "", each)
            continue
        texts = [child.text or "" for child in each.iterchildren(*VALUE_OF.values())]
        if texts:
            found[variable.column] = _value(texts[0], variable, each, log)
    return found


def _targets(element: etree._Element, reference: str) -> list[str]:
    return [plain_guid(each.get("targetGUID", "")) for each in element.iterchildren(reference)]


def _frame(names: dict[str, str], values: dict[str, dict[str, object]], variables: dict[str, Variable]) -> pd.DataFrame:
    index = pd.Index(list(names), name="case", dtype="str")
    columns: dict[str, pd.Series] = {NAME: pd.Series(list(names.values()), index=index, dtype="str")}
    for variable in variables.values():
        column = [values[case].get(variable.column) for case in names]
        if any(value is not None for value in column):
            columns[variable.column] = typed(pd.Series(column, index=index, dtype=object), variable.kind)
    return pd.DataFrame(columns, index=index)


def typed(column: pd.Series, kind: str) -> pd.Series:
    """A column of the type of its variable, or of objects where a value is not of that type."""
    try:
        if kind == "DateTime":
            return pd.to_datetime(column, utc=True).dt.as_unit("us")
        return column.astype(pd.api.types.pandas_dtype(_KINDS[kind]))
    except (TypeError, ValueError):
        return column


def _value(text: str, variable: Variable, element: etree._Element, log: Log) -> object:
    """A value of the type of its variable; text that is none stays text."""
    if variable.kind == "Text":
        return text
    plain = text.strip()
    if not plain:
        return None
    try:
        return _CONVERT[variable.kind](plain)
    except (ValueError, KeyError, OverflowError):
        log.count("V034", text, element)
        return text


def _moment(text: str) -> pd.Timestamp:
    found = pd.Timestamp(text)
    return found.tz_convert("UTC") if found.tzinfo else found.tz_localize("UTC")


_CONVERT: dict[str, Callable[[str], object]] = {
    "Boolean": lambda text: {"true": True, "1": True, "false": False, "0": False}[text.lower()],
    "Integer": int,
    "Float": float,
    "Date": lambda text: date.fromisoformat(text[:10]),
    "DateTime": _moment,
}
