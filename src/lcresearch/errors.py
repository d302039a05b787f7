"""What can be wrong, where, and what to do about it.

Every message of the package has a code. Its words stand in ``messages/problems/*.yaml`` in Dutch and in English;
code only names the code, the place and the values. A :class:`Problem` is one such message. It is raised inside an
:class:`LcresearchError` when work cannot go on, or kept in a log when it can.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

__all__ = [
    "AgreementError",
    "AppError",
    "ChangeError",
    "DisclosureError",
    "FormError",
    "InstrumentError",
    "IntegrationError",
    "InterviewError",
    "LcresearchError",
    "LcresearchWarning",
    "MeasurementError",
    "MultilevelError",
    "Place",
    "Problem",
    "ReportingError",
    "ResponsesError",
    "StudyError",
    "SynthesisError",
    "explanation",
]

_ABOUT_NEAREST = (
    re.compile(r"[;,] [^;,()]*\{nearest\}(?=\))"),  # a clause within brackets
    re.compile(r" ?\([^()]*\{nearest\}\)"),  # brackets that hold nothing else
    re.compile(r"(?:(?<=^)|(?<=[.?!] ))[^.?!]*\{nearest\}[^.?!]*[.?!]? ?"),  # a sentence
)
"""Parts of a message that name what comes nearest; they are left out when nothing does."""


@dataclass(frozen=True)
class Place:
    """Where something was found. Rows are counted as a spreadsheet does: the header is row 1."""

    file: str | None = None
    sheet: str | None = None
    line: int | None = None
    row: int | None = None
    column: str | None = None
    item: str | None = None

    def text(self, language: str | None = None) -> str:
        """The place in words, for example ``team_voice.yaml, item tv_02 (line 7)``."""
        from lcresearch.messages import Messages

        say = Messages(language)
        parts = [str(self.file)] if self.file is not None else []
        parts += [
            say(f"place.{name}", value=str(value))
            for name in ("sheet", "row", "column", "item")
            if (value := getattr(self, name)) is not None
        ]
        line = say("place.line", value=str(self.line)) if self.line is not None else ""
        return ", ".join(parts) + (f" ({line})" if line and parts else line)


@dataclass(frozen=True)
class Problem:
    """One message: its code in the catalogue, the place it is about, and the values to fill in."""

    code: str
    where: Place = field(default_factory=Place)
    values: Mapping[str, Any] = field(default_factory=dict)

    @property
    def level(self) -> str:
        """``error`` (work stops), ``warning`` (work goes on, look at it) or ``note`` (for the record)."""
        from lcresearch.messages import problem_entry

        return str(problem_entry(self.code)["level"])

    def message(self, language: str | None = None) -> str:
        """What is wrong, in one or two sentences."""
        return self._fill("message", language)

    def remedy(self, language: str | None = None) -> str:
        """What to do next; empty when nothing needs doing."""
        return self._fill("remedy", language)

    def _fill(self, part: str, language: str | None) -> str:
        from lcresearch.messages import Messages, problem_entry

        say = Messages(language)
        text = say.form(problem_entry(self.code).get(part, ""), self.values)
        if self.values.get("nearest", "") in (None, "–"):
            for part_of_text in _ABOUT_NEAREST:
                text = part_of_text.sub("", text)
        return say.fill(text, **self.values).strip()

    def text(self, language: str | None = None) -> str:
        """Place, problem and remedy, in that order, over several lines."""
        place = self.where.text(language)
        lines = [f"[{self.code}]{' ' + place if place else ''}", f"  {self.message(language)}"]
        remedy = self.remedy(language)
        return "\n".join([*lines, f"  {remedy}"] if remedy else lines)

    def __str__(self) -> str:
        return self.text()


class LcresearchError(Exception):
    """Work cannot go on. Holds every problem that was found, not only the first.

    Examples
    --------
    >>> from lcresearch.errors import Place, StudyError
    >>> error = StudyError("G001", where=Place(file="study.yaml"), path="study.yaml")
    >>> error.problems[0].code
    'G001'
    """

    def __init__(
        self, code: str | Problem | Iterable[Problem], /, *, where: Place | None = None, **values: Any
    ) -> None:
        if isinstance(code, str):
            problems: tuple[Problem, ...] = (Problem(code, where or Place(), values),)
        elif isinstance(code, Problem):
            problems = (code,)
        else:
            problems = tuple(code)
        self.problems = problems
        super().__init__(problems)

    def text(self, language: str | None = None) -> str:
        """All problems in words."""
        return "\n".join(f"{type(self).__name__} {problem.text(language)}" for problem in self.problems)

    def __str__(self) -> str:
        return self.text()


class InstrumentError(LcresearchError):
    """An instrument file cannot be used, or cannot score these answers."""


class FormError(LcresearchError):
    """A form cannot be made of these instruments, or not for this platform."""


class ResponsesError(LcresearchError):
    """A file with answers cannot be read as what it is said to be."""


class MeasurementError(LcresearchError):
    """A measurement statistic cannot be computed from this input."""


class MultilevelError(LcresearchError):
    """A multilevel model cannot be fitted to these data, or asked what it cannot tell."""


class InterviewError(LcresearchError):
    """A transcript, codebook or coded project cannot be read, written or used."""


class AgreementError(LcresearchError):
    """Agreement of raters cannot be computed from this input."""


class ChangeError(LcresearchError):
    """Change over waves cannot be computed from these data, or asked what they cannot tell."""


class SynthesisError(LcresearchError):
    """Effects or packages of several studies cannot be brought together, or asked what they cannot tell."""


class IntegrationError(LcresearchError):
    """Numbers, interviews and cases cannot be brought together, or asked what they cannot tell."""


class DisclosureError(LcresearchError):
    """Something would leave the house that must not."""


class StudyError(LcresearchError):
    """A study cannot be loaded or run."""


class ReportingError(LcresearchError):
    """A table, figure or page cannot be made."""


class AppError(LcresearchError):
    """The local web page cannot do what was asked of it."""


class LcresearchWarning(UserWarning):
    """Work goes on, but the reader of the result must know this."""


def warning(code: str, *, where: Place | None = None, **values: Any) -> LcresearchWarning:
    """A warning with the words of the catalogue, to be handed to ``warnings.warn``."""
    return LcresearchWarning(str(Problem(code, where or Place(), values)))


def nearest(name: str, names: Iterable[str]) -> str | None:
    """The name that was probably meant, or None."""
    found = get_close_matches(name, [str(known) for known in names], n=1, cutoff=0.6)
    return found[0] if found else None


def explanation(code: str, language: str | None = None) -> str:
    """The page that ``lcresearch explain CODE`` prints.

    Parameters
    ----------
    code : str
        Such as ``"R040"``, with or without brackets.
    language : {"nl", "en"}, optional
        By default that of the terminal.

    Returns
    -------
    str

    Raises
    ------
    LcresearchError
        G003, when no message has this code.

    See also
    --------
    lcresearch.messages.problem_entry : The parts of it.
    """
    from lcresearch.messages import Messages, problem_codes, problem_entry

    code = code.strip().strip("[]").upper()
    if code not in problem_codes():
        raise LcresearchError("G003", code=code, known=problem_codes())
    entry, say = problem_entry(code), Messages(language)
    texts = [entry.get(part, {}).get(say.language, "") for part in ("message", "explanation", "remedy")]
    parts = [str(text["other"] if isinstance(text, Mapping) else text).strip() for text in texts]
    head = f"{code} ({say('explain.level.' + entry['level'])})"
    page = "\n\n".join([head, *(part for part in parts if part)])
    return re.sub(r"\{\{|\}\}|\{\w+(?::[^{}]*)?\}", lambda found: {"{{": "{", "}}": "}"}.get(found[0], "…"), page)
