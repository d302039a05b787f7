"""Each fact of a study in a sentence, and the place in the output where it can be checked."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from lcresearch.integration.checklists.facts import (
    ComparisonFacts,
    IntegrationFacts,
    InterviewFacts,
    ReliabilityFacts,
    StudyFacts,
    Text,
)
from lcresearch.messages import LANGUAGES, Messages

_FOLDER = "integration.checklists"
Sentence = Callable[[StudyFacts, Messages], str]
_SHOWN_OF_HASH = 12


def facts_in_words(facts: StudyFacts) -> dict[str, tuple[Text, Text]]:
    """Fact -> its sentence and its place, by language; facts that are not known are not in it.

    Examples
    --------
    >>> found = facts_in_words(StudyFacts("pilot", {"en": "Pilot"}, consent=True))
    >>> found["consent"][0]["en"]
    'Only answers of people who gave consent were used.'
    """
    says = {language: Messages(language) for language in LANGUAGES}
    found: dict[str, tuple[Mapping[str, str], Mapping[str, str]]] = {}
    for name, sentence in SENTENCES.items():
        texts = {language: sentence(facts, say) for language, say in says.items()}
        if all(texts.values()):
            place = {language: say(f"{_FOLDER}.place.{PLACES[name]}") for language, say in says.items()}
            found[name] = (texts, place)
    return found


def _say(say: Messages, fact: str, /, **values: Any) -> str:
    return say(f"{_FOLDER}.fact.{fact}", **values)


def _of(text: Text, say: Messages) -> str:
    return " ".join((text.get(say.language) or next(iter(text.values()), "")).split())


def _joined(parts: Iterator[str] | list[str]) -> str:
    text = "; ".join(part for part in parts if part)
    return text[:1].upper() + text[1:]


def _versions(names: Mapping[str, str]) -> str:
    return ", ".join(f"{name} {version}" for name, version in names.items())


def _talks(sentence: Callable[[InterviewFacts, Messages], str]) -> Sentence:
    """A sentence on interviews; nothing where there are none."""
    return lambda facts, say: "" if facts.interviews is None else sentence(facts.interviews, say)


def _together(sentence: Callable[[IntegrationFacts, Messages], str]) -> Sentence:
    """A sentence on bringing together; nothing where that was not done."""
    return lambda facts, say: "" if facts.integration is None else sentence(facts.integration, say)


def _title(facts: StudyFacts, say: Messages) -> str:
    return _say(say, "title", title=_of(facts.title, say)) if facts.title else ""


def _waves(facts: StudyFacts, say: Messages) -> str:
    names = "; ".join(_of(one.label, say) for one in facts.waves)
    return _say(say, "waves", n=len(facts.waves), names=names) if facts.waves else ""


def _answered(facts: StudyFacts, say: Messages) -> str:
    parts = [_say(say, "answered", wave=_of(one.label, say), n=one.n_answered) for one in facts.waves
             if one.n_answered is not None]  # fmt: skip
    return f"{_joined(parts)}." if parts else ""


def _invited(facts: StudyFacts, say: Messages) -> str:
    parts = [
        _say(say, "invited", wave=_of(one.label, say), n=one.n_invited, answered=one.n_of_invited)
        for one in facts.waves
        if one.n_invited is not None and one.n_of_invited is not None
    ]
    return f"{_joined(parts)}." if parts else ""


def _levels(facts: StudyFacts, say: Messages) -> str:
    parts = [f"{say(f'{_FOLDER}.level.{name}')} ({say.number(n, digits=0)})" for name, n in facts.levels.items()]
    return _say(say, "levels", names=", ".join(parts)) if parts else ""


def _instruments(facts: StudyFacts, say: Messages) -> str:
    parts = [
        _say(say, "instrument_provisional" if one.provisional else "instrument", title=_of(one.title, say), id=one.id,
             version=one.version, n=one.n_items, hash=one.hash[:_SHOWN_OF_HASH])
        for one in facts.instruments
    ]  # fmt: skip
    return f"{_joined(parts)}." if parts else ""


def _reliability(facts: StudyFacts, say: Messages) -> str:
    """By scale the values, or from the lowest to the highest over occasions."""
    scales: dict[str, list[ReliabilityFacts]] = {}
    for one in facts.reliability:
        scales.setdefault(_of(one.scale, say), []).append(one)
    parts = []
    for title, found in scales.items():
        values = [_range(name, [getattr(one, name) for one in found], say) for name in ("alpha", "omega")]
        parts.append(f"{title}: {', '.join(value for value in values if value)}")
    return f"{_joined(parts)}." if parts else ""


def _range(name: str, values: list[float | None], say: Messages) -> str:
    known = [value for value in values if value is not None]
    if not known:
        return ""
    ends = dict.fromkeys(say.number(value) for value in (min(known), max(known)))
    return f"{name} {' – '.join(ends)}"


def _left_out(facts: StudyFacts, say: Messages) -> str:
    known = [name for name in _LEFT_OUT if name in facts.left_out]
    parts = [_say(say, f"left_out_{name}", count=_count(facts.left_out[name], say)) for name in known]
    return f"{_joined(parts)}." if parts else ""


def _count(value: int | str, say: Messages) -> str:
    return value if isinstance(value, str) else say.number(value, digits=0)


_LEFT_OUT = (
    "rows_without_consent",
    "rows_of_persons_who_withdrew",
    "rows_without_consent_withdrawn_or_careless",
    "columns_with_personal_data",
)


def _missing(facts: StudyFacts, say: Messages) -> str:
    if facts.missing_share is None:
        return ""
    return _say(say, "missing", share=say.percent(facts.missing_share, digits=1))


def _screening(facts: StudyFacts, say: Messages) -> str:
    return _say(say, "screening_excluded" if facts.screened_out else "screening") if facts.screened else ""


def _plain(name: str, condition: Callable[[StudyFacts], bool]) -> Sentence:
    """A sentence without values, where the condition holds."""
    return lambda facts, say: _say(say, name) if condition(facts) else ""


def _privacy(facts: StudyFacts, say: Messages) -> str:
    if not facts.minimum_cell:
        return ""
    return _say(say, "privacy", minimum_cell=facts.minimum_cell, n=facts.n_withheld)


def _retention(facts: StudyFacts, say: Messages) -> str:
    return _say(say, "retention", until=say.date(facts.retention_until)) if facts.retention_until else ""


def _declared(facts: StudyFacts, say: Messages) -> str:
    if not facts.declared:
        return ""
    return _say(say, "declared", programme=facts.programme, date=say.date(facts.declared))


def _analyses(facts: StudyFacts, say: Messages) -> str:
    parts = [say(f"{_FOLDER}.analysis.{name}") for name in facts.analyses]
    return _say(say, "analyses", names=", ".join(parts)) if parts else ""


def _models(facts: StudyFacts, say: Messages) -> str:
    return _say(say, "models", names=_joined([_of(one, say) for one in facts.models])) if facts.models else ""


def _sampling(facts: StudyFacts, say: Messages) -> str:
    return _of(facts.sampling, say) if facts.sampling else ""


def _software(facts: StudyFacts, say: Messages) -> str:
    return _say(say, "software", names=_versions(facts.software)) if facts.software else ""


def _interview_software(facts: StudyFacts, say: Messages) -> str:
    if facts.interviews is None or not facts.interview_software:
        return ""
    return _say(say, "interview_software", names=_versions(facts.interview_software))


def _both_kinds(facts: StudyFacts, say: Messages) -> str:
    if facts.interviews is None or not facts.instruments:
        return ""
    return _say(say, "both_kinds", n=len(facts.instruments), interviews=facts.interviews.n_interviews)


def _interviews(talks: InterviewFacts, say: Messages) -> str:
    if not talks.persons_known:
        return _say(say, "interviews_alone", n=talks.n_interviews)
    return _say(say, "interviews", n=talks.n_interviews, persons=talks.n_persons)


def _repeated(talks: InterviewFacts, say: Messages) -> str:
    if not talks.persons_known:
        return ""
    return _say(say, "repeated" if talks.n_interviews > talks.n_persons else "not_repeated")


def _coders(talks: InterviewFacts, say: Messages) -> str:
    return _say(say, "coders", n=talks.n_coders, passages=talks.n_passages) if talks.n_coders else ""


def _agreement(talks: InterviewFacts, say: Messages) -> str:
    if talks.alpha is None:
        return ""
    values = {name: say.number(getattr(talks, name)) for name in ("alpha", "alpha_low", "alpha_high")}
    return _say(say, "agreement", **values)


def _codebook(talks: InterviewFacts, say: Messages) -> str:
    if not talks.n_codes:
        return ""
    name = f"{talks.codebook} {talks.codebook_version}".strip() or "–"
    return _say(say, "codebook", name=name, n=talks.n_codes, themes=len(talks.themes))


def _themes(talks: InterviewFacts, say: Messages) -> str:
    return _say(say, "themes", names=_joined([_of(one, say) for one in talks.themes])) if talks.themes else ""


def _compared(talks: InterviewFacts, say: Messages) -> str:
    return _say(say, "compared", by=talks.compared_by, n=talks.n_groups) if talks.n_groups else ""


def _topics(talks: InterviewFacts, say: Messages) -> str:
    return _say(say, "topics", seed=str(talks.seed)) if talks.topics else ""


def _saturation(talks: InterviewFacts, say: Messages) -> str:
    if talks.n_codes_found is None or (talks.estimated_codes is None and talks.n_after is None):
        return ""
    parts = [_say(say, "saturation", n=round(talks.n_codes_found))]
    if talks.estimated_codes is not None:
        parts.append(_say(say, "saturation_estimated", n=round(talks.estimated_codes)))
    if talks.n_after is not None:
        parts.append(_say(say, "saturation_after", n=round(talks.n_after)))
    return " ".join(parts)


def _quotes(talks: InterviewFacts, say: Messages) -> str:
    return _say(say, "quotes", n=talks.n_quotes) if talks.n_quotes else ""


def _deidentified(talks: InterviewFacts, say: Messages) -> str:
    return _say(say, "deidentified") if talks.deidentified else ""


def _hidden_codes(talks: InterviewFacts, say: Messages) -> str:
    if not talks.n_hidden_codes + talks.n_hidden_cells:
        return ""
    return _say(say, "hidden_codes", n=talks.n_hidden_codes, cells=talks.n_hidden_cells)


def _convergence_rules(found: IntegrationFacts, say: Messages) -> str:
    if found.rule_persons is None or found.rule_cases is None:
        return ""
    case = say(f"{_FOLDER}.level.{found.case}")
    return _say(say, "convergence_rules", persons=found.rule_persons, cases=found.rule_cases, case=case)


def _convergence(found: IntegrationFacts, say: Messages) -> str:
    words = {name: say(f"integration.convergence.choice.{name.replace(' ', '_')}") for name in found.verdicts}
    parts = [f"{words[name]} ({say.number(n, digits=0)})" for name, n in found.verdicts.items() if n]
    return _say(say, "convergence", names=", ".join(parts)) if parts else ""


def _judgements(found: IntegrationFacts, say: Messages) -> str:
    return _say(say, "judgements", n=found.n_judgements, judges=found.n_judges) if found.n_judgements else ""


def _displays(found: IntegrationFacts, say: Messages) -> str:
    parts = [say(f"{_FOLDER}.display.{name}") for name in found.displays]
    return _say(say, "displays", names=_joined(parts)) if parts else ""


def _comparison(found: IntegrationFacts, say: Messages) -> str:
    return " ".join(_one_comparison(one, say) for one in found.comparisons)


def _one_comparison(one: ComparisonFacts, say: Messages) -> str:
    cuts = {name: say.number(getattr(one, name)) for name in ("consistency", "pri")}
    return _say(say, "comparison", title=_of(one.title, say), n=one.n_cases, conditions=one.n_conditions,
                frequency=one.frequency, **cuts)  # fmt: skip


def _comparison_robustness(found: IntegrationFacts, say: Messages) -> str:
    parts = [
        _say(say, "comparison_robustness", title=_of(one.title, say), n=one.n_runs, same=one.n_same)
        for one in found.comparisons
        if one.n_runs is not None and one.n_same is not None
    ]
    return " ".join(parts)


def _gaps(found: IntegrationFacts, say: Messages) -> str:
    return _say(say, "gaps", n=found.n_gaps) if found.n_gaps is not None else ""


SENTENCES: dict[str, Sentence] = {
    "title": _title,
    "waves": _waves,
    "answered": _answered,
    "invited": _invited,
    "levels": _levels,
    "instruments": _instruments,
    "reliability": _reliability,
    "left_out": _left_out,
    "missing": _missing,
    "screening": _screening,
    "linking": _plain("linking", lambda facts: facts.linked),
    "consent": _plain("consent", lambda facts: facts.consent),
    "privacy": _privacy,
    "pseudonyms": _plain("pseudonyms", lambda facts: facts.pseudonyms),
    "retention": _retention,
    "declared": _declared,
    "analyses": _analyses,
    "models": _models,
    "reported": _plain("reported", lambda facts: bool(facts.reliability or facts.analyses)),
    "sampling": _sampling,
    "software": _software,
    "interview_software": _interview_software,
    "simulated": _plain("simulated", lambda facts: facts.simulated),
    "both_kinds": _both_kinds,
    "interviews": _talks(_interviews),
    "repeated": _talks(_repeated),
    "transcripts": _plain("transcripts", lambda facts: facts.interviews is not None),
    "coders": _talks(_coders),
    "agreement": _talks(_agreement),
    "codebook": _talks(_codebook),
    "themes": _talks(_themes),
    "compared": _talks(_compared),
    "topics": _talks(_topics),
    "saturation": _talks(_saturation),
    "quotes": _talks(_quotes),
    "deidentified": _talks(_deidentified),
    "hidden_codes": _talks(_hidden_codes),
    "convergence_rules": _together(_convergence_rules),
    "convergence": _together(_convergence),
    "judgements": _together(_judgements),
    "displays": _together(_displays),
    "comparison": _together(_comparison),
    "comparison_robustness": _together(_comparison_robustness),
    "gaps": _together(_gaps),
}
"""Fact -> the sentence on it."""

_REPORT = ("title", "waves", "levels", "simulated", "analyses", "reported")
_RECORD = ("left_out", "software", "interview_software")
_RESPONSE = ("answered", "invited", "missing", "screening", "linking", "privacy")
_STUDY = ("consent", "pseudonyms", "retention", "sampling", "transcripts", "deidentified")
_TALKS = ("interviews", "repeated", "coders", "agreement", "codebook", "themes", "compared", "topics", "saturation",
          "quotes", "hidden_codes")  # fmt: skip
_PLACES = {
    "report": _REPORT,
    "record": _RECORD,
    "response": _RESPONSE,
    "study": _STUDY,
    "scales": ("instruments", "reliability"),
    "programme": ("declared", "models"),
    "interviews": _TALKS,
    "both": ("both_kinds", "gaps"),
    "convergence": ("convergence_rules", "convergence", "judgements"),
    "displays": ("displays",),
    "cases": ("comparison", "comparison_robustness"),
}
PLACES = {name: place for place, names in _PLACES.items() for name in names}
"""Fact -> where it can be checked."""
