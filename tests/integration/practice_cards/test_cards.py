"""Practice and transfer cards: never without what failed, never more than may be shared, and honest on elsewhere."""

import datetime
import json
import math
from dataclasses import replace
from importlib import resources

import docx
import openpyxl
import pandas as pd
import pytest

from lcresearch.disclosure import Policy
from lcresearch.errors import IntegrationError, ReportingError
from lcresearch.integration import CardsFile, cards, elements_of_both_kinds, new_cards, read_cards
from lcresearch.integration.practice_cards.schema import json_schema
from lcresearch.reporting.card_files import render_card, write_cards
from lcresearch.reporting.card_views import card_view

DAY = datetime.date(2026, 11, 26)
TEXT = {"nl": "Zo ging het.", "en": "So it went."}
OTHER = {"nl": "Het liep vast.", "en": "It got stuck."}
WHOLE = {
    "element": "coaching", "context": TEXT, "done": TEXT, "failed": OTHER, "conditions": [TEXT], "by": "Onderzoekers",
    "date": "2026-10-01",
}  # fmt: skip
COMMUNITY = WHOLE | {
    "element": None, "community": "Noord", "evidence": {"text": TEXT, "certainty": "very low"},
    "released_by": "Stuurgroep", "released_on": "2026-11-01",
}  # fmt: skip


def file_of(simulated=False, **made):
    found = {name: {key: value for key, value in one.items() if value is not None} for name, one in made.items()}
    return CardsFile.model_validate({"id": "pilot", "simulated": simulated, "cards": found})


@pytest.fixture
def table():
    rows = [
        ("coaching", 0.30, 0.10, 0.50, -0.05, 0.65, 0.95, 0.80, "generic", "moderate"),
        ("meeting", -0.01, -0.09, 0.07, -0.2, 0.2, 0.47, 0.17, "no worthwhile effect", "moderate"),
        ("leading", 0.2, -0.3, 0.7, math.nan, math.nan, math.nan, math.nan, "not enough evidence", "very low"),
        ("planning", 0.2, -0.3, 0.7, -0.8, 1.2, 0.7, 0.6, "not enough evidence", "very low"),
    ]
    names = ["element", "estimate", "conf_low", "conf_high", "pred_low", "pred_high", "p_positive_new"]
    names += ["p_worthwhile_new", "verdict", "certainty"]
    frame = pd.DataFrame(rows, columns=names)
    return frame.assign(direction="positive", outcome="growth", n_consortia=6, n_communities=40, std_error=0.1, df=5.0,
                        smallest_worthwhile=0.1, moderators=[{}, {}, {}, {"size": 0.01, "age": 0.4}])  # fmt: skip


def words(made, name, language="en"):
    return {part.key: " ".join(part.texts) for part in card_view(made[name], language).parts}


def test_a_card_of_an_element_tells_its_evidence_and_what_to_expect(table):
    made = cards(file_of(coaching=WHOLE), elements_of_both_kinds(table))
    said = words(made, "coaching")
    assert said["evidence"].startswith("Seen in 40 communities of 6 consortia. Compare two people")
    assert "0.30 standard deviations a step (95% interval 0.10 to 0.50)" in said["evidence"]
    assert "Certainty: moderate." in said["evidence"]
    assert "between 49 and 68 of 100 pairs" in said["expected"]
    assert "between -0.05 and 0.65 standard deviations" in said["expected"].replace("\u2212", "-")
    assert "The chance that it helps there is 95%; the chance that it is worthwhile 80%." in said["expected"]
    assert "may also do nothing" in said["expected"]
    assert said["failed"] == OTHER["en"]
    assert said["cost"].startswith("Not known")
    assert "In een nieuwe community" in words(made, "coaching", "nl")["expected"]


def test_where_consortia_are_few_the_range_is_unknown_and_says_so(table):
    made = cards(file_of(leading=WHOLE | {"element": "leading"}, planning=WHOLE | {"element": "planning"}), table)
    assert made.tidy()["expected"].tolist() == ["unknown", "provisional"]
    assert words(made, "leading", "nl")["expected"].startswith("Onbekend: er zijn te weinig consortia")
    planned = words(made, "planning")["expected"]
    assert "no basis for a decision yet" in planned
    assert "chance" not in planned


def test_an_element_that_does_not_work_has_a_card_too(table):
    made = cards(file_of(meeting=WHOLE | {"element": "meeting"}), table)
    assert "too little to be worthwhile" in words(made, "meeting")["evidence"]


def test_conditions_come_from_people_and_from_what_the_effect_hangs_on(table):
    made = cards(file_of(planning=WHOLE | {"element": "planning"}), table)
    assert words(made, "planning")["conditions"] == "So it went. How much it does hangs on size."


def test_combinations_and_what_is_necessary_are_conditions(table):
    together = {"element": "coaching", "analysis": "grew", "present": True}
    terms = [
        {**together, "others": ("leading", "meeting")},
        {**together, "others": ("~leading",)},
        {**together, "present": False, "others": ("meeting",)},
    ]
    titles = {"leading": {"nl": "Leiding", "en": "Lead"}, "outcome": {"nl": "groei", "en": "growth"}}
    both = replace(
        elements_of_both_kinds(table),
        terms=pd.DataFrame(terms),
        necessity=pd.DataFrame([{**together, "necessary": True}]),
        set_titles={"grew": titles},
    )
    said = words(cards(file_of(coaching=WHOLE | {"conditions": None}), both), "coaching", "nl")["conditions"]
    assert said == (
        "Zonder dit element komt \u2018groei\u2019 bijna niet voor. "
        "Samen met leiding en meeting: dan komt \u2018groei\u2019 vaak voor. "
        "Zonder leiding: dan komt \u2018groei\u2019 vaak voor."
    )


@pytest.mark.parametrize("part", ["context", "done", "failed", "conditions"])
def test_a_card_without_a_part_is_not_made_and_the_message_names_it(table, part):
    made = cards(file_of(good=WHOLE, poor=WHOLE | {part: None}), table)
    assert [one.name for one in made.cards] == ["good"]
    (problem,) = made.problems
    assert (problem.code, problem.values["card"]) == ("Q241", "poor")
    assert part in problem.message("nl")
    assert made.glance()["n_not_made"].item() == 1


def test_a_card_without_evidence_is_not_made():
    with pytest.raises(IntegrationError) as caught:
        cards(file_of(coaching=WHOLE))
    assert [problem.code for problem in caught.value.problems] == ["Q241", "Q248"]
    assert "evidence" in str(caught.value)
    no_numbers = pd.DataFrame({"element": ["coaching"], "estimate": [math.nan]})
    with pytest.raises(IntegrationError, match="evidence"):
        cards(file_of(coaching=WHOLE), no_numbers)
    written = {"evidence": {"text": TEXT, "certainty": "low"}}
    made = cards(file_of(coaching=WHOLE | written))
    assert "Certainty, by its author: low." in words(made, "coaching")["evidence"]


def test_nothing_failed_must_say_where_was_looked(table):
    made = cards(file_of(coaching=WHOLE | {"failed": None, "nothing_failed": OTHER}), table)
    assert words(made, "coaching")["failed"] == "We found nothing that failed. This is how we looked: It got stuck."


def test_a_community_is_shared_with_consent_and_enough_people_only(table):
    unasked = COMMUNITY | {"released_by": None, "released_on": None}
    file = file_of(coaching=WHOLE, noord=COMMUNITY, zuid=unasked | {"community": "Zuid"})
    people = {"Noord": 12, "Zuid": 12}
    shared = cards(file, table, persons=people, policy=Policy(5))
    assert [one.name for one in shared.cards] == ["coaching", "noord"]
    assert [(one.code, one.values["card"]) for one in shared.problems] == [("Q245", "zuid")]
    few = cards(file, table, persons={"Noord": 4}, policy=Policy(5))
    assert [one.name for one in few.cards] == ["coaching"]
    assert "4" not in next(one for one in few.problems if one.code == "Q246").message("en").replace("card", "")
    assert [one.name for one in cards(file, table).cards] == ["coaching", "noord", "zuid"]


def test_one_community_does_not_tell_what_to_expect_elsewhere(table):
    made = cards(file_of(noord=COMMUNITY, both=COMMUNITY | {"elements": ["coaching"], "stopped": True}), table)
    assert words(made, "noord")["expected"].startswith("Unknown: one community")
    assert words(made, "both")["expected"].startswith("coaching: In a new community")
    assert card_view(made["both"], "nl").stopped == "Deze community is gestopt"


WRONG = [
    ({"community": "Noord"}, "Q240"),
    ({"element": None}, "Q240"),
    ({"nothing_failed": TEXT}, "Q242"),
    ({"date": "2026-12-24"}, "Q244"),
    ({"date": "yesterday"}, "Q244"),
    ({"done": {"nl": "Alleen Nederlands."}}, "Q247"),
    ({"by": None}, "Q252"),
    ({"released_by": "Stuurgroep"}, "Q252"),
    ({"done": {"nl": "Mail an@voorbeeld.nl.", "en": "Write."}}, "Q254"),
    ({"colour": "red"}, "G040"),
]


@pytest.mark.parametrize(("change", "code"), WRONG)
def test_what_is_wrong_in_a_file_is_told_with_its_line(tmp_path, change, code):
    one = {key: value for key, value in (WHOLE | change).items() if value is not None}
    path = tmp_path / "cards.yaml"
    path.write_text(json.dumps({"id": "pilot", "cards": {"coaching": one}}, indent=1), encoding="utf-8")
    with pytest.raises(IntegrationError) as caught:
        read_cards(tmp_path, today=DAY)
    assert {problem.code for problem in caught.value.problems} == {code}
    assert all(problem.where.line and problem.where.file == "cards.yaml" for problem in caught.value.problems)


def test_unknown_elements_cards_and_costs_are_refused_with_the_nearest(table):
    with pytest.raises(IntegrationError, match="coaching") as caught:
        cards(file_of(one=WHOLE | {"element": "coachng"}), table)
    assert caught.value.problems[0].code == "Q243"
    with pytest.raises(IntegrationError) as caught:
        cards(file_of(one=WHOLE), table, values={"on": None})
    assert caught.value.problems[0].code == "Q251"
    with pytest.raises(IntegrationError) as caught:
        cards(file_of(one=WHOLE), table)["on"]
    assert caught.value.problems[0].code == "Q250"


def test_costs_of_a_community_stand_on_its_card(tmp_path, table):
    from lcresearch.integration import new_value

    new_value(tmp_path)
    one = {key: value for key, value in (COMMUNITY | {"value": "value.yaml"}).items() if value is not None}
    (tmp_path / "cards.yaml").write_text(
        json.dumps({"id": "pilot", "cards": {"noord": one}}, indent=1), encoding="utf-8"
    )
    made = cards(tmp_path / "cards.yaml", table)
    assert "€" in words(made, "noord")["cost"]


def test_pages_escape_what_people_wrote_and_name_nothing_they_should_not(tmp_path, table):
    bad = {"nl": "<script>alert(1)</script>", "en": "=1+1 <b>"}
    made = cards(file_of(simulated=True, coaching=WHOLE | {"done": bad}), table)
    page = render_card(made, made["coaching"], "nl")
    assert "<script>" not in page
    assert "verzonnen" in page
    assert "niet delen" in page
    paths = write_cards(made, tmp_path, date=DAY)
    assert [path.name for path in paths[:2]] == ["card_coaching.html", "card_coaching.en.html"]
    sheet = openpyxl.load_workbook(tmp_path / "cards.xlsx")["texts_en"]
    assert any(str(cell.value).startswith("'=1+1") for row in sheet for cell in row)
    text = "\n".join(one.text for one in docx.Document(str(tmp_path / "card_coaching.en.docx")).paragraphs)
    assert "What failed" in text
    first = {path: path.read_bytes() for path in paths}
    assert {path: path.read_bytes() for path in write_cards(made, tmp_path, date=DAY, force=True)} == first
    with pytest.raises(ReportingError):
        made.write(tmp_path)


def test_the_template_can_be_used_at_once_and_its_schema_is_current(tmp_path):
    path = new_cards(tmp_path)
    content = read_cards(path)
    assert set(content.cards) == {"mentoring", "community_north"}
    assert all(one.name for one in cards(content).cards)
    stored = resources.files("lcresearch.integration.practice_cards") / "shipped" / "cards.schema.json"
    assert json.loads(stored.read_text(encoding="utf-8")) == json_schema()
    with pytest.raises(IntegrationError) as caught:
        new_cards(tmp_path)
    assert caught.value.problems[0].code == "Q249"


def test_cards_of_the_demo_are_complete():
    from lcresearch import shipped

    content = read_cards(shipped.folder("analyses") / "programme-demo" / "cards.yaml")
    assert content.simulated
    rows = pd.DataFrame({"element": ["shared_purpose", "virtual_meeting_place", "facilitation"], "estimate": 0.1})
    made = cards(content, rows)
    assert [one.kind for one in made.cards] == ["element", "element", "community"]
    assert not made.problems


def test_a_card_keeps_apart_who_misses_an_element_and_whom_it_hinders(table):
    heard = {"n_cases_helping": 6.0, "n_cases_lacking": 4.0, "n_cases_hindering": 0.0, "of_cases": 9.0}
    made = cards(file_of(one=WHOLE), table.assign(**heard))
    said = words(made, "one")["evidence"]
    assert "in 6 of 9 communities people say that it helps, in 0 that it is in the way" in said
    assert "In 4 of 9 communities people say that they miss it." in said
    none = words(cards(file_of(one=WHOLE), table.assign(**(heard | {"n_cases_lacking": math.nan}))), "one")
    assert "miss it" not in none["evidence"]


def test_a_card_says_the_same_beside_others_in_any_order_and_of_a_file(table, tmp_path):
    both = {"coaching": WHOLE, "meeting": WHOLE | {"element": "meeting"}}
    alone = words(cards(file_of(coaching=WHOLE), elements_of_both_kinds(table)), "coaching")
    turned = file_of(**dict(reversed(both.items())))
    path = tmp_path / "cards.yaml"
    path.write_text(json.dumps({"id": "pilot", "cards": both}), encoding="utf-8")
    for content in (file_of(**both), turned, path):
        made = cards(content, elements_of_both_kinds(table[::-1]))
        assert words(made, "coaching") == alone != words(made, "meeting")
