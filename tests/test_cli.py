"""The command line: what it prints, and with which status it ends."""

import inspect
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
import typer

from lcresearch import __version__
from lcresearch.cli import app, validate_instrument
from lcresearch.messages import problem_codes


def test_start_up_loads_nothing_heavy():
    """pandas alone takes longer than a start may take; and what only the extras install is not there for everybody."""
    script = "import lcresearch, lcresearch.cli, sys; print(sorted({m.split('.')[0] for m in sys.modules}))"
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    others = ("starlette", "uvicorn", "segno", "python_multipart", "sklearn", "spacy")
    for heavy in ("pandas", "numpy", "scipy", "pydantic", "yaml", "matplotlib", "rich", "babel", *others):
        assert f"'{heavy}'" not in loaded


def test_help_names_every_command(lcresearch):
    status, out, _ = lcresearch("--help")
    assert status == 0
    for command in (
        *("demo", "new", "check", "run", "pack", "synthesize", "integrate", "check-claims", "explain"),
        *("instruments", "literature"),
    ):
        assert f"  {command} " in out


def test_version(lcresearch):
    assert lcresearch("--version")[:2] == (0, f"{__version__}\n")


COMMAND = typer.main.get_command(app)


@pytest.mark.parametrize("language", ["nl", "en"])
def test_explain_knows_every_code_in_both_languages(language, capsys):
    """The command is built once: that takes far longer than an explanation, and there are thousands."""
    for code in problem_codes():
        COMMAND.main(["--language", language, "explain", code], standalone_mode=False)
        told = capsys.readouterr().out
        assert told.startswith(code), code
        assert "{'" not in told, code


def test_problem_with_data_has_status_1_and_no_traceback(lcresearch, tmp_path):
    status, out, err = lcresearch("run", tmp_path / "nowhere")
    assert (status, out) == (1, "")
    assert "[G001]" in err
    assert "Traceback" not in err


def test_wrong_usage_has_status_2(lcresearch):
    assert lcresearch("run", "--outputs")[0] == 2
    assert lcresearch("sing")[0] == 2


def test_the_study_in_which_one_stands_needs_no_name(lcresearch, tmp_path, monkeypatch):
    lcresearch("new", "unit-climate", tmp_path / "mine")
    monkeypatch.chdir(tmp_path / "mine")
    assert lcresearch("check")[0] == 0


def test_messages_in_dutch(lcresearch, monkeypatch, tmp_path):
    monkeypatch.setenv("LCRESEARCH_LANGUAGE", "en")
    assert "bestaat niet" in lcresearch("--language", "nl", "run", tmp_path / "nowhere")[2]


def test_instruments_are_listed_shown_and_checked(lcresearch, tmp_path):
    assert "psychological-safety" in lcresearch("instruments", "list")[1]
    assert "Veiligheid in het team" in lcresearch("instruments", "show", "psychological-safety")[1]
    assert "Psychological safety" in lcresearch("instruments", "show", "psychological-safety", "--lang", "en")[1]
    broken = tmp_path / "broken.yaml"
    broken.write_text("id: broken\n", encoding="utf-8")
    status, out, _ = lcresearch("instruments", "check", broken)
    assert status == 1
    assert "stop the work" in out


def test_new_makes_a_study_that_checks(lcresearch, tmp_path):
    status, out, _ = lcresearch("new", "unit-climate", tmp_path / "mine")
    assert status == 0
    assert str(tmp_path / "mine") in out
    status, out, _ = lcresearch("check", tmp_path / "mine")
    assert status == 0
    assert "column is 'organisation': COMPID" in out
    assert "column matched to the item (by id): LEAD01, LEAD02" in out
    assert out.endswith("\n\nNothing found that stops the work.\n")
    assert lcresearch("new", "unit-climate", tmp_path / "mine")[0] == 1


def test_new_names_the_nearest_template(lcresearch, tmp_path):
    assert "Did you mean 'unit-climate'?" in lcresearch("new", "unit-climat", tmp_path / "mine")[2]


def test_instrument_of_the_library_is_checked_by_its_id(lcresearch):
    status, out, _ = lcresearch("instruments", "check", "team-learning")
    assert status == 0
    assert "Nothing found that stops the work." in out
    status, out, _ = lcresearch("instruments", "check", "team-lerning")
    assert status == 1
    assert "[G001]" in out


def test_what_the_operating_system_refuses_is_one_message(lcresearch, monkeypatch, tmp_path):
    def refuse(*arguments):
        raise OSError(28, "No space left on device", str(tmp_path / "tables.xlsx"))

    monkeypatch.setattr("lcresearch.studies.load", refuse)
    status, out, err = lcresearch("run", tmp_path)
    assert (status, out) == (1, "")
    assert "[G004]" in err
    assert "No space left on device" in err
    assert str(tmp_path / "tables.xlsx") in err
    assert "Traceback" not in err


def test_validate_writes_a_report_and_replaces_nothing_unasked(lcresearch, tmp_path):
    here = Path(__file__).parent
    answers = pd.read_csv(here / "reference" / "data" / "bfi.csv.gz").head(240)
    file = tmp_path / "answers.csv"
    answers.assign(team=[f"team {row % 6}" for row in range(240)]).to_csv(file, index=False)
    big_five, folder = here / "instruments" / "big-five.yaml", tmp_path / "out"
    asked = ("instruments", "validate", big_five, file, "--group", "team", "-o", folder, "--lang", "en")
    status, out, err = lcresearch(*asked)
    assert status == 0, err
    assert "Make one score of all items" in out or "Eén score" in out
    assert sorted(path.name for path in folder.glob("*.html")) == ["report.html"]
    assert "answers.csv" in (folder / "run.json").read_text(encoding="utf-8")
    status, _, err = lcresearch(*asked)
    assert (status, "[G002]" in err) == (1, True)
    assert lcresearch(*asked[:4], "-o", tmp_path, "--force")[0] == 1
    assert file.exists()


def test_validate_has_the_defaults_of_python():
    from lcresearch import measurement

    command = inspect.signature(validate_instrument).parameters
    for name, parameter in inspect.signature(measurement.validation).parameters.items():
        if name in command and name not in ("data", "wave"):
            assert command[name].default == parameter.default, name


def test_a_command_keeps_texts_as_strings_of_python_and_help_does_not_wait_for_pandas(lcresearch, tmp_path):
    with pd.option_context("mode.string_storage", "auto"):
        lcresearch("explain", "G001")
        assert pd.get_option("mode.string_storage") == "auto"
        lcresearch("check", "--help")
        assert pd.get_option("mode.string_storage") == "auto"
        lcresearch("check", tmp_path)
        assert pd.get_option("mode.string_storage") == "python"
