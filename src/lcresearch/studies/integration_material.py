"""What integration needs of a study: its plan, its cases in rows, and what people said of each element."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from lcresearch import interviews
from lcresearch.disclosure import Ledger, Policy
from lcresearch.errors import IntegrationError, Place, Problem, StudyError
from lcresearch.integration import CaseMatrix, Voices, case_matrix, codes_of_elements, voices
from lcresearch.integration.plan import ElementCodes, IntegrationFile, read_plan
from lcresearch.interviews import Project
from lcresearch.interviews.quote_release.record import FILE_NAME, QuoteRelease
from lcresearch.interviews.quote_release.releasing import fits_enough
from lcresearch.messages import Messages
from lcresearch.studies.communities import CONSORTIUM
from lcresearch.studies.evidence import Material, evidence_frame
from lcresearch.studies.interview_reading import ReadInterviews, of_coders
from lcresearch.synthesis.programme import ProgrammeFile

_COMMUNITY = "community"


@dataclass(frozen=True)
class IntegrationMaterial:
    """What the comparison of numbers and interviews of a study is made of.

    Attributes
    ----------
    material : Material
        Answers, scores, elements and interviews; rows of persons stay in the house.
    plan : IntegrationFile
    """

    material: Material
    plan: IntegrationFile

    @property
    def programme(self) -> ProgrammeFile:
        """The plan of the programme."""
        return self.material.programme

    @property
    def policy(self) -> Policy:
        """What a report of this study may show."""
        return Policy(self.material.file.privacy.minimum_cell)

    @cached_property
    def frame(self) -> pd.DataFrame:
        """A row a respondent and wave, with levels, scores and elements."""
        return evidence_frame(self.material)

    @property
    def talks(self) -> ReadInterviews | None:
        """The interviews, where there are any."""
        return self.material.talks

    @cached_property
    def project(self) -> Project | None:
        """Interviews with the codings that count; None without codings."""
        talks = self.talks
        if talks is None or not len(talks.counted.codings):
            return None
        return of_coders(talks.counted, talks.use.coders) if talks.use.coders else talks.counted

    @cached_property
    def elements(self) -> dict[str, ElementCodes]:
        """Codes of each element of the programme: those of the plan, else those linked in the codebook."""
        names = list(self.programme.elements)
        linked = {} if self.project is None else codes_of_elements(self.project.codebook, names)
        return {name: self.plan.elements.get(name) or linked.get(name) or ElementCodes() for name in names}

    @cached_property
    def matrix(self) -> CaseMatrix:
        """Cases in rows: scales, changes, elements, characteristics and codes. It is confidential.

        A mean of fewer persons than a report needs is a gap.

        Raises
        ------
        IntegrationError
            As :func:`~lcresearch.integration.case_matrix`.
        StudyError
            S127: communities of different consortia have one name.
        """
        self._refuse_shared_names()
        models = self.programme.models.values()
        waves = next((one.waves for one in models if len(one.waves) == 2), ())
        known = set(self.frame["wave"].dropna().astype("str"))
        change = (waves[0], waves[-1]) if len(waves) == 2 and set(waves) <= known else None
        last = next((wave for wave in reversed(self.material.waves) if wave in known), None)
        titles = {one.column: one.title for one in self.programme.elements.values()}
        language = Messages().language
        return case_matrix(
            scores=self.frame,
            elements=[one.column for one in self.programme.elements.values() if one.column in self.frame],
            project=self._of_cases,
            case=self.plan.case,
            scales=self._scales,
            characteristics=[name for name in ("sector", CONSORTIUM) if name in self.frame and name != self.plan.case],
            codes=self._codes,
            measures="respondents",
            wave=last,
            change=change,
            instruments=self.material.instruments,
            fewest=self.policy.minimum_cell,
            persons={} if self.talks is None else {str(k): str(v) for k, v in self.talks.persons.items()},
            titles={column: text.get(language) or next(iter(text.values())) for column, text in titles.items()},
        )

    def voices(self, *, shared: bool, ledger: Ledger | None = None) -> Voices | None:
        """What people say of each element: by the rules of a report, or all of it for the researcher."""
        project = self._of_cases
        if project is None or self.talks is None:
            return None
        return voices(
            project,
            self.elements,
            by=self.plan.case,
            persons=self.talks.persons,
            mechanisms=self.plan.mechanisms,
            policy=self.policy if shared else None,
            ledger=ledger if shared else None,
            releases=self.releases,
        )

    @cached_property
    def releases(self) -> tuple[QuoteRelease, ...]:
        """Quotes that were released, to enough persons for a report."""
        if self.talks is None:
            return ()
        found = interviews.read_quote_releases(self.material.folder / (self.talks.use.releases or FILE_NAME))
        return tuple(fits_enough(found, self.policy))

    @property
    def _of_cases(self) -> Project | None:
        """The interviews, if they tell of which case they are."""
        if self.project is None or self.plan.case not in self.project.corpus.attributes.columns:
            return None
        return self.project

    @property
    def _scales(self) -> list[str]:
        asked = dict.fromkeys(one.score for one in self.programme.outcomes.values())
        known = [use.name for use in self.material.scales]
        return [*asked, *(name for name in known if name not in asked)]

    @property
    def _codes(self) -> list[str]:
        return list(dict.fromkeys(code for one in self.elements.values() for code in one.all))

    def _refuse_shared_names(self) -> None:
        """Communities that share a name would be taken for one."""
        if self.plan.case != _COMMUNITY:
            return
        pairs = self.frame[[CONSORTIUM, _COMMUNITY]].dropna().drop_duplicates()
        twice = pairs.loc[pairs[_COMMUNITY].duplicated(), _COMMUNITY].astype("str").unique().tolist()
        if twice:
            raise StudyError("S127", n=len(twice), names=twice[:5])


def integration_material(material: Material) -> IntegrationMaterial:
    """The plan of a study with its material.

    Raises
    ------
    IntegrationError
        What is wrong with integration.yaml, together.
    StudyError
        S126: the study names none.
    """
    name = material.file.integration
    if name is None:
        raise StudyError("S126", where=Place(file="study.yaml"))
    codebook = material.talks.project.codebook if material.talks is not None else None
    plan = read_plan(material.folder / name, programme=material.programme, codebook=codebook)
    return IntegrationMaterial(material, plan)


def check_columns(found: IntegrationMaterial) -> list[Problem]:
    """Columns that the plan names and the cases lack, with their lines."""
    name = found.material.file.integration or ""
    try:
        read_plan(found.material.folder / name, columns=[str(column) for column in found.matrix.frame.columns])
    except IntegrationError as error:
        return [problem for problem in error.problems if problem.code == "Q154"]
    return []
