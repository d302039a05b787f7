"""What was there to judge, small enough to read, and what of it changed since."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from lcresearch.integration.converging.evidence import COUNTS, NUMBERS
from lcresearch.integration.converging.judgements import Evidence
from lcresearch.messages import Messages

DIGITS = 2
_NOISE = 1e-9
TEXTS = ("effect_verdict", "certainty")


def fingerprint(row: Mapping[Any, Any]) -> dict[str, float | int | str | None]:
    """Numbers to two decimals, counts, verdict and certainty of one row.

    A number that is missing is None; a count that is hidden is left out, so that a version that may be shared is not
    taken for other evidence.

    Parameters
    ----------
    row : mapping
        Of :func:`~lcresearch.integration.converging.evidence.side_by_side`.

    Examples
    --------
    >>> fingerprint({"estimate": 0.3149, "conf_low": -0.001, "n_persons": 12.0, "effect_verdict": "generic"})
    {'estimate': 0.31, 'conf_low': 0.0, 'effect_verdict': 'generic', 'n_persons': 12}
    """
    found: dict[str, float | int | str | None] = {name: _rounded(row[name]) for name in NUMBERS if name in row}
    found |= {name: str(row[name]) for name in TEXTS if row.get(name)}
    counts = {name: float(row[name]) for name in COUNTS if name in row}
    return found | {name: int(count) for name, count in counts.items() if math.isfinite(count)}


def changed(
    then: Evidence, row: Mapping[Any, Any]
) -> dict[str, tuple[float | int | str | None, float | int | str | None]]:
    """What of a row differs from what was judged, with the values then and now; what one lacks is not compared.

    A number differs when it is no longer one that would have been kept as it was, but for the noise of computers.
    """
    now = fingerprint(row)
    return {name: (then[name], now[name]) for name in now if name in then and not _same(then[name], row[name])}


def changes_in_words(
    then: Evidence, row: Mapping[Any, Any], language: str | None = None, *, counts: bool = True
) -> str:
    """What differs, such as ``estimate 0.31 → 0.12``.

    Without ``counts`` a count that changed is only named: what it was comes from the researcher's own version, and two
    numbers of persons together may tell of one of them.
    """
    say = Messages(language)

    def shown(value: float | int | str | None) -> str:
        return say.number(value, digits=DIGITS) if isinstance(value, float) else "–" if value is None else str(value)

    found = changed(then, row).items()
    return "; ".join(
        f"{name} {shown(old)} → {shown(new)}" if counts or name not in COUNTS else name for name, (old, new) in found
    )


def _rounded(value: Any) -> float | None:
    number = float(value)
    return round(number, DIGITS) + 0.0 if math.isfinite(number) else None


def _same(kept: float | int | str | None, value: Any) -> bool:
    if isinstance(kept, int | float):
        return _is_number(value) and abs(kept - float(value)) <= 10**-DIGITS / 2 + _NOISE
    return not (_is_number(value) and math.isfinite(value)) if kept is None else kept == str(value)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | np.number)
