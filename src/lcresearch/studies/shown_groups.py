"""Tables of groups as a report shows them: the scores of none, and which were withheld."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

NUMBERS = ["n", "mean", "sd", "conf_low", "conf_high"]
NEUTRAL = {"alike": "protected", "complement": "protected"}
"""That all answered alike would say what each of them answered."""


def withheld_groups(found: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Groups of which at least one score was withheld: ``level, wave, reason, n_groups``."""
    if not found:
        return pd.DataFrame(columns=["level", "wave", "reason", "n_groups"])
    cells = pd.concat(found, ignore_index=True)
    hidden = cells[~cells["released"] & (cells["n_persons"] > 0)]
    once = hidden.drop_duplicates(["level", "wave", "key"]).assign(reason=lambda t: t["reason"].replace(NEUTRAL))
    return once.groupby(["level", "wave", "reason"], sort=False).size().rename("n_groups").reset_index()


def no_scores() -> pd.DataFrame:
    """The scores of no group."""
    return pd.DataFrame(columns=["level", "parent", "group", "wave", *NUMBERS, "released", "reason"])
