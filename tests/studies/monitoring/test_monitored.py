"""Following groups over waves: against tables that were worked out by hand."""

from pathlib import Path

import pandas as pd
import pytest

from lcresearch import studies
from lcresearch.errors import StudyError
from lcresearch.studies.monitoring.early_warnings import early_warnings
from lcresearch.studies.monitoring.presence import by_wave, followed
from lcresearch.studies.monitoring.register import empty_register, read_register
from lcresearch.studies.monitoring_settings import WarningRules

WAVES = ["t0", "t1", "t2"]
COUNTS = pd.DataFrame(
    {"t0": [8, 6, 5, 0], "t1": [8, 0, 5, 7], "t2": [4, 6, 0, 7]},
    index=pd.Index(["noord", "oost", "west", "zuid"], name="group"),
)
"""Invented: noord loses half, oost misses a wave, west falls silent, zuid begins later."""


def register(folder: Path, text: str) -> pd.DataFrame:
    path = folder / "register.csv"
    path.write_text(text, encoding="utf-8")
    return read_register(path, WAVES)


def test_a_group_that_stopped_stays_and_one_that_is_silent_does_not_count_as_stopped(tmp_path: Path) -> None:
    known = register(tmp_path, "groep;gestart;gestopt;reden\nnoord;;;\noost;;;\nwest;t0;t1;geen tijd\nmidden;t0;t0;\n")
    table = followed(COUNTS, known).set_index("group")
    assert table["status"].to_dict() == {
        "noord": "active", "oost": "active", "west": "stopped", "zuid": "active", "midden": "stopped",
    }  # fmt: skip
    assert table["periods"].to_dict() == {"noord": 3, "oost": 3, "west": 2, "zuid": 2, "midden": 1}
    assert table["n_missed"].to_dict() == {"noord": 0, "oost": 1, "west": 0, "zuid": 0, "midden": 1}
    assert table.loc["west", "reason"] == "geen tijd"


def test_numbers_of_groups_a_wave_add_up(tmp_path: Path) -> None:
    groups = followed(COUNTS, register(tmp_path, "groep;gestopt\nwest;t1\nmidden;t0\n"))
    table = by_wave(COUNTS, groups).set_index("wave")
    assert (table["n_answering"] + table["n_missing"] == table["n_followed"]).all()
    assert (table["n_new"].cumsum() == table["n_followed"] + table["n_stopped"]).all()
    assert table["n_stopped"].tolist() == [0, 1, 2]


def test_warnings_name_who_goes_on_and_never_who_stopped(tmp_path: Path) -> None:
    groups = followed(COUNTS, register(tmp_path, "groep;gestopt\nwest;t1\nnieuw;\n"))
    found = early_warnings(groups, COUNTS, WarningRules())
    assert found[["group", "warning"]].to_numpy().tolist() == [
        ["nieuw", "never_answered"],
        ["noord", "falling_response"],
    ]


def test_a_group_without_answers_in_the_last_wave_is_named_with_what_it_gave_before() -> None:
    found = early_warnings(followed(COUNTS, empty_register()), COUNTS, WarningRules(response_fall=None))
    assert found[["group", "warning", "before"]].to_numpy().tolist() == [["west", "no_answers", 5.0]]


def test_low_response_and_scores_that_fall_are_named() -> None:
    invited = pd.DataFrame({"group": ["noord", "oost", "zuid"], "wave": "t2", "n_invited": [10.0, 6.0, 8.0]})
    scores = pd.DataFrame(
        {
            "scale": "trust",
            "group": ["noord", "noord", "oost", "oost", "zuid", "zuid"],
            "wave": ["t1", "t2", "t0", "t2", "t1", "t2"],
            "mean": [3.0, 2.5, 4.0, 3.4, 4.0, 3.6],
        }
    )
    rules = WarningRules(response_fall=None, score_below=2.6)
    groups = followed(COUNTS.drop("west"), empty_register())
    found = early_warnings(groups, COUNTS.drop("west"), rules, invited=invited, scores=scores)
    assert found[["group", "warning"]].to_numpy().tolist() == [
        ["noord", "low_response"], ["noord", "low_score"], ["noord", "falling_score"], ["oost", "falling_score"],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("naam\nnoord\n", ["S190"]),
        ("groep\nnoord\nnoord\n", ["S191"]),
        ("groep;gestopt\nnoord;t9\n", ["S192"]),
        ("groep;gestart;gestopt\nnoord;t2;t1\n", ["S193"]),
        ("groep;reden\nnoord;bel 06 12345678\n", ["S194"]),
    ],
)
def test_what_is_wrong_with_the_register_is_named(tmp_path: Path, text: str, codes: list[str]) -> None:
    with pytest.raises(StudyError) as caught:
        register(tmp_path, text)
    assert [problem.code for problem in caught.value.problems] == codes


@pytest.fixture
def demo_study(tmp_path: Path) -> Path:
    folder = studies.new("programme-demo", tmp_path / "study")
    names = pd.read_csv(folder / "data" / "responses.csv")["community"].dropna().unique()
    rows = "\n".join(f"{name},{'t0' if n < 2 else ''}" for n, name in enumerate(names))
    (folder / "register.csv").write_text(f"community,gestopt\n{rows}\n", encoding="utf-8")
    text = (folder / "study.yaml").read_text(encoding="utf-8")
    text += "monitoring: {register: register.csv, scales: team_learning, predictors: [psychological_safety]}\n"
    (folder / "study.yaml").write_text(text, encoding="utf-8")
    return folder


def test_a_study_is_followed_without_a_release(demo_study: Path) -> None:
    before = {path.name for path in demo_study.iterdir()}
    found = studies.load(demo_study).monitor()
    assert found.glance()["n_stopped"].tolist() == [2]
    assert len(found.groups) == 96
    assert found.continuation is not None
    assert found.continuation.tidy()["term"].tolist() == ["psychological_safety"]
    assert {path.name for path in demo_study.iterdir()} == before


def test_scales_that_the_study_lacks_are_named(demo_study: Path) -> None:
    path = demo_study / "study.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("scales: team_learning", "scales: team"), encoding="utf-8")
    with pytest.raises(StudyError, match="S197"):
        studies.load(demo_study).monitor()


@pytest.mark.parametrize(
    ("use", "code"),
    [
        ("{level: team}", "S196"),
        ("{register: ../register.csv}", "S185"),
        ("{register: nowhere.csv}", "G001"),
    ],
)
def test_what_is_wrong_with_the_settings_is_named_when_the_study_is_loaded(
    demo_study: Path, use: str, code: str
) -> None:
    path = demo_study / "study.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text[: text.index("monitoring:")] + f"monitoring: {use}\n", encoding="utf-8")
    with pytest.raises(StudyError) as caught:
        studies.load(demo_study)
    assert code in [problem.code for problem in caught.value.problems]


def test_a_group_that_begins_in_a_wave_to_come_is_not_followed_yet(demo_study: Path) -> None:
    answers = demo_study / "data" / "responses.csv"
    frame = pd.read_csv(answers, dtype=str)
    column = next(name for name in frame.columns if frame[name].isin(["t0", "t1"]).all())
    frame[frame[column] == "t0"].to_csv(answers, index=False)
    names = frame["community"].dropna().unique()
    rows = "\n".join(f"{name},t0," for name in names)
    (demo_study / "register.csv").write_text(f"community,gestart,gestopt\n{rows}\nlater,t1,\n", encoding="utf-8")
    found = studies.load(demo_study).monitor()
    assert found.waves == ("t0",)
    assert "later" not in found.groups["group"].tolist()
    assert found.warnings.empty
