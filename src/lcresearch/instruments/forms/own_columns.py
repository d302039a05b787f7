"""Names that a program gives to columns of its own: a question of that name could not be told apart from them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lcresearch.errors import Place, Problem
from lcresearch.instruments.forms.model import Questionnaire

_OF_KOBO = (
    "meta start end today username deviceid audit instanceID instanceName rootUuid _id _uuid _submission_time "
    "_validation_status _notes _status _submitted_by __version__ _version_ _tags _index _duration _attachments _edited"
)
_OF_ODK = (
    "SubmissionDate KEY SubmitterID SubmitterName AttachmentsPresent AttachmentsExpected Status ReviewState DeviceID "
    "Edits FormVersion"
)
_OF_PAPER = "form_number form_version"
_NAMES = {
    "limesurvey": "id submitdate lastpage startlanguage seed startdate datestamp ipaddr refurl interviewtime token "
    "firstname lastname email",
    "qualtrics": "StartDate EndDate Status IPAddress Progress Finished RecordedDate ResponseId RecipientLastName "
    "RecipientFirstName RecipientEmail ExternalReference LocationLatitude LocationLongitude DistributionChannel "
    "UserLanguage",
    "xlsform": f"{_OF_KOBO} {_OF_ODK}",
    "redcap": "record_id redcap_event_name redcap_repeat_instrument redcap_repeat_instance redcap_data_access_group "
    "redcap_survey_identifier",
    "surveyjs": "form_mark form_start form_opened form_language form_seconds",
    "print": _OF_PAPER,
    "word": _OF_PAPER,
}
OWN_COLUMNS: Mapping[str, frozenset[str]] = {
    platform: frozenset(name.casefold() for name in names.split()) for platform, names in _NAMES.items()
}
"""Platform -> names of its own columns in what it exports, in small letters."""
_PROGRAMS = {
    "limesurvey": "LimeSurvey",
    "qualtrics": "Qualtrics",
    "xlsform": "KoboToolbox / ODK",
    "redcap": "REDCap",
    "surveyjs": "SurveyJS",
    "print": "entry.xlsx",
    "word": "entry.xlsx",
}


def taken_names(form: Questionnaire, platform: str) -> Iterator[Problem]:
    """F008 for each question that is called as a column of the platform itself.

    Examples
    --------
    >>> from lcresearch.instruments.forms import Page, Question
    >>> form = Questionnaire("x", {}, ("nl",), (Page("p", (Question("seed", "text", {}), Question("a", "text", {}))),))
    >>> [(problem.code, problem.where.item) for problem in taken_names(form, "limesurvey")]
    [('F008', 'seed')]
    """
    for question in form.questions:
        if question.name.casefold() in OWN_COLUMNS.get(platform, ()):
            values = {"name": question.name, "program": _PROGRAMS[platform]}
            yield Problem("F008", Place(item=question.name), values)
