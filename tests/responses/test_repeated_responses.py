"""A response that stands in the answers twice counts once, or is refused when its answers differ. All are invented."""

import pytest

from lcresearch import responses
from lcresearch.errors import ResponsesError

TV = ("tv_01", "tv_02", "tv_03")
FORMS = "ID,Start time,Completion time,Email,Name,tv_01,tv_02,tv_03"


def kobo(rows):
    return "_id;_uuid;tv_01;tv_02;tv_03\n" + "".join(f"{n};{uuid};{cells}\n" for n, uuid, cells in rows)


def microsoft(rows):
    times = "2026-03-01 10:00:00,2026-03-01 10:0{}:00,anonymous,"
    return FORMS + "\n" + "".join(f"{n},{times.format(minute)},{cells}\n" for n, minute, cells in rows)


PLATFORMS = {
    "kobo": kobo([(1, "a", "1;2;3"), (2, "b", "2;2;2"), (1, "a", "1;2;3")]),
    "limesurvey": "id,submitdate,lastpage,startlanguage,tv_01,tv_02,tv_03\n"
    + "".join(f"{n},2026-03-01 10:00:00,1,nl,{cells}\n" for n, cells in ((1, "1,2,3"), (2, "2,2,2"), (1, "1,2,3"))),
    "microsoft_forms": microsoft([(1, 5, "1,2,3"), (2, 6, "2,2,2"), (1, 5, "1,2,3")]),
    "surveymonkey": "Respondent ID,Collector ID,Start Date,End Date,tv_01,tv_02,tv_03\n"
    + "".join(f"11{n},5,03/01/2026,03/01/2026,{cells}\n" for n, cells in ((1, "1,2,3"), (2, "2,2,2"), (1, "1,2,3"))),
    "qualtrics": "StartDate,EndDate,Status,Progress,Finished,ResponseId,tv_01,tv_02,tv_03\n"
    + "".join(
        f"2026-03-01 10:00:00,2026-03-01 10:05:00,0,100,1,R_{n},{cells}\n"
        for n, cells in ((1, "1,2,3"), (2, "2,2,2"), (1, "1,2,3"))
    ),
}


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_response_that_was_copied_counts_once(write, voice, quiet, platform):
    data = quiet(write(PLATFORMS[platform]), voice)
    assert data.frame[list(TV)].to_numpy().tolist() == [[1, 2, 3], [2, 2, 2]]
    assert data.log.query("code == 'R204'")[["row", "status"]].to_numpy().tolist() == [[4, "dropped"]]
    assert data.glance()["n_rows_dropped"].tolist() == [1]


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_response_with_two_sets_of_answers_is_refused_with_its_rows(write, voice, platform):
    first, _, last = PLATFORMS[platform].rstrip("\n").rpartition("\n")
    with pytest.raises(ResponsesError) as caught:
        responses.read(write(f"{first}\n{last[:-1]}4\n"), voice)
    problem = caught.value.problems[0]
    assert (problem.code, problem.values["n"], problem.values["rows"]) == ("R205", 1, "2, 4")


def test_responses_without_a_number_and_a_wave_a_row_are_no_repetition(write, voice, quiet):
    path = write("_id;_uuid;wave;tv_01;tv_02;tv_03\n1;a;t0;1;2;3\n1;a;t1;1;2;3\n;;t0;2;2;2\n;;t0;2;2;2\n")
    assert len(quiet(path, voice).frame) == 4


def combined(write, voice, quiet, texts, waves):
    files = [write(text, name=f"answers{n}.csv") for n, text in enumerate(texts)]
    return responses.combine([quiet(file, voice, wave=wave) for file, wave in zip(files, waves, strict=True)])


def test_an_export_that_holds_an_earlier_one_adds_its_new_responses_only(write, voice, quiet):
    early = [(1, 5, "1,2,3"), (2, 6, "2,2,2")]
    texts = [microsoft(early), microsoft([*early, (3, 7, "4,4,4")])]
    data = combined(write, voice, quiet, texts, ["t0", "t0"])
    assert data.frame[list(TV)].to_numpy().tolist() == [[1, 2, 3], [2, 2, 2], [4, 4, 4]]
    assert data.log.query("code == 'R206'")["row"].tolist() == [2, 3]
    assert len(data.origin) == len(data.paradata) == 3


def test_one_response_in_two_waves_is_refused(write, voice, quiet):
    early = [(1, 5, "1,2,3"), (2, 6, "2,2,2")]
    with pytest.raises(ResponsesError) as caught:
        combined(write, voice, quiet, [microsoft(early), microsoft([*early, (3, 7, "4,4,4")])], ["t0", "t1"])
    problem = caught.value.problems[0]
    assert (problem.code, problem.values["n"], problem.values["waves"]) == ("R207", 2, ["t0", "t1"])


def test_the_same_number_in_two_surveys_is_two_responses(write, voice, quiet):
    """Forms counts from 1 in every survey; KoboToolbox counts on, but a short number without a time proves nothing."""
    texts = [microsoft([(1, 5, "1,2,3")]), microsoft([(1, 6, "1,2,3")])]
    assert len(combined(write, voice, quiet, texts, ["t0", "t0"]).frame) == 2
    same = kobo([(1, "a", "1;2;3")])
    assert len(combined(write, voice, quiet, [same, same], ["t0", "t0"]).frame) == 2


def test_the_fingerprint_comes_back_from_a_dictionary(write, voice, quiet):
    data = quiet(write(PLATFORMS["microsoft_forms"]), voice)
    again = responses.Responses.from_dict(data.to_dict())
    assert again.origin["fingerprint"].tolist() == data.origin["fingerprint"].tolist()
    assert data.origin["fingerprint"].nunique() == 2
    assert quiet(write("tv_01,tv_02,tv_03\n1,2,3\n"), voice).origin["fingerprint"].isna().all()
