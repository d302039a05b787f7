"""Response by what is no level: counted rightly, refused where it must be, and hidden where it would tell on a few."""

import datetime
from itertools import combinations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lcresearch import studies
from lcresearch.disclosure import Policy
from lcresearch.studies.characteristics import column_of, count_cells

DATE = datetime.date(2026, 3, 9)
SIZE, ROLE = column_of("size"), column_of("role")
FIRMS = {"Aa": "small", "Bb": "small", "Cc": "large", "Dd": "large"}


@pytest.fixture
def study(small_study, study_texts):
    """Four firms of eight, two of each size; a question on the role; and lines added to study.yaml."""

    def make(lines, sizes=FIRMS, invited=None, extra=None):
        header, *rows = study_texts.answers.splitlines()
        firms = [firm for firm in sizes for _ in range(8)]
        table = [row.split(",") for row in rows]
        made = [f"{header},size,{extra[0] if extra else 'other'}"]
        for n, firm in enumerate(firms):
            answers = ",".join(table[n % 16][2:])
            made.append(f"q{n:02},{firm},{answers},{sizes[firm]},{extra[1][n % len(extra[1])] if extra else n}")
        folder = small_study(study=study_texts.study + lines, answers="\n".join(made) + "\n")
        if invited:
            (folder / "invited.csv").write_text(invited, encoding="utf-8")
        return folder

    return make


def test_the_report_counts_response_by_size_in_both_languages(study):
    titled = "response_by: [{column: size, title: {nl: grootte, en: size of the firm}}]\ninvited: invited.csv\n"
    folder = study(titled, invited="firm,invited\nAa,10\nBb,10\nCc,20\nDd,12\n")
    results = studies.load(folder).run(date=DATE)
    table = pd.read_csv(results.folder / "tables" / "response_by_characteristic.csv")
    assert table[["value", "n_invited", "n_persons", "share"]].to_numpy().tolist() == [
        ["large", 32, 16, 0.5],
        ["small", 20, 16, 0.8],
    ]
    page = {language: path.read_text(encoding="utf-8") for language, path in results.reports.items()}
    assert "Respons naar: grootte" in page["nl"]
    assert "Response by: size of the firm" in page["en"]
    assert "kept" not in {path.stem for path in (results.folder / "private").iterdir()}


def test_without_a_list_only_persons_are_counted(study):
    results = studies.load(study("response_by: [size]\n")).run(date=DATE)
    counts = results.content.participation.response_by.counts
    assert counts["n_persons"].tolist() == [16, 16]
    assert counts["n_invited"].isna().all()
    assert "Respons [95%" not in results.reports["nl"].read_text(encoding="utf-8")


@pytest.mark.usefixtures("without_pages")
def test_bands_stand_in_the_order_of_their_numbers(study):
    sizes = {"Aa": "100+", "Bb": "10-49", "Cc": "1-9", "Dd": "other"}
    results = studies.load(study("response_by: [size]\n", sizes=sizes)).run(date=DATE)
    (one,) = results.content.participation.response_by.characteristics
    assert list(one.labels) == ["1-9", "10-49", "100+", "other"]


@pytest.mark.usefixtures("without_pages")
def test_the_list_may_name_the_size_itself(study):
    invited = "size,invited\nSmall,30\nlarge,20\n"
    results = studies.load(study("response_by: [size]\ninvited: invited.csv\n", invited=invited)).run(date=DATE)
    counts = results.content.participation.response_by.counts.set_index("value")
    assert counts["n_invited"].to_dict() == {"small": 30, "large": 20}


def test_a_small_value_is_not_shown_and_counted_as_such(study):
    roles = ["welder"] * 6 + ["planner"] * 6 + ["chief"] * 2 + ["cook"] * 18
    results = studies.load(study("response_by: [role]\n", extra=("role", roles))).run(date=DATE)
    content = results.content.participation.response_by
    assert "chief" not in set(content.counts["value"])
    assert content.withheld["n_values"].sum() >= 2  # one more, or subtraction would give it
    for path in results.folder.rglob("*"):
        if path.is_file() and "private" not in path.parts:
            assert b"chief" not in path.read_bytes(), path.name


@pytest.mark.usefixtures("without_pages")
def test_a_question_with_one_answer_is_counted_here_and_not_with_the_others(study):
    results = studies.load(study("response_by: [v1]\n")).run(date=DATE)
    content = results.content.participation
    assert [one.name for one in content.response_by.characteristics] == ["v1"]
    assert content.response_by.characteristics[0].labels["4"]["nl"] == "eens"
    assert content.response_by.counts["n_persons"].min() >= 5


@pytest.mark.parametrize(
    ("name", "values", "code"),
    [
        ("sise", ["a"], "S061"),
        ("boss", ["Jan de Vries", "Fatma Yilmaz", "Piet van Dam"], "S062"),
        ("boss", ["Zwanikken jan@bedrijf", "Zwanikken"], "S062"),
        ("note", [f"word{n}" for n in range(40)], "S063"),
    ],
)
def test_what_is_no_way_to_sort_people_is_refused(study, refused, name, values, code):
    header = "boss" if name == "sise" else name
    sizes = {f"F{n}": "small" for n in range(8)}
    folder = study(f"response_by: [{name}]\n", sizes=sizes, extra=(header, values))
    assert refused(studies.load(folder).read) == [code]
    assert [problem.code for problem in studies.load(folder).check()] == [code]


def people(firms, sizes, waves=("t0",)):
    frame = pd.DataFrame({"respondent": range(len(firms)), "organisation": firms, SIZE: sizes})
    return pd.concat([frame.assign(wave=wave) for wave in waves], ignore_index=True)


def released(cells):
    shown = cells[cells["released"] & (cells["level"] != "all")]
    return {(row.level, row.wave, row.group): row.n_persons for row in shown.itertuples()}


def test_what_differs_from_a_firm_in_few_persons_is_not_shown():
    frame = people(["A"] * 10 + ["B"] * 10, ["small"] * 12 + ["large"] * 8)
    shown = released(count_cells(frame, [SIZE], ("organisation",), ["t0"], Policy()))
    assert {key[0] for key in shown} == {"organisation"}


def test_what_differs_from_another_characteristic_in_few_persons_is_not_shown():
    frame = people(["A"] * 20, ["small"] * 12 + ["large"] * 8).assign(**{ROLE: ["chief"] * 10 + ["other"] * 10})
    shown = released(count_cells(frame, [SIZE, ROLE], ("organisation",), ["t0"], Policy()))
    assert len({key[0] for key in shown} & {SIZE, ROLE}) == 1


@settings(deadline=None, max_examples=30)
@given(st.lists(st.tuples(st.sampled_from("ABC"), st.sampled_from("xyz")), min_size=12, max_size=40))
def test_no_value_and_groups_inside_or_around_it_differ_in_few_persons(rows):
    frame = people([firm for firm, _ in rows], [size for _, size in rows])
    shown = released(count_cells(frame, [SIZE], ("organisation",), ["t0"], Policy()))
    sets = {
        level: [frozenset(frame.index[frame[level] == group]) for one, _, group in shown if one == level]
        for level in ("organisation", SIZE)
    }
    unions = {
        level: [frozenset().union(*some) for n in range(1, len(found) + 1) for some in combinations(found, n)]
        for level, found in sets.items()
    }
    everybody = frozenset(frame.index)
    for one in [*unions["organisation"], everybody]:
        for other in [*unions[SIZE], everybody]:
            if one < other or other < one:
                assert len(one ^ other) >= 5


def test_a_role_that_one_person_changed_is_not_shown_at_both_waves():
    frame = people(["A"] * 9 + ["B"] * 9, ["x", "y", "z"] * 6, waves=("t0", "t1"))
    frame.loc[(frame["wave"] == "t1") & (frame["respondent"] == 0), SIZE] = "y"
    shown = released(count_cells(frame, [SIZE], ("organisation",), ["t0", "t1"], Policy()))
    assert {wave for level, wave, _ in shown if level == SIZE} <= {"t0"}


def test_the_size_of_a_firm_is_counted_at_every_wave():
    frame = people(["A"] * 9 + ["B"] * 9, ["small"] * 9 + ["large"] * 9, waves=("t0", "t1"))
    gone = (frame["wave"] == "t1") & (frame["respondent"] == 0)
    shown = released(count_cells(frame[~gone], [SIZE], ("organisation",), ["t0", "t1"], Policy()))
    sizes = {key[1:]: n for key, n in shown.items() if key[0] == SIZE}
    assert sizes == {("t0", "small"): 9, ("t0", "large"): 9, ("t1", "small"): 8, ("t1", "large"): 9}


@pytest.mark.usefixtures("without_pages")
def test_another_report_about_nearly_the_same_people_shows_no_value_that_changed(study):
    folder = study("response_by: [size]\n")
    studies.load(folder).run(date=DATE)
    text = (folder / "answers.csv").read_text(encoding="utf-8")
    (folder / "answers.csv").write_text(text + "late,Aa,4,2,4,small,0\n", encoding="utf-8")
    later = studies.load(folder).run(date=DATE, force=True)
    assert set(later.content.participation.response_by.counts["value"]) <= {"large"}
