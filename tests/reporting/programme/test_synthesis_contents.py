"""The report on a programme of another content than was found: no sector and ten, no effect, titles, two stages."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from tests.reporting.programme.conftest import section

from lcresearch.messages import Messages, text_keys
from lcresearch.reporting.synthesis_content import SynthesisContent, synthesis_content
from lcresearch.reporting.synthesis_forest import ReportForests
from lcresearch.reporting.synthesis_page import render_synthesis


def words_of(content, language):
    """The report without figures, which take most of its time."""
    return render_synthesis(content, language, forests=ReportForests({}, {}))


@pytest.fixture(scope="module")
def content(found, left_out):
    return synthesis_content(found, leave_one_out=left_out)


@pytest.fixture(scope="module")
def short(content):
    """The content with two elements of the six: drawing the others takes long, and they look alike."""
    return replace(content, elements=(content.elements[0], content.elements[-1]))


@pytest.mark.parametrize(
    ("because", "about", "word"),
    [
        ("verdict.not_enough.sector_smaller.positive", {"sector": {"nl": "Zorg", "en": "Care"}}, ("Zorg", "Care")),
        (
            "verdict.not_enough.moderator_level",
            {"moderator": {"nl": "Soort", "en": "Kind"}, "level": {"nl": "netwerk", "en": "network"}},
            ("Soort: netwerk", "Kind: network"),
        ),
    ],
)
def test_what_it_takes_follows_from_the_reason(content, language, because, about, word):
    one = replace(content.elements[-1], because=because, about=about)
    part = section(words_of(replace(content, elements=(one,)), language), "open")
    assert word[language == "en"] in part


def test_every_reason_of_a_verdict_can_be_told_with_titles(content):
    """Reasons hold names of sectors and levels in values of many names; none of these may reach a page."""
    keys = [key for key in text_keys() if key.startswith("synthesis.elements.verdict.")]
    for key in keys:
        forms = text_keys()[key]["en"]
        text = forms if isinstance(forms, str) else forms["other"]
        if "{moderator}" in text:
            names = set(re.findall(r"{(\w+)", text))
            assert names <= {"moderator", "part", "other", "level", "estimate", "other_estimate", "p", "bound"}, key


def test_what_was_held_back_is_counted_by_reason_without_names(short, language):
    rows = [
        ("C01", "models/growth", "few", 2.0),
        ("C02", "models/growth", "few", 1.0),
        ("C02", "moments/trust", "alike", 1.0),
    ]
    left_out = pd.DataFrame(rows, columns=["consortium", "about", "reason", "n_groups"])
    page = words_of(replace(short, tables=dict(short.tables) | {"left_out": left_out}), language)
    assert ("is 4 keer een groep of code" if language == "nl" else "held back 4 times") in section(page, "studied")
    part = section(page, "technical")
    say = Messages(language)
    for key in ("few", "alike"):
        assert say(f"report.synthesis.held_back.{key}") in part
    assert say("report.synthesis.about.models", name="growth") in part


def with_sectors(content: SynthesisContent, n: int) -> SynthesisContent:
    """The same elements in so many sectors."""
    sectors = {f"sector-{k}": {"nl": f"Sector {k}", "en": f"Sector {k}"} for k in range(n)}
    elements = []
    for one in content.elements:
        row = one.sectors.iloc[[0]]
        own = pd.concat([row.assign(sector=name) for name in sectors], ignore_index=True)
        consortia = one.consortia.assign(sector=[f"sector-{k % n}" for k in range(len(one.consortia))])
        elements.append(replace(one, sectors=own, consortia=consortia))
    packages = content.packages.assign(sector=[f"sector-{k % n}" for k in range(len(content.packages))])
    programme = content.programme.model_copy(update={"sectors": sectors})
    return replace(content, elements=tuple(elements), packages=packages, programme=programme)


@pytest.mark.parametrize("n", [1, 10])
def test_one_sector_and_ten(short, language, n):
    page = render_synthesis(with_sectors(short, n), language)
    part = section(page, "glance")
    assert part.count('class="sign"') == n * 2
    assert ("compact" in part) == (n == 10)
    if n == 10:  # words are there for who cannot see the signs
        assert part.count('<span class="hidden"> ') == n * 2


def test_many_consortia_have_their_figure_in_the_appendix(short, language):
    many = tuple(replace(one, consortia=pd.concat([one.consortia] * 3, ignore_index=True)) for one in short.elements)
    page = render_synthesis(replace(short, elements=many), language)
    technical = page[page.index('id="technical"') :]
    assert 'id="element-certificate-consortia-title"' in technical
    assert 'id="element-certificate-sectors-title"' in section(page, "group-not_enough_evidence")


def test_without_an_effect_nothing_is_drawn_or_made_up(content, language):
    empty = content.elements[-1]
    numbers = (
        "estimate",
        "std_error",
        "df",
        "conf_low",
        "conf_high",
        "pred_low",
        "pred_high",
        "tau",
        "p_worthwhile_new",
    )
    row = dict(empty.row) | dict.fromkeys(numbers, np.nan)
    gone = dict.fromkeys(("estimate", "std_error", "df", "conf_low", "conf_high"), np.nan)
    empty = replace(empty, row=row, sectors=empty.sectors.assign(**gone), consortia=empty.consortia.assign(**gone))
    page = render_synthesis(replace(content, elements=(empty,)), language)
    assert Messages(language)("report.synthesis.card.no_figure") in page
    assert Messages(language)("report.synthesis.large.nothing") in page
    assert "<svg" not in page
    of_all = replace(empty, row=row | {"estimate": 0.4})
    page = render_synthesis(replace(content, elements=(of_all,)), language)
    assert Messages(language)("report.synthesis.card.no_figure") not in page
    assert Messages(language)("report.synthesis.card.no_parts") in page


def test_an_exploratory_element_says_so(content, language):
    first = content.elements[0]
    explored = replace(first, row=dict(first.row) | {"planned": False})
    page = words_of(replace(content, elements=(explored,)), language)
    word = Messages(language)("report.synthesis.badge.exploratory")
    assert word in section(page, "glance")
    assert f'<span class="badge">{word}</span>' in page


def test_two_outcomes_of_one_element_have_titles_of_their_own(content, language, titles):
    one = content.elements[0]
    other = replace(one, name="shared_purpose-2", outcome={"nl": "vertrouwen", "en": "trust"},
                    row=dict(one.row) | {"outcome": "trust"})  # fmt: skip
    page = render_synthesis(replace(content, elements=(one, other)), language)
    assert section(page, "glance").count("<table") == 2
    assert {"nl": "Gedeeld doel: vertrouwen", "en": "Shared purpose: trust"}[language] in page
    assert len(set(re.findall(r'<h3 id="([^"]+)"', page))) == len(re.findall(r'<h3 id="', page))


def test_it_is_said_when_nothing_could_be_computed_in_two_stages(short, language):
    none = tuple(replace(one, two_stage=dict.fromkeys(one.two_stage, np.nan)) for one in short.elements)
    say = Messages(language)
    sentence = say("report.synthesis.technical.two_stage_none", least=2)
    table = say("report.synthesis.technical.two_stage_table")
    page = words_of(replace(short, elements=none), language)
    assert sentence in page
    assert table not in page
    assert sentence not in words_of(short, language)
