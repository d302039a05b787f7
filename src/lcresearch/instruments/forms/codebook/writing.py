"""Both files of a codebook."""

from __future__ import annotations

import json
from collections.abc import Sequence

from lcresearch.instruments.forms.codebook.ddi import ddi_codebook
from lcresearch.instruments.forms.codebook.workbook import codebook_workbook
from lcresearch.instruments.forms.model import FormFiles, Questionnaire


def write(form: Questionnaire, languages: Sequence[str]) -> FormFiles:
    """The codebook as JSON for programs and as a workbook for people, with all languages in each.

    Examples
    --------
    >>> from lcresearch import instruments
    >>> from lcresearch.instruments.forms import questionnaire
    >>> made = write(questionnaire([instruments.load("learning-identity")]), ["nl", "en"])
    >>> variables = json.loads(made.files[".codebook.json"])["codeBook"]["dataDscr"]["var"]
    >>> variables[0]["name"], variables[0]["catgry"][0]["labl"]["en"]
    ('li01', 'strongly disagree')
    """
    text = json.dumps(ddi_codebook(form, languages), ensure_ascii=False, indent=2, allow_nan=False) + "\n"
    return FormFiles({".codebook.json": text.encode("utf-8"), ".codebook.xlsx": codebook_workbook(form, languages)})
