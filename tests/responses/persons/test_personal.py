"""Columns with personal data are found, and others left alone: a labelled set, sample files, and hostile values."""

from collections import Counter
from pathlib import Path

import pytest

from lcresearch.responses.formats import open_file
from lcresearch.responses.persons import forms as forms
from lcresearch.responses.persons.headers import KINDS, kind_of_header
from lcresearch.responses.persons.recognition import Personal, recognise
from lcresearch.yaml_lines import read_yaml

COLUMNS = read_yaml(Path(__file__).with_name("personal_columns.yaml")).content
SAMPLES = Path(__file__).parents[4] / "shared" / "formats"


def found(column):
    personal = recognise(column["header"], column.get("question"), [str(value) for value in column["values"]])
    return personal.kind if personal else "none"


CONFUSION = Counter((kind, found(column)) for kind, columns in COLUMNS.items() for column in columns)


def test_the_labelled_set_is_large_and_has_every_kind():
    assert sum(CONFUSION.values()) >= 120
    assert set(COLUMNS) == {*KINDS, "none"}


@pytest.mark.parametrize("kind", KINDS)
def test_precision_and_recall(kind):
    right = CONFUSION[kind, kind]
    assert right / sum(n for (_, given), n in CONFUSION.items() if given == kind) >= 0.95
    assert right / sum(n for (truth, _), n in CONFUSION.items() if truth == kind) >= 0.95


def test_no_column_without_personal_data_is_flagged():
    wrong = [column["header"] for column in COLUMNS["none"] if found(column) != "none"]
    assert wrong == []


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="sample files are not here")
@pytest.mark.parametrize(
    ("file", "kinds"),
    [
        ("limesurvey/digital_twins_responses_en.csv", {}),
        ("surveymonkey/two_header_rows.csv", {}),
        ("survey_data/lq2002_items_in_49_companies.csv", {}),
        ("xlsform_kobo/likert_data.xlsx", {}),
        ("xlsform_kobo/transportation_export.csv", {"_submitted_by": "username"}),
        (
            "qualtrics/sample_3rows_german_ui.csv",
            {
                "IPAddress": "ip_address",
                "RecipientLastName": "name",
                "RecipientFirstName": "name",
                "RecipientEmail": "email",
                "LocationLatitude": "coordinates",
                "LocationLongitude": "coordinates",
            },
        ),
    ],
)
def test_sample_files(file, kinds):
    opened = open_file(SAMPLES / file)
    table = opened.load(frozenset(column.number for column in opened.columns))
    judged = {c.header: recognise(c.header, c.question, table.columns[c.number].values) for c in opened.columns}
    assert {header: personal.kind for header, personal in judged.items() if personal} == kinds


def test_what_is_in_a_column_has_the_last_word():
    assert recognise("E-mail", None, ["1", "2", "5"]) is None
    assert recognise("Telefoon", None, ["Ja", "Nee"]) is None
    assert recognise("stad", None, ["jan@example.org"]) == Personal("email", "values", 1.0)
    assert recognise("naam", None, ["jan@example.org", "bo@example.org"]).kind == "email"


def test_an_empty_column_is_judged_by_its_header():
    assert recognise("Achternaam", None, []) == Personal("name", "header", 0.0)
    assert recognise("Q7", None, ["", ""]) is None


def test_repeated_values_do_not_weigh():
    assert recognise("Q7", None, ["a"] * 900 + ["jan@example.org"]).share == 0.5


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        ("RecipientFirstName", "name"),
        ("group_ab1cd23/telefoon", "phone"),
        ("Q12 - Wat is uw e-mailadres?", "email"),
        ("Naam van uw bedrijf", None),
        ("Vraagtijd: e-mail", None),
        ("_gps_precision", None),
        ("", None),
    ],
)
def test_headers(header, kind):
    assert kind_of_header(header) == kind


# 111222333 and 123456782 are numbers that Dutch software uses for tests; NL91ABNA0417164300 is the example of the
# IBAN register (SWIFT), GB82 WEST 1234 5698 7654 32 that of ISO 13616.
@pytest.mark.parametrize(("number", "valid"), [("111222333", True), ("123456782", True), ("123456789", False)])
def test_eleven_proof(number, valid):
    assert forms.is_bsn(number) is valid


def test_zeros_are_no_citizen_number():
    assert not forms.is_bsn("000000000")


@pytest.mark.parametrize("number", ["NL91ABNA0417164300", "GB82 WEST 1234 5698 7654 32"])
def test_bank_account_numbers(number):
    assert forms.is_iban(number)
    digit = str((int(number[-1]) + 1) % 10)
    assert not forms.is_iban(number[:-1] + digit)


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("1985-03-12", 1985),
        ("31/12/1999", 1999),
        ("12/31/1999", 1999),
        ("3-4-85", 1985),
        ("31-02-1985", None),
        ("", None),
    ],
)
def test_dates(text, year):
    assert forms.year_of(text) == year


def test_coordinates_must_lie_on_earth():
    assert forms.is_coordinates("52.092876, 5.104480")
    assert not forms.is_coordinates("95.092876, 5.104480")
    assert not forms.is_coordinates("3.5 4.2")


HOSTILE = [
    "a" * 1_000_000,
    "a@" * 500_000,
    "a@" + "." * 1_000_000,
    "0" * 1_000_000,
    "1 " * 500_000,
    "A. " * 300_000,
    "-" * 1_000_000,
    "\x00" * 1_000_000,
    "Dorpsstraat " * 80_000,
]


def test_hostile_values_are_read_in_linear_time():
    # a regex that backtracks would need hours for these
    assert recognise("Q1", HOSTILE[3], HOSTILE) is None
    assert kind_of_header("e mail " * 150_000) == "email"


@pytest.mark.parametrize(
    ("header", "values", "kind"),
    [
        ("Q2", ["jan jansen", "fatma van der berg", "els bos", "piet de vries"], "name"),
        ("Q2", ["bakkerij jansen", "jansen bouw", "de vries bv", "jan"], None),
        ("Q5", [f"6{digit}2345678" for digit in (1, 2, 3, 4, 5)], "phone"),
        ("omzet", [f"{digit}12345678" for digit in (1, 6, 7, 8, 9)], None),
        ("Email1", [], "email"),
        ("Hoe heet u?", [], "name"),
        ("Hoe heet uw bedrijf?", [], None),
    ],
)
def test_names_in_small_letters_and_what_spreadsheets_and_forms_make_of_headers(header, values, kind):
    personal = recognise(header, None, values)
    assert (personal.kind if personal else None) == kind


LEVEL_OF_SKILL = ["beginner", "gevorderd", "expert"]


@pytest.mark.parametrize(
    ("header", "values", "kind"),
    [
        ("studnr", ["4520001", "4520002"], "username"),
        ("Student ID", ["4520001", "4520002"], "username"),
        ("leerlingnummer", ["4520001", "4520002"], "username"),
        ("V1", ["Mw. Bakker", "Dhr. Jansen", "Mevr. de Vries"], "name"),
        ("V3", [f"6{digit}3274652.0" for digit in (1, 2, 3, 4, 5)], "phone"),
        ("V3", [f"316{digit}3274652" for digit in (1, 2, 3, 4, 5)], "phone"),
        ("V2", ["jan (at) bedrijf.nl", "els[at]bedrijf.nl"], "email"),
        ("email", ["jan", "fatma"], "email"),
        ("RecipientEmail", ["E-Mail des Empfängers", "{ImportId}"], "email"),
        ("geb_datum", ["19680903", "19840801"], "birth_date"),
        ("geboren op", ["03091968", "01081984"], "birth_date"),
        ("geo_lon", ["4.895168", "5.121420"], "coordinates"),
        ("lat", ["52.370216", "51.924420"], "coordinates"),
        ("V8", ["84.1.3.1:443", "84.1.3.2:443"], "ip_address"),
        ("datum in dienst", ["12-03-1985", "13-04-1999", "1-1-2001"], None),
        ("diploma behaald op", ["12-03-1985", "13-04-1999", "1-1-2001"], None),
        ("v", ["1.0.0.1", "1.0.0.2", "1.2.0.1"], None),
        ("gebruiker", LEVEL_OF_SKILL, None),
        ("email", ["heel vaak", "af en toe", "nauwelijks"], None),
        ("E-mail", [str(n) for n in range(100)], None),
        ("lat", ["1", "2", "3"], None),
        ("Datum in dienst van de coach", ["12-03-1985", "13-04-1999", "1-1-2001"], None),
        ("Invoer", ["12-03-1985", "13-04-1999", "1-1-2001"], "birth_date"),
    ],
)
def test_columns_that_were_once_missed_or_taken_for_what_they_are_not(header, values, kind):
    personal = recognise(header, None, values)
    assert (personal.kind if personal else None) == kind


@pytest.mark.parametrize(
    "header",
    ["Teamleider", "Naam teamleider", "Bedrijfsleider", "Communitymanager", "Schoolcoach", "Teamcoach", "Team lead"],
)
def test_a_word_for_a_group_inside_another_word_excuses_no_names(header):
    names = ["Jan de Vries", "Sanne Bakker", "Fatma Yilmaz", "Piet Jansen"]
    assert recognise(header, None, names).kind == "name"
    assert recognise("Naam van uw team", None, names) is None
