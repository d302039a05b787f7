"""Forms for REDCap: a data dictionary, one file for each language."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from lcresearch.errors import Problem
from lcresearch.instruments.forms.model import FormFiles, Questionnaire
from lcresearch.instruments.forms.redcap.dictionary import COLUMNS, dictionary
from lcresearch.instruments.forms.redcap.problems import problems

__all__ = ["write"]


def write(form: Questionnaire, languages: Sequence[str]) -> FormFiles:
    """The form for REDCap: the data dictionary in each language, to be uploaded in a project of its own."""
    files = {f".{language}.csv": _file(dictionary(form, language)) for language in languages}
    found: list[Problem] = list(problems(form, languages))
    return FormFiles(files, tuple(found))


def _file(rows: Sequence[dict[str, str]]) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, restval="", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode("utf-8")
