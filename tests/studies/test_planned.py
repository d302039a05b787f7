"""Each result of a report is called planned or exploratory, on its pages and in its tables. The study is invented."""

import csv
import dataclasses
import json
import shutil

import pytest
from tests.studies.publishing.conftest import PUBLICATION, STUDY, write_study

from lcresearch import shipped, studies
from lcresearch.errors import StudyError
from lcresearch.files import file_hash
from lcresearch.reporting.html import render
from lcresearch.studies.planned import fixed_beforehand, plan_fingerprint
from lcresearch.studies.run_record import settings_hash

PLANNED = PUBLICATION + "  planned: [voice]\n  plan: {date: '2026-01-31', registered: 'https://osf.io/abcde'}\n"


@pytest.fixture(scope="module")
def planned(tmp_path_factory):
    folder = write_study(tmp_path_factory.mktemp("planned"), STUDY + PLANNED)
    return studies.load(folder).run()


def rows(results, name):
    with (results.folder / "tables" / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize(
    ("language", "labels", "date"),
    [
        ("nl", {"voice": "Vooraf gepland", "owned": "Verkennend"}, "31 januari 2026"),
        ("en", {"voice": "Planned beforehand", "owned": "Exploratory"}, "31 January 2026"),
    ],
)
def test_each_scale_has_its_label_under_its_title(planned, language, labels, date):
    page = planned.reports[language].read_text(encoding="utf-8")
    for scale, label in labels.items():
        section = page.partition(f'<h2 id="scale-{scale}">')[2].partition("</section>")[0]
        assert f'<p class="kind">{label}</p>' in section
        assert section.count('class="kind"') == 1
    assert date in page
    assert "https://osf.io/abcde" in page


@pytest.mark.parametrize("name", ["scores_overall", "scores_by_group", "reliability", "answers", "agreement"])
def test_tables_say_it_of_every_row(planned, name):
    found = {(row["scale"], row["kind"]) for row in rows(planned, name)}
    assert found == {("voice", "planned"), ("owned", "exploratory")}


def test_texts_of_questions_are_no_results(planned):
    assert "kind" not in rows(planned, "items")[0]


def test_without_a_plan_all_are_exploratory_and_the_report_says_why(tmp_path):
    results = studies.load(write_study(tmp_path, STUDY)).run()
    page = results.reports["nl"].read_text(encoding="utf-8")
    assert "Er is geen plan bekend van vóór de antwoorden." in page
    assert page.count('<p class="kind">Verkennend</p>') == 2
    assert {row["kind"] for row in rows(results, "scores_overall")} == {"exploratory"}


def test_naming_scales_afterwards_without_a_plan_makes_nothing_planned(tmp_path):
    study = studies.load(write_study(tmp_path, STUDY + PUBLICATION + "  planned: [voice]\n"))
    found = fixed_beforehand(study.file, study.instruments, study.folder).facts
    assert not found.there
    assert found.kind("voice") == "exploratory"


def test_the_bundle_says_of_each_result_what_the_report_says(planned):
    files = studies.publish(planned.study, preview=True).files
    text = files["tables/scores_overall.csv"]
    content = text.decode("utf-8-sig") if isinstance(text, bytes) else text
    assert {(row["scale"], row["kind"]) for row in csv.DictReader(content.splitlines())} == {
        ("voice", "planned"),
        ("owned", "exploratory"),
    }


def test_results_are_made_again_when_what_was_planned_changes_and_not_for_the_rest(tmp_path):
    def hash_of(text):
        return settings_hash(studies.load(write_study(tmp_path, text)).file)

    assert hash_of(STUDY) == hash_of(STUDY + PUBLICATION)
    assert hash_of(STUDY + PUBLICATION) != hash_of(STUDY + PLANNED)
    assert hash_of(STUDY + PLANNED) != hash_of(STUDY + PLANNED.replace("[voice]", "[owned]"))


def test_a_plan_written_afterwards_is_told_before_anything_is_published(tmp_path):
    study = studies.load(write_study(tmp_path, STUDY + PUBLICATION))
    study.run()
    (tmp_path / "plan.json").write_text("{}", encoding="utf-8")
    with pytest.raises(StudyError) as caught:
        studies.publish(studies.load(tmp_path), preview=True)
    assert [problem.code for problem in caught.value.problems] == ["S217"]
    assert "plan.json" in str(caught.value)


def test_a_check_names_a_planned_scale_that_is_none(tmp_path):
    study = studies.load(write_study(tmp_path, STUDY + PUBLICATION + "  planned: [trust]\n"))
    assert "S215" in [problem.code for problem in study.check()]
    with pytest.raises(StudyError, match="trust"):
        study.run()


def test_other_scales_of_a_change_are_called_what_the_plan_makes_them(tmp_path):
    shutil.copytree(shipped.folder("analyses") / "short-cycle-example", tmp_path / "study")
    path = tmp_path / "study" / "study.yaml"
    plan = "\npublication:\n  planned: [learning_culture, learning_facilitation]\n  plan: {date: '2026-01-05'}\n"
    path.write_text(path.read_text(encoding="utf-8") + plan, encoding="utf-8")
    content = studies.load(path.parent).run().content
    page = render(content, "en").partition('<h2 id="change">')[2].partition("</section>")[0]
    assert '<p class="kind">Planned beforehand</p>' in page
    assert "The table says of each scale whether it was in the plan." in page
    assert "Nothing was agreed beforehand about these scales." not in page
    assert "Room to learn (planned)" in page
    assert "Learning from mistakes (exploratory)" in page

    only_primary = dataclasses.replace(content, plan=dataclasses.replace(content.plan, scales=("learning_culture",)))
    page = render(only_primary, "en")
    assert "Nothing was agreed beforehand about these scales." in page
    assert "Room to learn (" not in page


def facts_of(folder):
    study = studies.load(folder)
    return fixed_beforehand(study.file, study.instruments, study.folder).facts


@pytest.fixture
def cycle(tmp_path):
    folder = tmp_path / "study"
    shutil.copytree(shipped.folder("analyses") / "short-cycle-example", folder)
    return folder


def with_plan(folder, lines, before=lambda text: text):
    path = folder / "study.yaml"
    text = path.read_text(encoding="utf-8")
    (folder / "before.yaml").write_text(before(text), encoding="utf-8")
    path.write_text(f"{text}\npublication:\n  plan: {lines}\n", encoding="utf-8")
    return folder


def test_the_primary_scale_of_the_plan_counts_and_not_that_of_now(cycle):
    def other(text):
        return text.replace("primary: learning_culture", "primary: learning_facilitation")

    found = facts_of(with_plan(cycle, "{file: before.yaml}", other))
    assert found.kind("learning_culture") == "exploratory"
    assert found.kind("learning_facilitation") == "planned"


def test_the_plan_of_a_short_cycle_counts_when_it_is_whole_and_of_this_study(cycle):
    plan = {"id": studies.load(cycle).file.id, "primary": "learning_culture", "weeks": 8}
    path = cycle / "plan.json"
    path.write_text(json.dumps({"fingerprint": plan_fingerprint(plan)} | plan), encoding="utf-8")
    assert facts_of(cycle).kind("learning_culture") == "planned"
    study = (cycle / "study.yaml").read_text(encoding="utf-8")
    changed = study.replace("primary: learning_culture", "primary: learning_facilitation")
    (cycle / "study.yaml").write_text(changed, encoding="utf-8")
    assert facts_of(cycle).kind("learning_facilitation") == "exploratory"
    for wrong in ({"primary": "learning_facilitation"}, {"id": "another"}, {"weeks": 9}):
        path.write_text(json.dumps({"fingerprint": plan_fingerprint(plan)} | plan | wrong), encoding="utf-8")
        assert not facts_of(cycle).there


@pytest.mark.parametrize("lines", ["{file: study.yaml}", "{date: '2999-01-01'}"])
def test_what_cannot_be_from_before_the_answers_is_no_plan(cycle, lines):
    with pytest.raises(StudyError) as caught:
        facts_of(with_plan(cycle, lines))
    assert [problem.code for problem in caught.value.problems] == ["S223"]


def test_without_a_plan_the_change_is_not_said_to_be_agreed_beforehand(cycle):
    content = studies.load(cycle).run().content
    page = render(content, "nl")
    assert "Vooraf is afgesproken" not in page
    assert "De conclusie gaat over leercultuur." in page


def test_a_plan_in_a_folder_of_its_own_stands_in_the_record_beside_study_yaml(tmp_path):
    folder = write_study(tmp_path, STUDY + PUBLICATION + "  plan: {file: before/study.yaml, date: '2026-01-31'}\n")
    (folder / "before").mkdir()
    (folder / "before" / "study.yaml").write_text(STUDY, encoding="utf-8")
    record = json.loads((studies.load(folder).run().folder / "run.json").read_text(encoding="utf-8"))
    assert record["inputs"]["study.yaml"] == file_hash(folder / "study.yaml")
    assert record["inputs"]["before/study.yaml"] == file_hash(folder / "before" / "study.yaml")
