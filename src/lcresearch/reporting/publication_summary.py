"""A summary of one page in plain words, made of the sentences of the report itself: always in Dutch and in English."""

from __future__ import annotations

from collections.abc import Mapping

from lcresearch.messages import LANGUAGES, spoken
from lcresearch.reporting.content import ReportContent
from lcresearch.reporting.html import render_page
from lcresearch.reporting.publication_words import PublicationFacts, PublicationWords
from lcresearch.reporting.summary import main_points, mean_scores
from lcresearch.reporting.wording import Wording, in_language


def summary_names() -> dict[str, str]:
    """File name of the summary by language.

    Examples
    --------
    >>> summary_names()
    {'nl': 'summary.nl.html', 'en': 'summary.en.html'}
    """
    return {language: f"summary.{language}.html" for language in LANGUAGES}


def render_summary(
    content: ReportContent, facts: PublicationFacts, language: str, *, other_reports: Mapping[str, str] | None = None
) -> str:
    """The page in one language; the same content gives the same bytes."""
    say, words = Wording(content.head, language), PublicationWords(language)
    with spoken(language):
        who, *found = main_points(content, say, plain=True)
        wave, on, scores = mean_scores(content, say)
    return render_page(
        "publication_summary.html.j2",
        say,
        other_reports,
        words=words,
        head=content.head,
        facts=facts,
        title=say.text(facts.title),
        about=in_language(facts.description, language),
        who=who,
        found=found,
        scores=scores,
        scores_title=", ".join(
            part for part in (words("summary.scores_wave", wave=wave) if wave else words("summary.scores"), on) if part
        ),
        other_words={code: PublicationWords(code)("page.other_language") for code in LANGUAGES},
        cautions=_cautions(content, facts, words),
        foreign=language not in facts.title,
        date=say.messages.date(facts.date),
    )


def _cautions(content: ReportContent, facts: PublicationFacts, words: PublicationWords) -> list[str]:
    """What the numbers do not say."""
    names = ["one_study", "no_cause" if content.change is None else "change_no_cause"]
    names.append("planned" if any(kind == "planned" for _, kind in facts.results) else "exploratory")
    return [words(f"summary.caution.{name}") for name in names]
