"""The record of implementation: scores worked out by hand, and what is refused."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import scipy.stats

from lcresearch import studies
from lcresearch.errors import StudyError
from lcresearch.studies.implementation import implementation, new_implementation, read_implementation

HEAD = """
element: talk
title: {nl: Praten, en: Talking}
parts:
  start: {title: {nl: Begin, en: Start}}
  end: {title: {nl: Eind, en: End}, core: false}
records:
"""


def written(folder: Path, *records: str) -> Path:
    path = folder / "implementation.yaml"
    path.write_text(HEAD + "".join(f"  - {record}\n" for record in records), encoding="utf-8")
    return path


def test_parts_are_counted_by_the_last_record_of_each_group(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "{group: A, wave: t0, delivered: {start: not, end: not}}",
        "{group: A, wave: t1, delivered: {start: fully, end: partly}}",
        "{group: B, delivered: {start: partly}}",
    )
    found = implementation(path)
    assert found.groups["fidelity"].tolist() == [0.0, 0.75, 0.5]
    table = found.parts.set_index("part")
    assert table.loc["start", ["n", "n_fully", "n_partly", "n_not"]].tolist() == [2, 1, 1, 0]
    assert table.loc["end", ["n", "n_fully", "n_partly", "n_not"]].tolist() == [1, 0, 1, 0]
    assert found.glance()["fidelity_core"].tolist() == [0.75]


def test_adaptations_are_counted_by_kind_without_their_reasons(tmp_path: Path) -> None:
    one = "{part: end, kind: left_out, why: te druk, keeps_core: true}"
    two = "{part: start, kind: left_out, why: geen zin, planned: true, keeps_core: false}"
    three = "{part: start, kind: added, why: meer tijd}"
    found = implementation(written(tmp_path, f"{{group: A, adaptations: [{one}, {two}, {three}]}}"))
    assert found.kinds().to_dict("list") == {
        "kind": ["added", "left_out"], "n": [1, 2], "n_planned": [0, 1],
        "n_keeping_core": [0, 1], "n_losing_core": [0, 1], "n_unknown": [1, 0],
    }  # fmt: skip
    assert "why" not in found.kinds()


def test_the_record_is_compared_with_answers_from_five_groups(tmp_path: Path) -> None:
    shares = ["not", "partly", "fully", "partly", "not", "fully"]
    records = [f"{{group: G{n}, delivered: {{start: {how}}}}}" for n, how in enumerate(shares)]
    found = implementation(written(tmp_path, *records))
    scores = pd.DataFrame({"firm": [f"G{n}" for n in range(6)] * 2, "feasibility": [1.0, 3, 4, 2, 2, 5] * 2})
    row = found.beside(scores, ["feasibility"], group="firm").iloc[0]
    expected = scipy.stats.spearmanr([0, 0.5, 1, 0.5, 0, 1], [1, 3, 4, 2, 2, 5]).statistic
    assert row["estimate"] == pytest.approx(expected)
    assert row["conf_low"] < expected < row["conf_high"]
    few = found.beside(scores[scores["firm"] < "G4"], ["feasibility"], group="firm").iloc[0]
    assert few["n_groups"] == 4
    assert np.isnan(few["estimate"])


@pytest.mark.parametrize(
    ("records", "codes"),
    [
        (["{group: A, delivered: {begin: fully}}"], ["S186"]),
        (["{group: A, adaptations: [{part: begin, kind: added, why: daarom}]}"], ["S186"]),
        (["{group: A, wave: t9}"], ["S187"]),
        (["{group: A}", "{group: A}"], ["S188"]),
        (["{group: A, adaptations: [{part: end, kind: added, why: bel 06 12345678}]}"], ["S189"]),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, records: list[str], codes: list[str]) -> None:
    with pytest.raises(StudyError) as caught:
        read_implementation(written(tmp_path, *records), ["t0", "t1"])
    assert [problem.code for problem in caught.value.problems] == codes


def test_the_start_is_whole_and_never_overwritten(tmp_path: Path) -> None:
    folder = new_implementation(tmp_path / "new")
    assert len(implementation(folder).groups) == 2
    with pytest.raises(StudyError, match="G002"):
        new_implementation(folder)


def test_check_names_what_is_wrong_with_the_record_of_a_study(tmp_path: Path) -> None:
    folder = studies.new("unit-climate", tmp_path / "study")
    study = folder / "study.yaml"
    study.write_text(study.read_text(encoding="utf-8") + "implementation: implementation.yaml\n", encoding="utf-8")
    written(folder, "{group: A, delivered: {begin: fully}}")
    assert "S186" in [problem.code for problem in studies.load(folder).check()]


def test_the_last_record_is_that_of_the_last_wave_in_whatever_order_they_were_written(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "{group: a, wave: t1, delivered: {start: fully, end: fully}}",
        "{group: a, wave: t0, delivered: {start: not, end: not}}",
    )
    assert implementation(path, ["t0", "t1"]).glance()["fidelity"].tolist() == [1.0]
