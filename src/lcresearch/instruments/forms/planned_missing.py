"""Which questions stand in which version of a planned-missing design."""

from __future__ import annotations

from dataclasses import dataclass

from lcresearch.instruments.forms.model import Questionnaire


@dataclass(frozen=True)
class ShownIn:
    """When a question is asked: only of those who got one of these versions.

    Attributes
    ----------
    name : str
        Name of the field that holds the number of the version.
    versions : frozenset of int
        From 1.
    """

    name: str
    versions: frozenset[int]


def version_field(instrument: str) -> str:
    """Name of the field with the number of the version that somebody got."""
    return f"version_{instrument}".replace("-", "_")


def shown_in(form: Questionnaire) -> dict[str, ShownIn]:
    """Question -> the versions in which it stands; those that everybody is asked are not there.

    Examples
    --------
    >>> from lcresearch.instruments.forms.model import Page, Question, Versions
    >>> page = Page("p", tuple(Question(name, "text", {}, instrument="x") for name in "abc"))
    >>> form = Questionnaire("x", {}, ("nl",), (page,), versions=(Versions("x", (("a", "b"), ("a",))),))
    >>> {name: sorted(shown.versions) for name, shown in shown_in(form).items()}
    {'b': [1]}
    """
    found = {}
    for design in form.versions:
        everywhere = frozenset(range(1, len(design.versions) + 1))
        for question in form.questions:
            numbers = frozenset(n for n, names in enumerate(design.versions, start=1) if question.name in names)
            if question.instrument == design.instrument and numbers and numbers != everywhere:
                found[question.name] = ShownIn(version_field(design.instrument), numbers)
    return found
