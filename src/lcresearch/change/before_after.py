"""What changed between two waves: the public function."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from lcresearch.change.analyses import Analysis, beside, by_firm, fitted_waves, main_analysis
from lcresearch.change.arguments import COLUMN, COLUMNS, FRAME, LABEL, LABELS, MAPPING, NUMBER, PAIR, WORD, takes
from lcresearch.change.before_after_cautions import cautions
from lcresearch.change.before_after_result import BeforeAfter
from lcresearch.change.dropout import dropout
from lcresearch.change.ends import ends_of_scale
from lcresearch.change.equivalence import equivalence
from lcresearch.change.labels import label
from lcresearch.change.pooled_groups import pooled_means
from lcresearch.change.rank_tests import rank_sum, signed_rank
from lcresearch.change.regression_to_the_mean import regression_to_the_mean
from lcresearch.change.staggered import staggered_change
from lcresearch.change.standardised_change import jzs_bayes_factor, standardised_change
from lcresearch.change.sureness import Improvement, check_improvement, check_level, half_width, surenesses
from lcresearch.change.two_wave_model import TwoWaveFit
from lcresearch.change.two_waves import TwoWaves, check_once, check_waves, known_rows, two_waves, wave_order
from lcresearch.errors import ChangeError
from lcresearch.multiple_testing import holm

_ENOUGH_LINKED = 0.5
_LACKING_ANSWERS = {"C003", "C005"}


@takes(
    frame=FRAME,
    outcome=COLUMN,
    before=LABEL,
    after=LABEL,
    wave=COLUMN,
    person=COLUMN,
    group=COLUMN.or_none,
    comparison=LABELS,
    starts=MAPPING.or_none,
    waves=LABELS.or_none,
    worthwhile=NUMBER.or_none,
    linked=LABEL,
    secondary=COLUMNS,
    scale_range=PAIR.or_none,
    reference_mean=NUMBER.or_none,
    reliability=NUMBER.or_none,
    conf_level=NUMBER,
    improvement=WORD,
)
def before_after(
    frame: pd.DataFrame,
    outcome: str,
    *,
    before: object,
    after: object,
    wave: str = "wave",
    person: str = "respondent",
    group: str | None = None,
    comparison: Sequence[str] = (),
    starts: Mapping[str, str] | None = None,
    waves: Sequence[object] | None = None,
    worthwhile: float | None = None,
    improvement: Improvement = "higher",
    linked: bool | Literal["auto"] = True,
    secondary: Sequence[str] = (),
    scale_range: tuple[float, float] | None = None,
    reference_mean: float | None = None,
    reliability: float | None = None,
    conf_level: float = 0.95,
) -> BeforeAfter:
    """What changed between two waves, how sure that is, and what else may have made it look so.

    Persons who answered twice are compared with themselves, and answers of who answered once count as far as they tell
    something (:mod:`lcresearch.change.two_wave_model`): were they left out, those who stayed would stand for all, and
    move to the mean when low scores stay away. With several groups (firms), fewer than six of them are fixed: persons
    about the mean change of their firm give the error, and the result speaks of the people of these firms. From six
    firms on they are random, the changes of firms about their mean give the error, and the result speaks of firms like
    these. Other analyses of the same question stand beside it in :attr:`BeforeAfter.beside`.

    Parameters
    ----------
    frame : DataFrame
        A row a person and wave.
    outcome : str
        Column with scores: the one outcome that the conclusion is about.
    before, after : object
        Waves.
    wave, person, group : str
        Columns. Without ``group`` all persons are one group. Who has no code is somebody else in each row.
    comparison : sequence of str
        Groups that do not take part: the estimate is the change of those that do, less that of these.
    starts : mapping of str to str, optional
        Staggered start: group -> the wave at which it had started. Groups that are not named wait until after the last
        wave. The estimate is then the effect of having started, from all waves.
    waves : sequence, optional
        All waves in their order, for a staggered start; sorted by default.
    worthwhile : float, optional
        Smallest worthwhile change, in points of the outcome, named before there were answers.
    improvement : {"higher", "lower"}
        Which direction is better.
    linked : bool or "auto"
        Whether persons are compared with themselves. ``"auto"``: when at least half of the persons of the smaller wave
        can be linked.
    secondary : sequence of str
        Other outcomes; their p values are corrected for their number by Holm (1979).
    scale_range : tuple of float, optional
        Lowest and highest possible score, to look at floor and ceiling.
    reference_mean, reliability : float, optional
        See :func:`lcresearch.change.regression_to_the_mean.regression_to_the_mean`.
    conf_level : float

    Returns
    -------
    BeforeAfter

    Raises
    ------
    ChangeError
        C001 columns, C002 outcomes that are no numbers, C003 waves, C004 persons with two answers at one wave, C005
        nobody linked, C006 comparison groups, C007 numbers and words that cannot be, C008 starts.

    References
    ----------
    Hartung & Knapp (2001), Statistics in Medicine 20, 3875-3889, on random firms. Rouder et al. (2009), Psychonomic
    Bulletin & Review 16, 225-237, on the Bayes factor. Algina & Keselman (2003), Educational and Psychological
    Measurement 63, 537-553, on the interval of the standardised change. Lakens (2017), Social Psychological and
    Personality Science 8, 355-362, on equivalence.

    Examples
    --------
    Invented scores of eight people, before and after:

    >>> scores = {"before": [3.0, 2.5, 3.5, 4.0, 2.0, 3.0, 3.5, 2.5], "after": [3.5, 3.0, 3.5, 4.5, 3.0, 3.0, 4.0, 3.5]}
    >>> rows = pd.DataFrame({"respondent": list("abcdefgh")} | scores).melt("respondent", var_name="wave")
    >>> found = before_after(rows, "value", before="before", after="after", worthwhile=0.3)
    >>> found.overall[["estimate", "conf_low", "conf_high"]].astype(float).round(2).tolist(), found.sureness
    ([0.5, 0.18, 0.82], 'clear_gain')
    """
    check_level(conf_level)
    check_improvement(worthwhile, improvement)
    columns: dict[str, Any] = {"wave": wave, "group": group}
    ends = {"before": before, "after": after}
    found, is_linked = _answers(frame, outcome, person, linked, {**ends, **columns, "comparison": comparison})
    fit = fitted_waves(found, linked=is_linked)
    if starts is None:
        main = main_analysis(found, fit, linked=is_linked)
        others = beside(found, main, linked=is_linked)
    else:
        rows, order = _all_waves(frame, outcome, columns, person if is_linked else None, waves)
        main, others = staggered_change(rows, order, starts, linked=is_linked)
    scale = _Scale(worthwhile, improvement, conf_level)
    whole = _main_row(found, main, is_linked, scale, staggered=starts is not None)
    also = pd.DataFrame([_beside_row(one, scale) for one in others], columns=_BESIDE)
    left, regression = dropout(found, conf_level), _regression(found, is_linked, reference_mean, reliability)
    own_ends = ends_of_scale(found, scale_range)
    rivals = also.loc[also["analysis"] != "mixed_model", "sureness"].tolist()
    named = cautions(
        found, main, linked=is_linked, asked=linked, staggered=starts is not None, ends=own_ends, left=left.iloc[0],
        words=(str(whole["sureness"]), rivals), regression=regression.iloc[0],
    )  # fmt: skip
    more = {"comparison": comparison, "starts": starts, "waves": waves, "linked": linked, "person": person}
    second = _secondary(frame, secondary, ends | columns | more | {"improvement": improvement})
    return BeforeAfter(
        outcome, str(before), str(after), pd.DataFrame([whole]), _by_group(found, fit, scale), also,
        equivalence(main.estimate, main.std_error, main.df, worthwhile), regression, left, own_ends, second,
        np.nan if worthwhile is None else float(worthwhile), improvement, conf_level, tuple(named),
    )  # fmt: skip


@dataclass(frozen=True)
class _Scale:
    """What words and intervals need beside the numbers."""

    worthwhile: float | None
    improvement: Improvement
    conf_level: float

    def word(self, one: Analysis) -> str:
        estimate, error, df = (np.array([value]) for value in (one.estimate, one.std_error, one.df))
        return surenesses(estimate, error, df, self.worthwhile, self.improvement)[0]


_BESIDE = [
    "analysis", "inference", "n_answers", "estimate", "std_error", "df", "statistic", "p_value", "conf_low",
    "conf_high", "sureness",
]  # fmt: skip


def _answers(
    frame: pd.DataFrame, outcome: str, person: str, linked: bool | str, names: dict[str, Any]
) -> tuple[TwoWaves, bool]:
    """The answers, and whether persons are compared with themselves."""
    if linked not in (True, False, "auto"):
        raise ChangeError("C007", name="linked", found=str(linked), known="True, False, auto")
    if not linked:
        return two_waves(frame, outcome, person=None, **names), False
    try:
        found = two_waves(frame, outcome, person=person, **names)
    except ChangeError as error:
        if linked != "auto" or {problem.code for problem in error.problems} != {"C004"}:
            raise
        return two_waves(frame, outcome, person=None, **names), False
    smaller = min(int((~np.isnan(found.before)).sum()), int((~np.isnan(found.after)).sum()))
    n = int(found.linked.sum())
    if linked == "auto" and n < _ENOUGH_LINKED * smaller:
        return two_waves(frame, outcome, person=None, **names), False
    who = found.linked & found.of_part
    if not who.any() or (found.compared and not (found.linked & ~found.of_part).any()):
        raise ChangeError("C005", outcome=outcome, before=str(names["before"]), after=str(names["after"]))
    return found, True


def _all_waves(
    frame: pd.DataFrame, outcome: str, columns: dict[str, Any], person: str | None, waves: Sequence[object] | None
) -> tuple[pd.DataFrame, list[str]]:
    rows, _ = known_rows(frame, outcome, person=person, **columns)
    order = wave_order(frame, columns["wave"], rows) if waves is None else [label(name) for name in waves]
    check_waves(rows, outcome, order)
    rows = rows[rows["wave"].isin(order)]
    check_once(rows)
    return rows, order


def _main_row(waves: TwoWaves, main: Analysis, linked: bool, scale: _Scale, *, staggered: bool) -> dict[str, Any]:
    counts = waves.counts()
    own = counts[counts["takes_part"]]
    names = ("n_linked", "n_before", "n_after", "n_only_before", "n_only_after")
    row: dict[str, Any] = {"term": "started" if staggered else "change"} | {n: int(own[n].sum()) for n in names}
    for name, scores in (("mean_before", waves.before), ("mean_after", waves.after)):
        row[name] = float(np.nanmean(scores[waves.of_part])) if row[name.replace("mean", "n")] else np.nan
    row |= main.numbers(scale.conf_level)
    unit = _unit(waves, linked)
    standard = standardised_change(main.estimate, main.std_error, main.df, unit, scale.conf_level)
    row |= dict(zip(("effect_size", "effect_low", "effect_high"), standard, strict=True))
    spread = main.std_error * np.sqrt(main.effective_n) if linked else np.nan
    row |= {"effect_size_z": main.estimate / spread if spread > 0 else np.nan}
    row |= {"bayes_factor": jzs_bayes_factor(main.statistic, main.df, main.effective_n)}
    row |= {"wilcoxon_p": np.nan if staggered else _rank_test(waves, linked)}
    return row | {"method": main.method, "inference": main.inference, "sureness": scale.word(main)}


def _unit(waves: TwoWaves, linked: bool) -> float:
    """Standard deviation of scores: the root of the mean of both variances, weighed by answers when unlinked."""
    known = [side[~np.isnan(side)] for side in (waves.before, waves.after)]
    free = [len(side) - 1 for side in known]
    if min(free) < 1:
        return np.nan
    return float(np.sqrt(np.average([side.var(ddof=1) for side in known], weights=[1, 1] if linked else free)))


def _rank_test(waves: TwoWaves, linked: bool) -> float:
    part, change = waves.of_part, waves.after - waves.before
    if linked and waves.compared:
        return rank_sum(change[waves.linked & ~part], change[waves.linked & part])
    if linked:
        return signed_rank(change[waves.linked])
    if waves.compared:
        return np.nan
    return rank_sum(*(scores[~np.isnan(scores)] for scores in (waves.before, waves.after)))


def _beside_row(one: Analysis, scale: _Scale) -> dict[str, Any]:
    row: dict[str, Any] = {"analysis": one.method, "inference": one.inference, "n_answers": one.n_answers}
    return row | one.numbers(scale.conf_level) | {"sureness": scale.word(one)}


def _regression(waves: TwoWaves, linked: bool, reference_mean: float | None, reliability: float | None) -> pd.DataFrame:
    if reliability is not None and not 0 < reliability <= 1:
        raise ChangeError("C007", name="reliability", found=str(reliability), known="0 < reliability <= 1")
    return regression_to_the_mean(waves, reference_mean=reference_mean, reliability=reliability)


def _by_group(waves: TwoWaves, fit: TwoWaveFit, scale: _Scale) -> pd.DataFrame:
    """A row a group: its own change, with the spread of persons alike in all groups, and drawn to the others."""
    estimate, pairs, within, df = by_firm(fit)
    known = pairs > 0
    spread = np.sqrt(within / df) if df > 0 and within > 0 else np.nan
    error = np.where(known, spread / np.sqrt(np.where(known, pairs, 1.0)), np.nan)
    free = np.full(len(estimate), float(df))
    half = half_width(error, free, scale.conf_level)
    table = waves.counts().assign(estimate=estimate, std_error=error, df=free)
    table = table.assign(conf_low=estimate - half, conf_high=estimate + half)
    pooled = np.full((4, len(estimate)), np.nan)
    design = np.ones((int(known.sum()), 1))
    if waves.compared and len(set(waves.takes_part[known])) > 1:
        design = np.column_stack([design, waves.takes_part[known]])
    if len(design) > design.shape[1] and spread > 0:
        found = pooled_means(estimate[known], pairs[known], within, df, design)
        tails = [(1 - scale.conf_level) / 2, (1 + scale.conf_level) / 2]
        pooled[:, known] = found.mean, found.std_dev, *(found.quantiles(tail) for tail in tails)
    names = ("pooled", "pooled_std_error", "pooled_low", "pooled_high")
    table = table.assign(**dict(zip(names, pooled, strict=True)))
    return table.assign(sureness=surenesses(estimate, error, free, scale.worthwhile, scale.improvement))


def _secondary(frame: pd.DataFrame, outcomes: Sequence[str], options: dict[str, Any]) -> pd.DataFrame:
    """Other outcomes by the same analysis; outcomes without answers at both waves keep an empty row."""
    names = ["estimate", "std_error", "df", "statistic", "p_value", "conf_low", "conf_high", "effect_size"]
    rows = []
    for outcome in outcomes:
        try:
            found = before_after(frame, outcome, **options)
            rows.append({"outcome": outcome} | {name: found.overall[name] for name in names})
        except ChangeError as error:
            if not {problem.code for problem in error.problems} <= _LACKING_ANSWERS:
                raise
            rows.append({"outcome": outcome} | dict.fromkeys(names, np.nan))
    table = pd.DataFrame(rows, columns=["outcome", *names])
    return table.assign(p_adjusted=holm(table["p_value"].to_numpy(dtype=np.float64)))
