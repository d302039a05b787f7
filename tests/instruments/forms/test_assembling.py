"""One form out of several instruments."""

import pytest

from lcresearch import instruments
from lcresearch.errors import FormError
from lcresearch.instruments.forms import export_form, questionnaire


def test_several_instruments_are_asked_in_the_order_given() -> None:
    identity, safety = instruments.load("learning-identity"), instruments.load("psychological-safety")
    form = questionnaire([safety, identity])
    names = [question.name for question in form.questions]
    assert names == [item.id for item in safety.items] + [item.id for item in identity.items]


def test_a_short_form_asks_only_its_items() -> None:
    identity = instruments.load("learning-identity")
    form = questionnaire([identity], short_form=["learning-identity"])
    assert {question.name for question in form.questions} == {item.id for item in identity.items if item.short_form}


def test_answers_that_count_as_none_come_last() -> None:
    (first, *_) = questionnaire([instruments.load("learning-identity")]).questions
    assert [(answer.code, answer.missing) for answer in first.answers][-2:] == [(5, False), (9, True)]


def test_an_unknown_platform_is_refused_with_the_nearest(tmp_path: object) -> None:
    form = questionnaire([instruments.load("learning-identity")])
    with pytest.raises(FormError, match="limesurvey") as caught:
        export_form(form, "form.lss", "limesurvy")
    assert caught.value.problems[0].code == "F001"
