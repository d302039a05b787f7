"""Commands on evidence: what they print and write, and with which status they end."""

import inspect
import json
import re
import shutil
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from lcresearch import studies, synthesis
from lcresearch.cli_synthesis import synthesize
from lcresearch.synthesis.packages.invented import invented_evidence
from lcresearch.synthesis.programme import example_programme

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def arrived(tmp_path_factory):
    """A programme.yaml, and a folder with packages of six invented consortia."""
    folder = tmp_path_factory.mktemp("arrived")
    studies.new("programme", folder)
    used = synthesis.InstrumentVersion(id="learning-culture", version="0.1.0", hash="0" * 64)
    for place, sector in enumerate(["energy", "logistics", "water"] * 2):
        evidence = invented_evidence(f"Lab {place}", sector, n_persons=14, seed=place)
        evidence = replace(evidence, instruments=(used,))
        synthesis.pack(evidence, folder / "packages", example_programme())
    return folder


def test_new_programme_says_what_to_do_with_it(lcresearch, tmp_path):
    status, out, _ = lcresearch("new", "programme", tmp_path / "plan")
    assert status == 0
    assert "before there are data" in out
    assert (tmp_path / "plan" / "programme.yaml").is_file()
    assert "[Y143]" in lcresearch("new", "programme", tmp_path / "plan")[2]


def test_pack_without_a_programme_says_what_is_missing(lcresearch, tmp_path):
    studies.new("unit-climate", tmp_path / "mine")
    for option in ([], ["--preview"]):
        status, _, err = lcresearch("pack", tmp_path / "mine", *option)
        assert (status, "[S122]" in err) == (1, True)


def test_synthesize_writes_tables_and_what_to_compare_with_later(lcresearch, arrived, tmp_path):
    asked = ("synthesize", arrived / "packages", "--programme", arrived / "programme.yaml", "-o", tmp_path / "out")
    status, out, err = lcresearch(*asked)
    assert status == 0, err
    assert "Shared purpose: not enough evidence (certainty: " in out
    assert "report.html" in out
    assert "report.en.html" in out
    table = pd.read_csv(tmp_path / "out" / "tables" / "elements.csv")
    assert table["element"].tolist() == ["shared_purpose", "time_to_learn"]
    assert table["n_consortia"].tolist() == [6, 6]
    record = json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8"))
    assert record["synthesis"] == "example"
    assert record["simulated"] is True
    assert len(record["inputs"]) == 7
    assert synthesis.read_synthesis(tmp_path / "out").programme == "example"
    status, _, err = lcresearch(*asked)
    assert (status, "[G002]" in err) == (1, True)
    done = studies.synthesize_to([arrived / "packages"], arrived / "programme.yaml", tmp_path / "out", force=True)
    pd.testing.assert_frame_equal(pd.read_csv(tmp_path / "out" / "tables" / "elements.csv"), table)
    numbers = ["estimate", "std_error", "conf_low", "conf_high", "n_consortia"]
    pd.testing.assert_frame_equal(table[numbers], done.result.elements[numbers], check_dtype=False)


def test_synthesize_beside_a_study_leaves_its_results_alone(lcresearch, arrived, tmp_path, monkeypatch):
    """The folder of a study may hold its plan, as in the example cross-consortium: nothing has to be chosen there."""
    (tmp_path / "results" / "evidence").mkdir(parents=True)
    for package in (arrived / "packages").glob("*.zip"):
        shutil.copy(package, tmp_path / "results" / "evidence")
    monkeypatch.chdir(tmp_path)
    status, _, err = lcresearch("synthesize", "results/evidence", "--programme", arrived / "programme.yaml")
    assert status == 0, err
    assert (tmp_path / "synthesis" / "report.html").is_file()  # where the page looks, too
    assert [one.name for one in (tmp_path / "results").iterdir()] == ["evidence"]


@pytest.mark.parametrize(
    "page", sorted([*ROOT.glob("docs/*.md"), *ROOT.glob("analyses/*/README.md"), ROOT / "README.md"])
)
def test_commands_in_the_documentation_name_the_programme(page):
    told = re.findall(r"lcresearch synthesize [^`\n]*\S/\S[^`\n]*", page.read_text(encoding="utf-8"))
    assert [one for one in told if "--programme" not in one] == []


def test_synthesize_leaves_a_folder_with_packages_alone(lcresearch, arrived):
    asked = ("synthesize", arrived / "packages", "--programme", arrived, "-o", arrived / "packages", "--force")
    status, _, err = lcresearch(*asked)
    assert (status, "[S010]" in err) == (1, True)
    assert len(list((arrived / "packages").glob("*.zip"))) == 6


def test_a_damaged_package_is_refused_and_nothing_is_written(lcresearch, arrived, tmp_path):
    whole = sorted((arrived / "packages").glob("*.zip"))
    broken = tmp_path / "broken.zip"
    broken.write_bytes(whole[0].read_bytes()[:-200])
    asked = ("synthesize", *whole[1:], broken, "--programme", arrived, "-o", tmp_path / "out")
    status, _, err = lcresearch(*asked)
    assert status == 1
    assert "broken.zip" in err
    assert not (tmp_path / "out").exists()


def test_synthesize_has_the_defaults_of_python():
    command = inspect.signature(synthesize).parameters
    for name, parameter in inspect.signature(studies.synthesize_to).parameters.items():
        if name in command and parameter.default is not inspect.Parameter.empty:
            assert command[name].default == parameter.default, name


def test_a_literature_synthesis_goes_from_records_to_forms(lcresearch, tmp_path):
    records = Path(__file__).parent / "reference" / "literature"
    sources = [records / name for name in ("scopus.ris", "eric.ris", "verwijzingen.csv")]
    review = tmp_path / "review"
    asked = ("--found-by", "verwijzingen.csv=citation", "--screener", "Noor", "--screener", "Sam")
    status, out, err = lcresearch("literature", "start", *sources, "-o", review, *asked)
    assert status == 0, err
    assert "doubtful-pairs.csv" in out
    (review / "doubtful-pairs.csv").write_bytes((records / "doubtful-pairs.csv").read_bytes())
    status, out, err = lcresearch("literature", "next", review)
    assert status == 0, err
    assert "noor" in out.lower()
    assert lcresearch("literature", "status", review)[0] == 0
    assert lcresearch("literature", "start", *sources, "-o", review)[0] == 1
    assert lcresearch("literature", "start", *sources, "-o", review, "--found-by", "citation")[0] == 2
