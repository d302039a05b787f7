"""Forms of a study on its page: made, looked at, downloaded; and a study that has none."""

from __future__ import annotations

import io
import zipfile

import pytest

from lcresearch import studies

STUDY = "/studies/short-cycle-example"


@pytest.mark.parametrize("language", ["nl", "en"])
def test_forms_are_made_and_come_as_one_zip(serve, let_in, at_once, studies_folder, language):
    client = let_in(serve(studies_folder), language)
    assert client.get(f"{STUDY}/forms/all.zip").status_code == 422
    answer = client.post(f"{STUDY}/forms", platforms=["limesurvey", "word"])
    assert answer.status_code == 200
    assert {"nl": "De vragenlijst is gemaakt.", "en": "The questionnaire was made."}[language] in answer.text
    folder = studies_folder / "short-cycle-example" / "forms"
    with zipfile.ZipFile(io.BytesIO(client.get(f"{STUDY}/forms/all.zip").content)) as packed:
        assert {name: packed.read(name) for name in packed.namelist()} == {
            file.name: file.read_bytes() for file in folder.iterdir()
        }
    for name in ("..%2fstudy.yaml", "study.yaml", "short-cycle-example.lss%00", "elsewhere.html"):
        assert client.get(f"{STUDY}/forms/file/{name}").status_code == 404
    assert client.get(f"{STUDY}/forms/page/short-cycle-example.lss").status_code == 404
    assert client.post(f"{STUDY}/forms", platforms="unknown").status_code == 422


def test_a_study_without_a_questionnaire_gets_one(serve, let_in, studies_folder):
    client = let_in(serve(studies_folder), "nl")
    page = client.get("/studies/unit-climate/forms").text
    assert "nog geen vragenlijst" in page
    version = page.partition('name="version" value="')[2].partition('"')[0]
    refused = client.post("/studies/unit-climate/forms/add", platforms="print", version=version, **{"groups-team": ""})
    assert refused.status_code == 422
    fields = {f"groups-{level}": "Alfa\nBèta" for level in studies.load(studies_folder / "unit-climate").file.levels}
    answer = client.post("/studies/unit-climate/forms/add", platforms="word", version=version, **fields)
    assert answer.status_code == 200, answer.text
    form = studies.load(studies_folder / "unit-climate").file.form
    assert form is not None
    assert form.platforms == ("word",)
    assert ("Alfa", "Bèta") in form.groups.values()
