"""What a bundle holds and what it does not, and that the same study gives the same bytes."""

import hashlib
import io
import json
import re
import shutil
import zipfile

import pandas as pd
import pytest
import yaml

from lcresearch import instruments, studies
from lcresearch.errors import StudyError


def table(bundle, name):
    return pd.read_csv(io.BytesIO(bundle.files[f"tables/{name}.csv"]))


def test_groups_have_a_code_and_at_least_ten_persons(bundle):
    scores = table(bundle, "scores_by_group").query("scale == 'voice'")
    assert sorted(scores["group"]) == ["O-1", "O-2", "O-3", "O-4"]
    shown = scores[scores["released"]]
    assert sorted(shown["n"]) == [12, 14]  # the firm of 6 is too small, and that of 11 would give it away
    assert scores.loc[~scores["released"], ["n", "mean", "sd", "conf_low", "conf_high"]].isna().all(axis=None)
    hidden = table(bundle, "scores_overall").query("scale == 'voice'")["n"].item() - shown["n"].sum()
    assert hidden == 17


def test_counts_of_persons_hide_the_same_groups(bundle):
    counts = table(bundle, "response_by_group")
    assert sorted(counts["n_persons"].dropna()) == [12, 14]


def test_shown_means_are_those_of_the_report(bundle, study):
    ours = table(bundle, "scores_by_group").query("scale == 'voice'").dropna(subset="mean")
    report = pd.read_csv(study / "results" / "tables" / "scores_by_group.csv").query("scale == 'voice'")
    assert set(ours["mean"]) <= set(report["mean"])
    assert (table(bundle, "scores_overall")["mean"] == pd.read_csv(
        study / "results" / "tables" / "scores_overall.csv")["mean"]).all()  # fmt: skip


@pytest.mark.parametrize(
    "secret",
    ["Zonnebloem", "Kraanvogel", "Nachtegaal", "Waterlelie", "Heidebloem", "Kruidnagel", "firma.example", "pers001",
     "answers_file", "release-key"],
)  # fmt: skip
def test_no_name_address_or_id_is_in_any_file(bundle, secret):
    for name, content in bundle.files.items():
        raw = content.encode() if isinstance(content, str) else content
        assert secret.encode() not in raw, name
        if name.endswith(".xlsx"):
            book = zipfile.ZipFile(io.BytesIO(raw))
            assert all(secret.encode() not in book.read(part) for part in book.namelist())


def test_no_folder_of_this_computer_and_no_file_name_of_the_answers(bundle):
    text = "".join(content for content in bundle.files.values() if isinstance(content, str))
    assert str(bundle.folder.parent) not in text
    assert json.loads(bundle.files["run.json"]).keys().isdisjoint({"inputs", "outputs", "left_out"})


def test_names_stay_in_the_house_beside_their_codes(bundle):
    codes = pd.read_csv(bundle.codes)
    assert bundle.codes.parent.name == "private"
    assert set(codes["name"]) == {"Zonnebloem Bakkerij", "Kraanvogel Metaal", "Nachtegaal Studio", "Waterlelie Bouw"}


def test_wording_that_may_not_be_passed_on_is_named_only(bundle):
    assert "instruments/voice.yaml" in bundle.files
    assert "instruments/owned.yaml" not in bundle.files
    assert not any("Beschermde vraag" in text for text in bundle.files.values() if isinstance(text, str))
    listed = {one["id"]: one for one in json.loads(bundle.files["instruments/instruments.json"])}
    assert listed["owned"]["wording_included"] is False
    assert listed["owned"]["licence"] == "Eigendom van een uitgever"


def test_an_instrument_in_the_bundle_is_the_one_that_was_used(bundle, tmp_path):
    path = tmp_path / "voice.yaml"
    path.write_text(bundle.files["instruments/voice.yaml"], encoding="utf-8")
    listed = {one["id"]: one for one in json.loads(bundle.files["instruments/instruments.json"])}
    assert instruments.load(path).hash == listed["voice"]["hash"]


def test_comments_of_an_own_instrument_stay_behind(bundle):
    assert "#" not in bundle.files["instruments/voice.yaml"]


def test_the_manifest_is_that_of_the_files_on_disk(bundle):
    lines = (bundle.folder / "manifest-sha256.txt").read_text(encoding="utf-8").splitlines()
    assert len(lines) == len(bundle.files) - 1
    for line in lines:
        digest, name = line.split("  ", 1)
        assert hashlib.sha256((bundle.folder / name).read_bytes()).hexdigest() == digest


def test_the_zip_holds_the_same_files(bundle):
    with zipfile.ZipFile(bundle.zip_file) as archive:
        names = {name.partition("/")[2] for name in archive.namelist()}
    assert names == set(bundle.files)


def test_the_same_study_gives_the_same_bytes(bundle, study, tmp_path):
    again = studies.publish(study, tmp_path / "elsewhere", zip_too=True)
    assert dict(again.files) == dict(bundle.files)
    inside = [zipfile.ZipFile(one.zip_file) for one in (bundle, again)]
    first, second = ([(each.date_time, each.CRC) for each in book.infolist()] for book in inside)
    assert first == second


def test_nothing_is_overwritten_without_force(study):
    (study / "publication").mkdir()
    (study / "publication" / "notes.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(StudyError) as caught:
        studies.publish(study, force=True)
    assert caught.value.problems[0].code == "S010"
    shutil.rmtree(study / "publication")
    (study / "publication.zip").write_bytes(b"mine")
    with pytest.raises(StudyError) as caught:
        studies.publish(study, zip_too=True)
    assert caught.value.problems[0].code == "G002"


def test_a_preview_writes_nothing(study):
    before = sorted(study.rglob("*"))
    made = studies.publish(study, preview=True)
    assert made.folder is None
    assert "Nothing was written" in made.text("en")
    assert sorted(study.rglob("*")) == before


def test_logs_say_what_was_withheld_and_decided(bundle):
    log = json.loads(bundle.files["logs/disclosure.json"])
    assert {(row["reason"], row["groups"]) for row in log["withheld_groups"]} == {("few", 1), ("protected", 1)}
    assert log["rules"]["minimum_persons"] == 10
    assert [row["kind"] for row in log["earlier_releases"]] == ["report"]
    assert set(log["earlier_releases"][0]) == {"date", "kind", "statistics", "groups"}
    decisions = json.loads(bundle.files["logs/decisions.json"])
    assert {one["kind"] for one in decisions["results"]} == {"exploratory"}
    assert len(decisions["done"]["fingerprint"]) == 64


def test_another_consortium_runs_it_on_its_own_answers(bundle, study, tmp_path):
    folder = tmp_path / "replay"
    folder.mkdir()
    for name in ("study.yaml", "voice.yaml"):
        (folder / name).write_text(bundle.files[f"replay/{name}"], encoding="utf-8")
    shutil.copy(study / "owned.yaml", folder)  # its owner gave it
    rows = pd.read_csv(study / "answers.csv").rename(columns={"person": "respondent", "firm": "organisation"})
    rows.drop(columns="remark").to_csv(folder / "answers.csv", index=False)
    content = studies.load(folder).run().content
    ours = table(bundle, "scores_overall").set_index("scale")["mean"]
    assert {one.name: one.overall["mean"].item() for one in content.scales} == pytest.approx(ours.to_dict())


def test_pages_need_nothing_else_and_link_to_files_that_are_there(bundle):
    import lxml.html

    pages = [name for name in bundle.files if name.endswith(".html")]
    assert {"index.html", "index.en.html", "summary.nl.html", "summary.en.html", "report.html"} <= set(pages)
    for name in pages:
        page = lxml.html.fromstring(bundle.files[name])
        assert not page.xpath("//script | //link[@rel='stylesheet'] | //img[starts-with(@src, 'http')]")
        links = [link for link in page.xpath("//a/@href") if not link.startswith(("#", "http", "mailto"))]
        assert set(links) <= set(bundle.files), name


def test_the_citation_file_is_one(bundle):
    citation = yaml.safe_load(bundle.files["CITATION.cff"])
    assert citation["cff-version"] == "1.2.0"
    assert citation["authors"][0]["orcid"] == "https://orcid.org/0000-0002-1825-0097"
    assert citation["license"] == "CC-BY-4.0"


def test_answers_of_others_are_not_called_invented(bundle):
    """The bundle is of invented answers; whoever replays it has real ones."""
    assert "simulated" not in bundle.files["replay/study.yaml"]


def test_the_plain_summary_lists_mean_scores(bundle):
    page = bundle.files["summary.nl.html"]
    means = {scale.name: scale.overall["mean"].iloc[0] for scale in bundle.published.content.scales}
    listed = re.findall(r"<dt>([^<]*)</dt><dd><strong>([^<]*)</strong>", page)
    assert [number for _, number in listed] == [f"{mean:.1f}".replace(".", ",") for mean in means.values()]
    assert "één gemiddelde per groep" not in page
