"""The validation of an instrument: figures are those of the separate functions, nothing tells on persons."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from lcresearch import instruments, measurement
from lcresearch.disclosure import Policy
from lcresearch.errors import DisclosureError, MeasurementError, StudyError
from lcresearch.measurement.instrument_validation.norms import percentiles
from lcresearch.measurement.instrument_validation.people import account_of, families
from lcresearch.measurement.instrument_validation.result_tables import reason_in_words
from lcresearch.messages import Messages
from lcresearch.reporting.validation_page import render_validation

REFERENCE = Path(__file__).parents[1] / "reference"
BIG_FIVE = Path(__file__).parents[1] / "instruments" / "big-five.yaml"
AGREE = ["A1", "A2", "A3", "A4", "A5"]


@pytest.fixture(scope="module")
def big_five():
    return instruments.load(BIG_FIVE)


@pytest.fixture(scope="module")
def answers():
    return pd.read_csv(REFERENCE / "data" / "bfi.csv.gz")


@pytest.fixture(scope="module")
def of_big_five(big_five, answers):
    return measurement.validation(big_five, answers)


def invented(n, *, seed=1, loading=0.8, groups=None):
    """Made-up answers to the items of psychological-safety, some of which are reversed."""
    voice = instruments.load("psychological-safety")
    rng = np.random.default_rng(seed)
    safety = rng.normal(size=n)
    if groups is not None:
        safety += rng.normal(0, 0.5, groups.max() + 1)[groups]
    columns = {}
    for item in voice.items:
        direction = -1 if item.reversed else 1
        answer = 3 + direction * loading * safety + rng.normal(0, np.sqrt(1 - loading**2), n)
        columns[item.id] = np.clip(np.round(answer), 1, 5)
    return voice, pd.DataFrame(columns)


@pytest.fixture(scope="module")
def in_teams():
    """Eight teams of 30, one of 4 and one without a name: 10 persons."""
    team = np.repeat(np.arange(9), [30] * 8 + [4])
    voice, frame = invented(len(team) + 10, groups=np.r_[team, np.full(10, 9)])
    names = [*(f"team {number}" for number in team), *[None] * 10]
    return voice, frame.assign(team=names)


@pytest.fixture(scope="module")
def of_teams(in_teams):
    voice, frame = in_teams
    return measurement.validation(voice, frame, groups="team", simulated=True)


def test_figures_are_those_of_the_separate_functions(of_big_five, big_five, answers):
    keyed = big_five.reversed(answers, "agree")
    keyed = keyed[big_five.score(answers)["agree"].notna()]
    table = of_big_five.tidy().query("scale == 'agree'").set_index(["part", "term"])["estimate"]
    reliable = measurement.reliability(keyed, AGREE).glance().iloc[0]
    assert table["reliability", "cronbach_alpha"] == pytest.approx(reliable["cronbach_alpha"], abs=1e-12)
    assert table["reliability", "omega_total"] == pytest.approx(reliable["omega_total"], abs=1e-12)
    fit = measurement.cfa(f"agree =~ {' + '.join(AGREE)}", keyed, estimator="MLR", missing="fiml", std_lv=True)
    for term in ("cfi", "tli", "rmsea", "srmr"):
        assert table["model", term] == pytest.approx(fit.fit_measures[term], abs=1e-10)
    advised = measurement.parallel_analysis(keyed, AGREE, seed=0).glance().iloc[0]
    assert table["dimensions", "n_components"] == advised["n_components"]


def test_alpha_is_that_of_psych(of_big_five):
    published = json.loads((REFERENCE / "psychometrics" / "alpha_agreeableness.json").read_text(encoding="utf-8"))
    found = of_big_five.tidy().query("scale == 'agree' and term == 'cronbach_alpha'")["estimate"].iloc[0]
    assert found == pytest.approx(published["values"]["pairwise"]["total"]["raw_alpha"], abs=1e-6)


def test_says_what_may_be_done(of_big_five):
    uses = of_big_five.uses("en").query("scale == 'agree'").set_index("use")
    assert uses.loc["Make one score of all items", "answer"] == "yes"
    assert uses.loc["Say something about one person", "answer"] == "no"
    assert of_big_five.uses("nl")["reasons"].map(len).min() >= 1


def test_percentiles_are_those_of_r_and_need_persons_on_either_side():
    # R 4.5.0: quantile(c(1.2, 3.4, 2.2, 4.8, 3.0, 2.6, 3.8, 1.9, 4.1, 2.9, 3.3, 2.0), c(.25, .5, .75), type = 8)
    scores = np.array([1.2, 3.4, 2.2, 4.8, 3.0, 2.6, 3.8, 1.9, 4.1, 2.9, 3.3, 2.0])
    found = percentiles(scores, Policy(minimum_cell=3))
    assert [found["p25"], found["p50"], found["p75"]] == pytest.approx([2.083333, 2.95, 3.633333], abs=1e-6)
    assert np.isnan([found["p10"], found["p90"]]).all()


def test_small_groups_are_in_no_table_and_no_text(of_teams):
    everything = json.dumps(of_teams.to_dict())
    hidden = of_teams.tables()["norms"].query("by == 'team' and not released")
    assert "team 8" in hidden["group"].tolist()
    assert hidden[["n", "mean", "sd", "p50"]].isna().to_numpy().all()
    shown = of_teams.tables()["norms"].query("by == 'team' and released")
    assert shown["n"].min() >= 5
    for name, table in of_teams.tables().items():
        if name != "norms" and "group" in table:
            assert "team 8" not in table["group"].astype(str).tolist(), name
        if "unit" in table:
            assert "team 8" not in table["unit"].astype(str).tolist(), name
    assert everything.count("team 8") == 1


def test_nothing_follows_by_subtraction(of_teams):
    norms = of_teams.tables()["norms"]
    everybody = norms[norms["by"] == "all"].iloc[0]
    shown = norms[(norms["by"] == "team") & norms["released"]]
    left = int(everybody["n"]) - int(shown["n"].sum())
    assert left == 0 or left >= 5


def test_a_small_group_alone_takes_another_with_it():
    voice, frame = invented(64)
    team = np.repeat(["a", "b", "c"], [30, 30, 4])
    norms = measurement.validation(voice, frame.assign(team=team), groups="team").tables()["norms"]
    reasons = norms[norms["by"] == "team"].set_index("group")["reason"].dropna().to_dict()
    assert reasons["c"] == "few"
    assert "complement" in reasons.values()


def test_rare_extreme_answers_are_not_counted():
    voice, frame = invented(200)
    first = frame.columns[0]
    frame[first] = np.where(frame[first] == 1, 2, frame[first])
    frame.loc[0, first] = 1
    table = measurement.validation(voice, frame).tables()["items"].set_index("item")
    assert table.loc[first, ["floor", "ceiling", "sd"]].isna().all()
    assert abs(table.loc[first, "mean"] - 3) < 1


def test_averaging_follows_the_gate(of_teams):
    one = next(iter(of_teams.scales.values()))
    answer = {"yes": "yes", "mixed": "care", "no": "no", "unknown": "unknown"}
    average = next(use for use in one.uses if use.name == "average")
    assert average.answer == answer[one.parts.agreement.verdict.warranted]
    assert average.by == "team"


def test_evidence_is_accepted_without_a_warning(of_big_five, tmp_path):
    file = yaml.safe_load(BIG_FIVE.read_text(encoding="utf-8"))
    before = instruments.check(BIG_FIVE)
    file |= yaml.safe_load(of_big_five.evidence_yaml(reference="Somebody (2026)"))
    path = tmp_path / "big-five.yaml"
    path.write_text(yaml.safe_dump(file, allow_unicode=True, sort_keys=False), encoding="utf-8")
    assert [problem.code for problem in instruments.check(path)] == [problem.code for problem in before]
    page = instruments.load(path).text_page("nl")
    assert "alfa 0,70" in page
    assert "andere versie" not in page


def test_evidence_of_a_scale_that_is_not_there_is_told(of_big_five, tmp_path):
    file = yaml.safe_load(BIG_FIVE.read_text(encoding="utf-8"))
    evidence = of_big_five.evidence()
    evidence["scales"]["agreeable"] = evidence["scales"].pop("agree")
    path = tmp_path / "big-five.yaml"
    path.write_text(yaml.safe_dump(file | {"evidence": [evidence]}, sort_keys=False), encoding="utf-8")
    assert "M397" in [problem.code for problem in instruments.check(path)]


def test_few_persons_leave_structure_open():
    voice, frame = invented(40)
    uses = measurement.validation(voice, frame).uses("en").set_index("use")
    assert uses.loc["Make one score of all items", "answer"] == "unknown"
    told = measurement.validation(voice, frame).evidence()["scales"]["psychological_safety"]
    assert not {"cfi", "rmsea", "srmr", "n_factors"} & set(told)
    assert "alpha" in told


@pytest.mark.parametrize("header", ["language", "Taal", "startlanguage"])
def test_the_language_of_the_form_is_read_from_a_plain_file(header, tmp_path):
    voice, frame = invented(160)
    spoken = ["nl", "en"] * 80
    frame.assign(**{header: spoken}).to_csv(tmp_path / "answers.csv", index=False)
    found = measurement.validation(voice, tmp_path / "answers.csv")
    assert found.languages == ("en", "nl")
    as_table = measurement.validation(voice, frame.assign(language=spoken))
    by_language = [one.uses("en").query("by == 'language'")["answer"].tolist() for one in (found, as_table)]
    assert by_language[0] == by_language[1] != []


def test_a_language_column_that_is_a_group_is_read_once(tmp_path):
    voice, frame = invented(160)
    frame.assign(language=["nl", "en"] * 80).to_csv(tmp_path / "answers.csv", index=False)
    found = measurement.validation(voice, tmp_path / "answers.csv", groups="language")
    assert found.groups == ("language",)


@pytest.mark.parametrize(("sizes", "known"), [([60] * 2 + [8] * 6, False), ([60] * 4 + [8] * 3, True)])
def test_comparing_says_how_many_groups_took_part(sizes, known):
    team = np.repeat(np.arange(len(sizes)), sizes)
    voice, frame = invented(len(team), groups=team)
    found = measurement.validation(voice, frame.assign(team=[f"team {number}" for number in team]), groups="team")
    compare = next(use for use in next(iter(found.scales.values())).uses if use.name == "compare")
    n, there = compare.took_part
    assert (2 * n >= there) is known
    assert (compare.answer != "unknown") is known
    assert ("M396" if known else "M395") in [reason.key for reason in compare.reasons]
    compared = found.evidence()["scales"]["psychological_safety"].get("comparable", {})
    assert ("team" in compared) is known
    page = render_validation(found, "nl", provenance={"version": "1"})
    assert f"groepen (team; {n} van de {there} deden mee)" in page


def test_groups_that_are_alike_get_no_mean():
    """People are dealt out over ten teams in the order of their scores, so that teams have the same mean."""
    voice, frame = invented(300)
    frame = frame.clip(2, 4).iloc[voice.score(frame).iloc[:, -1].argsort()]
    team = np.resize([f"t{n}" for n in [*range(10), *range(9, -1, -1)]], 300)
    found = measurement.validation(voice, frame.assign(team=team), groups="team")
    one = next(iter(found.scales.values()))
    average = next(use for use in one.uses if use.name == "average")
    assert one.parts.agreement.verdict.warranted == "mixed"
    assert one.parts.agreement.glance()["icc_1"].iloc[0] <= 0
    assert (average.answer, average.reasons[0].key) == ("no", "groups_alike")
    assert reason_in_words(average.reasons[0], Messages("nl")).startswith("Groepen verschillen niet meer")


def test_a_constant_item_and_a_scale_of_two_items_do_not_stop_the_rest(tmp_path):
    file = yaml.safe_load(BIG_FIVE.read_text(encoding="utf-8"))
    file["scales"]["pair"] = {"title": {"en": "Pair"}, "items": ["C1", "C2"], "minimum_answered": 1}
    file["scales"]["consc"]["items"] = ["C3", "C4", "C5"]
    path = tmp_path / "big-five.yaml"
    path.write_text(yaml.safe_dump(file, sort_keys=False), encoding="utf-8")
    frame = pd.read_csv(REFERENCE / "data" / "bfi.csv.gz").head(300).assign(A2=4.0)
    found = measurement.validation(path, frame)
    assert list(found.scales) == ["agree", "consc", "pair"]
    assert found.scales["pair"].parts.model is None
    assert found.scales["pair"].parts.problems["model"]
    assert any(reason.key == "items_constant" for use in found.scales["agree"].uses for reason in use.reasons)


def test_one_group_is_not_compared():
    voice, frame = invented(120)
    found = measurement.validation(voice, frame.assign(team="a"), groups="team")
    compare = next(use for use in next(iter(found.scales.values())).uses if use.name == "compare")
    assert compare.answer == "unknown"
    assert compare.reasons[0].key == "M385"


def test_waves_are_compared_and_one_wave_counts():
    voice, first = invented(160)
    rng = np.random.default_rng(2)
    second = (first + rng.integers(-1, 2, first.shape)).clip(1, 5)
    who = [f"p{number}" for number in range(160)]
    frame = pd.concat([first.assign(respondent=who, wave="t0"), second.assign(respondent=who, wave="t1")])
    found = measurement.validation(voice, frame)
    assert found.n == 160
    assert found.wave == "t0"
    change = next(use for use in next(iter(found.scales.values())).uses if use.name == "change")
    assert change.answer != "unknown"
    assert found.account.set_index("reason")["n"].to_dict() == {"read": 320, "other_wave": 160, "used": 160}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"groups": "firm"}, "M001"),
        ({"wave": "t7"}, "M382"),
        ({"minimum_cell": 100}, "M380"),
    ],
)
def test_refuses_what_cannot_be(change, code):
    voice, frame = invented(30)
    with pytest.raises(MeasurementError) as error:
        measurement.validation(voice, frame, **change)
    assert error.value.problems[0].code == code


def test_refuses_a_person_twice_other_data_and_a_cell_of_two():
    voice, frame = invented(30)
    with pytest.raises(MeasurementError, match="M383"):
        measurement.validation(voice, frame.assign(respondent="p1"))
    with pytest.raises(MeasurementError, match="M381"):
        measurement.validation(voice, frame.add_prefix("x_"))
    with pytest.raises(MeasurementError, match="M389"):
        measurement.validation("background", frame)
    with pytest.raises(DisclosureError, match="D001"):
        measurement.validation(voice, frame, minimum_cell=2)


def test_account_names_no_one_or_two_persons():
    log = pd.DataFrame({"code": ["R127", "R128", "R192"], "status": "dropped", "n": [1, 4, 1]})
    counted = account_of(log, 40, {"no_answers": 2}).set_index("reason")["n"].to_dict()
    assert counted == {"read": 46, "test": 1, "persons": 5, "no_answers": 2, "used": 38}
    few = account_of(log[:1], 40, {})
    assert few["n"].isna().tolist() == [False, True, False]


def test_families_follow_shared_items():
    assert families({"a": ["x"], "b": ["y"], "c": ["y", "z"]}) == [["a"], ["b", "c"]]


def test_report_is_whole_or_not_there(of_teams, tmp_path):
    folder = tmp_path / "report"
    page = of_teams.report(folder, reference="Somebody (2026)")
    assert page.name == "report.html"
    names = {path.name for path in folder.iterdir()}
    assert names == {"report.html", "report.en.html", "tables", "validation.json", "evidence.yaml", "run.json"}
    json.loads((folder / "validation.json").read_text(encoding="utf-8"))
    with pytest.raises(StudyError, match="G002"):
        of_teams.report(folder)
    of_teams.report(folder, force=True)
    (folder / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(StudyError, match="S010"):
        of_teams.report(folder, force=True)


def test_no_file_of_the_report_tells_of_a_small_group(of_teams, tmp_path):
    folder = tmp_path / "report"
    of_teams.report(folder)
    for name in ("report.html", "report.en.html", "evidence.yaml"):
        assert "team 8" not in (folder / name).read_text(encoding="utf-8")
    for table in (folder / "tables").glob("*.csv"):
        frame = pd.read_csv(table)
        for column in frame.columns.intersection(["group", "unit"]):
            rows = frame[frame[column] == "team 8"]
            assert rows.select_dtypes("number").isna().to_numpy().all(), table.name
