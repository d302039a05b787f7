"""Cards and checklists as part of integration, on the demonstration; and facts that a run keeps for them."""

import datetime
import json

import pytest

from lcresearch.errors import IntegrationError
from lcresearch.integration.checklists.facts import InterviewFacts, StudyFacts, WaveFacts
from lcresearch.integration.plan.model import IntegrationFile
from lcresearch.studies.integration_cards import check_cards
from lcresearch.studies.kept_facts import keep_facts, kept_facts

NAMES = ("shared_purpose", "virtual_meeting_place", "community_of_the_demo")


def test_cards_and_checklists_lie_beside_the_pages_in_both_languages(demonstration):
    folder = demonstration.folder / "integration"
    for name in NAMES:
        assert "niet delen" not in (folder / f"card_{name}.html").read_text(encoding="utf-8")
        assert "not to be shared" in (folder / "private" / f"card_{name}.en.html").read_text(encoding="utf-8")
    page = (folder / "elements.en.html").read_text(encoding="utf-8")
    for name in ("card_shared_purpose.en.html", "checklist_gramms.en.html", "checklist_coreq.en.html"):
        assert f'href="{name}"' in page
    gramms = (folder / "checklist_gramms.en.html").read_text(encoding="utf-8")
    assert "Numbers and interviews were compared by fixed rules" in gramms
    assert {"cards.yaml"} <= json.loads((folder / "run.json").read_text(encoding="utf-8"))["inputs"].keys()


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
