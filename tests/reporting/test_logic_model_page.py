"""The figure and page of a logic model: lines pass no box, gaps stand out, text is harmless. All of it is invented."""

import dataclasses
import random
import re

import openpyxl
import pandas as pd
import pytest

from lcresearch.errors import ReportingError
from lcresearch.integration import LogicModelFile, logic_model
from lcresearch.integration.logic_models.findings import Names
from lcresearch.integration.logic_models.from_voices import of_mechanisms
from lcresearch.integration.logic_models.model import KINDS
from lcresearch.reporting.layered_layout import Link, layered_layout
from lcresearch.reporting.logic_model_figure import logic_model_drawing
from lcresearch.reporting.logic_model_files import write_logic_model
from lcresearch.reporting.logic_model_page import render_logic_model
from lcresearch.reporting.svg import svg_file

TODAY = {"date": "2026-03-05"}
HOSTILE = '<script>alert(1)</script>"&=1+1'


def model(title="Vertrouwen", n=7):
    constructs = {
        f"c{k}": {"kind": KINDS[k % 7], "title": {"nl": f"{title} {k}", "en": f"Construct {k}"}} for k in range(n)
    }
    arrows = [{"from": f"c{k}", "to": f"c{k + 1}"} for k in range(n - 1)]
    arrows += [{"from": "c0", "to": "c6"}, {"from": "c6", "to": "c1", "feedback": True}]
    content = {"id": "invented", "title": {"nl": title, "en": title}, "constructs": constructs, "arrows": arrows}
    return LogicModelFile.model_validate(content)


def found(**more):
    studies = [
        {"arrow": "c0 -> c1", "study": "A", "estimate": 0.6, "std_error": 0.1, "measure": "SMD", "certainty": "low"},
        {"arrow": "c1 -> c2", "study": "B", "estimate": -0.3, "std_error": 0.1, "measure": "SMD"},
        {"arrow": "c2 -> c3", "study": HOSTILE, "direction": "positive"},
    ]
    return logic_model(model(**more), manual=studies)


def inside(point, box):
    (x, y), (left, upper, width, height) = point, box
    return left + 1 < x < left + width - 1 and upper + 1 < y < upper + height - 1


@pytest.mark.parametrize("seed", range(12))
def test_no_line_goes_through_a_box(seed):
    chance = random.Random(seed)
    columns = [[f"{n}.{k}" for k in range(chance.randint(1, 6))] for n in range(6)]
    names = [name for column in columns for name in column]
    heights = {name: chance.choice([38.0, 54.0, 86.0]) for name in names}
    pairs = {tuple(chance.sample(names, 2)) for _ in range(24)}
    links = [Link(a, b, low=chance.random() < 0.1) for a, b in sorted(pairs)]
    plan = layered_layout(columns, heights, links, box_width=150, gap=90)
    for link, path in zip(links, plan.paths, strict=True):
        for name, box in plan.boxes.items():
            assert not any(inside(point, box) for point in path), (link, name)
    boxes = list(plan.boxes.values())
    for n, (x, y, width, height) in enumerate(boxes):
        for left, upper, _, other in boxes[n + 1 :]:
            assert x != left or y + height <= upper or upper + other <= y, width


def test_a_gap_has_a_question_mark_and_what_is_known_a_sign():
    svg = svg_file(logic_model_drawing(found(), "nl"))
    assert ">1 +<" in svg
    assert ">2 −<" in svg
    assert ">3 ~<" in svg
    assert ">4 ?<" in svg
    assert "stroke-dasharray" in svg
    assert "niemand heeft dit onderzocht" in svg


def test_the_description_tells_the_numbers():
    assert "Clear answer: 2." in logic_model_drawing(found(), "en").description


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_page_shows_gaps_first_and_escapes_what_people_wrote(language):
    page = render_logic_model(found(title=HOSTILE), language)
    assert "<script>" not in page
    assert page.index('id="gaps"') < page.index('id="figure"') < page.index('id="arrows"')
    assert page == render_logic_model(found(title=HOSTILE), language)


def test_what_was_told_is_in_words_of_the_model_and_no_cell_is_blank():
    content = model(n=7).model_dump(by_alias=True, exclude_unset=True)
    content["constructs"]["c1"]["element"] = "time_to_learn"
    terms = pd.DataFrame({"element": ["time_to_learn"], "term": ["~time_to_learn*c4"], "present": [True]})
    terms = terms.assign(outcome="c2", analysis="growth")
    page = render_logic_model(logic_model(LogicModelFile.model_validate(content), cases=terms), "nl", provenance=TODAY)
    assert "zonder Vertrouwen 1 + Vertrouwen 4" in page
    assert "time_to_learn" not in page
    assert not re.search(r"<t[dh][^>]*>\s*</t[dh]>", page)
    assert "5 maart 2026" in page
    assert "2026-03-05" not in page


def test_mechanisms_are_told_by_so_many_of_those_who_were_asked():
    spoken = pd.DataFrame({"element": ["trust"], "of_persons": [40.0]})
    how = pd.DataFrame({"element": ["trust"], "code": ["x"], "name": ["X"], "kind": ["mechanism"], "n_persons": [3.0]})
    names = Names.of(model())
    [one] = of_mechanisms("interviews", how, names, {}, spoken)
    assert (one.values["n_persons"], one.values["of_persons"]) == (3.0, 40.0)


def test_files_are_written_together_or_not_at_all(tmp_path):
    paths = write_logic_model(found(), tmp_path, ["nl", "en"])
    assert [path.name for path in paths[:2]] == ["logic_model.html", "logic_model.en.html"]
    assert {path.suffix for path in paths} == {".html", ".svg", ".png", ".xlsx"}
    with pytest.raises(ReportingError, match="G002"):
        write_logic_model(found(), tmp_path, ["nl"])
    assert write_logic_model(found(), tmp_path, ["nl"], force=True)


def test_a_result_draws_itself():
    figure = found().plot(language="en")
    assert any("only told of" in text.get_text() for text in figure.findobj(lambda one: hasattr(one, "get_text")))


def test_codes_have_their_name_in_the_language_of_the_page():
    told = pd.DataFrame({"kind": ["interviews"], "result": ["interviews"], "term": ["Van elkaar leren + Vertrouwen"],
                         "outcome": ["Vertrouwen"]})  # fmt: skip
    whole = found()
    row = whole.evidence.iloc[[0]].drop(columns=["kind", "result", "term", "outcome"]).reset_index(drop=True)
    row = row.assign(study="", estimate=float("nan"), direction="unclear", nearest="").join(told)
    titles = {"Van elkaar leren": {"en": "Learning from each other"}, "Vertrouwen": {"en": "Trust"}}
    whole = dataclasses.replace(whole, left_over=row, evidence=row.drop(columns="nearest"), code_titles=titles)
    english = render_logic_model(whole, "en", provenance=TODAY)
    assert "Learning from each other + Trust" in english
    assert "Van elkaar leren" not in english
    assert "Van elkaar leren + Vertrouwen" in render_logic_model(whole, "nl", provenance=TODAY)


def test_the_workbook_of_a_made_up_model_says_so(tmp_path):
    invented = logic_model(model().model_copy(update={"simulated": True}))
    write_logic_model(invented, tmp_path, languages=["en"])
    cells = [
        str(cell.value)
        for sheet in openpyxl.load_workbook(tmp_path / "logic_model.xlsx")
        for row in sheet.iter_rows()
        for cell in row
    ]
    assert any("invented" in cell and cell.startswith("yes") for cell in cells)
