"""Tables that no survey platform made, and files that hold no answers to a questionnaire at all."""

import pytest


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("survey.qsf", "R110"),
        ("interview.vtt", "R112"),
        ("interview.SRT", "R112"),
        ("interview.docx", "R112"),
        ("interview.pdf", "R112"),
        ("persconferentie.md", "R112"),
        ("project.qdpx", "R112"),
        ("codebook.qdc", "R112"),
        ("answers.xls", "R003"),
    ],
)
def test_files_that_are_no_answers_are_refused_with_what_they_are(write, voice, refused, name, code):
    assert refused(write("tv_01,tv_02\n1,2\n", name), voice) == [code]
