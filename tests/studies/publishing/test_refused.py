"""When nothing is published: what is missing, changed, added, or may not be public."""

import json
from pathlib import Path

import pytest

from lcresearch import studies
from lcresearch.errors import LcresearchError
from lcresearch.studies.work_to_do import report_is_new


@pytest.fixture
def codes(study):
    """Codes with which publishing is refused; nothing is written then."""

    def _codes(**options) -> list[str]:
        before = sorted(study.rglob("*"))
        with pytest.raises(LcresearchError) as caught:
            studies.publish(study, **options)
        assert str(caught.value)
        assert sorted(study.rglob("*")) == before
        return [problem.code for problem in caught.value.problems]

    return _codes


def edit(study: Path, old: str, new: str, *, run: bool = False) -> None:
    """Change a word of study.yaml, as if it had stood there when the study ran when ``run`` is given."""
    path = study / "study.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    if run:
        studies.load(study).run(force=True)


def test_without_what_a_repository_needs(study, codes):
    edit(study, "  licence: CC-BY-4.0\n", "")
    edit(study, "  keywords: [leercultuur]\n", "")
    assert codes() == ["S211"]


def test_all_that_is_missing_is_named_at_once(study):
    text = (study / "study.yaml").read_text(encoding="utf-8")
    (study / "study.yaml").write_text(text[: text.index("publication:")], encoding="utf-8")
    with pytest.raises(LcresearchError, match="creators, contact, publisher, keywords, licence, purpose, evidence"):
        studies.publish(study)


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("0000-0002-1825-0097", "0000-0002-1825-0098", "S210"),
        ("008xxew50", "008xxew51", "S210"),
        ("10.5281/zenodo.1", "zenodo.1", "S210"),
        ("  purpose:", "  embargo: 1-1-2027\n  purpose:", "S212"),
        ("  purpose:", "  named: [sector]\n  purpose:", "S213"),
        ("  purpose:", "  named: [organisation]\n  purpose:", "G042"),
        ("practice_oriented", "practical", "G042"),
        ("  purpose:", "  plan: {file: ../plan.yaml}\n  purpose:", "S185"),
        ("  purpose:", "  plan: {file: plan.yaml}\n  purpose:", "G001"),
        ("Anna@example.org", "anna", "G047"),
    ],
)
def test_a_wrong_part_is_found_when_the_study_is_loaded(study, codes, old, new, code):
    edit(study, old, new)
    assert codes() == [code]


def test_a_test_without_a_dated_plan(study, codes):
    edit(study, "exploratory", "confirmatory")
    assert codes() == ["S214"]


def test_a_planned_scale_that_is_none(study, codes):
    edit(study, "  purpose:", "  planned: [trust]\n  purpose:")
    assert codes() == ["S215"]


def test_a_study_that_was_not_run(study, codes, tmp_path):
    assert codes(results=tmp_path / "nothing") == ["S216"]


def test_results_of_another_study(study, codes):
    change_record(study, study="another")
    assert codes() == ["S216"]


@pytest.mark.parametrize("content", ["{", "[1]", "[" * 100_000, '{"study": "small", "date": 1}'])
def test_a_record_that_is_none(study, codes, content):
    (study / "results" / "run.json").write_text(content, encoding="utf-8")
    assert codes() == ["S216"]


def test_a_study_that_changed_since_the_run(study, codes):
    edit(study, "Verzonnen.,", "Anders.,")
    assert codes() == ["S217"]


def test_what_is_told_of_a_study_may_be_told_after_the_run(study):
    """Who made it and under which licence is often filled in when the report is ready; no number depends on it."""
    edit(study, "Bram", "Bea")
    assert "Verzonnen, Bea" in studies.publish(study).published.citation
    assert report_is_new(studies.load(study))


def test_answers_that_changed_since_the_run(study, codes):
    with (study / "answers.csv").open("a", encoding="utf-8") as file:
        file.write("pers044,Zonnebloem Bakkerij,,1,2,3,4,5,1\n")
    assert codes() == ["S217"]


@pytest.mark.parametrize("change", [{"lcresearch": "0.0.1"}, {"software": {}}, {"outputs": {}}])
def test_results_of_another_version(study, codes, change):
    change_record(study, **change)
    assert codes() == ["S218"]


@pytest.mark.parametrize(
    "name", ["report.html", "tables/scores_overall.csv", "figures/voice-answers.nl.svg", "facts.json"]
)
def test_a_result_that_was_changed(study, codes, name):
    with (study / "results" / name).open("a", encoding="utf-8") as file:
        file.write(" ")
    assert codes() == ["S219"]


@pytest.mark.parametrize("name", ["tables/rows.of.persons.csv", "figures/photo.png", "notes.docx", "report-final.html"])
def test_a_file_that_was_added(study, codes, name):
    (study / "results" / name).write_text("Piet", encoding="utf-8")
    assert codes() == ["S219"]


def test_a_result_that_was_taken_away_or_became_a_link(study, codes, tmp_path):
    path = study / "results" / "report.html"
    path.rename(tmp_path / "report.html")
    assert codes() == ["S219"]
    path.symlink_to(tmp_path / "report.html")
    assert codes() == ["S219"]


def test_a_folder_of_results_that_became_a_link(study, codes, tmp_path):
    (study / "results" / "tables").rename(tmp_path / "tables")
    (study / "results" / "tables").symlink_to(tmp_path / "tables", target_is_directory=True)
    assert codes() == ["S219"]


def test_numbers_that_are_others_now(study, codes):
    """The record was made to agree with a table that says something else."""
    table = study / "results" / "tables" / "scores_overall.csv"
    table.write_text("scale,wave,n,mean\nvoice,t0,43,5.0\n", encoding="utf-8")
    import hashlib

    record = json.loads((study / "results" / "run.json").read_text(encoding="utf-8"))
    digest = hashlib.sha256(table.read_bytes()).hexdigest()
    change_record(study, outputs=record["outputs"] | {"tables/scores_overall.csv": digest})
    assert codes() == ["S220"]


def test_texts_that_point_to_somebody(study):
    """All that is found is named together, and nothing is written."""
    text = "Dank aan Waterlelie Bouw (Consortium Heidebloem). Bel 06-12345678, mail piet@firma.example. Zie pers001."
    edit(study, "Verzonnen.,", f"{text!r},", run=True)
    with pytest.raises(LcresearchError) as caught:
        studies.publish(study)
    found = {(one.where.file, one.values["found"]) for one in caught.value.problems}
    assert {one.code for one in caught.value.problems} == {"S221"}
    what = {"Waterlelie Bouw", "06-12345678", "piet@firma.example", "pers001"}
    assert {name for file, name in found if file == "report.html"} == what
    assert {"README.md", "metadata/datacite.json", "replay/study.yaml", "summary.nl.html"} <= {
        file for file, _ in found
    }
    assert not (study / "publication").exists()


def test_markup_in_titles_is_text(study):
    edit(study, "nl: Klein onderzoek", "nl: '<script>alert(1)</script> & <img src=x>'", run=True)
    made = studies.publish(study, preview=True)
    for name, content in made.files.items():
        if name.endswith((".html", ".svg")):
            assert "<script>" not in content
            assert "<img src=x" not in content
    assert "\\<script\\>" in made.files["README.md"]


def change_record(folder: Path, **values) -> None:
    path = folder / "results" / "run.json"
    record = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(record | values), encoding="utf-8")
