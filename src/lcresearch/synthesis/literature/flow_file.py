"""The counts of a PRISMA 2020 flow as they stand in a YAML file, checked."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from lcresearch.errors import Place, Problem, SynthesisError
from lcresearch.validation import validated
from lcresearch.yaml_lines import LinedYaml, YamlPath, read_yaml

Count = Annotated[int, Field(ge=0, le=10**9, strict=True)]
Name = Annotated[str, Field(min_length=1, max_length=120)]
Counts = Annotated[dict[Name, Count], Field(max_length=40)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Removed(_Part):
    """Records that were removed before screening."""

    duplicates: Count | None = None
    automation: Count | None = None
    other: Count | None = None


class Stream(_Part):
    """The boxes that both columns of the flow have."""

    identified: Counts = Field(default_factory=dict)
    sought: Count | None = None
    not_retrieved: Count | None = None
    assessed: Count | None = None
    excluded_reports: Counts = Field(default_factory=dict)


class Databases(Stream):
    """The left column: databases and registers."""

    registers: Counts = Field(default_factory=dict)
    removed: Removed = Field(default_factory=Removed)
    screened: Count | None = None
    excluded: Count | None = None


class Studies(_Part):
    """Studies, and the reports about them."""

    studies: Count | None = None
    reports: Count | None = None


class FlowFile(_Part):
    """A file of counts. ``previous`` is for the update of an earlier review, ``other`` for other methods."""

    databases: Databases = Field(default_factory=Databases)
    other: Stream | None = None
    previous: Studies | None = None
    included: Studies = Field(default_factory=Studies)
    total: Studies | None = None


def read_counts(given: str | Path | Mapping[str, Any]) -> tuple[dict[str, Any], LinedYaml, str | None]:
    """Counts of a file or mapping as nested dicts without what is not there, and where they stand.

    Raises
    ------
    SynthesisError
        G001, G020 to G047: what is wrong with the file, all together.
    """
    if isinstance(given, Mapping):
        parsed, file = LinedYaml(content=dict(given)), None
    else:
        parsed, file = read_yaml(given), Path(given).name
    problems = list(parsed.problems)
    if not isinstance(parsed.content, dict):
        raise SynthesisError(problems or [Problem("G045", Place(file=file, line=1))])
    content, found = validated(FlowFile, parsed.content)
    problems += [Problem(one.code, Place(file=file, line=parsed.line(one.path)), one.values) for one in found]
    if problems or content is None:
        raise SynthesisError(problems)
    return content.model_dump(exclude_none=True, exclude_unset=True), parsed, file


def line_of(parsed: LinedYaml, path: YamlPath, file: str | None) -> Place:
    """Where a count stands."""
    return Place(file=file, line=parsed.line(path))
