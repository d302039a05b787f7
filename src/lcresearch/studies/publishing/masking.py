"""From what a report to the own community shows to what anyone may read.

A report shows groups of five persons and more by their names. Anyone may read groups of ten and more, by a code: the
limit for what leaves the house. Nothing is added to what the report showed. Rows are taken out, names are replaced, and
quotes and single words from interviews stay behind: whoever has the report learns nothing from it, and of whoever has
not, the rule of ten holds, complements included. It holds beside earlier bundles too, which a repository keeps: reports
may differ by five persons, so bundles have a record of their own.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Mapping

import pandas as pd

from lcresearch.disclosure import EVERYBODY, Ledger
from lcresearch.disclosure.policy import PACKAGE
from lcresearch.reporting.content import (
    ContextContent,
    Head,
    Participation,
    ReportContent,
    ResponseOverview,
    ScaleContent,
)
from lcresearch.studies.analysis import ScaleResults
from lcresearch.studies.computing import Computed
from lcresearch.studies.interview_findings import counts_shown
from lcresearch.studies.publishing.allowed import MINIMUM, Allowed, allowed_groups, key_of
from lcresearch.studies.publishing.group_codes import GroupCodes
from lcresearch.studies.publishing.masked_change import masked_change, masked_pulses
from lcresearch.studies.publishing.masked_interviews import masked_interviews
from lcresearch.studies.publishing.names_in_text import without_names
from lcresearch.studies.publishing.over_groups import OverGroups, without_hidden_groups

_NUMBERS = ("n", "mean", "sd", "conf_low", "conf_high")
_NEUTRAL = {"alike": "protected", "complement": "protected"}


def masked(
    made: Computed, codes: GroupCodes, provenance: Mapping[str, str], forbidden: set[str], earlier: Ledger
) -> ReportContent:
    """What anyone may read of a study.

    Parameters
    ----------
    made : Computed
        With the content of the report.
    codes : GroupCodes
    provenance : mapping
        What the foot of each page prints.
    forbidden : set of str
        Names that no note may hold.
    earlier : Ledger
        What earlier bundles showed.
    """
    content, allowed = made.content, allowed_groups(made, earlier)
    waves = content.response.by_wave.set_index("wave")["n_persons"]
    enough = {str(wave) for wave, n in waves.items() if n >= MINIMUM}
    results = {one.use.name: one for one in made.scales}
    scales = tuple(_scale(one, results[one.name], made, allowed, codes, enough, forbidden) for one in content.scales)
    head = dataclasses.replace(
        head_without(content.head, codes.names),
        minimum_cell=max(MINIMUM, content.head.minimum_cell),
        provenance=dict(provenance),
    )
    participation = content.participation
    return dataclasses.replace(
        content,
        head=head,
        response=_response(content.response, allowed, codes, enough),
        scales=scales,
        withheld=_withheld(scales),
        participation=None
        if participation is None
        else _participation(participation, allowed, codes, made.release.context_shown(PACKAGE, earlier)),
        interviews=None
        if content.interviews is None or made.talks is None
        else masked_interviews(content.interviews, codes, MINIMUM, counts_shown(made.talks, PACKAGE, earlier)),
        change=None if content.change is None else masked_change(content.change, allowed, codes, MINIMUM),
        pulses=None if content.pulses is None else masked_pulses(content.pulses, allowed, codes, MINIMUM),
    )


def head_without(head: Head, hidden: Collection[str]) -> Head:
    """The head without a consortium or a sector of the whole study that may not be named."""
    consortium, sector = (None if name in hidden else name for name in (head.consortium, head.sector))
    return dataclasses.replace(head, consortium=consortium, sector=sector)


def coded(frame: pd.DataFrame, codes: GroupCodes) -> pd.DataFrame:
    """The rows of groups that have a code, by that code; rows of everybody stay as they are."""
    parents = frame["parent"].fillna("").astype(str) if "parent" in frame else pd.Series("", index=frame.index)
    rows = zip(frame["level"].astype(str), parents, frame["group"].fillna("").astype(str), strict=True)
    everybody = frame["level"].astype(str) == EVERYBODY
    found = [None if level == EVERYBODY else codes.find(level, parent, group) for level, parent, group in rows]
    known = pd.Series([path is not None for path in found], index=frame.index) | everybody
    names = ["" if path is None else codes.shown[path] for path in found]
    around = ["" if path is None else codes.parent(path, like) for path, like in zip(found, parents, strict=True)]
    table = frame.assign(group=names, **({"parent": around} if "parent" in frame else {}))[known]
    order = [name for name in ("level", "parent", "group") if name in table]
    ranks = {level: n for n, level in enumerate([EVERYBODY, *codes.levels])}
    return table.sort_values(order, key=lambda c: c.map(ranks) if c.name == "level" else c, kind="stable").reset_index(
        drop=True
    )


def _scale(
    scale: ScaleContent,
    results: ScaleResults,
    made: Computed,
    allowed: Allowed,
    codes: GroupCodes,
    enough: set[str],
    forbidden: set[str],
) -> ScaleContent:
    numbers = [name for name in _NUMBERS if name in scale.overall]
    may = enough & {wave for name, wave in allowed.everybody if name == scale.name}
    hidden = ~(scale.overall["wave"].astype(str).isin(may) & (scale.overall["n"] >= MINIMUM))
    overall = scale.overall.assign(**{name: scale.overall[name].mask(hidden) for name in numbers})
    shown = set(overall.loc[overall["n"].notna(), "wave"].astype(str))
    over = OverGroups.of(results, allowed.of_scale[scale.name], shown)
    scale = without_hidden_groups(scale, over, made.release, MINIMUM)
    overall = overall.assign(**{name: scale.overall[name].mask(hidden) for name in ("conf_low", "conf_high")})
    groups = scale.agreement_groups
    return dataclasses.replace(
        scale,
        overall=overall,
        scores=coded(_masked_scores(scale, allowed, shown), codes),
        distribution=_of_waves(scale.distribution, shown),
        reliability=None if scale.reliability is None else _of_waves(scale.reliability, shown),
        items_analysed=None if scale.items_analysed is None else _of_waves(scale.items_analysed, shown),
        agreement=None if scale.agreement is None else _of_waves(scale.agreement, shown),
        agreement_groups=None if groups is None else _agreement_groups(scale, groups, allowed, codes),
        verdicts={wave: verdict for wave, verdict in scale.verdicts.items() if wave in shown},
        problems=without_names(scale.problems, forbidden),
    )


def _masked_scores(scale: ScaleContent, allowed: Allowed, shown: set[str]) -> pd.DataFrame:
    frame = scale.scores
    if frame.empty:
        return frame
    keys = [key_of(row) for row in frame.itertuples(index=False)]
    fits = pd.Series([key in allowed.of_scale[scale.name] and key[-1] in shown for key in keys], index=frame.index)
    why = pd.Series([allowed.reasons.get((scale.name, *key), "few") for key in keys], index=frame.index)
    released = frame["released"].astype(bool) & fits
    masked_numbers = {name: frame[name].where(released) for name in _NUMBERS}
    reason = frame["reason"].astype(object).where(frame["reason"].notna(), why.replace(_NEUTRAL))
    return frame.assign(released=released, reason=reason.where(~released, None), **masked_numbers)


def _of_waves(frame: pd.DataFrame, waves: set[str]) -> pd.DataFrame:
    return frame[frame["wave"].astype(str).isin(waves)].reset_index(drop=True)


def _agreement_groups(
    scale: ScaleContent, groups: pd.DataFrame, allowed: Allowed, codes: GroupCodes
) -> pd.DataFrame | None:
    """Agreement within the groups whose score may be shown."""
    level = scale.agreement_level or ""
    fits = {(codes.shown[path], wave) for at, parent, group, wave in allowed.of_scale[scale.name]
            if at == level and (path := codes.find(at, parent, group)) is not None}  # fmt: skip
    names = [codes.joined(level, str(name)) for name in groups["group"]]
    last = [None if name is None else name.rpartition(" / ")[2] for name in names]
    kept = pd.Series(
        [(name, str(wave)) in fits for name, wave in zip(last, groups["wave"], strict=True)],
        index=groups.index, dtype=bool,
    )  # fmt: skip
    table = groups.assign(group=pd.Series(names, index=groups.index, dtype=object))[kept]
    return table.sort_values(["wave", "group"], kind="stable").reset_index(drop=True) if len(table) else None


def _response(response: ResponseOverview, allowed: Allowed, codes: GroupCodes, enough: set[str]) -> ResponseOverview:
    groups, by_wave = response.by_group, response.by_wave
    if len(groups):
        fits = pd.Series([key_of(row) in allowed.counted for row in groups.itertuples(index=False)], index=groups.index)
        released = groups["released"].astype(bool) & fits
        groups = coded(groups.assign(released=released, n_persons=groups["n_persons"].where(released)), codes)
    small = ~by_wave["wave"].astype(str).isin(enough)
    by_wave = by_wave.assign(n_complete=by_wave["n_complete"].mask(small))
    missing = response.missing.assign(n_missing=response.missing["n_missing"].mask(response.missing["n"] < MINIMUM))
    return dataclasses.replace(response, by_wave=by_wave, by_group=groups, missing=missing, problems=())


def _participation(
    content: Participation, allowed: Allowed, codes: GroupCodes, context: ContextContent
) -> Participation:
    """Without response by characteristics, since with the groups these may point to a few."""
    invited = content.invited
    if len(invited):
        fits = [row.level == EVERYBODY or key_of(row) in allowed.counted for row in invited.itertuples(index=False)]
        invited = coded(invited[pd.Series(fits, index=invited.index, dtype=bool)].reset_index(drop=True), codes)
    return dataclasses.replace(content, invited=invited, context=_in_both(content.context, context), response_by=None)


def _in_both(report: ContextContent, bundle: ContextContent) -> ContextContent:
    """Answers on who took part that a report shows, and a bundle may show beside earlier ones."""
    counts, numbers = (
        mine.merge(theirs[keys], on=keys)[list(mine.columns)] if len(mine) and len(theirs) else mine.iloc[:0]
        for mine, theirs, keys in (
            (report.counts, bundle.counts, ["item", "wave", "codes", "n", "n_answered"]),
            (report.numbers, bundle.numbers, ["item", "wave", "n"]),
        )
    )
    withheld = pd.concat([bundle.withheld, report.withheld], ignore_index=True)
    once = withheld.drop_duplicates(["item", "wave", "codes"]).reset_index(drop=True)
    return dataclasses.replace(report, counts=counts, numbers=numbers, withheld=once)


def _withheld(scales: tuple[ScaleContent, ...]) -> pd.DataFrame:
    """Groups of which at least one score is not shown: ``level, wave, reason, n_groups``."""
    columns = ["level", "wave", "reason", "n_groups"]
    hidden = [scale.scores[~scale.scores["released"].astype(bool)] for scale in scales if len(scale.scores)]
    if not hidden or not sum(map(len, hidden)):
        return pd.DataFrame(columns=columns)
    rows = pd.concat(hidden, ignore_index=True).fillna({"parent": ""})
    once = rows.drop_duplicates(["level", "parent", "group", "wave"])
    return once.groupby(["level", "wave", "reason"], sort=False).size().rename("n_groups").reset_index()[columns]
