"""Respondents, waves and groups: the columns of a frame that are no answers."""

import pytest

from lcresearch import responses
from lcresearch.errors import ResponsesError
from lcresearch.responses.persons.contacts import is_contact
from lcresearch.responses.persons.within_names import holds_personal

ITEMS = "tv_01;tv_02;tv_03"


def test_ids_are_text_and_numbers_lose_their_decimals(write, voice):
    rows = ["12.0;1;1;1", "007;1;1;1", " a b ;1;1;1", "3,00;1;1;1", "3.5;1;1;1"]
    data = responses.read(write(f"Nr;{ITEMS}\n" + "\n".join(rows)), voice, respondent="nr")
    assert data.frame["respondent"].tolist() == ["12", "007", "a b", "3", "3.5"]
    assert data.frame["respondent"].dtype == "str"


def test_without_ids_rows_are_persons(write, voice):
    data = responses.read(write(f"{ITEMS}\n1;1;1\n2;2;2\n"), voice)
    assert data.frame["respondent"].tolist() == ["row-2", "row-3"]
    assert data.frame["wave"].tolist() == ["t0", "t0"]
    assert data.log.query("code == 'R063'")["level"].tolist() == ["note"]


def test_columns_called_respondent_and_wave_are_used(write, voice):
    data = responses.read(write(f"respondent;wave;{ITEMS}\nan;t0;1;1;1\nan;t1;2;2;2\n"), voice)
    assert data.frame[["respondent", "wave"]].to_numpy().tolist() == [["an", "t0"], ["an", "t1"]]
    assert data.items == ("tv_01", "tv_02", "tv_03")


def test_wave_by_constant_and_by_column(write, voice):
    path = write(f"id;ronde;{ITEMS}\nan;1;1;1;1\nbo;2;2;2;2\n")
    assert responses.read(path, voice, wave="t1").frame["wave"].tolist() == ["t1", "t1"]
    assert responses.read(path, voice, wave="column:Ronde").frame["wave"].tolist() == ["1", "2"]


@pytest.mark.parametrize(
    ("rows", "options", "code", "ids"),
    [
        ("an;t0;1;1;1\nbo;t0;1;1;1\nan;t1;1;1;1", {}, "R030", "an: 2, 4"),
        ("an;t0;1;1;1\nan;t0;2;2;2", {"wave": "column:ronde"}, "R031", "an (t0): 2, 3"),
        ("an;t0;1;1;1\nan;t0;2;2;2", {"wave": "t0"}, "R031", "an (t0): 2, 3"),
        ("1;t0;1;1;1\n1.0;t0;2;2;2", {}, "R030", "1: 2, 3"),
    ],
)
def test_a_person_who_stands_in_a_wave_twice_is_refused(write, voice, rows, options, code, ids):
    with pytest.raises(ResponsesError) as caught:
        responses.read(write(f"id;ronde;{ITEMS}\n{rows}\n"), voice, respondent="id", **options)
    (problem,) = caught.value.problems
    assert (problem.code, problem.values["ids"], problem.values["n"]) == (code, ids, 1)


def test_only_ten_of_many_double_ids_are_named(write, voice):
    rows = "\n".join(f"p{n};1;1;1" for n in [*range(30), *range(30)])
    with pytest.raises(ResponsesError) as caught:
        responses.read(write(f"id;{ITEMS}\n{rows}\n"), voice, respondent="id")
    (problem,) = caught.value.problems
    assert problem.values["n"] == 30
    assert problem.values["ids"].startswith("p0: 2, 32; p1: 3, 33; ")
    assert problem.values["ids"].endswith("p9: 11, 41; …")


def test_empty_ids_waves_and_groups_stay_and_are_counted(write, voice, quiet):
    rows = "an;t0;A;1;1;1\n;t0; ;2;2;2\nbo;;B;3;3;3\n;t0;;4;4;4"
    data = quiet(write(f"respondent;wave;team;{ITEMS}\n{rows}\n"), voice, levels=["team"])
    assert data.frame["respondent"].tolist() == ["an", "row-3", "bo", "row-5"]
    assert data.frame["wave"].isna().tolist() == [False, False, True, False]
    assert data.frame["team"].isna().tolist() == [False, True, False, True]
    found = [(p.code, p.values["n"], p.values["rows"]) for p in data.problems]
    assert found == [("R045", 2, "3, 5"), ("R046", 1, "4"), ("R044", 2, "3, 5")]


def test_groups_that_differ_only_in_writing_are_reported_and_kept_apart(write, voice, quiet):
    rows = "Noord;1;1;1\nnoord ;1;1;1\nZuid;1;1;1\nNoord;1;1;1"
    data = quiet(write(f"team;{ITEMS}\n{rows}\n"), voice, levels=["team"])
    assert data.frame["team"].tolist() == ["Noord", "noord", "Zuid", "Noord"]
    assert [(p.code, p.values["names"]) for p in data.problems] == [("R050", "Noord / noord")]


@pytest.mark.parametrize(
    ("text", "contact"),
    [
        ("jan@example.org", True),
        ("Jan de Vries <jan.devries@mail.example.nl>", True),
        ("06-12345678", True),
        ("06 12 34 56 78", True),
        ("(020) 123 45 67", True),
        ("+31 (0)6 1234 5678", True),
        ("0031612345678", True),
        ("Jan, 06-12345678", True),
        ("team @ noord", False),
        ("@noord", False),
        ("12", False),
        ("007", False),
        ("01234567", False),
        ("000012345678", False),
        ("123456789", False),
        ("0.123456789", False),
        ("01-02-2024", False),
        ("Groep 01 2023 2024", False),
        ("2024/2025", False),
    ],
)
def test_what_is_an_address_or_phone_number(text, contact):
    assert is_contact(text) is contact
    assert holds_personal(text) is contact


@pytest.mark.parametrize(
    "name",
    [
        "jan (at) bedrijf.nl",
        "jan[at]bedrijf",
        "jan at bedrijf punt nl",
        "jan@bedrijf",
        "Firma 06 12 34 56 78",
        "612345678",
        "31612345678",
        "Tel.0612345678 Jan",
        "Firma Z, jan@bedrijf.nl",
        "bel (020) 123 45 67 voor info",
        "12-03-1985",
        "Firma Jan 12 maart 1985",
        "1985-03-12",
        "NL91ABNA0417164300",
        "Firma NL91 ABNA 0417 1643 00 Jan",
        "192.168.1.77",
        "pc 2001:db8:0:1::1",
    ],
)
def test_personal_data_inside_a_name(name):
    assert holds_personal(name)


@pytest.mark.parametrize(
    "name",
    [
        "Bakkerij 1898",
        "Team 3",
        "VOF 2000",
        "Coffee@Work",
        "Bakkerij sinds 12-03-1985",
        "Cohort 01-09-2025",
        "KvK 12345678",
        "1.2.3.4",
        "Regio 2020-2025",
        "NL Groep 12 Noord Oost",
        "Jansen en Zn. 1e 2e 3e ploeg",
        "24/7 Zorg",
        "De 4 van 06",
        "Meet at noon",
        "10:30:00",
    ],
)
def test_numbers_and_years_in_a_name(name):
    assert not holds_personal(name)


def test_hostile_names_are_judged_in_linear_time():
    for name in (
        "a@" * 500_000,
        "0 " * 500_000,
        "1." * 500_000,
        "aa at " * 200_000,
        "NL91 " * 200_000,
        ":" * 1_000_000,
    ):
        holds_personal(name)


def test_groups_named_by_an_address_or_phone_number_are_refused_without_showing_them(write, voice):
    rows = "Noord;jan@example.org;1;1;1\n06-12345678;Zuid;1;1;1\nNoord;piet@example.org;1;1;1"
    path = write(f"team;firm;{ITEMS}\n{rows}\n")
    with pytest.raises(ResponsesError) as caught:
        responses.read(path, voice, levels=["team", "firm"])
    found = [(p.code, p.where.column, p.values["n"], p.values["rows"]) for p in caught.value.problems]
    assert found == [("R036", "team", 1, "3"), ("R036", "firm", 2, "2, 4")]
    for language in ("nl", "en"):
        assert "example.org" not in caught.value.text(language)
        assert "12345678" not in caught.value.text(language)


def test_numeric_codes_of_groups_are_kept(write, voice):
    rows = "1;1;1;1\n01234567;1;1;1\n000012345678;1;1;1"
    data = responses.read(write(f"team;{ITEMS}\n{rows}\n"), voice, levels=["team"])
    assert data.frame["team"].tolist() == ["1", "01234567", "000012345678"]


def test_level_columns_keep_the_order_that_was_asked(write, voice):
    path = write(f"team;{ITEMS};Bedrijf\nA;1;1;1;X\n")
    data = responses.read(path, voice, levels={"organisation": "bedrijf", "team": "team"})
    assert list(data.frame.columns[:4]) == ["respondent", "wave", "organisation", "team"]
    assert data.levels == ("organisation", "team")
