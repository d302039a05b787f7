"""Tables on interviews: the numbers behind each figure, and agreement of coders."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd

from lcresearch.reporting.interview_content import InterviewContent
from lcresearch.reporting.interview_figures import (
    by_label,
    code_label,
    compared_codes,
    group_names,
    ordered_codes,
    role_label,
)
from lcresearch.reporting.tables import Table, table
from lcresearch.reporting.wording import Wording, is_missing, records


def codes_table(content: InterviewContent, say: Wording) -> Table:
    """Persons with each code, of everybody and of each group."""
    groups = group_names(content)
    totals = {str(row.code): row for row in records(content.totals)}
    cells = {(str(row.code), str(row.group)): row for row in records(content.shares)}
    rows = [
        [
            say.text(content.codes[code].theme),
            code_label(content, code, say),
            _counted(totals[code], say),
            *(_counted(cells.get((code, group)), say) for group in groups),
        ]
        for code in ordered_codes(content)
    ]
    order = [say.text(named.theme) for named in content.codes.values()]
    rows.sort(key=lambda row: order.index(row[0]))
    labels = {"theme": "", "code": say("interviews.code"), "all": say("interviews.everybody")}
    labels |= {f"group {group}": group for group in groups}
    numeric = ["all", *(f"group {group}" for group in groups)]
    return table(say("interviews.codes_title"), rows, labels, numeric=numeric, blocks="theme")


def _counted(row: Any, say: Wording) -> str:
    if row is None:
        return "–"
    return f"{say.count(row.n_with)} ({say.messages.percent(float(row.share))})"


def differences_table(content: InterviewContent, say: Wording) -> Table:
    """Share of each group with its interval, and the test."""
    groups = group_names(content)
    cells = {(str(row.code), str(row.group)): row for row in records(content.shares)}
    tests = {str(row.code): row for row in records(content.tests)}
    rows = [
        [
            code_label(content, code, say),
            *(_with_interval(cells[code, group], say) for group in groups),
            say.messages.p_value(float(tests[code].p_value)),
            say.messages.p_value(float(tests[code].p_adjusted)),
        ]
        for code in compared_codes(content)
    ]
    labels = {"code": say("interviews.code")} | {f"group {group}": group for group in groups}
    labels |= {"p": say("interviews.p_value"), "adjusted": say("interviews.p_adjusted")}
    title = say("interviews.differences_title", by=by_label(content, say))
    return table(title, rows, labels, numeric=[name for name in labels if name != "code"])


def _with_interval(row: Any, say: Wording) -> str:
    low, high = say.messages.percent(float(row.conf_low)), say.messages.percent(float(row.conf_high))
    return f"{say.messages.percent(float(row.share))} [{low} – {high}]"


def matrix_table(content: InterviewContent, say: Wording) -> Table:
    """Pairs of codes by the title of the figure of cells, as two tables of a page do not share one."""
    return replace(together_table(content, say), caption=say("interviews.matrix_title"))


def together_table(content: InterviewContent, say: Wording) -> Table:
    """Pairs of codes in one place: in how many persons' interviews, how often, and against chance."""
    rows = [
        [
            f"{code_label(content, str(row.code_1), say)} + {code_label(content, str(row.code_2), say)}",
            say.count(row.n_cases),
            say.count(row.n_both),
            say.number(row.lift, 1),
        ]
        for row in records(content.together)
    ]
    labels = {"pair": say("interviews.pair"), "n_cases": say("interviews.persons")}
    labels |= {"n_both": say("interviews.places"), "lift": say("interviews.lift")}
    return table(say("interviews.together_title"), rows, labels, numeric=["n_cases", "n_both", "lift"])


def saturation_table(content: InterviewContent, say: Wording) -> Table:
    """Codes after each interview; in a report after some numbers of persons, in any order."""
    if not content.confidential:
        labels = {"number": say("interviews.curve.persons"), "expected": say("interviews.curve.expected")}
        few = [[say.count(row.n_persons), say.count(row.expected)] for row in records(content.curve)]
        return table(say("interviews.saturation_title"), few, labels, numeric=["expected"])
    rows = [
        [
            say.count(row.n_documents),
            say.count(row.in_order),
            say.count(row.new),
            say.number(row.expected, 1),
            f"[{say.number(row.conf_low, 1)} – {say.number(row.conf_high, 1)}]",
        ]
        for row in records(content.curve)
    ]
    names = ("number", "found", "new", "expected", "band")
    labels = {name: say(f"interviews.curve.{name}") for name in names}
    return table(say("interviews.saturation_title"), rows, labels, numeric=list(names[1:]))


def coverage_table(content: InterviewContent, say: Wording) -> Table:
    """Share of the words of each role that is coded."""
    rows = [
        [role_label(str(row.role), say), say.count(row.n_persons), say.messages.percent(float(row.share))]
        for row in records(content.coverage)
    ]
    labels = {"role": say("interviews.role.title"), "n": say("interviews.interviews"), "share": say("interviews.share")}
    return table(say("interviews.coverage_title"), rows, labels, numeric=["n", "share"])


def agreement_table(content: InterviewContent, say: Wording) -> Table | None:
    """Agreement of coders: a row a code, alpha and AC1 beside plain agreement; all codes together first."""
    if content.agreement.empty:
        return None
    rows = [
        [
            code_label(content, str(row.code), say) if row.code else say("interviews.all_codes"),
            say.count(row.n_given),
            say.messages.percent(None if is_missing(row.percent_agreement) else float(row.percent_agreement)),
            f"{say.number(row.krippendorff_alpha)} {_alpha_interval(row, say)}".strip(),
            say.number(row.gwet_ac1),
        ]
        for row in records(content.agreement)
    ]
    names = ("n_given", "percent", "alpha", "ac1")
    labels = {"code": say("interviews.code")} | {name: say(f"interviews.agreement.{name}") for name in names}
    return table(say("interviews.agreement.title"), rows, labels, numeric=list(names))


def _alpha_interval(row: Any, say: Wording) -> str:
    """An interval over all that alpha can be says nothing, so that it says so."""
    if not is_missing(row.alpha_low) and row.alpha_low <= -1 and row.alpha_high >= 1:
        return f"({say('interviews.agreement.too_little')})"
    return say.interval(row.alpha_low, row.alpha_high)


def topics_table(content: InterviewContent, say: Wording) -> Table | None:
    """Topics by their words, with how many persons speak of each; None where they were not sought."""
    if content.topics.empty:
        return None
    rows = [
        [str(row.words), say.count(row.n_persons), say.messages.percent(float(row.share))]
        for row in records(content.topics)
    ]
    labels = {"words": say("interviews.topics.words"), "n": say("interviews.persons")}
    return table(
        say("interviews.topics.title"), rows, labels | {"share": say("interviews.topics.share")}, numeric=["n", "share"]
    )


def export_tables(content: InterviewContent) -> dict[str, pd.DataFrame]:
    """The released numbers by name of the file, with names of codes for their ids."""
    frames = {
        "interview_codes": content.totals,
        "interview_codes_by_group": content.shares,
        "interview_tests": content.tests,
        "interview_codes_together": content.together,
        "interview_saturation": content.curve,
        "interview_coverage": content.coverage,
        "interview_agreement": content.agreement,
        "interview_topics": content.topics,
    }
    return {name: named_codes(content, frame) for name, frame in frames.items()}


def named_codes(content: InterviewContent, frame: pd.DataFrame) -> pd.DataFrame:
    """Names of codes in each language, before the other columns."""
    languages = list(dict.fromkeys(language for named in content.codes.values() for language in named.name))
    found = frame.copy()
    for column in [name for name in frame.columns if str(name).startswith("code")][::-1]:
        names = [content.codes[code].name if code in content.codes else {} for code in frame[column]]
        found = found.drop(columns=column)
        for language in reversed(languages):
            found.insert(0, f"{column}_{language}", [name.get(language, "") for name in names])
    return found
