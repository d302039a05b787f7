"""Effects of teams, records and forms at their edges."""

import numpy as np
import pandas as pd
import pytest
import scipy.stats

from lcresearch import synthesis
from lcresearch.errors import SynthesisError


@pytest.mark.parametrize("teams", [{"cluster_size": 1, "icc": 0.1}, {"cluster_size": 10, "icc": 0}])
def test_teams_of_one_or_without_anything_in_common_change_no_estimate_and_have_a_design_effect_of_one(teams):
    one = pd.DataFrame({"yi": [0.40], "vi": [0.0204]})
    found = synthesis.adjust_for_clusters(one, n1=100, n2=100, **teams)
    assert found["yi"].tolist() == pytest.approx([0.40], rel=1e-12)
    assert found["design_effect"].tolist() == [1.0]


def test_a_frame_without_titles_is_refused_and_one_without_rows_has_no_records():
    with pytest.raises(SynthesisError) as refused:
        synthesis.records_of(pd.DataFrame({"name": ["A"]}))
    assert refused.value.problems[0].code == "Y098"
    assert len(synthesis.records_of(pd.DataFrame({"title": []})).tidy()) == 0


def test_forms_are_not_written_over_and_one_that_is_not_there_is_named(tmp_path):
    records = synthesis.records_of(pd.DataFrame({"title": ["=1+1"]}))
    path = synthesis.extraction_form(records, tmp_path / "extraction.csv")
    before = path.read_bytes()
    assert b"'=1+1" in before
    with pytest.raises(SynthesisError):
        synthesis.extraction_form(records, path)
    assert path.read_bytes() == before
    with pytest.raises(SynthesisError) as refused:
        synthesis.read_extraction(tmp_path / "nothing.csv")
    assert refused.value.problems[0].code == "G001"


def test_conflicts_are_not_written_over(tmp_path):
    records = synthesis.records_of(pd.DataFrame({"title": ["One"]}))
    seen = pd.DataFrame({"stage": "title_abstract", "record": records.frame["record"].tolist() * 2, "reason": ""})
    seen = seen.assign(screener=["an", "bo"], decision=["include", "exclude"])
    conflicts = synthesis.screening_log(records, seen).conflicts()
    assert len(conflicts) > 0
    path = tmp_path / "conflicts.xlsx"
    path.write_text("settled already", encoding="utf-8")
    with pytest.raises(SynthesisError) as refused:
        synthesis.write_conflicts(conflicts, path)
    assert refused.value.problems[0].code == "G002"
    assert path.read_text(encoding="utf-8") == "settled already"


def test_a_funnel_holds_the_limits_that_the_normal_distribution_gives():
    yi, vi = [0.2, 0.3, 0.5, 0.9, 0.6, 0.05, 0.19], [0.01, 0.02, 0.06, 0.12, 0.08, 0.04, 0.01]
    found = synthesis.funnel(yi, vi)
    p_values = 2 * scipy.stats.norm.sf(np.abs(yi) / np.sqrt(vi))
    assert found.tidy()["p_value"].to_numpy() == pytest.approx(p_values, rel=1e-10)
    counted = np.histogram(p_values, [0, 0.01, 0.05, 0.1, 1])[0]
    assert found.regions()["n"].tolist() == counted.tolist() == [1, 4, 1, 1]


def test_records_that_are_made_of_records_are_the_same_and_keep_their_order():
    frame = pd.DataFrame({"title": ["B", "A", "C"], "year": [2020, 2021, None], "doi": ["10.5555/1", "", "10.5555/2"]})
    found = synthesis.records_of(frame)
    pd.testing.assert_frame_equal(synthesis.records_of(found.frame).frame, found.frame)
    assert found.frame["title"].tolist() == ["B", "A", "C"]
    turned = synthesis.records_of(frame[::-1]).frame[::-1].reset_index(drop=True)
    pd.testing.assert_frame_equal(turned.drop(columns="record"), found.frame.drop(columns="record"))


def test_what_was_joined_is_joined_whatever_the_order_and_not_again():
    frame = pd.DataFrame(
        {
            "title": ["Learning in small firms", "Trust in teams", "Learning in small firms", "Time to learn"],
            "authors": ["Vries, A. de", "Bos, B.", "Vries, A. de", "Bos, B."],
            "year": [2020, 2021, 2020, 2022],
            "doi": ["10.5555/1", "10.5555/2", "https://doi.org/10.5555/1", ""],
        }
    )
    one, other = (synthesis.deduplicate(synthesis.records_of(each)) for each in (frame, frame[::-1]))
    titles = sorted(one.records.frame["title"])
    assert titles == sorted(other.records.frame["title"]) == sorted(set(frame["title"]))
    assert len(one.merged) == len(other.merged) == 1
    again = synthesis.deduplicate(one.records)
    assert again.merged.empty
    assert len(again.records) == len(one.records) == 3
