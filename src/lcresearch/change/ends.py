"""Floor and ceiling: how many stood at an end of the scale, where no further change can be seen."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from lcresearch.change.two_waves import TwoWaves

MANY = 0.15
"""Share at one end from which a scale hides change (Terwee et al. 2007)."""


def ends_of_scale(waves: TwoWaves, scale_range: tuple[float, float] | None) -> pd.DataFrame:
    """A row a wave: ``wave, n, lowest, highest, share_lowest, share_highest``; without rows when the ends are unknown.

    Of all answers of groups that take part.
    """
    names = ["wave", "n", "lowest", "highest", "share_lowest", "share_highest"]
    if scale_range is None:
        return pd.DataFrame({name: [] for name in names})
    low, high = scale_range
    rows: list[dict[str, Any]] = []
    for name, scores in (("before", waves.before), ("after", waves.after)):
        own = scores[waves.of_part & ~np.isnan(scores)]
        n = len(own)
        shares = [float((own <= low).sum()) / n, float((own >= high).sum()) / n] if n else [np.nan, np.nan]
        rows.append(
            {"wave": name, "n": n, "lowest": low, "highest": high}
            | {"share_lowest": shares[0], "share_highest": shares[1]}
        )
    return pd.DataFrame(rows, columns=names)
