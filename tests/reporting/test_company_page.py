"""The report to one company: what it says, what it never says, and in which words. All companies are invented."""

import datetime
import html
import re
from dataclasses import fields, is_dataclass, replace

import pytest
from tests.reporting.invented_companies import HARMFUL, OUTCOMES, change, least, longest, scale, usual

from lcresearch.instruments import readability
from lcresearch.messages import Messages
from lcresearch.reporting.change_content import ChangeNumbers
from lcresearch.reporting.company_content import Answered, CompanyQuestion, Peers
from lcresearch.reporting.company_page import render_company
from lcresearch.studies.company_reports import company_reports

NUMBER = re.compile(r"[0-9]+(?:[.,][0-9]+)?")
OF_THE_TEXTS = {5, 20, 80, 90, 95, 100, 4.0}
"""Numbers in fixed sentences: of 100 studies, and the name of the licence."""


def text_of(page: str) -> str:
    """What a reader sees or hears of the body."""
    body = page[page.index("<body") :]
    heard = " ".join(re.findall(r'aria-label="([^"]*)"', body))
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body) + " " + heard).split())


def numbers_in(part) -> set[float]:
    """All numbers in a report's content, those inside its texts too."""
    if isinstance(part, bool) or part is None:
        return set()
    if isinstance(part, int | float):
        return {float(part)}
    if isinstance(part, str):
        return {float(one.replace(",", ".")) for one in NUMBER.findall(part)}
    if is_dataclass(part):
        return set().union(*(numbers_in(getattr(part, one.name)) for one in fields(part)))
    if isinstance(part, dict):
        return set().union(set(), *(numbers_in(value) for value in (*part, *part.values())))
    return set().union(set(), *(numbers_in(value) for value in part)) if isinstance(part, tuple | list) else set()


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("make", [usual, longest, least])
def test_every_number_on_the_page_is_one_that_was_released(make, language):
    report = make()
    page = re.sub(r"<(title|style)>.*?</\1>", "", render_company(report, language), flags=re.DOTALL)
    released = {abs(value) for value in numbers_in(report)}
    shown = {round(value, digits) for value in released for digits in (1, 2)} | OF_THE_TEXTS
    shown |= numbers_in(Messages(language).date(datetime.date(2026, 11, 26)))
    shown |= {float(report.n_more + len(report.scales) - 3)}  # outcomes that are counted and not named
    found = numbers_in(text_of(page))
    assert found - shown == set()
    assert len(found) > 5


def test_the_same_content_gives_the_same_page_in_one_language():
    page = render_company(usual(), "nl")
    assert page == render_company(usual(), "nl")
    assert '<html lang="nl">' in page
    assert "What changed" not in text_of(page)
    assert "Wat er veranderde" not in text_of(render_company(usual(), "en"))


@pytest.mark.parametrize("language", ["nl", "en"])
def test_parts_stand_in_their_order(language):
    page = render_company(usual(), language)
    ids = re.findall(r'<h[23] id="(\w+)"', page)
    assert ids == ["own", "asked", "told", "changed", "others", "talk", "unknown", "contact"]
    assert page.count("<h1>") == 1


def test_a_question_of_the_company_comes_first_with_what_the_numbers_say():
    text = text_of(render_company(usual(), "nl"))
    assert "‘Durven onze mensen te zeggen dat er iets fout ging?’ Leren van fouten: duidelijk vooruit." in text
    asked = CompanyQuestion("Doen wij het anders dan de rest?", (OUTCOMES[1][1],), "compare")
    assert "Veiligheid in het team: u 3,7, anderen 3,3." in text_of(render_company(usual(questions=(asked,)), "nl"))
    unanswered = CompanyQuestion("Verdienen wij straks meer?", (), "words")
    page = render_company(usual(questions=(unanswered,)), "nl")
    assert "Daar kunnen wij met deze antwoorden niets over zeggen." in page


def test_texts_of_others_can_do_no_harm():
    page = render_company(usual(name=HARMFUL, parent="Aa", contact={"nl": HARMFUL}), "nl")
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    asked = CompanyQuestion(HARMFUL, (), "words", {"nl": HARMFUL})
    assert "<script" not in render_company(usual(questions=(asked,)), "nl")
    harmful = {"nl": HARMFUL, "en": HARMFUL}
    scales = tuple(replace(one, title=harmful, low=harmful, high=harmful) for one in usual().scales)
    assert "<script" not in render_company(usual(scales=scales), "en")


def test_one_report_never_names_another_company(content):
    reports = company_reports(content, "consortium").reports
    assert len(reports) == 3
    for own in reports:
        text = render_company(own, "nl")
        assert own.name in text
        assert not any(other.name in text for other in reports if other is not own)


def test_only_made_up_answers_are_called_so():
    assert "Verzonnen gegevens" in render_company(usual(), "nl")
    assert "Verzonnen gegevens" not in render_company(least(), "nl")


@pytest.mark.parametrize(
    ("sureness", "words"), [("clear_gain", "duidelijk vooruit"), ("cannot_tell", "niet te zeggen")]
)
def test_sureness_is_said_in_the_words_of_the_project(sureness, words):
    report = usual()
    moved = replace(report.changes[0], own=replace(report.changes[0].own, sureness=sureness))
    text = text_of(render_company(replace(report, changes=(moved,)), "nl"))
    assert f"Leren van fouten: {words}" in text
    assert "een verandering van 0,3 punt of meer is de moeite waard" in text
    assert Messages("nl")(f"sureness.means.{sureness}") in text
    assert "Dit rust vooral op de 8 mensen die twee keer antwoordden." in text


def test_a_change_that_may_not_be_shown_is_not_hinted_at():
    hidden = ChangeNumbers("organisation", "", "Bakker Techniek", reason="few")
    report = usual(changes=(replace(usual().changes[0], own=hidden, together=None),))
    text = text_of(render_company(report, "nl"))
    assert "Voor uw bedrijf kunnen wij geen verandering laten zien, om mensen te beschermen." in text
    assert "vooruit" not in text.split("Wat er veranderde")[1].split("Wat anderen")[0]


def test_a_comparison_group_is_told_what_its_figures_are_for():
    report = usual()
    design = replace(report.design, takes_part=False)
    assert "U deed zelf niet mee" in render_company(replace(report, design=design), "nl")
    compared = replace(report.changes[0], difference=report.changes[0].own)
    text = text_of(render_company(replace(report, changes=(compared,)), "nl"))
    assert "Vergeleken met wie niet meedeed: duidelijk vooruit." in text
    assert "Er was een groep om mee te vergelijken." in text


def test_what_cannot_be_said_follows_from_the_numbers():
    text = text_of(render_company(usual(), "nl")).split("Wat wij niet kunnen zeggen")[1]
    for sentence in ("Er antwoordden weinig mensen.", "Niet iedereen antwoordde.", "2 uitkomsten laten wij niet zien",
                     "dichter bij het midden", "minstens 5 mensen", "De vragen zijn nog nieuw."):  # fmt: skip
        assert sentence in text
    everybody = usual(answered=(Answered("t0", 40, 40), Answered("t1", 40, 40)), n_hidden=0)
    text = text_of(render_company(everybody, "nl")).split("Wat wij niet kunnen zeggen")[1]
    assert "weinig mensen" not in text
    assert "Niet iedereen" not in text
    assert "laten wij niet zien" not in text


def test_one_wave_says_nothing_of_change():
    text = text_of(render_company(least(), "en"))
    assert "So far there are answers of one time." in text
    assert "closer to the middle" not in text
    assert "We have no figures of others" in text
    assert "Put them to the researcher who gave you this report." in text


def test_others_are_told_of_together():
    text = text_of(render_company(usual(), "en"))
    assert "4 other consortia in your sector (techniek), with 23 learning communities together" in text
    own = usual()
    study = Peers("study", own.peers.scores, n_companies=4)
    assert "all 4 companies in this study together" in text_of(render_company(replace(own, peers=study), "en"))


def test_a_count_and_an_index_are_written_as_they_are():
    one = scale(*OUTCOMES[0])
    counted = replace(one, minimum=None, maximum=None)
    assert '<svg class="bar"' not in render_company(usual(scales=(counted,), changes=(), peers=None), "nl")
    scores = tuple(replace(score, mean=61.4, conf_low=50.2, conf_high=70.1) for score in one.scores)
    page = render_company(
        usual(scales=(replace(one, minimum=0.0, maximum=100.0, scores=scores),), changes=(), peers=None), "nl"
    )
    assert "<b>61</b>" in page


def test_a_small_change_is_not_rounded_to_nothing():
    moved = change(OUTCOMES[0][1], usual().scales[0].title, 3.0, 3.55, "clear_gain", primary=True)
    assert "tussen +0,03 en +1,1 punt" in text_of(render_company(usual(changes=(moved,)), "nl"))


def sentences_of(page: str) -> list[str]:
    """Running text of a page; names, tables and pictures left out."""
    main = page[page.index("<main") : page.index("</main>")]
    main = re.sub(r"<(details|svg|table|b)\b.*?</\1>", "", main, flags=re.DOTALL)
    parts = re.findall(r"<(p|li|h2|h3)\b[^>]*>(.*?)</\1>", main, flags=re.DOTALL)
    texts = [" ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split()) for _, text in parts]
    return [sentence for text in texts for sentence in readability.sentences(text)]


@pytest.mark.parametrize("make", [usual, least])
def test_the_dutch_is_plain(make):
    sentences = sentences_of(render_company(make(), "nl"))
    found = readability.figures(sentences)
    longest_sentence = max(len(readability.words(one)) for one in sentences)
    assert found.words / len(sentences) <= 11
    assert longest_sentence <= 24  # a score, and what the scale says of it
    assert found.flesch_douma >= 80
    assert found.zipf >= 5.5
    assert {word for one in sentences for word in readability.long_words(one)} == set()
