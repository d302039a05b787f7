"""Questions to talk about and steps to try, by outcome and finding: a text file that is maintained, not code.

The file of the package has texts for every scale of the library; a study may bring its own beside it, which goes first.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from lcresearch.declared_files import Finding, read_declared
from lcresearch.errors import StudyError
from lcresearch.file_parts import Part, lists_as_tuples
from lcresearch.messages import LANGUAGES
from lcresearch.reporting.company_content import Grade, StepFinding, Text
from lcresearch.validation import IDENTIFIER, REPORT_LANGUAGE

FILE_NAME = "next_steps.yaml"
MOST_CHARACTERS = 150
"""Of a question or step: three of them, with their sources, must fit on the second page."""
FINDINGS: tuple[StepFinding, ...] = ("low", "high", "risen", "fallen", "mixed")
_SCALE = "{scale}"

Line = Annotated[
    dict[
        Annotated[str, Field(pattern=REPORT_LANGUAGE)], Annotated[str, Field(min_length=5, max_length=MOST_CHARACTERS)]
    ],
    Field(min_length=1, description="The same text by language: nl, en."),
]


class Advice(Part):
    """A question to talk about, a step to try, and what stands behind the step."""

    question: Line
    step: Line
    grade: Grade = Field(default="experience", description="What stands behind the step.")
    sources: tuple[str, ...] = Field(default=(), description="Names of sources in this file.")

    @model_validator(mode="before")
    @classmethod
    def _list_as_tuple(cls, values: Any) -> Any:
        """YAML has lists only."""
        return lists_as_tuples(values, ("sources",), single=True)


class Source(Part):
    """Where a step comes from."""

    short: str = Field(min_length=3, max_length=60, description="As it stands in the text: Edmondson (1999).")
    full: str = Field(min_length=10, max_length=400, description="The whole citation.")


class ScaleSteps(Part):
    """Texts of one outcome by finding; those that are left out come from ``any_scale``."""

    low: Advice | None = None
    high: Advice | None = None
    risen: Advice | None = None
    fallen: Advice | None = None
    mixed: Advice | None = None


class NextSteps(Part):
    """The content of next_steps.yaml."""

    schema_version: Literal[1] = Field(default=1, alias="schema", description="Version of this file format.")
    sources: dict[str, Source] = Field(default_factory=dict, description="Name: source.")
    always: tuple[Advice, ...] = Field(default=(), description="Where there are too few outcomes to ask about.")
    any_scale: ScaleSteps = Field(default_factory=ScaleSteps, description="For every outcome; {scale} is its name.")
    scales: dict[Annotated[str, Field(pattern=IDENTIFIER)], ScaleSteps] = Field(
        default_factory=dict, description="Name of a scale: its texts."
    )

    @model_validator(mode="before")
    @classmethod
    def _list_as_tuple(cls, values: Any) -> Any:
        """YAML has lists only."""
        return lists_as_tuples(values, ("always",))

    def advice(self, scale: str, finding: StepFinding) -> Advice | None:
        """The texts for a finding on a scale: its own, or else those of any scale."""
        own = self.scales.get(scale, ScaleSteps())
        found: Advice | None = getattr(own, finding) or getattr(self.any_scale, finding)
        return found

    def over(self, other: NextSteps) -> NextSteps:
        """These texts, and where there are none those of another file."""
        scales = {
            name: _filled(self.scales.get(name, ScaleSteps()), other.scales.get(name, ScaleSteps()))
            for name in {**other.scales, **self.scales}
        }
        return NextSteps(
            sources={**other.sources, **self.sources},
            always=(*self.always, *other.always),
            any_scale=_filled(self.any_scale, other.any_scale),
            scales=scales,
        )

    def cited(self, names: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
        """Short and full form of sources."""
        return tuple((self.sources[name].short, self.sources[name].full) for name in names)


def _filled(first: ScaleSteps, second: ScaleSteps) -> ScaleSteps:
    return ScaleSteps(**{name: getattr(first, name) or getattr(second, name) for name in FINDINGS})


@cache
def shipped_next_steps() -> NextSteps:
    """The texts that come with the package, with a text for every scale of the library.

    Examples
    --------
    >>> advice = shipped_next_steps().advice("learning_from_errors", "low")
    >>> advice.question["en"], advice.grade
    ('What happens here after a mistake?', 'much_research')
    """
    return read_next_steps(Path(__file__).with_name(FILE_NAME))


def read_next_steps(path: str | Path, *, over_shipped: bool = False) -> NextSteps:
    """Read a file of questions and steps.

    Parameters
    ----------
    path : path
    over_shipped : bool
        Take from the file of the package what this one leaves out.

    Raises
    ------
    StudyError
        Everything that is wrong with the file, together: G codes for what any YAML file may have; S161, a text lacks a
        language; S162, a source that the file does not name.
    """
    found = read_declared(path, NextSteps, FILE_NAME, _check, error=StudyError)
    return found.over(shipped_next_steps()) if over_shipped else found


def _check(content: NextSteps) -> Iterator[Finding]:
    for place, advice in _all(content):
        for key in ("question", "step"):
            for language in LANGUAGES:
                if language not in getattr(advice, key):
                    yield "S161", (*place, key), {"key": ".".join(map(str, (*place, key))), "language": language}
        for name in advice.sources:
            if name not in content.sources:
                yield "S162", (*place, "sources"), {"source": name, "known": sorted(content.sources)}


def _all(content: NextSteps) -> Iterator[tuple[tuple[str | int, ...], Advice]]:
    for n, advice in enumerate(content.always):
        yield ("always", n), advice
    for place, steps in [(("any_scale",), content.any_scale), *((("scales", k), v) for k, v in content.scales.items())]:
        for finding in FINDINGS:
            one: Advice | None = getattr(steps, finding)
            if one is not None:
                yield (*place, finding), one


def filled(text: Text, name: Text) -> dict[str, str]:
    """The text with the name of the outcome in the place of ``{scale}``.

    Examples
    --------
    >>> filled({"en": "Why is {scale} low?"}, {"en": "trust"})
    {'en': 'Why is trust low?'}
    """
    return {language: line.replace(_SCALE, name.get(language, "")) for language, line in text.items()}
