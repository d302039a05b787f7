"""Interviews in a report: figures with few and with 60 codes, texts in both languages, what is withheld."""

import dataclasses

import numpy as np
import pandas as pd
import pytest
from lxml import etree
from matplotlib.colors import to_hex

from lcresearch.reporting import render, render_confidential, report_figures
from lcresearch.reporting.canvas import readable_on
from lcresearch.reporting.export import export_tables
from lcresearch.reporting.interview_content import CodeName, InterviewContent, ReleasedQuote
from lcresearch.reporting.interview_figures import SHADES
from lcresearch.reporting.interview_section import interview_figures, interview_view
from lcresearch.reporting.network_figure import round_circle
from lcresearch.reporting.png import png_file
from lcresearch.reporting.svg import inline_svg
from lcresearch.reporting.wording import Wording

SVG = "{http://www.w3.org/2000/svg}"
GROUPS = ("sector 1", "sector 2", "sector 10")


def invented(n_codes=6, *, long=False):
    """Invented findings on 40 persons in three sectors."""
    rng = np.random.default_rng(n_codes)
    ids = [f"code-{n}" for n in range(n_codes)]
    tail = " met een naam die langer is dan de ruimte die er is" if long else ""
    codes = {one: CodeName({"nl": f"Onderwerp {one}{tail}", "en": f"Subject {one}"}, {"nl": "Thema"}) for one in ids}
    n_with = np.sort(rng.integers(4, 36, n_codes))[::-1]
    share = n_with / 40
    numbers = {"n_persons": 40, "share": share, "conf_low": share * 0.7, "conf_high": np.minimum(share * 1.3, 1)}
    totals = pd.DataFrame({"code": ids, "n_with": n_with, **numbers})
    shares = [
        {"code": one, "group": group, "n_with": 5, "n_persons": 13, "share": 0.38, "conf_low": 0.2, "conf_high": 0.6}
        for one in ids[: n_codes // 2]
        for group in GROUPS
    ]
    pairs = [(first, second, int(rng.integers(3, 12))) for first, second in zip(ids, ids[1:] + ids[:1], strict=True)]
    together = pd.DataFrame(pairs, columns=["code_1", "code_2", "n_cases"]).assign(n_both=5, jaccard=0.2, lift=2.0)
    curve = pd.DataFrame({"n_persons": [5, 10, 15], "expected": [3, 5, 6]})
    glance = {"n_codes": n_codes, "estimated_codes": n_codes + 5.0, "n_after": 7.0}
    return InterviewContent(
        n_interviews=40,
        n_persons=40,
        n_coders=2,
        n_passages=500,
        by="sector",
        codes=codes,
        groups=pd.DataFrame({"group": GROUPS, "n_persons": [13, 13, 14]}),
        totals=totals,
        shares=pd.DataFrame(shares),
        tests=pd.DataFrame({"code": ids[: n_codes // 2], "p_value": 0.02, "p_adjusted": 0.3}),
        together=together,
        curve=curve,
        saturation=glance,
        coverage=pd.DataFrame({"role": ["interviewer", "bakker"], "n_persons": [40, 40], "share": [0.0, 0.45]}),
        agreement=pd.DataFrame(
            {
                "code": ["", "code-0"],
                "n_given": [300, 20],
                "percent_agreement": [0.9, 0.95],
                "krippendorff_alpha": [0.61, np.nan],
                "alpha_low": [0.5, np.nan],
                "alpha_high": [0.7, np.nan],
                "gwet_ac1": [0.8, 0.9],
            }
        ),
        topics=pd.DataFrame({"words": ["tijd, uren, week"], "n_persons": [9], "n_group": [40], "share": [0.225]}),
        quotes=(ReleasedQuote("Wij <b>leren</b> & doen.", {"nl": "een docent", "en": "a teacher"}),),
        n_hidden_cells=9,
    )


def for_the_researcher():
    """The same with the curve interview by interview."""
    found = np.minimum(np.arange(1, 41) * 3, 60)
    curve = pd.DataFrame({"n_documents": np.arange(1, 41), "in_order": found, "new": 0, "expected": found * 0.9})
    glance = {"n_codes": 60, "estimated_codes": 62.0, "estimated_low": 60, "estimated_high": 70.0, "n_after": 7.0}
    return dataclasses.replace(
        invented(60),
        confidential=True,
        curve=curve.assign(conf_low=curve["expected"] * 0.8, conf_high=curve["in_order"]),
        saturation=glance | {"stopping_point": 9.0},
    )


@pytest.fixture(params=["nl", "en"])
def say(request, content):
    return Wording(content.head, request.param)


@pytest.mark.parametrize("n_codes", [6, 60])
def test_every_figure_is_drawn_inside_its_frame_and_described(say, n_codes):
    drawings = interview_figures(invented(n_codes, long=True), say, titled=True)
    assert len(drawings) == 6
    assert len({drawing.name for drawing in drawings}) == 6
    for drawing in drawings:
        assert len(drawing.description) > 30
        assert "{" not in drawing.description
        svg = etree.fromstring(inline_svg(drawing))
        for text in svg.iter(f"{SVG}text"):
            assert -20 <= float(text.get("x")) <= drawing.canvas.width + 20
            assert 0 <= float(text.get("y")) <= drawing.canvas.height + 20
        assert png_file(drawing, dpi=30).startswith(b"\x89PNG")


def test_names_of_codes_do_not_stand_on_one_another(say):
    (network,) = [one for one in interview_figures(invented(60), say) if one.name == "interviews-together"]
    labels = [label for label in network.canvas.shapes if type(label).__name__ == "Label"]
    for side in ("left", "right"):
        heights = sorted(label.y for label in labels if label.anchor == side and label.size == 12.5)
        assert np.diff(heights).min() > 12


def test_a_cell_that_is_withheld_is_a_dash(say):
    codes = next(one for one in interview_figures(invented(6), say) if one.name == "interviews-codes")
    texts = [shape.text for shape in codes.canvas.shapes if type(shape).__name__ == "Label"]
    assert texts.count("–") == 3 * len(GROUPS)
    assert texts.index("sector 2 (13)") < texts.index("sector 10 (14)")


def test_codes_that_go_together_stand_together():
    pairs = pd.DataFrame({"code_1": list("aab"), "code_2": list("bcc"), "n_cases": [9, 9, 9]})
    more = pd.DataFrame({"code_1": list("xxy"), "code_2": list("yzz"), "n_cases": [9, 9, 9]})
    order = round_circle(list("axbycz"), pd.concat([pairs, more]))
    assert {frozenset(order[:3]), frozenset(order[3:])} == {frozenset("abc"), frozenset("xyz")}


def test_page_tables_and_files_carry_interviews(content):
    whole = dataclasses.replace(content, interviews=invented(60))
    for language, words in (("nl", "Wat mensen vertelden"), ("en", "What people told us")):
        page = render(whole, language)
        etree.HTML(page)
        assert page.count(words) >= 2
        assert "Wij &lt;b&gt;leren&lt;/b&gt; &amp; doen." in page
        assert ("VERZONNEN INTERVIEWS" in page or "INVENTED INTERVIEWS" in page) == content.head.simulated
        assert "tijd, uren, week" in page
    tables = export_tables(whole)
    assert list(tables["interview_codes"].columns[:2]) == ["code_nl", "code_en"]
    assert len(tables["interview_codes"]) == 60
    assert {one.name for one in report_figures(whole, "nl")} >= {"interviews-codes", "interviews-together"}


def test_without_anything_to_show_the_reason_stands_there(content, say):
    nothing = pd.DataFrame(columns=["code", "n_with", "n_persons", "share", "conf_low", "conf_high"])
    tests = pd.DataFrame(columns=["code", "p_value", "p_adjusted"])
    shares = nothing.assign(group=[])
    pairs = pd.DataFrame(columns=["code_1", "code_2", "n_cases"])
    empty = InterviewContent(
        3, 3, 1, 4, "", {}, pd.DataFrame(columns=["group", "n_persons"]), nothing, shares, tests, pairs, nothing,
        reason="few", coverage=pd.DataFrame(columns=["role", "n_persons", "share"]),
    )  # fmt: skip
    view = interview_view(empty, say)
    assert "5" in view.withheld
    assert interview_figures(empty, say) == []
    assert render(dataclasses.replace(content, interviews=empty), say.language)


def test_the_confidential_page_says_so_and_has_ids_of_its_own(content):
    one = for_the_researcher()
    pages = {"nl": "interviews.html", "en": "interviews.en.html"}
    by = {"sector": one, "community": dataclasses.replace(one, by="community")}
    page = render_confidential(by, content.head, "nl", other_reports=pages)
    assert "Deel haar niet" in page
    ids = etree.HTML(page).xpath("//@id")
    assert len(ids) == len(set(ids))
    assert "Dat was zo na 9 interviews. Daarna kwamen er toch nog 7 onderwerpen bij." in page
    assert "vuistregel: na 9, daarna nog 7" in page


def test_the_rule_of_a_report_says_what_it_looks_at_and_names_no_interview(content):
    say = Wording(content.head, "nl")
    note = interview_view(invented(6), say).saturation_note
    assert "hooguit 5% van het aantal onderwerpen uit de eerste vier" in note
    assert "Daarna kwamen er toch nog 7 onderwerpen bij." in note
    one = invented(6)
    without = dataclasses.replace(one, saturation=one.saturation | {"n_after": None, "estimated_codes": None})
    assert "vuistregel" not in interview_view(without, say).saturation_note


def test_an_interval_over_all_values_is_said_to_tell_nothing(content):
    one = invented(6)
    whole = one.agreement.assign(krippendorff_alpha=1.0, alpha_low=-1.0, alpha_high=1.0)
    table = interview_view(dataclasses.replace(one, agreement=whole), Wording(content.head, "nl")).agreement
    assert "1,00 (te weinig om te zeggen hoe zeker dit is)" in table.html
    assert "–1,00" not in table.html
    assert "-1,00" not in table.html


def test_shares_near_one_another_have_one_colour_of_text():
    assert {readable_on(to_hex(SHADES(share))) for share in (0.875, 0.88, 0.9)} == {"#ffffff"}


def test_the_words_on_a_figure_are_said_once(content):
    page = render(dataclasses.replace(content, interviews=invented(6)), "nl")
    assert ": Waar mensen over praten</span>" in page
    assert "Waar mensen over praten (Waar mensen over praten)" not in page
