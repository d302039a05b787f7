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


def test_instructions_stand_above_each_page_when_any_may_come_first() -> None:
    elements = instruments.load("working-elements")
    mixed = elements.model_copy(update={"form": elements.form.model_copy(update={"randomise_blocks": True})})
    for one, above in ((elements, 1), (mixed, len(elements.form.blocks))):
        pages = questionnaire([one]).pages
        told = [page for page in pages if elements.form.instructions["nl"] in page.text.get("nl", "")]
        assert len(told) == above
    fixed = questionnaire([mixed], randomise=False).pages
    assert sum(elements.form.instructions["nl"] in page.text.get("nl", "") for page in fixed) == 1


def test_instructions_stand_above_each_page_when_a_version_lacks_the_first() -> None:
    elements = instruments.load("working-elements")
    first, second = (block.items for block in elements.form.blocks[:2])
    for forms, above in (((("a",), ("b",)), len(elements.form.blocks)), ((("a", "b"), ("a",)), 1)):
        design = elements.form.planned_missing.model_copy(update={"sets": {"a": first, "b": second}, "forms": forms})
        form = elements.form.model_copy(update={"planned_missing": design})
        one = elements.model_copy(update={"form": form})
        pages = questionnaire([one], planned_missing=["working-elements"]).pages
        assert sum(form.instructions["nl"] in page.text.get("nl", "") for page in pages) == above


def test_what_people_call_a_platform_is_told_by_its_name_here() -> None:
    form = questionnaire([instruments.load("learning-identity")])
    with pytest.raises(FormError, match="xlsform") as caught:
        export_form(form, "form", "kobo")
    assert caught.value.problems[0].values["nearest"] == "xlsform"
