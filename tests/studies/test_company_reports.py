"""From what a study shows to the report of one company: only what was released, by fixed rules. All is invented."""

from dataclasses import replace

import pandas as pd
import pytest
from pydantic import TypeAdapter

from lcresearch.reporting.change_content import ChangeContent, ChangeNumbers, PooledScore, ScaleChange
from lcresearch.reporting.company_content import CompanyReports, CompanyScale, CompanyScore
from lcresearch.reporting.company_page import render_company
from lcresearch.reporting.content import (
    Head,
    ItemContent,
    Origin,
    Participation,
    ReportContent,
    ResponseOverview,
    ScaleContent,
)
from lcresearch.studies.company_findings import finding_of, findings
from lcresearch.studies.company_folders import company_folders
from lcresearch.studies.company_reports import Sources, company_reports
from lcresearch.studies.firm_questions import FirmQuestion, FirmQuestionsFile

FIRMS = {"Aa": 3.0, "Bb": 3.4, "Cc": 2.6}
WAVES = {"t0": {"nl": "eerst", "en": "first"}, "t1": {"nl": "later", "en": "later"}}


def scores(shift=0.0, hidden=(), firms=None):
    """A row a firm and wave; hidden ones have a reason and no number."""
    rows = [
        ("organisation", "", firm, wave, *((8, mean + shift, 0.6, mean + shift - 0.4, mean + shift + 0.4, True, None)
         if (firm, wave) not in hidden else (None, None, None, None, None, False, "few")))
        for firm, mean in (firms or FIRMS).items() for wave in WAVES
    ]  # fmt: skip
    columns = ["level", "parent", "group", "wave", "n", "mean", "sd", "conf_low", "conf_high", "released", "reason"]
    frame = pd.DataFrame(rows, columns=columns)
    return frame.astype(dict.fromkeys(["n", "mean", "sd", "conf_low", "conf_high"], float))


def scale(name, items, table) -> ScaleContent:
    overall = pd.DataFrame({"wave": list(WAVES), "n": 24, "mean": 3.1, "sd": 0.6, "conf_low": 2.9, "conf_high": 3.3})
    return ScaleContent(
        name=name, title={"nl": name.title(), "en": name.title()}, description={}, instrument_id="x",
        instrument_title={}, instrument_version="1.0.0", instrument_hash="0" * 64, provisional=False,
        origin=Origin("CC-BY-4.0"), level="organisation", composition="individual", minimum=1, maximum=5,
        items=tuple(ItemContent(one, {}, False, {}) for one in items), distribution=pd.DataFrame(), overall=overall,
        scores=table, low={"nl": "weinig", "en": "little"}, high={"nl": "veel", "en": "much"},
    )  # fmt: skip


def content(*, hidden=(), firms=None, change=None) -> ReportContent:
    table = scores(hidden=hidden, firms=firms)
    by_group = table[["level", "parent", "group", "wave", "released"]].assign(n_persons=table["n"])
    invited = table[["level", "parent", "group", "wave"]].assign(n_invited=10.0, n_persons=8, share=0.8)
    scales = (
        scale("whole", ("a", "b", "c", "d"), table),
        scale("left", ("a", "b"), scores(0.9, hidden, firms)),
        scale("right", ("c", "d"), scores(-0.9, hidden, firms)),
    )
    nothing = pd.DataFrame()
    return ReportContent(
        head=Head({"nl": "Proef"}, {}, ("nl", "en"), {"organisation": {"nl": "firma"}}, WAVES, 5,
                  provenance={"version": "0", "date": "2026-01-05"}),
        response=ResponseOverview(48, 48, 24, 24, nothing, by_group, nothing),
        scales=scales, withheld=nothing, change=change,
        participation=Participation(nothing, nothing, invited, None),
    )  # fmt: skip


def changed(**own) -> ChangeContent:
    numbers = {"n_linked": 8, "basis": "linked", "estimate": 0.5, "conf_low": 0.1, "conf_high": 0.9} | own
    groups = tuple(ChangeNumbers("organisation", "", firm, **numbers) for firm in FIRMS)
    overall = ChangeNumbers("all", "", "", **numbers)
    pooled = tuple(PooledScore("", firm, 8, mean, 3.05, 2.8, 3.3) for firm, mean in FIRMS.items())
    primary = ScaleChange("right", {"nl": "Right"}, 1, 5, True, "higher", 0.3, overall, groups=groups, pooled=pooled)
    return ChangeContent("before_after", None, "organisation", "t0", "t1", True, "these_firms", len(groups), primary)


def report(found: ReportContent, name="Aa", sources=None):
    return next(one for one in company_reports(found, "organisation", sources).reports if one.name == name)


def test_each_released_group_gets_its_own_numbers():
    found = company_reports(content(), "organisation")
    assert [one.name for one in found.reports] == ["Aa", "Bb", "Cc"]
    assert found.without == ()
    own = found.reports[1]
    assert own.scale("whole").at("t1").mean == pytest.approx(3.4)
    assert [(one.n_answered, one.n_invited) for one in own.answered] == [(8, 10), (8, 10)]
    assert own.folder == "bb"
    assert own.n_items == 4


def test_a_group_of_which_nothing_is_shown_has_no_report():
    found = company_reports(content(hidden={("Cc", "t0"), ("Cc", "t1")}), "organisation")
    assert [one.name for one in found.reports] == ["Aa", "Bb"]
    assert [one.name for one in found.without] == ["Cc"]
    assert not any("Cc" in render_company(one, "nl") for one in found.reports)


def test_what_is_hidden_is_counted_and_leaves_no_number():
    own = report(content(hidden={("Aa", "t0")}))
    assert own.n_hidden == 3
    assert own.scale("whole").at("t0") is None
    assert own.waves == ("t1",)


def test_reports_keep_as_json_and_come_back_the_same():
    adapter = TypeAdapter(CompanyReports)
    found = company_reports(content(change=changed(sureness="clear_gain")), "organisation")
    assert adapter.validate_json(adapter.dump_json(found)) == found


def test_the_primary_outcome_comes_first_then_what_was_asked_then_wholes():
    asked = FirmQuestionsFile(questions=(FirmQuestion(group="Aa", question="Hoe gaat links?", about=("left",)),))
    found = content(change=changed(sureness="clear_gain"))
    assert [one.name for one in report(found).scales] == ["right", "whole", "left"]
    assert [one.name for one in report(found, sources=Sources(questions=asked)).scales] == ["right", "left", "whole"]
    assert report(content(), sources=Sources(primary="left")).scales[0].name == "left"
    assert report(found).scale("whole").is_whole
    assert [one.question for one in report(found, sources=Sources(questions=asked)).questions] == ["Hoe gaat links?"]
    assert report(found, "Bb", Sources(questions=asked)).questions == ()


def test_change_is_that_of_the_company_and_of_all_where_there_are_others_enough():
    own = report(content(change=changed(sureness="likely_gain")))
    assert (own.changes[0].own.group, own.changes[0].own.sureness) == ("Aa", "likely_gain")
    assert own.changes[0].together is not None
    two = replace(changed(sureness="likely_gain"), n_groups=2)
    assert report(content(change=two)).changes[0].together is None
    hidden = changed(estimate=None, conf_low=None, conf_high=None, basis=None, reason="once")
    assert report(content(change=hidden)).changes[0].own.shown is False


def test_with_a_staggered_start_all_together_is_the_effect_of_having_started():
    change = changed(sureness="clear_gain")
    started = ChangeNumbers("all", "", "", n_linked=20, basis="linked", estimate=0.1, sureness="cannot_tell")
    staggered = replace(change, design="staggered_start", primary=replace(change.primary, started=started))
    assert report(content(change=staggered)).changes[0].together == started


def test_others_are_shown_together_only_where_none_can_be_worked_out():
    assert report(content()).peers.n_companies == 3
    two = {name: FIRMS[name] for name in ("Aa", "Bb")}
    own = report(content(firms=two, change=changed(sureness="clear_gain")))
    assert own.peers is None
    assert all(score.pooled is None for one in own.scales for score in one.scores)
    pooled = report(content(change=changed(sureness="clear_gain"))).scale("right")
    assert [score.pooled for score in pooled.scores] == [None, 3.05]


def test_a_study_of_one_company_has_one_report():
    found = company_reports(content(), None)
    assert [(one.name, one.level) for one in found.reports] == [("Proef", "all")]
    assert found.reports[0].scale("whole").at("t1").mean == pytest.approx(3.1)


def test_companies_that_share_a_name_are_told_apart():
    found = content()
    for one in (*found.scales,):
        one.scores["parent"] = one.scores["group"]
        one.scores["group"] = "Aa"
    found.response.by_group["parent"], found.response.by_group["group"] = found.response.by_group["group"], "Aa"
    reports = company_reports(found, "organisation").reports
    assert [(one.name, one.parent) for one in reports] == [("Aa", "Aa"), ("Aa", "Bb"), ("Aa", "Cc")]
    assert len({one.folder for one in reports}) == 3


@pytest.mark.parametrize("name", ["../../etc/passwd", "CON", "a/b\\c:d", "", "é" * 300, "…", "Aa\x00b", " .hidden"])
def test_folders_are_safe(name):
    (folder,) = company_folders([name])
    assert folder
    assert set(folder) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert len(folder) <= 60
    assert folder not in ("con", ".", "..")


def test_folders_of_names_that_look_alike_differ_also_where_case_does_not_count():
    folders = company_folders(["Aa bv", "AA BV", "aa-bv", "Bb"])
    assert len({one.lower() for one in folders}) == 4
    assert folders[3] == "bb"


def outcome(name, mean, *, sd=0.5, half=0.2, whole=False) -> CompanyScale:
    score = CompanyScore("t1", 9, mean, sd, mean - half, mean + half)
    return CompanyScale(name, {"nl": name}, {}, {}, 1.0, 5.0, (score,), is_whole=whole)


def test_highest_and_lowest_are_called_so_only_when_clearly_apart():
    apart = findings([outcome("a", 4.2), outcome("b", 3.0), outcome("sum", 4.9, whole=True)], "t1")
    assert [(one.kind, one.scales) for one in apart] == [("highest", ("a",)), ("lowest", ("b",))]
    near = findings([outcome("a", 3.2), outcome("b", 3.0)], "t1")
    assert [one.kind for one in near] == ["level", "close"]
    assert [one.kind for one in findings([outcome("a", 3.2, sd=1.0)], "t1")] == ["level", "mixed"]
    assert findings([], "t1") == ()


@pytest.mark.parametrize(("mean", "sd", "finding"), [(2.9, 0.5, "low"), (3.0, 0.5, "high"), (2.0, 1.0, "mixed")])
def test_what_a_scale_is_talked_about_for(mean, sd, finding):
    one = outcome("a", mean, sd=sd)
    assert finding_of(one, one.scores[0], None) == finding


@pytest.mark.parametrize(
    ("sureness", "estimate", "finding"),
    [
        ("clear_gain", 0.5, "risen"),
        ("likely_loss", -0.5, "fallen"),
        ("clear_gain", -0.5, "fallen"),
        ("cannot_tell", 0.5, "high"),
    ],
)
def test_only_a_change_that_is_sure_enough_is_talked_about(sureness, estimate, finding):
    own = report(content(change=changed(sureness=sureness, estimate=estimate)))
    one = outcome("right", 4.0)
    assert finding_of(one, one.scores[0], own.changes[0]) == finding


def test_there_are_always_three_things_to_talk_about():
    own = report(content())
    assert len(own.talks) == 3
    assert {one.scale for one in own.talks} == {"whole", "right", "left"}
    single = replace(content(), scales=content().scales[:1])
    assert [one.scale for one in report(single).talks] == ["whole", "", ""]
