"""``lcresearch new short-cycle``: options, questions in a terminal, and what is usual when nobody can be asked."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from lcresearch import cli_planning, studies
from lcresearch.cli import app

QUICK = ("--start", "2027-01-04", "--platform", "redcap")


@pytest.fixture(autouse=True)
def few_simulations(monkeypatch):
    """Plans of 50 simulations: what is computed is tested elsewhere."""
    whole = studies.plan_short_cycle
    monkeypatch.setattr("lcresearch.studies.plan_short_cycle", lambda **given: whole(**given, n_sims=50))


def run(*arguments, given=None):
    return CliRunner().invoke(app, [*map(str, arguments)], input=given)


def test_without_a_terminal_nothing_is_asked_and_what_is_usual_is_named(tmp_path):
    done = run("new", "short-cycle", tmp_path / "mine", *QUICK)
    assert done.exit_code == 0, done.output
    assert "--goal learning_culture, --weeks 8, --firms 3, --people 8" in done.output
    assert studies.load(tmp_path / "mine").file.change.primary == "learning_culture"
    assert "LEES-MIJ.md" in done.output


def test_options_make_the_study_that_they_say(tmp_path):
    done = run(
        "new", "short-cycle", tmp_path / "mine", *QUICK, "--goal", "team-learning", "--weeks", 10, "--firms",
        "Smit, De Vries", "--people", "9, 7", "--comparison", 0, "--worthwhile", 0.4, "--lang", "en",
        "--name", "Together",
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    file = studies.load(tmp_path / "mine").file
    assert file.title["en"] == "Together"
    assert (file.languages, file.change.worthwhile) == (("en", "nl"), 0.4)
    assert file.form.groups["organisation"] == ("Smit", "De Vries")
    assert "Not given" not in done.output


def test_in_a_terminal_it_asks_in_dutch_until_an_answer_can_be_read(tmp_path, monkeypatch):
    monkeypatch.setattr(cli_planning, "in_terminal", lambda: True)
    answers = ["2", "acht", "8", "Smit, De Vries", "veel", "9, 7", "0", "2027-01-04", "redcap"]
    done = run("new", "short-cycle", tmp_path / "mine", given="\n".join(answers) + "\n")
    assert done.exit_code == 0, done.output
    assert "Wat wilt u weten?" in done.output
    assert done.output.count("Probeer het nog eens.") == 2
    assert studies.load(tmp_path / "mine").file.change.primary == "team_learning"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("unit-climate", "--weeks", "8"), "S142"),
        (("short-cycle", "--goal", "sing"), "S135"),
        (("short-cycle", "--people", "many"), "S136"),
        (("short-cycle", "--start", "monday"), "S144"),
        (("short-cycle", "--platform", "paper"), "S143"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_written(arguments, code, tmp_path):
    template, *options = arguments
    done = run("new", template, tmp_path / "mine", *options)
    assert [problem.code for problem in done.exception.problems] == [code]
    assert not (tmp_path / "mine").exists()
