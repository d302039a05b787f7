"""What a study knows of itself, for reporting checklists: only what its report may show."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import pandas as pd

from lcresearch import output_folder
from lcresearch.integration import QCA, Convergence, ElementsOfBothKinds, QcaRobustness
from lcresearch.integration.checklists.facts import (
    ComparisonFacts,
    InstrumentFacts,
    IntegrationFacts,
    InterviewFacts,
    ReliabilityFacts,
    StudyFacts,
    Text,
    WaveFacts,
)
from lcresearch.integration.converging.rules import PROPOSALS
from lcresearch.integration.plan.model import IntegrationFile
from lcresearch.messages import LANGUAGES, Messages
from lcresearch.reporting.content import ReportContent
from lcresearch.reporting.interview_content import InterviewContent
from lcresearch.reporting.wording import in_language
from lcresearch.studies.change_facts import change_facts
from lcresearch.studies.interview_reading import PERSON, ReadInterviews, read_interviews
from lcresearch.studies.model import StudyFile
from lcresearch.studies.results import StudyResults
from lcresearch.synthesis.programme import ProgrammeFile

_CURRENT = ("current", "earlier evidence", "conflict")
_FOR_INTERVIEWS = ("spacy", "bertopic", "scikit-learn")
_FOR_TOPICS = ("bertopic", "scikit-learn")


def study_facts(
    results: StudyResults,
    *,
    integration: IntegrationFacts | None = None,
    sampling: Text | None = None,
) -> StudyFacts:
    """Facts of a study that has run, from its report, ``run.json`` and study.yaml.

    Parameters
    ----------
    results : StudyResults
    integration : IntegrationFacts, optional
        Of :func:`integration_facts`, when numbers and interviews were brought together.
    sampling : text by language, optional
        How people were chosen, in the words of the researcher.

    Returns
    -------
    StudyFacts
        Numbers are those that the report shows: what it withholds is not in it.

    See also
    --------
    lcresearch.integration.reporting_checklists : What they are for.
    """
    talks = _talks(results) if results.content.interviews is not None else None
    study = results.study
    found = facts_of_run(study.file, study.programme, results.content, _record(results), talks)
    return dataclasses.replace(found, integration=integration, sampling=sampling)


def facts_of_run(
    file: StudyFile,
    programme: ProgrammeFile | None,
    content: ReportContent,
    record: Mapping[str, Any],
    talks: ReadInterviews | None,
) -> StudyFacts:
    """Facts from the parts of a run: what the report shows, and what run.json says."""
    quality = content.quality
    return StudyFacts(
        id=file.id,
        title=dict(file.title),
        date=str(record.get("date", "")),
        simulated=file.simulated,
        waves=_waves(content),
        levels=_levels(content),
        instruments=_instruments(content),
        reliability=_reliability(content),
        analyses=tuple(file.analyses),
        left_out=dict(record.get("left_out", {})),
        missing_share=_missing(content),
        screened=quality is not None and quality.n_screened > 0,
        screened_out=quality is not None and quality.excluded,
        linked=file.linking is not None,
        consent=file.consent is not None,
        pseudonyms=file.privacy.pseudonyms,
        retention_until=file.retention.until if file.retention is not None else "",
        minimum_cell=content.head.minimum_cell,
        n_withheld=int(content.withheld["n_groups"].sum()),
        programme=programme.id if programme is not None else "",
        declared=programme.declared if programme is not None else "",
        models=_models(programme) if programme is not None else (),
        software={"lcresearch": str(record.get("lcresearch", ""))} | dict(record.get("software", {})),
        interview_software=_interview_software(talks),
        interviews=_interviews(content.interviews, talks, record) if content.interviews is not None else None,
        change=change_facts(content.change) if content.change is not None else None,
    )


def integration_facts(
    plan: IntegrationFile,
    *,
    convergence: Convergence | None = None,
    displays: Sequence[str] = (),
    qca: Mapping[str, QCA] | None = None,
    robustness: Mapping[str, QcaRobustness] | None = None,
    elements: ElementsOfBothKinds | None = None,
) -> IntegrationFacts:
    """Facts on how numbers and interviews were brought together.

    Parameters
    ----------
    plan : IntegrationFile
    convergence : Convergence, optional
    displays : sequence of str
        Joint displays that were made: ``statistics_by_themes, cases_by_score, effects_and_voices, convergence``.
    qca, robustness : mapping, optional
        Comparisons of cases, and what stays of them, by their name in the plan.
    elements : ElementsOfBothKinds, optional

    Returns
    -------
    IntegrationFacts

    See also
    --------
    study_facts : Facts of the study itself.
    lcresearch.integration.reporting_checklists : Takes both.
    """
    judged = [one for one in convergence.judged if one["state"] in _CURRENT] if convergence is not None else []
    counts = convergence.rows["verdict"].value_counts() if convergence is not None else pd.Series(dtype=int)
    rules = convergence.thresholds if convergence is not None else {}
    return IntegrationFacts(
        case=plan.case,
        verdicts={name: int(counts[name]) for name in PROPOSALS if name in counts},
        rule_persons=int(rules["persons"]) if "persons" in rules else None,
        rule_cases=int(rules["cases"]) if "cases" in rules else None,
        n_judgements=len(judged),
        n_judges=len({one["by"] for one in judged}),
        displays=tuple(displays),
        comparisons=tuple(
            _comparison(one, plan, name, (robustness or {}).get(name)) for name, one in (qca or {}).items()
        ),
        n_gaps=len(elements.gaps) if elements is not None else None,
    )


def _comparison(one: QCA, plan: IntegrationFile, name: str, runs: QcaRobustness | None) -> ComparisonFacts:
    glance = one.truth_table.glance().iloc[0]
    cuts = one.truth_table.cuts
    title = dict(plan.qca[name].title) if name in plan.qca else {"nl": name, "en": name}
    done = runs.glance().iloc[0] if runs is not None else None
    return ComparisonFacts(
        title=title,
        n_cases=int(glance["n_cases"]),
        n_conditions=int(glance["n_conditions"]),
        frequency=cuts.frequency,
        consistency=cuts.consistency,
        pri=cuts.pri,
        n_runs=int(done["n_possible"]) if done is not None else None,
        n_same=int(done["n_same"]) if done is not None else None,
    )


def _record(results: StudyResults) -> dict[str, Any]:
    path = results.folder / output_folder.RECORD
    return dict(json.loads(path.read_text(encoding="utf-8"))) if path.is_file() else {}


def _waves(content: ReportContent) -> tuple[WaveFacts, ...]:
    answered = content.response.by_wave.set_index("wave")["n_persons"]
    asked = content.participation.invited if content.participation is not None else None
    everybody = asked[asked["level"] == "all"].set_index("wave") if asked is not None and len(asked) else None
    found = []
    for wave, label in content.head.waves.items():
        there = everybody is not None and wave in everybody.index
        of = {name: _whole(everybody.loc[wave, column]) if there and everybody is not None else None
              for name, column in (("n_invited", "n_invited"), ("n_of_invited", "n_persons"))}  # fmt: skip
        n = _whole(answered[wave]) if wave in answered.index else None
        found.append(WaveFacts(dict(label), n_answered=n, **of))
    return tuple(found)


def _whole(value: Any) -> int | None:
    """A number of persons; None where it is not shown."""
    return None if pd.isna(value) else int(value)


def _levels(content: ReportContent) -> dict[str, int]:
    groups = content.response.by_group
    names = [name for name in content.head.levels if name in set(groups["level"])]
    keys = [name for name in ("parent", "group") if name in groups]
    return {name: len(groups[groups["level"] == name][keys].drop_duplicates()) for name in names}


def _instruments(content: ReportContent) -> tuple[InstrumentFacts, ...]:
    items: dict[str, dict[str, None]] = {}
    for one in content.scales:
        items.setdefault(one.instrument_id, {}).update(dict.fromkeys(item.id for item in one.items))
    first = {one.instrument_id: one for one in reversed(content.scales)}
    return tuple(
        InstrumentFacts(
            name, dict(one.instrument_title), one.instrument_version, one.instrument_hash, len(items[name]),
            one.provisional,
        )
        for name, one in ((name, first[name]) for name in items)
    )  # fmt: skip


def _reliability(content: ReportContent) -> tuple[ReliabilityFacts, ...]:
    found = []
    for one in content.scales:
        if one.reliability is None or one.reliability.empty:
            continue
        own = one.reliability[one.reliability["level"] == "individual"]
        for wave, label in content.head.waves.items():
            values = own[own["wave"] == wave].set_index("term")["estimate"]
            alpha, omega = (_number(values, name) for name in ("cronbach_alpha", "omega_total"))
            if alpha is not None or omega is not None:
                found.append(ReliabilityFacts(dict(one.title), dict(label), alpha, omega))
    return tuple(found)


def _models(programme: ProgrammeFile) -> tuple[Text, ...]:
    """The models that the programme declared, a text each."""
    found = []
    for one in programme.models.values():
        names = {language: in_language(programme.outcomes[one.outcome].title, language) for language in LANGUAGES}
        found.append(
            {
                language: Messages(language)(f"integration.checklists.model.{one.rows}", outcome=names[language])
                for language in LANGUAGES
            }
        )
    return tuple(found)


def _number(values: pd.Series[float], name: str) -> float | None:
    return float(values[name]) if name in values.index and pd.notna(values[name]) else None


def _missing(content: ReportContent) -> float | None:
    table = content.response.missing
    n = float(table["n"].sum()) if len(table) else 0.0
    return float(table["n_missing"].sum()) / n if n and table["n_missing"].notna().all() else None


def _talks(results: StudyResults) -> ReadInterviews | None:
    if results.material is not None and results.material.talks is not None:
        return results.material.talks
    use = results.study.file.interviews
    return read_interviews(use, results.study.folder) if use is not None else None


def _interview_software(talks: ReadInterviews | None) -> dict[str, str]:
    """Packages that work on texts, as far as they are installed and the study asks for what they do."""
    if talks is None:
        return {}
    wanted = [
        name
        for name in _FOR_INTERVIEWS
        if (name in _FOR_TOPICS and talks.use.topics) or (name == "spacy" and talks.use.deidentify is not None)
    ]
    found = {}
    for name in wanted:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def _interviews(
    content: InterviewContent, talks: ReadInterviews | None, record: Mapping[str, Any]
) -> InterviewFacts | None:
    """What the report shows of interviews; where it shows nothing, there is nothing to tell but that they were held."""
    if content.reason:
        return None
    book = talks.project.codebook if talks is not None else None
    every = content.agreement[content.agreement["code"] == ""] if len(content.agreement) else content.agreement
    agreed = every.iloc[0] if len(every) else None
    shown = [content.codes[code] for code in content.totals["code"] if code in content.codes]
    themes = {next(iter(one.theme.values())): dict(one.theme) for one in shown}
    values = {name: _known(agreed, column) for name, column in _AGREEMENT.items()}
    saturation = {name: content.saturation.get(column) for name, column in _SATURATION.items()}
    return InterviewFacts(
        n_interviews=content.n_interviews,
        n_persons=content.n_persons,
        n_coders=content.n_coders,
        n_passages=content.n_passages,
        codebook=book.name if book is not None else "",
        codebook_version=book.version if book is not None else "",
        n_codes=len(content.codes),
        themes=tuple(themes.values()),
        compared_by=content.by,
        n_groups=len(content.groups) if content.by else 0,
        topics=talks is not None and talks.use.topics,
        seed=record.get("seed"),
        n_quotes=len(content.quotes),
        deidentified=True if talks is not None and talks.use.deidentify is not None else None,
        persons_known=talks is not None and PERSON in talks.project.corpus.attributes.columns,
        n_hidden_codes=content.n_hidden_codes,
        n_hidden_cells=content.n_hidden_cells,
        **values,
        **saturation,
    )


_AGREEMENT = {"alpha": "krippendorff_alpha", "alpha_low": "alpha_low", "alpha_high": "alpha_high"}
_SATURATION = {"n_codes_found": "n_codes", "estimated_codes": "estimated_codes", "n_after": "n_after"}


def _known(row: pd.Series[Any] | None, column: str) -> float | None:
    return None if row is None or pd.isna(row[column]) else float(row[column])
