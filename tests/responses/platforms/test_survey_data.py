"""Tables that no survey platform made, and files that hold no answers to a questionnaire at all."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from lcresearch import responses
from lcresearch.errors import ResponsesError
from lcresearch.responses.platforms import open_export

REFERENCE = Path(__file__).parents[2] / "reference"
TRANSCRIPTS = REFERENCE / "exports" / "transcripts"
SHARED = Path(__file__).parents[4] / "shared" / "formats"
only_with_samples = pytest.mark.skipif(not SHARED.exists(), reason="the sample files of other programs are not here")


def both(text):
    return {"nl": text, "en": text}


@pytest.fixture
def asked(instrument_of):
    """An instrument of items with answers from a lowest to a highest code."""

    def of(items, low, high):
        items = [{"text": both(f"Vraag {item['id']}."), "response_scale": "agree5"} | item for item in items]
        labels = {code: both(f"antwoord {code}") for code in range(low, high + 1)}
        return instrument_of(items, labels=labels, missing={})

    return of


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
        ("answers.xls", "R209"),
        ("answers.ods", "R209"),
        ("answers.zip", "R208"),
    ],
)
def test_files_that_are_no_answers_are_refused_with_what_they_are(write, voice, refused, name, code):
    assert refused(write("tv_01,tv_02\n1,2\n", name), voice) == [code]


@pytest.mark.parametrize("name", ["developer_interview_2.txt", "qualcoder_transcript.txt"])
def test_running_text_is_refused_without_showing_any_of_it(voice, name):
    with pytest.raises(ResponsesError) as caught:
        responses.read(TRANSCRIPTS / name, voice)
    assert [problem.code for problem in caught.value.problems] == ["R014"]
    first = (TRANSCRIPTS / name).read_text(encoding="utf-8", errors="replace").split()[:200]
    phrases = [" ".join(first[place : place + 3]) for place in range(len(first) - 2)]
    shown = caught.value.text("en") + caught.value.text("nl")
    assert len(phrases) > 100
    assert not [phrase for phrase in phrases if phrase in shown]


def test_a_table_with_open_answers(asked, voice, refused):
    path = TRANSCRIPTS / "qualcoder_survey456.csv"
    assert open_export(path).platform is None
    assert refused(path, voice) == ["R024"]
    items = [
        {"id": "Age", "type": "number", "response_scale": None},
        {"id": "freetext", "type": "text", "response_scale": None},
    ]
    data = responses.read(path, asked(items, 1, 2), respondent="Case", levels=["Gender"])
    np.testing.assert_equal(data.frame["Age"].to_numpy(), [24, np.nan, 67])
    assert data.frame["respondent"].tolist() == ["ID4", "ID5", "ID6"]
    assert data.frame["Gender"].tolist() == ["f", "m", "m"]
    assert data.log.query("item == 'freetext'")["code"].tolist() == ["R066"]
    assert "freetext" not in data.frame


def test_soldiers_in_companies(asked):
    items = [{"id": f"LEAD{n:02d}"} for n in range(1, 12)]
    path = REFERENCE / "data" / "lq2002.csv"
    data = responses.read(path, asked(items, 1, 5), levels={"organisation": "COMPID"}, respondent="SUB")
    assert (len(data.frame), data.frame["organisation"].nunique()) == (2042, 49)
    direct = pd.read_csv(path)[[item["id"] for item in items]]
    np.testing.assert_array_equal(data.frame[direct.columns].to_numpy(), direct.to_numpy())


@only_with_samples
class TestSamples:
    def test_soldiers_in_companies(self, asked):
        path = SHARED / "survey_data" / "lq2002_items_in_49_companies.csv"
        data = responses.read(
            path, asked([{"id": "TSIG01"}, {"id": "TSIG03"}], 1, 5), levels={"organisation": "COMPID"}
        )
        assert (open_export(path).platform, data.frame.shape) == (None, (2042, 5))
        assert data.frame["organisation"].nunique() == 49
        assert data.frame[["TSIG01", "TSIG03"]].head(2).to_numpy().tolist() == [[1, 5], [3, 3]]

    def test_employees(self, asked):
        path = SHARED / "survey_data" / "employee_survey_items.csv"
        items = [{"id": name} for name in ("Happiness", "Ben1", "Work2", "Car4")]
        data = responses.read(path, asked(items, 1, 4))
        assert (open_export(path).platform, data.frame.shape) == (None, (2833, 6))
        expected = [[4, 4, 4, 4], [3, 3, 3, 4], [4, 3, 2, 3]]
        assert data.frame.iloc[:3, 2:].to_numpy().tolist() == expected

    def test_reviews_with_a_number_and_an_open_answer(self, asked):
        path = SHARED / "dutch_text" / "nl_reviews_1-400.csv"
        items = [
            {"id": "polarity", "type": "number", "minimum": -1, "maximum": 1, "response_scale": None},
            {"id": "text", "type": "text", "response_scale": None},
        ]
        data = responses.read(path, asked(items, 1, 2))
        assert (len(data.frame), data.items) == (400, ("polarity",))
        assert data.frame["polarity"].head(3).tolist() == [-1, 1, 1]
        assert data.log.query("item == 'text'")["code"].tolist() == ["R066"]

    @pytest.mark.parametrize(
        ("name", "code"),
        [
            ("dutch_text/nl_slaap_coded_fragments.md", "R112"),
            ("qualtrics/many_question_types.qsf", "R110"),
            ("qualtrics/matrix_multiple_answer.qsf", "R110"),
            ("refi_qda/qc_1.3.2_demo.qdpx", "R112"),
            ("refi_qda/taguette_1.4.1_codebook.qdc", "R112"),
            ("transcripts/developer_interview_1.txt", "R014"),
            ("transcripts/nl_persconferentie_2020-03-12.md", "R112"),
            ("transcripts/pdpilot_P1.pdf", "R112"),
            ("transcripts/qualcoder_ID1.docx", "R112"),
            ("transcripts/teams_style_sample.vtt", "R112"),
            ("transcripts/webvtt_py_sample.srt", "R112"),
        ],
    )
    def test_no_answers(self, voice, refused, name, code):
        assert refused(SHARED / name, voice) == [code]

    def test_every_sample_is_recognised_as_its_platform_or_as_none(self):
        found = {}
        for path in sorted(SHARED.glob("*/*")):
            try:
                found[f"{path.parent.name}/{path.name}"] = open_export(path).platform or "table"
            except ResponsesError as error:
                found[f"{path.parent.name}/{path.name}"] = error.problems[0].code
        own = {
            "qualtrics": "qualtrics",
            "limesurvey": "limesurvey",
            "surveymonkey": "surveymonkey",
            "xlsform_kobo": "kobo",
        }
        others = {"spss_stata": "table", "survey_data": "table", "dutch_text": "table", "transcripts": "table"}
        for name, what in found.items():
            folder = name.partition("/")[0]
            assert what.startswith("R") or what == (own | others)[folder], name
        assert {name for name, what in found.items() if name.startswith("q") and what == "R110"} == {
            "qualtrics/many_question_types.qsf",
            "qualtrics/matrix_multiple_answer.qsf",
        }
        assert sum(not what.startswith("R") for what in found.values()) == 26
