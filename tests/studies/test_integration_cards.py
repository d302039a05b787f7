"""Facts that a run keeps for cards and checklists, and problems of their files."""

import datetime
import json

import pytest

from lcresearch.errors import IntegrationError
from lcresearch.integration.checklists.facts import InterviewFacts, StudyFacts, WaveFacts
from lcresearch.integration.plan.model import IntegrationFile
from lcresearch.studies.integration_cards import check_cards
from lcresearch.studies.kept_facts import keep_facts, kept_facts


def test_facts_come_back_as_they_were_kept(tmp_path):
    facts = StudyFacts("a", {"nl": "A"}, waves=(WaveFacts({"nl": "start"}, 12),), interviews=InterviewFacts(8, 7),
                       left_out={"rows_without_consent": "1-2"})  # fmt: skip
    keep_facts(facts, tmp_path)
    assert kept_facts(tmp_path) == facts
    assert kept_facts(tmp_path / "elsewhere") is None


@pytest.mark.parametrize("text", ["", "[1]", '{"id": 3}', "\x00"])
def test_facts_that_no_run_wrote_are_refused(tmp_path, text):
    (tmp_path / "facts.json").write_text(text, encoding="utf-8")
    with pytest.raises(IntegrationError) as caught:
        kept_facts(tmp_path)
    assert caught.value.problems[0].code == "Q267"


def test_problems_of_both_files_come_before_anything_runs(tmp_path):
    plan = IntegrationFile.model_validate({"cards": "cards.yaml", "checklists": "checklists.yaml"})
    later = (datetime.date.today() + datetime.timedelta(days=9)).isoformat()
    answer = {"gramms": {"7": {"text": "a"}, "1": {"text": "b", "by": "c", "date": later}}}
    (tmp_path / "checklists.yaml").write_text(json.dumps({"answers": answer}), encoding="utf-8")
    (tmp_path / "cards.yaml").write_text(json.dumps({"id": "a", "cards": {"one": {}}}), encoding="utf-8")
    assert [problem.code for problem in check_cards(plan, tmp_path)] == ["Q240", "Q261", "Q263"]
    assert check_cards(IntegrationFile(), tmp_path) == []
