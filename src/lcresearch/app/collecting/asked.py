"""What a form can give back: the names of its fields, and for each what may stand in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lcresearch.instruments.forms import Question, Questionnaire

LONGEST_TEXT = 5_000
"""Signs of an answer in words where the form sets no limit."""


@dataclass(frozen=True)
class Field:
    """One question.

    Attributes
    ----------
    kind : str
        As :class:`Question`.
    codes : list of int or str
        Answers to choose from, as the form gives them back.
    matrix : str or None
        The table in which it is a row.
    required : bool
    longest : int
    pattern : str
    minimum, maximum : float or None
    decimals : int
    version : str or None
        Field that says who was asked it.
    versions : list of int
        Those who got one of these were asked it.
    """

    kind: str
    codes: list[int | str] = field(default_factory=list)
    matrix: str | None = None
    required: bool = False
    longest: int = LONGEST_TEXT
    pattern: str = ""
    minimum: float | None = None
    maximum: float | None = None
    decimals: int = 0
    version: str | None = None
    versions: list[int] = field(default_factory=list)

    def asked_of(self, drawn: Mapping[str, int]) -> bool:
        """Whether somebody with these versions was asked it."""
        return self.version is None or drawn.get(self.version) in self.versions


@dataclass(frozen=True)
class Asked:
    """All fields of a form.

    Attributes
    ----------
    mark : str
        By which the form is known again.
    languages : list of str
    consent : str or None
        The question on consent.
    fields : dict of str to Field
        By the name of the question, in the order of the form.
    versions : dict of str to int
        Field with the number of a version -> how many there are.
    """

    mark: str
    languages: list[str]
    consent: str | None
    fields: dict[str, Field]
    versions: dict[str, int]

    def as_json(self) -> dict[str, Any]:
        """As it is kept with a round."""
        return asdict(self)

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Asked:
        """As it was kept."""
        fields = {name: Field(**one) for name, one in kept["fields"].items()}
        return cls(kept["mark"], kept["languages"], kept["consent"], fields, kept["versions"])


def what_is_asked(form: Questionnaire, survey: Mapping[str, Any], languages: list[str]) -> Asked:
    """The fields of a form.

    Parameters
    ----------
    form : Questionnaire
    survey : mapping
        The same form as SurveyJS shows it.
    languages : list of str

    Examples
    --------
    >>> import json
    >>> from lcresearch import instruments
    >>> from lcresearch.instruments.forms import questionnaire, surveyjs
    >>> form = questionnaire([instruments.load("psychological-safety")])
    >>> survey = json.loads(surveyjs.write(form, ["nl"]).files[".surveyjs.json"])
    >>> one = what_is_asked(form, survey, ["nl"]).fields["ps01"]
    >>> one.kind, one.matrix is not None, len(one.codes) >= 5
    ('choice', True, True)
    """
    from lcresearch.instruments.forms.form_mark import form_mark
    from lcresearch.instruments.forms.planned_missing import shown_in, version_field

    shown = shown_in(form)
    places = {name: (matrix, codes) for name, matrix, codes in _places(survey["pages"])}
    fields = {}
    for question in form.questions:
        matrix, codes = places[question.name]
        when = shown.get(question.name)
        fields[question.name] = Field(
            question.kind,
            codes or _codes(question),
            matrix,
            question.required,
            question.longest or LONGEST_TEXT,
            question.pattern,
            question.minimum,
            question.maximum,
            question.decimals,
            when.name if when else None,
            sorted(when.versions) if when else [],
        )
    versions = {
        version_field(design.instrument): len(design.versions) for design in form.versions if len(design.versions) > 1
    }
    consent = form.consent.name if form.consent is not None else None
    return Asked(form_mark(form), languages, consent, fields, versions)


def _codes(question: Question) -> list[int | str]:
    return [answer.code for answer in question.answers]


def _places(elements: list[dict[str, Any]]) -> Iterator[tuple[str, str | None, list[int | str]]]:
    """Each question with the table that it is a row of, and the answers to choose from."""
    for element in elements:
        if element.get("type") == "matrix":
            codes = [column["value"] for column in element["columns"]]
            yield from ((row["value"], element["name"], codes) for row in element["rows"])
        elif "elements" in element:
            yield from _places(element["elements"])
        else:
            yield element["name"], None, [choice["value"] for choice in element.get("choices", [])]
