"""One zip a consortium, whole or not at all."""

import datetime
import hashlib
import io
import json
import zipfile
from dataclasses import replace

import jsonschema
import numpy as np
import pandas as pd
import pytest

from lcresearch.disclosure import Ledger, Policy
from lcresearch.errors import SynthesisError
from lcresearch.synthesis import open_package, pack, prepare_packages
from lcresearch.synthesis.packages.invented import invented_evidence
from lcresearch.synthesis.packages.schema import json_schemas
from lcresearch.synthesis.programme import example_programme

DAY = datetime.date(2026, 4, 1)


@pytest.fixture(scope="module")
def programme():
    return example_programme()


def codes(error):
    return [problem.code for problem in error.value.problems]


def test_a_package_comes_back_as_it_was_packed(tmp_path, programme):
    packed = pack(invented_evidence(), tmp_path / "one.zip", programme, date=DAY)
    package = open_package(packed.path)
    assert package.manifest == packed.manifest
    assert package.crossproducts["growth"].n == len(packed.let_through["growth"]) == 160
    assert package.scores["growth"].items == ("t0", "t1")
    assert package.moments["learning_culture"].groups == ("Invented",)
    assert package.effects["growth"].terms[0] == "Intercept"
    assert list(package.communities["n_persons"]) == [20] * 8
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one.zip"]


def test_the_same_evidence_and_date_give_the_same_bytes(tmp_path, programme):
    evidence = invented_evidence()
    first = pack(evidence, tmp_path / "one.zip", programme, date=DAY)
    second = pack(evidence, tmp_path / "two.zip", programme, date=DAY)
    assert first.path.read_bytes() == second.path.read_bytes() == first.content


@pytest.mark.parametrize(("n", "told"), [(0, 240), (1, None), (9, None), (10, 230)])
def test_numbers_at_waves_do_not_tell_of_a_few(programme, n, told):
    """Ten persons are without a score at the first wave, of whom some have no row there at all."""
    last = programme.models["growth"].model_copy(update={"rows": "last_wave", "covariates": (), "shift": {"score": 3}})
    models = {"last": last, "first": last.model_copy(update={"waves": ("t0",)})}
    plan = programme.model_copy(update={"models": models, "comparability": ()})
    evidence = invented_evidence(n_communities=8, n_persons=30)
    frame = evidence.frame.copy()
    ten = frame.index[(frame["wave"] == "t0") & frame["community"].str.endswith(" 3")][:10]
    frame.loc[ten, "learning_culture"] = float("nan")
    package = prepare_packages(replace(evidence, frame=frame.drop(ten[:n])), plan, date=DAY)[0]
    assert package.n_persons["models/last"] == package.manifest.n.respondents == 240
    assert package.n_persons["models/first"] == 230
    assert package.manifest.n_by_wave == {"t1": 240} | ({} if told is None else {"t0": told})


def test_several_consortia_go_into_a_folder(tmp_path, programme):
    several = [invented_evidence("Acre & Co"), invented_evidence("Brook", "water")]
    packed = pack(several, tmp_path / "out", programme, date=DAY)
    assert [one.path.name for one in packed] == ["evidence-acre-co.zip", "evidence-brook.zip"]
    with pytest.raises(SynthesisError) as error:
        pack(several, tmp_path / "out.zip", programme, date=DAY)
    assert codes(error) == ["Y156"]


def test_results_of_a_study_say_what_they_have(tmp_path, programme):
    class Results:
        def evidence(self, asked):
            assert asked is programme
            return [invented_evidence()]

    (packed,) = pack(Results(), tmp_path, programme, date=DAY)
    assert packed.path.is_file()


def test_nothing_is_replaced_without_force(tmp_path, programme):
    target = tmp_path / "one.zip"
    pack(invented_evidence(), target, programme, date=DAY)
    with pytest.raises(SynthesisError) as error:
        pack(invented_evidence(), target, programme, date=DAY)
    assert codes(error) == ["G002"]
    assert pack(invented_evidence(), target, programme, force=True, date=DAY).path == target


def test_a_look_beforehand_writes_and_records_nothing(tmp_path, programme):
    evidence = replace(invented_evidence(), ledger=Ledger(tmp_path))
    (package,) = prepare_packages(evidence, programme, date=DAY)
    assert package.path is None
    assert list(tmp_path.iterdir()) == []
    assert package.content == pack(evidence, tmp_path / "one.zip", programme, date=DAY).content


def test_no_zip_without_a_record_and_no_record_without_a_zip(tmp_path, programme, monkeypatch):
    ledger = Ledger(tmp_path / "study")
    (tmp_path / "study").mkdir()
    evidence = replace(invented_evidence(), ledger=ledger)
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(SynthesisError) as error:
        pack(evidence, tmp_path / "file" / "one.zip", programme, date=DAY)
    assert codes(error) == ["Y159"]
    assert list((tmp_path / "study").iterdir()) == []

    def fails(*_, **__):
        raise OSError("full")

    monkeypatch.setattr(Ledger, "commit", fails)
    with pytest.raises(OSError, match="full"):
        pack(evidence, tmp_path / "one.zip", programme, date=DAY)
    assert not (tmp_path / "one.zip").exists()


def test_a_release_that_is_unchanged_keeps_its_number(tmp_path, programme):
    evidence = replace(invented_evidence(), ledger=Ledger(tmp_path))
    numbers = [pack(evidence, tmp_path / f"{n}.zip", programme, date=DAY).manifest.release for n in range(2)]
    more = invented_evidence(n_persons=35)
    later = pack(replace(more, ledger=Ledger(tmp_path)), tmp_path / "later.zip", programme, date=DAY)
    assert [*numbers, later.manifest.release] == [1, 1, 2]


def test_names_of_communities_stay_in_the_house(tmp_path, programme):
    packed = pack(invented_evidence(), tmp_path / "one.zip", programme, date=DAY)
    with zipfile.ZipFile(packed.path) as archive:
        content = b"".join(archive.read(name) for name in archive.namelist())
    assert b"Invented community" not in content
    assert b"Invented-0" not in content
    assert set(packed.key["code"]) == set(packed.communities["community"])
    assert packed.key["name"].str.startswith("Invented community").all()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"consortium": "Other"}, "Y150"),
        ({"sector": "space"}, "Y151"),
        ({"policy": Policy(minimum_cell=5)}, "Y153"),
        ({"policy": Policy(minimum_cell=30)}, "Y154"),
        ({"items": {}}, "Y155"),
    ],
)
def test_evidence_that_does_not_fit(tmp_path, programme, change, code):
    with pytest.raises(SynthesisError) as error:
        pack(replace(invented_evidence(), **change), tmp_path / "one.zip", programme, date=DAY)
    assert codes(error) == [code]
    assert list(tmp_path.iterdir()) == []


def test_an_element_that_differs_within_a_community(tmp_path, programme):
    evidence = invented_evidence()
    evidence.frame.loc[3, "element_time_to_learn"] = 5 - evidence.frame.loc[4, "element_time_to_learn"] % 2
    with pytest.raises(SynthesisError) as error:
        pack(evidence, tmp_path / "one.zip", programme, date=DAY)
    assert codes(error) == ["Y152"]


def test_a_stricter_consortium(tmp_path, programme):
    evidence = replace(invented_evidence(n_persons=15), policy=Policy(minimum_cell=12))
    assert pack(evidence, tmp_path / "one.zip", programme, date=DAY).manifest.minimum_cell == 12


def test_a_column_that_is_missing_is_named(tmp_path, programme):
    evidence = invented_evidence()
    evidence = replace(evidence, frame=evidence.frame.drop(columns="firm_size"))
    with pytest.raises(SynthesisError) as error:
        pack(evidence, tmp_path / "one.zip", programme, date=DAY)
    assert codes(error) == ["Y130"]


def test_other_programs_open_a_package_and_one_that_they_zipped_is_opened(tmp_path, programme):
    packed = pack(invented_evidence(), tmp_path / "one.zip", programme, date=DAY)
    with zipfile.ZipFile(packed.path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    manifest = json.loads(members["manifest.json"])
    jsonschema.Draft202012Validator(json_schemas()["manifest.schema.json"]).validate(manifest)
    jsonschema.Draft202012Validator(json_schemas()["effects.schema.json"]).validate(json.loads(members["effects.json"]))
    assert set(manifest["members"]) == set(members) - {"manifest.json"}
    for name, told in manifest["members"].items():
        assert (told["sha256"], told["size"]) == (hashlib.sha256(members[name]).hexdigest(), len(members[name]))
    sums = pd.read_parquet(io.BytesIO(members["models/growth.parquet"]))[["sum:0:0", "sum:4:0", "sum:4:4"]]
    change = packed.let_through["growth"].groupby("community")["change"]
    expected = change.agg(["size", "sum", lambda each: (each**2).sum()])  # communities have no names in a package
    np.testing.assert_allclose(np.sort(sums.to_numpy(), axis=0), np.sort(expected.to_numpy(), axis=0))
    with zipfile.ZipFile(tmp_path / "again.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    again = open_package(tmp_path / "again.zip")
    assert again.manifest == packed.manifest
    pd.testing.assert_frame_equal(again.communities, packed.communities, check_dtype=False)
