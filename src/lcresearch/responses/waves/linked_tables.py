"""What linking found as tables: links, pairs of waves, rows with several candidates, and rows without one."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from lcresearch.responses.waves.chance_links import Coincidence, expected_false
from lcresearch.responses.waves.code_graph import CodeGraph
from lcresearch.responses.waves.codes import edit_distance

SHORTEST = 4
"""Characters of a code below which it tells nothing."""
TEXT_COLUMNS = {
    "respondent",
    "wave",
    "group",
    "code",
    "reason",
    "person",
    "kind",
    "wave_1",
    "wave_2",
    "code_1",
    "code_2",
}
TEXT_COLUMNS |= {"candidate", "candidate_wave", "candidate_code"}


def links_table(rows: pd.DataFrame, ids: pd.Series[str], order: tuple[str, ...]) -> pd.DataFrame:
    """Links between two answers of a person that follow each other, a line each."""
    several = rows[rows.duplicated("person", keep=False)].sort_values(["person", "wave"], kind="stable")
    after = several.shift(-1)
    linked = (after["person"] == several["person"]).to_numpy()
    first, second = several[linked], several.iloc[1:][linked[:-1]]
    distance = edit_distance(first["key"].to_numpy(dtype=object), second["key"].to_numpy(dtype=object))
    columns = {
        "person": ids.loc[first.index].to_numpy(),
        "group": first["group_name"].to_numpy(),
        "wave_1": _named(first["wave"], order),
        "code_1": first["code"].to_numpy(),
        "wave_2": _named(second["wave"], order),
        "code_2": second["code"].to_numpy(),
        "distance": distance.astype("int64"),
        "kind": np.where(distance == 0, "exact", "approximate"),
        "row_1": first["row"].to_numpy(),
        "row_2": second["row"].to_numpy(),
    }
    return _typed(pd.DataFrame(columns))


def wave_pairs(usable: pd.DataFrame, order: tuple[str, ...], chance: Coincidence) -> pd.DataFrame:
    """For each pair of waves how many persons were linked, and how many links chance would give."""
    present = [wave for wave in range(len(order)) if (usable["wave"] == wave).any()]
    by_wave = {wave: part.set_index("person")["key"] for wave, part in usable.groupby("wave")}
    found = []
    for at, first in enumerate(present):
        for second in present[at + 1 :]:
            left, right = by_wave[first], by_wave[second]
            both = left.index.intersection(right.index)
            exact = int((left.loc[both] == right.loc[both]).sum())
            false = expected_false(usable, first, second, chance.same + chance.near)
            found.append(
                {
                    "wave_1": order[first],
                    "wave_2": order[second],
                    "n_1": len(left),
                    "n_2": len(right),
                    "n_exact": exact,
                    "n_approximate": len(both) - exact,
                    "share": len(both) / min(len(left), len(right)),
                    "expected_false": false,
                }
            )
    return pd.DataFrame(found)


def ambiguous_rows(rows: pd.DataFrame, graph: CodeGraph, order: tuple[str, ...]) -> pd.DataFrame:
    """Rows and their candidates, a line each."""
    found = graph.candidates.sort_values(["row", "candidate_row"], kind="stable").reset_index(drop=True)
    mine = rows.loc[found["row"]].reset_index(drop=True)
    theirs = rows.loc[found["candidate_row"]].reset_index(drop=True)
    distance = edit_distance(mine["key"].to_numpy(dtype=object), theirs["key"].to_numpy(dtype=object))
    columns = {
        "row": mine["row"],
        "respondent": mine["respondent"],
        "wave": _named(mine["wave"], order),
        "group": mine["group_name"],
        "code": mine["code"],
        "reason": found["reason"],
        "candidate_row": theirs["row"],
        "candidate": theirs["respondent"],
        "candidate_wave": _named(theirs["wave"], order),
        "candidate_code": theirs["code"],
        "distance": distance.astype("int64"),
    }
    return _typed(pd.DataFrame(columns))


def unlinked_rows(rows: pd.DataFrame, ambiguous: pd.DataFrame, order: tuple[str, ...]) -> pd.DataFrame:
    """Rows that stand alone, with why."""
    alone = ~rows.duplicated("person", keep=False) & ~rows["row"].isin(ambiguous["row"])
    left = rows[alone].reset_index(drop=True)
    short = left["key"].str.len() < SHORTEST
    reason = np.select([left["reason"] != "", short], [left["reason"], "short_code"], "no_candidate")
    columns = {
        "row": left["row"],
        "respondent": left["respondent"],
        "wave": _named(left["wave"], order),
        "group": left["group_name"],
        "code": left["code"],
        "reason": reason.astype(object),
    }
    return _typed(pd.DataFrame(columns))


def _named(codes: pd.Series[int], order: tuple[str, ...]) -> Any:
    return np.array([*order, None], dtype=object)[codes.to_numpy(dtype=np.int64)]


def _typed(table: pd.DataFrame) -> pd.DataFrame:
    return table.astype({name: "str" for name in table.columns if name in TEXT_COLUMNS})
