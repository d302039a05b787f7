"""A zip that somebody sent: refused with a message that names the member, or equal to what was packed."""

import datetime
import hashlib
import io
import json
import stat
import struct
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from lcresearch.errors import SynthesisError
from lcresearch.multilevel import Crossproducts
from lcresearch.synthesis import open_package, prepare_packages
from lcresearch.synthesis.packages.invented import invented_evidence
from lcresearch.synthesis.programme import example_programme

FROZEN = Path(__file__).parents[2] / "reference" / "packages" / "version-1.zip"
SUMS, SCORES, EFFECTS = "models/growth.parquet", "scores/growth.json", "effects.json"


@pytest.fixture(scope="module")
def content():
    return prepare_packages(invented_evidence(), example_programme(), date=datetime.date(2026, 4, 1))[0].content


def members_of(content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(members, **settings):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, **settings) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return stream.getvalue()


def hashed(members):
    """A zip whose manifest has the hashes of these members: made by somebody who knows how."""
    manifest = json.loads(members["manifest.json"])
    for name, data in members.items():
        if name in manifest["members"]:
            manifest["members"][name] |= {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data)}
    return zipped(members | {"manifest.json": json.dumps(manifest).encode()})


def refused(tmp_path, content):
    """Codes and text of a refusal, which leaves nothing behind."""
    path = tmp_path / "sent.zip"
    path.write_bytes(content)
    with pytest.raises(SynthesisError) as error:
        open_package(path)
    assert [one.name for one in tmp_path.iterdir()] == ["sent.zip"]
    assert "sent.zip" in str(error.value)
    return [problem.code for problem in error.value.problems], error.value.text("en")


# what is no package ----------------------------------------------------------------------------------------------


def test_damaged_and_foreign_files(tmp_path, content):
    assert refused(tmp_path, b"")[0] == ["Y160"]
    assert refused(tmp_path, b"PK\x03\x04 nothing")[0] == ["Y160"]
    assert refused(tmp_path, content[: len(content) // 2])[0] == ["Y160"]
    assert refused(tmp_path, zipped({"word/document.xml": b"<w/>"}))[0] == ["Y163"]
    assert refused(tmp_path, zipped({"manifest.json": b'{"manifest_version": 3, "name": "extension"}'}))[0] == ["Y163"]
    assert refused(tmp_path, zipped({"manifest.json": b"[" * 90_000}))[0] == ["Y163"]
    with pytest.raises(SynthesisError) as error:
        open_package(tmp_path / "missing.zip")
    assert error.value.problems[0].code == "Y160"


@pytest.mark.parametrize(
    "name",
    [
        "../evil.json",
        "/etc/passwd",
        "C:/evil.json",
        "models\\..\\evil.json",
        "a/../../evil",
        ".hidden",
        "a/b/c",
        "é.json",
    ],
)
def test_a_name_that_points_elsewhere(tmp_path, content, name):
    codes, text = refused(tmp_path, zipped(members_of(content) | {name: b"x"}))
    assert codes == ["Y161"]
    assert name.replace("\\", "/")[:3] in text.replace("\\", "/")


def test_a_member_twice(tmp_path, content):
    stream = io.BytesIO(content)
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(stream, "a") as archive:
        archive.writestr(SUMS, b"other")
    codes, text = refused(tmp_path, stream.getvalue())
    assert codes == ["Y161"]
    assert SUMS in text


def test_links_archives_and_strange_codings(tmp_path, content):
    link = zipfile.ZipInfo("models/link.parquet")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    stream = io.BytesIO(content)
    with zipfile.ZipFile(stream, "a") as archive:
        archive.writestr(link, "/etc/passwd")
    assert refused(tmp_path, stream.getvalue())[0] == ["Y161"]
    assert refused(tmp_path, zipped(members_of(content) | {"models/inner.zip": zipped({"a": b"b"})}))[0] == ["Y161"]
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("manifest.json", b"{}")
    assert refused(tmp_path, stream.getvalue())[0] == ["Y161"]


def test_an_encrypted_member(tmp_path, content):
    changed = bytearray(content)
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = changed.find(mark)
        changed[at + place] |= 1
    codes, text = refused(tmp_path, bytes(changed))
    assert codes == ["Y161"]
    assert "encrypted" in text


def test_bombs(tmp_path, content):
    codes, text = refused(tmp_path, zipped(members_of(content) | {"models/big.parquet": b"\0" * 5_000_000}))
    assert codes == ["Y162"]
    assert "models/big.parquet" in text
    many = {f"models/m{place}.parquet": b"x" for place in range(600)}
    assert refused(tmp_path, zipped(members_of(content) | many))[0] == ["Y162"]


def test_a_size_that_is_a_lie(tmp_path, content):
    """The directory says that a member has 10 bytes, while it unpacks to more."""
    changed = bytearray(content)
    at = changed.find(b"PK\x01\x02")
    changed[at + 24 : at + 28] = struct.pack("<I", 10)
    assert refused(tmp_path, bytes(changed))[0] == ["Y160"]


# the manifest ----------------------------------------------------------------------------------------------------


def with_manifest(content, **changes):
    members = members_of(content)
    manifest = json.loads(members["manifest.json"]) | changes
    return zipped(members | {"manifest.json": json.dumps(manifest).encode()})


@pytest.mark.parametrize("version", [2, 99, 0, -1, None, "1", True, 1.0])
def test_an_unknown_version(tmp_path, content, version):
    codes, text = refused(tmp_path, with_manifest(content, schema_version=version))
    assert codes == ["Y165"]
    assert "Install a newer lcresearch" in text


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"consortium": ""}, "consortium"),
        ({"created": "yesterday"}, "created"),
        ({"surprise": 1}, "surprise"),
        ({"minimum_cell": 5}, "minimum_cell"),
        ({"n": {"respondents": -1, "communities": 2}}, "n.respondents"),
        ({"n": {"respondents": 12.5, "communities": 2}}, "n.respondents"),
        ({"members": []}, "members"),
    ],
)
def test_a_manifest_that_is_not_right(tmp_path, content, changes, expected):
    codes, text = refused(tmp_path, with_manifest(content, **changes))
    assert all(code.startswith("G04") for code in codes)
    assert "manifest.json" in text
    assert expected in text


def test_members_that_are_missing_added_or_changed_are_named_together(tmp_path, content):
    members = members_of(content)
    del members[EFFECTS]
    members |= {"models/extra.parquet": b"x", SCORES: members[SCORES].replace(b"1", b"2", 1)}
    codes, text = refused(tmp_path, zipped(members))
    assert sorted(codes) == ["Y166", "Y167", "Y168"]
    assert all(name in text for name in (EFFECTS, SCORES, "models/extra.parquet"))


def test_a_member_under_the_wrong_kind(tmp_path, content):
    members = members_of(content)
    manifest = json.loads(members["manifest.json"])
    manifest["members"][SCORES]["kind"] = "moments"
    assert refused(tmp_path, zipped(members | {"manifest.json": json.dumps(manifest).encode()}))[0] == ["Y169"]


# numbers ---------------------------------------------------------------------------------------------------------


def sums_changed(content, change):
    from dataclasses import replace

    members = members_of(content)
    cross = Crossproducts.from_bytes(members[SUMS], SUMS)
    sums = cross.sums.copy()
    found = change(cross, sums)
    return hashed(members | {SUMS: (found or replace(cross, sums=sums)).to_bytes()})


def json_changed(content, name, change):
    members = members_of(content)
    values = json.loads(members[name])
    change(values)
    return hashed(members | {name: json.dumps(values).encode()})


def set_nan(_, sums):
    sums[1, 2, 0] = sums[2, 1, 0] = np.nan


def set_negative(_, sums):
    sums[2, 2, 0] = -4


def set_impossible(_, sums):
    sums[1, 2, 3] = sums[2, 1, 3] = 0.999 * np.sqrt(sums[1, 1, 3] * sums[2, 2, 3])
    sums[1, 4, 3] = sums[4, 1, 3] = -0.999 * np.sqrt(sums[1, 1, 3] * sums[4, 4, 3])
    sums[2, 4, 3] = sums[4, 2, 3] = 0.999 * np.sqrt(sums[2, 2, 3] * sums[4, 4, 3])


@pytest.mark.parametrize("change", [set_nan, set_negative, set_impossible])
def test_sums_that_cannot_be(tmp_path, content, change):
    codes, text = refused(tmp_path, sums_changed(content, change))
    assert codes == ["Y169"]
    assert SUMS in text


def test_an_outcome_that_is_the_same_for_all(tmp_path, content):
    def change(_, sums):
        sums[-1, -1, 2] = sums[0, -1, 2] ** 2 / sums[0, 0, 2]
        for place in range(1, len(sums) - 1):
            mean = sums[0, place, 2] / sums[0, 0, 2]
            sums[place, -1, 2] = sums[-1, place, 2] = mean * sums[0, -1, 2]

    codes, text = refused(tmp_path, sums_changed(content, change))
    assert codes == ["Y170"]
    assert SUMS in text
    assert "same answer" in text


def test_a_group_that_is_too_small(tmp_path, content):
    codes, text = refused(tmp_path, sums_changed(content, lambda _, sums: sums.__setitem__((0, 0, 1), 4.0)))
    assert "Y169" in codes or "Y170" in codes
    assert SUMS in text


def test_sums_of_another_consortium(tmp_path, content):
    codes, text = refused(tmp_path, with_manifest(content, consortium="Other"))
    assert set(codes) == {"Y169"}
    assert SUMS in text
    assert SCORES in text


def test_counts_that_contradict_each_other(tmp_path, content):
    manifest = json.loads(members_of(content)["manifest.json"])
    sizes = manifest["n"] | {"respondents": 100}
    assert set(refused(tmp_path, with_manifest(content, n=sizes))[0]) == {"Y171"}
    assert refused(tmp_path, with_manifest(content, n=manifest["n"] | {"communities": 3}))[0] == ["Y171"]


@pytest.mark.parametrize(
    ("name", "change"),
    [
        (EFFECTS, lambda values: values["models"]["growth"]["covariance"][1].__setitem__(1, -1.0)),
        (EFFECTS, lambda values: values["models"]["growth"]["covariance"][1].__setitem__(2, 9.0)),
        (EFFECTS, lambda values: values["models"]["growth"]["estimate"].__setitem__(0, float("nan"))),
        (EFFECTS, lambda values: values["models"]["growth"].__setitem__("df", [1])),
        (EFFECTS, lambda values: values.__setitem__("version", 7)),
        (SCORES, lambda values: values["covariance"][0][0].__setitem__(0, -1.0)),
        (SCORES, lambda values: values["mean"][0].__setitem__(0, float("inf"))),
        (SCORES, lambda values: values.__setitem__("n", [])),
    ],
)
def test_figures_that_cannot_be(tmp_path, content, name, change):
    codes, text = refused(tmp_path, json_changed(content, name, change))
    assert codes == ["Y169"]
    assert name in text


def test_moments_that_give_few_away(tmp_path, content):
    codes, text = refused(tmp_path, json_changed(content, SCORES, lambda values: values.__setitem__("n", [6.0])))
    assert "Y170" in codes
    assert SCORES in text

    def one_yes(values):
        values["mean"][0][0] = 1 / values["n"][0]
        values["covariance"][0] = [[values["mean"][0][0] * (1 - values["mean"][0][0]), 0.0], [0.0, 1.0]]

    codes, text = refused(tmp_path, json_changed(content, SCORES, one_yes))
    assert codes == ["Y170"]
    assert "at least 3 persons" in text


def test_communities_that_are_not_right(tmp_path, content):
    members = members_of(content)
    table = pd.read_parquet(io.BytesIO(members["communities.parquet"]))
    for change, expected in (
        ({"community": ["Harbour", *table["community"][1:]]}, "Y169"),
        ({"n_persons": [3, *table["n_persons"][1:]]}, "Y170"),
        ({"n_persons": [19, *table["n_persons"][1:]]}, "Y171"),
        ({"status": ["closed", *table["status"][1:]]}, "Y169"),
    ):
        stream = io.BytesIO()
        table.assign(**change).to_parquet(stream)
        codes, text = refused(tmp_path, hashed(members | {"communities.parquet": stream.getvalue()}))
        assert expected in codes
        assert "communities.parquet" in text or SUMS in text


@pytest.mark.parametrize("name", [SUMS, "communities.parquet", SCORES, EFFECTS])
@pytest.mark.parametrize(
    "data", [b"", b"PAR1", b"PAR1" + b"\xff" * 40 + b"PAR1", b"null", b"{}", b"[1, 2]", b"\xff\xfe"]
)
def test_nonsense_with_the_right_hash(tmp_path, content, name, data):
    codes, text = refused(tmp_path, hashed(members_of(content) | {name: data}))
    assert codes == ["Y169"]
    assert name in text


# at random -------------------------------------------------------------------------------------------------------


def test_bytes_changed_at_random_are_refused_or_change_nothing(tmp_path, content):
    rng = np.random.default_rng(7)
    path = tmp_path / "sent.zip"
    path.write_bytes(content)
    whole = open_package(path)
    refusals = 0
    for _ in range(400):
        changed = bytearray(content)
        for place in rng.integers(0, len(content), rng.integers(1, 4)):
            changed[place] ^= 1 << rng.integers(0, 8)
        path.write_bytes(changed)
        try:
            found = open_package(path)
        except SynthesisError:
            refusals += 1
            continue
        assert found.manifest == whole.manifest
        np.testing.assert_array_equal(found.crossproducts["growth"].sums, whole.crossproducts["growth"].sums)
    assert refusals > 200


@pytest.mark.parametrize("name", [SUMS, SCORES, EFFECTS, "communities.parquet", "manifest.json"])
def test_members_changed_at_random_with_the_right_hash(tmp_path, content, name):
    rng = np.random.default_rng(8)
    members, path = members_of(content), tmp_path / "sent.zip"
    for _ in range(80):
        changed = bytearray(members[name])
        for place in rng.integers(0, len(changed), rng.integers(1, 5)):
            changed[place] = rng.integers(0, 256)
        data = bytes(changed)
        if name == "manifest.json":
            path.write_bytes(zipped(members | {name: data}))
        else:
            path.write_bytes(hashed(members | {name: data}))
        try:
            found = open_package(path)
        except SynthesisError:
            continue
        assert np.isfinite(found.crossproducts["growth"].sums).all()


# older versions --------------------------------------------------------------------------------------------------


def test_a_package_of_version_1_stays_readable():
    package = open_package(FROZEN)
    assert package.manifest.schema_version == 1
    assert package.consortium == "Frozen"
    assert package.crossproducts["growth"].n == 160
    assert package.effects["growth"].n_communities == 8
    assert package.moments["learning_culture"].n.tolist() == [160.0]
    assert package.codes["code"].tolist() == ["trust"]


def test_an_older_version_is_brought_up_step_by_step(monkeypatch):
    from lcresearch.synthesis.packages import versions

    monkeypatch.setattr(versions, "SCHEMA_VERSION", 3)
    steps = {1: lambda found: found | {"b": 2}, 2: lambda found: found | {"c": found["b"] + 1}}
    monkeypatch.setattr(versions, "UPGRADES", steps)
    assert versions.upgraded({"schema_version": 1}, "old.zip") == {"schema_version": 1, "b": 2, "c": 3}
