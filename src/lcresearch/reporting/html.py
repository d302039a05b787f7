"""A report as one HTML page that needs nothing else: style and figures inline, no scripts, no network."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from typing import Any

import pandas as pd
from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from lcresearch.reporting import report_tables, sections
from lcresearch.reporting.change_section import change_view
from lcresearch.reporting.content import Head, ReportContent
from lcresearch.reporting.interview_content import InterviewContent
from lcresearch.reporting.interview_figures import by_label
from lcresearch.reporting.interview_section import interview_view
from lcresearch.reporting.participation_section import participation_view, quality_view
from lcresearch.reporting.plan_words import kind_word, plan_sentences
from lcresearch.reporting.pulse_section import pulse_view
from lcresearch.reporting.report_languages import check_languages, other_languages
from lcresearch.reporting.scores_figure import MOST_GROUPS, n_groups
from lcresearch.reporting.summary import main_points
from lcresearch.reporting.wording import Wording, clean, provenance_rows


def render(content: ReportContent, language: str, *, other_reports: Mapping[str, str] | None = None) -> str:
    """The report in one language.

    Parameters
    ----------
    content : ReportContent
        Released aggregates, and nothing else.
    language : {"nl", "en"}
        Language of the reader.
    other_reports : mapping of str to str, optional
        File name of the same report by other language; the page links to them.

    Returns
    -------
    str
        A whole HTML page. The same content gives the same bytes.

    Raises
    ------
    ReportingError
        P002: there are no texts in this language.

    See also
    --------
    save_report : Writes the report in each language.
    """
    check_languages([language])
    say = Wording(content.head, language)
    return render_page("report.html.j2", say, other_reports, **_page(content, say))


def render_confidential(
    contents: Mapping[str, InterviewContent],
    head: Head,
    language: str,
    *,
    other_reports: Mapping[str, str] | None = None,
) -> str:
    """The page on interviews for the researcher alone: findings by each attribute, nothing withheld.

    Parameters
    ----------
    contents : mapping of str to InterviewContent
        By attribute.
    head : Head
    language : {"nl", "en"}
    other_reports : mapping of str to str, optional
        File name of the same page by other language.

    Returns
    -------
    str
        HTML, with everything in it.

    See also
    --------
    render : The report for others.
    """
    say = Wording(head, language)
    views = [(name, by_label(content, say), interview_view(content, say)) for name, content in contents.items()]
    return render_page("interviews_confidential.html.j2", say, other_reports, head=head, views=views)


def render_page(
    template: str, say: Wording, other_reports: Mapping[str, str] | None, *, styles: Sequence[str] = (), **parts: Any
) -> str:
    """A page in one language from its template and parts, with the style of all reports and links to other languages.

    Parameters
    ----------
    template : str
    say : Wording
    other_reports : mapping of str to str, optional
        File name of the same page by other language.
    styles : sequence of str
        Style sheets among the templates, after that of all reports.
    parts
        What else the template fills in.
    """
    sheets = page_style() + "".join(style(name) for name in styles)
    others = other_languages(other_reports, say.language)
    page = environment().get_template(template).render(say=say, style=Markup(sheets), others=others, **parts)
    return _regions_apart(page)


def _regions_apart(page: str) -> str:
    """Parts that share a name get a number: whoever hears a page jumps from part to part by their names alone."""
    met: Counter[str] = Counter()

    def numbered(found: re.Match[str]) -> str:
        met[found[1]] += 1
        return found[0] if met[found[1]] == 1 else f'role="region" aria-label="{found[1]} ({met[found[1]]})"'

    return re.sub(r'role="region" aria-label="([^"]*)"', numbered, page)


def _page(content: ReportContent, say: Wording) -> dict[str, Any]:
    head, response = content.head, content.response
    levels = [level for level in head.levels if 0 < n_groups(response.by_group, level) <= MOST_GROUPS]
    return {
        "head": head,
        "title": say.text(head.title),
        "description": say.text(head.description),
        "facts": [(say(name), clean(value)) for name in ("consortium", "sector") if (value := getattr(head, name))],
        "date": say.messages.date(head.provenance["date"]) if head.provenance.get("date") else "",
        "points": main_points(content, say),
        "response": response,
        "persons": sections.persons_answered(content, say),
        "groups": sections.groups_answered(content, say),
        "waves_table": report_tables.waves_table(response, say),
        "several_waves": len(response.by_wave) > 1,
        "complete": _complete(response.by_wave),
        "has_groups": any(len(scale.scores) for scale in content.scales),
        "plan": plan_sentences(content.plan, say) if content.plan is not None else [],
        "kind_elsewhere": kind_word(content.plan, "", say),
        "kind_of_pulses": kind_word(content.plan, content.pulses.scale, say) if content.pulses else "",
        "scales": [sections.scale_view(scale, say, content.plan) for scale in content.scales],
        "participation": participation_view(content.participation, say) if content.participation else None,
        "quality": quality_view(content.quality, say) if content.quality else None,
        "change": change_view(content.change, say, content.plan) if content.change else None,
        "pulses": pulse_view(content.pulses, say) if content.pulses else None,
        "interviews": interview_view(content.interviews, say) if content.interviews else None,
        "overviews": sections.overviews(content, say),
        "group_tables": [report_tables.groups_table(response, level, say) for level in levels],
        "missing_table": report_tables.missing_table(response, say) if len(response.missing) else None,
        "log": sections.problem_texts(response.problems, say),
        "technical": [sections.technical_scale(scale, say) for scale in content.scales],
        "withheld_table": report_tables.withheld_table(content, say),
        "methods": sections.method_texts(content, say),
        "provenance": provenance_rows(say),
        "licence": sections.licence_text(content, say),
    }


def page_style() -> str:
    """The style sheet of all reports."""
    return style("report.css")


def style(name: str) -> str:
    """A style sheet among the templates."""
    return _file(name)


@cache
def environment() -> Environment:
    """Where the templates of pages come from; everything that is filled in is escaped."""
    return Environment(
        loader=FunctionLoader(_file), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )


def _file(name: str) -> str:
    return resources.files("lcresearch.reporting").joinpath("templates", name).read_text(encoding="utf-8")


def _complete(by_wave: pd.DataFrame) -> int | None:
    """Respondents of the first wave who answered everything; None where that is not shown."""
    known = by_wave["n_complete"].dropna().head(1)
    return int(known.iloc[0]) if len(known) else None
