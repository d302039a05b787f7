"""Sentences by rules, or by a pipeline that is on this computer; nothing is fetched."""

import builtins

import pytest
import spacy

from lcresearch import interviews
from lcresearch.errors import InterviewError
from lcresearch.interviews import Corpus, Document
from lcresearch.interviews.text.pipelines import trained_pipeline

CORPUS = Corpus((Document("d1", "Invented", "Wij leren; samen. Elke week."),))


def test_an_installed_pipeline_cuts_sentences(tmp_path):
    trained = spacy.blank("nl")
    trained.add_pipe("sentencizer", config={"punct_chars": [";"]})
    trained.to_disk(tmp_path / "mine")
    assert interviews.segments(CORPUS, "sentence")["text"].tolist() == ["Wij leren; samen.", "Elke week."]
    found = interviews.segments(CORPUS, "sentence", pipeline=str(tmp_path / "mine"))
    assert found["text"].tolist() == ["Wij leren;", "samen. Elke week."]


def test_a_pipeline_without_sentences_gets_the_rules(tmp_path):
    spacy.blank("nl").to_disk(tmp_path / "bare")
    found = interviews.segments(CORPUS, "sentence", pipeline=str(tmp_path / "bare"))
    assert found["text"].tolist() == ["Wij leren; samen.", "Elke week."]


def test_what_is_not_there_is_said():
    with pytest.raises(InterviewError, match="python -m spacy download nl_core_news_none") as caught:
        interviews.segments(CORPUS, "sentence", pipeline="nl_core_news_none")
    assert caught.value.problems[0].code == "V230"


def test_without_spacy(monkeypatch):
    plain = builtins.__import__
    monkeypatch.setattr(
        builtins,
        "__import__",
        lambda name, *rest: (_ for _ in ()).throw(ImportError) if name == "spacy" else plain(name, *rest),
    )
    with pytest.raises(InterviewError) as caught:
        trained_pipeline("nl_core_news_other")
    assert caught.value.problems[0].code == "V231"
