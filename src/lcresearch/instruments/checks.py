"""Everything that is wrong with an instrument file, at once, each with its line and what to do about it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pandas as pd

from lcresearch.errors import InstrumentError, Place, Problem
from lcresearch.instruments import plain_language
from lcresearch.instruments.consistency import findings, item_at
from lcresearch.instruments.model import Example, Instrument
from lcresearch.validation import UNKNOWN_KEY, Finding, validated
from lcresearch.yaml_lines import LinedYaml, read_yaml

Scores = dict[str, float | None]
"""Name of a scale: its score."""


def check(path: str | Path) -> list[Problem]:
    """All problems of an instrument file, in the order of its lines.

    Parameters
    ----------
    path : str or Path
        The YAML file. Whatever it holds, this function returns and does not raise.

    Returns
    -------
    list of Problem
        Empty when all is well. An ``error`` keeps the instrument from being loaded, a ``warning`` does not.

    Examples
    --------
    >>> check("no-such-file.yaml")[0].code
    'G001'
    """
    return read_instrument(path, thorough=True)[1]


def read_instrument(path: str | Path, *, thorough: bool = False) -> tuple[Instrument | None, list[Problem]]:
    """The instrument of a file, None when it has errors, and the problems found.

    With ``thorough`` also the checks on plain language, which only warn or note.
    """
    path = Path(path)
    parsed = read_yaml(path)
    if not isinstance(parsed.content, dict):
        if not parsed.problems:
            parsed.problems.append(Problem("G045", Place(file=path.name, line=1)))
        return None, parsed.problems
    instrument, found = validated(Instrument, parsed.content)
    found = [replace(finding, item=item_at(parsed.content, finding.path)) for finding in found]
    found += findings(parsed.content)
    if parsed.content.get("id") not in (None, path.stem):
        found.append(Finding("I007", ("id",), {"id": str(parsed.content["id"]), "file": path.name}))
    problems = parsed.problems + _located(found, parsed, path.name)
    if instrument is not None:
        consistent = all(problem.level != "error" or problem.code == UNKNOWN_KEY for problem in problems)
        later = list(_example_findings(instrument)) if consistent else []
        later += plain_language.findings(instrument) if thorough else []
        problems += _located(later, parsed, path.name)
        instrument._path = path
    problems.sort(key=lambda problem: (problem.where.line or 0, problem.code))
    return (None if any(problem.level == "error" for problem in problems) else instrument), problems


def _located(found: list[Finding], parsed: LinedYaml, file: str) -> list[Problem]:
    return [Problem(f.code, Place(file=file, line=parsed.line(f.path), item=f.item), f.values) for f in found]


def _example_findings(instrument: Instrument) -> Iterator[Finding]:
    together = _scores_together(instrument)
    for n, example in enumerate(instrument.examples):
        try:
            scores = together.get(n + 1) or _scores_of(instrument, [example], [n + 1])[n + 1]
        except InstrumentError as error:
            for problem in error.problems:
                item = problem.where.column
                yield Finding(problem.code, ("examples", n, "answers", item or ""), problem.values, item)
            continue
        for scale, expected in example.scores.items():
            got = scores.get(scale)
            if not _equal(expected, got):
                values = {"n": n + 1, "scale": scale, "expected": _written(expected), "got": _written(got)}
                yield Finding("I019", ("examples", n, "scores", scale), values)


def _scores_together(instrument: Instrument) -> dict[int, Scores]:
    """Scores of all examples by their number, in one go; nothing of a form of which an answer cannot be scored."""
    found: dict[int, Scores] = {}
    for short_form in (False, True):
        numbers = [n for n, example in enumerate(instrument.examples, 1) if example.short_form == short_form]
        if numbers:
            with suppress(InstrumentError):  # which example it is comes out when each is scored by itself
                found |= _scores_of(instrument, [instrument.examples[n - 1] for n in numbers], numbers)
    return found


def _scores_of(instrument: Instrument, examples: Sequence[Example], numbers: list[int]) -> dict[int, Scores]:
    """Scores by number, of examples that are all of the short form or all of the long one."""
    columns = [column for item in instrument.items for column in instrument.columns_of(item.id)]
    answers = {column: [example.answers.get(column) for example in examples] for column in columns}
    frame = pd.DataFrame(answers, index=numbers, dtype="float64")
    scores = instrument.score(frame, short_form=examples[0].short_form)
    rows = zip(numbers, scores.to_numpy().tolist(), strict=True)
    return {
        number: {str(scale): None if math.isnan(score) else score for scale, score in zip(scores, row, strict=True)}
        for number, row in rows
    }


def _equal(expected: float | None, got: float | None) -> bool:
    """Whether the score that came out is the expected one to the digits written, at least two."""
    if expected is None or got is None:
        return expected is got
    decimals = max(2, len(repr(float(expected)).partition(".")[2]))
    return abs(expected - got) <= 0.5 * 10.0**-decimals + 1e-9


def _written(score: float | None) -> str:
    return "null" if score is None else f"{score:.6g}"
