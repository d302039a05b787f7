"""Names of firms come back as the form lists them."""

import pytest

from lcresearch import studies

STUDY = """\
schema: 1
id: namen
title: {nl: Namen}
description: {nl: Verzonnen.}
languages: [nl]
levels: {organisation: bedrijf}
instruments: [psychological-safety]
responses: [a.csv]
form: {groups: {organisation: [Bakker bv, De Vries & zn]}}
"""


@pytest.fixture
def read(tmp_path):
    def of(*values):
        (tmp_path / "study.yaml").write_text(STUDY, encoding="utf-8")
        lines = [f'"{value}",{n % 4 + 1}' for n, value in enumerate(values)]
        (tmp_path / "a.csv").write_text("\n".join(["bedrijf,ps01", *lines]) + "\n", encoding="utf-8")
        data = studies.load(tmp_path).read()
        warned = [problem for problem in data.problems if problem.code == "S133"]
        return data.frame["organisation"].fillna("-").tolist(), [problem.values["values"] for problem in warned]

    return of


@pytest.mark.parametrize(
    "values",
    [("Bakker bv", "De Vries & zn"), ("1", "2"), ("BAKKER BV ", "De Vries &amp; zn"), ("1.0", "De Vries & zn")],
    ids=["names", "places in the list", "as platforms write them", "both"],
)
def test_names_and_places_in_the_list(read, values):
    assert read(*values) == (["Bakker bv", "De Vries & zn"], [])


def test_nobody_who_left_the_question_open_gets_a_firm(read):
    assert read("1", "") == (["Bakker bv", "-"], [])


def test_a_firm_that_is_not_in_the_form_is_told_and_stays(read):
    names, told = read("3", "Nieuw bv", "2")
    assert names == ["3", "Nieuw bv", "De Vries & zn"]
    assert told == [["3", "Nieuw bv"]]
