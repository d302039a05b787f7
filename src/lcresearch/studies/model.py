"""What ``study.yaml`` may say. The JSON Schema that editors use is published from these classes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from lcresearch.file_parts import Language, Part, Text, lists_as_tuples, shorthand
from lcresearch.instruments.forms.settings import FormSettings
from lcresearch.studies.change_settings import ChangeUse
from lcresearch.studies.company_settings import CompanyReportsUse, as_company_reports
from lcresearch.studies.interview_settings import InterviewsUse
from lcresearch.studies.monitoring_settings import MonitoringUse
from lcresearch.studies.publishing.settings import PublicationUse
from lcresearch.validation import FILE_ID

LevelName = Literal["sector", "consortium", "community", "organisation", "team"]
AnalysisName = Literal["distributions", "scores", "items", "reliability", "agreement"]

ScreeningRule = Literal[
    "opposite_answers_alike",
    "long_run_of_one_answer",
    "mostly_one_answer",
    "agrees_with_opposites",
    "inconsistent",
    "too_fast",
    "faster_than_others",
    "few_answers",
    "stopped_early",
    "same_answers",
    "nearly_same_answers",
]

LEVELS: tuple[LevelName, ...] = ("sector", "consortium", "community", "organisation", "team")
"""Levels from the outermost to the innermost; respondents are nested in all of them."""

ANALYSES: tuple[AnalysisName, ...] = ("distributions", "scores", "items", "reliability", "agreement")


class Level(Part):
    """A level of the study: the column that names the group of each respondent, and what the report calls it."""

    column: str = Field(min_length=1, description="Column of the responses that names the group.")
    separator: str | None = Field(
        default=None,
        min_length=1,
        max_length=3,
        description="What stands between the names when a person is in several groups: 'A; B', or 'A 70%; B 30%'.",
    )
    title: Text | None = Field(default=None, description="What the report calls a group of this level, singular.")
    title_plural: Text | None = Field(default=None, description="The same in the plural.")


class Waves(Part):
    """The occasions of measurement, in order, with the words that the report uses for them."""

    column: str | None = Field(
        default=None, description="Column of the responses that names the wave, if there is one."
    )
    labels: dict[str, Text] = Field(min_length=1, description="Waves in order: the value in the data, and its label.")


class InstrumentUse(Part):
    """An instrument of the library by its id, or a YAML file of one's own by its name."""

    id: str = Field(min_length=1, description="Id in the library, or a file name that ends in .yaml.")
    group: LevelName | None = Field(
        default=None,
        description="Level to which its scores are averaged; by default the level that the instrument names.",
    )
    short_form: bool = Field(default=False, description="True when only the short form was asked.")


class ResponsesFile(Part):
    """One file of answers."""

    file: str = Field(
        min_length=1, description="File name, from the folder of study.yaml; 'file.xlsx#sheet' for a sheet."
    )
    wave: str | None = Field(default=None, description="The wave of all rows of this file, when no column names it.")
    platform: str | None = Field(default=None, description="Survey platform that made the file, when not recognised.")
    wide: bool | dict[str, str] = Field(
        default=False,
        description="True for a row a person with a column a question and wave (li01_t0, li01_t1); or label: wave.",
    )
    mapping: dict[str, str | None] = Field(
        default_factory=dict, description="Column of the file: id of the item, or null to leave the column out."
    )


class Linking(Part):
    """Persons are recognised by a code that they made up themselves, with room for an error."""

    code: tuple[str, ...] | str = Field(description="Column with the code, or the columns whose texts together are it.")
    within: LevelName | None = Field(
        default=None, description="Level inside which a person is sought, such as community; the whole study if absent."
    )
    tolerance: Literal[0, 1, 2] = Field(default=1, description="Errors in a code that still count as the same person.")

    @model_validator(mode="before")
    @classmethod
    def _list_as_tuple(cls, values: Any) -> Any:
        """YAML has lists only."""
        return lists_as_tuples(values, ("code",))

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that make up the code."""
        return (self.code,) if isinstance(self.code, str) else self.code


class ScreeningUse(Part):
    """What to do with answers that look careless. They are always counted; they stay unless a rule is named here."""

    exclude: tuple[ScreeningRule, ...] = Field(default=(), description="Rules whose rows are left out.")

    @model_validator(mode="before")
    @classmethod
    def _list_as_tuple(cls, values: Any) -> Any:
        """YAML has lists only."""
        return lists_as_tuples(values, ("exclude",))


class Privacy(Part):
    """How careful the report is; see the section on privacy in the documentation."""

    minimum_cell: int = Field(default=5, ge=3, description="Fewest persons behind any mean, score or distribution.")
    pseudonyms: bool = Field(
        default=True, description="Whether ids of persons are replaced; the key stays in private/respondent-key.csv."
    )
    keep: dict[str, Annotated[str, Field(min_length=3)]] = Field(
        default_factory=dict, description="Column with personal data that the study needs: the reason why."
    )


class ConsentUse(Part):
    """Where people said whether their answers may be used; rows without consent are left out."""

    column: str = Field(min_length=1, description="Column of the responses with the answer, the same in every file.")
    once: bool = Field(
        default=False,
        description="True when people were asked in some files only: the others may lack the column, and keep the "
        "rows of persons who gave consent in one that has it.",
    )
    accept: tuple[str, ...] = Field(
        default=(),
        description="All answers that count as consent; by default ja, yes, akkoord, ik doe mee, 1, x and the like.",
    )

    @model_validator(mode="before")
    @classmethod
    def _answers_as_texts(cls, values: Any) -> Any:
        """In ``accept: [1, true]`` the answers are read as number and truth; in the file they are texts."""
        if isinstance(values, Mapping) and isinstance(values.get("accept"), list):
            plain = [str(one).lower() if isinstance(one, bool | int) else one for one in values["accept"]]
            return {**values, "accept": tuple(plain)}
        return values


class ResponseBy(Part):
    """A characteristic by which response is counted, beside the levels: firm size band, sector, role."""

    column: str = Field(min_length=1, description="Column of the responses, or id of a question with one answer.")
    title: Text | None = Field(default=None, description="What the report calls it; the question itself by default.")


class Communities(Part):
    """A table with a row a community: the degree to which it has each element, covariates, and whether it stopped."""

    file: str = Field(min_length=1, description="File name, from the folder of study.yaml.")
    community: str = Field(default="community", min_length=1, description="Column that names the community.")
    consortium: str | None = Field(
        default=None, min_length=1, description="Column that names its consortium, when names come back in several."
    )
    status: str = Field(default="status", min_length=1, description="Column that says active or stopped, if there.")
    reason: str = Field(
        default="reason", min_length=1, description="Column with why it stopped; stays in the house, if there."
    )


class Retention(Part):
    """Until when answers of persons may be kept; ``check`` and ``run`` remind of it from 90 days before."""

    until: str = Field(min_length=1, description="The last day, as 2030-12-31.")
    contact: str | None = Field(default=None, description="Who is to remove them: a function rather than a name.")


class StudyFile(Part):
    """The content of study.yaml."""

    schema_version: Literal[1] = Field(default=1, alias="schema", description="Version of this file format.")
    id: str = Field(pattern=FILE_ID, description="Short name: small letters, digits and hyphens.")
    title: Text
    description: Text
    languages: tuple[Language, ...] = Field(
        min_length=1, description="Languages of the report; the first is report.html."
    )
    simulated: bool = Field(default=False, description="True marks every page as simulated data.")
    consortium: str | None = Field(default=None, description="Name of the consortium, when the study has one.")
    sector: str | None = Field(default=None, description="Sector, when the study has one.")
    levels: dict[LevelName, Annotated[Level, shorthand("column")]] = Field(
        default_factory=dict, description="Level: column. Respondents are nested in every level named."
    )
    respondent: str | None = Field(
        default=None, description="Column with the id of the person; with several waves this or linking is needed."
    )
    linking: Linking | None = Field(
        default=None, description="How persons are recognised over waves when they have a self-made code and no id."
    )
    screening: ScreeningUse = Field(default_factory=ScreeningUse)
    invited: str | None = Field(
        default=None,
        min_length=1,
        description="Table of who was invited: a row a person with the columns of the levels, or numbers in 'invited'.",
    )
    response_by: tuple[Annotated[ResponseBy, shorthand("column")], ...] = Field(
        default=(), description="Characteristics that are no levels, such as firm size band, to show the response by."
    )
    programme: str | None = Field(
        default=None,
        min_length=1,
        description="Plan of the programme, a file in the folder of study.yaml or below it: evidence is packed by it.",
    )
    communities: Annotated[Communities, shorthand("file")] | None = Field(
        default=None, description="Table of communities with elements and covariates, when the responses lack them."
    )
    integration: str | None = Field(
        default=None,
        min_length=1,
        description="How numbers and interviews are brought together, a file in the folder of study.yaml or below it.",
    )
    form: FormSettings | None = Field(default=None, description="How the questions are put to people.")
    change: ChangeUse | None = Field(default=None, description="What is to change between waves, named beforehand.")
    firm_questions: str | None = Field(
        default=None, min_length=1, description="What firms asked themselves, a file in the folder of study.yaml."
    )
    implementation: str | None = Field(
        default=None,
        min_length=1,
        description="Which parts of an element each group did and changed: a file in the folder of study.yaml.",
    )
    monitoring: MonitoringUse | None = Field(
        default=None, description="What is followed when waves are added over years."
    )
    company_reports: Annotated[CompanyReportsUse, as_company_reports()] | None = Field(
        default=None, description="A report of two pages for each company: true, false, or what it says beside results."
    )
    waves: Waves | None = None
    instruments: tuple[Annotated[InstrumentUse, shorthand("id")], ...] = Field(min_length=1)
    responses: tuple[Annotated[ResponsesFile, shorthand("file")], ...] = Field(min_length=1)
    analyses: tuple[AnalysisName, ...] = Field(default=ANALYSES, min_length=1)
    privacy: Privacy = Field(default_factory=Privacy)
    consent: ConsentUse | None = None
    retention: Retention | None = None
    interviews: InterviewsUse | None = None
    publication: PublicationUse | None = Field(
        default=None, description="Who made the study and how it may be used: what an open bundle of it needs."
    )
    sources: tuple[str, ...] = Field(default=(), description="Where data that are not one's own come from: citations.")

    @model_validator(mode="before")
    @classmethod
    def _lists_as_tuples(cls, values: Any) -> Any:
        """YAML has lists only; the frozen model holds tuples."""
        return lists_as_tuples(values, ("languages", "instruments", "responses", "analyses", "sources", "response_by"))

    @property
    def recognises_persons(self) -> bool:
        """Whether it is known which answers of several waves are by the same person."""
        by_row = len(self.responses) == 1 and bool(self.responses[0].wide)
        return self.respondent is not None or self.linking is not None or by_row

    @property
    def companies(self) -> CompanyReportsUse | None:
        """What reports to companies say beside the results; None where the study asks for none."""
        if self.company_reports is not None:
            return self.company_reports if self.company_reports.write else None
        return CompanyReportsUse() if self.change is not None and self.change.company_reports else None

    @property
    def company_level(self) -> LevelName | None:
        """Level whose groups get a report; None where the study names no such level: it is of one company then."""
        named = self.company_reports.group if self.company_reports is not None else None
        level: LevelName = named or (self.change.group if self.change is not None else "organisation")
        return level if level in self.levels else None

    @property
    def ordered_levels(self) -> tuple[LevelName, ...]:
        """Levels of this study, outermost first."""
        return tuple(level for level in LEVELS if level in self.levels)
