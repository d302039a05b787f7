"""Running a study: from answers to report, tables, figures and evidence packages."""

from __future__ import annotations

import dataclasses
import datetime
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

from lcresearch import output_folder, reporting
from lcresearch.disclosure import Ledger
from lcresearch.errors import LcresearchWarning
from lcresearch.messages import Messages
from lcresearch.progress import Progress, tell
from lcresearch.studies import company_output
from lcresearch.studies.computing import computed
from lcresearch.studies.interview_output import save_private_interviews
from lcresearch.studies.kept_facts import keep_facts
from lcresearch.studies.packing import EVIDENCE, pack_evidence
from lcresearch.studies.results import StudyResults
from lcresearch.studies.retention import reminders
from lcresearch.studies.run_record import outputs, save_private
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
    made = computed(study, ledger, date, progress, with_material=True)
    gathered, talks, findings, record, content = made.gathered, made.talks, made.findings, made.record, made.content
    say = Messages()
    companies = company_output.reports_of(study, content)

    def commit() -> None:
        if gathered.key is not None:
            gathered.key.commit()
        ledger.commit(study.file.id, date=date.isoformat())

    with output_folder.whole_folder(target, force=force, keep=study.inputs, last=commit) as folder_made:
        tell(progress, say("study.step.reporting"), 0.3)
        reporting.save_report(content, folder_made)
        tell(progress, say("study.step.tables"), 0.6)
        reporting.save_tables(content, folder_made)
        tell(progress, say("study.step.figures"), 0.65)
        reporting.save_figures(content, folder_made)
        save_private(folder_made / "private", made.scores, gathered)
        if made.changed is not None:
            made.changed.save_private(folder_made / "private")
        if findings is not None:
            save_private_interviews(findings, content.head, folder_made / "private")
        if study.file.monitoring is not None:
            from lcresearch.studies.monitoring.shown import save_monitored

            followed = study.monitored(gathered, made.scores)
            save_monitored(followed, content, study.file.monitoring, study.implementation(), folder_made)
        if companies is not None:
            company_output.save_run(companies, content.head, folder_made)
        keep_facts(facts_of_run(study.file, study.programme, content, record, talks), folder_made)
        output_folder.write_record(folder_made, record | {"outputs": outputs(folder_made)})
    material = made.material
    done = StudyResults(
        study, gathered.data, made.scores, made.scales, content, target, material,
        change=made.changed, companies=companies,
    )  # fmt: skip
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
