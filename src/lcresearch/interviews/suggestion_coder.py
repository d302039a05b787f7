"""The coder that holds suggestions of a machine: it is nobody, and must never count as a coder."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from lcresearch.errors import Problem
from lcresearch.interviews.guids import guid_of
from lcresearch.interviews.project import Project

METHODS = ("rules", "embedding", "classifier")
NOT_A_PERSON = {method: guid_of("suggested by", method) for method in METHODS}
"""Method -> id of the coder under whom suggestions are written when a user asks for it; never learned from."""
_NAME = "Suggestions, not a person"


def suggestion_coder_name(method: str, model: str) -> str:
    """What this coder is called, in any language, so that it is known again where a program gave new ids.

    Examples
    --------
    >>> suggestion_coder_name("rules", "spaCy")
    'Suggestions, not a person (rules, spaCy)'
    """
    return f"{_NAME} ({method}, {model})"


def is_suggestion_coder(name: str) -> bool:
    """Whether a coder of this name holds suggestions."""
    return name.strip().startswith(_NAME)


def suggestion_coders(project: Project) -> set[str]:
    """Ids of coders that hold suggestions: by id, or by name where a program gave new ids."""
    named = {str(coder) for coder, name in project.coders["name"].items() if is_suggestion_coder(str(name))}
    return named | set(NOT_A_PERSON.values())


def without_suggestions(project: Project, coders: Collection[str] | None = None) -> tuple[Project, list[Problem]]:
    """The project without codings of a machine, and how many these are (V266); all of it where coders are named."""
    if coders is not None:
        return project, []
    machine = project.codings["coder"].isin(suggestion_coders(project))
    if not (n := int(machine.sum())):
        return project, []
    kept = project.codings[~machine].reset_index(drop=True)
    return replace(project, codings=kept), [Problem("V266", values={"n": n})]
