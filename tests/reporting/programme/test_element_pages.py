"""A page for each element: what stands on it with all evidence, and what it says where a part is not there."""

import re
from dataclasses import replace
from functools import cache

import pandas as pd
import pytest
from matplotlib.text import Text
from tests.reporting.programme.conftest import FORMULA, HARMFUL, TITLES

from lcresearch.integration import Voices, convergence, elements_of_both_kinds
from lcresearch.integration.configurations.observed_rows import TruthTable
from lcresearch.integration.configurations.result import QCA, Model, Solution
from lcresearch.integration.configurations.terms import Condition
from lcresearch.integration.plan import IntegrationFile
from lcresearch.reporting.element_pages import render_element_pages
from lcresearch.reporting.element_pages_content import element_pages
from lcresearch.reporting.element_pages_files import page_names, save_element_pages, save_element_tables
from lcresearch.reporting.synthesis_content import synthesis_content

WHY = {"nl": "Alle cases hebben dezelfde uitkomst.", "en": "All cases have the same outcome."}


@pytest.fixture(scope="module")
def plan():
    sets = {name: {"column": f"element_{name}"} for name in ("facilitation", "shared_purpose", "mixed_groups")}
    grew = {"title": {"nl": "Groei", "en": "Growth"}, "outcome": {"column": "culture_change"}, "conditions": sets}
    elements = {name: {"mentions": (name,)} for name in TITLES}
    elements["time_to_learn"]["advice"] = {"nl": f"Plan een uur {HARMFUL}", "en": f"Plan an hour {HARMFUL}"}
    return IntegrationFile.model_validate({"elements": elements, "qca": {"grew": grew}})


@pytest.fixture(scope="module")
def voices():
    counts = {"n_cases": 8.0, "of_cases": 10.0, "n_persons": 24.0, "of_persons": 40.0, "n_passages": 30.0}
    counts |= {"n_cases_helping": 7.0, "n_cases_hindering": 3.0, "n_persons_helping": 20.0, "n_persons_hindering": 4.0}
    counts |= {"n_cases_lacking": 0.0, "n_persons_lacking": 0.0, "n_persons_valuing": 20.0}
    rows = [{"element": name, "gap": ""} | counts for name in TITLES]
    rows[-1] |= dict.fromkeys(counts, float("nan")) | {"gap": "hidden", "of_cases": 10.0, "of_persons": 40.0}
    ways = [
        ("facilitation", "c1", HARMFUL, "mechanism", 12, 6.0, 15, HARMFUL, "Trying out"),
        ("facilitation", "c2", "Te weinig geld", "barrier", 5, 4.0, 6, "Te weinig geld", "Too little money"),
    ]
    columns = ["element", "code", "name", "kind", "n_persons", "n_cases", "n_passages", "nl", "en"]
    said = [("facilitation", f"Wij leren {HARMFUL}", "een docent", "words:1", "helps", "een docent", "a lecturer")]
    quotes = pd.DataFrame(said, columns=["element", "quote", "described", "pointer", "direction", "nl", "en"])
    return Voices(pd.DataFrame(rows), pd.DataFrame(ways, columns=columns), pd.DataFrame(), quotes, confidential=False)


@pytest.fixture(scope="module")
def compared():
    """Facilitation with shared purpose in two cases, or mixed groups without facilitation in eleven."""
    sets = tuple(Condition(name, fuzzy=True) for name in ("facilitation", "shared_purpose", "mixed_groups"))
    rows = [
        ("facilitation*shared_purpose", 0.97, 0.9, 0.4, 0.2, ("Case A", "Case B")),
        ("~facilitation*mixed_groups", 0.82, 0.7, 0.3, 0.1, tuple(f"Case {n}" for n in range(11))),
    ]
    fit = pd.DataFrame(rows, columns=["term", "consistency", "pri", "coverage", "unique_coverage", "cases"])
    model = Model(sets, ((1, 1, -1), (0, -1, 1)), fit, 0.9, 0.8, 0.6)
    truth = TruthTable("outcome", sets, pd.DataFrame(), pd.Series(dtype=float), pd.DataFrame())
    return {"grew": QCA(truth, (Solution("outcome", "intermediate", models=(model,)),))}


@pytest.fixture(scope="module")
def content(found):
    return synthesis_content(found)


@pytest.fixture(scope="module")
def full(found, content, plan, voices, compared):
    needed = {"grew": pd.DataFrame({"condition": ["facilitation"], "consistency": [0.95], "coverage": [0.5]})}
    agreement = convergence(found.elements, voices)
    both = elements_of_both_kinds(found, voices, agreement, compared, plan=plan, necessity=needed)
    return element_pages(content, both)


@pytest.fixture(scope="module")
def bare(found, content, plan):
    return element_pages(content, elements_of_both_kinds(found, plan=plan, failed={"grew": WHY}))


@pytest.fixture(scope="module")
def shown(full, bare):
    """The pages with all evidence, ``full``, or with effects alone and no figures, ``bare``, once in each language."""
    contents, drawn = {"full": full, "bare": bare}, {"full": None, "bare": {}}
    return cache(lambda which, language: render_element_pages(contents[which], language, forests=drawn[which]))


def article(page: str, title: str) -> str:
    """The page of one element as text."""
    parts = re.findall(r"<article.*?</article>", page, flags=re.DOTALL)
    found = next(part for part in parts if f">{title}</h2>" in part)
    return " ".join(re.sub(r"<svg.*?</svg>|<[^>]+>", " ", found, flags=re.DOTALL).split())


@pytest.mark.parametrize("language", ["nl", "en"])
def test_each_element_of_each_verdict_has_a_page(shown, language):
    page = shown("full", language)
    assert page.count('<article class="page"') == len(TITLES)
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert "{" not in re.sub(r"<style>.*?</style>|<svg.*?</svg>", "", page, flags=re.DOTALL)


def test_the_same_evidence_gives_the_same_pages(full, shown):
    assert render_element_pages(full, "nl") == shown("full", "nl")


def test_the_page_brings_all_kinds_of_evidence_together(shown):
    text = article(shown("full", "en"), "A facilitator")
    for said in (
        "In 8 of 10 communities people spoke of this. 24 of the 40 people we talked to mentioned it.",
        "In 7 communities people say that it helps. In 3 communities people say that it is in the way.",
        "trying out (12 people)",
        "too little money (5 people)",
        "a lecturer (invented quote)",
        "Together with shared purpose almost always goes with ‘Growth’ ( fewer than 3 communities;",
        "often goes with ‘Growth’ (11 communities; consistency 0.82, coverage 0.30)",
        "Without this element ‘Growth’ hardly occurs.",
        "No researcher has judged it yet.",
    ):
        assert said.replace("( ", "(") in text.replace("( ", "("), said
    assert "Case A" not in text


def overview(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page[page.index("<table") : page.index("</table>")]).split())


def test_the_overview_says_why_no_number_of_people_is_shown(full, shown, voices):
    table = voices.elements.assign(gap=["no_codes", *voices.elements["gap"][1:]])
    table.loc[0, ["n_cases", "n_persons"]] = float("nan")
    pages = [replace(page, heard=table.iloc[n].to_dict()) for n, page in enumerate(full.pages)]
    text = overview(render_element_pages(replace(full, pages=tuple(pages)), "en", forests={}))
    assert text.count("not looked for: no code is about it") == 1
    assert text.count("number not shown") == 1
    assert overview(shown("bare", "nl")).count("geen interviews") == len(TITLES)


def test_the_advice_of_the_author_is_marked_as_such(shown):
    page = shown("full", "nl")
    assert "Geschreven door de onderzoekers zelf" in article(page, "Tijd om te leren")
    assert "Volgens vaste regels" in article(page, "Gedeeld doel")
    assert "(advies van de onderzoekers)" in page


@pytest.mark.parametrize("language", ["nl", "en"])
def test_words_of_files_and_people_are_made_harmless(shown, language):
    page = shown("full", language)
    assert HARMFUL not in page
    assert "&lt;script&gt;alert(&#34;x&#34;)" in page


def test_without_interviews_and_combinations_each_gap_is_named_and_the_rest_goes_on(shown):
    text = article(shown("bare", "en"), "A facilitator")
    for said in ("There are no interviews.", WHY["en"], "were not compared with each other", "How sure"):
        assert said in text
    other = article(shown("bare", "nl"), "Geen budget")
    assert "dit element niet meegenomen" in other


def test_hidden_voices_are_a_gap_and_not_silence(shown):
    text = article(shown("full", "en"), "A certificate")
    assert "Too few people spoke of this to show it" in text
    assert "Whether they say the same cannot be shown here." in text


def test_pages_and_tables_on_disk(full, tmp_path):
    (tmp_path / "tables").mkdir()
    assert page_names(["en", "nl"]) == {"en": "elements.html", "nl": "elements.nl.html"}
    paths = save_element_pages(full, tmp_path)
    assert [path.name for path in paths.values()] == ["elements.html", "elements.en.html"]
    assert 'href="elements.en.html"' in paths["nl"].read_text(encoding="utf-8")
    save_element_tables(full.both, tmp_path / "tables", {"programme": FORMULA})
    terms = pd.read_csv(tmp_path / "tables" / "combinations.csv")
    assert terms["n_cases"].dropna().tolist() == [11.0, 11.0]
    assert (tmp_path / "tables" / "elements_both_kinds.xlsx").is_file()


@pytest.mark.parametrize(("language", "word"), [("nl", "te weinig bewijs"), ("en", "not enough evidence")])
def test_one_figure_shows_effects_by_verdict_with_what_interviews_say(full, language, word):
    texts = [text.get_text() for text in full.both.plot(language=language).findobj(Text)]
    assert word in texts
    assert "Element" in texts
    agreed = {"nl": "Gedeeld doel (vullen elkaar aan)", "en": "Shared purpose (complementary)"}
    assert agreed[language] in texts


def test_with_too_few_consortia_nothing_is_said_of_their_differences(content, full):
    first = content.elements[0]
    same = first.consortia.assign(varies=True, estimate=0.3)
    few = replace(first, row=dict(first.row) | {"tau": float("nan")}, consortia=same)
    pages = element_pages(replace(content, elements=(few, *content.elements[1:])), full.both)
    page = render_element_pages(pages, "nl", forests={})
    assert "Of het effect verschilt tussen consortia, is nog niet te zeggen." in page
