"""From zips that disclosure rules went over: the fit is that of the rows let through, and what stayed is told."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from lcresearch.multilevel import fit_lmm
from lcresearch.synthesis import ConsortiumEvidence, InstrumentVersion, PackedPackage, Synthesis, pack, synthesize
from lcresearch.synthesis.programme import ProgrammeFile, plan_of, rows_of

PAIR = ["shared_purpose", "time_to_learn"]
DAY = datetime.date(2026, 6, 1)


def evidence_of(frame: pd.DataFrame) -> list[ConsortiumEvidence]:
    instrument = InstrumentVersion(id="learning-culture", version="0.1.0", hash="a" * 64)
    return [
        ConsortiumEvidence(
            study=f"study of {name}",
            consortium=str(name),
            sector=str(own["sector"].iloc[0]),
            frame=own.drop(columns="sector").reset_index(drop=True),
            instruments=(instrument,),
            simulated=True,
        )
        for name, own in frame.groupby("consortium")
    ]


def programme_with(make: Callable[..., ProgrammeFile], rows: str) -> ProgrammeFile:
    model = {"outcome": "culture", "rows": rows, "covariates": ["size"], "elements": PAIR}
    return make(models={"growth": model}, moderators=[], interactions=[])


def packed_and_found(
    programme: ProgrammeFile, frame: pd.DataFrame, folder: Path
) -> tuple[tuple[PackedPackage, ...], Synthesis]:
    packed = pack(evidence_of(frame), folder, programme, date=DAY)
    return packed, synthesize(folder, programme)


def by_hand(rows: pd.DataFrame, frame: pd.DataFrame, *, waves: bool) -> pd.DataFrame:
    """The model written out for rows of all consortia."""
    sector = frame.drop_duplicates("consortium").set_index("consortium")["sector"]
    rows = rows.assign(sector=rows["consortium"].map(sector)).dropna()
    means = rows.drop_duplicates(["consortium", "community"])[PAIR].mean()
    time = rows["time"] if waves else 1.0
    rows = rows.assign(**{f"{name}_c": time * (rows[name] - means[name]) for name in PAIR})
    slopes = " + ".join(f"(0 + {name}_c | consortium)" for name in PAIR)
    if waves:
        fixed = "score ~ time * (sector + size + shared_purpose + time_to_learn)"
        random = "(1 + time | consortium) + (1 + time | consortium:community) + (1 | consortium:community:respondent)"
    else:
        fixed, random = "change ~ sector + size + shared_purpose + time_to_learn", "(1 | consortium)"
        random += " + (1 | consortium:community)"
    table = fit_lmm(f"{fixed} + {random} + {slopes}", rows).tidy().set_index("term")
    return table.loc[[f"time:{name}" if waves else name for name in PAIR]]


@pytest.mark.parametrize("rows", ["change", "waves"])
def test_twelve_zips_give_the_fit_of_the_rows_they_cover(
    make_programme: Callable[..., ProgrammeFile],
    make_frame: Callable[..., pd.DataFrame],
    tmp_path: Path,
    rows: str,
) -> None:
    """Small communities, missing answers and persons who answered once among them."""
    programme, frame = programme_with(make_programme, rows), make_frame(12, 8, 16, seed=2)
    rng = np.random.default_rng(1)
    frame = frame.assign(culture=frame["culture"].mask(rng.random(len(frame)) < 0.04))
    packed, found = packed_and_found(programme, frame, tmp_path)
    covered = pd.concat([one.let_through["growth"] for one in packed], ignore_index=True)
    table = by_hand(covered, frame, waves=rows == "waves")
    unit, own = found.pooled["growth"].unit, found.estimates
    error = table["std_error"].to_numpy() / unit
    tolerance = 1e-8
    assert (np.abs(own["estimate"] - table["estimate"].to_numpy() / unit) < tolerance * error).all()
    assert (np.abs(own["std_error"] - error) < tolerance * error).all()
    everybody = rows_of(plan_of(programme, "growth"), programme, frame)
    assert len(covered) < len(everybody.dropna())
    assert found.pooled["growth"].n_persons == covered["respondent"].nunique()
    held_back = found.left_out[found.left_out["about"] == "models/growth"]
    assert len(held_back) or (found.left_out["n_groups"] > 0).any()
    assert found.packages["n_groups_held_back"].sum() > 0
    everything = by_hand(everybody, frame, waves=rows == "waves")
    distance = np.abs(own["estimate"] - everything["estimate"].to_numpy() / unit) / error
    assert (distance < 1).all()
    assert (distance > 1e-6).any()
