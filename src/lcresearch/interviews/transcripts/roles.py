"""Who speaks in a text that was read, and in which role."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from lcresearch.interviews.document import Document, Turn
from lcresearch.interviews.transcripts.speakers import find_turns, is_asking

INTERVIEWER = "interviewer"


def roles_of(turns: Sequence[Turn], roles: Mapping[str, str]) -> dict[str, str]:
    """Speaker -> role: as the user says, else an interviewer by name."""
    speakers = dict.fromkeys(turn.speaker for turn in turns)
    return {name: roles.get(name, INTERVIEWER) for name in speakers if name in roles or is_asking(name)}


def with_speakers(document: Document, roles: Mapping[str, str]) -> Document:
    """A document of a project with the speakers that its text names; points of time stay with the words they stood at.

    A document that has speakers already keeps its turns.
    """
    turns = document.turns
    if not any(turn.speaker for turn in turns):
        turns = _timed(find_turns(document.text, roles), turns) or turns
    return replace(document, turns=turns, roles=dict(document.roles) | roles_of(turns, roles))


def _timed(spoken: tuple[Turn, ...], timed: tuple[Turn, ...]) -> tuple[Turn, ...]:
    """Turns of speakers with the times of the stretches in which they begin and end."""
    if not spoken or not timed:
        return spoken
    starts = np.array([turn.start for turn in timed])
    first = np.searchsorted(starts, [turn.start for turn in spoken], side="right") - 1
    last = np.searchsorted(starts, [max(turn.end - 1, turn.start) for turn in spoken], side="right") - 1
    return tuple(
        replace(
            turn,
            begins=timed[one].begins if turn.begins is None and one >= 0 else turn.begins,
            ends=timed[other].ends if turn.ends is None and other >= 0 else turn.ends,
        )
        for turn, one, other in zip(spoken, first.tolist(), last.tolist(), strict=True)
    )
