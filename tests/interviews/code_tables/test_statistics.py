"""Saturation, groups beside each other, and words: against closed forms and published numbers."""

import math
import unicodedata
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint

from lcresearch import interviews
from lcresearch.errors import InterviewError, LcresearchWarning
from lcresearch.interviews import Corpus, Document
from lcresearch.interviews.code_tables.comparison import wilson
from lcresearch.interviews.code_tables.saturation import chao2, coverage, rarefaction, stopping_point
from lcresearch.multiple_testing import holm


def incidences(seed=0, n=8, n_codes=20):
    rng = np.random.default_rng(seed)
    used = rng.random((n, n_codes)) < rng.uniform(0.05, 0.6, n_codes)
    return used[:, used.any(axis=0)]


def test_rarefaction_is_the_mean_over_all_orders():
    used = incidences(n=5)
    rng = np.random.default_rng(1)
    curves = [used[rng.permutation(5)].cumsum(axis=0).astype(bool).sum(axis=1) for _ in range(20_000)]
    np.testing.assert_allclose(rarefaction(used), np.mean(curves, axis=0), atol=0.05)
    n, times = len(used), used.sum(axis=0)
    closed = [sum(1 - math.comb(n - t, m) / math.comb(n, m) for t in times) for m in range(1, n + 1)]
    np.testing.assert_allclose(rarefaction(used), closed, rtol=1e-12)


def test_chao2_by_hand():
    """Ten documents, codes in 1, 1, 1, 2, 2 and 5 of them: unseen = 9/10 * 9 / 4."""
    used = np.zeros((10, 6), dtype=bool)
    for code, times in enumerate([1, 1, 1, 2, 2, 5]):
        used[:times, code] = True
    estimate, low, high = chao2(used)
    assert estimate == pytest.approx(6 + 0.9 * 9 / 4)
    ratio, factor = 1.5, 0.9
    variance = 2 * (factor * ratio**2 / 2 + factor**2 * ratio**3 + factor**2 * ratio**4 / 4)
    spread = math.exp(1.96 * math.sqrt(math.log(1 + variance / 2.025**2)))
    assert (low, high) == pytest.approx((6 + 2.025 / spread, 6 + 2.025 * spread))
    assert coverage(used) == pytest.approx(1 - 3 / 12 * (27 / (27 + 4)))


def test_nothing_unseen_when_every_code_came_back():
    used = np.ones((6, 4), dtype=bool)
    assert chao2(used) == (4, 4, 4)
    assert coverage(used) == 1


def test_chao2_finds_codes_that_nobody_heard():
    """Of 60 codes that each stand in 12% of the documents, 12 documents show some 47: the estimate comes near 60."""
    rng = np.random.default_rng(3)
    estimates = []
    for _ in range(400):
        used = rng.random((12, 60)) < 0.12
        estimates.append(chao2(used[:, used.any(axis=0)])[0])
    assert np.mean(estimates) == pytest.approx(60, abs=2.5)


def test_stopping_rule():
    assert stopping_point(np.array([8, 4, 2, 1, 0, 0, 3]), 4, 2, 0.05) == 6
    assert stopping_point(np.array([8, 4, 2, 1, 2, 2, 3]), 4, 2, 0.05) is None


def test_saturation_of_a_project(project):
    found = interviews.saturation(project, n_orders=200)
    assert found.curve["in_order"].tolist() == [3, 3, 3, 3, 3]
    assert found.n_codes == 3
    assert found.curve["expected"].iloc[-1] == pytest.approx(3)
    assert "V104" in [problem.code for problem in found.problems]
    assert found.tidy().equals(interviews.saturation(project, n_orders=200).tidy())
    with pytest.raises(InterviewError, match="V103"):
        interviews.saturation(project, base_size=6)


def test_intervals_and_adjusted_p_values_are_those_of_statsmodels():
    successes, n = np.array([0, 3, 8, 10]), np.array([10, 10, 10, 10])
    low, high = wilson(successes, n)
    reference = np.array([proportion_confint(k, 10, method="wilson") for k in successes])
    np.testing.assert_allclose(np.stack([low, high], axis=1), reference, atol=1e-12)
    p_values = np.array([0.01, 0.2, 0.03, 0.03, 0.9])
    np.testing.assert_allclose(holm(p_values), multipletests(p_values, method="holm")[1])


def many(project, groups, with_code):
    """The invented project with as many documents as wanted, of which some have the code 'tijd'."""
    from dataclasses import replace

    documents, rows = [], []
    for number, (group, marked) in enumerate(zip(groups, with_code, strict=True)):
        documents.append(
            replace(project.corpus["d1"], id=f"n{number}", name=f"N{number}", attributes={"sector": group})
        )
        rows += [(f"n{number}", 34, 51, "time", "An", f"c{number}", "", pd.NaT)] if marked else []
    columns = ["document", "start", "end", "code", "coder", "coding", "selection", "created"]
    codings = pd.DataFrame(rows, columns=columns)
    return replace(project, corpus=interviews.Corpus(tuple(documents)), codings=codings)


def test_two_groups_are_compared_exactly(project):
    found = interviews.compare_codes(many(project, ["a"] * 8 + ["b"] * 8, [1] * 7 + [0] + [1] + [0] * 7), "sector")
    row = found.tests.set_index("code").loc["tijd"]
    assert row["p_value"] == pytest.approx(stats.fisher_exact([[7, 1], [1, 7]])[1])
    assert np.isnan(found.tests.set_index("code").loc["geld", "p_value"])
    assert found.glance()["n_different"].iloc[0] == 1
    assert found.tidy().query("code == 'tijd' and group == 'a'")["share"].iloc[0] == 7 / 8


def test_more_groups_by_permutation(project):
    groups, marked = ["a"] * 6 + ["b"] * 6 + ["c"] * 6, [1] * 5 + [0] + [1] * 3 + [0] * 3 + [0] * 6
    found = interviews.compare_codes(many(project, groups, marked), "sector", seed=1)
    exact = stats.fisher_exact([[5, 3, 0], [1, 3, 6]], method=stats.PermutationMethod(n_resamples=9999, rng=1))
    p_value = found.tests.set_index("code").loc["tijd", "p_value"]
    assert 0.005 < p_value < 0.05
    assert p_value == pytest.approx(exact.pvalue, abs=0.02)


def test_few_documents_are_said(project):
    found = interviews.compare_codes(project, "community")
    assert [problem.code for problem in found.problems] == ["V109", "V106"]
    with pytest.raises(InterviewError, match="V105"):
        interviews.compare_codes(many(project, ["a", "a"], [1, 0]), "sector")


def test_keyword_in_context(project):
    found = interviews.keyword_in_context(project.corpus, "fout*", width=4)
    assert len(found) == 5
    assert found.iloc[0][["before", "keyword", "after"]].tolist() == ["Van ", "fouten", ". En"]
    assert interviews.keyword_in_context(project.corpus, "fout").empty
    assert len(interviews.keyword_in_context(project.corpus, "fout", whole_words=False)) == 5


def test_words_count_as_lemmas_and_without_the_interviewer(project):
    with pytest.warns(LcresearchWarning, match="1 of 5 documents"):
        table = interviews.word_frequencies(project.corpus, "community")
    assert table.loc["fout"].tolist() == [2, 2]
    assert "leren" not in table.index
    assert "en" not in table.index
    with_all = interviews.word_frequencies(project.corpus, stop_words=True, lemmas=False, without_roles=())
    assert with_all.loc["leer", "all"] == 5
    assert with_all.loc["en", "all"] == 10


def test_keyness_is_the_likelihood_ratio():
    table = pd.DataFrame({"a": [30, 70], "b": [10, 190]}, index=["praten", "rest"])
    found = interviews.keyness(table, "a").loc["praten"]
    g2 = stats.chi2_contingency([[30, 10], [70, 190]], correction=False, lambda_="log-likelihood")[0]
    rest = interviews.keyness(table, "a").loc["rest"]
    assert found["g2"] + rest["g2"] == pytest.approx(g2)
    assert found["log_ratio"] == pytest.approx(math.log2(0.3 / 0.05))


def test_words_with_loose_accents_are_words():
    loose = unicodedata.normalize("NFD", "De coördinatie en ideeën. Coördinatie\nen vorm!")
    corpus = Corpus((Document("d", "Invented", loose),))
    assert {"coördinatie": 2, "idee": 1}.items() <= interviews.word_frequencies(corpus)["all"].to_dict().items()
    found = interviews.keyword_in_context(corpus, "coördinatie")
    assert [loose[a:b] for a, b in zip(found["start"], found["end"], strict=True)] == found["keyword"].tolist()
    assert len(found) == 2
    assert len(interviews.keyword_in_context(corpus, "coördinatie EN vorm")) == 1
    assert len(interviews.keyword_in_context(corpus, "coordinatie")) == 0


@pytest.mark.parametrize(
    ("action", "code"),
    [
        (lambda p: interviews.saturation(replace(p, codings=p.codings[:0])), "V232"),
        (lambda p: interviews.saturation(p, n_orders=0), "V237"),
        (lambda p: interviews.keyness(pd.DataFrame({"a": [1]}, index=["x"]), "b"), "V234"),
        (lambda p: interviews.keyness(pd.DataFrame({"a": [1]}, index=["x"]), "a"), "V234"),
        (lambda p: interviews.keyword_in_context(p.corpus, " *"), "V235"),
        (lambda p: interviews.word_frequencies(p.corpus, language="xx"), "V236"),
    ],
)
def test_what_cannot_be_asked_is_said(project, action, code):
    with pytest.raises(InterviewError) as caught:
        action(project)
    assert [problem.code for problem in caught.value.problems] == [code]
