"""Every sample file is recognised as the export that it is, or as none."""

from pathlib import Path

import pytest

from lcresearch.responses.platforms import PLATFORMS, open_export

SHARED = Path(__file__).parents[4] / "shared" / "formats"
COPIES = Path(__file__).parents[2] / "reference" / "exports"
MADE_BY = {
    "limesurvey": "colors.lsa digital_twins_responses_en.csv responses_fulltext_headers_998192.csv",
    "surveymonkey": "two_header_rows.csv",
    "qualtrics": "many_question_types.csv matrix_multiple_answer.csv matrix_multiple_answer_legacy.csv "
    "sample_3rows_german_ui.csv sample_legacy_2rows.csv",
    "kobo": "repeat_export.xlsx transportation_export.csv transportation_export_labels.csv likert_data.xlsx",
    None: "nl_reviews_1-400.csv labelled_num_na.sav missing_test.dta multiple_response_sets.sav sample.zsav "
    "umlauts.sav user_missing_ranges.sav employee_survey_items.csv lq2002_items_in_49_companies.csv "
    "qualcoder_survey456.csv",
}
SAMPLES = [(platform, name) for platform, names in MADE_BY.items() for name in names.split()]


@pytest.mark.parametrize(("platform", "name"), SAMPLES)
def test_each_sample_is_recognised_as_what_it_is(platform, name):
    found = [*COPIES.glob(f"*/{name}"), *SHARED.glob(f"*/{name}")]
    if not found and not SHARED.is_dir():
        pytest.skip("the shared samples are not here")
    assert open_export(found[0]).platform == platform
    claimed = [made.name for made in PLATFORMS.values() if made.recognises(open_export(found[0], "table"))]
    assert claimed == ([platform] if platform else [])
