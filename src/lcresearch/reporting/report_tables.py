"""Which tables a report has, and what stands in them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from lcresearch.messages import text_keys
from lcresearch.reporting.content import ReportContent, ResponseOverview, ScaleContent
from lcresearch.reporting.scores_figure import MANY_GROUPS, group_rows
from lcresearch.reporting.tables import Table, table
from lcresearch.reporting.wording import Wording, codes_label, is_missing, records

_NO_DECIMALS = {"n", "n_groups", "n_groups_agreement", "df_between", "df_within"}


def _labels(say: Wording, *names: str) -> dict[str, str]:
    return {name: say(f"table.{name}") for name in names}


def _of_wave(frame: pd.DataFrame, wave: str) -> pd.DataFrame:
    return frame[frame["wave"].astype(str) == wave]


def _by_group(frame: pd.DataFrame) -> dict[tuple[str, str], Any]:
    parents = frame["parent"].fillna("").astype(str) if "parent" in frame else [""] * len(frame)
    keys = zip(parents, frame["group"].astype(str), strict=True)
    return dict(zip(keys, records(frame), strict=True))


def _by_wave(names: dict[str, list[str]], say: Wording) -> tuple[list[str], dict[str, list[str]]]:
    """All columns with numbers, and a head above those of each wave when there are several."""
    spanners = {say.wave(wave): columns for wave, columns in names.items()} if len(names) > 1 else {}
    return [name for columns in names.values() for name in columns], spanners


def waves_table(response: ResponseOverview, say: Wording) -> Table:
    """Respondents at each wave."""
    rows = [
        [say.wave(row.wave), say.count(row.n_persons), say.count(row.n_complete)] for row in records(response.by_wave)
    ]
    labels = _labels(say, "wave", "persons", "complete")
    return table(say("response.by_wave"), rows, labels, numeric=["persons", "complete"])


def groups_table(response: ResponseOverview, level: str, say: Wording) -> Table:
    """Respondents in each group of a level at each wave."""
    frame = response.by_group[response.by_group["level"] == level]
    waves = say.waves_of(frame)
    cells = [_by_group(_of_wave(frame, wave)) for wave in waves]
    rows = [
        [
            parent,
            group,
            *(say.count(cell[parent, group].n_persons) if (parent, group) in cell else "" for cell in cells),
        ]
        for parent, group in group_rows(frame)
    ]
    labels = {"parent": "", "group": say.level(level).capitalize()} | {wave: say.wave(wave) for wave in waves}
    caption = f"{say('technical.by_group')}: {say.level(level)}"
    return table(caption, rows, labels, numeric=waves, blocks="parent")


def missing_table(response: ResponseOverview, say: Wording) -> Table:
    """Missing answers to each item at each wave."""
    rows = [
        [
            say.wave(row.wave),
            str(row.item),
            say.count(row.n),
            say.count(row.n_missing),
            say.messages.percent(row.n_missing / row.n if row.n else None, digits=1),
        ]
        for row in records(response.missing.sort_values("wave", kind="stable"))
    ]
    labels = _labels(say, "wave", "item", "n", "n_missing", "share_missing")
    return table(say("technical.missing"), rows, labels, numeric=["n", "n_missing", "share_missing"], blocks="wave")


def answers_table(scale: ScaleContent, say: Wording) -> Table:
    """The share of each answer to each item: the figure in numbers."""
    chosen = [item for item in scale.items if item.kind == "choice"]
    codes = sorted({code for item in chosen for code in item.options})
    rows = []
    for wave in say.waves_of(scale.distribution):
        for item in chosen:
            of_item = _of_wave(scale.distribution, wave)
            of_item = of_item[of_item["item"] == item.id]
            shares = {int(row.low): _share(row, say) for row in records(of_item)}
            total = say.count(of_item["n"].sum()) if len(of_item) else say("figure.not_shown")
            rows.append([say.wave(wave), say.text(item.text), *(shares.get(code, "") for code in codes), total])
    labels = {"wave": say("table.wave"), "item": say("table.item")}
    labels |= {str(code): _answer_head(scale, code, say) for code in codes} | {"n": say("table.n")}
    numeric = [*(str(code) for code in codes), "n"]
    title = say("figure.likert_title", scale=say.text(scale.title))
    return table(title, rows, labels, numeric=numeric, blocks="wave")


def _answer_head(scale: ScaleContent, code: int, say: Wording) -> str:
    words = {say.text(item.options[code]) for item in scale.items if code in item.options}
    return f"{code} {words.pop()}" if len(words) == 1 else str(code)


def _share(row: Any, say: Wording) -> str:
    share = say.messages.percent(float(row.share))
    low, high = int(row.low), int(row.high)
    return share if low == high else f"{codes_label(low, high)}: {share}"


def scores_table(scale: ScaleContent, level: str, say: Wording) -> Table:
    """Mean of each group with its interval at each wave: the figure in numbers."""
    frame = scale.scores[scale.scores["level"] == level]
    waves = say.waves_of(frame)
    cells = [_by_group(_of_wave(frame, wave)) for wave in waves]
    rows = []
    for parent, group in group_rows(frame):
        row = [parent, group]
        for cell in cells:
            row += _score_cells(cell.get((parent, group)), say)
        rows.append(row)
    names = {wave: [f"n_{wave}", f"mean_{wave}"] for wave in waves}
    labels = {"parent": "", "group": say.level(level).capitalize()}
    for n, mean in names.values():
        labels |= {n: say("table.n"), mean: say("table.mean_interval")}
    numeric, spanners = _by_wave(names, say)
    title = say("figure.scores_title", scale=say.text(scale.title), level=say.level(level))
    return table(title, rows, labels, numeric=numeric, blocks="parent", spanners=spanners)


def _score_cells(row: Any, say: Wording) -> list[str]:
    if row is None:
        return ["", ""]
    if is_missing(row.mean):
        return ["", f"{say('figure.not_shown')}: {say.reason(row.reason)}"]
    return [say.count(row.n), f"{say.number(row.mean)} {say.interval(row.conf_low, row.conf_high)}".strip()]


def overview_table(scales: Sequence[ScaleContent], say: Wording) -> Table:
    """Mean of everybody on each scale with its interval at each wave: the figure in numbers."""
    waves = say.waves_of(pd.concat([scale.overall for scale in scales]))
    names = {wave: [f"n_{wave}", f"mean_{wave}"] for wave in waves}
    rows = []
    for scale in scales:
        row = [say.text(scale.title)]
        for wave in waves:
            row += _overall_cells(_of_wave(scale.overall, wave), say)
        rows.append(row)
    labels = {"scale": say("overview.scale")}
    for n, mean in names.values():
        labels |= {n: say("table.n"), mean: say("table.mean_interval")}
    numeric, spanners = _by_wave(names, say)
    title = say("overview.title", instrument=say.text(scales[0].instrument_title))
    return table(title, rows, labels, numeric=numeric, spanners=spanners)


def _overall_cells(rows: pd.DataFrame, say: Wording) -> list[str]:
    row = next(records(rows), None)
    if row is None or is_missing(row.mean):
        return ["", say("figure.not_shown")]
    return [say.count(row.n), f"{say.number(row.mean)} {say.interval(row.conf_low, row.conf_high)}".strip()]


def reliability_table(scale: ScaleContent, say: Wording) -> Table | None:
    """Reliability at individual and group level."""
    if scale.reliability is None or scale.reliability.empty:
        return None
    rows = [
        [
            f"{say.wave(row.wave)}, {say.known('term', str(row.level))}",
            say.known("term", str(row.term)),
            say.number(row.estimate, 3),
            say.number(row.std_error, 3),
            say.interval(row.conf_low, row.conf_high, 3),
        ]
        for row in records(scale.reliability)
        if not is_missing(row.estimate)
    ]
    labels = _labels(say, "wave", "measure", "estimate", "std_error", "interval")
    caption = f"{say('technical.reliability')}: {say.text(scale.title)}"
    return table(caption, rows, labels, numeric=["estimate", "std_error", "interval"], blocks="wave") if rows else None


def items_table(scale: ScaleContent, say: Wording) -> Table | None:
    """Item analysis."""
    frame = scale.items_analysed
    if frame is None or frame.empty:
        return None
    together = bool(frame[["item_rest_correlation", "alpha_if_dropped"]].notna().any(axis=None))
    rows = [
        [
            say.wave(row.wave),
            str(row.item),
            say.count(row.n),
            say.number(row.mean),
            say.number(row.sd),
            *([say.number(row.item_rest_correlation), say.number(row.alpha_if_dropped, 3)] if together else []),
        ]
        for row in records(frame)
    ]
    labels = _labels(say, "wave", "item", "n", "mean", "sd", *(("item_rest", "alpha_dropped") if together else ()))
    caption = f"{say('technical.items')}: {say.text(scale.title)}"
    return table(caption, rows, labels, numeric=[*labels][2:], blocks="wave")


def agreement_table(scale: ScaleContent, say: Wording) -> Table | None:
    """Agreement and intraclass correlations: a row a statistic that has words, a column a wave; files hold all."""
    frame = scale.agreement
    if frame is None or frame.empty:
        return None
    waves = say.waves_of(frame)
    by_wave = frame.assign(wave=frame["wave"].astype(str)).set_index("wave")
    filled = by_wave.dropna(axis="columns", how="all")
    names = [str(name) for name in filled if f"report.statistic.{name}" in text_keys()]
    rows = [
        [say.known("statistic", name), *(_statistic(by_wave.loc[wave], name, say) for wave in waves)] for name in names
    ]
    labels = {"statistic": say("table.statistic")} | {wave: say.wave(wave) for wave in waves}
    agreement = "r_wg_median" in names or "ad" in names
    caption = f"{say('technical.agreement' if agreement else 'technical.differences')}: {say.text(scale.title)}"
    return table(caption, rows, labels, numeric=waves)


def _statistic(row: Any, name: str, say: Wording) -> str:
    if name == "p_value":
        return say.messages.p_value(None if is_missing(row[name]) else float(row[name]))
    if name in _NO_DECIMALS:
        return say.count(row[name])
    interval = say.interval(row.get(f"{name}_low"), row.get(f"{name}_high"), 3)
    return f"{say.number(row[name], 3)} {interval}".strip()


def agreement_groups_table(scale: ScaleContent, say: Wording) -> Table | None:
    """r_wg and AD of each released group; None where there are too many to list."""
    frame = scale.agreement_groups
    if frame is None or frame.empty or frame["group"].nunique() > MANY_GROUPS:
        return None
    columns = {"r_wg_uniform": "r_wg_uniform", "r_wg_slight_skew": "r_wg_slight_skew", "ad_mean": "ad"}
    columns = {name: label for name, label in columns.items() if name in frame}
    waves = say.waves_of(frame)
    cells = [_by_group(_of_wave(frame, wave)) for wave in waves]
    rows = []
    for key in group_rows(frame):
        row = list(key)
        for cell in cells:
            found = cell.get(key)
            row += [say.number(getattr(found, name)) if found is not None else "" for name in columns]
        rows.append(row)
    labels = {"parent": "", "group": say.level(scale.agreement_level or "group").capitalize()}
    names = {wave: [f"{name}_{wave}" for name in columns] for wave in waves}
    for of_wave in names.values():
        labels |= {name: say(f"table.{label}") for name, label in zip(of_wave, columns.values(), strict=True)}
    numeric, spanners = _by_wave(names, say)
    caption = f"{say('technical.agreement_groups')}: {say.text(scale.title)}"
    return table(caption, rows, labels, numeric=numeric, blocks="parent", spanners=spanners)


def thresholds_table(scale: ScaleContent, say: Wording) -> Table | None:
    """The thresholds that the verdict rests on, with their sources."""
    rows = [
        [
            say.wave(wave),
            say.known("statistic", str(row.statistic)),
            say.number(row.value, 3),
            say.number(row.threshold, 3),
            "–" if is_missing(row.met) else say("table.yes" if row.met else "table.no"),
            str(row.source),
        ]
        for wave, verdict in scale.verdicts.items()
        for row in records(verdict.thresholds)
    ]
    if not rows:
        return None
    labels = _labels(say, "wave", "statistic", "value", "threshold", "met", "source")
    caption = f"{say('technical.thresholds')}: {say.text(scale.title)}"
    return table(caption, rows, labels, numeric=["value", "threshold"], blocks="wave")


def withheld_table(content: ReportContent, say: Wording) -> Table | None:
    """What was suppressed, counted by reason."""
    if content.withheld.empty:
        return None
    rows = [
        [say.level(row.level), say.wave(row.wave), say.reason(row.reason), say.count(row.n_groups)]
        for row in records(content.withheld)
    ]
    labels = _labels(say, "level", "wave", "reason", "results")
    return table(say("technical.withheld"), rows, labels, numeric=["results"])
