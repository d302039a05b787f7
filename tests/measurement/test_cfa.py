"""Factor models: the syntax, moments that add and travel, and models and data that are refused with a reason."""

import contextlib
import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lcresearch.errors import MeasurementError
from lcresearch.measurement import Moments, cfa, moments
from lcresearch.measurement.factor_models.model_syntax import parse

RNG = np.random.default_rng(20)
ONE = "capacity =~ a1 + a2 + a3 + a4"


def invented(n=200, seed=1, firms=2):
    """Invented answers: two factors with four items each, in some firms."""
    rng = np.random.default_rng(seed)
    factors = rng.multivariate_normal([0, 0], [[1, 0.5], [0.5, 1]], n)
    answers = {f"{name}{k}": factors[:, j] + rng.normal(0, 0.8, n) for j, name in enumerate("ab") for k in range(1, 5)}
    return pd.DataFrame(answers).assign(firm=rng.integers(0, firms, n).astype(str))


def codes(error):
    return [problem.code for problem in error.value.problems]


def test_a_model_over_several_lines():
    found = parse("""
        # two factors
        capacity =~ a1 + c(0.5, NA)*a2 +
                    u*a3 ! goes on
                    + start(0.7)*a4
        a1 ~~ a2; capacity ~ 0*1
        x1 + x2 ~~ 0.1*x3
        total := u^2 / (1 + sqrt(u))
        u == v
    """)
    rows = [(s.left, s.operator, s.right, s.modifier.fixed, s.modifier.labels) for s in found.statements]
    assert rows[1] == ("capacity", "=~", "a2", (0.5, None), ("",))
    assert rows[2] == ("capacity", "=~", "a3", (None,), ("u",))
    assert rows[4:6] == [("a1", "~~", "a2", (None,), ("",)), ("capacity", "~", "1", (0.0,), ("",))]
    assert [(s.left, s.right) for s in found.statements[6:]] == [("x1", "x3"), ("x2", "x3")]
    assert found.definitions[0].expression == "u^2 / (1 + sqrt(u))"
    assert found.equalities == [("u", "v")]


@pytest.mark.parametrize(
    ("model", "spot"),
    [
        ("capacity = a1 + a2", 0),
        ("capacity =~ a1 + + a2", 17),
        ("capacity =~ a1 + 2*", 19),
        ("capacity =~ a1 + 2a", 17),
        ("=~ a1", 0),
        ("capacity =~ a1 + equal('x')*a2", 17),
        ("capacity =~ a1\ngroup: 1\nb =~ b1", 0),
        ("capacity ~~ 1", 12),
        ("capacity =~ a1 + __import__('os')*a2", 17),
    ],
)
def test_the_spot_where_a_model_is_wrong_is_marked(model, spot):
    with pytest.raises(MeasurementError) as error:
        parse(model)
    assert codes(error) == ["M201"]
    assert error.value.problems[0].values["mark"] == " " * spot + "^"


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="ab12=~+*():;#.,|<>- \n", max_size=40))
def test_no_text_breaks_the_parser(text):
    with contextlib.suppress(MeasurementError):
        assert parse(text).statements


REFUSED = {
    "M202": ("  ", {}),
    "M203": ("a1 ~~ a2", {}),
    "M204": (ONE + " + a2", {}),
    "M205": ("capacity =~ a1 + c(1, 2, 3)*a2 + a3", {}),
    "M206": ("capacity =~ capacity + a2 + a3", {}),
    "M207": (ONE + "\nu == v", {}),
    "M208": (ONE, {"group": "firm", "group_equal": ["slopes"]}),
    "M209": (ONE, {"group": "firm", "group_equal": ["loadings"], "group_partial": ["capacity=~a9"]}),
    "M227": ("capacity =~ a1 + a2", {}),
    "M228": ("capacity =~ NA*a1 + a2 + a3 + a4", {}),
    "M229": (ONE, {"estimator": "WLS"}),
    "M230": (ONE, {"missing": "pairwise"}),
    "M233": (ONE, {"estimator": "MLM", "missing": "fiml"}),
}


@pytest.mark.parametrize("code", REFUSED)
def test_models_that_are_refused(code):
    model, options = REFUSED[code]
    with pytest.raises(MeasurementError) as error:
        cfa(model, invented(), **options)
    assert code in codes(error)


def test_what_is_not_identified_is_named():
    with pytest.raises(MeasurementError) as error:
        cfa("capacity =~ NA*a1 + a2 + a3 + a4", invented())
    assert "capacity~~capacity" in error.value.problems[0].values["parameters"]


@pytest.mark.parametrize(
    ("code", "change"),
    [
        ("M001", lambda frame: frame.drop(columns="a2")),
        ("M002", lambda frame: frame.assign(a2="much")),
        ("M008", lambda frame: frame.assign(a2=np.r_[np.inf, frame["a2"][1:]])),
        ("M424", lambda frame: frame.assign(a2=np.nan)),
        ("M423", lambda frame: frame.head(4)),
        ("M243", lambda frame: frame.assign(a2=3.0)),
        ("M425", lambda frame: frame.assign(a4=frame["a1"] + frame["a2"])),
    ],
)
def test_data_that_are_refused(code, change):
    with pytest.raises(MeasurementError) as error:
        cfa(ONE, change(invented()))
    assert codes(error) == [code]


def test_the_item_that_does_not_vary_is_named_with_its_group():
    frame = invented()
    frame.loc[frame["firm"] == "1", "a3"] = 2.0
    with pytest.raises(MeasurementError) as error:
        cfa(ONE, frame, group="firm")
    assert "a3" in str(error.value)
    assert "1" in str(error.value)


def test_rows_that_are_left_out_are_counted():
    frame = invented()
    frame.loc[:4, "a1"] = np.nan
    frame.loc[10:12, "firm"] = None
    fit = cfa(ONE, frame, group="firm")
    assert fit.n_dropped == {"missing_group": 3, "missing_answers": 5}
    assert fit.estimated.n == 192
    assert any("8" in caution for caution in fit.cautions())


def test_an_improper_solution_is_told():
    correlations = np.array([[[1, 0.8, 0.7], [0.8, 1, 0.3], [0.7, 0.3, 1]]])
    impossible = Moments(("a1", "a2", "a3"), ("",), np.array([100.0]), np.zeros((1, 3)), correlations)
    fit = cfa("capacity =~ a1 + a2 + a3", impossible)
    assert any("var(" in what for what in fit.inadmissible)
    assert any("var(" in caution for caution in fit.cautions())


def test_indirect_effects_have_the_errors_of_the_delta_method():
    rng = np.random.default_rng(4)
    x = rng.normal(size=300)
    m = 0.5 * x + rng.normal(size=300)
    y = 0.4 * m + rng.normal(size=300)
    frame = pd.DataFrame({"x": x, "m": m, "y": y} | {f"f{k}": y + rng.normal(size=300) for k in range(3)})
    fit = cfa("outcome =~ f0 + f1 + f2\noutcome ~ b*m\nm ~ a*x\nindirect := a*b", frame)
    table = fit.tidy().set_index("term")
    a, b = table.loc["m~x"], table.loc["outcome~m"]
    np.testing.assert_allclose(table.loc["indirect", "estimate"], a["estimate"] * b["estimate"])
    sobel = np.sqrt((a["estimate"] * b["std_error"]) ** 2 + (b["estimate"] * a["std_error"]) ** 2)
    np.testing.assert_allclose(table.loc["indirect", "std_error"], sobel, rtol=1e-6)


@pytest.mark.parametrize("bad", ["__import__('os').system('x')", "a.real", "(lambda: 1)()", "a if a else a", "a**"])
def test_definitions_carry_out_arithmetic_only(bad):
    with pytest.raises(MeasurementError) as error:
        cfa(f"capacity =~ a1 + a*a2 + a3 + a4\nbad := {bad}", invented()).tidy()
    assert codes(error)[0] in ("M211", "M210", "M201")


def test_moments_add_in_any_order_and_travel(tmp_path):
    frame = invented(300, firms=3)
    items = [f"a{k}" for k in range(1, 5)]
    whole = moments(frame, items, "firm")
    parts = [moments(part, items, "firm") for part in (frame.iloc[k::5] for k in range(5))]
    added = sum(parts)
    order = [added.groups.index(label) for label in whole.groups]
    np.testing.assert_allclose(added.n[order], whole.n)
    np.testing.assert_allclose(added.covariance[order], whole.covariance, rtol=1e-12)
    back = Moments.load(whole.save(tmp_path / "moments.json"))
    assert back.groups == whole.groups
    np.testing.assert_array_equal(back.covariance, whole.covariance)


@pytest.mark.parametrize(
    ("code", "change"),
    [
        ("M220", lambda v: {**v, "format": "other"}),
        ("M220", lambda v: {**v, "version": 2}),
        ("M220", lambda v: {k: x for k, x in v.items() if k != "mean"}),
        ("M221", lambda v: {**v, "n": [-3.0]}),
        ("M221", lambda v: {**v, "mean": [[1.0]]}),
        ("M221", lambda v: {**v, "covariance": [[[1.0, 3.0], [3.0, 1.0]]]}),
        ("M221", lambda v: {**v, "mean": [[float("nan"), 1.0]]}),
    ],
)
def test_files_that_hold_no_moments_are_refused(tmp_path, code, change):
    found = moments(pd.DataFrame({"a": [1, 2, 4], "b": [3, 1, 2]}), ["a", "b"])
    path = found.save(tmp_path / "m.json", minimum_cell=None)
    path.write_text(json.dumps(change(json.loads(path.read_text()))))
    with pytest.raises(MeasurementError) as error:
        Moments.load(path)
    assert codes(error) == [code]


def test_moments_of_few_persons_are_not_saved_to_share(tmp_path):
    """With no more persons than items their answers follow from means and covariances."""
    rng = np.random.default_rng(5)
    items = [f"a{k}" for k in range(12)]
    frame = pd.DataFrame(rng.normal(size=(40, 12)), columns=items).assign(firm=["A"] * 12 + ["B"] * 28)
    with pytest.raises(MeasurementError, match="M239"):
        moments(frame, items, "firm").save(tmp_path / "m.json")
    with pytest.raises(MeasurementError, match="M434"):
        moments(frame.iloc[:9], items[:3]).save(tmp_path / "m.json")
    assert not list(tmp_path.iterdir())
    assert moments(frame, items[:11], "firm").save(tmp_path / "m.json").exists()


@pytest.mark.parametrize("options", [{"missing": "fiml"}, {"estimator": "MLR"}])
def test_moments_are_not_enough_for_robust_tests_and_open_answers(options):
    with pytest.raises(MeasurementError) as error:
        cfa(ONE, moments(invented(), ["a1", "a2", "a3", "a4"]), **options)
    assert codes(error) == ["M231"]


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.1, 50), st.floats(-100, 100))
def test_order_of_rows_and_units_of_items_do_not_matter(seed, times, plus):
    frame = invented(150, seed=seed)
    model = ONE + "\ninnovation =~ b1 + b2 + b3 + b4"
    first = cfa(model, frame, std_lv=True)
    changed = frame.sample(frac=1, random_state=seed).assign(a2=lambda f: f["a2"] * times + plus)
    second = cfa(model, changed, std_lv=True)
    same = ["chi_square", "cfi", "tli", "rmsea", "srmr"]
    np.testing.assert_allclose(first.fit_measures[same], second.fit_measures[same], rtol=1e-6, atol=1e-7)
    np.testing.assert_allclose(first.tidy()["std_all"], second.tidy()["std_all"], rtol=1e-5, atol=1e-6)
    row = second.tidy().set_index("term").loc["capacity=~a2"]
    np.testing.assert_allclose(
        row["estimate"], first.tidy().set_index("term").loc["capacity=~a2", "estimate"] * times, rtol=1e-5
    )
