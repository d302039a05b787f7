"""Evidence packages of a study: what a run writes, what a look beforehand says, and what a withdrawal changes."""

import datetime
import json
import zipfile

import numpy as np
import pandas as pd
import pytest
from tests.studies.conftest import INSTRUMENT, STUDY, no_pages, write_small_study

from lcresearch import shipped, studies, synthesis
from lcresearch.synthesis.programme import example_programme

DATE, LATER = datetime.date(2026, 3, 9), datetime.date(2026, 4, 9)
PROGRAMME = """\
schema: 1
id: example
title: {nl: Voorbeeld, en: Example}
description: {nl: Verzonnen., en: Invented.}
declared: 2026-03-01
sectors: {energy: {nl: Energie, en: Energy}, water: {nl: Water, en: Water}}
instruments: [{id: voice, versions: 1.0.0}]
outcomes: {voice: {title: {nl: Inspraak, en: Voice}, score: voice}}
elements: {purpose: {title: {nl: Doel, en: Purpose}, column: purpose, minimum: 1, maximum: 5}}
models: {after: {outcome: voice, rows: last_wave, waves: [t0]}}
estimands: [{model: after, smallest_worthwhile: 0.1}]
comparability: [{scale: voice, instrument: voice, wave: t0}]
"""
COMMUNITIES = """\
community,purpose,status,reason
Aalburg,4,active,
Bergen,2,active,
Culemborg,3,active,
Deventer,5,stopped,Femke left
"""
KEYS = "programme: programme.yaml\ncommunities: communities.csv\nconsortium: Vliet\nsector: energy\n"


def answers(n=16, seed=1):
    """Persons of three communities who answer three questions."""
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "person": [f"p{number:02d}" for number in range(3 * n)],
            "firm": np.repeat(["Aalburg", "Bergen", "Culemborg"], n),
        }
    )
    level = rng.normal(3, 0.8, 3 * n)
    for item in ("v1", "v2", "v3"):
        said = np.clip(np.round(level + rng.normal(0, 0.7, 3 * n)), 1, 5).astype(int)
        frame[item] = 6 - said if item == "v2" else said
    return frame.to_csv(index=False)


@pytest.fixture
def study(tmp_path):
    """The folder of a study in an invented programme, of three communities with sixteen persons each."""
    return write_study(tmp_path / "small")


def write_study(folder):
    text = STUDY.replace("{organisation: firm}", "{community: firm}") + KEYS
    instrument = INSTRUMENT.replace("level: organisation", "level: community")
    write_small_study(folder, study=text, answers=answers(), instrument=instrument)
    (folder / "programme.yaml").write_text(PROGRAMME, encoding="utf-8")
    (folder / "communities.csv").write_text(COMMUNITIES, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    """Results of this study, without pages, which tests only read."""
    with no_pages():
        return studies.load(write_study(tmp_path_factory.mktemp("ran") / "small")).run(date=DATE)


def files(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_a_run_writes_the_package_and_the_key_of_its_codes(ran):
    package = synthesis.open_package(ran.folder / "evidence" / "evidence-vliet.zip")
    assert ran.packed.paths == [package.path]
    assert (package.consortium, package.sector) == ("Vliet", "energy")
    assert package.manifest.n.respondents == 48
    assert package.manifest.created == "2026-03-09"
    table = package.communities.set_index("community")
    key = pd.read_csv(ran.folder / "private" / "community-codes.csv").set_index("name")["code"]
    assert table.loc[key["Aalburg"], "purpose"] == 4
    assert table.loc[key["Deventer"], "status"] == "stopped"
    assert package.agreement["scale"].tolist() == ["voice"]
    assert {"programme.yaml", "communities.csv"} <= set(json.loads((ran.folder / "run.json").read_text())["inputs"])


def test_no_name_of_a_person_or_community_and_no_reason_is_in_a_package(study):
    path = studies.load(study).pack(date=DATE).paths[0]
    with zipfile.ZipFile(path) as archive:
        content = b"".join(archive.read(name) for name in archive.namelist())
    for secret in ("p07", "Aalburg", "Femke"):
        assert secret.encode() not in content


def test_results_of_a_study_can_be_packed_and_give_the_same(ran, tmp_path):
    (packed,) = synthesis.pack(ran, tmp_path / "out", ran.folder.parent / "programme.yaml", date=DATE)
    assert packed.content == ran.packed.packages[0].content
    assert packed.manifest.release == 1  # nothing changed


@pytest.mark.usefixtures("without_pages")
def test_run_again_gives_the_same_package(study):
    loaded = studies.load(study)
    first = loaded.run(date=DATE).packed.packages[0]
    second = loaded.run(date=DATE, force=True).packed.packages[0]
    assert first.content == second.content


def test_a_look_beforehand_writes_nothing(study):
    before = files(study)
    loaded = studies.load(study)
    assert "Evidence package of Vliet (Energy)" in loaded.preview("en")
    assert "Wat zit er niet in?" in loaded.preview("nl")
    assert files(study) == before


def test_packages_come_where_they_are_asked_and_replace_nothing_unasked(study, tmp_path, refused):
    loaded = studies.load(study)
    packed = loaded.pack(tmp_path / "mine.zip", date=DATE)
    assert packed.paths == [tmp_path / "mine.zip"]
    assert packed.key == study / "private" / "community-codes.csv"
    assert refused(loaded.pack, tmp_path / "mine.zip") == ["G002"]
    assert loaded.pack(tmp_path / "mine.zip", date=DATE, force=True).packages[0].content == packed.packages[0].content
    assert loaded.pack(date=DATE).paths == [study / "evidence" / "evidence-vliet.zip"]


@pytest.mark.usefixtures("without_tables")
def test_a_consortium_of_which_nothing_may_leave_does_not_stop_the_report(study):
    (study / "answers.csv").write_text(answers(n=8), encoding="utf-8")
    loaded = studies.load(study)
    assert "[Y154]" in loaded.preview("en")
    results = loaded.run(date=DATE)
    assert [problem.code for problem in results.packed.problems] == ["Y154"]
    assert results.packed.paths == []
    assert (results.folder / "report.html").is_file()


def test_what_does_not_fit_stops_the_run_before_anything_is_written(study, refused):
    text = (study / "communities.csv").read_text(encoding="utf-8")
    (study / "communities.csv").write_text(text.replace("Aalburg,4", "Aalburg,9"), encoding="utf-8")
    assert refused(studies.load(study).run) == ["S119"]
    assert not (study / "results").exists()


def test_check_names_what_packing_would_refuse(study):
    (study / "answers.csv").write_text(answers().replace(",v3", ",other"), encoding="utf-8")
    assert "Y155" not in [problem.code for problem in studies.load(study).check()]  # two of three questions do
    text = PROGRAMME.replace("wave: t0}", "wave: t0, items: [v1, v9]}")
    (study / "programme.yaml").write_text(text, encoding="utf-8")
    assert "Y155" in [problem.code for problem in studies.load(study).check()]


def test_another_programme_is_read_anew(ran, refused):
    assert refused(ran.evidence, example_programme()) == ["S117", "S117", "S117"]


def test_a_study_may_be_stricter_than_the_programme(study):
    text = (study / "study.yaml").read_text(encoding="utf-8")
    (study / "study.yaml").write_text(text + "privacy: {minimum_cell: 15}\n", encoding="utf-8")
    packed = studies.load(study).pack(date=DATE).packages[0]
    assert packed.manifest.minimum_cell == 15


@pytest.mark.usefixtures("without_pages")
def test_who_withdraws_leaves_the_next_package_and_the_one_that_went_out_is_named(study):
    first = studies.load(study).run(date=DATE).packed.packages[0]
    pseudonyms = pd.read_csv(study / "private" / "respondent-key.csv").set_index("respondent")["pseudonym"]
    assert pseudonyms["p03"] in set(first.let_through["after"]["respondent"])

    found = studies.withdraw(study, "p03")
    sent = found.actions[found.actions["action"] == "package_went_out"]
    assert sent["file"].tolist() == ["results/evidence/evidence-vliet.zip"]
    assert sent["rows"].tolist() == ["package 1, 2026-03-09"]
    assert "throw the old one away" in str(found)

    second = studies.load(study).run(date=LATER, force=True).packed.packages[0]
    assert pseudonyms["p03"] not in set(second.let_through["after"]["respondent"])
    assert second.manifest.release == 2
    # one person less would show what that person answered: the whole community stays out
    assert set(second.let_through["after"]["community"]) == {"Bergen", "Culemborg"}


def test_a_package_that_is_not_in_the_folder_any_more_is_named_by_its_consortium(study, tmp_path):
    studies.load(study).pack(tmp_path / "sent.zip", date=DATE)
    found = studies.withdraw(study, "p03", dry_run=True)
    assert "Vliet, package 1" in found.actions["file"].tolist()


@pytest.mark.usefixtures("without_pages")
def test_who_is_in_no_package_has_none_named(study):
    text = answers() + "p99,Zz,3,3,3\n"
    (study / "answers.csv").write_text(text, encoding="utf-8")
    studies.load(study).run(date=DATE)
    found = studies.withdraw(study, "p99", dry_run=True)
    assert "package_went_out" not in found.actions["action"].tolist()


def test_the_demonstration_has_evidence_of_each_of_its_consortia():
    loaded = studies.load(shipped.folder("analyses") / "programme-demo")
    found = loaded.evidence()
    assert len(found) == 12
    assert {one.sector for one in found} == set(loaded.programme.sectors)
    (package,) = synthesis.prepare_packages(found[0], loaded.programme)
    assert {"models/growth.parquet", "scores/growth.json", "agreement.json"} <= set(package.manifest.members)
    assert package.manifest.simulated
