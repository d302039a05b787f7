"""Who took part and how the answers came in, on the page, in tables and in words."""

import dataclasses

import lxml.html
import pandas as pd
import pytest

from lcresearch.reporting.export import export_tables
from lcresearch.reporting.html import render
from lcresearch.reporting.overview_figure import overview_figure, overview_groups
from lcresearch.reporting.participation_section import participation_view, quality_view
from lcresearch.reporting.summary import main_points
from lcresearch.reporting.wording import Wording


@pytest.fixture(params=["nl", "en"])
def say(content, request):
    return Wording(content.head, request.param)


def changed(content, **parts):
    return dataclasses.replace(content.participation, **parts)


def test_two_waves_make_a_sentence_and_three_a_table(content, say):
    view = participation_view(content.participation, say)
    assert view.turnover is None
    assert any("118" in sentence and "40" in sentence and "31" in sentence for sentence in view.sentences)
    twice = pd.concat([content.participation.turnover] * 2, ignore_index=True)
    more = participation_view(changed(content, turnover=twice), say)
    assert len(more.turnover.frame) == 2
    assert not any("40" in sentence for sentence in more.sentences)


def test_few_who_changed_stay_unnamed(content, say):
    sentences = " ".join(participation_view(content.participation, say).sentences)
    assert say("participation.few") in sentences
    assert say("participation.nobody_moved", level=say.level("community")) in sentences


def test_response_of_those_invited(content, say):
    view = participation_view(content.participation, say)
    assert any("200" in sentence and "79%" in sentence for sentence in view.sentences)
    (table,) = view.invited
    assert table.frame.to_numpy().tolist() == [
        [name, "100", "75", "75% [66% – 82%]"] for name in ("energie", "logistiek")
    ]


def test_answers_put_together_stand_last_and_those_of_nobody_are_left_out(content, say):
    role, part, numbers = participation_view(content.participation, say).context
    labels = role.table.frame["answer"].tolist()
    assert labels[1] == say(
        "context.together",
        answers="; ".join(["monteur", "onderzoeker"] if say.language == "nl" else ["mechanic", "researcher"]),
    )
    assert len(labels) == 3
    assert say("context.nobody_chose") in role.notes
    assert part.table.frame["n_t0"].tolist() == ["90", "40", say("figure.not_shown"), "120"]
    assert part.notes == (say("context.several"), say("context.similar", wave=say.wave("t1")))
    assert numbers.table.frame["median"].tolist()[1] == "–"


def test_a_question_of_which_nothing_is_shown_is_named(content, say):
    (note,) = participation_view(content.participation, say).notes
    assert ("Hoe oud" if say.language == "nl" else "How old") in note


def test_a_small_study_says_kindly_that_nothing_is_shown(content, say):
    context = content.participation.context
    none = dataclasses.replace(context, counts=context.counts.iloc[:0], numbers=context.numbers.iloc[:0])
    view = participation_view(changed(content, context=none), say)
    assert view.context == ()
    assert view.intro == say("context.nothing")
    assert view.notes == ()


def test_without_questions_on_context_there_is_no_heading(content, say):
    context = dataclasses.replace(
        content.participation.context, items=(), counts=content.participation.context.counts[:0]
    )
    context = dataclasses.replace(context, numbers=context.numbers[:0], withheld=context.withheld[:0])
    participation = changed(content, context=context)
    assert participation_view(participation, say).intro == ""
    page = render(dataclasses.replace(content, participation=participation), say.language)
    assert say("context.title") not in lxml.html.fromstring(page).text_content()


def test_from_file_to_report(content, say):
    frame = quality_view(content.quality, say).rows.frame
    assert frame["n"].tolist() == ["312", "− 2", "− 3", "307"]
    assert frame["reason"].is_unique


@pytest.mark.parametrize(("n", "few", "found"), [(10, False, True), (0, False, False), (None, True, False)])
def test_the_main_text_speaks_of_care_only_when_something_stands_out(content, say, n, few, found):
    quality = dataclasses.replace(content.quality, n_flagged=n, few_flagged=few)
    assert bool(quality_view(quality, say).sentence) == found


def test_the_rules_that_were_hit_are_named_and_no_others(content, say):
    sentence = quality_view(content.quality, say).sentence
    rule = say.messages("screening.rule.too_fast")
    assert f"{rule} (9)." in sentence
    # one or two forms stand out by the other rule: it has no number
    assert say.messages("screening.rule.few_answers") not in sentence
    assert say.messages("screening.rule.long_run_of_one_answer") not in sentence
    one = dataclasses.replace(content.quality, rules=content.quality.rules.iloc[:1], n_flagged=9)
    other = quality_view(one, say).sentence
    assert other != sentence
    assert f": {rule} (9)." in other
    none = dataclasses.replace(content.quality, rules=content.quality.rules.iloc[1:])
    assert ":" not in quality_view(none, say).sentence


def test_one_or_two_forms_that_stand_out_are_not_counted_out(content, say):
    view = quality_view(content.quality, say)
    assert view.rules.frame["n_flagged"].tolist() == ["9", say("participation.few"), "10"]
    assert view.unfinished == say("quality.unfinished_few")
    hidden = dataclasses.replace(content.quality, n_flagged=None, few_flagged=False)
    assert quality_view(hidden, say).rules.frame["n_flagged"].iloc[-1] == say("figure.not_shown")


def test_a_report_without_these_parts_still_stands(content, say):
    bare = dataclasses.replace(content, participation=None, quality=None)
    text = lxml.html.fromstring(render(bare, say.language)).text_content()
    assert say("quality.title") not in text
    assert "rows" not in export_tables(bare)


def test_tables_name_every_code_of_an_answer(content):
    tables = export_tables(content)
    answers = tables["context_answers"].set_index(["item", "wave", "codes"])
    assert answers.loc[("role", "t0", "1 + 3"), "answer_nl"] == "monteur; onderzoeker"
    assert answers.loc[("role", "t0", "1 + 3"), "n"] == 60
    assert {"persons_over_waves", "changes_of_group", "response_of_invited", "rows", "screening"} <= set(tables)


def side_by_side(content, n=8):
    learning = content.scales[0]
    titles = [{"nl": f"Schaal {letter}", "en": f"Scale {letter}"} for letter in "hgfedcba"[:n]]
    scales = []
    for place, title in enumerate(titles):
        overall = learning.overall.assign(mean=learning.overall["mean"] + 0.05 * place)
        scales.append(dataclasses.replace(learning, name=f"s{place}", title=title, overall=overall))
    return tuple(scales)


def test_scales_of_one_instrument_stand_side_by_side_in_its_order(content, say):
    scales = side_by_side(content)
    other = dataclasses.replace(scales[0], name="s9", minimum=0.0, maximum=100.0)
    (group,) = overview_groups([*scales, other, content.scales[1]])
    assert [scale.name for scale in group] == [scale.name for scale in scales]
    drawing = overview_figure(group, say)
    labels = [
        shape.text for shape in drawing.canvas.shapes if getattr(shape, "text", "").startswith(("Schaal", "Scale"))
    ]
    assert labels == [say.text(scale.title) for scale in scales]
    assert say.number(3.31 + 0.35) in drawing.description


def test_two_scales_are_no_overview(content):
    assert overview_groups(side_by_side(content, 2)) == []


def test_main_points_stay_short_with_many_scales(content, say):
    points = main_points(dataclasses.replace(content, scales=side_by_side(content)), say)
    assert len(points) <= 7
    assert all(len(point) < 320 for point in points)
    assert say("points.n_scales", n=8) in " ".join(points)


def test_a_count_without_a_limit_is_drawn_over_what_was_found(content, say):
    learning = content.scales[0]
    count = dataclasses.replace(learning, minimum=0.0, maximum=float("inf"), items=())
    assert not count.bounded
    page = render(dataclasses.replace(content, scales=(count,)), say.language)
    text = lxml.html.fromstring(page).text_content()
    assert say("scale_ends.open") in text
    assert "inf" not in [word.strip("().,") for word in text.split()]


def test_an_index_shows_no_columns_that_ask_whether_items_go_together(content, say):
    learning = content.scales[0]
    nothing = learning.items_analysed.assign(item_rest_correlation=float("nan"), alpha_if_dropped=float("nan"))
    index = dataclasses.replace(learning, items_analysed=nothing, reliability=None)
    page = lxml.html.fromstring(render(dataclasses.replace(content, scales=(index,)), say.language))
    heads = [cell.text_content() for cell in page.iter("th")]
    assert say("table.item_rest") not in heads
    assert say("table.mean") in heads
