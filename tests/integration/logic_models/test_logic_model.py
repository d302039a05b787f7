"""What tested each arrow, and what nobody has studied. All models, studies and numbers here are invented."""

import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from tests.integration.logic_models.conftest import MODEL

from lcresearch.disclosure import Ledger
from lcresearch.errors import IntegrationError
from lcresearch.integration import LogicModelFile, logic_model
from lcresearch.interviews import Code, Codebook, Corpus, Document, Project, Turn
from lcresearch.multilevel import fit_lmm, mediation
from lcresearch.synthesis import extraction_of, meta_analysis
from lcresearch.synthesis.elements import ElementEstimate, judge_elements


def estimate(element="coaching", outcome="learning", value=0.3, error=0.03, **more):
    given = {"model": "one stage", "df": 11, "tau": 0.04, "n_consortia": 12, "n_communities": 96}
    given |= {"smallest_worthwhile": 0.1, "planned": True} | more
    return ElementEstimate(element=element, outcome=outcome, estimate=value, std_error=error, **given)


def row_of(found, arrow):
    return found.tidy().set_index("arrow").loc[arrow]


def test_without_results_every_arrow_is_a_gap(model):
    found = logic_model(model)
    assert found.gaps()["gap"].tolist() == ["not studied"] * 4
    assert found.glance()["n_studied"].item() == 0
    assert len(found.gaps("no clear answer")) == 0


def test_a_verdict_goes_to_the_arrow_of_its_element_and_outcome(model):
    judged = judge_elements([estimate()]).table
    row = row_of(logic_model(model, syntheses=judged), "main")
    assert (row["n_studies"], row["direction"], row["agreement"], row["gap"]) == (12, "positive", "as expected", "")
    assert row["estimate"] == judged["estimate"].item()
    assert row["certainty"] == judged["certainty"].item()
    assert row["strength"] == "medium"  # at least twice the smallest worthwhile effect, and less than four times


def test_not_enough_evidence_is_studied_without_a_clear_answer(model):
    found = logic_model(model, syntheses=judge_elements([estimate(n_consortia=2, error=0.4)]).table)
    assert row_of(found, "main")["gap"] == "no clear answer"


def test_a_result_that_fits_no_arrow_is_listed_with_the_nearest(model):
    judged = judge_elements([estimate("coaching", "wellbeing"), estimate("parking", "learning")]).table
    left = logic_model(model, syntheses=judged).unmatched()
    assert left[["term", "outcome"]].to_numpy().tolist() == [["coaching", "wellbeing"], ["parking", "learning"]]
    assert left["nearest"].tolist()[0].startswith("coaching -> ")
    assert left["nearest"].tolist()[1].endswith("-> learning")


def test_the_same_element_by_two_models_counts_its_consortia_once(model):
    judged = judge_elements([estimate(), estimate(model="other", planned=False, value=-0.5)]).table
    row = row_of(logic_model(model, syntheses=judged), "main")
    assert (row["n_findings"], row["n_studies"], row["direction"]) == (2, 12, "positive")


def studies(*effects, arrow="trust -> learning", measure="SMD"):
    return [
        {"arrow": arrow, "study": f"Study {n}", "estimate": effect, "std_error": 0.1, "measure": measure}
        for n, effect in enumerate(effects)
    ]


def test_several_studies_are_pooled_as_a_meta_analysis_does(model):
    effects = [0.2, 0.5, 0.6]
    row = row_of(logic_model(model, manual=studies(*effects)), "trust -> learning")
    pooled = meta_analysis(effects, [0.01] * 3).tidy().iloc[0]
    assert row["pooled"]
    assert row["n_studies"] == 3
    # equal variances: the mean, whatever tau is
    assert row["estimate"] == pytest.approx(np.mean(effects))
    assert row["conf_low"] == pytest.approx(pooled["conf_low"])
    # Knapp-Hartung with equal variances is the t interval of a plain mean
    half = stats.t.ppf(0.975, 2) * np.std(effects, ddof=1) / math.sqrt(3)
    assert row["conf_high"] - row["estimate"] == pytest.approx(half, rel=1e-6)


@pytest.mark.parametrize(
    ("manual", "why"),
    [
        (studies(0.3), "one estimate"),
        (studies(0.3, 0.4, measure=None), "raw units"),
        (studies(0.3) + studies(0.1, measure="ZCOR"), "several measures"),
        ([{"arrow": "trust -> learning", "study": "A", "direction": "positive"}], "no numbers"),
    ],
)
def test_what_cannot_be_pooled_says_why(model, manual, why):
    row = row_of(logic_model(model, manual=manual), "trust -> learning")
    assert not row["pooled"]
    assert row["why_not_pooled"] == why


def test_two_effects_of_one_study_are_one_study(model):
    twice = [one | {"study": "Same"} for one in studies(0.2, 0.4)]
    row = row_of(logic_model(model, manual=twice), "trust -> learning")
    assert (row["n_studies"], row["pooled"]) == (1, False)
    assert row["estimate"] == pytest.approx(0.3)
    assert row["std_error"] == pytest.approx(0.1)  # as if perfectly correlated


def test_studies_of_a_meta_analysis_do_not_count_again(tmp_path):
    text = MODEL.replace(
        "from: trust, to: learning", "from: trust, to: learning, tested_by: [{result: m, measure: SMD}]"
    )
    path = tmp_path / "logic_model.yaml"
    path.write_text(text, encoding="utf-8")
    pooled = meta_analysis([0.2, 0.3, 0.4], [0.01] * 3, labels=["Study 0", "Study 1", "Study 2"])
    row = row_of(logic_model(path, meta_analyses={"m": pooled}, manual=studies(5.0)), "trust -> learning")
    assert row["estimate"] == pytest.approx(0.3)
    assert row["n_studies"] == 3


def test_contrary_findings_are_no_clear_answer(model):
    found = logic_model(model, manual=studies(0.9, -0.9))
    row = row_of(found, "trust -> learning")
    assert (row["direction"], row["agreement"], row["gap"]) == ("mixed", "mixed", "no clear answer")


def test_an_effect_against_the_expectation_says_so(model):
    assert row_of(logic_model(model, manual=studies(-0.6)), "trust -> learning")["agreement"] == "against"


def test_directions_alone_are_an_answer_from_three_studies(model):
    told = [{"arrow": "main", "study": f"S{n}", "direction": "positive"} for n in range(3)]
    assert row_of(logic_model(model, manual=told[:2]), "main")["gap"] == "no clear answer"
    assert row_of(logic_model(model, manual=told), "main")["gap"] == ""


def test_literature_goes_by_theme_and_outcome(model):
    frame = pd.DataFrame({
        "record": ["r1", "r2"], "study": ["A", "B"], "theme": ["trusting", "trusting"], "sector": "care",
        "outcome": ["Leren", "parking"], "direction": ["positive", "null"],
    })  # fmt: skip
    found = logic_model(model, literature=extraction_of(frame))
    assert row_of(found, "trust -> learning")["n_studies"] == 1
    assert found.unmatched()[["study", "nearest"]].to_numpy().tolist() == [["B", "trust -> learning"]]


def test_a_model_goes_by_its_formula_and_by_what_the_file_says(model):
    rng = np.random.default_rng(1)
    frame = pd.DataFrame(
        {"trust_score": rng.normal(size=200), "age": rng.normal(size=200), "group": np.repeat(range(20), 10)}
    )
    frame["learning"] = 0.8 * frame["trust_score"] + rng.normal(size=200)
    found = logic_model(model, fits={"growth": fit_lmm("learning ~ trust_score + age + (1 | group)", frame)})
    row = row_of(found, "trust -> learning")
    assert (row["direction"], row["strength"], row["measure"]) == ("positive", "", "")
    assert found.unmatched()["term"].tolist() == ["age"]


def test_voices_are_told_and_not_tested(model):
    class Told:
        elements = pd.DataFrame({
            "element": ["coaching"], "n_persons": [9.0], "of_persons": [12.0], "n_persons_valuing": [8.0],
            "n_persons_hindering": [1.0],
        })  # fmt: skip
        mechanisms = pd.DataFrame(
            {"element": ["coaching"], "code": ["trust"], "n_persons": [4.0], "kind": ["mechanism"]}
        )

    found = logic_model(model, voices=Told())
    row = row_of(found, "main")
    assert (row["gap"], row["n_told"], row["of_told"]) == ("only told", 9, 12)
    how = row_of(found, "coaching -> trust")  # by the mechanism alone: that it helps does not say how
    assert (how["gap"], how["n_told"]) == ("only told", 4)
    assert found.findings("coaching -> trust")["term"].tolist() == ["coaching + trust"]
    assert row_of(found, "trust -> learning")["gap"] == "not studied"


@pytest.mark.parametrize(
    ("valuing", "hindering", "direction"),
    [(4, 0, "unclear"), (5, 0, "positive"), (1, 5, "negative"), (4, 4, "mixed"), (5, np.nan, "unclear"),
     (np.nan, 0, "unclear")],
)  # fmt: skip
def test_few_or_hidden_sides_of_voices_are_no_direction(model, valuing, hindering, direction):
    class Told:
        mechanisms = None
        elements = pd.DataFrame({
            "element": ["coaching"], "n_persons": [36.0], "of_persons": [40.0], "n_persons_valuing": [valuing],
            "n_persons_hindering": [hindering],
        })  # fmt: skip

    assert logic_model(model, voices=Told()).findings("main")["direction"].tolist() == [direction]
    agreed = pd.DataFrame({"element": ["coaching"], "voices": ["hindering"], "verdict": ["divergent"]})
    found = logic_model(model, voices=Told(), convergence=agreed)
    assert found.findings("main")["direction"].tolist() == ["negative"]


def test_combinations_and_convergence_stand_at_their_arrow(model):
    terms = pd.DataFrame(
        {"element": ["coaching"], "outcome": ["learning"], "term": ["coaching*time"], "present": [True]}
    )
    agreed = pd.DataFrame({"element": ["coaching"], "verdict": ["convergent"]})
    row = row_of(logic_model(model, cases=terms, convergence=agreed), "main")
    assert (row["terms"], row["convergence"], row["gap"]) == ("coaching*time", "convergent", "only told")


def test_a_study_without_what_it_found_is_refused(model):
    with pytest.raises(IntegrationError, match="Q223"):
        logic_model(model, manual=[{"arrow": "main", "study": "A"}])
    with pytest.raises(IntegrationError, match="Q224"):
        logic_model(model, manual=[{"arrow": "maim", "study": "A", "direction": "null"}])


def test_it_prints_and_gives_plain_values(model):
    found = logic_model(model, manual=studies(0.4))
    assert "trust -> learning" in str(found)
    assert found.to_dict()["tidy"][3]["gap"] == ""
    assert isinstance(found.model, LogicModelFile)
    with pytest.raises(IntegrationError, match="Q222"):
        found.findings("nowhere")


def interviewed(n, together):
    """Persons who speak of coaching, of whom ``together`` speak of trust in the same turn."""
    text = "R: Zij helpt ons en we vertrouwen elkaar."
    documents = [Document(f"d{k}", f"Interview {k}", text, (Turn(3, 41, "R"),), {}, {}) for k in range(n)]
    marked = [(f"d{k}", 3, 16, "c1", "An") for k in range(n - 4)]
    marked += [(f"d{k}", 20, 41, "c2", "An") for k in range(together)]
    codings = pd.DataFrame(marked, columns=["document", "start", "end", "code", "coder"])
    codings = codings.assign(coding=[f"m{k}" for k in range(len(codings))], selection="", created=pd.NaT)
    book = Codebook((Code("c1", "begeleiding", key="coaching"), Code("c2", "vertrouwen", key="trust")))
    coders = pd.DataFrame({"name": ["An de Coder"]}, index=["An"])
    return Project(name="Invented", corpus=Corpus(tuple(documents)), codebook=book, codings=codings, coders=coders)


@pytest.mark.parametrize(("together", "gap"), [(6, "only told"), (2, "not studied")])
def test_codes_in_one_turn_tell_of_an_arrow_when_enough_persons_do(model, together, gap):
    found = logic_model(model, projects=interviewed(14, together))
    assert row_of(found, "coaching -> trust")["gap"] == gap
    confidential = logic_model(model, projects=interviewed(14, together), policy=None)
    assert row_of(confidential, "coaching -> trust")["n_told"] == together


@pytest.mark.parametrize(
    ("together", "gap"), [(10, "only told"), (9, "not studied"), (8, "not studied"), (7, "only told")]
)
def test_a_pair_that_lacks_one_or_two_of_those_with_a_code_is_not_shown(model, together, gap):
    found = logic_model(model, projects=interviewed(14, together))
    assert row_of(found, "coaching -> trust")["gap"] == gap


def test_pairs_are_not_shown_again_after_one_more_interview(model, tmp_path):
    ledger = Ledger(tmp_path)
    first = logic_model(model, projects=interviewed(14, 6), ledger=ledger)
    assert row_of(first, "coaching -> trust")["gap"] == "only told"
    ledger.commit("first", date="2026-01-01")
    for n, gap in ((14, "only told"), (15, "not studied"), (13, "not studied"), (20, "only told")):
        again = logic_model(model, projects=interviewed(n, 6), ledger=Ledger(tmp_path))
        assert row_of(again, "coaching -> trust")["gap"] == gap, n


def test_a_mediation_goes_by_its_variables(tmp_path):
    rng = np.random.default_rng(5)
    frame = pd.DataFrame({"coach": rng.normal(size=240), "group": np.repeat(range(24), 10)})
    frame["trust_score"] = 0.9 * frame["coach"] + rng.normal(size=240)
    frame["result"] = 0.9 * frame["trust_score"] + rng.normal(size=240)
    path = tmp_path / "logic_model.yaml"
    path.write_text(
        MODEL.replace("element: coaching,", "element: coaching, scales: coach,").replace(
            "outcomes: learning,", "outcomes: [learning, result],"
        ),
        encoding="utf-8",
    )
    fit = mediation(frame, cause="coach", mediator="trust_score", outcome="result", group="group", n_draws=2000, seed=1)
    found = logic_model(path, fits={"chain": fit})
    assert row_of(found, "coaching -> trust")["direction"] == "positive"
    assert "b_within" in set(found.findings("trust -> learning")["term"])
    assert "direct_within" in set(found.findings("main")["term"])


@pytest.mark.parametrize(("n_persons", "gap"), [(2.0, "not studied"), (11.0, "not studied"), (6.0, "only told")])
def test_confidential_voices_single_nobody_out(model, n_persons, gap):
    class Confidential:
        confidential = True
        elements = pd.DataFrame({
            "element": ["coaching"], "n_persons": [n_persons], "of_persons": [12.0], "n_persons_valuing": [2.0],
            "n_persons_hindering": [0.0],
        })  # fmt: skip
        mechanisms = pd.DataFrame({"element": ["coaching"], "code": ["trust"], "n_persons": [1.0], "kind": ["barrier"]})

    found = logic_model(model, voices=Confidential())
    assert row_of(found, "main")["gap"] == gap
    assert row_of(found, "coaching -> trust")["gap"] == "not studied"
    whole = logic_model(model, voices=Confidential(), policy=None)
    assert row_of(whole, "coaching -> trust")["n_told"] == 1
