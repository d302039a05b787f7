"""Forms for KoboToolbox, ODK and Ona: an XLSForm, which is a workbook with the sheets survey, choices and settings.

Names of questions are the ids of items, and names of choices the codes of the instrument, so that what these programs
export with XML values is read without a mapping. See xlsform.org for the format.
"""

from __future__ import annotations

from collections.abc import Sequence

from lcresearch.instruments.forms.model import FormFiles, Questionnaire
from lcresearch.instruments.forms.xlsform.limits import not_carried
from lcresearch.instruments.forms.xlsform.sheets import sheets
from lcresearch.instruments.forms.xlsform.workbook import workbook

__all__ = ["write"]


def write(form: Questionnaire, languages: Sequence[str]) -> FormFiles:
    """The form as a workbook that KoboToolbox, ODK Central and Ona import.

    Parameters
    ----------
    form : Questionnaire
    languages : sequence of str
        The first is the one in which the form opens.
    """
    return FormFiles({".xlsx": workbook(sheets(form, languages))}, tuple(not_carried(form)))
