"""Topics: found where they are, repeatable, honest about what is left over, and without a network."""

import json
import socket
import sys
from importlib import import_module
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from tests.interviews.topics.conftest import corpus_of, invented

from lcresearch.errors import InterviewError, LcresearchWarning
from lcresearch.interviews import Corpus, Document, find_topics
from lcresearch.interviews.topics import clusters, compiled
from lcresearch.interviews.topics.stability import adjusted_rand


def truth_of(result, pairs):
    themes = dict(pairs)
    said = result.segments[result.segments["kind"] == "topic"]
    names = sorted(set(themes.values()))
    return np.array([names.index(themes[text]) for text in said["text"]]), said["topic"].to_numpy()


@pytest.mark.parametrize("name", ["found", "factored"])
def test_different_themes_are_told_apart(name, pairs, request):
    result = request.getfixturevalue(name)
    truth, topic = truth_of(result, pairs)
    assert adjusted_rand(truth, topic) > 0.9
    assert len(topic) > 0.9 * len(pairs)
    assert set(result.tidy()["verdict"]) == {"stable"}


def test_method_follows_the_number_of_segments(found, corpus):
    assert found.method == "bertopic"
    few = corpus_of(invented(12), n_documents=6)
    result = find_topics(few, seed=1, n_resamples=0)
    assert result.method == "factorisation"
    assert [problem.code for problem in result.problems if problem.code == "V200"]
    assert "60" in result.cautions()[0]
    truth, topic = truth_of(result, invented(12))
    assert adjusted_rand(truth, topic) > 0.6
    assert set(result.tidy()["verdict"]) == {"not_known"}


def test_words_name_the_theme_in_lemmas_and_no_interviewer_counts(found):
    words = " ".join(found.tidy()["words"])
    for word in ("subsidie", "machine", "patiënt", "leerling", "akker"):
        assert word in words
    assert "gebeuren" not in words
    assert set(found.segments["speaker"]) == {"R"}


def test_every_segment_has_a_row_and_says_why_it_has_no_topic(found, corpus):
    table = found.segments
    assert len(table) == 200 + 25
    assert (table["kind"] == "short").sum() == 25
    assert (table.loc[table["kind"] != "topic", "topic"] == -1).all()
    assert table.loc[table["kind"] == "topic", "score"].between(-1, 1).all()
    glance = found.glance().iloc[0]
    assert glance["n_segments"] == len(table)
    assert glance["n_outliers"] == (table["kind"] == "outlier").sum() == len(found.outliers())
    assert found.tidy()["n_segments"].sum() + glance["n_outliers"] + glance["n_short"] == len(table)
    for row in table.sample(5, random_state=1).itertuples():
        assert corpus[row.document].quote(row.start, row.end) == row.text


def test_same_seed_gives_the_same_in_another_order_of_documents(found, corpus):
    again = find_topics(Corpus(corpus.documents[::-1]), seed=7, n_resamples=3)
    first = found.segments.set_index("pointer")["topic"]
    pd.testing.assert_series_equal(again.segments.set_index("pointer")["topic"].reindex(first.index), first)
    pd.testing.assert_frame_equal(again.tidy(), found.tidy())


def test_second_run_takes_vectors_and_clusters_from_the_cache(found, corpus, tmp_path, monkeypatch):
    first = find_topics(corpus, seed=7, n_resamples=1, cache=tmp_path)
    assert first.segments["topic"].equals(found.segments["topic"])

    def refuse(*args, **kwargs):
        raise AssertionError("computes again")

    monkeypatch.setattr(clusters.Layout, "fit", refuse)
    again = find_topics(corpus, seed=7, n_resamples=1, cache=tmp_path)
    pd.testing.assert_frame_equal(again.tidy(), first.tidy())
    with pytest.raises(AssertionError, match="computes again"):
        find_topics(corpus, seed=8, n_resamples=0, cache=tmp_path)


def test_compiled_code_is_kept_for_the_next_process(found):
    for module, name in compiled._COMPILED:
        function = getattr(import_module(module), name)
        used = function.stats
        assert used.cache_hits or used.cache_misses, f"{name} was compiled without looking on disk"
        assert list(Path(used.cache_path).glob(f"*{function.py_func.__name__}*.nbc"))


def test_compiled_code_of_another_version_of_umap_stands_elsewhere(monkeypatch):
    folder = compiled.compiled_folder()
    monkeypatch.setattr(compiled, "version", lambda package: "0.0.1")
    assert compiled.compiled_folder() != folder


def test_without_a_folder_to_write_in_umap_compiles_as_before(monkeypatch):
    pytest.importorskip("umap")

    def nowhere():
        raise RuntimeError("cannot cache function: no locator available")

    for module, name in compiled._COMPILED:
        monkeypatch.setattr(getattr(import_module(module), name), "enable_caching", nowhere, raising=False)
    compiled.keep_compiled.__wrapped__()


def test_seed_that_was_drawn_gives_the_same_again(corpus):
    first = find_topics(corpus, method="factorisation", n_topics=5, n_resamples=0)
    again = find_topics(corpus, method="factorisation", n_topics=5, n_resamples=0, seed=first.seed)
    pd.testing.assert_frame_equal(first.tidy(), again.tidy())


def test_nothing_is_fetched(corpus, found, monkeypatch):
    def refuse(*args, **kwargs):
        raise AssertionError("asks the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    assert find_topics(corpus, seed=7, n_resamples=0).n_topics == found.n_topics


def test_as_many_topics_as_asked(corpus):
    pytest.importorskip("bertopic")
    assert find_topics(corpus, seed=7, n_topics=3, n_resamples=0).n_topics == 3
    assert find_topics(corpus, seed=7, n_topics=4, n_resamples=0, method="factorisation").n_topics == 4


def test_without_bertopic_words_are_factored_and_it_is_said(corpus, monkeypatch):
    monkeypatch.setitem(sys.modules, "bertopic", None)
    result = find_topics(corpus, seed=7, n_resamples=0)
    assert result.method == "factorisation"
    assert any("bertopic" in text and "pip install" in text for text in result.cautions())
    with pytest.raises(InterviewError, match="V190"):
        find_topics(corpus, method="bertopic")


def test_without_clusters_words_are_factored_and_it_is_warned(corpus, monkeypatch):
    pytest.importorskip("bertopic")
    monkeypatch.setattr(
        clusters.DenseClusters, "_found", lambda self, places, selection: np.zeros(len(places), dtype=int)
    )
    with pytest.warns(LcresearchWarning, match="V201"):
        result = find_topics(corpus, seed=7, n_resamples=0)
    assert result.method == "factorisation"
    assert result.n_topics > 1


def test_noise_is_not_called_stable():
    rng = np.random.default_rng(5)
    words = sorted(
        {word for text, _ in invented(40) for word in text.lower().replace(".", "").split() if len(word) > 4}
    )
    texts = [" ".join(rng.choice(words, 12)) for _ in range(120)]
    corpus = Corpus(tuple(Document(f"d{n}", f"d{n}", text) for n, text in enumerate(texts)))
    with pytest.warns(LcresearchWarning, match="V202"):
        result = find_topics(corpus, method="factorisation", n_topics=5, n_resamples=5, seed=2)
    assert (result.tidy()["verdict"] == "unstable").all()


def test_too_little_to_find_topics_in_is_refused(corpus):
    few = Corpus(corpus.documents[:1])
    with pytest.raises(InterviewError, match=r"V197(.|\n)*8 (of|van)"):
        find_topics(few)
    with pytest.raises(InterviewError, match="V197"):
        find_topics(Corpus())


@pytest.mark.parametrize(
    "wrong", [{"method": "lda"}, {"language": "fy"}, {"n_topics": 1}, {"min_topic_size": 1}, {"n_resamples": -1}]
)
def test_settings_that_cannot_be_are_refused(corpus, wrong):
    with pytest.raises(InterviewError, match="V198"):
        find_topics(corpus, **wrong)


def test_long_segments_are_warned_about(pairs):
    long = [" ".join(text for text, _ in pairs[start : start + 25]) for start in range(0, 200, 8)]
    corpus = Corpus(tuple(Document(f"d{n}", f"d{n}", text) for n, text in enumerate(long)))
    with pytest.warns(LcresearchWarning, match="V204"):
        find_topics(corpus, seed=1, n_resamples=0)


def test_topic_of_one_person_is_named(pairs):
    texts = [" ".join(text for text, theme in pairs if theme == "farm"), *(text for text, _ in pairs[:160])]
    corpus = Corpus(tuple(Document(f"d{n}", f"d{n}", text) for n, text in enumerate(texts)))
    result = find_topics(corpus, unit="sentence", n_resamples=0, seed=1)
    assert "V205" in [problem.code for problem in result.problems]
    lone = result.tidy().query("largest_person > 0.5").iloc[0]
    assert lone["words"] == ""  # they would point at this person
    assert lone["name"]


def test_result_travels_without_what_people_said(found):
    written = json.dumps(found.to_dict(), ensure_ascii=False)
    assert not any(text in written for text in found.segments["text"])
    assert found.segments["pointer"].iloc[0] not in written
    assert str(found).startswith("Topics")


def test_answers_of_a_few_words_have_topics_too():
    subjects = {
        "machine": ["motor", "pomp", "sensor", "kraan"],
        "geld": ["subsidie", "begroting", "rekening", "kosten"],
    }
    said = [
        f"Vooral {theme} en {one} {other}"
        for theme, words in subjects.items()
        for one in words
        for other in (*words, "werkplaats", "kantoor")
        if one != other
    ]
    corpus = Corpus(tuple(Document(f"d{n}", f"d{n}", text) for n, text in enumerate(said)))
    result = find_topics(corpus, method="factorisation", n_topics=2, n_resamples=0, seed=1)
    assert (result.segments["kind"] == "short").sum() == 0
    truth = np.array(["geld" in text for text in result.segments["text"]])
    assert adjusted_rand(truth, result.segments["topic"].to_numpy()) > 0.9


def test_a_topic_is_named_by_words_that_were_said():
    said = [
        f"Die onderzoekers kwamen langs met {what} voor de werkplaats, keer {n}."
        for n in range(15)
        for what in ("vragen", "metingen")
    ]
    corpus = Corpus(tuple(Document(f"d{n}", f"d{n}", text) for n, text in enumerate(said)))
    result = find_topics(corpus, method="factorisation", n_topics=2, n_resamples=0, seed=1)
    assert not {"onderzoekster", "onderzoeker"} & set(" ".join(result.tidy()["words"]).replace(",", "").split())
