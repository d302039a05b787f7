"""Fill reporting checklists with what a study knows of itself, and with what its authors wrote."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from lcresearch.errors import IntegrationError, Problem, nearest
from lcresearch.integration.checklists.facts import StudyFacts, Text
from lcresearch.integration.checklists.model import AuthorsAnswer, Definition, Item, Status, definitions
from lcresearch.integration.checklists.reading import Answers, read_checklists
from lcresearch.integration.checklists.result import Checklist
from lcresearch.integration.checklists.sentences import facts_in_words
from lcresearch.messages import LANGUAGES, Messages

_FOLDER = "integration.checklists"
_Known = Mapping[str, tuple[Text, Text]]


def reporting_checklist(name: str, facts: StudyFacts, authors: Answers | str | Path | None = None) -> Checklist:
    """One reporting checklist, filled from what the study knows; the rest is left open for the author.

    Parameters
    ----------
    name : {"gramms", "coreq", "jars_quant", "jars_mixed"}
        GRAMMS (O'Cathain, Murphy & Nicholl, 2008), COREQ (Tong, Sainsbury & Craig, 2007), JARS-Quant (Appelbaum et al.,
        2018) or JARS-Mixed (Levitt et al., 2018).
    facts : StudyFacts
        Of :func:`lcresearch.studies.study_facts`.
    authors : mapping or path, optional
        What authors wrote: ``checklists.yaml``, or what :func:`read_checklists` made of it.

    Returns
    -------
    Checklist

    Raises
    ------
    IntegrationError
        Q260: there is no such checklist; problems of a file that was named.

    Examples
    --------
    >>> facts = StudyFacts("pilot", {"nl": "Proef", "en": "Pilot"}, software={"python": "3.13"})
    >>> made = reporting_checklist("coreq", facts)
    >>> made.table["status"].unique().tolist(), made.table["reason_en"].iloc[0]
    (['not applicable'], 'The study has no interviews, or of too few people to show anything of them.')
    """
    known = list(definitions())
    if name not in known:
        raise IntegrationError("Q260", name=name, known=known, nearest=nearest(name, known) or "–")
    answers = _answers(authors)
    return _checklist(definitions()[name], facts, facts_in_words(facts), answers.get(name, {}))


def reporting_checklists(facts: StudyFacts, authors: Answers | str | Path | None = None) -> dict[str, Checklist]:
    """Every checklist for the kinds of data that the study has, by name; see :func:`reporting_checklist`.

    Parameters
    ----------
    facts : StudyFacts
    authors : Answers, str or Path, optional
        What authors wrote, or the form in which they did.

    Returns
    -------
    dict
        Name: :class:`Checklist`.

    Examples
    --------
    >>> from lcresearch.integration.checklists.facts import InterviewFacts
    >>> list(reporting_checklists(StudyFacts("talks", {"en": "Talks"}, interviews=InterviewFacts(8, 8))))
    ['coreq']
    """
    answers, words = _answers(authors), facts_in_words(facts)
    fitting = {name: one for name, one in definitions().items() if set(one.needs) <= set(facts.kinds)}
    return {name: _checklist(one, facts, words, answers.get(name, {})) for name, one in fitting.items()}


def _answers(authors: Answers | str | Path | None) -> Answers:
    return read_checklists(authors) if isinstance(authors, str | Path) else authors or {}


def _checklist(one: Definition, facts: StudyFacts, words: _Known, answers: Mapping[str, AuthorsAnswer]) -> Checklist:
    absent = next((kind for kind in one.needs if kind not in facts.kinds), None)
    problems, rows = [], []
    for item in one.items:
        answer = answers.get(item.number)
        row = _row(item, words, absent, answer)
        if answer is not None and answer.not_applicable is not None and row["status"] != "not applicable":
            problems.append(Problem("Q265", values={"checklist": one.id, "item": item.number}))
        rows.append(row)
    return Checklist(one.id, dict(one.title), one.source, one.numbered_by, facts.id, facts.simulated,
                     pd.DataFrame(rows), tuple(problems))  # fmt: skip


def _row(item: Item, words: _Known, absent: str | None, answer: AuthorsAnswer | None) -> dict[str, Any]:
    known = [name for name in item.filled_by if name in words] if absent is None else []
    status = _status(item, known, absent, answer)
    texts = {language: " ".join(words[name][0][language] for name in known) for language in LANGUAGES}
    places = {language: "; ".join(dict.fromkeys(words[name][1][language] for name in known)) for language in LANGUAGES}
    row: dict[str, Any] = {"number": item.number, "section": item.section, "status": status}
    row |= {"facts": ", ".join(known)}
    for language in LANGUAGES:
        row |= {
            f"topic_{language}": item.topic[language],
            f"text_{language}": texts[language],
            f"place_{language}": places[language],
            f"add_{language}": _add(item, status, language),
            f"author_{language}": _in(answer.text if answer else None, language),
            f"reason_{language}": _reason(absent, answer, language),
        }
    row |= {name: (getattr(answer, name) or "") if answer else "" for name in ("by", "date")}
    return row | {"author_place": (answer.place or "") if answer else ""}


def _status(item: Item, known: list[str], absent: str | None, answer: AuthorsAnswer | None) -> Status:
    if absent is not None:
        return "not applicable"
    if answer is not None and answer.text is not None:
        return "filled"
    if item.complete and set(item.complete) <= set(known):
        return "filled"
    if answer is not None and answer.not_applicable is not None and not known:
        return "not applicable"
    return "partly" if known else "needs author"


def _add(item: Item, status: str, language: str) -> str:
    """What is left for the author; nothing on items that are filled or do not apply."""
    if status not in ("partly", "needs author"):
        return ""
    return _in(item.add, language) or Messages(language)(f"{_FOLDER}.write")


def _reason(absent: str | None, answer: AuthorsAnswer | None, language: str) -> str:
    if absent is not None:
        return Messages(language)(f"{_FOLDER}.absent.{absent}")
    return _in(answer.not_applicable if answer else None, language)


def _in(text: Text | None, language: str) -> str:
    return "" if not text else text.get(language) or next(iter(text.values()))
