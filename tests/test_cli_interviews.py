"""Commands on interviews: what they write and print, and with which status they end."""

import inspect

import pandas as pd
import pytest

from lcresearch import interviews, shipped, studies

FOLDER = shipped.folder("analyses") / "programme-demo" / "interviews"
CODED = (
    FOLDER,
    "--attributes",
    FOLDER / "kenmerken.csv",
    "--codings",
    FOLDER / "codings" / "codings.csv",
    "--codebook",
    "learning-communities",
)


@pytest.fixture
def command(lcresearch):
    """Run a command on interviews as a user does: gives status, standard output and standard error."""
    return lambda *arguments: lcresearch("interviews", *arguments)


@pytest.fixture(scope="module")
def few(tmp_path_factory):
    """Three of the invented interviews in a folder of their own."""
    folder = tmp_path_factory.mktemp("few")
    for number in (1, 2, 3):
        name = f"interview-{number:02}.txt"
        (folder / name).write_bytes((FOLDER / name).read_bytes())
    table = pd.read_csv(FOLDER / "codings" / "codings.csv")
    table = table[table["document"].isin([path.name for path in folder.iterdir()])]
    (folder / "codings").mkdir()
    table.to_csv(folder / "codings" / "codings.csv", index=False)
    return folder


def test_help_is_in_plain_words(command):
    status, out, _ = command("--help")
    assert status == 0
    for name in ("import", "export", "deidentify", "agreement", "topics", "suggest"):
        assert f"  {name} " in out


def test_transcripts_become_a_project_that_other_programs_open(command, few, tmp_path):
    output = tmp_path / "coded.qdpx"
    asked = ("import", few, "--codings", few / "codings" / "codings.csv", "--codebook", "learning-communities")
    status, out, _ = command(*asked, "-o", output)
    assert status == 0
    assert "interview-01.txt" in out  # which speakers were found
    project = interviews.read_project(output)
    assert len(project.corpus) == 3
    assert len(project.codings) == len(pd.read_csv(few / "codings" / "codings.csv"))
    assert not [path for path in tmp_path.iterdir() if path != output]
    status, _, err = command(*asked, "-o", output)
    assert (status, "[G002]" in err) == (1, True)
    assert command(*asked, "-o", output, "--force")[0] == 0


def test_a_file_that_cannot_be_read_is_named_and_the_others_are_written(command, few, tmp_path):
    folder = tmp_path / "talks"
    folder.mkdir()
    (folder / "good.txt").write_bytes((few / "interview-01.txt").read_bytes())
    (folder / "empty.txt").write_bytes(b"")
    status, out, _ = command("import", folder, "-o", tmp_path / "out.qdpx")
    assert status == 1
    assert "empty.txt" in out
    assert len(interviews.read_project(tmp_path / "out.qdpx").corpus) == 1


@pytest.mark.parametrize("ending", [".qdpx", ".qdc", ".csv", ".xlsx"])
def test_export_goes_by_the_ending(command, few, tmp_path, ending):
    asked = ("--codings", few / "codings" / "codings.csv", "--codebook", "learning-communities")
    output = tmp_path / f"out{ending}"
    status, out, _ = command("export", few, *asked, "-o", output)
    assert status == 0
    assert str(output) in out
    assert ("what people said" in out or "wat mensen zeiden" in out) == (ending != ".qdc")
    assert output.stat().st_size > 500


def test_a_study_serves_as_source(command, tmp_path):
    status, _, _ = command("export", FOLDER.parent, "-o", tmp_path / "all.csv")
    assert status == 0
    assert len(pd.read_csv(tmp_path / "all.csv")) == 882


def test_export_to_a_program_and_wrong_words(command, few, tmp_path):
    assert command("export", few, "-o", tmp_path / "a.qdpx", "--target", "nvivo")[0] == 0
    assert command("export", few, "-o", tmp_path / "b.qdpx", "--target", "word")[0] == 2
    assert command("import", few, "-o", tmp_path / "c.qdpx", "--role", "Anna")[0] == 2
    assert "[V035]" in command("export", few, "-o", tmp_path / "d.docx")[2]
    assert "[S079]" in command("import", few, "--codings", "x.csv", "-o", tmp_path / "e.qdpx")[2]
    assert "[G001]" in command("import", tmp_path / "nowhere", "-o", tmp_path / "f.qdpx")[2]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.qdpx"]


def test_agreement_of_coders_is_printed(command):
    status, out, _ = command("agreement", *CODED, "--without-role", "interviewer")
    assert status == 0
    assert "krippendorff_alpha" in out
    assert "(all)" in out
    assert "[V100]" in command("agreement", *CODED, "--coder", "A", "--coder", "Z")[2]


def test_agreement_of_a_study_is_that_of_its_report(command, tmp_path):
    study = FOLDER.parent
    status, _, err = command("agreement", study, "-o", tmp_path / "codes.csv")
    assert status == 0, err
    table = pd.read_csv(tmp_path / "codes.csv").set_index("code")
    asked = {"segment": "turn", "without_roles": ["interviewer"]}
    reported = interviews.coder_agreement(studies.open_interviews(study), **asked).by_code().set_index("code")
    assert table.loc["(all)", "krippendorff_alpha"] == pytest.approx(reported.loc["(all)", "krippendorff_alpha"])
    assert round(table.loc["(all)", "krippendorff_alpha"], 3) == 0.774
    assert command("agreement", study, "--without-role", "nobody", "-o", tmp_path / "all.csv")[0] == 0
    assert round(pd.read_csv(tmp_path / "all.csv").set_index("code").loc["(all)", "krippendorff_alpha"], 3) == 0.779


def test_a_study_without_interviews_is_refused(command, tmp_path):
    study = shipped.folder("analyses") / "unit-climate"
    assert "[S078]" in command("export", study, "-o", tmp_path / "x.csv")[2]


def test_suggestions_are_written_and_nothing_is_coded(command, tmp_path):
    output = tmp_path / "coded.suggestions.json"
    status, out, err = command("suggest", *CODED, "--method", "rules", "-o", output)
    assert status == 0, err
    assert interviews.read_suggestions(output).method == "rules"
    assert "Nothing is coded" in out or "niets gecodeerd" in out
    assert "[V176]" in command("suggest", *CODED, "--method", "magic", "-o", tmp_path / "y.json")[2]
    assert "[V268]" in command("suggest", FOLDER, "-o", tmp_path / "z.json")[2]


def test_names_go_out_and_are_not_printed(command, few, tmp_path):
    output = tmp_path / "clean.qdpx"
    status, out, err = command("deidentify", few, "-o", output)
    assert status == 0, err
    text = "\n".join(document.text for document in interviews.read_project(output).corpus)
    key = pd.read_csv(tmp_path / "private" / "interview-key.csv")
    assert len(key) > 10
    for name in ("Marleen", "Jarno", "Oldenhofstee"):
        assert name in key.to_string()
        assert name not in text
        assert name not in out + err
    for name in key["name"]:
        assert f" {name} " not in out + err
    assert sorted(path.name for path in tmp_path.rglob("*") if path.is_file()) == [
        "clean.qdpx",
        "interview-key.csv",
        "interview-review.csv",
    ]
    status, _, err = command("deidentify", few, "-o", output)
    assert (status, "[G002]" in err) == (1, True)
    assert command("deidentify", few, "-o", output, "--force")[0] == 0
    assert pd.read_csv(tmp_path / "private" / "interview-key.csv").equals(key)
    assert command("deidentify", few, "-o", tmp_path / "clean.docx")[0] == 1


def test_decisions_in_the_table_that_is_there_are_used_and_kept(command, few, tmp_path):
    output, table = tmp_path / "clean.qdpx", tmp_path / "private" / "interview-review.csv"
    assert command("deidentify", few, "-o", output)[0] == 0
    frame = pd.read_csv(table, dtype=str, keep_default_na=False)
    name, other = frame.loc[frame["kind"] == "person", "found"].value_counts().index[:2]
    row = frame.index[frame["found"] == name][0]
    renamed = frame.index[frame["found"] == other][0]
    frame.loc[row, "decision"] = "overal behouden"
    frame.loc[renamed, ["decision", "replacement"]] = ["vervangen", "de docent"]
    frame.to_csv(table, index=False)
    for _ in range(2):
        assert command("deidentify", few, "-o", output, "--force")[0] == 0
        again = pd.read_csv(table, dtype=str, keep_default_na=False).set_index("hit")
        assert again.loc[frame.loc[row, "hit"], "decision"] == "overal behouden"
        decided = again.loc[frame.loc[renamed, "hit"]]
        assert decided[["decision", "replacement"]].tolist() == ["vervangen", "de docent"]
        assert set(again.loc[again["found"] == name, "action"]) == {"left"}
        assert (again["decision"] != "").sum() == 2
        text = "\n".join(document.text for document in interviews.read_project(output).corpus)
        assert name in text
        assert "de docent" in text


def test_decisions_that_a_new_table_does_not_hold_are_set_aside(command, few, tmp_path):
    output, table = tmp_path / "clean.qdpx", tmp_path / "private" / "interview-review.csv"
    assert command("deidentify", few, "-o", output)[0] == 0
    frame = pd.read_csv(table, dtype=str, keep_default_na=False)
    frame.to_csv(tmp_path / "other.csv", index=False)
    frame.loc[0, "decision"] = "behouden"
    frame.to_csv(table, index=False)
    assert command("deidentify", few, "-o", output, "--force", "--decisions", tmp_path / "other.csv")[0] == 0
    earlier = pd.read_csv(table.with_name("interview-review.earlier.csv"), dtype=str, keep_default_na=False)
    assert earlier.loc[0, "decision"] == "behouden"


def test_coded_texts_keep_their_codings_without_names(command, few, tmp_path):
    asked = ("--codings", few / "codings" / "codings.csv", "--codebook", "learning-communities")
    assert command("deidentify", few, *asked, "-o", tmp_path / "clean.qdpx")[0] == 0
    project = interviews.read_project(tmp_path / "clean.qdpx")
    assert len(project.codings) == len(pd.read_csv(few / "codings" / "codings.csv"))


@pytest.mark.filterwarnings("ignore::lcresearch.errors.LcresearchWarning")
def test_topics_are_words_and_numbers(command, tmp_path):
    pytest.importorskip("sklearn")
    output = tmp_path / "topics.csv"
    asked = ("topics", FOLDER, "--method", "factorisation", "--topics", "4", "--seed", "1")
    status, _, err = command(*asked, "-o", output, "--codes", tmp_path / "topics.qdc")
    assert status == 0, err
    assert len(pd.read_csv(output)) == 4
    assert len(interviews.read_codebook(tmp_path / "topics.qdc").codes) >= 4
    assert command(*asked, "-o", output)[0] == 1


def test_disagreements_are_listed_to_talk_about(command, few, tmp_path):
    asked = ("--codings", few / "codings" / "codings.csv", "--codebook", "learning-communities")
    places, table = tmp_path / "places.xlsx", tmp_path / "codes.csv"
    status, _, err = command("agreement", few, *asked, "--disagreements", places, "-o", table)
    assert status == 0, err
    assert len(pd.read_csv(table)) > 10
    assert places.stat().st_size > 4000


def test_commands_have_the_defaults_of_python():
    from lcresearch import cli_interviews

    pairs = ((cli_interviews.agreement, interviews.coder_agreement), (cli_interviews.suggest, interviews.suggest_codes))
    for command, function in pairs:
        asked = inspect.signature(function).parameters
        for name, parameter in inspect.signature(command).parameters.items():
            if name in asked and name not in ("codebook",) and parameter.default is not None:
                assert parameter.default == asked[name].default, name
