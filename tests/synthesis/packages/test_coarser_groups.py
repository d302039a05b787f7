"""Small communities are put together only where the programme declares coarser groups, for everybody."""

import datetime
from dataclasses import replace

import numpy as np
import pytest

from lcresearch.errors import SynthesisError
from lcresearch.synthesis import open_package, pack, prepare_packages
from lcresearch.synthesis.packages.invented import invented_evidence
from lcresearch.synthesis.programme import example_programme

PROGRAMME = example_programme()
DAY = datetime.date(2026, 4, 1)


def coarser():
    models = {"growth": PROGRAMME.models["growth"].model_copy(update={"community": "region"})}
    return PROGRAMME.model_copy(update={"models": models})


def evidence(n_persons=6, n_communities=48):
    """Small communities, eight to a region; elements differ within regions."""
    found = invented_evidence(n_communities=n_communities, n_persons=n_persons)
    number = found.frame["community"].str.rsplit(" ", n=1).str[1].astype(int)
    return replace(found, frame=found.frame.assign(region="Region " + ((number - 1) // 8).astype(str)))


def test_without_a_declaration_nothing_is_put_together():
    with pytest.raises(SynthesisError) as error:
        prepare_packages(evidence(), PROGRAMME, date=DAY)
    assert [problem.code for problem in error.value.problems] == ["Y154"]


def test_declared_regions_are_the_groups_of_the_sums(tmp_path):
    packed = pack(evidence(), tmp_path / "one.zip", coarser(), date=DAY)
    package = open_package(packed.path)
    cross = package.crossproducts["growth"]
    assert sorted(cross.labels["consortium", "community"].get_level_values(1)) == [f"G0{n}" for n in range(1, 7)]
    rows = packed.let_through["growth"].assign(Intercept=1.0)[list(cross.columns.names)].to_numpy()
    np.testing.assert_allclose(cross.sums.sum(axis=2), rows.T @ rows, atol=1e-9)
    assert package.communities["n_persons"].isna().all()
    assert len(package.communities) == 48
    assert set(packed.key["column"]) == {"community", "region"}


def test_a_small_community_that_elements_tell_apart_in_its_region():
    have = evidence()
    last = have.frame["community"].str.endswith(" 8")
    other = have.frame["region"].eq("Region 0") & ~last
    frame = have.frame.copy()
    columns = ["element_shared_purpose", "element_time_to_learn"]
    frame.loc[other, columns] = [3, 3]
    frame.loc[last, columns] = [5, 2]
    package = prepare_packages(replace(have, frame=frame), coarser(), date=DAY)[0]
    assert "Region 0" not in set(package.let_through["growth"]["community"])
    assert "Region 1" in set(package.let_through["growth"]["community"])
