"""Judgements of researchers on how numbers and interviews go together: ``judgements.yaml``."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import Field, Strict

from lcresearch.errors import IntegrationError, Place, Problem
from lcresearch.file_parts import Part
from lcresearch.files import reason_of, write_whole
from lcresearch.integration.converging.rules import OUTCOMES
from lcresearch.messages import LANGUAGES, Messages
from lcresearch.validation import validated
from lcresearch.yaml_lines import LinedYaml, YamlPath, read_yaml

FILE_NAME = "judgements.yaml"
SCHEMA = 1
Evidence = Mapping[str, float | int | str | None]
"""What was there to judge: numbers to two decimals, counts, verdict and certainty."""
_FILLED = ("judgement", "by", "date", "because")
_Name = Annotated[str, Field(min_length=1, max_length=200)]
_Words = Annotated[str, Field(max_length=5000)]


@dataclass(frozen=True)
class Judgement:
    """What a researcher makes of numbers and interviews on one element.

    Attributes
    ----------
    element, outcome, model, adjustment : str
        Which row is judged; empty where the element has one row only.
    judgement : str
        ``convergent, complementary, divergent`` or ``silent``.
    by : str
        Name of the researcher.
    date : str
        Day, as ``2026-11-26``.
    because : str
        Why.
    evidence : mapping
        What was there to judge (:func:`lcresearch.integration.converging.fingerprints.fingerprint`).
    settles : bool
        Whether it settles a difference: judgements before it then no longer count.
    place : Place
        Where it stands; not part of what is compared.
    """

    element: str
    judgement: str
    by: str
    date: str
    because: str
    evidence: Evidence
    outcome: str = ""
    model: str = ""
    adjustment: str = ""
    settles: bool = False
    place: Place = field(default_factory=Place, compare=False)

    def to_dict(self) -> dict[str, Any]:
        """Plain values for the file; keys that say nothing are left out."""
        names = ("element", "outcome", "model", "adjustment", *_FILLED, "settles", "evidence")
        found = {name: getattr(self, name) for name in names}
        return {name: value for name, value in found.items() if value not in ("", False)} | {
            "evidence": dict(self.evidence)
        }


class _Entry(Part):
    element: _Name
    outcome: _Words = ""
    model: _Words = ""
    adjustment: _Words = ""
    judgement: _Words | None = None
    by: _Words | None = None
    date: _Words | None = None
    because: _Words | None = None
    settles: bool = False
    evidence: dict[_Name, float | int | _Words | None]

    @property
    def blank(self) -> bool:
        """Whether nothing was filled in."""
        return not any(self.filled(name) for name in _FILLED)

    def filled(self, name: str) -> str:
        return " ".join(str(getattr(self, name) or "").split())


class _File(Part):
    schema_version: Literal[1] = Field(default=1, alias="schema")
    judgements: Annotated[tuple[_Entry, ...], Strict(False)] = ()


def read_judgements(path: str | Path, *, today: datetime.date | None = None) -> tuple[Judgement, ...]:
    """Judgements of a file, in its order; rows of a form in which nothing was filled in are passed over.

    Parameters
    ----------
    path : str or Path
        ``judgements.yaml``, or a form of :func:`judgement_form` that was filled in (``.yaml`` or ``.xlsx``).
    today : date, optional
        Judgements cannot be later; today by default.

    Returns
    -------
    tuple of Judgement

    Raises
    ------
    IntegrationError
        Every problem of the file together: G001 to G047; Q126: no judgement, name, date or reason; Q127: a date that
        cannot be; Q128: no such judgement; Q138: a workbook that is no form.

    See also
    --------
    judgement_form, write_judgements : Write such a file.
    """
    path = Path(path)
    if path.suffix.lower() == ".xlsx":
        from lcresearch.integration.converging.form_workbook import read_workbook

        content, lines = read_workbook(path)
        parsed = LinedYaml(content, lines)
    else:
        parsed = read_yaml(path)
    return _judgements(parsed, path.name, today or datetime.date.today(), row=path.suffix.lower() == ".xlsx")


def _judgements(parsed: LinedYaml, file: str, today: datetime.date, *, row: bool) -> tuple[Judgement, ...]:
    def place(path: YamlPath) -> Place:
        line = parsed.line(path)
        return Place(file=file, row=line) if row else Place(file=file, line=line)

    problems = list(parsed.problems)
    if not isinstance(parsed.content, dict):
        raise IntegrationError(problems or [Problem("G045", Place(file=file, line=1))])
    content, found = validated(_File, parsed.content)
    problems += [Problem(one.code, place(one.path), one.values) for one in found]
    kept: list[Judgement] = []
    for number, entry in enumerate(content.judgements if content is not None else ()):
        if entry.blank:
            continue
        where = place(("judgements", number))
        problems += list(_wrong(entry, where, today))
        kept.append(_of_entry(entry, where))
    if problems:
        raise IntegrationError(problems)
    return tuple(kept)


def _of_entry(entry: _Entry, where: Place) -> Judgement:
    texts = {name: entry.filled(name) for name in ("element", "outcome", "model", "adjustment", *_FILLED)}
    texts["judgement"] = outcome_of(texts["judgement"]) or texts["judgement"]
    return Judgement(**texts, evidence=dict(entry.evidence), settles=entry.settles, place=where)


def _wrong(entry: _Entry, where: Place, today: datetime.date) -> Iterator[Problem]:
    for name in _FILLED:
        if not entry.filled(name):
            part = {language: Messages(language)(f"integration.convergence.part.{name}") for language in LANGUAGES}
            yield Problem("Q126", where, {"element": entry.element, "part": part, "key": name})
    said, date = entry.filled("judgement"), entry.filled("date")
    if said and outcome_of(said) is None:
        known = {language: ", ".join(choices(language)) for language in LANGUAGES}
        yield Problem("Q128", where, {"judgement": said, "known": known})
    if date and (why := impossible(date, today)):
        reason = {language: Messages(language)(f"integration.convergence.impossible.{why}") for language in LANGUAGES}
        yield Problem("Q127", where, {"element": entry.element, "date": date, "reason": reason})


def choices(language: str | None = None) -> list[str]:
    """The judgements that there are, in words.

    Examples
    --------
    >>> choices("nl")
    ['convergent', 'complementair', 'divergent', 'stilte']
    """
    return [Messages(language)(f"integration.convergence.choice.{name}") for name in OUTCOMES]


def outcome_of(written: str) -> str | None:
    """The judgement that somebody wrote, in either language; None when it is none.

    Examples
    --------
    >>> outcome_of("Complementair"), outcome_of("silent"), outcome_of("agreed")
    ('complementary', 'silent', None)
    """
    words = {word: name for one in LANGUAGES for word, name in zip(choices(one), OUTCOMES, strict=True)}
    return words.get(written.strip().lower())


def impossible(date: str, today: datetime.date) -> str | None:
    """Why a date cannot be that of a judgement: ``no_date`` or ``later``; None when it can.

    Examples
    --------
    >>> day = datetime.date(2026, 11, 26)
    >>> [impossible(date, day) for date in ("2026-02-30", "26-11-2026", "2026-11-27", "2026-11-26")]
    ['no_date', 'no_date', 'later', None]
    """
    try:
        found = datetime.date.fromisoformat(date)
    except ValueError:
        return "no_date"
    if len(date) != len("2026-11-26"):
        return "no_date"
    return "later" if found > today else None


def write_judgements(judgements: Sequence[Judgement], path: str | Path) -> Path:
    """Write all judgements of a study, whole or not at all, and return the path. What stands there is replaced.

    To add one: ``write_judgements([*read_judgements(path), new], path)``. The file holds counts of persons and belongs
    in the researcher's confidential folder.

    Parameters
    ----------
    judgements : sequence of Judgement
    path : str or Path

    Returns
    -------
    Path
        The file.

    Raises
    ------
    IntegrationError
        G004: the file cannot be written.
    """
    return write_entries([one.to_dict() for one in judgements], Path(path), ())


def write_entries(entries: Sequence[Mapping[str, Any]], path: Path, comments: Sequence[Sequence[str]]) -> Path:
    """Write entries as YAML, each below its comment lines."""
    head = [f"# {Messages(language)('integration.convergence.file_head')}" for language in LANGUAGES]
    lines = [*head, f"schema: {SCHEMA}", "judgements:" if entries else "judgements: []"]
    for place, entry in enumerate(entries):
        lines += [f"  # {_one_line(text)}" for text in (comments[place] if comments else ())]
        text = yaml.safe_dump([dict(entry)], allow_unicode=True, sort_keys=False, width=100)
        lines += ["  " + line for line in text.rstrip("\n").split("\n")]
    try:
        return write_whole(path, "\n".join(lines) + "\n")
    except OSError as error:
        raise IntegrationError("G004", where=Place(file=path.name), path=path.name, reason=reason_of(error)) from None


def _one_line(text: str) -> str:
    """Text for a comment: on one line, without characters that could end it."""
    return " ".join("".join(one if one.isprintable() else " " for one in text).split())
