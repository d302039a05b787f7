import dataclasses

import pandas as pd
import pytest
from lxml import etree
from matplotlib.colors import to_rgb

from lcresearch.reporting import report_figures
from lcresearch.reporting.canvas import readable_on
from lcresearch.reporting.likert import answer_colours, answers_figure
from lcresearch.reporting.png import png_file
from lcresearch.reporting.scores_figure import natural_order, scores_figures, ticks
from lcresearch.reporting.svg import inline_svg, svg_file
from lcresearch.reporting.text_metrics import shortened, text_width, wrapped
from lcresearch.reporting.wording import Wording

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def say(content):
    return Wording(content.head, "nl")


def _texts(svg: str) -> list[str]:
    return [element.text for element in etree.fromstring(svg).iter(f"{SVG}text")]


def test_shares_of_the_answers_stand_in_the_bars(content, say):
    texts = _texts(inline_svg(answers_figure(content.scales[0], say)))
    # first item at t0: 4, 12, 24, 45 and 15 percent
    assert {"12%", "24%", "45%", "15%"} <= set(texts)
    assert "1–2: 9%" in texts
    assert "In ons bedrijf houden mensen wat zij weten liever voor zichzelf. (telt andersom mee)" in texts


def test_an_item_without_released_answers_is_said_to_be_withheld(content, say):
    scale = content.scales[0]
    some = dataclasses.replace(scale, distribution=scale.distribution[scale.distribution["item"] != "lc_01"])
    assert _texts(inline_svg(answers_figure(some, say))).count("niet getoond") == 2


def test_means_stand_beside_the_dots_and_withheld_groups_have_none(content, say):
    (drawing,) = scores_figures(content.scales[0], "community", say)
    texts = _texts(inline_svg(drawing))
    assert texts.count("niet getoond") == 4
    assert sum("," in text and len(text) == 3 for text in texts) == 20
    assert "4 uitkomsten zijn niet getoond." in drawing.description


def test_groups_are_listed_by_name_not_by_score(content, say):
    (drawing,) = scores_figures(content.scales[0], "community", say)
    names = [text for text in _texts(inline_svg(drawing)) if text.startswith("community")]
    assert names == sorted(names)


def test_natural_order_counts():
    assert sorted(["team 10", "Team 2", "team 1"], key=natural_order) == ["team 1", "Team 2", "team 10"]


def test_dollar_signs_are_no_mathematics(content, say):
    scale = content.scales[0]
    scores = scale.scores.replace({"group": {"community 01": r"$\frac{$ 50%"}})
    (drawing,) = scores_figures(dataclasses.replace(scale, scores=scores), "community", say)
    assert r"$\frac{$ 50%" in _texts(inline_svg(drawing))
    assert png_file(drawing, dpi=40).startswith(b"\x89PNG")


def test_unprintable_and_foreign_characters_do_no_harm(content, say):
    scale = content.scales[0]
    scores = scale.scores.replace({"group": {"community 01": "a\x00\x08\u202eb 学习 🙂"}})
    (drawing,) = scores_figures(dataclasses.replace(scale, scores=scores), "community", say)
    assert "ab 学习 🙂" in _texts(inline_svg(drawing))
    assert png_file(drawing, dpi=40).startswith(b"\x89PNG")


def test_files_are_the_same_each_time(content):
    first, again = (report_figures(content, "en")[0] for _ in range(2))
    assert svg_file(first) == svg_file(again)
    assert png_file(first, dpi=50) == png_file(again, dpi=50)


def test_names_of_figures_differ(content):
    names = [drawing.name for drawing in report_figures(content, "en")]
    assert len(names) == len(set(names)) == 8


def test_long_levels_are_cut_between_parents(content, say):
    scale = content.scales[0]
    one = scale.scores[scale.scores["level"] == "sector"].iloc[:1]
    rows = [one.assign(group=f"firm {n:03d}", parent=f"community {n // 20}") for n in range(100)]
    scores = pd.concat(rows, ignore_index=True)
    drawings = scores_figures(dataclasses.replace(scale, scores=scores), "sector", say)
    # 5 parents of 20 groups, each with a head: two parents fit in a figure of 45 rows
    assert [drawing.name[-1] for drawing in drawings] == ["1", "2", "3"]


def test_a_scale_of_nothing_has_no_figures(content, say):
    scale = content.scales[0]
    bare = dataclasses.replace(scale, distribution=scale.distribution.iloc[:0], scores=scale.scores.iloc[:0])
    assert answers_figure(bare, say) is None
    assert scores_figures(bare, "community", say) == []


def test_labels_can_be_read_on_every_answer_colour():
    def luminance(colour: str) -> float:
        parts = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(colour)]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    for n in range(1, 12):
        for colour in answer_colours(list(range(n))).values():
            lighter, darker = sorted((luminance(colour), luminance(readable_on(colour))), reverse=True)
            assert (lighter + 0.05) / (darker + 0.05) >= 4.5  # WCAG 2.2 AA


def test_text_is_cut_and_wrapped_to_fit():
    words = "een lange vraag over leren en werken in een klein bedrijf"
    assert all(text_width(line) <= 120 for line in wrapped(words, 120))
    assert " ".join(wrapped(words, 120)) == words
    assert text_width(shortened("onafgebrokenlangwoord" * 5, 120)) <= 120


@pytest.mark.parametrize(("low", "high", "expected"), [(1, 5, [1, 2, 3, 4, 5]), (0, 100, [0, 25, 50, 75, 100])])
def test_ticks(low, high, expected):
    assert ticks(low, high) == expected
