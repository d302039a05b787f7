"""Forms for Qualtrics: a survey file (.qsf), and a text file a language for those who import texts (.txt).

The survey file has the structure of files that Qualtrics itself exports: blocks, survey flow, questions, options. The
names of columns are the ids of items (``DataExportTag``, and ``ChoiceDataExportTags`` for rows of a table), the values
are the codes of the instrument (``RecodeValues``), so that what Qualtrics exports is read without a mapping.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from lcresearch.instruments.forms.model import FormFiles, Questionnaire
from lcresearch.instruments.forms.qualtrics.advanced_text import advanced_text
from lcresearch.instruments.forms.qualtrics.limits import not_in_survey_file, not_in_text
from lcresearch.instruments.forms.qualtrics.survey_file import survey_file

__all__ = ["write"]


def write(form: Questionnaire, languages: Sequence[str]) -> FormFiles:
    """The form as files that Qualtrics imports.

    Parameters
    ----------
    form : Questionnaire
    languages : sequence of str
        The first is the language of the survey; the survey file has the others as translations.
    """
    survey = json.dumps(survey_file(form, languages), ensure_ascii=False, indent=1)
    files = {".qsf": survey.encode("utf-8")}
    files |= {f".{language}.txt": advanced_text(form, language).encode("utf-8") for language in languages}
    return FormFiles(files, (*not_in_survey_file(form, languages), *not_in_text(form, languages)))
