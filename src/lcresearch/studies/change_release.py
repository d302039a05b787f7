"""From what changed to what may be shown of it: the part of the report's content on change.

Whatever is shown comes from means that the tables of scores show anyway, or from changes that
:func:`lcresearch.disclosure.changes.protect_change` let through; never from rows of fewer persons.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from lcresearch.change import ReliableChange, partial_pooling
from lcresearch.disclosure.changes import HIDDEN_MEANS, ChangeCells, protect_change
from lcresearch.disclosure.reliable_counts import counts_may_go_out
from lcresearch.errors import ChangeError, Problem
from lcresearch.reporting.change_content import (
    ALL_ANSWERS,
    EVERYBODY,
    LINKED,
    ChangeContent,
    ChangeNumbers,
    DropoutShown,
    PooledScore,
    ReliableShown,
    ScaleChange,
)
from lcresearch.studies.analysis import path_columns
from lcresearch.studies.change import SIDE, ScaleChanged, StudyChange
from lcresearch.studies.change_correction import corrected
from lcresearch.studies.change_estimates import Difference, Estimate, Estimates, less
from lcresearch.studies.change_started import started_shown
from lcresearch.studies.coarsening import DETAILED

if TYPE_CHECKING:
    from lcresearch.studies.release import Release

_KNOWN_AS = "known to the ledger as"
_NEUTRAL = {"alike": "protected", "complement": "protected"}


def change_shown(
    changed: StudyChange, release: Release, cells: Mapping[str, pd.DataFrame], exact: Mapping[str, bool]
) -> ChangeContent:
    """What may be shown of the change of a study. Changes of persons that go out are staged in the ledger.

    Parameters
    ----------
    changed : StudyChange
    release : Release
        Of the same study.
    cells : mapping of str to DataFrame
        By scale, which means may be shown: :meth:`lcresearch.studies.release.Release.cells`.
    exact : mapping of str to bool
        By scale, whether its numbers keep all digits (:mod:`lcresearch.studies.coarsening`).
    """
    decided = _decided(changed, release, cells)
    shown = {
        name: _ScaleShown(changed, one, release, cells[name], decided[name], exact[name]).scale()
        for name, one in changed.scales.items()
        if name in decided
    }
    primary, _ = shown.pop(changed.use.primary)
    return ChangeContent(
        design=changed.use.design,
        goal=changed.use.goal,
        level=changed.use.group,
        before=changed.before,
        after=changed.after,
        linked=changed.linked,
        inference=_inference(changed),
        n_groups=sum(one.takes_part for one in primary.groups),
        primary=primary,
        secondary=corrected(list(shown.values())),
        company_reports=changed.use.company_reports,
        problems=() if changed.linked else (Problem("S155"),),
    )


def _inference(changed: StudyChange) -> str:
    """Of whom the judgement speaks: with groups that are compared it is about the difference."""
    results = changed.scales[changed.use.primary]
    judged = results.part if results.compared is None else results.by_group
    return "these_firms" if judged is None else judged.inference


def _decided(changed: StudyChange, release: Release, cells: Mapping[str, pd.DataFrame]) -> dict[str, ChangeCells]:
    """By scale, of which groups the change of those who answered twice may be shown; scales that share items alike."""
    found: dict[str, ChangeCells] = {}
    for family in release.published.families:
        names = [use.name for use in family if use.name in changed.scales]
        if not names:
            continue
        items = release.published.items_of(family)
        frame = release.scores.assign(**{_KNOWN_AS: release.persons}).join(release.published.answers[items])
        decision = protect_change(
            frame,
            names,
            release.levels,
            changed.use.group,
            (changed.before, changed.after),
            cells[names[0]],
            release.policy,
            comparison=changed.use.comparison,
            known_as=_KNOWN_AS,
            ledger=release.ledger,
            answers=items,
        )
        found |= dict.fromkeys(names, decision)
    return found


@dataclass(frozen=True)
class _ScaleShown:
    """One scale on its way to the report."""

    changed: StudyChange
    results: ScaleChanged
    release: Release
    cells: pd.DataFrame
    decision: ChangeCells
    exact: bool

    @property
    def primary(self) -> bool:
        """Whether the conclusion is about it."""
        return self.results.name == self.changed.use.primary

    def scale(self) -> tuple[ScaleChange, list[float]]:
        """All of it that may be shown, and the p values behind its words, as ``corrected`` takes them."""
        use, instrument = self.changed.use, self.results.use.instrument
        definition = instrument.scales[self.results.name]
        minimum, maximum = instrument.range_of(self.results.name)
        estimates = Estimates.of(self.changed, self.results, self.decision)
        table = self.decision.table
        sides = table[table["key"].map(len) == 0]
        part_row, compared_row = sides[sides["takes_part"]], sides[~sides["takes_part"]]
        part = self._numbers(part_row.iloc[0], estimates.side(True))
        compared = self._numbers(compared_row.iloc[0], estimates.side(False)) if len(compared_row) else None
        own = estimates.side(True).of(part.basis)
        rows = [row for _, row in table[table["key"].map(len) > 0].iterrows()]
        groups = [self._numbers(row, estimates.group(row["key"])) for row in rows]
        found = ScaleChange(
            name=self.results.name,
            title=dict(definition.title),
            minimum=minimum,
            maximum=maximum,
            primary=self.primary,
            improvement=use.improvement,
            worthwhile=use.worthwhile if self.primary else None,
            overall=part,
            comparison=compared,
            difference=self._difference(part, compared, estimates),
            started=started_shown(self.changed.started, part, self.release.policy.minimum_cell)
            if self.primary
            else None,
            groups=tuple(groups),
            pooled=self._pooled(),
            p_value=own.p_value if part.shown and self._many(part) and not part.judged_apart else None,
            equivalent=self._equivalent(own, estimates) if part.shown and self.primary else None,
            reliable=self._reliable(),
            correlation=self._correlation(),
            dropout=self._dropout(part),
        )
        other = estimates.side(False).judged if compared is not None else Estimate()
        between = estimates.difference() if compared is not None else Estimate()
        each = [estimates.group(row["key"]).judged for row in rows]
        values = [one.p_value for one in (estimates.side(True).judged, other, between, *each)]
        return found, [np.nan if p is None else p for p in values]

    def _equivalent(self, shown: Estimate, estimates: Estimates) -> bool | None:
        """Whether both the change that is shown and the one that is judged rule out a worthwhile one."""
        found = [one.equivalent(self.changed.use.worthwhile) for one in (shown, estimates.side(True).judged)]
        return None if None in found else all(found)

    def _many(self, one: ChangeNumbers) -> bool:
        fewest = min(one.n_before or 0, one.n_after or 0)
        return fewest >= DETAILED and (one.basis != LINKED or (one.n_linked or 0) >= DETAILED)

    def _numbers(self, row: pd.Series, estimates: Difference) -> ChangeNumbers:
        """Of a side or group: the two means that are shown, and the change that follows from them or may be shown."""
        key = tuple(row["key"])
        n_shown: dict[str, int] = {}
        means: dict[str, float] = {}
        for name in ("before", "after"):
            if row[f"{name}_shown"]:
                n_shown[name] = int(row[f"n_{name}"])
                means[name] = self._rounded(estimates.mean[name], n_shown[name])
        numbers = ChangeNumbers(
            level=self.changed.use.group if key else EVERYBODY,
            parent=str(key[-2]) if len(key) > 1 else "",
            group=str(key[-1]) if key else "",
            takes_part=bool(row["takes_part"]),
            n_before=n_shown.get("before"),
            n_after=n_shown.get("after"),
            mean_before=means.get("before"),
            mean_after=means.get("after"),
        )
        if len(means) < 2:
            return dataclasses.replace(numbers, reason=self._why_hidden(key, row))
        linked = self.changed.linked and bool(row["linked_shown"]) and estimates.linked.known
        found = estimates.linked if linked else estimates.all_answers
        n = int(row["n_linked"]) if linked else min(int(row["n_before"]), int(row["n_after"]))
        moved = float(np.round(means["after"] - means["before"], 10))
        counts = self._counts(row, of_group=bool(key), linked=linked)
        word = self._word(estimates.judged)
        fits = found.fits(word, self.changed.use.worthwhile)
        low, high = found.interval(1 if n < DETAILED else 2) if fits else (None, None)
        reason = None if linked else ("unlinked" if not self.changed.linked else row["reason"])
        return dataclasses.replace(
            numbers,
            basis=LINKED if linked else ALL_ANSWERS,
            estimate=self._rounded(found.estimate, n) if linked else moved,
            conf_low=low,
            conf_high=high,
            sureness=word,
            judged_apart=not fits,
            reason=None if reason is None else _NEUTRAL.get(reason, reason),
            n_linked=counts["n_linked"],
            n_only_before=counts["n_only_before"],
            n_only_after=counts["n_only_after"],
        )

    def _word(self, judged: Estimate) -> str:
        use = self.changed.use
        return judged.sureness(use.worthwhile if self.primary else None, use.improvement)

    def _counts(self, row: pd.Series, *, of_group: bool, linked: bool) -> dict[str, int | None]:
        """Who answered twice or once; in a group only where that is not of one or two, and the change rests on it."""
        names = ("n_linked", "n_only_before", "n_only_after")
        if not self.changed.linked:
            return dict.fromkeys(names)
        few = range(1, self.release.policy.minimum_category)
        hidden = of_group and (not linked or any(int(row[name]) in few for name in names[1:]))
        return {name: None if hidden else int(row[name]) for name in names}

    def _rounded(self, value: float, n: int) -> float:
        return float(value) if n >= DETAILED and self.exact else float(np.round(value, 2))

    def _why_hidden(self, key: tuple[str, ...], row: pd.Series[Any]) -> str | None:
        """The reason that stands beside the mean that is not shown."""
        level = self.changed.use.group if key else EVERYBODY
        for wave, shown in ((self.changed.before, row["before_shown"]), (self.changed.after, row["after_shown"])):
            if shown:
                continue
            same = self.cells[(self.cells["level"] == level) & (self.cells["wave"].astype(str) == wave)]
            here = same[same["key"].map(tuple) == key]
            if len(here) and isinstance(here["reason"].iloc[0], str):
                return _NEUTRAL.get(here["reason"].iloc[0], here["reason"].iloc[0])
        return "protected" if row["reason"] != HIDDEN_MEANS or not key else "few"

    def _difference(
        self, part: ChangeNumbers, compared: ChangeNumbers | None, estimates: Estimates
    ) -> ChangeNumbers | None:
        """How much more those who take part changed: shown where both changes are."""
        if compared is None or part.estimate is None or compared.estimate is None:
            return None
        found = less(estimates.side(True).of(part.basis), estimates.side(False).of(compared.basis))
        few = not (self._many(part) and self._many(compared))
        word = self._word(estimates.difference())
        fits = found.fits(word, self.changed.use.worthwhile)
        low, high = found.interval(1 if few else 2) if fits else (None, None)
        return ChangeNumbers(
            EVERYBODY,
            "",
            "",
            basis=LINKED if part.basis == compared.basis == LINKED else ALL_ANSWERS,
            estimate=float(np.round(part.estimate - compared.estimate, 10)),
            conf_low=low,
            conf_high=high,
            sureness=word,
            judged_apart=not fits,
        )

    def _pooled(self) -> tuple[PooledScore, ...]:
        """Scores after, drawn to each other, of groups whose mean is shown: the others are not in it at all."""
        table = self.decision.table
        shown = table[table["after_shown"] & (table["key"].map(len) > 0) & table["takes_part"]]
        if len(shown) < 2:
            return ()
        rows = self.changed.rows
        path = path_columns(self.changed.use.group, self.release.levels)
        named = pd.Series(list(rows[path].itertuples(index=False, name=None)), index=rows.index)
        numbers = {key: place for place, key in enumerate(shown["key"])}
        used = rows.assign(number=named.map(numbers))[(rows["wave"] == self.changed.after).to_numpy()]
        used = used.dropna(subset=["number", self.results.name])
        used = used.assign(number=used["number"].astype(int).astype(str).str.zfill(6))
        try:
            found = partial_pooling(used, self.results.name, "number").table
        except ChangeError:
            return ()
        pooled = []
        for row, key in zip(found.sort_values("group").to_dict("records"), numbers, strict=True):
            n = int(row["n"])
            low, high = (float(np.round(x, 1 if n < DETAILED else 2)) for x in (row["conf_low"], row["conf_high"]))
            mean, estimate = self._rounded(row["mean"], n), self._rounded(row["estimate"], n)
            parent = str(key[-2]) if len(key) > 1 else ""
            pooled.append(PooledScore(parent, str(key[-1]), n, mean, estimate, low, high))
        return tuple(pooled)

    def _reliable(self) -> ReliableShown | None:
        """Counts of reliable change, of all who take part: never of a group."""
        found: ReliableChange | None = self.results.reliable
        table = self.decision.table
        if found is None or not bool(table["before_shown"].iloc[0] and table["after_shown"].iloc[0]):
            return None
        policy = self.release.policy
        shown = dataclasses.replace(found, persons=found.persons.assign(group=None)).released(policy)
        if shown.reason is not None:
            return None
        names = self._ledger_names()
        persons = [names[str(person)] for person in found.persons["person"]]
        what = f"{self.results.name}:{self.changed.before}:{self.changed.after}"
        classes = found.persons["change_class"].tolist()
        if not counts_may_go_out(self.release.ledger, what, persons, classes, policy):
            return None
        n = dict(zip(shown.counts["classes"], shown.counts["n"].astype(int), strict=True))
        return ReliableShown(
            n=len(found.persons),
            smallest=float(np.round(found.smallest_reliable, 2)),
            n_improved=n.get("improved"),
            n_unchanged=n.get("unchanged"),
            n_worse=n.get("deteriorated"),
            n_not_improved=n.get("deteriorated+unchanged"),
            n_not_worse=n.get("unchanged+improved"),
        )

    def _ledger_names(self) -> dict[str, str]:
        """What the ledger knows persons by, at the wave before."""
        scores = self.release.scores
        before = (scores["wave"] == self.changed.before).to_numpy()
        return dict(zip(scores["respondent"].astype(str)[before], self.release.persons[before], strict=True))

    def _correlation(self) -> float | None:
        """Of the two waves, of all who take part: where both means are shown, as it would tell of who came or went."""
        means = self.decision.table.iloc[0][["before_shown", "after_shown"]]
        if self.results.part is None or not self.changed.linked or not means.all():
            return None
        row = self.results.part.regression_to_the_mean.iloc[0]
        if int(row["n"]) < max(DETAILED, self.release.policy.minimum_cell) or pd.isna(row["correlation"]):
            return None
        return float(np.round(row["correlation"], 2))

    def _dropout(self, part: ChangeNumbers) -> DropoutShown | None:
        """Who answered once, of all who take part."""
        if not self.changed.linked or part.n_before is None or part.n_after is None:
            return None
        row = self.decision.table.iloc[0]
        n = [int(row[name]) for name in ("n_linked", "n_only_before", "n_only_after")]
        if not self.decision.stayed_shown:
            return DropoutShown(n[0], n[1], n[2])
        rows = self.changed.rows
        known = rows[rows[SIDE] & rows[self.results.name].notna()]
        person = "person in side"
        twice = known[person].isin(known.loc[known["wave"] == self.changed.after, person])
        before = known["wave"] == self.changed.before
        stayed, left = (known.loc[before & who, self.results.name].mean() for who in (twice, ~twice))
        return DropoutShown(n[0], n[1], n[2], self._rounded(stayed, n[0]), self._rounded(left, n[1]))
