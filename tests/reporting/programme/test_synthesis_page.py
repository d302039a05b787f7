"""The report on a programme: each verdict in words, no element missing, and nobody ranked."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from io import BytesIO
from typing import get_args

import numpy as np
import pandas as pd
import pytest
from openpyxl import load_workbook
from PIL import Image
from scipy import stats
from tests.conftest import DOT
from tests.reporting.programme.conftest import DATE, PAGES, a_programme, section

from lcresearch import reporting, synthesis
from lcresearch.errors import ReportingError, StudyError
from lcresearch.messages import Messages, text_keys
from lcresearch.reporting.content import Head
from lcresearch.reporting.synthesis_content import consortium_labels, synthesis_content
from lcresearch.reporting.synthesis_forest import Forest, ReportForests, report_forests
from lcresearch.reporting.synthesis_page import render_synthesis
from lcresearch.reporting.synthesis_wording import (
    consortia_needed,
    pairs_of_100,
    pairs_text,
    sign_of,
    titles_with_outcome,
)
from lcresearch.reporting.wording import Wording
from lcresearch.synthesis.packages.manifest import Reason

FORMULA = '=HYPERLINK("x")'
GROUPS = {
    "generic": "shared_purpose",
    "generic_lower": "no_budget",
    "sector_specific": "time_to_learn",
    "conditional": "facilitation",
    "no_worthwhile_effect": "mixed_groups",
    "not_enough_evidence": "certificate",
}


def words_of(content, language):
    """The report without figures, which take most of its time."""
    return render_synthesis(content, language, forests=ReportForests({}, {}))


@pytest.fixture
def text(folder, language):
    return (folder / PAGES[language]).read_text(encoding="utf-8")


def test_each_element_stands_once_under_its_verdict(found, text, language, titles):
    verdicts = found.elements.set_index("element")["verdict"]
    assert len(set(verdicts)) == 5
    say = Messages(language)
    for group, element in GROUPS.items():
        part = section(text, f"group-{group}")
        assert say(f"report.synthesis.group.{group}") in part
        assert re.findall(r'id="element-(\w+)">', part) == [element]
    assert len(re.findall(r'<article class="element"', text)) == len(titles)


def test_the_summary_names_every_element_with_how_sure_we_are(found, text, language, titles):
    points = section(text, "points")
    for nl, en in titles.values():
        assert {"nl": nl, "en": en}[language].replace("<", "&lt;").replace(">", "&gt;").split(" &lt;")[0] in points
    certainties = set(found.elements["certainty"])
    for certainty in certainties:
        assert Messages(language)(f"report.synthesis.certainty.{certainty.replace(' ', '_')}") in points


def test_tells_the_reason_of_each_verdict_with_titles_instead_of_names(found, text, language, titles):
    reasons = found.working_elements.reason_in(language)
    assert reasons[0] in text
    assert ("de sector Energie" if language == "nl" else "the sector Energy") in text
    assert "sector energy" not in text
    main = text[text.index("<main") : text.index('id="technical"')]
    plain = re.sub(r"<svg.*?</svg>|<[^>]+>", " ", main, flags=re.DOTALL)
    assert not re.search(r"shared_purpose|no_budget|energy|time_to_learn", plain)


def test_effects_are_told_as_pairs_of_people(found, text):
    row = found.elements.set_index("element").loc["shared_purpose"]
    pairs = round(100 * stats.norm.cdf(row["estimate"] / np.sqrt(2)))
    assert f" {pairs} " in section(text, "group-generic")
    assert "McGraw" in text


@pytest.mark.published("McGraw & Wong (1992), Psychological Bulletin 111, 361-365")
def test_pairs_are_the_probability_that_one_of_two_normal_scores_is_higher():
    rng = np.random.default_rng(5)
    one, other = rng.normal(0.4, 1, 400_000), rng.normal(0, 1, 400_000)
    assert pairs_of_100(0.4) == pytest.approx(100 * (one > other).mean(), abs=0.3)
    # heights of men and women, 69.7 (sd 2.8) and 64.3 (sd 2.6) inches: .92 in McGraw & Wong (1992), as the manual of
    # the R package canprot gives it (CLES); half of the last printed digit
    assert pairs_of_100((69.7 - 64.3) / np.sqrt((2.8**2 + 2.6**2) / 2)) == pytest.approx(92, abs=0.5)
    assert pairs_of_100(0) == 50
    say = Wording(Head({"en": ""}, {"en": ""}, ("en",), {}, {}, 10), "en")
    assert [pairs_text(effect, say) for effect in (9.0, -9.0, float("nan"))] == ["99", "1", "–"]


@pytest.mark.parametrize(
    ("effect", "sign"),
    [
        ((0.3, 0.1, 0.5), "higher"), ((-0.3, -0.5, -0.1), "lower"), ((0.0, -0.09, 0.09), "within"),
        ((0.09, 0.01, 0.2), "unknown"), ((0.3, -0.1, 0.7), "unknown"), ((np.nan, np.nan, np.nan), "none"),
        ((0.3, np.nan, np.nan), "unknown"),
    ],
)  # fmt: skip
def test_a_sign_needs_an_effect_that_matters_and_is_not_zero(effect, sign):
    assert sign_of(*effect, 0.1) == sign


def test_the_consortia_needed_would_decide():
    """With so many consortia the interval fits within the bounds, and with one fewer it does not."""
    needed = consortia_needed(0.02, 0.06, 0.0, 0.1, now=8)
    half = [stats.norm.ppf(0.975) * 0.06 * np.sqrt(8 / n) for n in (needed, needed - 1)]
    assert half[0] <= 0.1 - 0.02 < half[1]
    assert consortia_needed(0.3, 0.02, 0.0, 0.1, now=8) == 9
    assert np.isinf(consortia_needed(0.2, 0.05, 0.5, 0.1, now=8))


def test_says_what_it_takes_where_nothing_is_known(text, language, titles):
    part = section(text, "open")
    assert titles["certificate"][language == "en"] in part
    assert ("Meer consortia alleen helpen niet" if language == "nl" else "More consortia alone will not help") in part


@pytest.mark.parametrize("reason", get_args(Reason))
def test_every_reason_to_hold_back_has_words(reason):
    assert f"report.synthesis.held_back.{reason}" in text_keys()


def test_stopped_communities_and_null_results_are_records(text, language):
    part = section(text, "records")
    assert ("Er is 1 learning community gestopt." if language == "nl" else "1 learning community stopped.") in part
    assert ("Gemengde groepen" if language == "nl" else "Mixed groups") in part


def test_tells_what_changed(text, found, language):
    part = section(text, "changes")
    for consortium in found.changes_since()["new_packages"].iloc[0].split(", "):
        assert consortium.replace('"', "&#34;") in part
    assert text.count('href="#changes"') == 1


def test_signs_do_not_rest_on_colour_and_stand_in_every_sector(text, language, titles):
    part = section(text, "glance")
    cells = re.findall(r'<td class="sign"><span aria-hidden="true">(.)</span><span> ([^<]+)</span></td>', part)
    assert len(cells) == 3 * len(titles)
    assert set(cells) <= {
        tuple(Messages(language)(f"report.synthesis.sign.{s}").split(" ", 1))
        for s in ("higher", "lower", "within", "unknown", "none")
    }


def test_consortia_stand_beside_no_effect_by_name_and_in_no_order(found, folder, text):
    main = text[: text.index('id="technical"')]
    before = main[: main.index('aria-labelledby="changes"')]
    assert "Ooievaar" not in before
    assert "HYPERLINK" not in before
    for name in ("consortia", "leave_one_out"):
        assert "Ooievaar" not in (folder / "tables" / f"{name}.csv").read_text(encoding="utf-8")
    labels = consortium_labels(found.packages, found.programme, anonymous=True)
    assert sorted(labels.values()) == [f"C{n:02d}" for n in range(1, 13)]
    named = [list(labels).index(name) for name in sorted(labels)]
    assert named != sorted(named)
    table = pd.read_csv(folder / "tables" / "consortia.csv")
    own = table[table["element"] == "certificate"]
    assert own["consortium"].tolist() == sorted(own["consortium"])
    assert not own["estimate"].is_monotonic_increasing
    for word in ("best", "beste", "ranking", "ranglijst", "top 3"):
        assert not re.search(rf"\b{word}\b", before, re.IGNORECASE)


def test_names_stand_in_figures_only_when_asked(found):
    content = synthesis_content(found, anonymous=False)
    page = render_synthesis(replace(content, elements=content.elements[:1]), "nl")
    assert "Ooievaar 2" in page[: page.index('aria-labelledby="open"')]
    assert "op alfabet" in page


def test_the_appendix_has_every_model_estimate_test_and_rule(found, text, language):
    part = section(text, "technical")
    assert "culture[t1] - culture[t0] ~ sector + shared_purpose" in part
    say = Messages(language)
    for estimate in found.estimates["estimate"]:
        assert say.number(estimate, digits=3) in part
    for rules in (synthesis.elements.verdict_rules(), synthesis.elements.certainty_rules()):
        for words in rules.in_words(language).values():
            assert words.replace("'", "&#39;") in part
    assert "Consortium Ooievaar 7" in part
    assert "abababababababab" in part


def test_every_text_has_its_language_and_nothing_is_left_to_fill_in(text, language):
    shown = re.sub(
        r"<style>.*?</style>|<svg.*?</svg>|<code>.*?</code>|<p class=.languages.*?</p>", "", text, flags=re.DOTALL
    )
    assert "{" not in shown
    assert "nan" not in re.findall(r"\w+", shown.lower())
    other = {"nl": ("certainty", "worthwhile", "the "), "en": ("zekerheid", "waard", " het ")}[language]
    plain = re.sub(r"<[^>]+>", " ", shown)
    assert not any(word in plain for word in other)
    assert f'<html lang="{language}">' in text


def test_neither_markup_nor_formulas_come_through(folder, text):
    assert "<script" not in text
    assert "&lt;script&gt;" in text
    packages = pd.read_csv(folder / "tables" / "packages.csv")
    assert "'" + FORMULA in packages["consortium"].tolist()
    book = load_workbook(folder / "tables" / "tables.xlsx")
    assert all(cell.data_type != "f" for sheet in book for row in sheet.iter_rows() for cell in row)
    assert "packages" in book.sheetnames


def test_marks_made_up_data_everywhere(folder, text, language):
    assert text.count(Messages(language)("report.simulated.short")) >= 3
    assert "@top-center" in text
    assert all("simulated" in pd.read_csv(path).columns for path in (folder / "tables").glob("*.csv"))
    assert json.loads((folder / "run.json").read_text(encoding="utf-8"))["simulated"] is True


def test_files_stand_beside_the_page(found, folder, titles):
    tables = {path.stem for path in (folder / "tables").glob("*.csv")}
    assert {"elements", "estimates", "sectors", "consortia", "moderators", "packages", "leave_one_out"} <= tables
    for language in ("nl", "en"):
        for kind in ("svg", "png"):
            assert len(list((folder / "figures").glob(f"*.{language}.{kind}"))) == len(titles)
    assert synthesis.read_synthesis(folder).programme == "invented"
    record = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    assert record["inputs"] == {"programme.yaml": "ab" * 32}
    assert len(record["packages"]) == 12


def test_the_same_result_gives_the_same_bytes(found, left_out, folder, tmp_path, monkeypatch):
    monkeypatch.setattr(Forest, "png", lambda forest: DOT)  # as those of the folder
    reporting.save_synthesis(
        found, tmp_path / "again", leave_one_out=left_out, date=DATE, inputs={"programme.yaml": "ab" * 32}
    )
    for path in folder.rglob("*.*"):
        assert path.read_bytes() == (tmp_path / "again" / path.relative_to(folder)).read_bytes(), path.name


def test_the_same_figure_gives_the_same_picture(found):
    content = synthesis_content(found)
    some = replace(content, elements=content.elements[:1])
    say = Wording(content.head, "nl")
    one, other = (report_forests(some, titles_with_outcome(some.elements, say), say).all()[0].png() for _ in range(2))
    assert one == other
    with Image.open(BytesIO(one)) as picture:
        assert picture.format == "PNG"
        assert len(picture.convert("L").getcolors()) > 10


def test_refuses_what_it_cannot_write(found, folder, tmp_path):
    with pytest.raises(ReportingError, match="P002"):
        reporting.save_synthesis(found, tmp_path / "no", languages=["de"])
    with pytest.raises(StudyError, match="G002"):
        reporting.save_synthesis(found, folder)
    assert not (tmp_path / "no").exists()


def test_the_card_says_how_often_the_verdict_hangs_on_one_consortium(found, left_out, language):
    changed = left_out.assign(verdict_changed=left_out["element"] == "time_to_learn")
    content = synthesis_content(found, leave_one_out=changed)
    some = tuple(one for one in content.elements if one.name in ("shared_purpose", "time_to_learn"))
    assert len(some) == 2
    page = words_of(replace(content, elements=some), language)
    words = Messages(language)("report.synthesis.card.hangs_on_one", n=2, total=2)
    assert page.count(words) == 1


def test_a_synthesis_writes_its_own_report(packages, tmp_path, monkeypatch):
    monkeypatch.setattr(Forest, "png", lambda forest: DOT)  # other tests look at pictures
    found = synthesis.synthesize(packages[:3], a_programme())
    written = found.report(tmp_path / "results", languages=["en"])
    assert written.name == "report.html"
    assert "Shared purpose" in written.read_text(encoding="utf-8")
    left_out = pd.read_csv(written.parent / "tables" / "leave_one_out.csv")
    assert left_out["without"].nunique() == 3
    with pytest.raises(StudyError):
        found.report(tmp_path / "results", languages=["en"])


def test_pandas_and_openpyxl_read_the_numbers_of_the_synthesis(found, folder):
    stored = pd.read_csv(folder / "tables" / "elements.csv", encoding="utf-8-sig").set_index("element")
    sheet = load_workbook(folder / "tables" / "tables.xlsx")["elements"]
    head, *rows = sheet.values
    expected = found.elements.set_index("element")
    numbers = ["estimate", "std_error", "conf_low", "conf_high"]
    np.testing.assert_allclose(stored[numbers], expected.loc[stored.index, numbers].astype(float), rtol=1e-12)
    in_excel = pd.DataFrame(rows, columns=head).set_index("element")[numbers].astype(float)
    np.testing.assert_allclose(in_excel.loc[stored.index], stored[numbers], rtol=1e-12)
