"""Two stages beside one: effects within each consortium, put together by hand."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from lcresearch.multilevel import fit_lmm
from lcresearch.synthesis import meta_analysis, synthesize
from lcresearch.synthesis.packages.contents import EvidencePackage
from lcresearch.synthesis.pooled.result import Synthesis
from lcresearch.synthesis.programme import ProgrammeFile, plan_of, rows_of

PAIR = ["shared_purpose", "time_to_learn"]


@pytest.fixture(scope="module")
def frame(make_frame: Callable[..., pd.DataFrame]) -> pd.DataFrame:
    return make_frame(9, 12, 20, seed=8)


@pytest.fixture(scope="module")
def programme(make_programme: Callable[..., ProgrammeFile]) -> ProgrammeFile:
    model = {"outcome": "culture", "covariates": ["size", "age"], "elements": PAIR}
    return make_programme(models={"growth": model}, moderators=[], interactions=[])


@pytest.fixture(scope="module")
def found(
    programme: ProgrammeFile, frame: pd.DataFrame, make_packages: Callable[..., list[EvidencePackage]]
) -> Synthesis:
    return synthesize(make_packages(programme, frame), programme)


def test_both_stages_are_those_of_rows_and_meta_analysis(
    found: Synthesis, programme: ProgrammeFile, frame: pd.DataFrame
) -> None:
    unit = found.pooled["growth"].unit
    rows = rows_of(plan_of(programme, "growth"), programme, frame)
    effects = []
    for name, own in rows.groupby("consortium"):
        fit = fit_lmm("change ~ size + age + shared_purpose + time_to_learn + (1 | community)", own)
        row = fit.tidy().set_index("term").loc["shared_purpose"]
        effects.append((name, row["estimate"] / unit, row["std_error"] / unit))
    table = pd.DataFrame(effects, columns=["consortium", "yi", "se"])
    own = found.consortia[found.consortia["element"] == "shared_purpose"].set_index("consortium")
    np.testing.assert_allclose(own.loc[table["consortium"], "own_estimate"], table["yi"], rtol=1e-6)
    np.testing.assert_allclose(own.loc[table["consortium"], "own_std_error"], table["se"], rtol=1e-6)
    by_hand = meta_analysis(table["yi"], table["se"] ** 2)
    row = found.two_stage.set_index("element").loc["shared_purpose"]
    expected = by_hand.tidy().iloc[0]
    for name in ("estimate", "std_error", "df", "conf_low", "conf_high"):
        assert row[name] == pytest.approx(expected[name], rel=1e-5)
    wide = by_hand.prediction_interval().iloc[0]
    assert row["pred_low"] == pytest.approx(wide["pred_low"], rel=1e-4)
    assert row["tau"] ** 2 == pytest.approx(by_hand.tau2, rel=1e-4, abs=1e-10)
    one = found.estimates.set_index("element").loc["shared_purpose", "estimate"]
    assert row["difference"] == pytest.approx(row["estimate"] - one)
    sector = frame.drop_duplicates("consortium").set_index("consortium")["sector"]
    by_sector = meta_analysis(
        table["yi"], table["se"] ** 2, data=table.assign(sector=table["consortium"].map(sector)), moderators=["sector"]
    )
    assert row["sector_p_value"] == pytest.approx(float(by_sector.omnibus()["p_value"].iloc[0]), rel=1e-4)


def test_the_estimate_of_elements_has_it_beside_its_own(found: Synthesis) -> None:
    other = found.evidence[0].estimate.two_stage
    row = found.two_stage.iloc[0]
    assert other is not None
    assert (other.estimate, other.n_estimable) == (row["estimate"], 9)


def test_consortia_with_few_communities_are_listed_with_the_reason(
    programme: ProgrammeFile, frame: pd.DataFrame, make_packages: Callable[..., list[EvidencePackage]]
) -> None:
    """Size and two elements: 3 columns, so 8 communities are enough and 7 are not."""
    rank = frame["community"].str[-3:].astype(int) % 12
    seven = (frame["consortium"] == "consortium 01") & (rank >= 7)
    eight = (frame["consortium"] == "consortium 02") & (rank >= 8)
    same = frame["consortium"] == "consortium 03"
    frame = frame.assign(element_time_to_learn=frame["element_time_to_learn"].where(~same, 3))[~(seven | eight)]
    found = synthesize(make_packages(programme, frame), programme)
    own = found.consortia.set_index(["consortium", "element"])
    assert own.loc[("consortium 01", "shared_purpose"), "own_reason"] == "few_communities"
    assert own.loc[("consortium 02", "shared_purpose"), "own_reason"] == ""
    assert own.loc[("consortium 03", "time_to_learn"), "own_reason"] == "does_not_vary"
    assert own.loc[("consortium 03", "shared_purpose"), "own_reason"] == ""
    table = found.two_stage.set_index("element")
    assert table["n_estimable"].to_dict() == {"shared_purpose": 8, "time_to_learn": 7}
    left_out = found.left_out.set_index("consortium")["reason"]
    assert sorted(left_out["consortium 01"]) == ["few_communities", "few_communities"]
    assert left_out["consortium 03"] == "does_not_vary"


def test_heterogeneity_stands_in_one_table(found: Synthesis) -> None:
    table = found.heterogeneity().set_index("element")
    assert table.loc["shared_purpose", "tau_two_stage"] == found.two_stage.iloc[0]["tau"]
    assert table["sector_p_value"].between(0, 1).all()
