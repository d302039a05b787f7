"""The whole way in a browser: divide, code blind, see how far coders agree, settle with mouse and keys."""

from __future__ import annotations

import pytest
from tests.accessibility import violations
from tests.app.coding_team.conftest import STUDY, code_like

from lcresearch.interviews import coder_agreement, read_project
from lcresearch.interviews.coding_agreement.agreed_coder import AGREED
from lcresearch.interviews.coding_agreement.finished import finished_texts
from lcresearch.messages import Messages

WIDTHS = (1280, 800, 390)


def too_wide(page) -> list[int]:
    """Widths of a window at which one would have to scroll sideways."""
    page.wait_for_load_state()
    found = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        found += [width] if page.evaluate("document.documentElement.scrollWidth") > width else []
    page.set_viewport_size({"width": WIDTHS[0], "height": 900})
    return found


@pytest.mark.browser
@pytest.mark.parametrize("language", ["nl"])  # one way through in each: see test_every_page
def test_from_plan_to_agreed_coding(serve, visit, coded_study, language):
    folder, file = coded_study
    say = Messages(language)
    served = serve(folder)
    coding = f"{served.url}/studies/{STUDY}/coding"
    page = visit(served, language, f"/studies/{STUDY}/coding/plan")

    for name in ("An", "Bo"):
        page.get_by_label(say("app.coding_team.plan.name"), exact=True).fill(name)
        page.get_by_role("button", name=say("app.coding_team.plan.add"), exact=True).click()
        page.get_by_role("status").filter(has_text=name).wait_for()
    assert violations(page) == []
    page.get_by_label(say("app.coding_team.plan.share")).fill("30")
    page.get_by_role("button", name=say("app.coding_team.plan.propose"), exact=True).click()
    page.get_by_role("heading", name=say("app.coding_team.plan.proposal", n=2, total=6)).wait_for()
    assert file.assignments().empty
    assert too_wide(page) == []
    assert violations(page) == []
    page.get_by_role("button", name=say("app.coding_team.plan.take"), exact=True).click()
    page.get_by_role("status").filter(has_text="6").wait_for()
    plan = file.assignments()
    assert plan["document"].nunique() == 6
    assert len(plan) == 8
    page.get_by_role("button", name=say("app.coding_team.plan.save")).wait_for()
    assert violations(page) == []

    an, bo = file.coders()["coder"]
    shared = [str(one) for one, mine in plan.groupby("document") if len(mine) == 2]
    for document in shared:
        code_like(file, document, an, bo)
        file.finish(document, an)
    page.goto(f"{coding}/agreement")
    page.get_by_role("link", name=say("app.coding_team.agreement.to_plan")).wait_for()
    assert violations(page) == []
    for document in shared:
        file.finish(document, bo)

    page.reload()
    texts = finished_texts(file.project(), file.assignments())
    expected = coder_agreement(texts.project, texts.coders, read=texts.read)
    rows = expected.by_code().set_index("code")
    assert float(page.get_attribute("[data-alpha]", "data-alpha")) == rows.loc["(all)", "krippendorff_alpha"]
    table = page.locator("table.team-codes")
    for code, row in rows.iterrows():
        name = say("coder_agreement.plot.all") if code == "(all)" else code
        cells = table.locator("tr", has=page.get_by_role("rowheader", name=name, exact=True)).locator("td")
        shown = [cells.nth(at).text_content().strip() for at in (2, 4, 5)]
        assert shown[:2] == [say.number(row[term], digits=2) for term in ("krippendorff_alpha", "cohen_kappa")]
        assert shown[2] == say.percent(row["percent_agreement"])
    assert page.locator("img.team-figure").evaluate("image => image.complete && image.naturalWidth > 100")
    assert too_wide(page) == []
    assert violations(page) == []

    page.get_by_role("link", name=say("app.coding_team.agreement.next")).click()
    page.get_by_role("heading", name=say("app.coding_team.settle.title")).wait_for()
    assert too_wide(page) == []
    assert violations(page) == []
    before = file.codings()
    page.get_by_label(say("app.coding_team.settle.choice_boundaries")).check()
    page.get_by_label(say("app.coding_team.settle.own"), exact=True).check()
    page.get_by_role("button", name=say("app.coding_team.settle.end_back"), exact=True).click()
    page.get_by_role("button", name=say("app.coding_team.settle.start_on"), exact=True).click()
    assert page.locator("[data-preview]").text_content() == "is geen tijd om iets uit te"
    page.locator("#f-remark").fill("<script>alert(1)</script> zonder het begin")
    page.locator("#f-who").fill("An & Bo")
    assert violations(page) == []
    page.get_by_role("button", name=say("app.coding_team.settle.save"), exact=True).click()
    page.get_by_text(say("app.coding_team.settle.progress", n=1, total=8)).wait_for()
    kept = file.decisions().iloc[0]
    text = file.document(kept["document"]).text
    start, end = (int(one) for one in kept["agreed_boundaries"].split("-"))
    assert text[start:end] == "is geen tijd om iets uit te"
    assert (kept["who"], kept["outcome"]) == ("An & Bo", "kept")

    for n, key in enumerate(("1", "2", "1", "1", "2", "1", "2"), start=2):
        page.locator("main").click(position={"x": 5, "y": 5})
        page.keyboard.press(key)
        page.keyboard.press("Control+Enter")
        page.get_by_text(say("app.coding_team.settle.progress", n=n, total=8)).wait_for()
    page.get_by_text(say("app.coding_team.settle.whole", n=2)).wait_for()
    project = read_project(file.path)
    agreed = project.codings[project.codings["coder"] == AGREED]
    assert set(agreed["document"]) == set(shared)
    after = file.codings()
    assert after[after["coder"] != AGREED].reset_index(drop=True).equals(before)

    page.keyboard.press("n")
    page.get_by_role("button", name=say("app.coding_team.settle.undo")).click()
    page.get_by_text(say("app.coding_team.settle.progress", n=7, total=8)).wait_for()
    assert violations(page) == []
    assert len(file.decisions()) == 7
    assert len(set(file.codings(coders=[AGREED])["document"])) == 1
