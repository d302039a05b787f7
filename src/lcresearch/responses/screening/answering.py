"""Which questions a row was asked, which it answered, and how the rest came to be missing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from lcresearch.responses.screening.batteries import Question
from lcresearch.responses.screening.patterns import Counts

if TYPE_CHECKING:
    from lcresearch.instruments import Instrument

Mask = npt.NDArray[np.bool_]


def given_answers(frame: pd.DataFrame, asked: Sequence[Question]) -> Mask:
    """Whether each question has an answer; shape (questions, rows)."""
    given = np.zeros((len(asked), len(frame)), dtype=bool)
    for place, question in enumerate(asked):
        for column in question.columns:
            given[place] |= frame[column].notna().to_numpy()
    return given


def asked_questions(
    given: Mask, questions: Sequence[Question], instruments: Sequence[Instrument], together: Counts
) -> Mask:
    """Whether each question was put to each row, as far as answers can tell; shape (questions, rows).

    A question that nobody answered of those with one number in ``together``, shape (rows,), was not asked there. With
    planned missing a row was asked the smallest form that holds all that it answered. A row that answered half of a
    short form, and nothing of an instrument outside that, was asked the short form.
    """
    asked = np.empty_like(given)
    for place, answers in enumerate(given):
        asked[place] = (np.bincount(together, answers) > 0)[together]
    for instrument in instruments:
        places = {q.id: place for place, q in enumerate(questions) if q.instrument == instrument.id}
        free = np.ones(given.shape[1], dtype=bool)
        for form, at_least in _forms(instrument):
            inside = [place for item, place in places.items() if item in form]
            outside = [place for item, place in places.items() if item not in form]
            fits = free & ~given[outside].any(axis=0) & (given[inside].sum(axis=0) >= at_least)
            asked[outside] &= ~fits
            free &= ~fits
    return asked


def _forms(instrument: Instrument) -> list[tuple[set[str], float]]:
    """The shorter forms of an instrument, smallest first, and how many answers it takes to believe in each."""
    items = {item.id for item in instrument.items}
    short = {item.id for item in instrument.items if item.short_form}
    forms = [(short, max(len(short) / 2, 1.0))] if short and short != items else []
    planned = instrument.form.planned_missing
    if planned is not None:
        divided = {item for members in planned.sets.values() for item in members}
        chosen = [(items - divided) | {i for name in form for i in planned.sets[name]} for form in planned.forms]
        forms += [(form, 0.0) for form in chosen]
    return sorted(forms, key=lambda form: len(form[0]))


def missingness(given: Mask, asked: Mask, questions: Sequence[Question], *, in_order: bool) -> pd.DataFrame:
    """How much each row answered, and where the rest went.

    ``n_asked = n_answered + n_after_last + n_in_skipped_blocks + n_scattered``: after the last answer, in a block of
    two questions or more of which none was answered, or here and there.

    Parameters
    ----------
    given, asked : array of bool, shape (questions, rows)
    in_order : bool
        False when blocks came in another order for each respondent: then nobody knows which answer was the last, and
        ``reached_share`` is missing.
    """
    asked = asked | given
    n_asked, n_answered = asked.sum(axis=0), given.sum(axis=0)
    reached, so_far, last = (np.zeros(given.shape[1], dtype=np.int64) for _ in range(3))
    last -= 1
    for place in range(len(questions)):
        so_far += asked[place]
        reached = np.where(given[place], so_far, reached)
        last = np.where(given[place], place, last)
    n_after = n_asked - reached if in_order else np.zeros_like(n_asked)
    n_blocks, n_skipped = _skipped_blocks(given, asked, questions, last if in_order else last + len(questions))
    with np.errstate(invalid="ignore", divide="ignore"):
        shares = {"answered_share": n_answered / n_asked, "reached_share": reached / n_asked}
    names = np.array([*(question.id for question in questions), None], dtype=object)
    columns = {
        "n_asked": n_asked,
        "n_answered": n_answered,
        "answered_share": shares["answered_share"],
        "last_question": pd.array(names[last], dtype="str"),
        "reached_share": shares["reached_share"] if in_order else np.nan,
        "n_after_last": n_after,
        "n_skipped_blocks": n_blocks,
        "n_in_skipped_blocks": n_skipped,
        "n_scattered": n_asked - n_answered - n_after - n_skipped,
    }
    return pd.DataFrame(columns)


def _skipped_blocks(given: Mask, asked: Mask, questions: Sequence[Question], last: Counts) -> tuple[Counts, Counts]:
    """Number of blocks without an answer before the last one, and of the questions asked in them."""
    blocks: dict[str, list[int]] = {}
    for place, question in enumerate(questions):
        blocks.setdefault(question.block, []).append(place)
    n_blocks, n_questions = (np.zeros(given.shape[1], dtype=np.int64) for _ in range(2))
    for places in blocks.values():
        n = asked[places].sum(axis=0)
        skipped = (n > 1) & ~given[places].any(axis=0) & (last > places[-1])
        n_blocks += skipped
        n_questions += np.where(skipped, n, 0)
    return n_blocks, n_questions
