"""Alpha for coders who set boundaries: published and hand-worked cases, other programs, and how it must behave."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lcresearch import agreement as ag
from lcresearch.agreement.alpha import krippendorff
from lcresearch.agreement.unitising_1995 import alpha_u_1995
from lcresearch.errors import AgreementError

FAST = settings(max_examples=20, deadline=None)


def spans_of(coders, lengths, **options):
    """Spans from {coder: [(start, end, code), ...]}."""
    rows = [(name, code, start, end) for name, units in coders.items() for start, end, code in units]
    coder, code, start, end = (list(column) for column in zip(*rows, strict=True))
    return ag.from_spans(coder, code, start, end, lengths=lengths, coders=list(coders), **options)


def family(spans, **options):
    table = ag.unitised_agreement(spans, **options).tidy()
    return {(row["code"], row["term"]): row["estimate"] for _, row in table.iterrows()}


# Krippendorff (2019), Content analysis, figure 12.11: three observers, 60 long; boundaries as read from the drawing
BOOK = {
    "Alex": [(0, 7, "1"), (7, 13, "2"), (30, 32, "5"), (32, 37, "6"), (37, 44, "6"), (44, 60, "7")],
    "Paul": [(0, 7, "1"), (7, 13, "3"), (13, 21, "5"), (32, 44, "6")],
    "Suzan": [(0, 7, "1"), (7, 13, "4"), (13, 21, "5"), (32, 37, "6"), (37, 41, "6"), (41, 44, "6")],
}


@pytest.mark.published("Krippendorff (2019), Content Analysis (4th ed.), figure 12.11")
def test_example_of_krippendorff_2019():
    found = family(spans_of(BOOK, 60))
    assert found["(all)", "u_alpha"] == pytest.approx(0.510, abs=0.0005)  # as printed
    # printed .413 and .724: where code 6 is cut within 32 to 44 cannot be read from the drawing to the character, and
    # other cuts there give all three printed values
    assert found["(all)", "bar_u_alpha"] == pytest.approx(0.413, abs=0.002)
    assert found["(all)", "cu_alpha"] == pytest.approx(0.724, abs=0.002)
    for code, printed in {"1": 1, "2": 0, "3": 0, "4": 0, "5": 1, "6": 1}.items():
        assert found[code, "ku_alpha"] == pytest.approx(printed, abs=1e-12)
    assert np.isnan(found["7", "ku_alpha"])  # only Alex coded there


@pytest.mark.published("Krippendorff (2019), Content Analysis (4th ed.), figure 12.11, other cuts")
def test_example_of_krippendorff_2019_with_other_cuts():
    other = {
        "Alex": [*BOOK["Alex"][:3], (32, 44, "6"), BOOK["Alex"][-1]],
        "Paul": [*BOOK["Paul"][:3], (32, 34, "6"), (34, 38, "6"), (38, 44, "6")],
        "Suzan": [*BOOK["Suzan"][:3], (32, 34, "6"), (34, 37, "6"), (37, 40, "6"), (40, 44, "6")],
    }
    found = family(spans_of(other, 60))
    printed = {"u_alpha": 0.510, "bar_u_alpha": 0.413, "cu_alpha": 0.724}
    for term, value in printed.items():
        assert found["(all)", term] == pytest.approx(value, abs=0.0006)


@pytest.mark.published("unitized_alpha for Python (L. Danna), as it prints")
def test_example_of_another_program():
    # unitized_alpha (L. Danna, Python, from the equations of 2016) prints these values for these spans
    coders = {
        "Alex": [(2, 5, "1"), (9, 11, "1"), (12, 20, "2")],
        "Paul": [(2, 5, "1"), (7, 15, "2")],
        "Susan": [(2, 5, "1"), (10, 15, "2")],
    }
    result = ag.unitised_agreement(spans_of(coders, 20))
    found = {(row["code"], row["term"]): row["estimate"] for _, row in result.tidy().iterrows()}
    printed = {
        ("(all)", "u_alpha"): 0.474,
        ("(all)", "bar_u_alpha"): 0.433,
        ("(all)", "cu_alpha"): 0.779,
        ("1", "ku_alpha"): 0.769,
        ("2", "ku_alpha"): 0.787,
    }
    for key, value in printed.items():
        assert found[key] == pytest.approx(value, abs=0.0005)


def test_two_units_worked_by_hand():
    # 10 characters; An codes 0-4, Bo codes 0-2. m = 2, so l.. = 20.
    # Both code 0-2: l_11 = 2 x 2 = 4. An codes 2-4 alone: l_10 = l_01 = 2. Neither 4-10: l_00 = 12.
    # l_1. = 6, l_0. = 14. S_1 = 4^2 + 2^2 = 20; S_0 = 6 + 8 = 14; l..^2 - S = 400 - 34 = 366.
    # e_11 = 20 (36 - 20) / 366 = .874; e_00 = 20 (196 - 14) / 366 = 9.945; disagreement by chance 20 - 10.820 = 9.180.
    # Observed disagreement 4. alpha = 1 - 4 / 9.180 = .5643.
    found = family(spans_of({"An": [(0, 4, "x")], "Bo": [(0, 2, "x")]}, 10))
    expected = 20 - 20 * (36 - 20 + 196 - 14) / 366
    assert found["(all)", "u_alpha"] == pytest.approx(1 - 4 / expected)
    assert found["(all)", "u_alpha"] == pytest.approx(0.5643, abs=0.0001)
    assert found["x", "u_alpha"] == found["(all)", "u_alpha"] == found["(all)", "bar_u_alpha"]
    assert np.isnan(found["(all)", "cu_alpha"])  # one code: nothing to tell apart


def test_codes_differ_but_boundaries_agree_worked_by_hand():
    # 12 characters in three units of 4, no gaps. An: a a b; Bo: a b b. l.. = 24.
    # l_aa = 8, l_ab = l_ba = 4, l_bb = 8; l_a. = l_b. = 12. S_a = 3 x 16 = 48, S_b = 48. l..^2 - S = 576 - 96 = 480.
    # e_aa = e_bb = 24 (144 - 48) / 480 = 4.8. alpha = 1 - (24 - 16) / (24 - 9.6) = 1 - 8 / 14.4 = .4444.
    # Nominal alpha of three units: D_o = 2/6, D_e = 2 x 3 x 3 / (6 x 5) = .6, alpha = .4444.
    coders = {"An": [(0, 4, "a"), (4, 8, "a"), (8, 12, "b")], "Bo": [(0, 4, "a"), (4, 8, "b"), (8, 12, "b")]}
    found = family(spans_of(coders, 12))
    nominal = krippendorff(ag.from_units([["a", "a"], ["a", "b"], ["b", "b"]])).estimate
    assert found["(all)", "u_alpha"] == found["(all)", "cu_alpha"] == pytest.approx(4 / 9)
    assert nominal == pytest.approx(4 / 9)
    assert np.isnan(found["(all)", "bar_u_alpha"])  # nothing was left uncoded


@FAST
@given(st.integers(1, 30), st.integers(2, 4), st.integers(2, 12), st.integers(0, 10**6))
def test_with_the_same_boundaries_it_is_nominal_alpha_of_units(size, n_coders, n_units, seed):
    rng = np.random.default_rng(seed)
    values = rng.integers(0, 3, size=(n_units, n_coders))
    coders = {
        str(c): [(u * size, (u + 1) * size, "abc"[values[u, c]]) for u in range(n_units)] for c in range(n_coders)
    }
    found = family(spans_of(coders, n_units * size))
    nominal = krippendorff(ag.from_units(values)).estimate
    assert found["(all)", "u_alpha"] == pytest.approx(nominal, abs=1e-9, nan_ok=True)
    assert found["(all)", "cu_alpha"] == pytest.approx(nominal, abs=1e-9, nan_ok=True)


@FAST
@given(st.integers(2, 4), st.integers(5, 30), st.integers(0, 10**6))
def test_units_of_one_character_give_nominal_alpha_of_characters(n_coders, length, seed):
    rng = np.random.default_rng(seed)
    values = rng.integers(0, 3, size=(length, n_coders))  # 0 is a gap
    values[0, 0] = 1
    coders = {
        str(c): [(int(p), int(p) + 1, str(values[p, c])) for p in np.flatnonzero(values[:, c])] for c in range(n_coders)
    }
    found = family(spans_of(coders, length))
    nominal = krippendorff(ag.from_units(values)).estimate
    assert found["(all)", "u_alpha"] == pytest.approx(nominal, abs=1e-9, nan_ok=True)


def random_units(rng, length, codes="abc"):
    """Units and gaps of random lengths over a document."""
    cuts = np.unique(rng.integers(1, length, size=length // 12))
    bounds = np.concatenate([[0], cuts, [length]])
    return [(int(a), int(b), str(rng.choice(list(codes)))) for a, b in pairwise(bounds) if rng.random() < 0.5]


def test_coders_who_place_units_at_random_get_0_on_average():
    rng = np.random.default_rng(4)
    terms = ["u_alpha", "bar_u_alpha", "cu_alpha"]
    draws = []
    for _ in range(60):
        spans = spans_of({name: random_units(rng, 1500) for name in ("An", "Bo", "Cor")}, 1500)
        found = family(spans)
        draws.append([found["(all)", term] for term in terms])
    values = np.array(draws)
    error = values.std(axis=0, ddof=1) / np.sqrt(len(values))
    assert (np.abs(values.mean(axis=0)) < 4 * error).all()
    assert (error < 0.02).all()


def test_coders_who_agree_and_coders_who_do_the_opposite():
    units = [(0, 10, "a"), (20, 35, "b"), (40, 41, "a")]
    same = family(spans_of({"An": units, "Bo": units, "Cor": units}, 60))
    assert {round(value, 12) for value in same.values()} == {1.0}
    opposite = family(spans_of({"An": [(0, 10, "a"), (20, 30, "a")], "Bo": [(10, 20, "a"), (30, 40, "a")]}, 40))
    assert opposite["(all)", "u_alpha"] < -0.5
    swapped = family(spans_of({"An": [(0, 10, "a"), (10, 20, "b")], "Bo": [(0, 10, "b"), (10, 20, "a")]}, 20))
    assert swapped["(all)", "cu_alpha"] < -0.5


@FAST
@given(st.integers(0, 10**6), st.integers(2, 9))
def test_scale_order_of_coders_names_and_cuts_into_blocks_do_not_matter(seed, factor):
    rng = np.random.default_rng(seed)
    coders = {name: random_units(rng, 200) or [(0, 5, "a")] for name in ("An", "Bo", "Cor")}
    before = family(spans_of(coders, 200))
    turned = family(spans_of(dict(reversed(coders.items())), 200))
    names = {"a": "x", "b": "y", "c": "z"}
    renamed = family(spans_of({k: [(s, e, names[c]) for s, e, c in v] for k, v in coders.items()}, 200))
    blocks = family(spans_of(coders, 200), block=factor * 7)
    for (code, term), value in before.items():
        assert turned[code, term] == pytest.approx(value, abs=1e-9, nan_ok=True)
        assert renamed[names.get(code, code), term] == pytest.approx(value, abs=1e-9, nan_ok=True)
        assert blocks[code, term] == pytest.approx(value, abs=1e-9, nan_ok=True)


def test_documents_are_summed_and_unread_ones_left_out():
    rng = np.random.default_rng(6)
    units = {(name, d): random_units(rng, 300) for name in ("An", "Bo", "Cor") for d in "pqr"}
    rows = [(name, code, s, e, d) for (name, d), found in units.items() for s, e, code in found]
    coder, code, start, end, document = (list(column) for column in zip(*rows, strict=True))
    lengths = dict.fromkeys("pqr", 300)
    result = ag.unitised_agreement(ag.from_spans(coder, code, start, end, document=document, lengths=lengths))
    # one line of 900 characters has the same sums
    behind = {"p": 0, "q": 300, "r": 600}
    start2, end2 = ([x + behind[d] for x, d in zip(xs, document, strict=True)] for xs in (start, end))
    whole = ag.unitised_agreement(ag.from_spans(coder, code, start2, end2, lengths=900))
    assert result.tidy()["estimate"].tolist() == pytest.approx(whole.tidy()["estimate"].tolist(), abs=1e-9)
    assert result.tidy()["std_error"].notna().all()
    assert whole.tidy()["std_error"].isna().all()
    # Cor did not read r: keep the others there; a document of one coder does not count
    keep = [not (c == "Cor" and d == "r") for c, d in zip(coder, document, strict=True)]
    picked = [[x for x, k in zip(column, keep, strict=True) if k] for column in (coder, code, start, end, document)]
    read = {"p": ["An", "Bo", "Cor"], "q": ["An", "Bo", "Cor"], "r": ["An", "Bo"], "s": ["An"]}
    spans = ag.from_spans(*picked[:4], document=picked[4], lengths=lengths | {"s": 50}, read=read)
    partly = ag.unitised_agreement(spans)
    assert any("fewer than two coders" in caution for caution in partly.cautions())
    assert partly.glance()["n_characters"].iloc[0] == 900


def test_jackknife_is_that_of_leaving_documents_out():
    rng = np.random.default_rng(7)
    rows = [(c, code, s, e, d) for d in range(6) for c in ("An", "Bo") for s, e, code in random_units(rng, 120)]

    def estimate(out, **options):
        kept = [row for row in rows if row[4] != out]
        coder, code, start, end, document = (list(column) for column in zip(*kept, strict=True))
        lengths = {d: 120 for d in range(6) if d != out}
        spans = ag.from_spans(coder, code, start, end, document=document, lengths=lengths)
        return ag.unitised_agreement(spans, **options).tidy().iloc[0]

    without = np.array([estimate(d)["estimate"] for d in range(6)])
    jackknife = np.sqrt(5 / 6 * ((without - without.mean()) ** 2).sum())
    assert estimate(None)["std_error"] == pytest.approx(jackknife)
    assert estimate(None, interval="bootstrap", seed=1, n_draws=200)["std_error"] == pytest.approx(jackknife)


def test_bootstrap_over_documents_is_seeded():
    rng = np.random.default_rng(8)
    rows = [(c, code, s, e, d) for d in range(12) for c in ("An", "Bo") for s, e, code in random_units(rng, 120)]
    coder, code, start, end, document = (list(column) for column in zip(*rows, strict=True))
    spans = ag.from_spans(coder, code, start, end, document=document, lengths=dict.fromkeys(range(12), 120))
    first, again, other = (
        ag.unitised_agreement(spans, interval="bootstrap", seed=seed, n_draws=300).tidy() for seed in (1, 1, 2)
    )
    assert first.equals(again)
    assert not first["conf_low"].equals(other["conf_low"])
    assert (first["conf_low"] < first["conf_high"]).all()


# codes that overlap


def test_overlapping_codes_are_refused_with_place_or_compared_apart_or_as_sets():
    coders = {"An": [(0, 10, "trust"), (5, 15, "time")], "Bo": [(0, 10, "trust"), (6, 15, "time")]}
    spans = spans_of(coders, 40)
    with pytest.raises(AgreementError, match="A015") as caught:
        ag.unitised_agreement(spans)
    assert "An gave more than one code at character 5" in str(caught.value)
    apart = family(spans, overlap="separate")
    assert apart["trust", "u_alpha"] == 1
    assert apart["time", "u_alpha"] == family(spans_of({k: v[1:] for k, v in coders.items()}, 40))["time", "u_alpha"]
    assert apart["time", "u_alpha"] < apart["(all)", "u_alpha"] < 1
    sets = family(spans, overlap="combinations")
    assert {code for code, term in sets if term == "ku_alpha"} == {"time", "trust", "time + trust"}
    by_hand = {
        "An": [(0, 5, "trust"), (5, 10, "both"), (10, 15, "time")],
        "Bo": [(0, 6, "trust"), (6, 10, "both"), (10, 15, "time")],
    }
    assert sets["(all)", "u_alpha"] == pytest.approx(family(spans_of(by_hand, 40))["(all)", "u_alpha"])


def test_overlapping_spans_of_one_code_are_joined_and_touching_ones_are_not():
    spans = spans_of({"An": [(0, 10, "a"), (5, 20, "a"), (20, 30, "a")], "Bo": [(0, 20, "a"), (20, 30, "a")]}, 40)
    assert (spans.n_joined, len(spans.start)) == (1, 4)
    assert family(spans)["(all)", "u_alpha"] == 1
    assert any("joined" in caution for caution in ag.unitised_agreement(spans).cautions())


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"start": [5], "end": [5]}, "A014"),
        ({"start": [-1], "end": [5]}, "A014"),
        ({"start": [0], "end": [41]}, "A014"),
        ({"start": [0, 1], "end": [5]}, "A004"),
        ({"document": ["q"], "lengths": {"p": 40}}, "A016"),
        ({"coders": ["Bo"]}, "A017"),
        ({"document": ["p"], "lengths": {"p": 40}, "read": {"p": ["Bo"]}, "coders": ["An", "Bo"]}, "A017"),
    ],
)
def test_spans_that_cannot_be(options, code):
    given_options = {"start": [0], "end": [5], "lengths": 40} | options
    with pytest.raises(AgreementError, match=code):
        ag.from_spans(["An"], ["a"], given_options.pop("start"), given_options.pop("end"), **given_options)


def test_no_codes_and_unknown_options():
    empty = ag.from_spans([], [], [], [], lengths={"p": 40}, coders=["An", "Bo"])
    with pytest.raises(AgreementError, match="A019"):
        ag.unitised_agreement(empty)
    silent = ag.from_spans([], [], [], [], lengths={"p": 40}, coders=["An", "Bo"], codes=["a"])
    assert ag.unitised_agreement(silent).tidy()["estimate"].isna().all()
    with pytest.raises(AgreementError, match="A007"):
        ag.unitised_agreement(silent, overlap="merge")


# The earlier coefficient, with the four examples of Krippendorff (1995, page 57), A to D; two coders, 24 long
EXAMPLES = {
    "A": ([(2, 8), (14, 6)], [(4, 4), (15, 2)]),
    "B": ([(0, 18)], [(0, 2), (2, 1), (3, 1), (4, 1), (5, 1), (6, 3), (9, 1)]),
    "C": ([(2, 6), (10, 2), (14, 4), (20, 2)], [(0, 2), (4, 4), (10, 4), (16, 2), (20, 2)]),
    "D": ([(0, 2), (2, 8), (10, 4), (14, 6), (20, 4)], [(0, 4), (4, 4), (8, 7), (15, 2), (17, 7)]),
}


def examples_1995(stretch, names="ABCD"):
    coders = {
        c: [(int(b * stretch), int((b + n) * stretch), k) for k in names for b, n in EXAMPLES[k][i]]
        for i, c in enumerate(["first", "second"])
    }
    return alpha_u_1995(spans_of(coders, int(24 * stretch), codes=list(names)))


@pytest.mark.published("Krippendorff (1995), Sociological Methodology 25, 47-76")
def test_observed_disagreement_of_1995():
    observed, _ = examples_1995(1)
    assert observed == pytest.approx([0.03125, 2.26736, 0.02777, 0.38715], abs=1e-5)  # as printed


@pytest.mark.published("Krippendorff (1995), Sociological Methodology 25, 47-76; DKPro Statistics 2.2")
def test_expected_disagreement_of_1995():
    # printed for a long continuum; B and C (1.17731, .08642) differ by up to .004, which DKPro Statistics found too
    observed, expected = examples_1995(50_000)
    assert (expected[0], expected[3]) == (pytest.approx(0.06990, abs=5e-6), pytest.approx(0.41445, abs=5e-6))
    alpha = 1 - observed / expected
    assert (alpha[0], alpha[3]) == (pytest.approx(0.553, abs=0.0005), pytest.approx(0.066, abs=0.0005))
    # DKPro Statistics 2.2 for C at half the length: .05494
    assert examples_1995(0.5, "C")[1] == pytest.approx([0.05494], abs=5e-6)


@pytest.mark.published("Krippendorff (1995), Sociological Methodology 25, 47-76")
def test_characters_of_example_a_of_1995():
    # printed for the digitised example: kappa .385, pi .314, alpha .329
    coders = {c: [(b, b + n, "A") for b, n in EXAMPLES["A"][i]] for i, c in enumerate(["first", "second"])}
    found = ag.character_agreement(spans_of(coders, 24)).tidy().set_index(["code", "term"])["estimate"]["A"]
    assert found["cohen_kappa"] == pytest.approx(0.385, abs=0.0005)
    assert found["scott_pi"] == pytest.approx(0.314, abs=0.0005)
    assert found["krippendorff_alpha"] == pytest.approx(0.329, abs=0.0005)
