"""Forms on paper: a page to print in each language, its PDF, and a workbook to type the answers in.

The template stands here and not in ``reporting``: a form shows questions and no results, and shares nothing with the
pages of reports, neither navigation nor figures nor provenance. So all writers of forms are neighbours that take a
questionnaire and nothing else.
"""

from lcresearch.instruments.forms.printed.writing import pages, write

__all__ = ["pages", "write"]
