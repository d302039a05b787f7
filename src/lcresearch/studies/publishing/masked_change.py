"""Change between waves as anyone may read it: groups of ten and more by a code, and no few who answered once."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Sequence
from typing import TypeVar

from lcresearch.reporting.change_content import (
    ALL_ANSWERS,
    LINKED,
    ChangeContent,
    ChangeNumbers,
    DropoutShown,
    PooledScore,
    ScaleChange,
)
from lcresearch.reporting.pulse_content import CaseSeries, PulseContent, PulseSeries
from lcresearch.studies.publishing.allowed import Allowed, Shown
from lcresearch.studies.publishing.group_codes import GroupCodes

AtWave = tuple[str, str, str]
"""The group around a group, the group, and a wave."""
Series = TypeVar("Series", PulseSeries, CaseSeries)


def masked_change(content: ChangeContent, allowed: Allowed, codes: GroupCodes, minimum: int) -> ChangeContent:
    """Change of all, and of the groups that may be shown at both waves."""
    waves = (content.before, content.after)
    primary = _scale(content.primary, content.level, waves, allowed, codes, minimum)
    secondary = tuple(_scale(one, content.level, waves, allowed, codes, minimum) for one in content.secondary)
    imputed = content.imputed if primary.overall.basis == content.primary.overall.basis else None
    return dataclasses.replace(
        content, primary=primary, secondary=secondary, company_reports=False, problems=(), imputed=imputed
    )


def _scale(
    scale: ScaleChange, level: str, waves: tuple[str, str], allowed: Allowed, codes: GroupCodes, minimum: int
) -> ScaleChange:
    shown = allowed.of_scale.get(scale.name, set())
    overall, comparison = _sides(scale, _at_waves(level, shown), waves, minimum)
    if not all((scale.name, wave) in allowed.everybody for wave in waves):
        overall, comparison = _hidden(scale.overall, "earlier"), _hidden_side(scale.comparison, "earlier")
    both = overall.shown and (comparison is None or comparison.shown)
    groups = _groups(scale, level, waves, shown, minimum)
    kept = {(one.parent, one.group) for one in groups if one.shown}
    pooled = [one for one in scale.pooled if (one.parent, one.group) in kept]
    if 0 < len(scale.pooled) - len(pooled) < minimum:
        pooled = []  # towards which mean each is drawn tells of the few that are hidden
    as_before = overall.basis == scale.overall.basis
    compared = scale.comparison is None or (comparison is not None and comparison.basis == scale.comparison.basis)
    return dataclasses.replace(
        scale,
        overall=overall,
        comparison=comparison,
        difference=scale.difference if both and as_before and compared else None,
        started=scale.started if both and as_before and compared else None,
        groups=tuple(sorted(_named(groups, level, codes), key=lambda one: (one.parent, one.group))),
        pooled=_pooled(pooled, level, codes),
        p_value=scale.p_value if as_before else None,
        p_adjusted=scale.p_adjusted if as_before else None,
        equivalent=scale.equivalent if as_before else None,
        reliable=scale.reliable if as_before and scale.reliable is not None and scale.reliable.n >= minimum else None,
        correlation=scale.correlation if as_before else None,
        dropout=None if scale.dropout is None or not as_before else _dropout(scale.dropout, minimum),
    )


def enough(one: ChangeNumbers, minimum: int) -> ChangeNumbers:
    """The numbers if enough persons are behind each, also behind what can be computed from them.

    Where fewer than ``minimum`` answered at one wave only, the change of those who answered twice would tell their
    mean: the difference of the two means stands in its place, which the tables of scores show already.
    """
    if not one.shown:
        return _hidden(one, "few")  # one of its two means may be there
    numbers = [one.n_before or 0, one.n_after or 0]
    if min(numbers) < minimum or (one.basis == LINKED and (one.n_linked or 0) < minimum):
        return _hidden(one, "few")
    once = [n - (one.n_linked or 0) for n in numbers] if one.basis == LINKED else []
    if not any(0 < n < minimum for n in once) or one.mean_before is None or one.mean_after is None:
        return one
    return dataclasses.replace(
        one, basis=ALL_ANSWERS, estimate=round(one.mean_after - one.mean_before, 10), conf_low=None, conf_high=None,
        n_linked=None, n_only_before=None, n_only_after=None, reason="once",
    )  # fmt: skip


def _sides(
    scale: ScaleChange, at_waves: Collection[AtWave], waves: tuple[str, str], minimum: int
) -> tuple[ChangeNumbers, ChangeNumbers | None]:
    """All who take part, and those they are compared with; none of the two where one tells of a few.

    Everybody less one side is the other. A side less its groups that are shown is those that are hidden, who are enough
    with those of the other side together, and perhaps not by themselves.
    """
    overall, comparison = enough(scale.overall, minimum), scale.comparison
    if comparison is None:
        return overall, None
    sides = (overall, enough(comparison, minimum))
    for side, numbers in zip((True, False), (scale.overall, comparison), strict=True):
        mine = [one for one in scale.groups if one.takes_part == side]
        for wave, name in zip(waves, ("n_before", "n_after"), strict=True):
            known = sum(getattr(one, name) or 0 for one in mine if (one.parent, one.group, wave) in at_waves)
            if 0 < (getattr(numbers, name) or 0) - known < minimum:
                return _hidden(scale.overall, "protected"), _hidden(comparison, "protected")
    if not all(one.shown for one in sides):
        return _hidden(scale.overall, "protected"), _hidden(comparison, "protected")
    return sides


def _hidden_side(one: ChangeNumbers | None, reason: str) -> ChangeNumbers | None:
    return None if one is None else _hidden(one, reason)


def _hidden(one: ChangeNumbers, reason: str) -> ChangeNumbers:
    return ChangeNumbers(one.level, one.parent, one.group, one.takes_part, reason=one.reason or reason)


def _groups(scale: ScaleChange, level: str, waves: tuple[str, str], shown: Shown, minimum: int) -> list[ChangeNumbers]:
    """Groups whose score may be shown at both waves; none where the others who answered twice would be few."""
    at_waves = _at_waves(level, shown)
    fits = [all((one.parent, one.group, wave) in at_waves for wave in waves) for one in scale.groups]
    found = [
        dataclasses.replace(enough(one, minimum), n_only_before=None, n_only_after=None) if fit else _hidden(one, "few")
        for one, fit in zip(scale.groups, fits, strict=True)
    ]
    sides = [scale.overall, *([] if scale.comparison is None else [scale.comparison])]
    if all(_rest_is_enough(side, found, minimum) for side in sides):
        return found
    return [_hidden(one, "protected") for one in found]


def _at_waves(level: str, shown: Shown) -> set[AtWave]:
    return {(parent.rpartition(" / ")[2], group, wave) for at, parent, group, wave in shown if at == level}


def _rest_is_enough(side: ChangeNumbers, groups: Sequence[ChangeNumbers], minimum: int) -> bool:
    """Whether those of a side whose own change is not shown are nobody or enough: who answered twice, and who once.

    The change of a side less that of its groups is the change of the others, and with their means at both waves that
    tells what those of them answered who did so once.
    """
    linked = [one for one in groups if one.basis == LINKED and one.takes_part == side.takes_part]
    if side.basis != LINKED or not linked:
        return True
    twice, before, after = (
        (getattr(side, name) or 0) - sum(getattr(one, name) or 0 for one in linked)
        for name in ("n_linked", "n_before", "n_after")
    )
    return all(n == 0 or n >= minimum for n in (twice, before - twice, after - twice))


def _named(groups: Sequence[ChangeNumbers], level: str, codes: GroupCodes) -> list[ChangeNumbers]:
    paths = [codes.find(level, one.parent, one.group) for one in groups]
    return [
        dataclasses.replace(one, parent=codes.parent(path, one.parent), group=codes.shown[path])
        for one, path in zip(groups, paths, strict=True)
        if path is not None
    ]


def _pooled(scores: Sequence[PooledScore], level: str, codes: GroupCodes) -> tuple[PooledScore, ...]:
    paths = [codes.find(level, one.parent, one.group) for one in scores]
    found = [
        dataclasses.replace(one, parent=codes.parent(path, one.parent), group=codes.shown[path])
        for one, path in zip(scores, paths, strict=True)
        if path is not None
    ]
    return tuple(sorted(found, key=lambda one: (one.parent, one.group)))


def _dropout(one: DropoutShown, minimum: int) -> DropoutShown:
    """Numbers stay; means of fewer than ``minimum`` go, and then both, since one gives the other."""
    enough_left = (one.n_left or 0) >= minimum and one.n_stayed >= minimum
    return one if enough_left else dataclasses.replace(one, mean_stayed=None, mean_left=None)


def masked_pulses(content: PulseContent, allowed: Allowed, codes: GroupCodes, minimum: int) -> PulseContent:
    """The series of all together, and of groups of which every mean may be shown."""
    series = [one for one in content.series if _fits(one, content, allowed, minimum)]
    cases = [one for one in content.cases if _fits(one, content, allowed, minimum)]
    whole = len(cases) == len(content.cases)
    return dataclasses.replace(
        content,
        series=tuple(_coded(one, content.level, codes) for one in series),
        cases=tuple(_coded(one, content.level, codes) for one in cases),
        together=content.together if whole else None,
        together_no_test=content.together_no_test if whole else "gap",
    )


def _fits(one: PulseSeries | CaseSeries, content: PulseContent, allowed: Allowed, minimum: int) -> bool:
    points = one.points[one.points["mean"].notna()]
    if not (points["n"] >= minimum).all():
        return False
    waves = list(map(str, points["wave"]))
    if not one.group:
        return all((content.scale, wave) in allowed.everybody for wave in waves)
    shown = allowed.of_scale.get(content.scale, set())
    return all((content.level, one.parent, one.group, wave) in shown for wave in waves)


def _coded(one: Series, level: str, codes: GroupCodes) -> Series:
    path = codes.find(level, one.parent, one.group) if one.group else None
    if path is None:
        return one
    return dataclasses.replace(one, parent=codes.parent(path, one.parent), group=codes.shown[path])
