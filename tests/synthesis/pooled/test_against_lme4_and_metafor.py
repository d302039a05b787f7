"""One and two stages of an invented programme against lme4 and metafor (reference/synthesis/one_stage.R)."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from lcresearch.synthesis import Synthesis, synthesize
from lcresearch.synthesis.packages.contents import EvidencePackage
from lcresearch.synthesis.programme import ProgrammeFile

FOLDER = Path(__file__).parents[2] / "reference" / "synthesis"
EFFECTS = {"purpose": "purpose", "time_free": "time_free"}


@pytest.fixture(scope="module")
def values() -> Any:
    return json.loads((FOLDER / "one_stage.json").read_text(encoding="utf-8"))["values"]


@pytest.fixture(scope="module")
def found(
    make_programme: Callable[..., ProgrammeFile], make_packages: Callable[..., list[EvidencePackage]]
) -> Synthesis:
    rows = pd.read_csv(FOLDER / "programme.csv")
    rows["respondent"] = [f"r{place}" for place in range(len(rows))]
    rows["community"] = rows["consortium"] + rows["community"]
    waves = [rows.assign(wave=wave, culture=rows[column]) for wave, column in (("t0", "first"), ("t1", "last"))]
    words = {"nl": "-", "en": "-"}
    programme = make_programme(
        sectors={"care": words, "energy": words},
        elements={name: {"title": words, "column": name, "minimum": 1, "maximum": 5} for name in EFFECTS},
        covariates={"size": {"title": words, "column": "size", "level": "community"}},
        models={"growth": {"outcome": "culture", "covariates": ["size"]}},
        moderators=[],
        interactions=[],
    )
    return synthesize(make_packages(programme, pd.concat(waves, ignore_index=True)), programme)


def test_one_stage_is_that_of_lme4(found: Synthesis, values: Any) -> None:
    fit, expected = found.evidence[0].fit, values["one_stage"]
    assert fit is not None
    assert fit.pooled.unit == pytest.approx(values["unit"], rel=1e-12)
    table = found.estimates.set_index("element")
    for name in EFFECTS:
        assert table.loc[name, "estimate"] * values["unit"] == pytest.approx(expected["estimate"][name], rel=1e-6)
        assert table.loc[name, "std_error"] * values["unit"] == pytest.approx(expected["std_error"][name], rel=1e-6)
        assert (table.loc[name, "tau"] * values["unit"]) ** 2 == pytest.approx(expected["tau2"][name], rel=1e-6)
    fixed, sector = fit.table.loc["sector[energy]"], "sectorenergy"
    assert fixed["estimate"] == pytest.approx(expected["estimate"][sector], rel=1e-6)
    assert fixed["std_error"] == pytest.approx(expected["std_error"][sector], rel=1e-6)
    assert fit.fit.deviance == pytest.approx(expected["reml"], abs=1e-6)


def test_effects_by_sector_are_those_of_lme4(found: Synthesis, values: Any) -> None:
    expected, table = values["by_sector"], found.sectors.set_index(["element", "sector"])
    for name in EFFECTS:
        for sector in ("care", "energy"):
            row, term = table.loc[(name, sector)], f"sector{sector}:{name}"
            assert row["estimate"] * values["unit"] == pytest.approx(expected["estimate"][term], rel=1e-6)
            assert row["std_error"] * values["unit"] == pytest.approx(expected["std_error"][term], rel=1e-6)


def test_two_stages_are_those_of_lme4_and_metafor(found: Synthesis, values: Any) -> None:
    own = found.consortia[found.consortia["element"] == "purpose"]
    assert own["consortium"].tolist() == values["stage_one"]["consortium"]
    np.testing.assert_allclose(own["own_estimate"], values["stage_one"]["estimate"], rtol=1e-6)
    np.testing.assert_allclose(own["own_std_error"], values["stage_one"]["std_error"], rtol=1e-6)
    row, expected = found.two_stage.set_index("element").loc["purpose"], values["stage_two"]
    for name in ("estimate", "std_error", "conf_low", "conf_high", "pred_low", "pred_high"):
        assert row[name] == pytest.approx(expected[name], rel=1e-6)
    assert row["tau"] ** 2 == pytest.approx(expected["tau2"], rel=1e-6)
