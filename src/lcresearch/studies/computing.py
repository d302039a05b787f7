"""From the answers of a study to what its report shows: everything that a run computes, before anything is written."""

from __future__ import annotations

import dataclasses
import datetime
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from lcresearch.disclosure import Ledger
from lcresearch.errors import LcresearchWarning, StudyError
from lcresearch.extras import missing_extras_note
from lcresearch.messages import Messages
from lcresearch.progress import Progress, tell
from lcresearch.reporting.content import ReportContent
from lcresearch.responses import Responses
from lcresearch.studies import analysis
from lcresearch.studies.analysis import Asked, ScaleResults
from lcresearch.studies.change import StudyChange, study_change
from lcresearch.studies.evidence import Material, refused
from lcresearch.studies.gathering import WITHDRAWING, Gathered
from lcresearch.studies.interview_findings import InterviewFindings, interview_findings
from lcresearch.studies.interview_reading import ReadInterviews
from lcresearch.studies.planned import fixed_beforehand
from lcresearch.studies.publication import Publication, publication
from lcresearch.studies.pulses import pulses_shown
from lcresearch.studies.release import Release
from lcresearch.studies.run_record import left_out, provenance, run_record

if TYPE_CHECKING:
    from lcresearch.studies.study import Study


@dataclass(frozen=True, eq=False)
class Computed:
    """All that comes of the answers of a study; rows of persons are in it, so that it stays in the house.

    Attributes
    ----------
    gathered : Gathered
        The answers with all that belongs to them.
    talks : ReadInterviews or None
    scores : DataFrame
        Rows of persons.
    scales : tuple of ScaleResults
    content : ReportContent
        What may be shown.
    record : dict
        What stands in run.json.
    release : Release
        What decided on it.
    material : Material or None
        What evidence packages are made of, where asked.
    changed : StudyChange or None
    findings : InterviewFindings or None
    """

    gathered: Gathered
    talks: ReadInterviews | None
    scores: pd.DataFrame
    scales: tuple[ScaleResults, ...]
    content: ReportContent
    record: dict[str, Any]
    release: Release
    material: Material | None = None
    changed: StudyChange | None = None
    findings: InterviewFindings | None = None


def computed(
    study: Study,
    ledger: Ledger,
    date: datetime.date,
    progress: Progress | None = None,
    *,
    with_material: bool = False,
) -> Computed:
    """Read, score and analyse a study, and decide what may be shown; writes nothing, and stages it in the ledger.

    Parameters
    ----------
    study : Study
    ledger : Ledger
        What went out earlier.
    date : date
        Of the record.
    progress : callable, optional
    with_material : bool
        Whether evidence packages are to be made of it.

    Raises
    ------
    LcresearchError
        A file cannot be used; the matter of evidence packages is not there; what the ledger refuses.
    """
    beforehand = fixed_beforehand(study.file, study.instruments, study.folder)
    gathered = study.gathered(progress)
    talks = study.interviews_read()
    data = gathered.data
    for problem in (one for one in data.problems if one.code in WITHDRAWING):
        warnings.warn(LcresearchWarning(str(problem)), stacklevel=2)
    tell(progress, Messages()("study.step.scoring"), 0.12)
    scores = analysis.score(data, study.scales)
    answers = data.frame.reindex(columns=[*data.frame.columns, *_items_without_a_column(study, data)])
    material = study.material_of(gathered, scores, talks) if with_material else None
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
    content = dataclasses.replace(release.content(results, provenance(record), changed), plan=beforehand.facts)
    if study.file.change is not None:
        content = dataclasses.replace(content, pulses=pulses_shown(content, study.file.change))
    findings = _findings(study, talks, release, progress)
    if findings is not None:
        content = _with_missing_extras(dataclasses.replace(content, interviews=findings.shown))
    if content.quality is not None:
        record["left_out"] = left_out(data.log, content.quality.rows)
    return Computed(gathered, talks, scores, tuple(results), content, record, release, material, changed, findings)


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
