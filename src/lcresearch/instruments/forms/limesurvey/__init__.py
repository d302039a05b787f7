"""Forms for LimeSurvey: the structure of a survey as XML (.lss), and as tab-separated text (.txt)."""

from __future__ import annotations

from collections.abc import Sequence

from lcresearch.instruments.forms.limesurvey.structure import structure_file
from lcresearch.instruments.forms.limesurvey.survey import survey_of
from lcresearch.instruments.forms.limesurvey.tab_separated import tab_separated
from lcresearch.instruments.forms.model import FormFiles, Questionnaire

__all__ = ["write"]


def write(form: Questionnaire, languages: Sequence[str]) -> FormFiles:
    """The form for LimeSurvey 4 and later, in one file for all languages; the second file says the same.

    Raises
    ------
    FormError
        F030 for codes of answers that LimeSurvey does not take, together.
    """
    survey, problems = survey_of(form, languages)
    return FormFiles({".lss": structure_file(survey), ".txt": tab_separated(survey)}, problems)
