"""Packages that do not fit together are refused, all problems at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from lcresearch.errors import SynthesisError
from lcresearch.synthesis import synthesize
from lcresearch.synthesis.packages.contents import EvidencePackage
from lcresearch.synthesis.packages.manifest import InstrumentVersion
from lcresearch.synthesis.pooled.gathering import gather, problems_together
from lcresearch.synthesis.programme import ProgrammeFile

Packages = list[EvidencePackage]


def changed(package: EvidencePackage, **manifest: object) -> EvidencePackage:
    return replace(package, manifest=package.manifest.model_copy(update=manifest))


def codes(packages: Packages, programme: ProgrammeFile) -> list[str]:
    with pytest.raises(SynthesisError) as error:
        gather(packages, programme)
    return [problem.code for problem in error.value.problems]


def version(number: str, digest: str = "a" * 64) -> tuple[InstrumentVersion, ...]:
    return (InstrumentVersion(id="learning-culture", version=number, hash=digest),)


def test_packages_that_fit_come_in_the_order_of_sectors(packages: Packages, programme: ProgrammeFile) -> None:
    found = gather(packages[::-1], programme)
    assert [one.consortium for one in found.packages] == [f"consortium {k:02d}" for k in range(1, 13)]


def test_all_problems_of_all_packages_are_told_together(packages: Packages, programme: ProgrammeFile) -> None:
    odd = list(packages)
    odd[0] = changed(odd[0], programme_digest="b" * 64)
    odd[1] = changed(odd[1], sector="mining")
    odd[2] = changed(odd[2], instruments=version("0.2.0"))
    odd[3] = changed(odd[3], instruments=version("0.1.0", "c" * 64))
    odd[4] = changed(odd[4], simulated=False)
    odd[5] = replace(odd[5], communities=odd[5].communities.assign(leadership=7))
    odd[6] = replace(odd[6], communities=odd[6].communities.assign(kind="guild"))
    odd[7] = replace(odd[7], crossproducts=odd[8].crossproducts)
    assert sorted(codes(odd, programme)) == ["Y182", "Y183", "Y184", "Y186", "Y186", "Y188", "Y189", "Y193"]


def test_one_package_can_be_looked_at_before_the_others_come(packages: Packages, programme: ProgrammeFile) -> None:
    assert problems_together(packages[:1], programme) == []
    foreign = changed(packages[1], programme_digest="b" * 64)
    assert [one.code for one in problems_together([packages[0], foreign], programme)] == ["Y182"]
    assert [one.code for one in problems_together([packages[0], packages[0]], programme)] == ["Y181"]


@pytest.mark.parametrize(
    ("column", "value", "code"),
    [
        ("remark", "Femke de Wit was against it", "Y172"),
        ("remark", 3.0, "Y172"),
        ("age", 44.0, "Y172"),
        ("leadership", "Femke de Wit leads", "Y186"),
        ("size", "about ten", "Y186"),
        ("kind", "a network of Femke de Wit", "Y186"),
    ],
    ids=["text", "a number", "a characteristic of persons", "of an element", "of a number", "of a category"],
)
def test_columns_of_communities_that_the_programme_does_not_declare(
    packages: Packages, programme: ProgrammeFile, column: str, value: object, code: str
) -> None:
    odd = replace(packages[2], communities=packages[2].communities.assign(**{column: value}))
    with pytest.raises(SynthesisError) as error:
        gather([*packages[:2], odd, *packages[3:]], programme)
    assert [problem.code for problem in error.value.problems] == [code]
    for language in ("nl", "en"):
        text = error.value.text(language)
        assert all(part in text for part in (odd.consortium, "communities.parquet", column))


def test_a_package_of_another_programme_is_called_so(packages: Packages, programme: ProgrammeFile) -> None:
    foreign = changed(packages[0], programme="elsewhere", programme_digest="b" * 64)
    assert codes([foreign, *packages[1:]], programme) == ["Y210"]


def test_the_wrong_plan_is_told_once_and_not_for_each_package(packages: Packages, programme: ProgrammeFile) -> None:
    assert codes([changed(one, programme_digest="b" * 64) for one in packages], programme) == ["Y209"]


def test_a_package_that_is_not_there_is_called_missing(programme: ProgrammeFile, tmp_path: Path) -> None:
    with pytest.raises(SynthesisError) as error:
        gather([tmp_path / "nowhere", tmp_path / "late.zip"], programme)
    assert [problem.code for problem in error.value.problems] == ["G001", "G001"]


def test_another_formula_is_refused(packages: Packages, programme: ProgrammeFile) -> None:
    cross = packages[0].crossproducts["growth"]
    other = replace(cross, formula=cross.formula.replace("age + ", ""))
    assert codes([replace(packages[0], crossproducts={"growth": other}), *packages[1:]], programme) == ["Y185"]


def test_a_model_that_hardly_any_package_has_is_refused(packages: Packages, programme: ProgrammeFile) -> None:
    bare = [replace(package, crossproducts={}) for package in packages[1:]]
    assert codes([packages[0], *bare], programme) == ["Y187"]


def test_no_packages_and_a_folder_without_any(programme: ProgrammeFile, tmp_path: Path) -> None:
    assert codes([], programme) == ["Y180"]
    with pytest.raises(SynthesisError) as error:
        gather(tmp_path, programme)
    assert error.value.problems[0].code == "Y180"


def test_all_files_that_cannot_be_opened_are_told_together(programme: ProgrammeFile, tmp_path: Path) -> None:
    for name in ("a.zip", "b.zip"):
        (tmp_path / name).write_bytes(b"PK no zip at all")
    with pytest.raises(SynthesisError) as error:
        gather(tmp_path, programme)
    assert {problem.where.file for problem in error.value.problems} == {"a.zip", "b.zip"}


def test_sectors_without_packages_are_named(packages: Packages, programme: ProgrammeFile) -> None:
    found = synthesize(packages[:8], programme)
    assert [problem.values["sectors"] for problem in found.problems if problem.code == "Y207"] == [["sector 3"]]


def test_a_later_release_takes_the_place_of_an_earlier_one(packages: Packages, programme: ProgrammeFile) -> None:
    found = gather([*packages, changed(packages[0], release=3)], programme)
    assert found.replaced == (("consortium 01", 1, 3),)
    assert len(found.packages) == 12
    assert found.packages[0].manifest.release == 3


def test_the_same_release_twice_is_refused(packages: Packages, programme: ProgrammeFile) -> None:
    assert codes([*packages, packages[3]], programme) == ["Y181"]


def test_versions_go_together_with_a_bridge_only(
    make_programme: Callable[..., ProgrammeFile],
    make_packages: Callable[..., Packages],
    make_frame: Callable[..., pd.DataFrame],
) -> None:
    use = {"id": "learning-culture", "versions": ["0.1.0", "0.2.0"], "bridge": "Equal items, found by the makers."}
    programme = make_programme(instruments=[use], moderators=[], interactions=[])
    packages = make_packages(programme, make_frame(6, 5, 15))
    packages[0] = changed(packages[0], instruments=version("0.2.0", "d" * 64))
    found = synthesize(packages, programme)
    assert any("0.2.0" in text and "Equal items" in text for text in found.cautions())
