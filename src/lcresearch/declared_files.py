"""YAML files that people write: read as a model, with the line of everything that is wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel

from lcresearch.errors import LcresearchError, Place, Problem
from lcresearch.validation import validated
from lcresearch.yaml_lines import LinedYaml, YamlPath, read_yaml

Model = TypeVar("Model", bound=BaseModel)
Finding = tuple[str, YamlPath, Mapping[str, object]]
"""Code, place in the file and values of a problem."""
Check = Callable[[Model], Iterable[Finding]]
"""What is wrong with the content beyond its form."""


def read_declared(
    path: str | Path, model: type[Model], name: str, check: Check[Model], *, error: type[LcresearchError]
) -> Model:
    """Read a YAML file, or the file of this name in a folder, and check what it says.

    Parameters
    ----------
    path : path
    model : type
        Pydantic model of the whole file.
    name : str
        Name of the file in a folder.
    check : callable
        Gives what is wrong beyond the form of the file.
    error : type
        Raised with every problem of the file, together: G codes for what any YAML file may have, those of ``check``.
    """
    path = declared_path(path, name)
    if not path.is_file():
        raise error("G001", path=str(path))
    return checked(read_yaml(path), path.name, model, check, error=error)


def declared_path(path: str | Path, name: str) -> Path:
    """The file itself, or the one of this name in a folder."""
    path = Path(path)
    return path / name if path.is_dir() else path


def checked(
    parsed: LinedYaml, file: str, model: type[Model], check: Check[Model], *, error: type[LcresearchError]
) -> Model:
    """What was parsed as a model; see :func:`read_declared`."""
    problems = list(parsed.problems)
    if not isinstance(parsed.content, dict):
        raise error(problems or [Problem("G045", Place(file=file, line=1))])
    content, found = validated(model, parsed.content)
    problems += [Problem(one.code, Place(file=file, line=parsed.line(one.path)), one.values) for one in found]
    if content is not None:
        problems += [
            Problem(code, Place(file=file, line=parsed.line(place)), values) for code, place, values in check(content)
        ]
    if content is None or problems:
        raise error(problems)
    return content


def problems_of_files(
    named: Iterable[tuple[str | Path | None, Callable[[Path], object]]], folder: Path, *, error: type[LcresearchError]
) -> list[Problem]:
    """What is wrong with files that a plan names from a folder, each with what reads it; None is not named.

    Parameters
    ----------
    named : iterable of (path or None, callable)
    folder : Path
    error : type
        Raised by what reads them.
    """
    problems: list[Problem] = []
    for name, read in named:
        try:
            if name is not None:
                read(folder / name)
        except error as found:
            problems += found.problems
    return problems
