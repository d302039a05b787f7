"""Staggered start: firms start one after the other, so that those that wait show what changes anyway.

Firms fixed: each person is compared with him- or herself, ``score = person + wave + started`` by least squares, of who
answered at two waves or more. Firms random: ``score ~ wave + started + (1 | firm) + (1 | firm:wave) + (1 | person)``
of all answers: a firm may have a good or a bad month (Hussey & Hughes 2007, with the term of Hooper et al. 2016).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from lcresearch.change.analyses import FEWEST_FIRMS, Analysis, of_fixed, of_model
from lcresearch.change.firms_fixed import Array, Booleans, MeanChange
from lcresearch.change.labels import label
from lcresearch.change.mixed_models import fitted
from lcresearch.errors import ChangeError, Problem

RANDOM = "score ~ C(wave) + started + (1 | firm) + (1 | firm_wave)"
_NOTHING = 1e-12


def starts_in_turn(n_firms: int, n_waves: int) -> npt.NDArray[np.int64]:
    """The place of the wave at which each firm has started, spread evenly over the waves after the first.

    Examples
    --------
    >>> starts_in_turn(4, 4).tolist(), starts_in_turn(5, 3).tolist()
    ([1, 1, 2, 3], [1, 1, 1, 2, 2])
    """
    return np.asarray(1 + np.arange(n_firms) * (n_waves - 1) // n_firms, dtype=np.int64)


def within_persons(scores: Array, started: Booleans) -> MeanChange:
    """The effect of having started, from persons compared with themselves.

    Parameters
    ----------
    scores : array, shape (s, n, t)
        Of s studies with n persons at t waves; NaN where there is no answer.
    started : array of bool, shape (n, t)
        Whether the firm of the person had started.

    Examples
    --------
    Two firms at three waves, of which one starts at the second wave; all grow one point a wave, and two by starting:

    >>> scores = np.array([[[1.0, 4.0, 5.0], [2.0, 5.0, 6.0], [1.0, 2.0, 5.0], [3.0, 4.1, 7.0]]])
    >>> started = np.array([[False, True, True], [False, True, True], [False, False, True], [False, False, True]])
    >>> within_persons(scores, started).estimate.round(2).tolist()
    [1.95]
    """
    n, t = scores.shape[1:]
    known = ~np.isnan(scores) & ((~np.isnan(scores)).sum(axis=2, keepdims=True) > 1)
    columns = np.concatenate([np.broadcast_to(np.eye(t)[:, 1:], (n, t, t - 1)), started[:, :, None]], axis=2)
    y = _less_own_mean(np.where(known, scores, 0.0)[..., None], known)
    x = _less_own_mean(columns[None], known)
    cross = np.einsum("sntp,sntq->spq", x, x)
    moment = np.einsum("sntp,snt->sp", x, y[..., 0])
    inverse = np.linalg.pinv(cross, rcond=_NOTHING, hermitian=True)
    beta = np.einsum("spq,sq->sp", inverse, moment)
    rest = np.einsum("snt,snt->s", y[..., 0], y[..., 0]) - np.einsum("sp,sp->s", beta, moment)
    rank = np.linalg.matrix_rank(cross, hermitian=True)
    df = known.sum(axis=(1, 2)) - known.any(axis=2).sum(axis=1) - rank
    # what wave and person explain of 'started' leaves nothing when no firm waits
    told = np.einsum("spq,sqr->spr", inverse, cross)[:, -1, -1] > 1 - 1e-6
    fine = told & (df > 0) & (rest > _NOTHING)
    variance = np.where(fine, rest / np.maximum(df, 1), np.nan)
    return MeanChange(
        np.where(told, beta[:, -1], np.nan), np.sqrt(variance * inverse[:, -1, -1]), df.astype(float), 2 * variance
    )


def _less_own_mean(values: Array, known: Booleans) -> Array:
    """Values, shape (s or 1, n, t, p), less the mean of each person over the waves answered; zero where not."""
    mask = known[..., None]
    n = np.maximum(known.sum(axis=2), 1)[..., None, None]
    mean = (values * mask).sum(axis=2, keepdims=True) / n
    return np.asarray(np.where(mask, values - mean, 0.0), dtype=np.float64)


def staggered_change(
    rows: pd.DataFrame, waves: Sequence[str], starts: Mapping[str, str], *, linked: bool
) -> tuple[Analysis, list[Analysis]]:
    """The main analysis and those beside it, of rows ``score, wave, person, group`` in waves in their order.

    Raises
    ------
    ChangeError
        C008: a start that is no wave, or of a group that is not there; C028: the answers do not hold the model.
    """
    begins = _begins(rows, waves, starts)
    place = rows["wave"].map({name: number for number, name in enumerate(waves)}).to_numpy()
    started = place >= rows["group"].map(begins).to_numpy()
    table = pd.DataFrame({"score": rows["score"], "wave": place.astype(str), "started": started.astype(float)})
    table = table.assign(firm=rows["group"], person=rows["person"], firm_wave=rows["group"] + "\0" + rows["wave"])
    several = len(begins) >= FEWEST_FIRMS
    model = fitted(f"{RANDOM} + (1 | person)" if linked else RANDOM, table, "started")
    found = []
    if model is not None:
        found.append(of_model("staggered_firms_random", model))
    if linked:
        wide = rows.pivot(index="person", columns="wave", values="score").reindex(columns=list(waves))
        of_person = rows.groupby("person")["group"].first().reindex(wide.index).map(begins).to_numpy()
        estimate = within_persons(wide.to_numpy(dtype=np.float64)[None], of_person[:, None] <= np.arange(len(waves)))
        found.append(of_fixed("staggered_firms_fixed", estimate, len(rows)))
    if not found:
        raise ChangeError("C028")
    if not several:
        found = found[::-1]
    return found[0], found[1:]


def _begins(rows: pd.DataFrame, waves: Sequence[str], starts: Mapping[str, str]) -> dict[str, int]:
    """The place of the wave at which each group starts; who does not start in time comes after all waves."""
    groups = sorted(set(rows["group"]))
    problems = [
        Problem("C008", values={"group": str(group), "wave": str(wave), "groups": groups, "waves": list(waves)})
        for group, wave in starts.items()
        if label(group) not in groups or label(wave) not in waves
    ]
    if problems:
        raise ChangeError(problems)
    given = {label(group): list(waves).index(label(wave)) for group, wave in starts.items()}
    return {group: given.get(group, len(waves)) for group in groups}
