"""What may be compared with ordered answers: verdicts, what was freed, how much it matters, on invented answers."""

import numpy as np
import pandas as pd
import pytest
from scipy import integrate, stats

from lcresearch.errors import MeasurementError
from lcresearch.measurement import invariance

FIVE = "f =~ a1 + a2 + a3 + a4 + a5"
LOADINGS = np.array([0.8, 0.7, 0.75, 0.65, 0.7])
CUTS = {3: [-0.8, 0.8], 5: [-1.4, -0.5, 0.4, 1.3]}
OTHER = {"a1": "b", "a2": "a2", "a3": "a3", "a4": "a4", "a5": "a5"}
close = np.testing.assert_allclose


def answers(n_categories=5, n=1500, means=(0, 0.3), shift=(), cuts=(), loadings=(), spread=(), seed=1):
    """Answers of groups A, B, ...; shift, cuts, loadings and spread (of residuals): (group, item, value)."""
    rng, parts = np.random.default_rng(seed), []
    for group, mean in enumerate(means):
        own, error, thresholds = LOADINGS.copy(), np.sqrt(1 - LOADINGS**2), _cuts(n_categories)
        for g, item, value in loadings:
            own[item] = value if g == group else own[item]
        for g, item, value in spread:
            error[item] *= value if g == group else 1
        for g, item, value in cuts:
            thresholds[item] = value if g == group else thresholds[item]
        response = rng.normal(mean, 1 + 0.2 * group, (n, 1)) * own + rng.normal(size=(n, 5)) * error
        for g, item, value in shift:
            response[:, item] += value * (g == group)
        codes = {f"a{k + 1}": np.searchsorted(thresholds[k], response[:, k]) + 1 for k in range(5)}
        parts.append(pd.DataFrame(codes).assign(firm="ABCDE"[group]))
    return pd.concat(parts, ignore_index=True)


def _cuts(n_categories):
    """With two answers items must differ in difficulty, since equal locations are all that is compared."""
    return [[cut] for cut in (-0.9, 0.1, 0.7, -0.4, 0.9)] if n_categories == 2 else [CUTS[n_categories]] * 5


def codes(found):
    return [problem.code for problem in found.problems]


def test_equal_items_warrant_means_and_scores():
    found = invariance(FIVE, answers(), "firm", ordered=True)
    assert found.tidy()["step"].tolist() == ["configural", "thresholds", "loadings", "intercepts", "strict"]
    assert (found.warranted, found.verdict.code) == ("means", "M297")
    assert found.steps["df"].tolist() == [10, 20, 24, 28, 33]
    close(found.factor_means["mean"], [0, 0.3], atol=0.08)
    close(found.factor_means["variance"], [1, 1.44], atol=0.2)
    assert found.effect_sizes["d_macs"].max() < 0.1
    assert "M289" in codes(found)


@pytest.mark.parametrize(
    ("difference", "freed", "step"),
    [
        ({"cuts": [(1, 2, [-1.4, 0.1, 0.4, 1.3])]}, "a3|t2", "thresholds"),
        ({"loadings": [(1, 2, 0.2)]}, "f=~a3", "loadings"),
        ({"shift": [(1, 2, 0.5)]}, "a3~1", "intercepts"),
        ({"spread": [(1, 2, 2.5)]}, "a3~~a3", "strict"),
    ],
)
def test_what_differs_is_freed_in_its_step(difference, freed, step):
    found = invariance(FIVE, answers(n=3000, **difference), "firm", ordered=True)
    row = found.freed.iloc[0]
    assert (row["term"], row["step"], row["unit"]) == (freed, step, "B")
    assert found.warranted == "means"
    assert found.verdict.code == ("M276" if step != "strict" else "M297")


def test_of_three_groups_the_first_can_be_the_one_that_differs():
    frame = answers(means=(0, 0.3, -0.2), shift=[(0, 2, 0.6)])
    found = invariance(FIVE, frame, "firm", ordered=True)
    assert found.freed[["term", "unit"]].to_numpy().tolist() == [["a3~1", "A"]]
    again = invariance(FIVE, frame.assign(firm=frame["firm"].map({"A": "Z", "B": "B", "C": "C"})), "firm", ordered=True)
    close(again.steps["chi_square"], found.steps["chi_square"], rtol=1e-6)
    bias = found.effect_sizes.set_index(["item", "unit"])["bias"]
    assert bias["a3", "B"] < -0.4
    assert abs(bias["a2", "B"]) < 0.1


def test_steps_that_were_left_out_are_asked_for():
    frame = answers(shift=[(1, k, 0.6 * (-1) ** k) for k in range(4)])
    for steps in (["configural", "intercepts"], ["configural", "thresholds"]):
        found = invariance(FIVE, frame, "firm", ordered=True, steps=steps)
        assert (found.warranted, found.verdict.code) == ("none", "M294")
    found = invariance(FIVE, frame, "firm", ordered=True)
    assert (found.warranted, found.verdict.code) == ("relations", "M273")
    assert invariance(FIVE, frame, "firm", ordered=True, steps=["configural", "loadings"]).verdict.code == "M295"


def test_many_thresholds_that_differ_leave_nothing_to_compare():
    moved = [-0.6, -0.4, -0.2, 1.3]
    found = invariance(FIVE, answers(cuts=[(1, k, moved) for k in range(4)]), "firm", ordered=True)
    assert (found.warranted, found.verdict.code) == ("none", "M293")
    assert found.steps["verdict"].iloc[-1] == "not_reached"


def test_three_answers_cannot_test_thresholds():
    found = invariance(FIVE, answers(3), "firm", ordered=True)
    steps = found.tidy().set_index("step")
    assert steps["verdict"].to_dict()["thresholds"] == "equivalent"
    close(steps.loc["thresholds", "chi_square"], steps.loc["configural", "chi_square"], rtol=1e-6)
    assert np.isnan(steps.loc["thresholds", "p_difference"])
    assert "M291" in codes(found)
    assert found.warranted == "means"


def test_two_answers_test_everything_at_once():
    found = invariance(FIVE, answers(2), "firm", ordered=True)
    steps = found.tidy().set_index("step")
    assert steps["verdict"].tolist()[1:3] == ["equivalent", "equivalent"]
    assert steps.loc["intercepts", "df_difference"] == 3
    assert steps.loc["strict", "df_difference"] == 5
    assert {"M291", "M292"} <= set(codes(found))
    assert found.warranted == "means"
    moved = invariance(FIVE, answers(2, shift=[(1, k, 0.6 * (-1) ** k) for k in range(4)]), "firm", ordered=True)
    assert (moved.warranted, moved.verdict.code) == ("none", "M298")


def test_one_item_with_two_answers_is_freed_wholly():
    frame = answers(2, shift=[(1, 2, 0.7)], n=3000)
    found = invariance(FIVE, frame, "firm", ordered=True)
    assert found.freed["term"].tolist() == ["a3~1"]
    kept = invariance("f =~ a1 + a2 + a4 + a5", frame, "firm", ordered=True)
    ours, theirs = (each.factor_means["mean"].iloc[1] for each in (found, kept))
    close(ours, theirs, atol=0.02)


def test_items_with_two_and_with_more_answers_go_together():
    frame = answers()
    frame = frame.assign(a1=(frame["a1"] > 3).astype(int), a2=np.ceil(frame["a2"] / 2))
    steps = invariance(FIVE, frame, "firm", ordered=True).tidy().set_index("step")
    # thresholds: 2 for each item with five answers; loadings: four items, one variance; then a1 with its three
    assert steps["df_difference"].tolist()[1:] == [6, 3, 4, 5]


def test_dmacs_is_the_integral_of_expected_answers():
    frame = answers(shift=[(1, 2, 0.5)], n=3000)
    found = invariance(FIVE, frame, "firm", ordered=True)
    own = found.models["configural"].tidy().set_index(["term", "group"])["estimate"]
    means = found.factor_means.set_index("unit")
    mean, sd = means.loc["B", "mean"], np.sqrt(means.loc["B", "variance"])

    def expected(eta, group):
        cuts = np.array([own[f"a3|t{k}", group] for k in range(1, 5)])
        return 1 + stats.norm.cdf(own["f=~a3", group] * eta - cuts).sum()

    def away(eta):
        return expected((eta - mean) / sd, "B") - expected(eta, "A")

    def integral(power):
        return integrate.quad(lambda x: away(x) ** power * stats.norm.pdf(x, mean, sd), mean - 8 * sd, mean + 8 * sd)[0]

    row = found.effect_sizes.set_index("item").loc["a3"]
    close(row["bias"], integral(1), rtol=1e-6)
    close(row["difference"], np.sqrt(integral(2)), rtol=1e-6)
    spread = frame.groupby("firm")["a3"].std(ddof=0)
    close(row["d_macs"], row["difference"] / spread.mean(), rtol=1e-6)
    observed = frame.groupby("firm")[[f"a{k}" for k in range(1, 6)]].mean().mean(axis=1)
    close(found.scale_effects["observed"], observed["B"] - observed["A"], rtol=1e-6)


def test_waves_move_one_item():
    base, later = answers(means=(0,), n=2000), answers(means=(0.4,), shift=[(0, 2, 0.6)], n=2000, seed=2)
    frame = pd.concat(
        [base.drop(columns="firm").add_suffix("_t0"), later.drop(columns="firm").add_suffix("_t1")], axis=1
    )
    found = invariance(FIVE, frame, waves={"t0": "_t0", "t1": "_t1"}, ordered=True)
    assert found.freed[["term", "unit"]].to_numpy().tolist() == [["a3~1", "t1"]]
    close(found.factor_means["mean"].iloc[1], 0.4, atol=0.08)
    assert found.effect_sizes.set_index("item").loc["a3", "bias"] > 0.4


def test_a_step_that_chance_explains_holds():
    rule = invariance(FIVE, answers(n=300, seed=6), "firm", ordered=True, partial=False)
    table = rule.tidy()
    assert (table.loc[table["p_difference"] > 0.05, "verdict"] == "holds").all()


def test_rules_of_continuous_items_are_named_as_such():
    assert "M290" in codes(invariance(FIVE, answers(), "firm", ordered=True, rule="chen"))


def test_an_answer_that_nobody_in_a_group_gave_is_named():
    frame = answers()
    frame.loc[(frame["firm"] == "B") & (frame["a2"] == 5), "a2"] = 4
    with pytest.raises(MeasurementError) as caught:
        invariance(FIVE, frame, "firm", ordered=True)
    problem = caught.value.problems[0]
    assert (problem.code, problem.where.item, problem.values["group"], problem.values["empty"]) == (
        "M240", "a2", "B", ["5"],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("model", "options", "code"),
    [
        (FIVE, {"steps": ["metric"]}, "M255"),
        (FIVE, {"steps": ["thresh"]}, "M260"),
        (FIVE, {"estimator": "MLR"}, "M247"),
        (FIVE, {"missing": "fiml"}, "M248"),
        (FIVE, {"ordered": ["a1"]}, "M241"),
        (FIVE, {"rule": "mine"}, "M004"),
        (FIVE + "\na1 | t1", {}, "M252"),
        (FIVE + "\na1 ~ 1", {}, "M252"),
        ("f =~ 1*b + a2 + a3", {}, "M254"),
        (FIVE, {"group": None, "waves": {"x": "", "y": OTHER}}, "M253"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_refused(model, options, code):
    frame = answers(n=300)
    frame = frame.assign(b=(frame["a1"] > 2) + 1)
    with pytest.raises(MeasurementError) as caught:
        invariance(model, frame, **({"group": "firm", "ordered": True} | options))
    assert caught.value.problems[0].code == code


def test_rule_of_ordered_items_is_not_for_numbers():
    with pytest.raises(MeasurementError, match="rule"):
        invariance(FIVE, answers(n=300), "firm", rule="rutkowski-svetina-2017")


@pytest.mark.parametrize("language", ["nl", "en"])
def test_told_and_drawn_in_two_languages(language, monkeypatch):
    monkeypatch.setenv("LCRESEARCH_LANGUAGE", language)
    found = invariance(FIVE, answers(shift=[(1, 2, 0.6)]), "firm", ordered=True)
    words = "Gemiddelden van de factoren mogen worden vergeleken" if language == "nl" else "Means of the factors may be"
    assert words in str(found)
    labels = [label.get_text() for label in found.plot().axes[0].get_yticklabels()]
    assert labels[0] == ("drempels" if language == "nl" else "thresholds")
    again = type(found).from_dict(found.to_dict())
    pd.testing.assert_frame_equal(again.tidy(), found.tidy())
