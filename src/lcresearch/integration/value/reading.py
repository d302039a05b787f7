"""From value.yaml to a model of costs and benefits, or to everything that is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from lcresearch.declared_files import Finding, checked, declared_path
from lcresearch.errors import IntegrationError, Place, Problem
from lcresearch.files import write_whole
from lcresearch.integration.value.checks import findings
from lcresearch.integration.value.model import ValueFile
from lcresearch.yaml_lines import LinedYaml, read_yaml

FILE_NAME = "value.yaml"


@dataclass(frozen=True)
class Source:
    """A file that was read, with the lines of its parts; without a file for a model made in Python."""

    content: ValueFile
    parsed: LinedYaml
    path: Path | None = None

    def problem(self, finding: Finding) -> Problem:
        """A finding with its file and line."""
        code, place, values = finding
        file = self.path.name if self.path is not None else None
        item = None if file is not None else ".".join(map(str, place))
        return Problem(code, Place(file=file, line=self.parsed.line(place), item=item), values)

    @property
    def problems(self) -> list[Problem]:
        """What its parts say about each other that cannot be."""
        return [self.problem(finding) for finding in findings(self.content)]


def source_of(given: str | Path | ValueFile) -> Source:
    """A model with its lines, still without a check of what its parts say about each other.

    Raises
    ------
    IntegrationError
        G codes: the file is not there, is no YAML, or does not keep to the format.
    """
    if isinstance(given, ValueFile):
        return Source(given, LinedYaml())
    path = declared_path(given, FILE_NAME)
    if not path.is_file():
        raise IntegrationError("G001", path=str(path))
    parsed = read_yaml(path)

    def check(content: ValueFile) -> Iterable[Finding]:
        return findings(content) if parsed.problems else ()

    return Source(checked(parsed, path.name, ValueFile, check, error=IntegrationError), parsed, path)


def read_value(path: str | Path | ValueFile) -> ValueFile:
    """Read value.yaml, or the one in a folder.

    Tables that it refers to are looked up by :func:`~lcresearch.integration.community_value`, not here.

    Parameters
    ----------
    path : str, Path or ValueFile

    Returns
    -------
    ValueFile

    Raises
    ------
    IntegrationError
        Every problem of the file, together: G codes for what any YAML file may have, Q180 to Q199 for what its parts
        say about each other.

    Examples
    --------
    >>> sorted(example_value().parties)
    ['firms', 'funder', 'school']
    """
    source = source_of(path)
    problems = source.problems
    if problems:
        raise IntegrationError(problems)
    return source.content


def example_value() -> ValueFile:
    """The invented community that :func:`new_value` writes as a start."""
    with resources.as_file(resources.files(__package__) / "template" / FILE_NAME) as path:
        return read_value(path)


def new_value(folder: str | Path) -> Path:
    """Write a value.yaml to start from, on an invented community, and the JSON Schema that editors read.

    Parameters
    ----------
    folder : str or Path
        Where it is written; a file that is there stays.

    Returns
    -------
    Path
        The file value.yaml.

    Raises
    ------
    IntegrationError
        G002 when the folder has one already.

    Examples
    --------
    >>> import tempfile
    >>> folder = new_value(tempfile.mkdtemp())
    >>> sorted(path.name for path in folder.iterdir())
    ['value.schema.json', 'value.yaml']
    """
    folder = Path(folder)
    if (folder / FILE_NAME).exists():
        raise IntegrationError("G002", path=str(folder / FILE_NAME))
    folder.mkdir(parents=True, exist_ok=True)
    template = resources.files(__package__) / "template"
    for name in ("value.schema.json", FILE_NAME):
        write_whole(folder / name, (template / name).read_text(encoding="utf-8"))
    return folder
