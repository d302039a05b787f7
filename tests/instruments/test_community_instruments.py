"""What the instruments on a community and its context promise to each other and to the analyses."""

from __future__ import annotations

import pandas as pd
import pytest
import yaml

from lcresearch import instruments
from lcresearch.instruments.library import library_files

ELEMENTS = (
    "shared_purpose",
    "firms_at_the_table",
    "time_to_learn",
    "facilitation",
    "community_leadership",
    "link_with_work",
    "link_with_innovation",
    "link_with_research",
    "physical_meeting_places",
    "virtual_meeting_places",
    "sharing_beyond",
    "embedding",
)
CONTEXT = ("working-elements", "barriers", "value-creation", "participation", "background", "community-record")


def test_each_working_element_has_indicators_of_its_own_and_one_in_the_short_form():
    elements = instruments.load("working-elements")
    assert tuple(elements.scales) == ELEMENTS
    members = [item for scale in elements.scales.values() for item in scale.items]
    assert sorted(members) == sorted(item.id for item in elements.items)
    for name in ELEMENTS:
        assert (elements.level_of(name), elements.composition_of(name)) == ("community", "referent_shift")
        assert len(elements.items_of(name, short_form=True)) == 1


def test_an_element_that_is_nowhere_is_0_and_one_that_is_everywhere_is_100():
    elements = instruments.load("working-elements")
    ids = [item.id for item in elements.items]
    scores = elements.score(pd.DataFrame([dict.fromkeys(ids, 0), dict.fromkeys(ids, 4)]))
    assert (scores.iloc[0] == 0).all()
    assert (scores.iloc[1] == 100).all()


def test_features_of_a_group_are_asked_of_informants_and_barriers_of_persons():
    """How persons combine says the composition, how items combine says the method."""
    for name, composed in {
        "working-elements": ("community", "referent_shift"),
        "innovation-results": ("organisation", "referent_shift"),
        "barriers": ("individual", "individual"),
    }.items():
        one = instruments.load(name)
        assert {(one.level_of(scale), one.composition_of(scale)) for scale in one.scales} == {composed}, name
        assert {scale.method for scale in one.scales.values()} == {"index"}, name


def test_an_answer_on_a_barrier_is_how_much_it_holds_this_person_back():
    barriers = instruments.load("barriers")
    rated = [block for block in barriers.form.blocks if block.items != ("ba25",)]
    assert {block.text["en"] for block in rated if block.text} == {"How much does this hold you back?"}
    assert all(block.text for block in rated)


def test_the_kinds_of_barriers_divide_the_list():
    barriers = instruments.load("barriers")
    whole, *parts = barriers.scales.values()
    assert [item for part in parts for item in part.items] == list(whole.items)
    assert [item.id for item in barriers.items if item.type == "text"] == ["ba25"]


def test_the_kinds_of_barriers_weighted_by_their_items_are_the_whole():
    barriers = instruments.load("barriers")
    rated = [item.id for item in barriers.items if item.type == "choice"]
    answers = pd.DataFrame([{item: n % 5 for n, item in enumerate(rated)}])
    scores = barriers.score(answers).iloc[0]
    parts = [name for name in barriers.scales if name != "barriers"]
    weighted = sum(scores[name] * len(barriers.scales[name].items) for name in parts) / len(rated)
    assert weighted == pytest.approx(scores["barriers"], rel=1e-12)


@pytest.mark.parametrize(("name", "asked"), [("working-elements", 24), ("barriers", 19)])
def test_planned_missing_keeps_every_score_and_every_pair_of_questions(name, asked):
    one = instruments.load(name)
    design = one.form.planned_missing
    assert design is not None
    forms = [{item for part in form for item in design.sets[part]} for form in design.forms]
    assert [len(form) for form in forms] == [asked] * 3
    ids = [item.id for item in one.items]
    assert all(any({a, b} <= form for form in forms) for a in ids for b in ids)
    answered = pd.DataFrame([{i: 2 for i in form if one.item(i).type == "choice"} for form in forms], columns=ids)
    assert (one.score(answered) == 50).all(axis=None)


def test_value_of_persons_is_averaged_whether_or_not_they_agree():
    value = instruments.load("value-creation")
    assert {value.composition_of(name) for name in value.scales} == {"additive"}
    cycles = ["immediate_value", "potential_value", "applied_value", "realised_value", "reframing_value"]
    assert list(value.scales) == [*cycles, "return_on_participation"]


@pytest.mark.parametrize("function", ["conditional", "reactive", "proactive"])
def test_each_function_of_learning_has_a_score(function):
    participation = instruments.load("participation")
    tagged = [item.id for item in participation.items if item.function == function]
    assert tagged == list(participation.scales[f"learning_{function}"].items)
    assert len(tagged) == 2


def test_people_can_decline_what_is_sensitive():
    background = instruments.load("background")
    assert background.scales == {}
    for item in ("bg01", "bg03", "bg04", "bg05", "bg06", "bg07", "bg08", "bg09", "bg10"):
        answers = background.response_scale_of(item)
        assert answers is not None
        assert "I prefer not to say" in answers.labels_in("en", missing=True).values(), item


def test_background_asks_age_and_years_in_bands_and_never_a_date():
    background = instruments.load("background")
    assert [item.id for item in background.items if item.type in ("number", "text")] == ["bg12"]
    bands = background.response_scales
    assert bands["age_band"].codes == bands["experience_band"].codes == bands["size_band"].codes == (1, 2, 3, 4, 5)


def test_lists_without_order_can_not_be_scored_by_mistake():
    background = instruments.load("background")
    unordered = {name for name, answers in background.response_scales.items() if not answers.ordered}
    ordered = {"size_band", "age_band", "experience_band"}
    assert unordered == set(background.response_scales) - ordered


def test_answers_of_which_several_can_be_chosen_have_no_comma():
    """A platform that puts all chosen answers in one cell divides them by commas or semicolons."""
    for name in CONTEXT:
        one = instruments.load(name)
        for item in (item for item in one.items if item.type == "multiple"):
            answers = one.response_scale_of(item.id)
            assert answers is not None
            labels = [*answers.labels_in("nl", missing=True).values(), *answers.labels_in("en", missing=True).values()]
            assert [label for label in labels if "," in label or ";" in label] == [], item.id


def test_the_record_of_a_community_has_no_place_for_words_of_persons():
    record = instruments.load("community-record")
    assert [item.id for item in record.items if item.type == "text"] == []
    assert "name" not in " ".join(item.text["en"].lower() for item in record.items)


def test_a_community_that_has_stopped_can_be_recorded():
    record = instruments.load("community-record")
    states = record.response_scale_of("cr01")
    reasons = record.response_scale_of("cr06")
    assert states is not None
    assert reasons is not None
    assert states.labels_in("en")[4] == "we have stopped"
    assert len(reasons.codes) >= 8


def test_partners_of_the_record_add_up():
    record = instruments.load("community-record")
    kinds = record.items_of("partner_organisations")
    frame = pd.DataFrame([{column: 0 for item in record.items for column in record.columns_of(item.id)}])
    for n, item in enumerate(kinds):
        frame[item.id] = n
    valid = frame.assign(cr01=1, cr02=2024, cr03=1, cr04=9999, cr05=99)
    assert record.score(valid)["partner_organisations"].tolist() == [sum(range(len(kinds)))]


def test_files_read_the_same_with_every_yaml_parser():
    """The parser in Python refuses a question mark that the one in C accepts."""
    for name in CONTEXT:
        text = library_files()[name].read_text(encoding="utf-8")
        assert yaml.load(text, Loader=yaml.SafeLoader)["id"] == name
