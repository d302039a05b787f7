"""A study: a folder with study.yaml that runs from answers to report."""

from __future__ import annotations

import dataclasses
import datetime
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from lcresearch import output_folder, reporting
from lcresearch.disclosure import Ledger
from lcresearch.errors import LcresearchError, LcresearchWarning, Place, Problem, StudyError
from lcresearch.instruments import Instrument
from lcresearch.messages import LANGUAGES, Messages
from lcresearch.progress import Progress, tell
from lcresearch.responses import Responses
from lcresearch.responses.column_lines import column_lines
from lcresearch.responses.reading import FIRST_WAVE
from lcresearch.studies import analysis, company_output
from lcresearch.studies.analysis import Asked, ScaleResults, ScaleUse
from lcresearch.studies.change import StudyChange, study_change
from lcresearch.studies.change_checks import change_notes
from lcresearch.studies.demonstration_keys import refuse_known_keys
from lcresearch.studies.evidence import Material, evidence_of, refused
from lcresearch.studies.firm_questions import FirmQuestionsFile, of_no_firm, read_firm_questions
from lcresearch.studies.gathering import WITHDRAWING, Gathered, Gathering
from lcresearch.studies.interview_findings import InterviewFindings, check_names, interview_findings
from lcresearch.studies.interview_output import save_private_interviews
from lcresearch.studies.interview_reading import ReadInterviews, read_interviews
from lcresearch.studies.kept_facts import keep_facts
from lcresearch.studies.loading import find_file, is_there, read_study
from lcresearch.studies.model import StudyFile
from lcresearch.studies.packing import EVIDENCE, PackedEvidence, pack_evidence
from lcresearch.studies.preview import preview
from lcresearch.studies.programme_of_study import read_study_programme
from lcresearch.studies.publication import Publication, publication
from lcresearch.studies.pulses import pulses_shown
from lcresearch.studies.release import Release, ledger_names
from lcresearch.studies.results import StudyResults
from lcresearch.studies.retention import reminder
from lcresearch.studies.run_record import left_out, provenance, run_record, save_private
from lcresearch.studies.study_facts import facts_of_run
from lcresearch.synthesis.packages.contents import ConsortiumEvidence
from lcresearch.synthesis.programme import ProgrammeFile

if TYPE_CHECKING:
    from lcresearch.studies.forms import ExportedForms
    from lcresearch.studies.implementation import Implementation
    from lcresearch.studies.integration import IntegrationOutput
    from lcresearch.studies.monitoring import Monitored
    from lcresearch.synthesis import Synthesis


def load(path: str | Path) -> Study:
    """Load a study from its study.yaml, or from the folder that holds it.

    Raises
    ------
    StudyError
        Everything that is wrong with study.yaml and the instruments it names, together; S129, when the keys beside
        it are those of the demonstration.

    Examples
    --------
    >>> from lcresearch import shipped
    >>> load(shipped.folder("analyses") / "unit-climate").file.id
    'unit-climate'
    """
    path = find_file(path)
    file, instruments = read_study(path)
    refuse_known_keys(path.parent, simulated=file.simulated)
    study = Study(path.parent, path.name, file, tuple(instruments))
    programme = read_study_programme(path, file, instruments, list(study.waves))
    return dataclasses.replace(study, programme=programme)


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
        gathered = self._gather()
        return self._monitored(gathered, analysis.score(gathered.data, self.scales))

    def _monitored(self, gathered: Gathered, scores: pd.DataFrame) -> Monitored:
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
        material: Material | None = None
        if (awaited := self._awaited_before_the_first()) is not None:
            return [*self._reminders(datetime.date.today()), *awaited], ""
        try:
            gathered = self._gather()
            found, lines = list(gathered.data.problems), column_lines(gathered.data.log)
            scores = analysis.score(gathered.data, self.scales)
            material = self._material(gathered, scores, None)
            found += refused(material, Ledger(self.folder)) if material is not None else []
            found += self._monitored(gathered, scores).problems if self.file.monitoring is not None else ()
            found += self._questions_of_no_firm(scores)
            if self.file.change is not None:
                found += change_notes(self.file.change, scores, list(self.waves), linked=self.file.recognises_persons)
        except LcresearchError as error:
            found, lines = list(error.problems), ""
        found += self._check_interviews()
        found += company_output.check_companies(self)
        for read in (self.firm_questions, self.implementation):
            try:
                read()
            except LcresearchError as error:
                found += error.problems
        if material is not None and not any(problem.level == "error" for problem in found):
            found += self._check_integration(material)
        return [*self._reminders(datetime.date.today()), *found], lines

    def _questions_of_no_firm(self, scores: pd.DataFrame) -> list[Problem]:
        """Warnings on questions of firms that are not in the answers; what is wrong with the file is told elsewhere."""
        level, name = self.file.company_level, self.file.firm_questions
        if level is None or name is None:
            return []
        try:
            asked = self.firm_questions()
        except LcresearchError:
            return []
        firms = analysis.group_names(scores, level, self.file.ordered_levels).dropna().unique().tolist()
        return of_no_firm(asked, firms, name) if asked is not None else []

    def _awaited_before_the_first(self) -> list[Problem] | None:
        """A note on each file of answers, as long as a study with a form has none."""
        uses = self.file.responses
        if self.file.form is None or any(is_there(self.folder, use.file) for use in uses):
            return None
        return [Problem("S131", Place(file=use.file)) for use in uses]

    def _check_integration(self, material: Material) -> list[Problem]:
        """What is wrong with integration.yaml."""
        if self.file.integration is None:
            return []
        from lcresearch.studies.integration import check_integration

        return check_integration(dataclasses.replace(material, talks=self._read_interviews()))

    def _check_interviews(self) -> list[Problem]:
        """What is wrong with the interviews: files, attributes and coders that are named and are not there."""
        try:
            read = self._read_interviews()
            if read is not None:
                check_names(read)
        except LcresearchError as error:
            return list(error.problems)
        return list(read.problems) if read is not None else []

    def _read_interviews(self) -> ReadInterviews | None:
        return read_interviews(self.file.interviews, self.folder) if self.file.interviews is not None else None

    def _reminders(self, today: datetime.date) -> list[Problem]:
        retention = self.file.retention
        if retention is None:
            return []
        until = datetime.date.fromisoformat(retention.until)
        found = reminder(until, today, contact=retention.contact, file=self.file_name)
        return [found] if found is not None else []

    def read(self, progress: Progress | None = None) -> Responses:
        """The answers of all files of the study as one, without those who gave no consent or withdrew.

        Ids of persons are pseudonyms. These stay the same once a run has written the key; this writes nothing.

        Raises
        ------
        ResponsesError, StudyError
            A file cannot be used; S007, when a wave is not one of the study's.
        """
        return self._gather(progress).data

    def _gather(self, progress: Progress | None = None) -> Gathered:
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
        gathered = self._gather()
        material = self._material(gathered, analysis.score(gathered.data, self.scales), self._read_interviews())
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

    @property
    def _its_programme(self) -> ProgrammeFile:
        if self.programme is None:
            raise StudyError("S122", where=Place(file=self.file_name))
        return self.programme

    def _material(self, gathered: Gathered, scores: pd.DataFrame, talks: ReadInterviews | None) -> Material | None:
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
        target = Path(folder) if folder is not None else self.folder / "results"
        output_folder.check_free(target, force=force, keep=self.inputs)
        ledger = Ledger(self.folder)
        for problem in self._reminders(datetime.date.today()):
            warnings.warn(LcresearchWarning(str(problem)), stacklevel=2)
        date = date or datetime.date.today()
        gathered = self._gather(progress)
        talks = self._read_interviews()
        data = gathered.data
        for problem in (one for one in data.problems if one.code in WITHDRAWING):
            warnings.warn(LcresearchWarning(str(problem)), stacklevel=2)
        tell(progress, Messages()("study.step.scoring"), 0.12)
        scores = analysis.score(data, self.scales)
        answers = data.frame.reindex(columns=[*data.frame.columns, *self._items_without_a_column(data)])
        material = self._material(gathered, scores, talks)
        if material is not None and (problems := refused(material, Ledger(self.folder))):
            raise StudyError(problems)
        minimum_cell = self.file.privacy.minimum_cell
        published = publication(answers, scores, self.scales, self.waves, minimum_cell)
        release = Release(
            self.file,
            data,
            published,
            self.waves,
            ledger,
            key=gathered.key,
            screening=gathered.screening,
            linked=gathered.linked,
            invited=gathered.invited,
            counted=gathered.counted,
        )
        results = self._analyse(release, progress)
        record = run_record(self.file, self.folder / self.file_name, self.instruments, data, talks, date)
        changed = self._changed(published)
        content = release.content(results, provenance(record), changed)
        if self.file.change is not None:
            content = dataclasses.replace(content, pulses=pulses_shown(content, self.file.change))
        findings = self._findings(talks, release, progress)
        if findings is not None:
            content = dataclasses.replace(content, interviews=findings.shown)
        if content.quality is not None:
            record["left_out"] = left_out(data.log, content.quality.rows)
        say = Messages()
        companies = company_output.reports_of(self, content)

        def commit() -> None:
            if gathered.key is not None:
                gathered.key.commit()
            ledger.commit(self.file.id, date=date.isoformat())

        with output_folder.whole_folder(target, force=force, keep=self.inputs, last=commit) as made:
            tell(progress, say("study.step.reporting"), 0.3)
            reporting.save_report(content, made)
            tell(progress, say("study.step.tables"), 0.6)
            reporting.save_tables(content, made)
            tell(progress, say("study.step.figures"), 0.65)
            reporting.save_figures(content, made)
            save_private(made / "private", scores, gathered)
            if changed is not None:
                changed.save_private(made / "private")
            if findings is not None:
                save_private_interviews(findings, content.head, made / "private")
            if self.file.monitoring is not None:
                from lcresearch.studies.monitoring.shown import save_monitored

                followed = self._monitored(gathered, scores)
                save_monitored(followed, content, self.file.monitoring, self.implementation(), made)
            if companies is not None:
                company_output.save_run(companies, content.head, made)
            output_folder.write_record(made, record)
            keep_facts(facts_of_run(self.file, self.programme, content, record, talks), made)
        done = StudyResults(
            self, data, scores, tuple(results), content, target, material, change=changed, companies=companies
        )
        if companies is not None and pdf:
            tell(progress, say("study.step.printing"), 0.85)
            for problem in company_output.printed(companies.reports, target, pdf=True).problems:
                warnings.warn(LcresearchWarning(str(problem)), stacklevel=2)
        if material is not None:
            tell(progress, say("study.step.packing"), 0.9)
            packed = pack_evidence(
                done.evidence(), material.programme, target / EVIDENCE, private=target / "private", date=date
            )
            done = dataclasses.replace(done, packed=packed)
        tell(progress, say("study.step.done"), 1.0)
        return done

    def _changed(self, published: Publication) -> StudyChange | None:
        """What changed between waves, when the study asks for it and two waves have answers."""
        if self.file.change is None:
            return None
        levels, waves = self.file.ordered_levels, list(self.waves)
        return study_change(
            self.file.change, self.scales, published.scores, published.answers, levels, waves,
            linked=self.file.recognises_persons,
        )  # fmt: skip

    def _items_without_a_column(self, data: Responses) -> list[str]:
        asked = dict.fromkeys(item for use in self.scales for item in use.items)
        return [item for item in asked if item not in data.frame.columns]

    def _analyse(self, release: Release, progress: Progress | None) -> list[ScaleResults]:
        say, uses, done = Messages(), self.scales, []
        cells, published = release.cells(), release.published
        levels, minimum_cell = self.file.ordered_levels, self.file.privacy.minimum_cell
        asked = Asked(self.waves, self.file.analyses, levels, minimum_cell)
        for n, use in enumerate(uses):
            title = use.instrument.scales[use.name].title
            name = title.get(say.language) or next(iter(title.values()))
            tell(progress, say("study.step.analysing", scale=name), 0.15 + 0.15 * n / len(uses))
            done.append(analysis.analyse(use, published.answers, published.scores, cells[use.name], asked))
        return done

    def _findings(
        self, talks: ReadInterviews | None, release: Release, progress: Progress | None
    ) -> InterviewFindings | None:
        if talks is None:
            return None
        tell(progress, Messages()("study.step.interviews"), 0.28)
        pseudonyms = None if release.key is None else release.key.pseudonyms
        return interview_findings(talks, release.policy, release.ledger, pseudonyms=pseudonyms, folder=self.folder)
