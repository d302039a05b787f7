"""What authors wrote for reporting checklists: reading ``checklists.yaml``, and the form to start it from."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from lcresearch.declared_files import Finding, read_declared
from lcresearch.errors import IntegrationError, Place, nearest
from lcresearch.files import write_whole
from lcresearch.integration.checklists.model import AuthorsAnswer, AuthorsFile, definitions
from lcresearch.integration.converging.judgements import impossible
from lcresearch.messages import LANGUAGES, Messages
from lcresearch.yaml_lines import YamlPath

if TYPE_CHECKING:
    from lcresearch.integration.checklists.result import Checklist

FILE_NAME = "checklists.yaml"
Answers = Mapping[str, Mapping[str, AuthorsAnswer]]
"""List -> number of the item -> what an author wrote."""


def read_checklists(path: str | Path, *, today: datetime.date | None = None) -> Answers:
    """What authors wrote; items of a form in which nothing was filled in are passed over.

    Parameters
    ----------
    path : path
        ``checklists.yaml``, or a folder that holds it.
    today : date, optional
        Texts cannot be of a later day; today by default.

    Returns
    -------
    mapping
        List -> number of the item -> what an author wrote.

    Raises
    ------
    IntegrationError
        Every problem of the file, together: G codes for what any YAML file may have; Q260, Q261: no such list or item;
        Q262: a text without name or day; Q263: a day that cannot be; Q264: a text for an item that does not apply.

    See also
    --------
    checklist_form : Writes such a form.
    reporting_checklist : Fills in the rest.
    """
    day = today or datetime.date.today()
    content = read_declared(path, AuthorsFile, FILE_NAME, lambda found: _wrong(found, day), error=IntegrationError)
    return {
        name: {number: one for number, one in items.items() if not one.blank} for name, items in content.answers.items()
    }


def _wrong(content: AuthorsFile, today: datetime.date) -> Iterator[Finding]:
    known = list(definitions())
    for name, items in content.answers.items():
        if name not in known:
            yield "Q260", ("answers", name), {"name": name, "known": known, "nearest": nearest(name, known) or "–"}
            continue
        numbers = [item.number for item in definitions()[name].items]
        for number, one in items.items():
            here = ("answers", name, number)
            if number not in numbers:
                yield "Q261", here, {"checklist": name, "item": number, "known": numbers}
            elif not one.blank:
                yield from _wrong_answer(one, here, {"checklist": name, "item": number}, today)


def _wrong_answer(
    one: AuthorsAnswer, here: YamlPath, values: Mapping[str, object], today: datetime.date
) -> Iterator[Finding]:
    if one.text is not None and one.not_applicable is not None:
        yield "Q264", here, values
    for key in ("by", "date"):
        if not (getattr(one, key) or "").strip():
            yield "Q262", here, {**values, "key": key}
    if one.date and (why := impossible(one.date, today)):
        reason = {language: Messages(language)(f"integration.convergence.impossible.{why}") for language in LANGUAGES}
        yield "Q263", here, {**values, "date": one.date, "reason": reason}


def checklist_form(found: Checklist | Sequence[Checklist], path: str | Path) -> Path:
    """Write a form with the items that are left to the author, to be filled in and read back.

    Parameters
    ----------
    found : Checklist or sequence of Checklist
    path : path
        The file, or the folder in which ``checklists.yaml`` comes.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    IntegrationError
        Q266: there is such a file already.
    """
    path = Path(path)
    path = path / FILE_NAME if path.is_dir() else path
    if path.exists():
        raise IntegrationError("Q266", where=Place(file=path.name), file=path.name)
    lists = [found] if not isinstance(found, Sequence) else list(found)
    heads = [
        Messages(one)(f"integration.checklists.{key}") for one in LANGUAGES for key in ("form_head", "form_reason")
    ]
    lines = [*(f"# {text}" for text in heads), "schema: 1", "answers:" if lists else "answers: {}"]
    for one in lists:
        rows = one.table[one.table["status"].isin(("partly", "needs author"))].to_dict("records")
        lines.append(f"  {one.name}:" if rows else f"  {one.name}: {{}}")
        for row in rows:
            lines += [f"    # {row[f'topic_{language}']}" for language in LANGUAGES]
            lines += [f"    # -> {row[f'add_{language}']}" for language in LANGUAGES if row[f"add_{language}"]]
            lines += [f'    "{row["number"]}":', "      text: {nl: '', en: ''}", "      by: ''", "      date: ''"]
    path.parent.mkdir(parents=True, exist_ok=True)
    return write_whole(path, "\n".join(lines) + "\n")
