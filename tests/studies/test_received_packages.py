"""Packages that consortia sent: all of them fit, or none is kept."""

import dataclasses
import datetime
import shutil

import pytest

from lcresearch.errors import SynthesisError
from lcresearch.studies.received_packages import ReceivedPackages, packages_in
from lcresearch.synthesis import pack
from lcresearch.synthesis.packages.invented import invented_evidence
from lcresearch.synthesis.programme import example_programme, new_programme

DATE = datetime.date(2026, 4, 1)


@pytest.fixture(scope="module")
def sent(tmp_path_factory):
    """Packages of three consortia, and one of another plan."""
    folder, plan = tmp_path_factory.mktemp("sent"), example_programme()
    sectors = {"Aa": "energy", "Bb": "water", "Cc": "logistics"}
    for place, (name, sector) in enumerate(sectors.items()):
        evidence = invented_evidence(name, sector, n_communities=3, n_persons=14, seed=place)
        pack(evidence, folder / f"{name}.zip", plan, date=DATE)
    other = plan.model_copy(update={"id": "elsewhere"})
    evidence = invented_evidence("Dd", "water", n_communities=3, n_persons=14, seed=9)
    pack(evidence, folder / "other.zip", other, date=DATE)
    second = dataclasses.replace(invented_evidence("Aa", "energy", n_communities=3, n_persons=15, seed=4))
    pack(second, folder / "again.zip", plan, date=DATE)
    return folder


@pytest.fixture
def received(tmp_path):
    return ReceivedPackages(new_programme(tmp_path / "programme"))


def codes(call, *arguments):
    with pytest.raises(SynthesisError) as error:
        call(*arguments)
    return sorted(one.code for one in error.value.problems)


def test_packages_are_kept_under_the_name_of_their_consortium_and_once(received, sent):
    plan = example_programme()
    taken = received.take([sent / "Aa.zip", sent / "Bb.zip"], plan)
    assert [path.name for path in taken] == ["evidence-aa.zip", "evidence-bb.zip"]
    assert received.take([sent / "Aa.zip"], plan) == []
    assert [(one.package.consortium, one.counts) for one in received.all(plan)] == [("Aa", True), ("Bb", True)]
    assert [one.consortium for one in packages_in([sent, received.folder])] == ["Aa", "Bb", "Cc", "Aa", "Dd"]


def test_one_that_does_not_fit_keeps_all_out(received, sent, tmp_path):
    plan = example_programme()
    (tmp_path / "broken.zip").write_bytes(b"PK nothing")
    assert codes(received.take, [sent / "Aa.zip", sent / "other.zip", tmp_path / "broken.zip"], plan) == [
        "Y160",
        "Y210",
    ]
    assert received.files() == []
    received.take([sent / "Aa.zip"], plan)
    assert codes(received.take, [sent / "again.zip"], plan) == ["Y181"]
    assert len(received.files()) == 1


def test_what_was_taken_away_can_be_put_back(received, sent):
    plan = example_programme()
    received.take([sent / "Aa.zip"], plan)
    received.remove("evidence-aa.zip")
    assert received.files() == []
    received.take([sent / "again.zip"], plan)
    back = received.put_back(received.removed()[0].name)
    assert back.name == "evidence-aa (2).zip"
    assert codes(received.remove, "../programme.yaml") == ["G001"]
    assert [[one.code for one in each.problems] for each in received.all(plan)] == [[], ["Y181"]]


def test_files_that_somebody_put_there_are_shown_with_what_is_wrong(received, sent):
    received.folder.mkdir()
    (received.folder / "odd.zip").write_bytes(b"nothing")
    shutil.copy(sent / "other.zip", received.folder)
    plan = example_programme()
    shutil.copy(sent / "Aa.zip", received.folder)
    found = {one.path.name: [problem.code for problem in one.problems] for one in received.all(plan)}
    assert found == {"odd.zip": ["Y160"], "other.zip": ["Y210"], "Aa.zip": []}
    received.take([sent / "Bb.zip"], plan)  # what lay there wrong keeps nothing out
