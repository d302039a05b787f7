"""Running a study: from answers to report, tables, figures and evidence packages."""

from __future__ import annotations

import dataclasses
import datetime
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

from lcresearch import output_folder, reporting
from lcresearch.disclosure import Ledger
from lcresearch.errors import LcresearchWarning, StudyError
from lcresearch.extras import missing_extras_note
from lcresearch.messages import Messages
from lcresearch.progress import Progress, tell
from lcresearch.reporting.content import ReportContent
from lcresearch.responses import Responses
from lcresearch.studies import analysis, company_output
from lcresearch.studies.analysis import Asked, ScaleResults
from lcresearch.studies.change import StudyChange, study_change
from lcresearch.studies.evidence import refused
from lcresearch.studies.gathering import WITHDRAWING
from lcresearch.studies.interview_findings import InterviewFindings, interview_findings
from lcresearch.studies.interview_output import save_private_interviews
from lcresearch.studies.interview_reading import ReadInterviews
from lcresearch.studies.kept_facts import keep_facts
from lcresearch.studies.packing import EVIDENCE, pack_evidence
from lcresearch.studies.publication import Publication, publication
from lcresearch.studies.pulses import pulses_shown
from lcresearch.studies.release import Release
from lcresearch.studies.results import StudyResults
from lcresearch.studies.retention import reminders
from lcresearch.studies.run_record import left_out, provenance, run_record, save_private
from lcresearch.studies.study_facts import facts_of_run

if TYPE_CHECKING:
    from lcresearch.studies.study import Study


def run_study(
    study: Study,
    folder: str | Path | None = None,
    *,
    force: bool = False,
    date: datetime.date | None = None,
    pdf: bool = False,
    progress: Progress | None = None,
) -> StudyResults:
    """Run all analyses of a study and write what comes of it; see :meth:`lcresearch.studies.study.Study.run`."""
    target = Path(folder) if folder is not None else study.folder / "results"
    output_folder.check_free(target, force=force, keep=study.inputs)
    ledger = Ledger(study.folder)
    for problem in reminders(study.file.retention, study.file_name, datetime.date.today()):
        warnings.warn(LcresearchWarning(str(problem)), stacklevel=2)
    date = date or datetime.date.today()
    gathered = study.gathered(progress)
    talks = study.interviews_read()
    data = gathered.data
    for problem in (one for one in data.problems if one.code in WITHDRAWING):
        warnings.warn(LcresearchWarning(str(problem)), stacklevel=2)
    tell(progress, Messages()("study.step.scoring"), 0.12)
    scores = analysis.score(data, study.scales)
    answers = data.frame.reindex(columns=[*data.frame.columns, *_items_without_a_column(study, data)])
    material = study.material_of(gathered, scores, talks)
    if material is not None and (problems := refused(material, Ledger(study.folder))):
        raise StudyError(problems)
    minimum_cell = study.file.privacy.minimum_cell
    published = publication(answers, scores, study.scales, study.waves, minimum_cell)
    release = Release(
        study.file,
        data,
        published,
        study.waves,
        ledger,
        key=gathered.key,
        screening=gathered.screening,
        linked=gathered.linked,
        invited=gathered.invited,
        counted=gathered.counted,
    )
    results = _analyse(study, release, progress)
    record = run_record(study.file, study.folder / study.file_name, study.instruments, data, talks, date)
    changed = _changed(study, published)
    content = release.content(results, provenance(record), changed)
    if study.file.change is not None:
        content = dataclasses.replace(content, pulses=pulses_shown(content, study.file.change))
    findings = _findings(study, talks, release, progress)
    if findings is not None:
        content = _with_missing_extras(dataclasses.replace(content, interviews=findings.shown))
    if content.quality is not None:
        record["left_out"] = left_out(data.log, content.quality.rows)
    say = Messages()
    companies = company_output.reports_of(study, content)

    def commit() -> None:
        if gathered.key is not None:
            gathered.key.commit()
        ledger.commit(study.file.id, date=date.isoformat())

    with output_folder.whole_folder(target, force=force, keep=study.inputs, last=commit) as made:
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
        if study.file.monitoring is not None:
            from lcresearch.studies.monitoring.shown import save_monitored

            followed = study.monitored(gathered, scores)
            save_monitored(followed, content, study.file.monitoring, study.implementation(), made)
        if companies is not None:
            company_output.save_run(companies, content.head, made)
        output_folder.write_record(made, record)
        keep_facts(facts_of_run(study.file, study.programme, content, record, talks), made)
    done = StudyResults(
        study, data, scores, tuple(results), content, target, material, change=changed, companies=companies
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


def _changed(study: Study, published: Publication) -> StudyChange | None:
    """What changed between waves, when the study asks for it and two waves have answers."""
    if study.file.change is None:
        return None
    levels, waves = study.file.ordered_levels, list(study.waves)
    return study_change(
        study.file.change, study.scales, published.scores, published.answers, levels, waves,
        linked=study.file.recognises_persons,
    )  # fmt: skip


def _items_without_a_column(study: Study, data: Responses) -> list[str]:
    asked = dict.fromkeys(item for use in study.scales for item in use.items)
    return [item for item in asked if item not in data.frame.columns]


def _with_missing_extras(content: ReportContent) -> ReportContent:
    """The report of a study with interviews names what would do more with them, and is not installed."""
    note = missing_extras_note(("interviews", "topics"))
    if note is None:
        return content
    response = dataclasses.replace(content.response, problems=(*content.response.problems, note))
    return dataclasses.replace(content, response=response)


def _analyse(study: Study, release: Release, progress: Progress | None) -> list[ScaleResults]:
    say, uses, done = Messages(), study.scales, []
    cells, published = release.cells(), release.published
    levels, minimum_cell = study.file.ordered_levels, study.file.privacy.minimum_cell
    asked = Asked(study.waves, study.file.analyses, levels, minimum_cell)
    for n, use in enumerate(uses):
        title = use.instrument.scales[use.name].title
        name = title.get(say.language) or next(iter(title.values()))
        tell(progress, say("study.step.analysing", scale=name), 0.15 + 0.15 * n / len(uses))
        done.append(analysis.analyse(use, published.answers, published.scores, cells[use.name], asked))
    return done


def _findings(
    study: Study, talks: ReadInterviews | None, release: Release, progress: Progress | None
) -> InterviewFindings | None:
    if talks is None:
        return None
    tell(progress, Messages()("study.step.interviews"), 0.28)
    pseudonyms = None if release.key is None else release.key.pseudonyms
    return interview_findings(talks, release.policy, release.ledger, pseudonyms=pseudonyms, folder=study.folder)
