"""What a synthesis tells beside its effects: moderators, comparability, records, and what changed."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from lcresearch.errors import SynthesisError
from lcresearch.multilevel import fit_lmm
from lcresearch.synthesis import Synthesis, read_synthesis, synthesize
from lcresearch.synthesis.packages.contents import EvidencePackage
from lcresearch.synthesis.packages.manifest import HeldBack
from lcresearch.synthesis.programme import ProgrammeFile, plan_of, rows_of

Packages = list[EvidencePackage]


@pytest.fixture(scope="module")
def rows(frame: pd.DataFrame, programme: ProgrammeFile) -> pd.DataFrame:
    made = rows_of(plan_of(programme, "growth"), programme, frame)
    more = frame.drop_duplicates("community").set_index("community")[["sector", "kind"]]
    made = made.join(more, on="community").dropna()
    communities = made.drop_duplicates("community")
    centred = {f"{name}_c": made[name] - communities[name].mean() for name in programme.elements}
    return made.assign(**centred)


RANDOM = "(1 | consortium) + (1 | consortium:community) + " + " + ".join(
    f"(0 + {name}_c | consortium)"
    for name in ("shared_purpose", "time_to_learn", "virtual_meeting_place", "facilitation", "leadership")
)
OTHERS = "time_to_learn + virtual_meeting_place + facilitation + leadership"


def test_a_moderator_with_categories_is_that_of_all_rows(found: Synthesis, rows: pd.DataFrame) -> None:
    fit = fit_lmm(f"change ~ sector + kind + size + age + kind:shared_purpose + {OTHERS} + {RANDOM}", rows)
    table, unit = fit.tidy().set_index("term"), found.pooled["growth"].unit
    own = found.moderators.set_index(["element", "moderator", "level"])
    for level in ("network", "school"):
        row = own.loc[("shared_purpose", "kind", level)]
        assert row["estimate"] == pytest.approx(table.loc[f"kind[{level}]:shared_purpose", "estimate"] / unit, rel=1e-6)
        assert row["n_communities"] == rows.loc[rows["kind"] == level, "community"].nunique()
        assert row["planned"]


def test_a_number_and_another_element_as_moderators(found: Synthesis, rows: pd.DataFrame) -> None:
    """At the mean of the number less and plus a standard deviation, and at 1 and 5 of the coding."""
    unit = found.pooled["growth"].unit
    size = rows.drop_duplicates("community")["size"] + 2
    fit = fit_lmm(f"change ~ sector + size + age + size:shared_purpose + shared_purpose + {OTHERS} + {RANDOM}", rows)
    own = found.moderators.set_index(["element", "moderator"])
    low = fit.contrasts({"": {"shared_purpose": 1, "size:shared_purpose": size.mean() - 2 - size.std()}})
    explored = own.loc[("shared_purpose", "size")]
    assert explored["estimate"].iloc[0] == pytest.approx(float(low["estimate"].iloc[0]) / unit, rel=1e-6)
    assert not explored["planned"].any()
    fit = fit_lmm(
        f"change ~ sector + size + age + facilitation:leadership + shared_purpose + {OTHERS} + {RANDOM}", rows
    )
    high = fit.contrasts({"": {"facilitation": 1, "facilitation:leadership": 5}})
    declared = own.loc[("facilitation", "leadership")]
    assert declared["level"].tolist() == ["1", "5"]
    assert declared["estimate"].iloc[1] == pytest.approx(float(high["estimate"].iloc[0]) / unit, rel=1e-6)
    assert declared["p_value"].iloc[0] == pytest.approx(
        float(fit.tidy().set_index("term").loc["facilitation:leadership", "p_value"]), rel=1e-4
    )
    assert "size" not in found.elements["moderators"].iloc[0]


def test_an_interaction_with_a_characteristic_of_persons(found: Synthesis, rows: pd.DataFrame) -> None:
    fit = fit_lmm(f"change ~ sector + size + age + age:shared_purpose_c + shared_purpose + {OTHERS} + {RANDOM}", rows)
    row, own = fit.tidy().set_index("term").loc["age:shared_purpose_c"], found.interactions.iloc[0]
    assert own["estimate"] == pytest.approx(row["estimate"] / found.pooled["growth"].unit, rel=1e-6)
    assert own["p_value"] == pytest.approx(row["p_value"], rel=1e-5)
    assert own["planned"]


def test_leaving_one_out_is_a_synthesis_without_it(
    found: Synthesis, packages: Packages, programme: ProgrammeFile
) -> None:
    without = found.leave_one_out(["consortium 05"])
    other = synthesize(packages[:4] + packages[5:], programme)
    unit = other.pooled["growth"].unit / found.pooled["growth"].unit
    np.testing.assert_allclose(without["estimate"], other.estimates["estimate"] * unit, rtol=1e-6)
    assert without["verdict"].tolist() == other.elements["verdict"].tolist()
    assert set(without["without"]) == {"consortium 05"}
    with pytest.raises(SynthesisError) as error:
        found.leave_one_out(["consortium 99"])
    assert error.value.problems[0].code == "Y190"


def test_too_few_consortia_without_one_is_no_other_verdict(packages: Packages, programme: ProgrammeFile) -> None:
    nine = synthesize([one for place, one in enumerate(packages) if place % 4], programme)
    assert nine.packages["sector"].value_counts().tolist() == [3, 3, 3]
    row = nine.leave_one_out([nine.packages["consortium"][0]]).set_index("element").loc["shared_purpose"]
    assert nine.elements.set_index("element").loc["shared_purpose", "verdict"] == "generic"
    assert (row["verdict"], row["verdict_changed"]) == ("not enough evidence", False)


def test_a_package_that_comes_later_updates_the_result(
    packages: Packages, programme: ProgrammeFile, tmp_path: Path
) -> None:
    first = synthesize(packages[:10], programme)
    saved = first.save(tmp_path)
    assert saved.name == "synthesis.json"
    stored = pd.DataFrame(json.loads(saved.read_text(encoding="utf-8"))["tidy"])  # as another program reads it
    numbers = ["estimate", "std_error", "conf_low", "conf_high", "tau"]
    np.testing.assert_allclose(stored[numbers], first.tidy()[numbers].astype(float), rtol=0)
    second = first.update(packages[10:])
    changes = second.changes_since()
    assert changes["new_packages"].tolist() == ["consortium 11, consortium 12"] * 5
    assert changes["element"].tolist() == second.elements["element"].tolist()
    np.testing.assert_allclose(
        changes["moved"], second.estimates["estimate"].to_numpy() - first.estimates["estimate"].to_numpy()
    )
    pd.testing.assert_frame_equal(second.changes_since(saved), changes)
    pd.testing.assert_frame_equal(second.changes_since(first), changes)
    read = read_synthesis(saved)
    np.testing.assert_array_equal(read.elements["estimate"], stored["estimate"].astype(float))
    kept = read.working_elements
    assert kept is not None
    for language in ("nl", "en"):
        expected = first.working_elements.frame(language)
        pd.testing.assert_frame_equal(kept.frame(language), expected, check_dtype=False)
    release = replace(packages[0], manifest=packages[0].manifest.model_copy(update={"release": 2}))
    third = second.update(release)
    assert third.changes_since()["later_releases"].iloc[0] == "consortium 01"
    assert not third.changes_since()["verdict_changed"].any()
    assert any("consortium 01" in text for text in third.cautions())


def test_an_earlier_synthesis_must_be_there_and_of_the_same_plan(
    found: Synthesis, packages: Packages, programme: ProgrammeFile, tmp_path: Path
) -> None:
    with pytest.raises(SynthesisError) as error:
        found.changes_since()
    assert error.value.problems[0].code == "Y191"
    path = found.save(tmp_path / "result.json")
    values = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(values | {"programme_digest": "f" * 64}), encoding="utf-8")
    with pytest.raises(SynthesisError) as error:
        found.changes_since(path)
    assert error.value.problems[0].code == "Y192"
    for text in ("[]", "{", json.dumps(values | {"version": 99}), json.dumps(values | {"elements": [{"element": 1}]})):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(SynthesisError) as error:
            read_synthesis(path)
        assert error.value.problems[0].code == "Y191"


def test_scales_are_compared_from_moments(
    make_programme: Callable[..., ProgrammeFile],
    make_packages: Callable[..., Packages],
    make_frame: Callable[..., pd.DataFrame],
) -> None:
    """The items behave alike in all sectors, since the simulation makes them so."""
    by_sector = {"scale": "culture", "instrument": "learning-culture"}
    programme = make_programme(comparability=[by_sector], moderators=[], interactions=[])
    packages = [
        replace(package, moments={"culture": package.moments["learning_culture"]})
        for package in make_packages(programme, make_frame(6, 8, 30))
    ]
    found = synthesize(packages, programme)
    row = found.comparability.iloc[0]
    assert (row["status"], row["warranted"], row["n_groups"]) == ("scalar", "means", 3)
    assert (found.elements["comparability"] == "scalar").all()
    assert found.compared[0].invariance is not None
    factors = found.compared[0].invariance.factor_means["factor"].unique().tolist()
    assert factors == ["learning_facilitation", "learning_appreciation", "learning_from_errors"]
    some = [replace(package, moments={}) for package in packages]
    untested = synthesize(some, programme)
    assert untested.comparability["status"].tolist() == ["not tested"]
    assert "Y208" in [problem.code for problem in untested.problems]
    own = packages[2].moments["culture"]
    other_parts = 0.3 + 0.4 * np.eye(9) + 0.3 * (np.arange(9)[:, None] % 3 == np.arange(9) % 3)
    mixed = replace(own, covariance=other_parts[None])
    odd = [replace(one, moments={"culture": mixed}) if one.sector == "sector 2" else one for one in packages]
    assert synthesize(odd, programme).comparability["status"].tolist() == ["fails"]


def test_records_of_packages_come_together(packages: Packages, programme: ProgrammeFile) -> None:
    codes = pd.DataFrame({"code": ["time", "trust"], "name": ["Time", "Trust"], "n_segments": [4, 7]})
    agreement = pd.DataFrame({"scale": ["culture"], "wave": ["t0"], "icc_1": [0.2]})
    held = (HeldBack(member="growth", reason="few", n_groups=2, persons="13"),)
    told = [
        replace(
            package,
            codes=codes.iloc[: 1 + place % 2],
            agreement=agreement,
            manifest=package.manifest.model_copy(update={"held_back": held}),
        )
        for place, package in enumerate(packages)
    ]
    row = told[0].communities.iloc[:1].assign(community="stopped one", status="stopped")
    told[0] = replace(told[0], communities=pd.concat([told[0].communities, row], ignore_index=True))
    found = synthesize(told, programme)
    table = found.codes.set_index(["code", "sector"])
    assert table.loc[("trust", "sector 1"), "n_consortia"] == 2
    assert table.loc[("time", "sector 1"), "n_segments"] == 16
    assert table.loc[("trust", "sector 1"), "of_consortia"] == 4
    assert found.agreement["consortium"].nunique() == 12
    assert found.stopped["community"].tolist() == ["stopped one"]
    assert not found.elements["stopped_included"].any()
    assert (found.left_out["reason"] == "few").sum() == 12
    assert found.packages["n_groups_held_back"].sum() == 24


def test_a_moderator_that_nobody_knows_is_refused(packages: Packages, programme: ProgrammeFile) -> None:
    with pytest.raises(SynthesisError) as error:
        synthesize(packages, programme, explore=["kindd"])
    assert error.value.problems[0].code == "Y200"
    assert "kind" in error.value.text("en")


def test_the_result_can_be_read(found: Synthesis) -> None:
    text = found.summary()
    assert "shared_purpose" in text
    assert found.glance()["n_persons"].iloc[0] == found.pooled["growth"].cross.n
    assert set(found.tidy()["verdict"]) <= {"generic", "sector-specific", "not enough evidence", "no worthwhile effect"}
    assert json.dumps(found.to_dict(), allow_nan=False)
    assert "simul" in found.cautions()[0]


def test_no_packages_give_no_synthesis(programme: ProgrammeFile) -> None:
    with pytest.raises(SynthesisError) as error:
        synthesize([], programme)
    assert [problem.code for problem in error.value.problems] == ["Y180"]
