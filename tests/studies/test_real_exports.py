"""From a real export of a survey platform to a report, with an instrument written for it."""

import datetime
import json
import shutil
from pathlib import Path

import pandas as pd
import pytest

from lcresearch import studies

HERE = Path(__file__).parent
EXPORTS = HERE / "exports"
DATA = HERE.parent / "reference" / "exports"


def _study(name, file, tmp_path):
    """A copy of the study with the export beside it, so that nothing is written into the tests."""
    folder = tmp_path / name
    shutil.copytree(EXPORTS / name, folder)
    shutil.copy(DATA / file, folder)
    text = (folder / "study.yaml").read_text(encoding="utf-8")
    (folder / "study.yaml").write_text(
        text.replace(f"../../../reference/exports/{file}", Path(file).name), encoding="utf-8"
    )
    return studies.load(folder)


def _run(study, tmp_path):
    results = study.run(tmp_path / "out", date=datetime.date(2026, 3, 9))
    assert (tmp_path / "out" / "report.html").stat().st_size > 10_000
    record = json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8"))
    assert record["study"] == study.file.id
    return results


@pytest.mark.parametrize("name", ["limesurvey", "kobo"])
def test_the_instruments_of_these_studies_have_no_errors(name):
    from lcresearch import instruments

    for path in (EXPORTS / name).glob("*.yaml"):
        if path.name != "study.yaml":
            assert [p.code for p in instruments.check(path) if p.level == "error"] == []


def test_limesurvey(tmp_path):
    """96 experts, 317 columns with full question texts; the means are those of the answers counted by hand."""
    results = _run(_study("limesurvey", "limesurvey/digital_twins_responses_en.csv", tmp_path), tmp_path)
    data = results.responses
    assert data.frame.shape == (96, 2 + 6 + 12 + 7)
    assert (data.log["code"] == "R190").any()
    # counted in the file: 18 agree completely, 22 rather agree, 9 rather disagree, 2 disagree completely
    assert data.frame["ch01"].value_counts().to_dict() == {4: 18, 3: 22, 2: 9, 1: 2}
    assert data.frame["go07"].value_counts().to_dict() == {4: 26, 3: 17, 2: 7, 1: 2}
    assert data.frame[[f"bg_{n}" for n in range(1, 7)]].sum().tolist() == [12, 24, 55, 1, 7, 5]
    scale = next(one for one in results.content.scales if one.name == "goals")
    scores = data.frame[[f"go{n:02d}" for n in range(1, 8)]]
    expected = scores.mean(axis=1)[scores.notna().sum(axis=1) >= 5].mean()
    assert scale.overall["mean"].item() == pytest.approx(expected, abs=0.01)


def test_those_who_opened_the_form_only_are_not_counted_as_respondents(tmp_path):
    """Of the 96 rows 42 hold no answer to the 19 statements, and none has a long run of one answer."""
    results = _run(_study("limesurvey", "limesurvey/digital_twins_responses_en.csv", tmp_path), tmp_path)
    scored = results.responses.frame.filter(regex="^(ch|go)")
    assert scored.notna().any(axis=1).sum() == 54
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    for start in ("54 respondents answered the questions.", "In total 54 respondents answered."):
        assert f"{start} 42 others opened the form without answering any question that counts" in page
    assert "stopped well before the end (44); few questions answered (43)." in page
    main_text = page.partition(">Technical part</h2>")[0]
    assert "96 respondents" not in main_text
    assert "run of" not in main_text


def test_kobotoolbox(tmp_path):
    """120 answers in groups of questions, as names of choices."""
    results = _run(_study("kobo", "kobo/likert_data.xlsx", tmp_path), tmp_path)
    data = results.responses
    assert data.frame.shape == (120, 2 + 18)
    assert (data.log["code"] == "R190").any()
    # counted in the file: 60 likely, 34 neutral, 26 unlikely
    assert data.frame["return_ven"].value_counts().to_dict() == {3: 60, 2: 34, 1: 26}
    assert data.frame["hc_needs_increase"].value_counts().to_dict() == {3: 111, 2: 6, 1: 3}
    first = pd.read_excel(DATA / "kobo/likert_data.xlsx").iloc[:, :5]
    share = first.replace({"unlikely": 0, "neutral": 50, "likely": 100}).astype(float).mean(axis=1)
    assert results.scores["movements"].to_numpy() == pytest.approx(share.to_numpy())
