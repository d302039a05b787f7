"""What firms themselves want to know: ``firm_questions.yaml``. A firm's report answers its own question first."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from lcresearch.declared_files import Finding, read_declared
from lcresearch.errors import Place, Problem, StudyError, nearest
from lcresearch.file_parts import Part, Text, lists_as_tuples
from lcresearch.responses.persons.within_names import holds_personal
from lcresearch.responses.tables import shown

FILE_NAME = "firm_questions.yaml"
Analysis = Literal["level", "change", "compare", "words"]
"""What answers a question: how high a score is, what changed, others beside it, or words of the researcher."""
_Question = Annotated[str, Field(min_length=3, max_length=500)]


class FirmQuestion(Part):
    """One question, in the words of the firm."""

    group: str | None = Field(
        default=None, min_length=1, description="The firm that asked it, as in the answers; all firms when left out."
    )
    question: _Question = Field(description="In the words of the firm.")
    about: tuple[str, ...] = Field(default=(), description="Scales that speak to it, the most important one first.")
    analysis: Analysis = Field(
        default="level",
        description="level: how it is; change: what changed; compare: beside others; words: see answer.",
    )
    answer: Text | None = Field(
        default=None, description="Words of the researcher, beside the figures or in their place."
    )

    @model_validator(mode="before")
    @classmethod
    def _list_as_tuple(cls, values: Any) -> Any:
        """YAML has lists only; one scale may stand alone."""
        return lists_as_tuples(values, ("about",), single=True)


class FirmQuestionsFile(Part):
    """The content of firm_questions.yaml."""

    schema_version: Literal[1] = Field(default=1, alias="schema", description="Version of this file format.")
    questions: tuple[FirmQuestion, ...] = Field(default=(), description="In the order in which they are answered.")

    @model_validator(mode="before")
    @classmethod
    def _list_as_tuple(cls, values: Any) -> Any:
        """YAML has lists only."""
        return lists_as_tuples(values, ("questions",))

    def of(self, group: str) -> tuple[FirmQuestion, ...]:
        """The questions of a firm, its own first, then those of all firms."""
        own = [one for one in self.questions if one.group == group]
        return (*own, *(one for one in self.questions if one.group is None))


def read_firm_questions(
    path: str | Path, scales: Collection[str], *, waves: int = 1, languages: Collection[str] = ()
) -> FirmQuestionsFile:
    """Read what firms asked, or the file of that name in a folder.

    Parameters
    ----------
    path : path
    scales : collection of str
        Scales of the study.
    waves : int
        Number of waves of the study.
    languages : collection of str
        Languages of the report: answers must be there in each.

    Raises
    ------
    StudyError
        Everything that is wrong with the file, together: G codes for what any YAML file may have; S180 an unknown
        scale, S181 a question that neither a scale nor an answer speaks to, S182 a question on change in a study with
        one wave, S183 an answer that lacks a language, S184 personal data.
    """

    def check(content: FirmQuestionsFile) -> Iterator[Finding]:
        for n, one in enumerate(content.questions):
            yield from _findings(one, n, scales, waves, languages)

    return read_declared(path, FirmQuestionsFile, FILE_NAME, check, error=StudyError)


def of_no_firm(content: FirmQuestionsFile, firms: Collection[str], file: str) -> list[Problem]:
    """Questions of a firm that is not in the answers (S168): no report would ever answer them."""
    return [
        Problem("S168", Place(file=file), {"group": shown(group, 60), "nearest": nearest(group, firms) or "–"})
        for group in dict.fromkeys(one.group for one in content.questions if one.group is not None)
        if group not in firms
    ]


def _findings(
    one: FirmQuestion, n: int, scales: Collection[str], waves: int, languages: Collection[str]
) -> Iterator[Finding]:
    place = ("questions", n)
    for m, name in enumerate(one.about):
        if name not in scales:
            known = sorted(scales)
            yield "S180", (*place, "about", m), {"scale": name, "known": known, "nearest": nearest(name, known) or "–"}
    if one.answer is None and (not one.about or one.analysis == "words"):
        yield "S181", place, {"question": one.question}
    if one.analysis == "change" and waves < 2:
        yield "S182", (*place, "analysis"), {"question": one.question}
    for language in languages:
        if one.answer is not None and language not in one.answer:
            yield "S183", (*place, "answer"), {"language": language}
    for key, text in (("question", one.question), *(("answer", each) for each in (one.answer or {}).values())):
        if holds_personal(text):
            yield "S184", (*place, key), {}
