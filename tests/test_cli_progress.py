"""`lcresearch progress`: what it prints and writes, in both languages."""

import inspect
import json

import pytest
from tests.synthesis.progress_table.invented_programme import packages_in, programme_folder, results_of

from lcresearch import studies, synthesis
from lcresearch.cli_progress import progress
from lcresearch.errors import LcresearchError, SynthesisError


@pytest.fixture(scope="module")
def programme(tmp_path_factory):
    folder = programme_folder(tmp_path_factory.mktemp("programme"))
    study = folder / "study"
    study.mkdir()
    (study / "study.yaml").write_text("id: only its results are read\n", encoding="utf-8")
    results_of(study / "results", "noord", parties=(60, 22, 14, 4), sizes=(20, 40), invited=180, communities=6)
    packages_in(study / "results" / "evidence", ("noord", "energy"))
    return folder


def test_writes_pages_tables_figure_and_what_the_next_is_compared_with(lcresearch, programme, tmp_path):
    asked = ("progress", programme / "study", "--programme", programme, "-o", tmp_path / "out")
    status, out, err = lcresearch(*asked)
    assert status == 0, err
    assert "Participants from education: 22 (target: 100)" in out
    files = {str(path.relative_to(tmp_path / "out")) for path in (tmp_path / "out").rglob("*") if path.is_file()}
    assert {"progress.html", "progress.en.html", "progress.json", "run.json", "figures/progress.nl.svg"} <= files
    assert {"tables/criteria.csv", "tables/participation.csv", "tables/tables.xlsx"} <= files
    assert json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8"))["progress"] == "example"
    assert "[G002]" in lcresearch(*asked)[2]
    status, out, err = lcresearch(*asked, "--force")
    assert status == 0, err
    page = (tmp_path / "out" / "progress.en.html").read_text(encoding="utf-8")
    assert "Compared with" in page


def test_pages_say_what_is_behind_in_both_languages(programme, tmp_path):
    done = studies.progress_to([programme / "study"], programme, tmp_path / "out", date=None)
    dutch = done.page.read_text(encoding="utf-8")
    english = done.page.with_name("progress.en.html").read_text(encoding="utf-8")
    assert "Gesimuleerde gegevens" in dutch
    assert "Respons op de vragenlijst (56% van 60%)" in dutch
    assert "Response to the questionnaire (56% of 60%)" in english
    assert "niet getoond" in dutch


def test_command_has_the_defaults_of_the_function():
    called = inspect.signature(studies.progress_to).parameters
    for name, parameter in inspect.signature(progress).parameters.items():
        if name not in ("places", "programme", "output"):
            assert parameter.default == called[name].default, name


@pytest.fixture(scope="module")
def table_of(programme, tmp_path_factory):
    folder = tmp_path_factory.mktemp("progress") / "out"
    studies.progress_to([programme / "study"], programme, folder, date=None)
    return folder


def test_a_progress_table_is_read_back_as_its_file_has_it(table_of):
    found = synthesis.read_progress(table_of / "progress.json")
    stored = json.loads((table_of / "progress.json").read_text(encoding="utf-8"))
    assert found.date.isoformat() == stored["date"]
    assert set(found.criteria) == {row["criterion"] for row in stored["criteria"]}


def test_the_folder_of_a_progress_table_reads_as_its_file(table_of):
    assert synthesis.read_progress(table_of) == synthesis.read_progress(table_of / "progress.json")


def test_the_same_results_give_the_same_progress_table(programme, table_of, tmp_path):
    studies.progress_to([programme / "study"], programme, tmp_path / "out", date=None)
    again = (tmp_path / "out" / "progress.json").read_text(encoding="utf-8")
    assert again == (table_of / "progress.json").read_text(encoding="utf-8")


def test_what_is_no_progress_table_is_refused(tmp_path):
    (tmp_path / "progress.json").write_text("{}", encoding="utf-8")
    for place, code in ((tmp_path, "Y228"), (tmp_path / "nothing", "G001")):
        with pytest.raises(SynthesisError) as refused:
            synthesis.read_progress(place)
        assert refused.value.problems[0].code == code


def test_a_progress_table_that_is_there_is_not_replaced(programme, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(LcresearchError):
        studies.progress_to([programme / "study"], programme, tmp_path / "out", date=None)
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["mine.txt"]
