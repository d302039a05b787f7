"""What the sums of a model tell of each person's answers, whatever the model is called and whatever else is in it.

Two packages whose models differ still tell the same sum: of the scores at a wave, or of the changes. Where one answer
was corrected in between, their difference is that correction.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from lcresearch.synthesis.packages.member_rows import ModelRows
from lcresearch.synthesis.programme.plan import CHANGE, FIRST, SCORE, TIME

Floats = npt.NDArray[np.float64]


def quantities_of(model: ModelRows) -> Iterator[tuple[str, Floats]]:
    """A name, and the value of each person of the consortium, shape (n_persons,), missing for who is not in the sum.

    Names are the same in all models that tell the same: ``voice/score/t1``, ``voice/change/t0/t1``.
    """
    plan, rows = model.plan, model.rows
    outcome = rows[plan.outcome].to_numpy(dtype=np.float64)
    everyone = np.ones(len(rows), dtype=bool)
    if plan.rows == "last_wave":
        yield _name(plan.score, SCORE, plan.waves), _by_person(model, outcome, everyone)
        return
    if plan.rows == "change":
        change = _by_person(model, outcome, everyone)
        if FIRST in plan.terms:
            first = _by_person(model, rows[FIRST].to_numpy(dtype=np.float64), everyone)
            yield _name(plan.score, SCORE, plan.waves[:1]), first
            yield _name(plan.score, SCORE, plan.waves[1:]), first + change
    else:
        is_last = rows[TIME].to_numpy(dtype=np.float64) == 1
        first, last = (_by_person(model, outcome, here) for here in (~is_last, is_last))
        yield _name(plan.score, SCORE, plan.waves[:1]), first
        yield _name(plan.score, SCORE, plan.waves[1:]), last
        change = last - first
    yield _name(plan.score, CHANGE, plan.waves), change


def scores_of(model: ModelRows) -> Iterator[tuple[str, Floats]]:
    """As :func:`quantities_of`, of the means and variances of scores over the consortium."""
    for wave, value in zip(model.plan.waves, model.scores.T, strict=True):
        yield _name(model.plan.score, SCORE, (wave,)), value


def _by_person(model: ModelRows, values: Floats, here: npt.NDArray[np.bool_]) -> Floats:
    found = np.full(len(model.group), np.nan)
    found[model.person[here]] = values[here]
    return found


def _name(score: str, kind: str, waves: tuple[str, ...]) -> str:
    return "/".join((score, kind, *waves)).replace(" ", "_")
