"""Formulas in the notation of lme4 are taken apart, or refused with a mark below the spot."""

import re

import ibis
import pandas as pd
import pyarrow as pa
import pytest

from lcresearch import multilevel
from lcresearch.errors import MultilevelError
from lcresearch.multilevel.formula import parse


def random(text):
    return [(term.left, term.label) for term in parse(text).random]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("y ~ x + (1 | g)", [("1", "g")]),
        ("y ~ (1 + x | a/b)", [("1 + x", "a"), ("1 + x", "a:b")]),
        ("y ~ (1 | a/b/c)", [("1", "a"), ("1", "a:b"), ("1", "a:b:c")]),
        ("y ~ (x || g)", [("1", "g"), ("0 + x", "g")]),
        ("y ~ (1 + x + z || g)", [("1", "g"), ("0 + x", "g"), ("0 + z", "g")]),
        ("y ~ x + ((1 | g) + (0 + x | g))", [("1", "g"), ("0 + x", "g")]),
        ("y ~ (0 + x || g)", [("0 + x", "g")]),
        ("y ~ (1 | g1) + (0 + x | g2)", [("1", "g1"), ("0 + x", "g2")]),
        ("y ~ (1|g1:g2)", [("1", "g1:g2")]),
        ("y ~ (1 | `my group`)", [("1", "my group")]),
        ("y ~ (1 | a/b:c)", [("1", "a"), ("1", "a:b:c")]),
    ],
)
def test_random_terms(text, expected):
    assert random(text) == expected


@pytest.mark.parametrize(
    ("text", "response", "fixed", "offsets"),
    [
        ("y ~ x*z + (1 | g)", "y", "x*z", ()),
        ("log(y) ~ 0 + x + (1 | g)", "log(y)", "0 + x", ()),
        ("y ~ (1 | g)", "y", "1", ()),
        ("y ~ x - 1 + offset(log(n)) + (1 | g)", "y", "x - 1", ("log(n)",)),
        ("y ~ C(k, contr.treatment('b')) + I(x**2) + (1 | g)", "y", "C(k, contr.treatment('b')) + I(x**2)", ()),
        ("y ~ x + (z + w) + (1 | g)", "y", "x + (z + w)", ()),
    ],
)
def test_fixed_part(text, response, fixed, offsets):
    found = parse(text)
    assert (found.response, found.fixed, found.offsets) == (response, fixed, offsets)


@pytest.mark.parametrize(
    ("text", "spot"),
    [
        ("y x + (1 | g)", 13),
        ("y ~ x ~ z", 6),
        ("~ x", 0),
        ("y ~ 1 | g", 6),
        ("y ~ (1 | g", 4),
        ("y ~ 1 | g)", 9),
        ("y ~ (1 | )", 9),
        ("y ~ (| g)", 5),
        ("y ~ (1 | g | h)", 11),
        ("y ~ (1 | g + h)", 9),
        ("y ~ x + + z", 8),
        ("y ~ x - (1 | g)", 8),
        ("y ~ C(x, 'a) + (1 | g)", 9),
        ("y ~ x (1 | g)", 6),
        ("y ~ (1 | g)(1 | h)", 11),
        ("y ~ (1 | g) x", 12),
        ("y ~ x * (1 | g)", 8),
        ("y ~ x + (1 | g) # note", 16),
        ("y ~ x + (0 | g)", 9),
        ("y ~ x + (0 || g)", 9),
    ],
)
def test_a_wrong_formula_is_marked(text, spot):
    with pytest.raises(MultilevelError) as refused:
        parse(text)
    problem = refused.value.problems[0]
    assert problem.code == "L001"
    assert problem.values["mark"] == " " * spot + "^"
    assert f"    {text}\n    {' ' * spot}^" in problem.message("en")


FRAME = pd.DataFrame({"score": range(8), "hours": [1, 2, 1, 3, 2, 5, 3, 1], "team": list("AABBCCDD")})


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("score ~ ours + (1 | team)", "L005"),
        ("score ~ hours + (1 | teams)", "L005"),
        ("score ~ __import__('os').getcwd() + (1 | team)", "L004"),
        ("score ~ hours.__class__ + (1 | team)", "L005"),
        ("score ~ eval('1') + (1 | team)", "L003"),
        ("score ~ I((lambda: 1)()) + (1 | team)", "L003"),
        ("score ~ np.loadtxt('x') + (1 | team)", "L003"),
        ("score ~ hours + (exec('1') | team)", "L003"),
        ("team ~ hours + (1 | team)", "L007"),
        ("score ~ log(hours - 1) + (1 | team)", "L008"),
        ("score ~ hours", "L016"),
    ],
)
def test_what_is_not_there_or_not_allowed_is_refused(text, code):
    with pytest.raises(MultilevelError) as refused:
        multilevel.fit_lmm(text, FRAME)
    assert [problem.code for problem in refused.value.problems] == [code]


MARKED = [
    ("score ~ hours + I(hours^2) + (1 | team)", "L001", "^2"),
    ("score ~ hours + foo( hours ) + (1 | team)", "L003", "foo("),
    ("score ~ hours + 2*hours + (1 | team)", "L004", "hours + 2"),
    ("score ~ hours + log(team) + (1 | team)", "L004", "log("),
    ("score ~ hours + ours + (1 | team)", "L005", "ours +"),
    ("score ~ hours + (1 | teams)", "L005", "teams"),
]


@pytest.mark.parametrize(("text", "code", "part"), MARKED)
@pytest.mark.parametrize("language", ["en", "nl"])
def test_what_is_wrong_is_marked_in_plain_words(text, code, part, language):
    with pytest.raises(MultilevelError) as refused:
        multilevel.fit_lmm(text, FRAME)
    problem = refused.value.problems[0]
    place = text.rindex(part) if code == "L005" else text.index(part)
    assert problem.code == code
    assert problem.message(language).endswith(f"\n    {text}\n    {' ' * place}^")
    assert not re.search(r"\x1b|\[1;31m|Operator|Unable to", problem.text(language))


def test_names_between_backticks_stand_in_interactions_and_may_have_points():
    frame = FRAME.assign(**{"the sector": list("xxyyxxyy"), "paid.hours": FRAME["hours"]}, sector=list("xxyyxxyy"))
    frame = pd.concat([frame, frame.assign(score=frame["score"] ** 2, hours=[3, 1, 2, 2, 5, 1, 2, 3])])
    plain = multilevel.fit_lmm("score ~ hours * sector + (1 | team)", frame).terms()
    quoted = multilevel.fit_lmm("score ~ hours * `the sector` + (1 | team)", frame).terms()
    assert quoted["term"].tolist() == ["hours", "the sector", "hours:the sector"]
    assert quoted["statistic"].tolist() == pytest.approx(plain["statistic"].tolist())
    assert list(multilevel.fit_lmm("score ~ `paid.hours` + (1 | team)", frame).fixed_effects.index)[1] == "paid.hours"
    assert multilevel.fit_lmm("score ~ hours:1 + (1 | team)", frame).terms()["term"].tolist() == ["hours:1"]


@pytest.mark.parametrize("fit", [multilevel.fit_lmm, multilevel.fit_glmm])
def test_two_terms_with_the_same_effects_are_refused(fit):
    frame = pd.concat([FRAME.assign(score=list(found)) for found in ("01011010", "00110110", "10110101")])
    with pytest.raises(MultilevelError) as refused:
        fit("score ~ 1 + (1 | team) + (hours | team)", frame.astype({"score": int}))
    assert refused.value.problems[0].code == "L125"
    assert "(Intercept): (1 | team), (hours | team)" in refused.value.problems[0].message("en")


def test_levels_of_a_column_that_is_not_there_are_refused():
    frame = FRAME.assign(sector=list("xxyyxxyy"))
    for table in (frame, ibis.memtable(pa.Table.from_pandas(frame))):
        with pytest.raises(MultilevelError) as refused:
            multilevel.crossproducts("score ~ hours + (1 | team)", table, levels={"sectr": ["x", "y"]})
        assert refused.value.problems[0].code == "L005"
        assert "Did you mean 'sector'?" in refused.value.problems[0].message("en")
        sums = multilevel.crossproducts("score ~ hours + (1 | team)", table, levels={"sector": ["x", "y"]})
        assert sums.n == 8


def test_a_name_that_does_not_exist_gets_the_nearest_and_the_columns():
    with pytest.raises(MultilevelError) as refused:
        multilevel.fit_lmm("score ~ ours + (1 | team)", FRAME)
    assert "Did you mean 'hours'?" in refused.value.problems[0].message("en")
    assert "Columns: score, hours, team." in refused.value.problems[0].message("en")
