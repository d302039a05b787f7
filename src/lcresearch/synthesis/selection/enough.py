"""Whether there are effects enough, and different enough, to look for selection."""

from __future__ import annotations

import numpy as np

from lcresearch.errors import SynthesisError
from lcresearch.messages import Messages
from lcresearch.synthesis.effect_columns import Array, note_of_left_out

FEW = 10


def needs(least: int, yi: Array, predictor: Array | None = None) -> None:
    """Raises Y048 below the least number of effects, and Y049 if the predictor is the same for all."""
    if len(yi) < least:
        raise SynthesisError("Y048", n=len(yi), least=least)
    if predictor is not None and np.ptp(predictor) <= 1e-12 * float(np.max(np.abs(predictor))):
        raise SynthesisError("Y049", n=len(yi))


def few(n: int, left_out: list[str]) -> list[str]:
    """What to say of a number of effects, and of those left out."""
    found = note_of_left_out(left_out)
    if n < FEW:
        found.append(Messages()("synthesis.selection.few", n=n, enough=FEW))
    return found
