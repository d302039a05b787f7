"""Others from evidence packages: means over consortia, never of one alone."""

import pytest

from lcresearch.errors import StudyError
from lcresearch.reporting.company_content import CompanyScale, CompanyScore
from lcresearch.studies.company_peers import means_of_others, packages_in, peers_of_packages
from lcresearch.synthesis import pack
from lcresearch.synthesis.packages.invented import invented_evidence
from lcresearch.synthesis.programme import example_programme


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("packages")
    for seed, (name, sector) in enumerate((("One", "energy"), ("Two", "energy"), ("Three", "logistics"))):
        pack(invented_evidence(name, sector, seed=seed), place / name, example_programme())
    for package in list(place.glob("*/*.zip")):
        package.rename(place / package.name)
    return place


def others(folder, **choices):
    return means_of_others(packages_in(folder), example_programme(), **({"study": "mine", "sector": None} | choices))


def test_means_are_those_of_all_persons_of_the_others(folder):
    packages = packages_in(folder)
    name = next(iter(packages[0].scores))
    n = [float(one.scores[name].n[0]) for one in packages]
    means = [float(one.scores[name].mean[0, 0]) for one in packages]
    found = {(one.scale, one.wave): one for one in others(folder)}
    one = found["learning_culture", "t0"]
    assert one.mean == pytest.approx(sum(a * b for a, b in zip(n, means, strict=True)) / sum(n))
    assert one.n_consortia == 3
    assert one.n_communities == sum(package.manifest.n.communities for package in packages)


def test_only_the_sector_where_it_is_known(folder):
    same = {(one.wave, one.n_consortia, one.sector) for one in others(folder, sector="energy")}
    assert same == {("t0", 2, "energy"), ("t1", 2, "energy")}
    assert {one.n_consortia for one in others(folder, sector="unheard of")} == {3}


def test_one_consortium_is_never_told_of_alone(folder):
    assert others(folder, sector="logistics") == ()
    assert {one.n_consortia for one in others(folder, study="study-one")} == {2}


def test_means_are_laid_beside_the_same_wave(folder):
    score = CompanyScore("t0", 8, 3.0)
    own = CompanyScale("learning_culture", {}, {}, {}, 1.0, 5.0, (score, CompanyScore("t9", 8, 4.0)))
    peers = peers_of_packages(others(folder), [own])
    assert [(one.scale, one.own, one.own_wave) for one in peers.scores] == [("learning_culture", 3.0, "t0")]
    assert peers_of_packages(others(folder), [CompanyScale("voice", {}, {}, {}, 1.0, 5.0, (score,))]) is None


def test_an_empty_folder_is_said_to_be_empty(tmp_path):
    with pytest.raises(StudyError) as refused:
        packages_in(tmp_path)
    assert refused.value.problems[0].code == "S163"
