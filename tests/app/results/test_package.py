"""The evidence package of a study: put into a programme, looked at, made, and saved; taken over for a comparison."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from tests.accessibility import looked_at, violations

from lcresearch import instruments, studies
from lcresearch.synthesis import open_package
from lcresearch.synthesis.packages.invented import invented_evidence
from lcresearch.synthesis.programme import new_programme

WORDS = {
    "nl": {"join": "Meedoen", "look": "Bekijken wat erin komt", "make": "Bewijspakket maken", "take": "Overnemen"},
    "en": {
        "join": "Take part",
        "look": "See what goes into it",
        "make": "Make the evidence package",
        "take": "Take over",
    },
}
STUDY = """\
schema: 1
id: invented
title: {nl: Verzonnen <b>onderzoek</b>, en: Invented <b>study</b>}   # with signs that mean something in a page
description: {nl: Verzonnen., en: Invented.}
languages: [nl, en]
simulated: true
levels: {community: community}
respondent: respondent
waves: {column: wave, labels: {t0: {nl: start, en: start}, t1: {nl: einde, en: end}}}
instruments: [learning-culture]
responses: [answers.csv]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A study without a programme, and the folder of a programme beside it."""
    new_programme(tmp_path / "plan")
    (tmp_path / "study").mkdir()
    frame = invented_evidence(n_communities=4, n_persons=14).frame
    items = [item.id for item in instruments.load("learning-culture").items]
    rng = np.random.default_rng(5)
    for item in items:
        if item not in frame:
            frame[item] = rng.integers(1, 6, len(frame))
    columns = ["respondent", "wave", "community", "element_shared_purpose", "element_time_to_learn", "firm_size"]
    few = frame["community"].eq("Invented community 4") & frame["respondent"].str[-4:].astype(int).gt(48)
    pd.DataFrame(frame.loc[~few, [*columns, *items]]).to_csv(tmp_path / "study" / "answers.csv", index=False)
    (tmp_path / "study" / "study.yaml").write_text(STUDY, encoding="utf-8")
    return tmp_path


@pytest.fixture
def joined(folder: Path) -> Path:
    from lcresearch.studies.joining import join_programme

    join_programme(folder / "study", folder / "plan", consortium="Vliet", sector="energy")
    return folder


@pytest.mark.browser
@pytest.mark.parametrize("language", ["en"])  # one way through in each: see test_every_page
def test_from_a_study_without_a_programme_to_a_package_that_is_taken_over(serve, visit, at_once, folder, language):
    say, served = WORDS[language], serve(folder)
    page = visit(served, language, "/studies/study/results/package")
    looked_at(page)
    page.locator("#f-consortium").fill("Vliet <i>")
    page.locator("select").select_option("water")
    page.get_by_role("button", name=say["join"], exact=True).click()
    page.locator("[role=status]").wait_for()
    loaded = studies.load(folder / "study")
    assert loaded.programme is not None
    assert (loaded.file.consortium, loaded.file.sector) == ("Vliet <i>", "water")
    assert "# with signs" in (folder / "study" / "study.yaml").read_text(encoding="utf-8")

    page.get_by_role("button", name=say["look"]).click()
    page.locator(".promise").wait_for(timeout=180_000)
    assert not (folder / "study" / "evidence").exists()
    looked_at(page)
    shown = " ".join(page.locator("main").text_content().split())
    (prepared,) = loaded.prepared()
    for line in loaded.preview(language).splitlines():
        if line.startswith("- ") and "." in line and ":" not in line:
            assert line[3:].strip() in shown
    assert prepared.package is not None
    assert page.locator(".consortium .sides .card").first.locator("li").count() == len(
        prepared.package.manifest.members
    )
    assert len(prepared.package.manifest.held_back) >= 1

    page.get_by_role("button", name=say["make"]).click()
    page.locator(".files a").wait_for(timeout=180_000)
    looked_at(page)
    with page.expect_download() as download:
        page.locator(".files a").click()
    saved = download.value.path()
    assert open_package(shutil.copy(saved, folder / "saved.zip")).consortium == "Vliet <i>"

    page.goto(f"{served.url}/synthesis/plan")
    page.get_by_role("button", name=say["take"]).click()
    page.locator(".package").wait_for()
    (kept,) = (folder / "plan" / "packages").glob("*.zip")
    assert kept.read_bytes() == Path(saved).read_bytes()


@pytest.mark.browser
def test_what_the_record_of_releases_refuses_is_said_with_what_to_do(serve, visit, at_once, joined):
    (joined / "study" / "releases.json").write_text("{", encoding="utf-8")
    served = serve(joined)
    page = visit(served, "nl", "/studies/study/results/package")
    page.get_by_role("button", name=WORDS["nl"]["look"]).click()
    page.locator(".problem").wait_for(timeout=180_000)
    assert "D003" in page.locator(".problem .code").text_content()
    assert "reservekopie" in page.locator(".problem .remedy").text_content()
    assert violations(page) == []


def test_a_sector_that_the_programme_does_not_know_changes_nothing(folder):
    from lcresearch.errors import LcresearchError
    from lcresearch.studies.joining import join_programme

    before = (folder / "study" / "study.yaml").read_bytes()
    with pytest.raises(LcresearchError) as error:
        join_programme(folder / "study", folder / "plan", consortium="Vliet", sector="mining")
    assert [one.code for one in error.value.problems] == ["S103"]
    assert (folder / "study" / "study.yaml").read_bytes() == before
    assert not (folder / "study" / "programme.yaml").exists()
    (folder / "study" / "programme.yaml").write_text("id: other\n", encoding="utf-8")
    with pytest.raises(LcresearchError) as error:
        join_programme(folder / "study", folder / "plan", consortium="Vliet", sector="water")
    assert [one.code for one in error.value.problems] == ["W061"]


def test_a_plan_that_changed_is_taken_over_and_the_one_before_it_kept(joined):
    from lcresearch.studies.joining import join_programme

    path = joined / "plan" / "programme.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("minimum_cell: 10", "minimum_cell: 12"), encoding="utf-8")
    join_programme(joined / "study", joined / "plan")
    loaded = studies.load(joined / "study")
    assert loaded.programme is not None
    assert loaded.programme.disclosure.minimum_cell == 12
    assert "minimum_cell: 10" in (joined / "study" / "programme.earlier.yaml").read_text(encoding="utf-8")
    assert loaded.file.consortium == "Vliet"
