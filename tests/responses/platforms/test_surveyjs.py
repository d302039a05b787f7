"""Answers of SurveyJS: JSON in its forms, a CSV made of it, and files that are no answers."""

import json

import pytest

from lcresearch import instruments, responses
from lcresearch.errors import ResponsesError
from lcresearch.responses.platforms import open_export

PEOPLE = [
    {"toestemming": 1, "veiligheid": {"ps01": 5, "ps02": 9}, "tu01": [{"value": 1}, {"value": 97, "comment": "zaag"}]},
    {"toestemming": 1, "veiligheid": {"ps01": 2, "ps02": 1}, "tu01": [{"value": 90}]},
    {"toestemming": 0},
]


def part(name, *items):
    whole = instruments.load(name)
    return whole.model_copy(update={"items": tuple(whole.item(item) for item in items), "scales": {}})


@pytest.fixture
def asked():
    return [part("psychological-safety", "ps01", "ps02"), part("technology-use", "tu01")]


def read(file, text, asked):
    file.write_text(text, encoding="utf-8")
    return responses.read(file, asked, consent="toestemming")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.json", json.dumps(PEOPLE)),
        ("a.json", json.dumps({"data": PEOPLE})),
        ("a.json", "\ufeff" + "\n".join(map(json.dumps, PEOPLE))),
        ("a.jsonl", "\n\n".join(map(json.dumps, PEOPLE)) + "\n"),
        ("a.ndjson", "\r\n".join(map(json.dumps, PEOPLE))),
    ],
)
def test_every_way_to_keep_the_answers_gives_the_same(tmp_path, asked, name, text):
    data = read(tmp_path / name, text, asked)
    assert data.frame[["ps01", "ps02"]].fillna(-1).to_numpy().tolist() == [[5, -1], [2, 1]]
    assert data.frame[["tu01_1", "tu01_90", "tu01_97"]].to_numpy().tolist() == [[1, 0, 1], [0, 1, 0]]
    assert data.log.query("code == 'R127'")["n"].sum() == 1


@pytest.mark.parametrize("between", [".", "/"])
def test_a_csv_made_of_it_reads_the_same(tmp_path, asked, between):
    head = f"form_mark,form_opened,toestemming,veiligheid{between}ps01,veiligheid{between}ps02,tu01,tu01-Comment"
    text = f"{head}\nabcdef12,5,1,5,9,1;97,zaag\nabcdef12,6,1,2,1,90,\n"
    data = read(tmp_path / "a.csv", text, asked)
    assert data.frame["ps01"].tolist() == [5, 2]
    assert data.frame[["tu01_1", "tu01_97"]].to_numpy().tolist() == [[1, 1], [0, 0]]


def test_what_people_wrote_themselves_is_no_answer_and_stays_in_the_file(tmp_path, asked):
    data = read(tmp_path / "a.json", json.dumps(PEOPLE), asked)
    assert "zaag" not in data.frame.to_csv() + data.log.to_csv()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "R001"),
        ("[]", "R005"),
        ("[{}]", "R005"),
        ("{", "R004"),
        ("[1, 2]", "R004"),
        ("null", "R004"),
        ("[" * 200_000, "R004"),
        (json.dumps([{str(n): 1 for n in range(20_001)}]), "R006"),
        (json.dumps({"pages": [{"name": "page1", "elements": []}]}), "F080"),
    ],
)
def test_what_is_no_file_of_answers_is_refused(tmp_path, text, code):
    file = tmp_path / "a.json"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ResponsesError) as refused:
        open_export(file)
    assert refused.value.problems[0].code == code


def test_answers_nested_without_end_become_a_cell(tmp_path):
    deep: dict = {"ps01": 3}
    for _ in range(50):
        deep = {"a": deep}
    file = tmp_path / "a.json"
    file.write_text(json.dumps([deep]), encoding="utf-8")
    assert len(open_export(file).columns) == 1
