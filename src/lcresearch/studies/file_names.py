"""What a file of answers is called in what may be shared: its name, unless that tells on a person."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from pathlib import Path

from lcresearch.errors import Problem
from lcresearch.responses.persons.within_names import holds_personal
from lcresearch.studies.model import ResponsesFile


def shown_name(file: str, n: int) -> str:
    """A file as it may be named in a report; ``n`` is its number in study.yaml, from 1.

    An absolute path can name a person, and so can a name with an e-mail address or phone number in it.

    Examples
    --------
    >>> shown_name("data/answers.csv", 1), shown_name("/home/jan/answers.csv", 1), shown_name("jan@bedrijf.nl.xlsx", 2)
    ('data/answers.csv', 'answers.csv', 'file 2')
    """
    name = Path(file).name if Path(file).is_absolute() else file
    return f"file {n}" if holds_personal(name) else name


def files_to_rename(files: Sequence[ResponsesFile]) -> list[Problem]:
    """S065 for each file whose name is not shown."""
    neutral = (n for n, use in enumerate(files, start=1) if shown_name(use.file, n) == f"file {n}")
    return [Problem("S065", values={"number": n}) for n in neutral]


def under_shown_names(
    problems: Iterable[Problem], files: Sequence[ResponsesFile], *, without: Sequence[str] = ()
) -> tuple[Problem, ...]:
    """The problems, save those of some codes, with the file in their place by the name that may be shown."""
    names: dict[str | None, str] = {}
    for n, use in enumerate(files, start=1):
        base = Path(use.file).name
        for name in (base, base.rpartition("#")[0]):
            if name and holds_personal(name):
                names[name] = f"file {n}"
    return tuple(
        dataclasses.replace(one, where=dataclasses.replace(one.where, file=names.get(one.where.file, one.where.file)))
        for one in problems
        if one.code not in without
    )
