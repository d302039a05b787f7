"""The page of a progress table: what is behind first, then criteria, then who takes part."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lcresearch.reporting.html import render_page
from lcresearch.reporting.progress_figure import progress_drawing
from lcresearch.reporting.progress_words import amount, due
from lcresearch.reporting.sections import FigureView
from lcresearch.reporting.tables import Table, table
from lcresearch.reporting.wording import Wording, is_missing, page_wording, provenance_rows, records
from lcresearch.synthesis import ProgressTable

_SECTOR, _UNKNOWN = "sector", ""
_WITH_TARGET = ("reached", "on_course", "behind", "late")


def render_progress(
    found: ProgressTable,
    language: str,
    *,
    provenance: Mapping[str, str] | None = None,
    other_reports: Mapping[str, str] | None = None,
) -> str:
    """The page in one language as a whole HTML page; the same table gives the same bytes.

    Raises
    ------
    ReportingError
        P002: there are no texts in this language.
    """
    say = page_wording(
        found.programme.title,
        language,
        minimum_cell=found.minimum_cell,
        simulated=found.simulated,
        provenance=provenance,
    )
    drawing = progress_drawing(found, say)
    numbers = criteria_table(found, say)
    return render_page(
        "progress.html.j2",
        say,
        other_reports,
        head=say.head,
        title=say("progress.title", programme=say.text(found.programme.title)),
        lead=say("progress.lead", date=say.messages.date(found.date)),
        compared=_compared(found, say),
        points=points(found, say),
        figure=None if drawing is None else FigureView(drawing.title, (drawing,), _shares_table(found, say)),
        criteria=numbers,
        groups=[one for one in (group_table(found, name, say) for name in _divisions(found)) if one is not None],
        notes_of_people=_notes_of_people(found, say),
        basis=_basis(found, say),
        provenance=provenance_rows(say),
    )


def points(found: ProgressTable, say: Wording) -> list[str]:
    """What a member of the steering group must know, the most important first."""
    states = found.criteria["state"].value_counts()
    n = int(sum(states.get(name, 0) for name in _WITH_TARGET))
    late = int(states.get("behind", 0) + states.get("late", 0))
    texts = []
    if n:
        numbers = {"reached": int(states.get("reached", 0)), "on_course": int(states.get("on_course", 0))}
        texts.append(say("progress.point.states", n=n, behind=late, **numbers))
        behind = [_one_behind(row, found, say) for row in records(found.behind())]
        told = say("progress.point.behind", criteria="; ".join(behind))
        texts.append(told if behind else say("progress.point.nothing_behind"))
    row = next(records(found.everybody))
    texts.append(_people(row, say))
    texts.append(_communities(row, say))
    return texts


def _one_behind(row: Any, found: ProgressTable, say: Wording) -> str:
    kind = "one_above" if row.at_most else "one_behind"
    values = {"reached": amount(row.reached, row.measure, say), "target": amount(row.target, row.measure, say)}
    return say(f"progress.point.{kind}", title=_title(found, row.criterion, say), **values)


def _people(row: Any, say: Wording) -> str:
    if is_missing(row.participants):
        return say("progress.point.people_hidden")
    change = ""
    if not is_missing(row.change) and row.change:
        change = say(f"progress.point.{'more' if row.change > 0 else 'fewer'}", n=say.count(abs(row.change)))
    text = say("progress.point.people", participants=say.count(row.participants), change=change)
    if is_missing(row.response):
        return text
    return f"{text} {say('progress.point.response', share=say.messages.percent(float(row.response)))}"


def _communities(row: Any, say: Wording) -> str:
    began, untold = int(row.communities), int(row.communities_untold)
    text = say("progress.point.communities", n=began)
    if is_missing(row.communities_stopped):
        return f"{text} {say('progress.point.stopped_unknown')}"
    text = f"{text} {say('progress.point.stopped', stopped=say.count(row.communities_stopped))}"
    return f"{text} {say('progress.point.stopped_untold', n=untold)}" if untold else text


def criteria_table(found: ProgressTable, say: Wording) -> Table | None:
    """A row a criterion in words; None when the programme has none."""
    compared = found.before is not None
    # what a phone shows without scrolling comes first
    names = ["criterion", "state", "reached", "target", *(["change"] if compared else []), "expected", "by"]
    rows = []
    for row in records(found.criteria):
        target = amount(row.target, row.measure, say)
        cells = {
            "criterion": _titled(found, row, say),
            "target": say("progress.at_most", target=target) if row.at_most else target,
            "by": "–" if is_missing(row.by) else say.messages.date(str(row.by)),
            "expected": due(row.expected, row.measure, row.reached, say),
            "reached": amount(row.reached, row.measure, say),
            "change": _moved(row.change, row.measure, say),
            "state": say(f"progress.state.{row.state}"),
        }
        rows.append([cells[name] for name in names])
    labels = {name: say(f"progress.column.{name}") for name in names}
    numeric = [name for name in ("target", "expected", "reached", "change") if name in names]
    return table(say("progress.criteria"), rows, labels, numeric=numeric) if rows else None


def group_table(found: ProgressTable, division: str, say: Wording) -> Table | None:
    """Who takes part by a division; None where nothing is known of it."""
    frame = found.participation[found.participation["division"] == division]
    known = frame[frame["group"] != _UNKNOWN]
    told = known["participants"].fillna(1).where(known["reason"] != "not_known", 0)
    if not (told > 0).any() and not (known["communities"].fillna(0) > 0).any():
        return None
    columns = ["participants", *(["change"] if found.before is not None else [])]
    columns += ["response"] if frame["response"].notna().any() else []
    columns += ["target"] if frame["target"].notna().any() else []
    columns += ["consortia", "communities", "stopped"] if division == _SECTOR else []
    titles = found.programme.sectors if division == _SECTOR else found.programme.participants[division].groups
    rows = []
    for row in [*records(frame), *records(found.everybody)]:
        name = say("progress.everybody") if row.division == "all" else say("progress.unknown_group")
        label = say.text(titles[row.group]) if row.group in titles else name
        cells = {
            "participants": _shown(row, say),
            "change": _moved(row.change, "participants", say),
            "response": say.messages.percent(None if is_missing(row.response) else float(row.response)),
            "target": say.count(row.target),
            "consortia": say.count(row.consortia),
            "communities": say.count(row.communities),
            "stopped": _stopped(row, say),
        }
        rows.append([label, *(cells[one] for one in columns)])
    title = division_title(found, division, say)
    heads = {"communities": "began"}
    labels = {"group": title} | {one: say(f"progress.column.{heads.get(one, one)}") for one in columns}
    spanners = {say("progress.column.communities"): ["communities", "stopped"]} if division == _SECTOR else {}
    return table(title, rows, labels, numeric=columns, spanners=spanners)


def division_title(found: ProgressTable, division: str, say: Wording) -> str:
    """What a division is called."""
    return say("progress.sector") if division == _SECTOR else say.text(found.programme.participants[division].title)


def _divisions(found: ProgressTable) -> list[str]:
    """Those of the programme first, as steering groups ask for parties, then the sectors."""
    return [*found.programme.participants, _SECTOR]


def _shown(row: Any, say: Wording) -> str:
    if is_missing(row.participants):
        return say("progress.unknown_group" if row.reason == "not_known" else "progress.hidden")
    n = say.count(row.participants)
    return say("progress.kept", n=n) if row.reason == "kept" else n


def _stopped(row: Any, say: Wording) -> str:
    if is_missing(row.communities_stopped):
        return "–" if is_missing(row.communities) else say("progress.unknown_group")
    n = say.count(row.communities_stopped)
    return say("progress.at_least", n=n) if row.communities_untold else n


def _moved(value: Any, measure: str, say: Wording) -> str:
    """A change with its sign; of a response in points of a percent."""
    if is_missing(value):
        return "–"
    number = float(value) * 100 if measure == "response" else float(value)
    digits = 0 if measure != "recorded" or number.is_integer() else 1
    sign = "+" if number > 0 else "−" if number < 0 else ""
    told = f"{sign}{say.number(abs(number), digits)}"
    return say("progress.percent_points", n=told) if measure == "response" else told


def _title(found: ProgressTable, criterion: str, say: Wording) -> str:
    return next(say.text(one.title) for one in found.programme.criteria if one.id == criterion)


def _titled(found: ProgressTable, row: Any, say: Wording) -> str:
    """The title of a criterion, with who asked for it."""
    title = _title(found, row.criterion, say)
    return title if is_missing(row.source) else f"{title} ({row.source})"


def _shares_table(found: ProgressTable, say: Wording) -> Table:
    rows = [
        [_title(found, row.criterion, say), amount(row.reached, row.measure, say), amount(row.target, row.measure, say),
         say(f"progress.state.{row.state}")]
        for row in records(found.criteria)
    ]  # fmt: skip
    labels = {name: say(f"progress.column.{name}") for name in ("criterion", "reached", "target", "state")}
    return table(say("progress.figure"), rows, labels, numeric=["reached", "target"])


def _compared(found: ProgressTable, say: Wording) -> str:
    if found.before is None:
        return say("progress.not_compared")
    return say("progress.compared", date=say.messages.date(found.before))


def _notes_of_people(found: ProgressTable, say: Wording) -> list[str]:
    reasons = {*found.participation["reason"].dropna(), *found.everybody["reason"].dropna()}
    texts = [say("progress.note.few", minimum=found.minimum_cell)] if reasons & {"few", "complement"} else []
    return texts + ([say("progress.note.kept", minimum=found.minimum_cell)] if "kept" in reasons else [])


def _basis(found: ProgressTable, say: Wording) -> list[str]:
    texts = [say("progress.note.packages", n=found.n_packages)] if found.n_packages else []
    texts += [say("progress.note.results", n=found.n_results)] if found.n_results else []
    texts += [say("progress.note.participants")]
    declared = say.messages.date(found.programme.declared)
    texts += [say("progress.note.pace", declared=declared)] if len(found.criteria) else []
    return [*texts, say("progress.note.numbers")]
