"""The statistics of topics against closed forms and values of other programs."""

import numpy as np
import pytest
from scipy import sparse

from lcresearch.interviews.topics.clusters import principal_directions
from lcresearch.interviews.topics.factorisation import by_size, rankings_agree, tf_idf
from lcresearch.interviews.topics.quality import coherence, diversity, topic_words
from lcresearch.interviews.topics.settings import settings_for
from lcresearch.interviews.topics.stability import adjusted_rand, best_jaccard, resamples, stability
from lcresearch.interviews.topics.vocabulary import count_words

SEGMENTS = [
    [1, 1, 0, 0, 1], [1, 1, 0, 0, 0], [1, 0, 1, 0, 0], [0, 1, 1, 0, 1], [0, 0, 1, 1, 0],
    [0, 0, 0, 1, 1], [1, 1, 1, 0, 0], [0, 0, 1, 1, 1], [1, 0, 0, 1, 0], [0, 1, 0, 1, 1],
]  # fmt: skip
COUNTS = sparse.csr_array(np.array(SEGMENTS))


def test_coherence_equals_gensim():
    # gensim 4.4.0, CoherenceModel(coherence="c_npmi", window_size=100, processes=1) over these ten texts
    gensim = [-0.04195349423699935, -0.041953494236999345, -0.031691146229755794]
    assert coherence(COUNTS, [[0, 1, 2], [2, 3, 4], [0, 1, 4]]) == pytest.approx(gensim, abs=1e-9)


def test_coherence_of_a_pair_by_hand():
    # words 0 and 1 each in half of the segments, together in three of ten
    assert coherence(COUNTS, [[0, 1]])[0] == pytest.approx(np.log(0.3 / 0.25) / -np.log(0.3))
    assert np.isnan(coherence(COUNTS, [[0], []])).all()


def test_words_of_topics_equal_bertopic():
    transformer = pytest.importorskip("bertopic.vectorizers").ClassTfidfTransformer(reduce_frequent_words=True)
    labels = np.array([-1, 0, 0, 1, 1, 1, 0, 1, 0, 1])
    classes = np.stack([COUNTS.toarray()[labels == k].sum(axis=0) for k in (0, 1)])
    theirs = transformer.fit_transform(sparse.csr_matrix(classes)).toarray()
    columns, weights = topic_words(COUNTS, labels, 5)
    mean = classes.sum(axis=1).mean()
    # theirs takes the mean number of words as a whole number
    ours = np.zeros_like(theirs)
    for k in (0, 1):
        kept = columns[k] >= 0
        ours[k, columns[k][kept]] = weights[k][kept]
    assert mean == 11
    assert ours[ours > 0] == pytest.approx(theirs[ours > 0], rel=1e-12)


def test_tf_idf_equals_scikit_learn():
    text = pytest.importorskip("sklearn.feature_extraction.text")
    counts = sparse.csr_array(np.random.default_rng(1).poisson(0.7, (20, 8)))
    theirs = text.TfidfTransformer(sublinear_tf=True).fit_transform(counts).toarray()
    assert tf_idf(counts).toarray() == pytest.approx(theirs)


def test_adjusted_rand_equals_scikit_learn_and_is_zero_by_chance():
    metrics = pytest.importorskip("sklearn.metrics")
    rng = np.random.default_rng(3)
    first, second = rng.integers(0, 4, (2, 500))
    assert adjusted_rand(first, second) == pytest.approx(metrics.adjusted_rand_score(first, second))
    draws = [adjusted_rand(*rng.integers(0, 4, (2, 200))) for _ in range(200)]
    assert np.mean(draws) == pytest.approx(0, abs=3 * np.std(draws) / np.sqrt(200))
    assert adjusted_rand(np.zeros(0, int), np.zeros(0, int)) == 0


def test_stability_is_one_when_all_comes_back_and_counts_outliers_against():
    labels = np.array([0] * 6 + [1] * 3 + [-1])
    samples = [np.arange(10), np.arange(1, 10)]
    assert stability(labels, samples, lambda rows: labels[rows], lambda share: None).by_topic.tolist() == [1, 1]
    lost = stability(labels, samples, lambda rows: np.full(len(rows), -1), lambda share: None)
    assert lost.by_topic.tolist() == [0, 0]
    one = stability(labels, samples[:1], lambda rows: np.zeros(len(rows), int), lambda share: None)
    assert one.by_topic == pytest.approx([0.6, 0.3])


def test_best_jaccard_by_hand():
    assert best_jaccard(np.array([0, 0, 1, 1, 1]), np.array([0, 0, 0, 1, 1]), 2) == pytest.approx([2 / 3, 2 / 3])


def test_resamples_leave_out_whole_persons_where_there_are_many():
    persons = [f"p{number % 25}" for number in range(100)]
    for rows in resamples(persons, 80, 5, seed=1):
        left = {persons[row] for row in set(range(100)) - set(rows)}
        assert len(rows) == 80
        assert not left & {persons[row] for row in rows}
    few = resamples(["a"] * 50, 40, 2, seed=1)
    assert [len(rows) for rows in few] == [40, 40]
    assert not np.array_equal(*few)


def test_rankings_agree_only_when_alike():
    same = np.array([[1, 2, 3], [4, 5, 6]])
    assert rankings_agree(same, same[::-1]) == 1
    assert rankings_agree(same, same + 10) == 0


def test_diversity_and_sizes():
    assert diversity([[1, 2, 3], [1, 2, 3]]) == 0.5
    assert np.isnan(diversity([]))
    assert by_size(np.array([5, 5, 2, 2, 9, -1])).tolist() == [0, 0, 1, 1, 2, -1]


def test_principal_directions_keep_angles_of_centred_vectors():
    vectors = np.random.default_rng(2).normal(size=(40, 6))
    centred = vectors - vectors.mean(axis=0)
    unit = centred / np.linalg.norm(centred, axis=1, keepdims=True)
    found = principal_directions(vectors, 6)
    assert found @ found.T == pytest.approx(unit @ unit.T, abs=1e-5)
    assert principal_directions(np.ones((3, 4)), 2) == pytest.approx(0)


@pytest.mark.parametrize(("n", "size", "neighbours"), [(50, 5, 10), (160, 9, 20), (1000, 24, 30), (50_000, 168, 30)])
def test_settings_follow_the_number_of_segments(n, size, neighbours):
    chosen = settings_for(n, method="bertopic")
    assert (chosen.min_topic_size, chosen.n_neighbors) == (size, neighbours)
    assert chosen.n_resampled <= 3000
    assert chosen.n_dimensions <= n / 4


def test_words_that_point_at_somebody_are_left_out():
    said = [("p1", "Zonnepanelen en Jansen, met subsidie."), ("p2", "Met subsidie kwam Jansen naar de school.")]
    said += [(f"p{number}", "Op school vertelt Jansen over subsidie.") for number in range(3, 9)]
    said += [("p1", "Zonnepanelen op mijn dak.")] + [
        (f"q{number}", "Heel ander onderwerp hier.") for number in range(9)
    ]
    found = count_words([text for _, text in said], [person for person, _ in said], "nl")
    assert {"subsidie", "school"} <= set(found.words)
    assert not {"jansen", "zonnepaneel", "zonnepanelen", "dak"} & set(found.words)
    assert found.n_content[0] >= 2
