"""A study: a folder with study.yaml that runs from answers to report."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from lcresearch.disclosure import Ledger
from lcresearch.errors import Place, Problem, StudyError
from lcresearch.instruments import Instrument
from lcresearch.messages import LANGUAGES, Messages
from lcresearch.progress import Progress
from lcresearch.responses import Responses
from lcresearch.responses.reading import FIRST_WAVE
from lcresearch.studies import analysis
from lcresearch.studies.analysis import ScaleUse
from lcresearch.studies.evidence import Material, evidence_of
from lcresearch.studies.firm_questions import FirmQuestionsFile, read_firm_questions
from lcresearch.studies.gathering import Gathered, Gathering
from lcresearch.studies.interview_reading import ReadInterviews, read_interviews
from lcresearch.studies.ledger_names import ledger_names
from lcresearch.studies.model import StudyFile
from lcresearch.studies.packing import EVIDENCE, PackedEvidence, pack_evidence
from lcresearch.studies.preview import Prepared, prepared_evidence, preview
from lcresearch.studies.results import StudyResults
from lcresearch.synthesis.packages.contents import ConsortiumEvidence
from lcresearch.synthesis.programme import ProgrammeFile

if TYPE_CHECKING:
    from lcresearch.studies.forms import ExportedForms
    from lcresearch.studies.implementation import Implementation
    from lcresearch.studies.integration import IntegrationOutput
    from lcresearch.studies.monitoring import Monitored
    from lcresearch.synthesis import Synthesis


@dataclass(frozen=True)
class Study:
    """What :func:`load` gives.

    Attributes
    ----------
    folder : Path
        Folder of study.yaml: file names in it start here, and ``releases.json`` lies here.
    file : StudyFile
        The content of study.yaml.
    instruments : tuple of Instrument
    programme : ProgrammeFile or None
        The programme that it takes part in.
    """

    folder: Path
    file_name: str
    file: StudyFile
    instruments: tuple[Instrument, ...]
    programme: ProgrammeFile | None = None

    @property
    def scales(self) -> list[ScaleUse]:
        """The scales of its instruments, and the level to which each may be averaged."""
        groups = {one.id: use.group for one, use in zip(self.instruments, self.file.instruments, strict=True)}
        uses = zip(self.instruments, self.file.instruments, strict=True)
        short = frozenset(one.id for one, use in uses if use.short_form)
        return analysis.scales_in(self.instruments, groups, self.file.ordered_levels, short)

    @property
    def waves(self) -> Mapping[str, Mapping[str, str]]:
        """Waves in order with their labels."""
        if self.file.waves is not None:
            return {wave: dict(label) for wave, label in self.file.waves.labels.items()}
        return {FIRST_WAVE: {language: Messages(language)("study.only_wave") for language in LANGUAGES}}

    @property
    def inputs(self) -> list[Path]:
        """Files that no output may replace."""
        tables = [use.file for use in self.file.responses] + ([self.file.invited] if self.file.invited else [])
        files = [name for table in tables for name in (table, table.rpartition("#")[0]) if name]
        files += [use.id for use in self.file.instruments if use.id.endswith(".yaml")]
        files += self.file.interviews.files if self.file.interviews is not None else []
        files += [self.file.programme] if self.file.programme is not None else []
        files += [self.file.communities.file] if self.file.communities is not None else []
        files += [self.file.integration] if self.file.integration is not None else []
        files += [self.file.firm_questions] if self.file.firm_questions is not None else []
        files += self.file.company_reports.files if self.file.company_reports is not None else []
        files += [self.file.implementation] if self.file.implementation is not None else []
        register = self.file.monitoring.register_file if self.file.monitoring is not None else None
        files += [register] if register is not None else []
        plan = self.file.publication.plan if self.file.publication is not None else None
        files += [plan.file] if plan is not None and plan.file is not None else []
        return [self.folder / name for name in (self.file_name, *files)]

    def firm_questions(self) -> FirmQuestionsFile | None:
        """What firms asked themselves, when the study has a file of it.

        Raises
        ------
        StudyError
            Everything that is wrong with the file, together.
        """
        if self.file.firm_questions is None:
            return None
        scales = [use.name for use in self.scales]
        path = self.folder / self.file.firm_questions
        return read_firm_questions(path, scales, waves=len(self.waves), languages=self.file.languages)

    def implementation(self) -> Implementation | None:
        """Which parts of an element groups did, and what they changed, when the study has a file of it.

        Raises
        ------
        StudyError
            Everything that is wrong with the file, together.
        """
        if self.file.implementation is None:
            return None
        from lcresearch.studies.implementation import implementation, read_implementation

        waves = list(self.waves)
        return implementation(read_implementation(self.folder / self.file.implementation, waves), waves)

    def monitor(self) -> Monitored:
        """Follow the groups of the study over its waves so far, with early warnings; writes and releases nothing.

        The result names small groups and stays in the house.

        Raises
        ------
        StudyError
            S199 without ``monitoring:`` in study.yaml; what is wrong with the register.
        """
        use = self.file.monitoring
        if use is None:
            raise StudyError("S199", where=Place(file=self.file_name))
        gathered = self.gathered()
        return self.monitored(gathered, analysis.score(gathered.data, self.scales))

    def monitored(self, gathered: Gathered, scores: pd.DataFrame) -> Monitored:
        """As :meth:`monitor`, of answers that were read."""
        from lcresearch.studies.monitoring import monitor_study

        return monitor_study(self, scores, gathered.invited)

    def check(self) -> list[Problem]:
        """What is wrong, before anything runs: reads all files, computes nothing, writes nothing.

        Only a withdrawal that was interrupted is finished first, which a warning says (S046).

        Returns
        -------
        list of Problem
            Errors keep the study from running; warnings will be in the report.
        """
        return self.checked()[0]

    def checked(self) -> tuple[list[Problem], str]:
        """As :meth:`check`, with what became of each column in lines for a terminal (empty when reading stopped)."""
        from lcresearch.studies.checking import checked

        found = checked(self)
        return found.problems, found.lines

    def interviews_read(self) -> ReadInterviews | None:
        """The interviews, when the study has any."""
        return read_interviews(self.file.interviews, self.folder) if self.file.interviews is not None else None

    def read(self, progress: Progress | None = None) -> Responses:
        """The answers of all files of the study as one, without those who gave no consent or withdrew.

        Ids of persons are pseudonyms. These stay the same once a run has written the key; this writes nothing.

        Raises
        ------
        ResponsesError, StudyError
            A file cannot be used; S007, when a wave is not one of the study's.
        """
        return self.gathered(progress).data

    def gathered(self, progress: Progress | None = None) -> Gathered:
        """The answers with all that belongs to them; rows of persons, which stay in the house."""
        return Gathering(self.file, self.folder, self.instruments, list(self.waves), self.programme).run(progress)

    def evidence(self, programme: ProgrammeFile | None = None) -> list[ConsortiumEvidence]:
        """What this study delivers of each consortium, read anew: the matter of evidence packages.

        It holds rows of persons and stays in the house; :func:`lcresearch.synthesis.pack` makes what may leave.

        Parameters
        ----------
        programme : ProgrammeFile, optional
            By default that of study.yaml.

        Raises
        ------
        LcresearchError
            A file cannot be used; S122 without a programme; S117 to S123, what of the programme is not there.
        """
        study = dataclasses.replace(self, programme=programme or self.programme)
        return evidence_of(study.material(), Ledger(self.folder))

    def export_forms(
        self,
        folder: str | Path | None = None,
        platforms: Sequence[str] | None = None,
        languages: Sequence[str] | None = None,
        *,
        force: bool = False,
    ) -> ExportedForms:
        """Write the form of the study for survey platforms or for paper, as ``form:`` in study.yaml says.

        Parameters
        ----------
        folder : path, optional
            ``forms`` in the folder of the study by default.
        platforms : sequence of str, optional
            Those of study.yaml by default.
        languages : sequence of str, optional
            Those of the study by default, as far as all instruments have them.
        force : bool
            Replace forms that are there.

        Returns
        -------
        ExportedForms
            The files, and what each format cannot carry.

        Raises
        ------
        StudyError
            S130, when study.yaml has no part ``form:``.
        FormError
            F001 to F009; see :func:`lcresearch.instruments.forms.export_forms`.
        """
        from lcresearch.studies.forms import export_forms

        return export_forms(self, folder, platforms, languages, force=force)

    def material(self) -> Material:
        """Answers, scores, elements and interviews, read anew: what evidence and integration are made of.

        It holds rows of persons and stays in the house.

        Raises
        ------
        LcresearchError
            A file cannot be used; S122 without a programme; S117 to S120, what of the programme is not there.
        """
        gathered = self.gathered()
        material = self.material_of(gathered, analysis.score(gathered.data, self.scales), self.interviews_read())
        if material is None:
            raise StudyError("S122", where=Place(file=self.file_name))
        return material

    def integrate(
        self,
        synthesis: Synthesis | str | Path | None = None,
        output: str | Path | None = None,
        *,
        force: bool = False,
        date: datetime.date | None = None,
        progress: Progress | None = None,
    ) -> IntegrationOutput:
        """Bring numbers and interviews together by ``integration.yaml``, and write a page for each element.

        Parameters
        ----------
        synthesis : Synthesis or path, optional
            A synthesis, or the folder with evidence packages; by default those that :meth:`run` or :meth:`pack` wrote.
        output : path, optional
            ``integration`` in the folder of the study by default. It appears whole or not at all. Pages and tables may
            be shared; what single communities answered and said lies under ``private/``.
        force : bool
            Replace an earlier integration.
        date : date, optional
            Of the pages; today by default. The same inputs and date give the same bytes.
        progress : callable, optional
            Called with each step in words and the share that is done.

        Raises
        ------
        StudyError
            S122, S126: the study names no programme, or no integration.yaml; S127: communities share a name; S128: no
            evidence packages; G002, S010, S013, S014: the folder cannot take the output.
        IntegrationError
            What is wrong with integration.yaml, together.
        """
        from lcresearch.studies.integration import integrate_study

        return integrate_study(self, synthesis, output, force=force, date=date, progress=progress)

    def pack(
        self,
        path: str | Path | None = None,
        *,
        force: bool = False,
        date: datetime.date | None = None,
    ) -> PackedEvidence:
        """Write the evidence package of each consortium, for the programme that study.yaml names.

        Which community has which code goes to ``private/`` in the folder of the study.

        Parameters
        ----------
        path : path, optional
            A folder, or a file that ends in ``.zip`` for one consortium; ``evidence`` in the folder of the study by
            default.
        force : bool
            Replace packages that are there.
        date : date, optional
            Of the packages; today by default.

        Raises
        ------
        LcresearchError
            As :meth:`evidence` and :func:`lcresearch.synthesis.pack`. A consortium of which nothing may leave is told
            of in the result.
        """
        evidence, programme = self.evidence(), self._its_programme
        target = Path(path) if path is not None else self.folder / EVIDENCE
        return pack_evidence(evidence, programme, target, private=self.folder / "private", force=force, date=date)

    def preview(self, language: str | None = None) -> str:
        """What :meth:`pack` would write, in plain words; nothing is written or recorded.

        Parameters
        ----------
        language : {"nl", "en"}, optional
        """
        return preview(self.evidence(), self._its_programme, language)

    def prepared(self) -> list[Prepared]:
        """What :meth:`pack` would write of each consortium, for a look beforehand; nothing is written or recorded.

        Raises
        ------
        LcresearchError
            As :meth:`pack`.
        """
        return prepared_evidence(self.evidence(), self._its_programme)

    @property
    def _its_programme(self) -> ProgrammeFile:
        if self.programme is None:
            raise StudyError("S122", where=Place(file=self.file_name))
        return self.programme

    def material_of(self, gathered: Gathered, scores: pd.DataFrame, talks: ReadInterviews | None) -> Material | None:
        """What evidence is made of; None without a programme."""
        if self.programme is None or gathered.programme is None:
            return None
        persons = ledger_names(gathered.data, gathered.key)
        return Material(
            self.file, self.folder, self.programme, self.instruments, tuple(self.scales), gathered.data, scores,
            persons, gathered.programme, talks, tuple(self.waves),
        )  # fmt: skip

    def run(
        self,
        folder: str | Path | None = None,
        *,
        force: bool = False,
        date: datetime.date | None = None,
        pdf: bool = False,
        progress: Progress | None = None,
    ) -> StudyResults:
        """Run all analyses and write report, tables, figures and run.json; scores of persons go under ``private/``.

        Parameters
        ----------
        folder : path, optional
            Output folder; ``results`` in the folder of the study by default. It appears whole or not at all.
        force : bool
            Replace the output of an earlier run in this folder.
        date : date, optional
            Date in the report; today by default. The same inputs and date give the same report to the byte.
        pdf : bool
            Print company reports to PDF files as well; a warning says when that is not possible.
        progress : callable, optional
            Called with each step in words and the share that is done.

        Raises
        ------
        LcresearchError
            Anything that keeps the study from running; nothing is written then.
        """
        from lcresearch.studies.running import run_study

        return run_study(self, folder, force=force, date=date, pdf=pdf, progress=progress)
