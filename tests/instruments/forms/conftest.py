"""A form that every writer can be tried on."""

import pytest

from lcresearch import instruments
from lcresearch.instruments.forms import consent_page, group_page, linking_page, questionnaire

FIRMS = ("Bakker bv", 'De Vries & Zn. <b>"x"</b>', "=1+1")
INSTRUMENTS = ("psychological-safety", "working-elements", "technology-use", "background")


@pytest.fixture(scope="session")
def study_form():
    """Of an invented study: consent, firms, a code, all kinds of questions, three versions, mixed order."""
    languages = ("nl", "en")
    before = [
        consent_page("toestemming", languages),
        group_page({"organisation": ("bedrijf", FIRMS, None)}, languages),
        linking_page(["code"], ["mother_first_letters", "birth_day"], languages),
    ]
    return questionnaire(
        [instruments.load(name) for name in INSTRUMENTS],
        id="leren",
        title={"nl": "Leren in uw bedrijf", "en": "Learning in your company"},
        before=before,
        planned_missing=["working-elements"],
        introduction={"nl": "Welkom <i>allemaal</i>.", "en": "Welcome <i>all</i>."},
    )
