"""Forms for SurveyJS: one JSON file that survey-core and survey-js-ui (both MIT) show in a browser."""

from lcresearch.instruments.forms.surveyjs.writing import write

__all__ = ["write"]
