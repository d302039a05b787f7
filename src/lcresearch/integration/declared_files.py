"""Files that people write for integration: read as a model, with the line of everything that is wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel

from lcresearch.errors import IntegrationError, Place, Problem
from lcresearch.validation import validated
from lcresearch.yaml_lines import YamlPath, read_yaml

Model = TypeVar("Model", bound=BaseModel)
Finding = tuple[str, YamlPath, Mapping[str, object]]
"""Code, place in the file and values of a problem."""


def read_declared(
    path: str | Path, model: type[Model], name: str, check: Callable[[Model], Iterable[Finding]]
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

    Raises
    ------
    IntegrationError
        Every problem of the file, together: G codes for what any YAML file may have, and those of ``check``.
    """
    path = Path(path)
    path = path / name if path.is_dir() else path
    parsed = read_yaml(path)
    problems = list(parsed.problems)
    if not isinstance(parsed.content, dict):
        raise IntegrationError(problems or [Problem("G045", Place(file=path.name, line=1))])
    content, found = validated(model, parsed.content)
    problems += [Problem(one.code, Place(file=path.name, line=parsed.line(one.path)), one.values) for one in found]
    if content is not None:
        problems += [
            Problem(code, Place(file=path.name, line=parsed.line(at)), values) for code, at, values in check(content)
        ]
    if content is None or problems:
        raise IntegrationError(problems)
    return content
