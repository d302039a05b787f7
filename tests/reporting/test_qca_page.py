"""The page of a comparative analysis: what stands in it, who is named, and hostile names."""

from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from lcresearch.errors import ReportingError
from lcresearch.integration import (
    beside_regression,
    calibrate,
    necessity,
    qca,
    qca_clusters,
    qca_randomisation,
    qca_robustness,
)
from lcresearch.reporting import qca_page

FOLDER = Path(__file__).parents[1] / "reference" / "qca"
CONDITIONS = ["DEV", "URB", "LIT", "IND", "STB"]


@pytest.fixture(scope="module")
def lipset():
    frame = pd.read_csv(FOLDER / "lipset_fuzzy.csv", index_col="case")
    frame.index = [f"Land {name}" for name in frame.index]
    frame.loc["Land XX"] = [0.7, 0.3, np.nan, 0.2, 0.8, 0.9]
    result = qca(frame, "SURV", CONDITIONS, expectations=CONDITIONS, missing="leave_out")
    raw = pd.read_csv(FOLDER / "lipset_raw.csv", index_col="case")["DEV"].rename(index=lambda name: f"Land {name}")
    made = calibrate(raw, exclusion=400, crossover=550, inclusion=900, why="As in the book of 2009.")
    groups = {case: "ab"[place % 2] for place, case in enumerate(result.truth_table.frame.index)}
    beside = {
        "necessity": necessity(frame, "SURV", CONDITIONS, missing="leave_out"),
        "robustness": qca_robustness(result, calibrations={"DEV": made}, pri=[], frequency=[], leave_out=False),
        "randomisation": qca_randomisation(result, n=19, seed=1),
        "groups": qca_clusters(result, groups),
        "beside": beside_regression(result),
        "calibrations": {"DEV": made},
    }
    return result, beside


@pytest.fixture(scope="module")
def page_of(lipset):
    """The page with all that was found beside it, drawn once for each language and way to name cases."""
    result, beside = lipset

    @cache
    def page(language, names="opaque"):
        return qca_page(result, language, names=names, **beside)

    return page


class Parsed(HTMLParser):
    """Text and ids of a page."""

    def __init__(self, page):
        super().__init__()
        self.text, self.ids, self.tags = [], [], []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.ids += [value for name, value in attrs if name == "id"]

    def handle_data(self, data):
        self.text.append(data)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "nl",
            [
                "Welke combinaties gaan samen met SURV?",
                "Nodig voor SURV",
                "Spaarzame oplossing",
                "Kan het toeval zijn?",
            ],
        ),
        ("en", ["Which combinations go with SURV?", "Needed for SURV", "Parsimonious solution", "Could it be chance?"]),
    ],
)
def test_a_page_holds_everything_that_was_found(lipset, page_of, language, words):
    result, beside = lipset
    parsed = Parsed(page_of(language))
    text = " ".join(parsed.text)
    for word in words:
        assert word in text
    for solution in (*result.solutions, *result.negated_solutions):
        for model in solution.models:
            assert model.name in text
    assert len(parsed.ids) == len(set(parsed.ids))
    assert "nan" not in text.split()
    assert "As in the book of 2009." in text
    assert all(line in text for line in beside["beside"].words(language))


@pytest.mark.parametrize("names", ["opaque", "none"])
@pytest.mark.parametrize("language", ["nl", "en"])
def test_no_case_is_named_unless_asked(page_of, names, language):
    page = page_of(language, names)
    assert "Land" not in page
    assert ("C17" in page) == (names == "opaque")


def test_codes_stand_for_cases_unless_asked_otherwise_and_the_same_results_give_the_same_page(lipset, page_of):
    result, beside = lipset
    assert qca_page(result, "nl", **beside) == page_of("nl", "opaque")


def test_the_confidential_version_names_cases_and_says_so(page_of):
    page = page_of("nl", "confidential")
    assert "Vertrouwelijk" in page
    assert "Land FR" in page
    assert "Land XX" in page


def test_codes_do_not_follow_the_order_of_the_file(lipset):
    result, _ = lipset
    table = result.truth_table
    again = result.again(frame=table.frame.iloc[::-1])
    assert qca_page(result, "en").count("C3") == qca_page(again, "en").count("C3")


def test_all_models_are_shown_when_the_data_cannot_choose():
    rows = ["1101", "1011", "0111", "0011", "1001", "0101", "0000", "1110"]
    frame = pd.DataFrame([[int(cell) for cell in row] for row in rows], columns=list("abcy"), index=list("ABCDEFGH"))
    result = qca(frame, "y", ["a", "b", "c"], few_cases="accept")
    models = result.solution("conservative").models
    assert len(models) > 1
    page = qca_page(result, "nl")
    assert all(model.name in page for model in models)
    assert f"Er zijn {len(models)} modellen die even goed passen" in page


def test_names_of_people_and_files_are_text_only():
    evil = "<script>alert(1)</script>"
    frame = pd.DataFrame(
        {evil: [1, 1, 0, 0, 1, 0, 1, 0], "time": [1, 0, 1, 0, 1, 1, 0, 0], "y & z": [1, 0, 0, 0, 1, 0, 0, 0]},
        index=[f"{evil}{n}" for n in range(8)],
    )
    page = qca_page(qca(frame, "y & z", [evil, "time"]), "en", names="confidential", title={"en": evil})
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


def test_values_in_brackets_are_explained():
    frame = pd.read_csv(FOLDER / "lipset_multivalue.csv", index_col="case")
    page = qca_page(qca(frame, "SURV", CONDITIONS[:4], negated=False), "nl")
    assert "DEV[1] betekent dat DEV de waarde 1 heeft" in page


def test_nothing_leads_to_the_outcome():
    frame = pd.DataFrame({"a": [1, 1, 0, 0], "b": [1, 0, 1, 0], "y": [0, 1, 0, 1]}, index=list("ABCD"))
    frame = pd.concat([frame, frame.assign(y=1 - frame["y"]).rename(index=str.lower)])
    page = qca_page(qca(frame, "y", ["a", "b"], few_cases="accept"), "en")
    assert "No combination was found" in page


def test_what_cannot_be_asked(lipset):
    with pytest.raises(ReportingError):
        qca_page(lipset[0], "fr")
    with pytest.raises(ReportingError):
        qca_page(lipset[0], "nl", names="all")


def test_a_page_calls_sets_by_their_titles_marks_made_up_cases_and_gives_reasons_in_its_language():
    cases = pd.DataFrame(
        {"trust": [1, 1, 0, 0, 1, 0, 1, 0], "time": [1, 0, 1, 0, 1, 1, 0, 0], "y": [1, 0, 0, 0, 1, 0, 0, 0]},
        index=list("ABCDEFGH"),
    )
    why = {"nl": "Zo gaf de begeleider cijfers.", "en": "As the facilitator gave marks."}
    sets = {"trust": calibrate(cases["trust"] * 10, exclusion=1, crossover=5, inclusion=9, why=why, name="trust")}
    titles = {"trust": {"nl": "vertrouwen", "en": "trust in others"}, "time": {"nl": "tijd", "en": "hours"}}
    titles["y"] = {"nl": "groei <b>", "en": "growth"}
    page = qca_page(qca(cases, "y", ["trust", "time"]), "nl", titles=titles, calibrations=sets, simulated=True)
    assert "Eén recept gaat samen met groei &lt;b&gt;: vertrouwen én tijd." in page
    assert why["nl"] in page
    assert why["en"] not in page
    assert 'class="simulated"' in page
    assert 'class="simulated"' not in qca_page(qca(cases, "y", ["trust", "time"]), "nl")


@pytest.mark.parametrize("language", ["nl", "en"])
def test_of_several_models_none_is_the_headline(language):
    """The first of three models that fit equally well stood in short as the finding."""
    frame = pd.read_csv(FOLDER / "lipset_multivalue.csv", index_col="case")
    result = qca(frame, "SURV", CONDITIONS, negated=False, few_cases="accept")
    assert len(result.solution("parsimonious").models) == 3
    told = "".join(Parsed(qca_page(result, language)).text)
    point = next(line for line in told.split("\n") if "(1) " in line)
    assert "(2) " in point
    assert "(3) " in point
    assert "2 recepten gaan samen" not in told
    assert "2 recipes go with" not in told
