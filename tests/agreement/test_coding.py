"""Many codes at once, by segment and by character: equality with single ratings, and uncoded text."""

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats import inter_rater

from lcresearch import agreement as ag
from lcresearch.errors import AgreementError

FAST = settings(max_examples=10, deadline=None)


def by_term(result, code="(all)"):
    table = result.tidy()
    return table[table["code"] == code].set_index("term")


def made_up(seed, n_codes=3, n_units=60, n_raters=3):
    """Codes of segments as an array (codes, units, raters), and who rated which segment."""
    rng = np.random.default_rng(seed)
    truth = rng.random((n_codes, n_units, 1)) < 0.3
    coded = np.where(
        rng.random((n_codes, n_units, n_raters)) < 0.85, truth, rng.random((n_codes, n_units, n_raters)) < 0.3
    )
    rated = rng.random((n_units, n_raters)) < 0.9
    return coded & rated, rated


def agreement_of(coded, rated, **options):
    code, unit, rater = np.nonzero(coded)
    n_codes, n_units, n_raters = coded.shape
    names = {"codes": list(range(n_codes)), "raters": list(range(n_raters))}
    return ag.code_agreement(code, unit, rater, units=n_units, rated=rated, **names, **options)


@FAST
@given(st.integers(0, 10**6), st.booleans())
def test_each_code_is_a_rating_of_0_and_1(seed, clustered):
    coded, rated = made_up(seed)
    documents = np.repeat(np.arange(12), 5) if clustered else None
    result = agreement_of(coded, rated, documents=documents)
    for code in range(len(coded)):
        values = np.where(rated, coded[code].astype(float), np.nan)
        alone = ag.rater_agreement(values, categories=[0, 1], clusters=documents).tidy().set_index("term")
        found = by_term(result, code)
        for column in ("estimate", "std_error", "conf_low", "conf_high", "df", "n_units"):
            ours, theirs = (table[column].to_numpy(dtype=float) for table in (found, alone))
            assert ours == pytest.approx(theirs, abs=1e-9, nan_ok=True)


@FAST
@given(st.integers(0, 10**6))
def test_all_codes_together_are_pooled(seed):
    coded, rated = made_up(seed)
    result = agreement_of(coded, rated)
    together = by_term(result)
    codes = result.tidy()[result.tidy()["code"] != "(all)"].dropna(subset=["estimate"])
    for term in ("fleiss_kappa", "conger_kappa", "gwet_ac1"):
        part = codes[codes["term"] == term]
        pooled = 1 - (1 - part["observed"]).sum() / (1 - part["expected"]).sum()
        assert together.loc[term, "estimate"] == pytest.approx(pooled)
    assert together.loc["percent_agreement", "estimate"] == pytest.approx(
        codes[codes["term"] == "percent_agreement"]["estimate"].mean()
    )


def test_error_of_all_codes_together_is_that_of_a_jackknife():
    coded, rated = made_up(3, n_units=120)
    whole = by_term(agreement_of(coded, rated))
    terms = ["percent_agreement", "fleiss_kappa", "krippendorff_alpha", "positive_agreement"]
    without = np.array(
        [
            by_term(agreement_of(np.delete(coded, u, axis=1), np.delete(rated, u, axis=0)))["estimate"][terms]
            for u in range(0, 120)
        ],
        dtype=float,
    )
    n = len(without)
    jackknife = np.sqrt((n - 1) / n * ((without - without.mean(axis=0)) ** 2).sum(axis=0))
    # a derivative and leaving out differ by terms of the order of one over the number of units
    assert whole["std_error"][terms].to_numpy(dtype=float) == pytest.approx(jackknife, rel=0.03)


def test_a_unit_each_its_own_document_is_no_documents():
    coded, rated = made_up(5)
    alone, own = agreement_of(coded, rated), agreement_of(coded, rated, documents=np.arange(60))
    terms = ["percent_agreement", "fleiss_kappa", "gwet_ac1", "krippendorff_alpha", "positive_agreement"]
    ours, theirs = (by_term(result)["std_error"][terms].to_numpy(dtype=float) for result in (alone, own))
    assert ours == pytest.approx(theirs, rel=1e-4)  # units with two ratings: a few fewer than all in the factor n/(n-1)


def test_the_same_coding_twice_counts_once():
    once = ag.code_agreement(["a", "a", "a"], [0, 0, 1], ["x", "y", "x"], units=5)
    twice = ag.code_agreement(["a", "a", "a", "a"], [0, 0, 1, 1], ["x", "y", "x", "x"], units=5)
    assert once.tidy().equals(twice.tidy())


def test_uncoded_segments_raise_percent_and_ac1_but_not_positive_agreement():
    code, unit, rater = ["a"] * 18, [*range(9), *range(9)], ["x"] * 9 + ["y"] * 9
    code, unit, rater = [*code, "a", "a"], [*unit, 9, 10], [*rater, "x", "y"]
    few, many = (by_term(ag.code_agreement(code, unit, rater, units=n), "a") for n in (30, 3000))
    assert many.loc["percent_agreement", "estimate"] > 0.999 > few.loc["percent_agreement", "estimate"]
    assert many.loc["gwet_ac1", "estimate"] > 0.999 > few.loc["gwet_ac1", "estimate"]
    assert many.loc["positive_agreement", "estimate"] == few.loc["positive_agreement", "estimate"] == 0.9
    assert many.loc["krippendorff_alpha", "estimate"] == pytest.approx(0.9, abs=0.001)
    only = by_term(ag.code_agreement(code, unit, rater, units=3000, among="coded"), "a")
    assert only.loc["percent_agreement", "estimate"] == pytest.approx(9 / 11)
    note = ag.code_agreement(code, unit, rater, units=3000).cautions()
    assert any("text that nobody coded" in text for text in note)


def test_rare_codes_are_named():
    result = ag.code_agreement(["a", "a"], [0, 0], ["x", "y"], units=100)
    assert any("fewer than 10 units" in text and "a" in text for text in result.cautions())


def test_names_and_a_code_nobody_gave():
    result = ag.code_agreement(
        ["trust", "trust"], ["s1", "s1"], ["An", "Bo"], units=["s1", "s2"], codes=["trust", "time"], raters=["An", "Bo"]
    )
    assert np.isnan(by_term(result, "time").loc["krippendorff_alpha", "estimate"])
    assert "do not vary" in by_term(result, "time").loc["krippendorff_alpha", "reason"]
    assert by_term(result, "trust").loc["krippendorff_alpha", "estimate"] == 1
    assert by_term(result).loc["krippendorff_alpha", "estimate"] == 1
    assert list(result.by_code()["code"]) == ["(all)", "trust", "time"]
    back = ag.RaterAgreement.from_dict(json.loads(json.dumps(result.to_dict())))
    pd.testing.assert_frame_equal(back.tidy(), result.tidy(), check_dtype=False)


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"units": 1}, "A017"),
        ({"units": 5, "codes": ["b"]}, "A017"),
        ({"units": 5, "raters": ["y"]}, "A017"),
        ({"units": 2, "rated": [[False], [True]]}, "A017"),
        ({"units": 2, "rated": [[True, True]]}, "A004"),
        ({"units": 2, "documents": [1]}, "A004"),
        ({"units": 2, "among": "some"}, "A007"),
        ({"units": 2, "interval": "jackknife"}, "A007"),
        ({"units": 2, "interval": "bootstrap", "n_draws": 5}, "A013"),
    ],
)
def test_what_is_refused(options, code):
    with pytest.raises(AgreementError, match=code):
        ag.code_agreement(["a", "a"], [0, 1], ["x", "x"], **options)


def test_nothing_coded():
    with pytest.raises(AgreementError, match="A019"):
        ag.code_agreement([], [], [], units=5, raters=["x", "y"])
    silent = ag.code_agreement([], [], [], units=5, raters=["x", "y"], codes=["a"])
    assert by_term(silent, "a").loc["percent_agreement", "estimate"] == 1
    assert np.isnan(by_term(silent, "a").loc["cohen_kappa", "estimate"])


def test_bootstrap_of_each_code_is_seeded():
    coded, rated = made_up(9)
    first, again = (agreement_of(coded, rated, interval="bootstrap", n_draws=200, seed=4).tidy() for _ in range(2))
    assert first.equals(again)
    assert first[first["term"] == "krippendorff_alpha"]["conf_low"].notna().all()


def spans_of_characters(marks):
    """Spans from an array (codes, documents, raters, characters) of 0 and 1."""
    rows = []
    for code, document, rater in np.ndindex(marks.shape[:3]):
        edges = np.flatnonzero(np.diff(np.concatenate([[0], marks[code, document, rater], [0]])))
        rows += [(rater, code, document, start, end) for start, end in edges.reshape(-1, 2)]
    rater, code, document, start, end = (list(column) for column in zip(*rows, strict=True))
    sizes = dict.fromkeys(range(marks.shape[1]), marks.shape[3])
    names = {"coders": list(range(marks.shape[2])), "codes": list(range(marks.shape[0]))}
    return ag.from_spans(rater, code, start, end, document=document, lengths=sizes, **names)


@FAST
@given(st.integers(0, 10**6))
def test_characters_without_writing_them_out(seed):
    rng = np.random.default_rng(seed)
    marks = np.repeat(rng.integers(0, 2, size=(2, 5, 3, 8)), 6, axis=3)
    marks[..., rng.integers(0, 48, 5)] = 0
    marks[:, :, :, :2] = 1
    result = ag.character_agreement(spans_of_characters(marks))
    documents = np.repeat(np.arange(5), 48)
    for code in range(2):
        values = marks[code].transpose(0, 2, 1).reshape(-1, 3)
        alone = ag.rater_agreement(values, categories=[0, 1], clusters=documents).tidy().set_index("term")
        found = by_term(result, code)
        for column in ("estimate", "std_error", "conf_low", "n_units"):
            ours, theirs = (table[column].to_numpy(dtype=float) for table in (found, alone))
            assert ours == pytest.approx(theirs, abs=1e-9, nan_ok=True)


def test_only_coded_text_counts_when_asked():
    marks = np.zeros((2, 3, 2, 40), dtype=int)
    marks[0, :, 0, 5:15] = 1
    marks[0, :, 1, 8:15] = 1
    marks[1, :, :, 20:30] = 1
    spans = spans_of_characters(marks)
    everything, coded = (ag.character_agreement(spans, among=among) for among in ("all", "coded"))
    assert by_term(everything, 0).loc["percent_agreement", "estimate"] == pytest.approx(1 - 3 / 40)
    assert by_term(coded, 0).loc["percent_agreement", "estimate"] == pytest.approx(1 - 3 / 20)
    assert by_term(coded, 0)["n_units"].iloc[0] == 60
    assert by_term(coded, 1).loc["krippendorff_alpha", "estimate"] == 1


def test_text_that_a_coder_did_not_read_is_missing():
    spans = ag.from_spans(
        ["An", "Bo", "An"],
        ["a", "a", "a"],
        [0, 0, 0],
        [10, 10, 30],
        document=["p", "p", "q"],
        lengths={"p": 40, "q": 40},
        read={"p": ["An", "Bo"], "q": ["An"]},
    )
    result = ag.character_agreement(spans)
    assert by_term(result, "a").loc["krippendorff_alpha", "estimate"] == 1
    assert result.glance()[["n_units", "n_left_out"]].iloc[0].tolist() == [40, 40]


def test_kappas_of_codes_are_those_of_statsmodels():
    rng = np.random.default_rng(8)
    truth = rng.random((3, 50, 1)) < 0.4
    coded = np.where(rng.random((3, 50, 2)) < 0.85, truth, ~truth)
    found = agreement_of(coded, np.ones((50, 2), dtype=bool))
    for code in range(3):
        counts = np.stack([(~coded[code]).sum(axis=1), coded[code].sum(axis=1)], axis=1)
        table = inter_rater.to_table(coded[code].astype(int), bins=2)[0]
        cohen, row = inter_rater.cohens_kappa(table), by_term(found, code)
        assert row.loc["cohen_kappa", "estimate"] == pytest.approx(cohen.kappa, rel=1e-12)
        assert row.loc["scott_pi", "estimate"] == pytest.approx(inter_rater.fleiss_kappa(counts), rel=1e-12)
        assert row.loc["percent_agreement", "estimate"] == pytest.approx(np.trace(table) / 50, rel=1e-12)
