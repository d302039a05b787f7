"""A question that is called as a column of the program itself is refused, before anybody answers it."""

import pytest

from lcresearch.errors import FormError
from lcresearch.instruments.forms import Page, Question, Questionnaire, export_form
from lcresearch.instruments.forms.exporting import export_forms


def form(*names: str) -> Questionnaire:
    asked = tuple(Question(name, "text", {"nl": f"Wat is {name}?"}) for name in names)
    return Questionnaire("namen", {"nl": "Namen"}, ("nl",), (Page("namen_1", asked),))


@pytest.mark.parametrize(
    ("platform", "names"),
    [
        ("limesurvey", ["id", "Seed", "email"]),
        ("qualtrics", ["Status", "progress"]),
        ("xlsform", ["start", "end", "_id", "meta", "status"]),
        ("redcap", ["record_id", "redcap_event_name"]),
        ("surveyjs", ["form_mark"]),
        ("print", ["form_number"]),
        ("word", ["form_version"]),
    ],
)
def test_all_such_questions_are_named_and_nothing_is_written(platform, names, tmp_path):
    with pytest.raises(FormError) as raised:
        export_form(form("q1", *names), tmp_path / "forms", platform)
    assert [(one.code, one.where.item) for one in raised.value.problems] == [("F008", name) for name in names]
    assert not (tmp_path / "forms").exists()


def test_a_name_of_one_program_may_be_used_in_another(tmp_path):
    made = export_forms(form("seed", "Progress", "start_date"), tmp_path, ["redcap", "surveyjs", "codebook"])
    assert len(made) == 3
