"""Settings of a survey: a page at a time; no names, addresses or dates of persons, only how long they took."""

from __future__ import annotations

from lcresearch.instruments.forms.limesurvey.survey import Survey

_YES, _NO = "Y", "N"
_SETTINGS = {
    "gsid": "1",
    "admin": "inherit",
    "adminemail": "inherit",
    "anonymized": _YES,
    "format": "G",
    "savetimings": _YES,
    "template": "inherit",
    "datestamp": _NO,
    "usecookie": _NO,
    "allowregister": _NO,
    "allowsave": _NO,
    "autonumber_start": "0",
    "autoredirect": _NO,
    "allowprev": _YES,
    "printanswers": _NO,
    "ipaddr": _NO,
    "ipanonymize": _YES,
    "refurl": _NO,
    "showsurveypolicynotice": "0",
    "publicstatistics": _NO,
    "publicgraphs": _NO,
    "listpublic": _NO,
    "htmlemail": _YES,
    "sendconfirmation": _NO,
    "tokenanswerspersistence": _NO,
    "assessments": _NO,
    "usecaptcha": _NO,
    "usetokens": _NO,
    "bounce_email": "inherit",
    "emailresponseto": "",
    "emailnotificationto": "",
    "tokenlength": "15",
    "showxquestions": _NO,
    "showgroupinfo": "B",
    "shownoanswer": _NO,
    "showqnumcode": "X",
    "bounceprocessing": _NO,
    "showprogress": _YES,
    "questionindex": "0",
    "navigationdelay": "0",
    "nokeyboard": _NO,
    "alloweditaftercompletion": _NO,
}
_DATES_AND_NUMBERS = {"nl": ("5", "1"), "en": ("5", "0")}
"""Language -> how LimeSurvey writes dates (day-month-year) and numbers (1 decimal comma, 0 decimal point)."""


def survey_settings(survey: Survey) -> dict[str, str]:
    """The row of the table ``surveys``."""
    texts = {
        "language": survey.languages[0],
        "additional_languages": " ".join(survey.languages[1:]),
        "showwelcome": _YES if any(survey.welcome.values()) else _NO,
    }
    return {"sid": str(survey.number), **_SETTINGS, **texts}


def language_settings(survey: Survey) -> list[dict[str, str]]:
    """Rows of the table ``surveys_languagesettings``, one a language."""
    rows = []
    for language in survey.languages:
        dates, numbers = _DATES_AND_NUMBERS.get(language, ("5", "0"))
        rows.append(
            {
                "surveyls_survey_id": str(survey.number),
                "surveyls_language": language,
                "surveyls_title": survey.title[language],
                "surveyls_description": "",
                "surveyls_welcometext": survey.welcome.get(language, ""),
                "surveyls_endtext": survey.end.get(language, ""),
                "surveyls_dateformat": dates,
                "surveyls_numberformat": numbers,
            }
        )
    return rows
