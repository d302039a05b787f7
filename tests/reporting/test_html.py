import dataclasses
import itertools
import re

import pandas as pd
import pytest
from lxml import html

from lcresearch.errors import ReportingError
from lcresearch.reporting import ReportContent, render


@pytest.fixture(scope="module", params=["nl", "en"])
def language(request):
    return request.param


@pytest.fixture(scope="module")
def page(content: ReportContent, language: str) -> str:
    return render(content, language)


def test_the_same_content_gives_the_same_bytes(content, page, language):
    assert render(content, language) == page


def test_a_language_without_texts_is_refused(content):
    with pytest.raises(ReportingError) as caught:
        render(content, "fr")
    assert [problem.code for problem in caught.value.problems] == ["P002"]


def test_nothing_is_loaded_from_elsewhere(page):
    assert not re.search(r"<(script|iframe|img|object|embed)\b", page)
    assert re.findall(r"""(?:src|href)=["'](?!#)([^"']*)""", page) == ["data:,"]
    assert "url(http" not in page
    assert "@import" not in page


def test_names_from_the_data_are_escaped_everywhere(page):
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


def test_headings_do_not_skip_a_level(page):
    levels = [int(element.tag[1]) for element in html.fromstring(page).iter("h1", "h2", "h3", "h4", "h5")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(deeper - level <= 1 for level, deeper in itertools.pairwise(levels))


def test_every_table_has_a_caption_and_scoped_heads(page):
    tables = html.fromstring(page).findall(".//table")
    assert len(tables) > 10
    for table in tables:
        assert table.findtext("caption")
        assert all(head.get("scope") in ("col", "row", "colgroup") for head in table.iter("th"))


def test_numbers_are_written_as_the_reader_writes_them(page, language):
    assert ("0,812" if language == "nl" else "0.812") in page
    assert ("0.812" if language == "nl" else "0,812") not in page


def test_simulated_data_are_marked_in_title_page_and_print(page, content, language):
    mark = {"nl": "Gesimuleerde gegevens", "en": "Simulated data"}[language]
    tree = html.fromstring(page)
    assert mark in tree.findtext(".//title")
    assert mark in tree.find(".//aside").text_content()
    assert f'@top-center {{ content: "{mark}"' in page
    assert page.count(f">{mark.upper()}<") == len(tree.findall(".//figure"))
    real = render(dataclasses.replace(content, head=dataclasses.replace(content.head, simulated=False)), language)
    assert mark.lower() not in real.lower()


def test_withheld_groups_are_named_without_numbers(page, language):
    words = {"nl": "niet getoond: te weinig mensen", "en": "not shown: too few people"}[language]
    assert words in page
    rows = [row for row in html.fromstring(page).iter("tr") if row.findtext("th") == "community 03"]
    assert rows
    assert all(not re.search(r"\d", "".join(cell.text_content() for cell in row.findall("td"))) for row in rows)


def test_a_study_without_groups_scores_or_answers_still_gives_a_page(content, language):
    scale = content.scales[0]
    empty = dataclasses.replace(
        scale,
        distribution=scale.distribution.iloc[:0],
        overall=scale.overall.assign(mean=float("nan"), conf_low=float("nan"), conf_high=float("nan")),
        scores=scale.scores.iloc[:0],
        reliability=None,
        items_analysed=None,
        agreement=None,
        agreement_groups=None,
        agreement_level=None,
        verdicts={},
    )
    response = dataclasses.replace(
        content.response,
        by_group=content.response.by_group.iloc[:0],
        missing=content.response.missing.iloc[:0],
        problems=(),
    )
    bare = ReportContent(content.head, response, (empty,), content.withheld.iloc[:0])
    page = render(bare, language)
    assert "<svg" not in page
    assert {"nl": "Er is niets achtergehouden.", "en": "Nothing was withheld."}[language] in page


def test_a_level_with_many_groups_moves_to_the_technical_part(content):
    scale = content.scales[1]
    many = pd.concat(
        [
            scale.scores[scale.scores["level"] == "community"].assign(group=f"firm {n:02d}", parent=None)
            for n in range(60)
        ]
    ).drop_duplicates(["group", "wave"])
    bare = dataclasses.replace(content, scales=(dataclasses.replace(scale, scores=many.reset_index(drop=True)),))
    tree = html.fromstring(render(bare, "en"))
    main, technical = tree.find(".//section[@class='scale']"), tree.find(".//section[@class='technical']")
    assert len(main.findall(".//figure")) == 1
    assert "60 learning communities" in main.text_content()
    assert len(technical.findall(".//figure")) == 2
