"""Screening: measure every row, hold the measures against their limits, and say what could not be judged."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from lcresearch.errors import Problem
from lcresearch.messages import LANGUAGES, Messages
from lcresearch.responses.screening import measuring
from lcresearch.responses.screening.answering import asked_questions, given_answers, missingness
from lcresearch.responses.screening.batteries import Battery, Question, batteries, questions
from lcresearch.responses.screening.patterns import Counts
from lcresearch.responses.screening.result import Screening
from lcresearch.responses.screening.rules import RULES, checked_limits

if TYPE_CHECKING:
    from lcresearch.responses.result import Responses

Mask = npt.NDArray[np.bool_]
_WORKINGS = (
    *("n_in_a_row", "opposite_judged", "opposite_flagged", "n_reversed", "n_in_scales", "completed"),
    *("same_judged", "same", "near_judged", "nearly"),
)


def screen(data: Responses, *, limits: Mapping[str, float] | None = None) -> Screening:
    """Flag rows that may not be what somebody thinks: clicked through, broken off, or sent twice. Drops nothing.

    ======================  ===========================================================================================
    opposite_answers_alike  a run of one answer that holds a question and its opposite
    long_run_of_one_answer  a long run of one answer, without opposites in between
    mostly_one_answer       nearly always the same answer over all batteries
    agrees_with_opposites   agrees with statements and with their opposites, or rejects both
    inconsistent            answers within a scale differ as much as those of somebody who clicks at random
    too_fast                too little time to read the questions
    faster_than_others      much less time than others with the same form
    few_answers             few of the questions asked were answered
    stopped_early           no answers after a point well before the end
    same_answers            the same answers as another row of the wave, which chance does not explain
    nearly_same_answers     the same but for one answer
    very_slow               noted only: much more time than others; people take breaks
    ======================  ===========================================================================================

    Each rule judges only rows on which it has enough to go by. Somebody who agrees with everything in a short battery
    may well mean it: without reversed items nothing tells this from carelessness, so such rows are not flagged.

    Parameters
    ----------
    data : Responses
        As :func:`read` gives them. Times count where it has ``paradata`` with ``seconds``. 'Don't know' counts as a
        question without an answer.
    limits : dict, optional
        Other limits, by name: ``{"seconds_per_question": 1.5}``. See ``lcresearch.responses.screening.LIMITS``.

    Returns
    -------
    Screening
        ``.rows`` says who and where (``respondent, wave, file, row``), and has the measures: ``n_asked, n_answered,
        answered_share, last_question, reached_share, n_after_last, n_skipped_blocks, n_in_skipped_blocks,
        n_scattered`` (missingness), ``longest_run, contradicting_run, n_in_batteries, identical_share,
        response_variability, contradiction, inconsistency`` (patterns), ``seconds, seconds_per_question, speed_index``
        (speed), ``copies_by_chance, near_copies_by_chance, copy_group`` (duplicates), then the flags and ``n_flags``.

    Raises
    ------
    ResponsesError
        R170 or R171, when a limit has an unknown name or is no number above zero.

    References
    ----------
    Curran (2016), Journal of Experimental Social Psychology 66, 4-19; Dunn, Heggestad, Shanock & Theilgard (2018),
    Journal of Business and Psychology 33, 105-121; Huang, Curran, Keeney, Poposki & DeShon (2012), Journal of Business
    and Psychology 27, 99-114; Johnson (2005), Journal of Research in Personality 39, 103-129; Leiner (2019), Survey
    Research Methods 13, 229-248; Marjanovic, Holden, Struthers, Cribbie & Greenglass (2015), Personality and Individual
    Differences 84, 79-83; Meade & Craig (2012), Psychological Methods 17, 437-455; AAPOR (2023), Standard Definitions.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from lcresearch import instruments, responses
    >>> culture = instruments.load("learning-culture")
    >>> ids = [item.id for item in culture.items]
    >>> rows = [[4, 4, 4, 2, 2, 2, 4, 5, 4], [4] * 9, [5, None] + [None] * 7]
    >>> text = pd.DataFrame(rows, columns=ids, dtype="Int64").to_csv(index=False)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder) / "answers.csv"
    ...     _ = file.write_text(text, encoding="utf-8")
    ...     data = responses.read(file, culture)
    >>> screening = responses.screen(data)
    >>> screening.rows["opposite_answers_alike"].tolist()
    [False, True, <NA>]
    >>> screening.flagged("few_answers").tolist()
    [False, False, True]
    """
    chosen = checked_limits(limits)
    asked = questions(data.instruments, set(data.items))
    own = batteries(data.instruments, set(data.items))
    waves = pd.factorize(data.frame["wave"], use_na_sentinel=False)[0].astype(np.int64)
    measures = _measures(data, asked, own, waves, chosen)
    flags = _flags(measures, chosen)
    found = [flags[rule.name].fillna(False).astype(bool) for rule in RULES if not rule.note]
    rows = pd.concat([measures.drop(columns=list(_WORKINGS)), flags], axis=1)
    rows = rows.assign(n_flags=np.sum(found, axis=0, dtype=np.int64)).set_axis(data.frame.index)
    reasons = {rule.name: rule.unjudged for rule in RULES if flags[rule.name].isna().any()}
    if len(measures) and measures["seconds"].isna().all():
        reasons |= dict.fromkeys(("too_fast", "faster_than_others", "very_slow"), "no_times")
    return Screening(rows, chosen, reasons, len(own), tuple(_problems(flags, chosen, reasons, data.paradata)))


def _measures(
    data: Responses, asked: list[Question], own: list[Battery], waves: Counts, limits: Mapping[str, float]
) -> pd.DataFrame:
    frame = data.frame
    given = given_answers(frame, asked)
    files = pd.factorize(data.origin["file"])[0].astype(np.int64)
    put = asked_questions(given, asked, data.instruments, waves * (files.max(initial=0) + 1) + files)
    in_order = not any(instrument.form.randomise_blocks for instrument in data.instruments)
    answering = missingness(given, put, asked, in_order=in_order)
    who = pd.concat([frame[["respondent", "wave"]], data.origin[["file", "row"]]], axis=1).reset_index(drop=True)
    parts = [who, answering, measuring.runs(frame, own, limits), measuring.spread(frame, own)]
    parts += [measuring.sense(frame, own), measuring.speed(data.paradata, answering, _forms(put, waves), limits)]
    done = data.paradata["completed"].fillna(False).astype(bool).to_numpy()
    parts.append(pd.DataFrame({"completed": done}))
    names = [column for question in asked for column in question.columns]
    return pd.concat([*parts, measuring.repeats(frame, names, own, waves, limits)], axis=1)


def _forms(put: Mask, waves: Counts) -> Counts:
    """A number for rows of one wave that were asked the same questions."""
    salts = pd.util.hash_array(np.arange(len(put), dtype=np.uint64))
    pattern = np.zeros(put.shape[1], dtype=np.uint64)
    for asked, salt in zip(put, salts, strict=True):
        pattern += np.where(asked, salt, np.uint64(0))
    forms = pd.DataFrame({"wave": waves, "pattern": pattern}).groupby(["wave", "pattern"]).ngroup()
    return np.asarray(forms, dtype=np.int64)


def _flags(found: pd.DataFrame, limits: Mapping[str, float]) -> pd.DataFrame:
    """A column a rule: True, False, or missing where the row is not judged."""
    index, seconds, reached = found["speed_index"], found["seconds_per_question"], found["reached_share"]
    judged_and_flagged = {
        "opposite_answers_alike": (found["opposite_judged"], found["opposite_flagged"]),
        "long_run_of_one_answer": (
            found["n_in_a_row"] >= limits["long_run"],
            found["longest_run"] >= limits["long_run"],
        ),
        "mostly_one_answer": (
            found["n_in_batteries"] >= limits["identical_items"],
            found["identical_share"] >= limits["identical_share"],
        ),
        "agrees_with_opposites": (
            found["n_reversed"] >= limits["contradiction_items"],
            found["contradiction"] >= limits["contradiction"],
        ),
        "inconsistent": (
            found["n_in_scales"] >= limits["inconsistency_items"],
            found["inconsistency"] >= limits["inconsistency"],
        ),
        "too_fast": (seconds.notna(), seconds < limits["seconds_per_question"]),
        "faster_than_others": (index.notna(), index > limits["speed_index"]),
        "few_answers": (found["n_asked"] > 0, found["answered_share"] < limits["answered_share"]),
        "stopped_early": (reached.notna(), (reached < limits["reached_share"]) & ~found["completed"]),
        "same_answers": (found["same_judged"], found["same"]),
        "nearly_same_answers": (found["near_judged"], found["nearly"]),
        "very_slow": (index.notna(), index < 1 / limits["slow_factor"]),
    }
    columns = {name: flagged.astype("boolean").where(judged) for name, (judged, flagged) in judged_and_flagged.items()}
    return pd.DataFrame(columns)


def _problems(
    flags: pd.DataFrame, limits: Mapping[str, float], reasons: Mapping[str, str], paradata: pd.DataFrame
) -> Iterator[Problem]:
    """What each rule found, what could not be judged, and times that cannot be."""
    for rule in RULES:
        n = int(flags[rule.name].fillna(False).sum())
        if n:
            judged = int(flags[rule.name].notna().sum())
            yield Problem(rule.code, values={"n": n, "judged": judged, "limit": _written(rule.limit, limits)})
    alike: dict[tuple[int, str], list[str]] = {}
    for name, reason in reasons.items():
        alike.setdefault((int(flags[name].isna().sum()), reason), []).append(name)
    for (n, reason), names in alike.items():
        words = {"rules": _say([f"rule.{name}" for name in names]), "reason": _say([f"reason.{reason}"])}
        yield Problem("R185", values={"n": n, "rows": len(flags)} | words)
    n = int((paradata["seconds"] <= 0).sum())
    if n:
        yield Problem("R186", values={"n": n})


def _written(name: str, limits: Mapping[str, float]) -> dict[str, str]:
    """A limit as a reader writes it."""
    value = limits[name]
    if name.endswith("_share"):
        return {language: Messages(language).percent(value) for language in LANGUAGES}
    return {
        language: Messages(language).number(value, digits=0 if value == int(value) else 2) for language in LANGUAGES
    }


def _say(keys: Sequence[str]) -> dict[str, str]:
    """These texts one after the other, in each language."""
    return {name: "; ".join(Messages(name)(f"screening.{key}") for key in keys) for name in LANGUAGES}
