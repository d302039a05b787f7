"""The reminder comes 90 days before the date, and stays until the answers are gone."""

import datetime

import pytest

from lcresearch.studies.retention import reminder

UNTIL = datetime.date(2030, 1, 1)


@pytest.mark.parametrize(
    ("today", "code"),
    [
        ("2029-10-02", None),
        ("2029-10-03", "S030"),
        ("2030-01-01", "S030"),
        ("2030-01-02", "S031"),
        ("2040-01-01", "S031"),
    ],
)
def test_reminder(today, code):
    found = reminder(UNTIL, datetime.date.fromisoformat(today))
    assert (found.code if found else None) == code


def test_the_message_names_the_date_the_days_and_the_person():
    found = reminder(UNTIL, datetime.date(2029, 12, 2), contact="A. Tester", file="study.yaml")
    assert found.level == "warning"
    assert found.where.file == "study.yaml"
    for language, date in (("nl", "1 januari 2030"), ("en", "1 January 2030")):
        text = found.text(language)
        assert date in text
        assert "30" in text
        assert "A. Tester" in text
