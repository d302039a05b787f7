"""Effects of teams, records and forms at their edges."""

import pandas as pd
import pytest

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
    yi, vi = [0.2, 0.3, 0.5, 0.9, 0.6], [0.01, 0.02, 0.06, 0.12, 0.08]
    regions = synthesis.funnel(yi, vi).regions()
    # two-sided p of yi/sqrt(vi) by the normal distribution: .046, .034, .041, .009, .034
    assert regions["n"].sum() == 5
    assert synthesis.funnel(yi[::-1], vi[::-1]).regions().equals(regions)
